"""The face of a joint operation: a row a place, a column an agency, each cell who is ready since when; and who must act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from warroom.access.views import AgencyView
from warroom.actions.joint.views import Need, OperationView, ReadinessView
from warroom.law.kinds.declarations import kinds
from warroom.sentences.sentence import Sentence
from warroom.web.actions.words import ActionWords
from warroom.web.kit.formats import Clock, Say
from warroom.web.kit.forms import said

CellState = Literal["ready", "asked", "missing", "none"]
BY_AGENCY = ("actions.operation-agency-silent", "actions.operation-agency-not-ready")
"""Sentences about several agencies together, which the list says for each."""
EXTRA = timedelta(minutes=15)
"""Before an agency's usual answer time is over, so long it is due."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How an agency stands for a place: in full ready, half asked, missing with why, or not needed."""

    state: CellState
    who: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """An agency of the grid; one of a sort of which nobody is known has no code."""

    code: str
    sort: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """A place with its cells, in the order of the columns."""

    number: int
    name: str
    province: str
    expected: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Places by agencies, and how many cells are ready, asked and missing."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    ready: int
    asked: int
    missing: int


@dataclass(frozen=True, slots=True)
class Reason:
    """An agency and why it takes part, a sentence each."""

    code: str
    sort: str
    why: tuple[str, ...]
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that keeps everybody from going, who must act, and until when they usually have."""

    sentence: str
    who: str = ""
    telephone: str = ""
    clock: Clock | None = None


def grid_of(
    found: OperationView, needs: Sequence[Need], names: Mapping[str, str], say: Say, told: ActionWords
) -> Grid:
    """The grid of an operation. Where its plan did not say who is needed where, every agency is at every place."""
    wanted = needs or [Need(None, "other", "by_hand", agency=one.agency) for one in found.agencies]
    columns = _columns(found, wanted, names, told)
    words = {one.agency: one for one in found.agencies}
    rows = tuple(
        Row(
            number,
            place.name,
            place.province,
            _expected(number, needs, say),
            tuple(_cell(number, column, wanted, words, found, say) for column in columns),
        )
        for number, place in enumerate(found.places, 1)
    )
    states = [cell.state for row in rows for cell in row.cells]
    return Grid(columns, rows, states.count("ready"), states.count("asked"), states.count("missing"))


def _columns(
    found: OperationView, needs: Sequence[Need], names: Mapping[str, str], told: ActionWords
) -> tuple[Column, ...]:
    pairs = dict.fromkeys((one.agency, "" if one.agency else one.sort) for one in needs)
    # An agency that the needs forgot is asked for everything, and is no less to be waited for.
    pairs |= {(one.agency, ""): None for one in found.agencies if (one.agency, "") not in pairs}
    return tuple(
        Column(code, sort, names.get(code, code) if code else told.word("partners", sort))
        for code, sort in pairs
    )


def _cell(
    number: int,
    column: Column,
    needs: Sequence[Need],
    words: Mapping[str, ReadinessView],
    found: OperationView,
    say: Say,
) -> Cell:
    own = [one for one in needs if of_column(one, column)]
    if own and not any(one.place in (number, None) for one in own):
        return Cell("none")
    word = words.get(column.code)
    if word is None:
        return Cell("missing")
    if word.readiness == "ready":
        return Cell("ready", word.by, _since(word.at, say))
    if word.readiness == "not_ready":
        return Cell("missing", word.reason, _since(word.at, say))
    return Cell("asked", "", say.time(found.proposed_at))


def of_column(need: Need, column: Column) -> bool:
    """Whether a need is this agency's, or of the sort of which nobody is known."""
    return need.agency == column.code and (bool(column.code) or need.sort == column.sort)


def _since(at: datetime | None, say: Say) -> str:
    return say.time(at) if at else ""


