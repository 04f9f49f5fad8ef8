"""Planning a joint operation: places, agencies and many actions at one hour, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from warroom.access import role_groups
from warroom.access.agencies import agency_of
from warroom.actions.decisions.proposals import ActionDraft, add_actions, require_case_id
from warroom.actions.operations.render import build_operation_view
from warroom.actions.operations.rows import add_timeline_line, log_operation
from warroom.actions.operations.views import Need, OperationView, PlannedPlace
from warroom.actions.schema import Operation, OperationAgency, OperationNeed, OperationPlace
from warroom.errors import NotPossible
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.sentences.sentence import Sentence

# More than one room can steer at one hour. Two hundred actions are planned, approved and sent in a few statements.
MOST_PLACES = 200
# See MOST_PLACES; a title's characters.
MOST_ACTIONS = 500
SIGNS = 200


@dataclass(frozen=True, slots=True)
class OperationPlan:
    """What is planned: `hour` when all of it happens, `agencies` the codes of those who take part, `raid` whether
    people will be met behind doors, so that screeners and shelter must be there first.
    """

    title: str
    hour: datetime
    places: tuple[PlannedPlace, ...]
    agencies: tuple[str, ...]
    raid: bool
    drafts: tuple[ActionDraft, ...] = ()
    case: str | None = None


def plan_operation(
    ledger: Ledger,
    officer: Officer,
    wanted: OperationPlan,
    needs: tuple[Need, ...] = (),
    *,
    key: str,
    now: datetime | None = None,
) -> OperationView:
    """Plan an operation with all its actions; nothing happens until they are approved and two officers say go.

    The time to decide on each action ends at the hour. Raises NotAllowed without a role that plans, or that proposes
    one of the actions; NotFound for an unknown agency, kind or case; NotPossible for what does not fit. All of it is
    planned or nothing. `needs` say who takes part at which place and why, where the plan knows it.
    """
    with open_decision(ledger, officer, *role_groups.OPERATION_PLANNERS, now=now) as this:
        # Without needs the key's fingerprint is what it was in earlier versions: a plan repeated over an
        # upgrade is recognised.
        repeat = this.find_earlier_result(key, "joint.plan", wanted, *needs)
        made = (
            this.session.get_one(Operation, repeat[0])
            if repeat is not None
            else _add_operation(this, wanted, needs)
        )
        return build_operation_view(this.session, made, this.now, this.person)


def _add_operation(this: Decision, wanted: OperationPlan, needs: tuple[Need, ...]) -> Operation:
    # After the key: the same plan sent again when its hour is past answers as it did, and is not refused.
    _check_plan(wanted, this.now)
    made = _make_operation(this, wanted)
    this.session.add_all(_make_needs(made, wanted, needs))
    this.save_result(made.id)
    log_operation(this, "joint.planned", made, _build_log_detail(wanted, made, needs))
    add_actions(this, wanted.drafts, made)
    deadlines.start_deadline(this.session, "joint", made.id, "hour", wanted.hour, made.case_id)
    add_timeline_line(this, made, "planned", Sentence("actions.line-planned", places=len(wanted.places)))
    return made


def _check_plan(wanted: OperationPlan, now: datetime) -> None:
    if not wanted.title.strip() or len(wanted.title) > SIGNS:
        raise NotPossible("actions.operation-title-length", most=SIGNS)
    if wanted.hour <= now:
        raise NotPossible("actions.operation-hour-past")
    if not 1 <= len(wanted.places) <= MOST_PLACES:
        raise NotPossible("actions.operation-places-count", most=MOST_PLACES)
    if any(not place.name.strip() or not place.province.strip() for place in wanted.places):
        raise NotPossible("actions.place-unnamed")
    if not wanted.agencies or len(set(wanted.agencies)) != len(wanted.agencies):
        raise NotPossible("actions.operation-agencies-unfit")
    if len(wanted.drafts) > MOST_ACTIONS:
        raise NotPossible("actions.operation-too-many-actions", most=MOST_ACTIONS)


def _make_operation(this: Decision, wanted: OperationPlan) -> Operation:
    session = this.session
    made = Operation(
        case_id=require_case_id(this, wanted.case),
        title=wanted.title.strip(),
        hour=wanted.hour,
        raid=wanted.raid,
        state="planned",
        proposed_by=this.person.id,
        proposed_at=this.now,
        report="",
    )
    session.add(made)
    session.flush()
    session.add_all(_make_places(made, wanted.places))
    for code in wanted.agencies:
        agency = agency_of(session, code).code
        session.add(OperationAgency(operation_id=made.id, agency=agency, readiness="unknown", reason=""))
    session.flush()
    return made


def _make_places(made: Operation, places: Sequence[PlannedPlace]) -> list[OperationPlace]:
    return [
        OperationPlace(
            operation_id=made.id,
            place=number,
            name=place.name.strip(),
            province=place.province.strip(),
            note=place.note.strip(),
        )
        for number, place in enumerate(places, 1)
    ]


def _make_needs(made: Operation, wanted: OperationPlan, needs: tuple[Need, ...]) -> list[OperationNeed]:
    """Rows of who takes part where and why; raises NotPossible for a place or an agency that is not in the
    plan.
    """
    places, agencies = range(1, len(wanted.places) + 1), {"", *wanted.agencies}
    if any((need.place or 1) not in places or need.agency not in agencies for need in needs):
        raise NotPossible("actions.operation-agencies-unfit")
    return [
        OperationNeed(
            operation_id=made.id,
            place=need.place,
            sort=need.sort,
            agency=need.agency or None,
            why=need.why,
            count=need.count,
            text=need.text,
        )
        for need in needs
    ]


def _build_log_detail(wanted: OperationPlan, made: Operation, needs: tuple[Need, ...]) -> dict[str, object]:
    why = (
        {"needs": [[need.place, need.sort, need.agency, need.why, need.text] for need in needs]}
        if needs
        else {}
    )
    return why | {
        "title": made.title,
        "hour": made.hour,
        "raid": made.raid,
        "places": [[place.name, place.province] for place in wanted.places],
        "agencies": list(wanted.agencies),
        "actions": len(wanted.drafts),
    }
