"""Registering a person found, their age, and the screeners who look after them."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.cases import sealing
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.ledger import idempotency, officers
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.survivors import confidential, encryption, events, repository
from warroom.survivors.decisions import charges
from warroom.survivors.schema import Charge, Person, PersonStatus, TeamMember
from warroom.survivors.views import AGE_BANDS, AGE_BASES, FOUND, AgeBand, AgeBasis, Found, Identity

NUMBERING = 20_571  # whoever holds this lock gives the next number
OLDEST = timedelta(days=3650)


def register_person(
    ledger: Ledger,
    officer: Officer,
    *,
    found: Found,
    found_at: datetime,
    age_band: AgeBand,
    age_basis: AgeBasis,
    key: str,
    case: str = "",
    identity: Identity | None = None,
    now: datetime | None = None,
) -> str:
    """Register a person found and answer their number; from this moment they are presumed a victim.

    Name and papers go behind the wall and do not come back to whoever typed them. Doubt about the age, or no
    knowledge of it, makes a child. Raises NotAllowed, NotFound for no such case, NotPossible for facts that
    cannot be.
    """
    now = now or clock.now()
    _check(found, found_at, age_band, age_basis, now)
    with ledger.session() as session:
        row = officers.require(session, officer, *role_groups.PEOPLE_FINDERS)
        told = encryption.fingerprint(ledger.home, _plain(identity))
        asked = ["person", found, found_at.isoformat(), age_band, age_basis, case, told]
        before = idempotency.first_time(session, row, key, asked, now)
        if before is not None:
            return str(before[0])
        person = _add(session, row, found, found_at, age_band, age_basis, _case_id(session, row, case), now)
        if identity is not None and any(_plain(identity)):
            confidential.keep(session, person.id, "identity", person.id, _body(identity), row.id, now)
        idempotency.keep(session, row, key, [person.number])
        detail = {"found": found, "child": person.child}
        writing.append(
            session,
            officer,
            "person.registered",
            repository.subject(person),
            detail,
            case=case or None,
            at=now,
        )
        return person.number


def _check(found: str, found_at: datetime, band: str, basis: str, now: datetime) -> None:
    if found not in FOUND or band not in AGE_BANDS or basis not in AGE_BASES:
        raise NotPossible("survivors.person-unfit")
    if not now - OLDEST <= found_at <= now + timedelta(minutes=5):
        raise NotPossible("survivors.found-time-unfit")


def _plain(identity: Identity | None) -> list[str]:
    return [identity.name, identity.papers, identity.note] if identity else []


def _body(identity: Identity) -> dict[str, str]:
    return {"name": identity.name, "papers": identity.papers, "note": identity.note}


def _case_id(session: Session, row: OfficerRow, case: str) -> int | None:
    return sealing.case_of(session, row, case).id if case else None


def _add(
    session: Session,
    row: OfficerRow,
    found: str,
    found_at: datetime,
    band: str,
    basis: str,
    case_id: int | None,
    now: datetime,
) -> Person:
    session.execute(select(func.pg_advisory_xact_lock(NUMBERING)))
    number = (session.scalar(select(func.max(Person.id))) or 0) + 1
    person = Person(
        id=number,
        number=f"P-{number}",
        case_id=case_id,
        found=found,
        found_at=found_at,
        made_by=row.id,
        made_at=now,
        age_band=band,
        age_basis=basis,
        child=is_child(band, basis),
        victim="presumed",
        suspect="none",
    )
    session.add(person)
    session.flush()
    for side, status in (("victim", "presumed"), ("suspect", "none")):
        session.add(PersonStatus(person_id=person.id, side=side, status=status, officer_id=row.id, at=now))
    events.begin(session, person)
    return person


def is_child(band: str, basis: str) -> bool:
    """Under 18 by statement or assessment; doubt about the age, or none known, counts for the child."""
    return band in ("child", "unknown") or basis == "doubted"


def set_age(
    ledger: Ledger,
    officer: Officer,
    number: str,
    age_band: AgeBand,
    age_basis: AgeBasis,
    *,
    now: datetime | None = None,
) -> None:
    """Correct an age. A child found out as one is no longer charged, whatever was decided before.

    That a child is grown up needs a paper or an assessment: what was merely stated does not take it away.
    """
    now = now or clock.now()
    _check("raid", now, age_band, age_basis, now)
    with ledger.session() as session:
        row, person = repository.mine(session, officer, number)
        child = is_child(age_band, age_basis)
        if person.child and not child and age_basis == "stated":
            raise NotPossible("survivors.child-stays-child")
        if child and person.victim == "withdrawn":
            repository.set_status(session, person, "victim", "presumed", row.id, now)
        if child and not person.child:
            _uncharge(session, person, row, now)
        person.age_band, person.age_basis, person.child = age_band, age_basis, child
        detail = {"child": child}
        writing.append(session, officer, "person.age", repository.subject(person), detail, at=now)


def _uncharge(session: Session, person: Person, row: OfficerRow, now: datetime) -> None:
    query = select(Charge).where(Charge.person_id == person.id, Charge.state != "dropped")
    if running := list(session.scalars(query.with_for_update())):
        charges.drop(session, person, running, row.id, now)


def assign(
    ledger: Ledger,
    officer: Officer,
    number: str,
    screener: str,
    *,
    lead: bool = False,
    now: datetime | None = None,
) -> None:
    """Make an officer one of the person's screeners; the first one leads, and a new lead follows the old.

    Raises NotAllowed for whoever assigns themselves, NotPossible where the officer is no screener or has a part
    in the case against the person, NotFound.
    """
    now = now or clock.now()
    with ledger.session() as session:
        row = officers.require(session, officer, *role_groups.SCREENER_ASSIGNERS)
        person = repository.find(session, row, number, lock=True)
        chosen = _screener(session, person, screener)
        if chosen.id == row.id:
            raise NotAllowed("survivors.assigned-by-oneself")
        lead = lead or repository.lead_of(session, person.id) is None
        if lead:
            _open(person.id, session, now)
        member = repository.member_of(session, person, chosen.id)
        if member is None:
            session.add(TeamMember(person_id=person.id, officer_id=chosen.id, lead=lead, since=now))
        else:
            member.lead = member.lead or lead
        detail = {"screener": chosen.username, "lead": lead}
        writing.append(session, officer, "person.assigned", repository.subject(person), detail, at=now)


def _open(person_id: int, session: Session, now: datetime) -> None:
    """The place of the lead becomes free; whoever led stays a screener."""
    session.execute(
        update(TeamMember)
        .where(TeamMember.person_id == person_id, TeamMember.lead, TeamMember.until.is_(None))
        .values(lead=False)
        .execution_options(synchronize_session="fetch")
    )


def _screener(session: Session, person: Person, username: str) -> OfficerRow:
    chosen = session.scalars(select(OfficerRow).where(OfficerRow.username == username)).first()
    if chosen is None or not chosen.active or "screener" not in chosen.roles:
        raise NotPossible("survivors.no-such-screener", username=username[:32])
    if sentence := repository.conflict(session, person, chosen):
        raise NotPossible(sentence)
    return chosen


def unassign(
    ledger: Ledger, officer: Officer, number: str, screener: str, *, now: datetime | None = None
) -> None:
    """A screener needs to know no longer. Raises NotAllowed, NotFound where they are not of the team."""
    now = now or clock.now()
    with ledger.session() as session:
        row = officers.require(session, officer, *role_groups.SCREENER_ASSIGNERS)
        person = repository.find(session, row, number, lock=True)
        chosen = session.scalars(select(OfficerRow).where(OfficerRow.username == screener)).first()
        member = repository.member_of(session, person, chosen.id) if chosen else None
        if member is None:
            raise NotFound("survivors.not-their-screener", username=screener[:32], number=person.number)
        member.until, member.lead = now, False
        detail = {"screener": screener}
        writing.append(session, officer, "person.unassigned", repository.subject(person), detail, at=now)
