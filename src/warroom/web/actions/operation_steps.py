"""The state of planning a joint operation in steps: typed values, their validation, and the resulting plan.

A step stores its values as typed, so that going back loses nothing; they are parsed where the next step needs them, and
the first invalid one raises NotPossible.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from warroom.access.views import AgencyView
from warroom.actions.decisions.proposals import ActionDraft
from warroom.actions.operations.decisions.plans import OperationPlan
from warroom.actions.operations.needs import TASKS, ExpectedAtPlace, assign_agencies, derive_needs
from warroom.actions.operations.views import Need, PlannedPlace
from warroom.bilingual import dates
from warroom.law.kinds.declarations import ActionKind, load_kind, load_kinds
from warroom.ledger.officers import Officer
from warroom.orders.order_content import OrderSubject
from warroom.sentences.sentence import Sentence
from warroom.web.actions.operation_shown import build_drafts
from warroom.web.kit.forms import UnfitField, read_text_field

STEPS = ("where", "what", "who")
"""The steps before the plan is sent; its documents follow, on the operation's page."""
PROPOSES = {"search": "search", "cut": "power-cut"}
"""Task at a place -> the kind of action that the plan proposes for it."""
# Characters of a field; parsing rejects far less. Chosen, not measured.
MOST_TYPED = 2_000
# People expected at one place; more is a typing error. Chosen, not measured.
MOST_PEOPLE = 10_000
NIGHT = (time(18), time(6))
"""From sunset to sunrise a search needs its own reason (Criminal Procedure Code, section 96); in Thailand both are about six."""


@dataclass(frozen=True, slots=True)
class PlanPlace:
    """A place and what is planned there, as typed. `line` hangs on what the records know: its kind, megawatts and clinics."""

    name: str
    province: str
    note: str = ""
    line: str = ""
    sort: str = ""
    capacity: float | None = None
    clinics: int = 0
    tasks: tuple[str, ...] = ()
    people: str = ""
    children: str = ""
    languages: str = ""
    seen: bool = False


@dataclass(frozen=True, slots=True)
class PlanSteps:
    """Everything typed into a plan so far. `chosen` is the agency for a sort where several are known, `by_hand` agencies
    with the reason for each, `more` other actions as their forms were filled.
    """

    title: str = ""
    hour: str = ""
    case: str = ""
    why: str = ""
    sought: str = ""
    typing: str = ""
    places: tuple[PlanPlace, ...] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)
    by_hand: tuple[tuple[str, str], ...] = ()
    more: tuple[Mapping[str, str], ...] = ()

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> "PlanSteps":
        """From what was kept of it."""
        places = tuple(
            PlanPlace(**{**place_content, "tasks": tuple(place_content.get("tasks", ()))})
            for place_content in content.get("places", ())
        )
        by_hand = tuple((str(code), str(why)) for code, why in content.get("by_hand", ()))
        return cls(
            **{**content, "places": places, "by_hand": by_hand, "more": tuple(content.get("more", ()))}
        )

    @property
    def content(self) -> dict[str, Any]:
        """What is kept of it."""
        return asdict(self)

    @property
    def has_search(self) -> bool:
        """Whether a place is searched."""
        return any("search" in place.tasks for place in self.places)

    def with_place(self, number: int, one: PlanPlace) -> "PlanSteps":
        """With a place, counted from 1, as it is now."""
        return replace(self, places=(*self.places[: number - 1], one, *self.places[number:]))

    def prefill_place(self, number: int) -> PlanPlace:
        """A place as its step shows it: one that nobody has looked at yet begins like the one before it."""
        place = self.places[number - 1]
        if place.seen or number == 1:
            return place
        before = self.places[number - 2]
        return replace(
            place,
            tasks=tuple(task for task in before.tasks if task != "cut" or place.line),
            people=before.people,
            children=before.children,
            languages=before.languages,
        )


def update_where_step(steps: PlanSteps, form: FormData) -> PlanSteps:
    """With what the first step holds now; a place that was chosen to be taken out is gone."""
    named = ("title", "hour", "case", "why")
    typed = {name: str(form.get(name, "")) for name in named}
    # One field for each place, or one field with a line for each where the script did not run; then what was ticked.
    typed["typing"] = "\n".join(map(str, [*form.getlist("typing"), *form.getlist("suspect")]))
    given: dict[str, Any] = {name: value[: MOST_TYPED * 10].strip() for name, value in typed.items()}
    out = read_text_field(form, "out")
    kept = tuple(place for number, place in enumerate(steps.places, 1) if str(number) != out)
    return replace(steps, **given, places=kept)


