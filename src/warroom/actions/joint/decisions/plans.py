"""Planning a joint operation: places, agencies and many actions at one hour, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.access.agencies import agency_of
from warroom.actions.decisions.proposals import Draft, add, case_id_of, proposed
from warroom.actions.joint.render import view
from warroom.actions.joint.rows import note
from warroom.actions.joint.views import OperationView, Place
from warroom.actions.schema import Operation, OperationAgency, OperationPlace
from warroom.errors import NotPossible
from warroom.ledger import deadlines, idempotency, officers
from warroom.ledger.audit import leaf, writing
from warroom.ledger.canonical_json import plain
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.sentences.sentence import Sentence

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
    ledger: Ledger, officer: Officer, wanted: Plan, *, key: str, now: datetime | None = None
) -> OperationView:
    """Plan an operation with all its actions; nothing happens until they are approved and two officers say go.

    The time to decide on each action ends at the hour. Raises NotAllowed without a role that plans, or that proposes
    one of the actions; NotFound for an unknown agency, kind or case; NotPossible for what does not fit. All of it is
    planned or nothing.
    """
    now = now or clock.now()
    with ledger.session() as session:
        person = officers.require(session, officer, *role_groups.OPERATION_PLANNERS)
        repeat = idempotency.first_time(session, person, key, ["joint.plan", plain(wanted)], now)
        if repeat is not None:
            return view(session, session.get_one(Operation, repeat[0]), now, person)
        _fit(wanted, now)
        made = _operation(session, person, wanted, now)
        measures = add(session, person, wanted.drafts, now, made.id, wanted.hour)
        deadlines.start(session, "joint", made.id, "hour", wanted.hour, made.case_id)
        note(
            session, made, person, "planned", Sentence("actions.line-planned", places=len(wanted.places)), now
        )
        idempotency.keep(session, person, key, [made.id])
        pairs = zip(wanted.drafts, measures, strict=True)
        rows = [proposed(officer, draft, measure, now) for draft, measure in pairs]
        writing.append_many(session, [_entry(officer, wanted, made, now), *rows])
        return view(session, made, now, person)


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


def _operation(session: Session, person: OfficerRow, wanted: Plan, now: datetime) -> Operation:
    made = Operation(
        case_id=case_id_of(session, person, wanted.case, now),
        title=wanted.title.strip(),
        hour=wanted.hour,
        raid=wanted.raid,
        state="planned",
        proposed_by=person.id,
        proposed_at=now,
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


def _entry(officer: Officer, wanted: Plan, made: Operation, now: datetime) -> leaf.Entry:
    detail = {
        "title": made.title,
        "hour": made.hour,
        "raid": made.raid,
        "places": [[one.name, one.province] for one in wanted.places],
        "agencies": list(wanted.agencies),
        "actions": len(wanted.drafts),
    }
    return leaf.Entry(officer, "joint.planned", f"joint:{made.id}", detail, wanted.case, now)