def _expected(number: int, needs: Sequence[Need], say: Say) -> str:
    """Who is expected at a place, in words; empty where the plan did not say."""
    _, ngettext = say.catalog.gettext, say.catalog.ngettext
    counts = {one.why: one.count for one in needs if one.place == number}
    if not needs:
        return ""
    people, children = counts.get("screening", 0), counts.get("children", 0)
    if not people:
        return _("nobody is expected")
    words = ngettext("{count} person expected", "{count} people expected", people).format(count=people)
    if not children:
        return words
    young = ngettext("{count} perhaps a child", "{count} perhaps children", children).format(count=children)
    return f"{words}, {young}"


def reasons(needs: Sequence[Need], places: Sequence[str], told: ActionWords) -> tuple[Reason, ...]:
    """Each agency, or sort of which nobody is known, with why it is in."""
    keys = dict.fromkeys((one.agency, one.sort) for one in needs)
    return tuple(
        Reason(
            code,
            sort,
            tuple(_why(group, places, told) for group in _groups(needs, code, sort)),
            any(one.why == "by_hand" for one in needs if (one.agency, one.sort) == (code, sort)),
        )
        for code, sort in keys
    )


def _groups(needs: Sequence[Need], code: str, sort: str) -> list[list[Need]]:
    """An agency's needs that are said in one sentence: of one reason, with one text."""
    found: dict[tuple[str, str], list[Need]] = {}
    for one in needs:
        if (one.agency, one.sort) == (code, sort):
            found.setdefault((one.why, one.text), []).append(one)
    return list(found.values())


def _why(group: Sequence[Need], places: Sequence[str], told: ActionWords) -> str:
    _ = told.say.catalog.gettext
    first = group[0]
    text = said(kinds()[first.text].title, told.say) if first.why == "partner" else first.text
    named = [places[one.place - 1] for one in group if one.place is not None]
    # Twenty names would hide the reason.
    shown = ", ".join(named) if len(named) <= 4 else _("{count} places").format(count=len(named))
    return told("why", first.why).format(
        places=shown, count=told.say.count(sum(one.count for one in group)), text=text
    )


def waiting(
    found: OperationView,
    known: Mapping[str, AgencyView],
    usual: Mapping[str, timedelta],
    undecided: str,
    say: Say,
) -> list[Waiting]:
    """Everything that keeps everybody from going, and who must act. `undecided` are those who approve its actions."""
    sentences = [one for one in found.missing if getattr(one, "code", "") not in BY_AGENCY]
    agencies = [
        _agency(one, found, known.get(one.agency), usual.get(one.agency), say) for one in found.agencies
    ]
    others = [_other(one, undecided, say) for one in sentences]
    return [*(one for one in agencies if one is not None), *others]


def _agency(
    word: ReadinessView,
    found: OperationView,
    agency: AgencyView | None,
    usual: timedelta | None,
    say: Say,
) -> Waiting | None:
    _ = say.catalog.gettext
    if word.readiness == "ready":
        return None
    name = said(agency.name, say) if agency else word.agency
    telephone = agency.telephone if agency else ""
    if word.readiness == "not_ready":
        against = Sentence(BY_AGENCY[1], agencies=f"{word.agency} ({word.reason})")
        return Waiting(against, _("{agency} says so when it is ready").format(agency=name), telephone)
    asked = _("{agency} answers; asked {time}").format(agency=name, time=say.time(found.proposed_at))
    silent = Sentence(BY_AGENCY[0], agencies=word.agency)
    if usual is None:
        return Waiting(silent, asked, telephone)
    told = _("{asked}, usually within {span}").format(asked=asked, span=say.span(usual))
    clock = say.clock(
        found.proposed_at + usual, found.proposed_at, EXTRA, _("answer in {span}"), _("{span} over")
    )
    return Waiting(silent, told, telephone, clock)


def _other(sentence: str, undecided: str, say: Say) -> Waiting:
    _ = say.catalog.gettext
    if getattr(sentence, "code", "") == "actions.operation-actions-undecided":
        return Waiting(sentence, _("decided by: {roles}").format(roles=undecided))
    if getattr(sentence, "code", "") == "actions.operation-none-approved":
        return Waiting(sentence)
    return Waiting(sentence, _("added under Papers by a planner"))
