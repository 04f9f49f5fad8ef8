"""Planning a joint operation: places, agencies and many actions at one hour, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from warroom.access import role_groups
from warroom.access.agencies import agency_of
from warroom.actions.decisions.proposals import Draft, add, case_id_of
from warroom.actions.joint.render import view
from warroom.actions.joint.rows import log, note
from warroom.actions.joint.views import Need, OperationView, Place
from warroom.actions.schema import Operation, OperationAgency, OperationNeed, OperationPlace
from warroom.errors import NotPossible
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision, decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.sentences.sentence import Sentence

# More than one room can steer at one hour. Two hundred actions are planned, approved and sent in a few statements.
MOST_PLACES = 200
MOST_ACTIONS = 500
SIGNS = 200


@dataclass(frozen=True, slots=True)
class Plan:
    """What is planned: `hour` when all of it happens, `agencies` the codes of those who take part, `raid` whether
    people will be met behind doors, so that screeners and shelter must be there first.
    """

    title: str
    hour: datetime
    places: tuple[Place, ...]
    agencies: tuple[str, ...]
    raid: bool
    drafts: tuple[Draft, ...] = ()
    case: str | None = None


def plan(
    ledger: Ledger,
    officer: Officer,
    wanted: Plan,
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
    with decision(ledger, officer, *role_groups.OPERATION_PLANNERS, now=now) as this:
        # Without needs the key stands for what it always stood for: a plan sent again over an upgrade is the same one.
        repeat = this.before(key, "joint.plan", wanted, *needs)
        made = (
            this.session.get_one(Operation, repeat[0])
            if repeat is not None
            else _planned(this, wanted, needs)
        )
        return view(this.session, made, this.now, this.person)


def _planned(this: Decision, wanted: Plan, needs: tuple[Need, ...]) -> Operation:
    # After the key: the same plan sent again when its hour is past answers as it did, and is not refused.
    _fit(wanted, this.now)
    made = _operation(this, wanted)
    this.session.add_all(_needed(made, wanted, needs))
    this.keep(made.id)
    log(this, "joint.planned", made, _told(wanted, made, needs))
    add(this, wanted.drafts, made)
    deadlines.start(this.session, "joint", made.id, "hour", wanted.hour, made.case_id)
    note(this, made, "planned", Sentence("actions.line-planned", places=len(wanted.places)))
    return made


def _fit(wanted: Plan, now: datetime) -> None:
    if not wanted.title.strip() or len(wanted.title) > SIGNS:
        raise NotPossible("actions.operation-title-length", most=SIGNS)
    if wanted.hour <= now:
        raise NotPossible("actions.operation-hour-past")
    if not 1 <= len(wanted.places) <= MOST_PLACES:
        raise NotPossible("actions.operation-places-count", most=MOST_PLACES)
    if any(not one.name.strip() or not one.province.strip() for one in wanted.places):
        raise NotPossible("actions.place-unnamed")
    if not wanted.agencies or len(set(wanted.agencies)) != len(wanted.agencies):
        raise NotPossible("actions.operation-agencies-unfit")
    if len(wanted.drafts) > MOST_ACTIONS:
        raise NotPossible("actions.operation-too-many-actions", most=MOST_ACTIONS)


def _operation(this: Decision, wanted: Plan) -> Operation:
    session = this.session
    made = Operation(
        case_id=case_id_of(this, wanted.case),
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
    session.add_all(_places(made, wanted.places))
    for code in wanted.agencies:
        agency = agency_of(session, code).code
        session.add(OperationAgency(operation_id=made.id, agency=agency, readiness="unknown", reason=""))
    session.flush()
    return made


def _places(made: Operation, places: Sequence[Place]) -> list[OperationPlace]:
    return [
        OperationPlace(
            operation_id=made.id,
            place=number,
            name=one.name.strip(),
            province=one.province.strip(),
            note=one.note.strip(),
        )
        for number, one in enumerate(places, 1)
    ]


def _needed(made: Operation, wanted: Plan, needs: tuple[Need, ...]) -> list[OperationNeed]:
    """Who takes part where and why; raises NotPossible for a place or an agency that the plan does not have."""
    places, agencies = range(1, len(wanted.places) + 1), {"", *wanted.agencies}
    if any((one.place or 1) not in places or one.agency not in agencies for one in needs):
        raise NotPossible("actions.operation-agencies-unfit")
    return [
        OperationNeed(
            operation_id=made.id,
            place=one.place,
            sort=one.sort,
            agency=one.agency or None,
            why=one.why,
            count=one.count,
            text=one.text,
        )
        for one in needs
    ]


def _told(wanted: Plan, made: Operation, needs: tuple[Need, ...]) -> dict[str, object]:
    why = {"needs": [[one.place, one.sort, one.agency, one.why, one.text] for one in needs]} if needs else {}
    return why | {
        "title": made.title,
        "hour": made.hour,
        "raid": made.raid,
        "places": [[one.name, one.province] for one in wanted.places],
        "agencies": list(wanted.agencies),
        "actions": len(wanted.drafts),
    }
