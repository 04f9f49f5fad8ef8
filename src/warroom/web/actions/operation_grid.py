"""The readiness grid of a joint operation: places in rows, agencies in columns; and the list of blockers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from warroom.access.views import AgencyView
from warroom.actions.operations.views import Need, OperationView, ReadinessView
from warroom.law.kinds.declarations import load_kinds
from warroom.sentences.sentence import Sentence
from warroom.web.actions.words import ActionWords
from warroom.web.kit.formats import Clock, Say
from warroom.web.kit.forms import render_texts

CellState = Literal["ready", "asked", "missing", "none"]
BY_AGENCY = ("actions.operation-agency-silent", "actions.operation-agency-not-ready")
"""Codes of sentences about several agencies, which the list of blockers replaces by one entry each."""
EXTRA = timedelta(minutes=15)
"""How long before the end of its usual answer time an agency's clock turns due. Chosen, not measured."""


@dataclass(frozen=True, slots=True)
class ReadinessCell:
    """An agency's state at a place: ready, asked, missing (with the reason), or not needed."""

    state: CellState
    who: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class AgencyColumn:
    """An agency of the grid; without a code if no agency of the required sort is known."""

    code: str
    sort: str
    name: str


@dataclass(frozen=True, slots=True)
class OperationPlaceRow:
    """A place with its cells, in the order of the columns."""

    number: int
    name: str
    province: str
    expected: str
    cells: tuple[ReadinessCell, ...]


@dataclass(frozen=True, slots=True)
class ReadinessGrid:
    """Places by agencies, and how many cells are ready, asked and missing."""

    columns: tuple[AgencyColumn, ...]
    rows: tuple[OperationPlaceRow, ...]
    ready: int
    asked: int
    missing: int


@dataclass(frozen=True, slots=True)
class AgencyReason:
    """An agency and why it takes part, a sentence each."""

    code: str
    sort: str
    why: tuple[str, ...]
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class OperationBlocker:
    """One thing that keeps everybody from going, who must act, and until when they usually have."""

    sentence: str
    who: str = ""
    telephone: str = ""
    clock: Clock | None = None


def build_grid(
    operation: OperationView,
    needs: Sequence[Need],
    names: Mapping[str, str],
    say: Say,
    action_words: ActionWords,
) -> ReadinessGrid:
    """The grid of an operation. Where its plan did not say who is needed where, every agency is at every place."""
    wanted = needs or [
        Need(None, "other", "by_hand", agency=readiness.agency) for readiness in operation.agencies
    ]
    columns = _build_columns(operation, wanted, names, action_words)
    words = {readiness.agency: readiness for readiness in operation.agencies}
    rows = tuple(
        OperationPlaceRow(
            number,
            place.name,
            place.province,
            _format_expected(number, needs, say),
            tuple(_build_cell(number, column, wanted, words, operation, say) for column in columns),
        )
        for number, place in enumerate(operation.places, 1)
    )
    states = [cell.state for row in rows for cell in row.cells]
    return ReadinessGrid(columns, rows, states.count("ready"), states.count("asked"), states.count("missing"))


def _build_columns(
    operation: OperationView, needs: Sequence[Need], names: Mapping[str, str], action_words: ActionWords
) -> tuple[AgencyColumn, ...]:
    pairs = dict.fromkeys((need.agency, "" if need.agency else need.sort) for need in needs)
    # An agency without any need still takes part and must report that it is ready.
    pairs |= {
        (readiness.agency, ""): None
        for readiness in operation.agencies
        if (readiness.agency, "") not in pairs
    }
    return tuple(
        AgencyColumn(
            code, sort, names.get(code, code) if code else action_words.format_declared_code("partners", sort)
        )
        for code, sort in pairs
    )


def _build_cell(
    number: int,
    column: AgencyColumn,
    needs: Sequence[Need],
    words: Mapping[str, ReadinessView],
    operation: OperationView,
    say: Say,
) -> ReadinessCell:
    own = [need for need in needs if is_in_column(need, column)]
    if own and not any(need.place in (number, None) for need in own):
        return ReadinessCell("none")
    word = words.get(column.code)
    if word is None:
        return ReadinessCell("missing")
    if word.readiness == "ready":
        return ReadinessCell("ready", word.by, _format_since(word.at, say))
    if word.readiness == "not_ready":
        return ReadinessCell("missing", word.reason, _format_since(word.at, say))
    return ReadinessCell("asked", "", say.time(operation.proposed_at))


