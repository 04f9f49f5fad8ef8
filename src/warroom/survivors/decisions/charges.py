"""Suspicion and charge of a person who may be a victim: after the screening, never of a child, never for what they
were made to do.

Non-punishment: ACTIP art. 14 (7), Anti-Trafficking in Persons Act B.E. 2551 s. 41. A prosecutor states why the act
was no consequence of trafficking, a second officer confirms it, and neither has ever seen what the person said.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.ledger import idempotency, officers
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.sentences.sentence import Sentence
from warroom.survivors import confidential, events, forms, repository
from warroom.survivors.schema import Charge, Person, Screening
from warroom.survivors.views import PersonPage

SHORTEST_STATEMENT = 40
LONGEST_STATEMENT = 4_000


def suspect(ledger: Ledger, officer: Officer, number: str, *, now: datetime | None = None) -> None:
    """Record that a grown person is suspected of a crime; they stay a presumed victim at the same time."""
    now = now or clock.now()
    with ledger.session() as session:
        row = officers.require(session, officer, *role_groups.SUSPECTERS)
        person = repository.find(session, row, number, lock=True)
        if person.child:
            raise NotPossible("survivors.child-not-charged")
        if _has_read(session, person, row.id):
            raise NotAllowed("survivors.charge-by-reader")
        if person.suspect not in ("none", "dropped"):
            raise NotPossible("survivors.suspected-already")
        repository.set_status(session, person, "suspect", "suspected", row.id, now)
        _log(session, officer, person, "person.suspected", {}, now)


def request_charge(
    ledger: Ledger,
    officer: Officer,
    number: str,
    act: str,
    statement: str,
    key: str,
    *,
    now: datetime | None = None,
) -> int:
    """A prosecutor asks for a charge, with a statement why the act was no consequence of trafficking; answers its
    number. It waits for a second officer.

    Raises NotPossible for a child, before a completed screening, before the days of rest are over, while the person
    is presumed a victim, and for an act the person was made to do; NotAllowed for whoever read what they said.
    """
    now, said = now or clock.now(), statement.strip()
    (named,) = forms.checked_acts((act,))
    if not SHORTEST_STATEMENT <= len(said) <= LONGEST_STATEMENT:
        raise NotPossible(
            "survivors.statement-length", shortest=SHORTEST_STATEMENT, longest=LONGEST_STATEMENT
        )
    with ledger.session() as session:
        row = officers.require(session, officer, *role_groups.CHARGERS)
        person = repository.find(session, row, number, lock=True)
        before = idempotency.first_time(session, row, key, ["charge", person.id, named, said], now)
        if before is not None:
            return int(before[0])
        _may_be_charged(session, person, row, named, now)
        if _running(session, person, named) is not None:
            raise NotPossible("survivors.charge-there-already")
        charge = Charge(
            person_id=person.id, act=named, statement=said, prosecutor_id=row.id, at=now, state="waiting"
        )
        session.add(charge)
        session.flush()
        if person.suspect in ("none", "dropped"):
            repository.set_status(session, person, "suspect", "suspected", row.id, now)
        idempotency.keep(session, row, key, [charge.id])
        _log(session, officer, person, "charge.requested", {"charge": charge.id, "act": named}, now)
        return charge.id


def standing(person: PersonPage, now: datetime) -> tuple[str, ...]:
    """What stands against every charge of a person, as a refusal would say it and as far as their page tells.

    Which acts are protected, who read what was said, and whether a screener has a part in the case is told only to who asks:
    it lies behind the wall.
    """
    rest = [one.due_at for one in person.deadlines if one.kind == events.REFLECTION and one.due_at > now]
    found = [] if person.line.screened else [Sentence("survivors.charge-before-screening")]
    found += [resting(max(rest))] if rest else []
    found += [Sentence("survivors.victim-undecided")] if person.line.victim == "presumed" else []
    return tuple(found)


def resting(ends: datetime) -> Sentence:
    """That nobody is charged during the days of rest."""
    return Sentence("survivors.rest-before-charge", until=f"{ends:%Y-%m-%d %H:%M}")


def _may_be_charged(session: Session, person: Person, row: OfficerRow, act: str, now: datetime) -> None:
    if person.child:
        raise NotPossible("survivors.child-not-charged")
    if not _screened(session, person):
        raise NotPossible("survivors.charge-before-screening")
    if now < (ends := events.reflection_ends(session, person)):
        raise NotPossible(resting(ends))
    if person.victim == "presumed":
        raise NotPossible("survivors.victim-undecided")
    if act in protected(session, person, now):
        raise NotPossible("survivors.act-protected")
    if _has_read(session, person, row.id):
        raise NotAllowed("survivors.charge-by-reader")


def _has_read(session: Session, person: Person, officer_id: int) -> bool:
    """Whether an officer cares for this person or has ever been shown what they said."""
    return repository.member_of(session, person, officer_id) is not None or confidential.has_looked(
        session, person.id, officer_id
    )


def _screened(session: Session, person: Person) -> bool:
    """Whether a screening was completed by somebody who has no part in the case, then or since."""
    query = (
        select(OfficerRow)
        .join(Screening, Screening.screener_id == OfficerRow.id)
        .where(Screening.person_id == person.id, Screening.state == "completed")
    )
    return any(not repository.conflict(session, person, row) for row in session.scalars(query))


def protected(session: Session, person: Person, now: datetime) -> frozenset[str]:
    """Acts nobody charges this person with: found to be made to do, and those closed for every victim."""
    found = confidential.protecting(session, person.id, "acts", now).values()
    acts = {act for body in found for act in body["acts"]}
    if person.victim in ("identified", "withdrawn") or acts:
        acts |= {act.id for act in forms.form().acts if act.always}
    return frozenset(acts)


def _running(session: Session, person: Person, act: str) -> Charge | None:
    query = select(Charge).where(Charge.person_id == person.id, Charge.act == act, Charge.state != "dropped")
    return session.scalars(query).first()


def confirm_charge(
    ledger: Ledger, officer: Officer, number: str, charge_id: int, key: str, *, now: datetime | None = None
) -> None:
    """A second officer confirms a charge; everything that stands against one is looked at again.

    Raises NotAllowed for the prosecutor who asked for it, and what `request_charge` raises.
    """
    now = now or clock.now()
    with ledger.session() as session:
        row = officers.require(session, officer, *role_groups.CHARGE_CONFIRMERS)
        person = repository.find(session, row, number, lock=True)
        if idempotency.first_time(session, row, key, ["confirm", person.id, charge_id], now) is not None:
            return
        charge = _charge(session, person, charge_id)
        if charge.state != "waiting":
            raise NotPossible("survivors.charge-not-waiting")
        if charge.prosecutor_id == row.id:
            raise NotAllowed("survivors.charge-by-same-officer")
        if _has_read(session, person, charge.prosecutor_id):
            raise NotAllowed("survivors.charge-read-since")
        _may_be_charged(session, person, row, charge.act, now)
        charge.second_id, charge.second_at, charge.state = row.id, now, "charged"
        repository.set_status(session, person, "suspect", "charged", row.id, now)
        _log(session, officer, person, "charge.confirmed", {"charge": charge.id, "act": charge.act}, now)


def drop_charge(
    ledger: Ledger, officer: Officer, number: str, charge_id: int, *, now: datetime | None = None
) -> None:
    """A prosecutor drops a charge, asked for or made."""
    now = now or clock.now()
    with ledger.session() as session:
        row = officers.require(session, officer, *role_groups.CHARGERS)
        person = repository.find(session, row, number, lock=True)
        charge = _charge(session, person, charge_id)
        if charge.state == "dropped":
            raise NotPossible("survivors.charge-dropped")
        drop(session, person, [charge], row.id, now)
        _log(session, officer, person, "charge.dropped", {"charge": charge.id}, now)


def _charge(session: Session, person: Person, charge_id: int) -> Charge:
    charge = session.get(Charge, charge_id, with_for_update=True)
    if charge is None or charge.person_id != person.id:
        raise NotFound("survivors.no-such-charge", number=person.number, charge=charge_id)
    return charge


def drop(session: Session, person: Person, charges: list[Charge], officer_id: int, now: datetime) -> None:
    """Drop charges; with the last one gone the person is no longer charged."""
    for charge in charges:
        charge.state, charge.ended_at = "dropped", now
    session.flush()
    query = select(Charge.state).where(Charge.person_id == person.id, Charge.state != "dropped")
    left = set(session.scalars(query))
    status = "charged" if "charged" in left else "suspected" if left else "dropped"
    if status != person.suspect:
        repository.set_status(session, person, "suspect", status, officer_id, now)


def protect(session: Session, person: Person, officer_id: int, now: datetime) -> int:
    """Drop what may no longer be charged, now that more is known for the person; returns how many charges fell."""
    query = select(Charge).where(Charge.person_id == person.id, Charge.state != "dropped")
    running = list(session.scalars(query.with_for_update()))
    closed = protected(session, person, now) if running else frozenset()
    fallen = [one for one in running if one.act in closed]
    if fallen:
        drop(session, person, fallen, officer_id, now)
    return len(fallen)


def _log(
    session: Session, officer: Officer, person: Person, verb: str, detail: dict[str, object], now: datetime
) -> None:
    writing.append(
        session, officer, verb, repository.subject(person), detail | {"suspect": person.suspect}, at=now
    )
