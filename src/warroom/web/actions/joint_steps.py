"""A joint operation planned in steps: what was typed so far, what of it is read into the next step, and the plan it becomes.

A step keeps what was typed as it was typed, so that going back loses nothing; it is read where the next step needs it, and
the first thing that does not fit is said in a sentence.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from warroom.access.views import AgencyView
from warroom.actions.decisions.proposals import Draft
from warroom.actions.joint.decisions.plans import Plan
from warroom.actions.joint.needs import TASKS, Expected, needed, staffed
from warroom.actions.joint.views import Need, Place
from warroom.bilingual import dates
from warroom.errors import NotPossible
from warroom.law.kinds.declarations import Kind, kind_of, kinds
from warroom.ledger.officers import Officer
from warroom.orders.order_content import Subject
from warroom.sentences.sentence import Sentence
from warroom.web.actions.joint_shown import drafts_of
from warroom.web.kit.forms import Unfit, text

STEPS = ("where", "what", "who")
"""What is asked before the plan is sent; its papers follow, on the operation."""
PROPOSES = {"search": "search", "cut": "power-cut"}
"""The kind of action that doing this at a place proposes."""
MOST_TYPED = 2_000
MOST_PEOPLE = 10_000
NIGHT = (time(18), time(6))
"""From sunset to sunrise a search needs its own reason; near the equator both are about six."""


@dataclass(frozen=True, slots=True)
class AtPlace:
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
class Steps:
    """Everything typed into a plan so far. `chosen` is the agency for a sort where several are known, `by_hand` agencies
    with the reason for each, `more` other actions as their forms were filled.
    """

    title: str = ""
    hour: str = ""
    case: str = ""
    why: str = ""
    sought: str = ""
    typing: str = ""
    places: tuple[AtPlace, ...] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)
    by_hand: tuple[tuple[str, str], ...] = ()
    more: tuple[Mapping[str, str], ...] = ()

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Steps":
        """From what was kept of it."""
        places = tuple(
            AtPlace(**{**one, "tasks": tuple(one.get("tasks", ()))}) for one in content.get("places", ())
        )
        by_hand = tuple((str(code), str(why)) for code, why in content.get("by_hand", ()))
        return cls(
            **{**content, "places": places, "by_hand": by_hand, "more": tuple(content.get("more", ()))}
        )

    @property
    def content(self) -> dict[str, Any]:
        """What is kept of it."""
        return asdict(self)

    def with_place(self, number: int, one: AtPlace) -> "Steps":
        """With a place, counted from 1, as it is now."""
        return replace(self, places=(*self.places[: number - 1], one, *self.places[number:]))

    def shown(self, number: int) -> AtPlace:
        """A place as its step shows it: one that nobody has looked at yet begins like the one before it."""
        one = self.places[number - 1]
        if one.seen or number == 1:
            return one
        before = self.places[number - 2]
        return replace(
            one,
            tasks=tuple(task for task in before.tasks if task != "cut" or one.line),
            people=before.people,
            children=before.children,
            languages=before.languages,
        )


def where_typed(steps: Steps, form: FormData) -> Steps:
    """With what the first step holds now; a place that was chosen to be taken out is gone."""
    named = ("title", "hour", "case", "why", "sought", "typing")
    # Places have a row each, or as many lines of one where no script made rows of them.
    typed = {name: "\n".join(str(one) for one in form.getlist(name)) for name in named}
    given: dict[str, Any] = {name: value[: MOST_TYPED * 10].strip() for name, value in typed.items()}
    out = text(form, "out")
    kept = tuple(one for number, one in enumerate(steps.places, 1) if str(number) != out)
    return replace(steps, **given, places=kept)


def what_typed(steps: Steps, number: int, form: FormData) -> Steps:
    """With what the step about one place holds now."""
    tasks = tuple(task for task in TASKS if task in form.getlist("task"))
    people, children, languages = (
        text(form, name)[:MOST_TYPED] for name in ("people", "children", "languages")
    )
    one = replace(
        steps.places[number - 1],
        tasks=tasks,
        people=people,
        children=children,
        languages=languages,
        seen=True,
    )
    return steps.with_place(number, one)


def who_typed(steps: Steps, form: FormData) -> Steps:
    """With the agencies chosen where several are known; one by hand whose reason is taken back is gone."""
    chosen = {
        name.removeprefix("sort-"): str(code)[:16]
        for name, code in form.multi_items()
        if name.startswith("sort-")
    }
    out = text(form, "out")
    kept = tuple(one for one in steps.by_hand if one[0] != out)
    more = tuple(one for number, one in enumerate(steps.more, 1) if f"more-{number}" != out)
    return replace(steps, chosen={**steps.chosen, **chosen}, by_hand=kept, more=more)


def fit_where(steps: Steps, now: datetime, zone: ZoneInfo) -> None:
    """Raises NotPossible for the first thing of the first step that does not fit."""
    if not steps.title:
        raise Unfit(Sentence("actions.operation-title-length", most=200), "title")
    hour = dates.moment(steps.hour, zone)
    if hour is None:
        raise Unfit(Sentence("actions.operation-hour-missing"), "hour")
    if hour <= now:
        raise Unfit(Sentence("actions.operation-hour-past"), "hour")
    if not steps.why:
        raise Unfit(Sentence("actions.operation-why-missing"), "why")
    if not steps.places:
        raise Unfit(Sentence("actions.operation-place-missing"), "typing")


def fit_what(steps: Steps, number: int, officer: Officer) -> None:
    """Raises NotPossible for the first thing of a place that does not fit."""
    one = steps.places[number - 1]
    if not one.tasks:
        raise NotPossible("actions.place-without-task", place=one.name)
    for task in one.tasks:
        if task in PROPOSES and not officer.may(*kind_of(PROPOSES[task]).proposes):
            raise NotPossible("actions.task-not-yours", place=one.name)
    if "search" in one.tasks and not steps.sought:
        raise NotPossible("actions.sought-missing")
    if "cut" in one.tasks and (one.sort != "feeder" or not one.capacity):
        raise NotPossible("actions.line-unknown", place=one.name)
    expected(one)


def expected(one: AtPlace) -> Expected:
    """What a place needs its agencies for; raises NotPossible where its figures cannot be read or cannot be."""
    asked = "search" in one.tasks or "help" in one.tasks
    people, children = _figure(one, one.people, asked), _figure(one, one.children, False)
    if children > people:
        raise NotPossible("actions.more-children-than-people", place=one.name)
    if "help" in one.tasks and not people:
        raise NotPossible("actions.nobody-to-help", place=one.name)
    return Expected(one.tasks, people, children, one.languages, one.line, one.sort, one.clinics)


def _figure(one: AtPlace, typed: str, needed: bool) -> int:
    if not typed and not needed:
        return 0
    plain = typed.replace(",", "")
    if not plain.isascii() or not plain.isdigit() or int(plain) > MOST_PEOPLE:
        raise NotPossible("actions.people-unread", place=one.name)
    return int(plain)


def needs_of(steps: Steps, agencies: list[AgencyView]) -> tuple[Need, ...]:
    """Who takes part where and why: inferred, for other actions their partner, and by hand. Raises NotPossible."""
    found = needed([expected(one) for one in steps.places])
    sorts = {one.code: one.kind for one in agencies}
    chosen = {one.kind: one.code for one in reversed(agencies)} | dict(steps.chosen)
    others = [
        Need(None, sorts[code], "partner", text=one["kind"], agency=code)
        for one in steps.more
        if (code := one.get(f"{one['kind']}-partner", "")) in sorts
    ]
    hands = [
        Need(None, sorts[code], "by_hand", text=why, agency=code)
        for code, why in steps.by_hand
        if code in sorts
    ]
    return (
        *staffed(found, {sort: code for sort, code in chosen.items() if sorts.get(code) == sort}),
        *others,
        *hands,
    )


def plan_of(steps: Steps, needs: tuple[Need, ...], now: datetime, zone: ZoneInfo) -> Plan:
    """The plan that the steps became; raises NotPossible where a step does not fit."""
    fit_where(steps, now, zone)
    hour = dates.moment(steps.hour, zone)
    assert hour is not None
    at = [expected(one) for one in steps.places]
    places = tuple(Place(one.name, one.province, one.note) for one in steps.places)
    return Plan(
        title=steps.title,
        hour=hour,
        places=places,
        agencies=tuple(sorted({one.agency for one in needs if one.agency})),
        # Whoever will meet people behind a door has screeners and a shelter first, whether or not they thought of it.
        raid=any(one.people and "search" in one.tasks for one in at),
        drafts=(
            *_searches(steps, at, needs, hour, zone),
            *_cuts(steps, needs, hour),
            *(draft for one in steps.more for draft in _other(steps, one, places, zone)),
        ),
        case=_case(steps),
    )


def _case(steps: Steps) -> str | None:
    return steps.case.upper() or None


def _searches(
    steps: Steps, at: list[Expected], needs: tuple[Need, ...], hour: datetime, zone: ZoneInfo
) -> list[Draft]:
    here = hour.astimezone(zone).time()
    partner = next((one.agency for one in needs if one.why == "search"), "")
    return [
        Draft(
            "search",
            (Subject("place", one.name, one.province),),
            {
                "at": hour,
                "people_expected": what.people,
                "by_night": here >= NIGHT[0] or here < NIGHT[1],
                "sought": steps.sought,
            },
            steps.why,
            partner,
            _case(steps),
        )
        for one, what in zip(steps.places, at, strict=True)
        if "search" in one.tasks
    ]


def _cuts(steps: Steps, needs: tuple[Need, ...], hour: datetime) -> list[Draft]:
    partner = next((one.agency for one in needs if one.why == "cut"), "")
    # Two places on one line have one cut.
    lines = {one.line: one for one in steps.places if "cut" in one.tasks}
    return [
        Draft(
            "power-cut",
            (Subject("supply", line, one.name),),
            {"from": hour, "megawatts": one.capacity},
            steps.why,
            partner,
            _case(steps),
        )
        for line, one in lines.items()
    ]


def _other(steps: Steps, typed: Mapping[str, str], places: tuple[Place, ...], zone: ZoneInfo) -> list[Draft]:
    kind: Kind = kinds()[typed["kind"]]
    return drafts_of(kind, {**typed, "case": steps.case}, places, zone)