def update_what_step(steps: PlanSteps, number: int, form: FormData) -> PlanSteps:
    """With what the step about one place holds now."""
    tasks = tuple(task for task in TASKS if task in form.getlist("task"))
    people, children, languages = (
        read_text_field(form, name)[:MOST_TYPED] for name in ("people", "children", "languages")
    )
    place = replace(
        steps.places[number - 1],
        tasks=tasks,
        people=people,
        children=children,
        languages=languages,
        seen=True,
    )
    return steps.with_place(number, place)


def update_who_step(steps: PlanSteps, form: FormData) -> PlanSteps:
    """With the agencies chosen where several are known; one by hand whose reason is taken back is gone."""
    chosen = {
        name.removeprefix("sort-"): str(code)[:16]
        for name, code in form.multi_items()
        if name.startswith("sort-")
    }
    out = read_text_field(form, "out")
    kept = tuple(hand_pick for hand_pick in steps.by_hand if hand_pick[0] != out)
    more = tuple(action for number, action in enumerate(steps.more, 1) if f"more-{number}" != out)
    sought = read_text_field(form, "sought")[:MOST_TYPED] if "sought" in form else steps.sought
    return replace(steps, chosen={**steps.chosen, **chosen}, by_hand=kept, more=more, sought=sought)


def check_where_step(steps: PlanSteps, now: datetime, zone: ZoneInfo) -> None:
    """Raises NotPossible for the first thing of the first step that does not fit."""
    if not steps.title:
        raise UnfitField(Sentence("actions.operation-title-length", most=200), "title")
    hour = dates.parse_moment(steps.hour, zone)
    if hour is None:
        raise UnfitField(Sentence("actions.operation-hour-missing"), "hour")
    if hour <= now:
        raise UnfitField(Sentence("actions.operation-hour-past"), "hour")
    if not steps.why:
        raise UnfitField(Sentence("actions.operation-why-missing"), "why")
    if not steps.places:
        raise UnfitField(Sentence("actions.operation-place-missing"), "typing")


def check_what_step(steps: PlanSteps, number: int, officer: Officer) -> None:
    """Raises NotPossible for the first thing of a place that does not fit."""
    place = steps.places[number - 1]
    if not place.tasks:
        raise UnfitField(Sentence("actions.place-without-task", place=place.name), "task")
    for task in place.tasks:
        if task in PROPOSES and not officer.has_role(*load_kind(PROPOSES[task]).proposes):
            raise UnfitField(Sentence("actions.task-not-yours", place=place.name), "task")
    if "cut" in place.tasks and (place.sort != "feeder" or not place.capacity):
        raise UnfitField(Sentence("actions.line-unknown", place=place.name), "task")
    parse_expected(place)


def check_who_step(steps: PlanSteps) -> None:
    """Raises NotPossible where a search is planned and nobody wrote what it looks for; one answer for all places."""
    if steps.has_search and not steps.sought:
        raise UnfitField(Sentence("actions.sought-missing"), "sought")


def parse_expected(place: PlanPlace) -> ExpectedAtPlace:
    """What a place needs its agencies for; raises NotPossible where its figures cannot be read or cannot be."""
    asked = "search" in place.tasks or "help" in place.tasks
    people = _parse_figure(place, place.people, asked, "people")
    children = _parse_figure(place, place.children, False, "children")
    if children > people:
        raise UnfitField(Sentence("actions.more-children-than-people", place=place.name), "children")
    if "help" in place.tasks and not people:
        raise UnfitField(Sentence("actions.nobody-to-help", place=place.name), "people")
    return ExpectedAtPlace(
        place.tasks, people, children, place.languages, place.line, place.sort, place.clinics
    )


def _parse_figure(one: PlanPlace, typed: str, needed: bool, field: str) -> int:
    if not typed and not needed:
        return 0
    plain = typed.replace(",", "")
    if not plain.isascii() or not plain.isdigit() or int(plain) > MOST_PEOPLE:
        raise UnfitField(Sentence("actions.people-unread", place=one.name), field)
    return int(plain)