def is_in_column(need: Need, column: AgencyColumn) -> bool:
    """Whether a need is this agency's, or of a sort without a known agency."""
    return need.agency == column.code and (bool(column.code) or need.sort == column.sort)


def _format_since(at: datetime | None, say: Say) -> str:
    return say.time(at) if at else ""


def _format_expected(number: int, needs: Sequence[Need], say: Say) -> str:
    """Who is expected at a place, in words; empty where the plan did not say."""
    _, ngettext = say.catalog.gettext, say.catalog.ngettext
    counts = {need.why: need.count for need in needs if need.place == number}
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


def build_reasons(
    needs: Sequence[Need], places: Sequence[str], action_words: ActionWords
) -> tuple[AgencyReason, ...]:
    """Each agency, or sort without a known agency, with the reason why it takes part."""
    keys = dict.fromkeys((need.agency, need.sort) for need in needs)
    return tuple(
        AgencyReason(
            code,
            sort,
            tuple(_explain_need(group, places, action_words) for group in _group_needs(needs, code, sort)),
            any(need.why == "by_hand" for need in needs if (need.agency, need.sort) == (code, sort)),
        )
        for code, sort in keys
    )


def _group_needs(needs: Sequence[Need], code: str, sort: str) -> list[list[Need]]:
    """An agency's needs that are said in one sentence: of one reason, with one text."""
    found: dict[tuple[str, str], list[Need]] = {}
    for one in needs:
        if (one.agency, one.sort) == (code, sort):
            found.setdefault((one.why, one.text), []).append(one)
    return list(found.values())


def _explain_need(group: Sequence[Need], places: Sequence[str], action_words: ActionWords) -> str:
    _ = action_words.say.catalog.gettext
    first = group[0]
    text = (
        render_texts(load_kinds()[first.text].title, action_words.say)
        if first.why == "partner"
        else first.text
    )
    named = [places[need.place - 1] for need in group if need.place is not None]
    # At most four names: a longer list would hide the reason.
    shown = ", ".join(named) if len(named) <= 4 else _("{count} places").format(count=len(named))
    return action_words("why", first.why).format(
        places=shown, count=action_words.say.count(sum(need.count for need in group)), text=text
    )


def list_blockers(
    operation: OperationView,
    known: Mapping[str, AgencyView],
    usual: Mapping[str, timedelta],
    undecided: str,
    say: Say,
) -> list[OperationBlocker]:
    """Everything that keeps everybody from going, and who must act. `undecided` are those who approve its actions."""
    sentences = [sentence for sentence in operation.missing if getattr(sentence, "code", "") not in BY_AGENCY]
    agencies = [
        _find_agency_blocker(
            readiness, operation, known.get(readiness.agency), usual.get(readiness.agency), say
        )
        for readiness in operation.agencies
    ]
    others = [_make_other_blocker(sentence, undecided, say) for sentence in sentences]
    return [*(wait for wait in agencies if wait is not None), *others]


def _find_agency_blocker(
    word: ReadinessView,
    operation: OperationView,
    agency: AgencyView | None,
    usual: timedelta | None,
    say: Say,
) -> OperationBlocker | None:
    _ = say.catalog.gettext
    if word.readiness == "ready":
        return None
    name = render_texts(agency.name, say) if agency else word.agency
    telephone = agency.telephone if agency else ""
    if word.readiness == "not_ready":
        against = Sentence(BY_AGENCY[1], agencies=f"{name} ({word.reason})")
        return OperationBlocker(
            against, _("{agency} says so when it is ready").format(agency=name), telephone
        )
    asked = _("{agency} answers; asked {time}").format(agency=name, time=say.time(operation.proposed_at))
    silent = Sentence(BY_AGENCY[0], agencies=name)
    if usual is None:
        return OperationBlocker(silent, asked, telephone)
    answer_text = _("{asked}, usually within {span}").format(asked=asked, span=say.span(usual))
    clock = say.clock(
        operation.proposed_at + usual, operation.proposed_at, EXTRA, _("answer in {span}"), _("{span} over")
    )
    return OperationBlocker(silent, answer_text, telephone, clock)


def _make_other_blocker(sentence: str, undecided: str, say: Say) -> OperationBlocker:
    _ = say.catalog.gettext
    if getattr(sentence, "code", "") == "actions.operation-actions-undecided":
        return OperationBlocker(sentence, _("decided by: {roles}").format(roles=undecided))
    if getattr(sentence, "code", "") == "actions.operation-none-approved":
        return OperationBlocker(sentence)
    return OperationBlocker(sentence, _("added under Papers by a planner"))
