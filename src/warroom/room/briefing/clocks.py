"""Clocks that run or are late now, whatever the period: what runs out next."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, case, cast, literal

from warroom.cases.schema import Case
from warroom.ledger.schema import Deadline
from warroom.room.briefing.figures import BriefingScope, compute_figure, select_briefing_rows
from warroom.room.briefing.views import BriefingFigure

OF_HOLDS = ("lapse", "silence", "appeal_due")
"""Kinds of deadline that end something; the others only warn of these, and would count the same hold twice."""
OPENS = {"measure": "action", "request": "request", "asset": "asset", "joint": "operation"}
"""What a deadline is about, and the page of it. Deadlines about people are behind the survivors' wall."""


def list_clock_figures(asked: BriefingScope, now: datetime) -> list[BriefingFigure]:
    """Open clocks of holds, and deadlines of everything else but people; those that passed are late."""
    running = _of_holds(asked)
    due = _select_deadlines(asked)
    return [
        compute_figure(asked, "clocks", "holds", running.where(Deadline.due_at > now), ""),
        compute_figure(asked, "clocks", "holds_late", running.where(Deadline.due_at <= now), ""),
        compute_figure(asked, "clocks", "others", due.where(Deadline.due_at > now), ""),
        compute_figure(asked, "clocks", "others_late", due.where(Deadline.due_at <= now), ""),
    ]


def _of_holds(asked: BriefingScope) -> Select[Any]:
    return (
        select_briefing_rows("case", Case.number, Case.number, Deadline.due_at, None, Deadline.kind)
        .select_from(Deadline)
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.about == "hold", Deadline.state == "running", Deadline.kind.in_(OF_HOLDS))
        .where(asked.is_visible(Deadline.case_id))
    )


def _select_deadlines(asked: BriefingScope) -> Select[Any]:
    query = select_briefing_rows(
        "", Deadline.about_id, cast(Deadline.about_id, String), Deadline.due_at, None, Deadline.kind
    )
    opens = case(*((Deadline.about == about, literal(page)) for about, page in OPENS.items()), else_="")
    columns = [opens.label("opens"), *list(query.selected_columns)[1:]]
    return query.with_only_columns(*columns).where(
        Deadline.state.in_(("running", "struck")),
        Deadline.about.in_(OPENS),
        ~Deadline.kind.endswith("warning"),
        asked.is_visible(Deadline.case_id),
    )