def infer_needs(steps: PlanSteps, agencies: list[AgencyView]) -> tuple[Need, ...]:
    """Who takes part where and why: inferred, for other actions their partner, and by hand. Raises NotPossible."""
    inferred_needs = derive_needs([parse_expected(place) for place in steps.places])
    sorts = {agency.code: agency.kind for agency in agencies}
    chosen = {agency.kind: agency.code for agency in reversed(agencies)} | dict(steps.chosen)
    others = [
        Need(None, sorts[code], "partner", text=action["kind"], agency=code)
        for action in steps.more
        if (code := action.get(f"{action['kind']}-partner", "")) in sorts
    ]
    hands = [
        Need(None, sorts[code], "by_hand", text=why, agency=code)
        for code, why in steps.by_hand
        if code in sorts
    ]
    return (
        *assign_agencies(
            inferred_needs, {sort: code for sort, code in chosen.items() if sorts.get(code) == sort}
        ),
        *others,
        *hands,
    )


def build_plan(steps: PlanSteps, needs: tuple[Need, ...], now: datetime, zone: ZoneInfo) -> OperationPlan:
    """The plan that the steps became; raises NotPossible where a step does not fit."""
    check_where_step(steps, now, zone)
    hour = dates.parse_moment(steps.hour, zone)
    assert hour is not None
    at = [parse_expected(place) for place in steps.places]
    places = tuple(PlannedPlace(place.name, place.province, place.note) for place in steps.places)
    return OperationPlan(
        title=steps.title,
        hour=hour,
        places=places,
        agencies=tuple(sorted({need.agency for need in needs if need.agency})),
        # A search of an occupied place counts as a raid, which requires screeners and a shelter, even if
        # nobody asked for them.
        raid=any(expectation.people and "search" in expectation.tasks for expectation in at),
        drafts=(
            *_build_search_drafts(steps, at, needs, hour, zone),
            *_build_cut_drafts(steps, needs, hour),
            *(draft for action in steps.more for draft in _build_other_drafts(steps, action, places, zone)),
        ),
        case=_parse_case(steps),
    )


def _parse_case(steps: PlanSteps) -> str | None:
    return steps.case.upper() or None


def _build_search_drafts(
    steps: PlanSteps, at: list[ExpectedAtPlace], needs: tuple[Need, ...], hour: datetime, zone: ZoneInfo
) -> list[ActionDraft]:
    here = hour.astimezone(zone).time()
    partner = next((need.agency for need in needs if need.why == "search"), "")
    return [
        ActionDraft(
            "search",
            (OrderSubject("place", place.name, place.province),),
            {
                "at": hour,
                "people_expected": what.people,
                "by_night": here >= NIGHT[0] or here < NIGHT[1],
                "sought": steps.sought,
            },
            steps.why,
            partner,
            _parse_case(steps),
        )
        for place, what in zip(steps.places, at, strict=True)
        if "search" in place.tasks
    ]


def _build_cut_drafts(steps: PlanSteps, needs: tuple[Need, ...], hour: datetime) -> list[ActionDraft]:
    partner = next((need.agency for need in needs if need.why == "cut"), "")
    # Two places on the same line need only one power cut.
    lines = {place.line: place for place in steps.places if "cut" in place.tasks}
    return [
        ActionDraft(
            "power-cut",
            (OrderSubject("supply", line, place.name),),
            {"from": hour, "megawatts": place.capacity},
            steps.why,
            partner,
            _parse_case(steps),
        )
        for line, place in lines.items()
    ]


def _build_other_drafts(
    steps: PlanSteps, typed: Mapping[str, str], places: tuple[PlannedPlace, ...], zone: ZoneInfo
) -> list[ActionDraft]:
    kind: ActionKind = load_kinds()[typed["kind"]]
    # Everything of an operation happens at its hour: a beginning that was left empty is that one.
    hours = {
        name: steps.hour
        for field_input in kind.inputs
        if field_input.kind == "moment"
        and field_input.row == "when"
        and not typed.get(name := f"{kind.id}-{field_input.name}")
    }
    return build_drafts(kind, {**typed, **hours, "case": steps.case}, places, zone)
