"""What the queries of all figures share: one shape of row, and the count and sum over the rows."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, String, cast, func, literal, null, select
from sqlalchemy.orm import Session

from warroom.bilingual.texts import Texts
from warroom.cases.sealing import is_visible_to
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.room.briefing.period import Period
from warroom.room.briefing.views import BriefingFigure, BriefingRow, Opens, Section, Unit
from warroom.sentences.catalogue import list_words

ROWS = 100
"""Rows listed for a figure; its count and sum are over all rows. Chosen: the paper must stay printable."""


@dataclass(frozen=True, slots=True)
class BriefingScope:
    """Which officer asks about which period, and the session to read it in."""

    session: Session
    person: OfficerRow
    officer: Officer
    period: Period

    def is_in_period(self, column: Any) -> ColumnElement[bool]:
        """The condition that a moment is in the period."""
        found: ColumnElement[bool] = (column >= self.period.since) & (column < self.period.until)
        return found

    def is_visible(self, case_id: object) -> ColumnElement[bool]:
        """Whether a row's case is not sealed to the officer."""
        return is_visible_to(self.person, case_id)


def select_briefing_rows(
    opens: Opens, row_id: Any, name: Any, at: Any, amount: Any = None, note: Any = ""
) -> Select[Any]:
    """A query for rows; `amount` in the unit of its figure."""
    return select(
        literal(opens).label("opens"),
        cast(row_id, String).label("id"),
        cast(name, String).label("name"),
        at.label("at"),
        cast(null() if amount is None else amount, BigInteger).label("amount"),
        (literal(note) if isinstance(note, str) else cast(note, String)).label("note"),
    )


def compute_figure(
    asked: BriefingScope, section: Section, code: str, query: Select[Any], unit: Unit = "satang"
) -> BriefingFigure:
    """The count and sum over a query's rows, with the first of them."""
    # Count and sum over the very query whose rows are listed: a figure cannot disagree with its rows.
    subquery = query.subquery()
    count, amount = asked.session.execute(
        select(func.count(), func.coalesce(func.sum(subquery.c.amount), 0)).select_from(subquery)
    ).one()
    # By time, then by name: the paper of one briefing has the same bytes whenever it is made.
    rows = asked.session.execute(select(subquery).order_by(subquery.c.at, subquery.c.name).limit(ROWS))
    shown = tuple(BriefingRow(*row) for row in rows)
    return BriefingFigure(
        section, code, get_figure_title(section, code), count, int(amount) if unit else None, unit, shown
    )


def get_figure_title(section: str, code: str) -> Texts:
    """What a figure is called."""
    return word_of("figures", f"{section}-{code}")


def word_of(table: str, code: str) -> Texts:
    """What a briefing calls a code, in both languages; raises KeyError for one that the table does not have."""
    return Texts(**list_words(f"briefing.{table}")[code])
