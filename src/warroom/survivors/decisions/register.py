"""Registering a person found, their age, and the assignment of screeners."""

import dataclasses
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.cases import sealing
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.survivors import confidential, encryption, events, repository
from warroom.survivors.decisions import charges
from warroom.survivors.schema import SurvivorRow, TeamMember
from warroom.survivors.views import AGE_BANDS, AGE_BASES, FOUND, AgeBand, AgeBasis, Found, Identity

NUMBERING = 20_571  # advisory lock for giving the next number
# How far back a finding is still entered late, and how far ahead the clock of a checkpoint may be.
OLDEST = timedelta(days=3650)
AHEAD = timedelta(minutes=5)


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

    Name and papers go behind the wall and are not shown to the officer who typed them. Doubt about the age,
    or no knowledge of it, makes a child. Raises NotAllowed, NotFound for no such case, NotPossible for facts
    that cannot be.
    """
    _check_age(age_band, age_basis)
    with open_decision(ledger, officer, *role_groups.SURVIVOR_FINDERS, now=now) as this:
        _check_finding(found, found_at, this.now)
        fingerprint = encryption.make_fingerprint(ledger.home, _list_identity_texts(identity))
        asked = ("person", found, found_at.isoformat(), age_band, age_basis, case, fingerprint)
        if (known := this.find_earlier_result(key, *asked)) is not None:
            return str(known[0])
        person = _add_person(this, found, found_at, age_band, age_basis, _case_id(this, case))
        if identity is not None and any(_list_identity_texts(identity)):
            confidential.store_sealed(this, person.id, "identity", person.id, dataclasses.asdict(identity))
        this.save_result(person.number)
        repository.log_person(this, "person.registered", person, {"found": found, "child": person.child})
        return person.number


def _check_age(band: str, basis: str) -> None:
    if band not in AGE_BANDS or basis not in AGE_BASES:
        raise NotPossible("survivors.person-unfit")


def _check_finding(found: str, found_at: datetime, now: datetime) -> None:
    if found not in FOUND:
        raise NotPossible("survivors.person-unfit")
    if not now - OLDEST <= found_at <= now + AHEAD:
        raise NotPossible("survivors.found-time-unfit")


def _list_identity_texts(identity: Identity | None) -> list[str]:
    return [identity.name, identity.papers, identity.note] if identity else []


def _case_id(this: Decision, case: str) -> int | None:
    return sealing.case_of(this.session, this.person, case).id if case else None


def _add_person(
    this: Decision, way_found: str, found_at: datetime, band: str, basis: str, case_id: int | None
) -> SurvivorRow:
    # One after the other: of two people registered at once neither takes the other's number, and none is left out, as
    # a sequence would leave one out with every registration that is undone.
    this.session.execute(select(func.pg_advisory_xact_lock(NUMBERING)))
    number = (this.session.scalar(select(func.max(SurvivorRow.id))) or 0) + 1
    person = SurvivorRow(
        id=number,
        number=f"P-{number}",
        case_id=case_id,
        found=way_found,
        found_at=found_at,
        made_by=this.person.id,
        made_at=this.now,
        age_band=band,
        age_basis=basis,
        child=is_child(band, basis),
        victim="presumed",
        suspect="none",
    )
    this.session.add(person)
    this.session.flush()
    repository.set_status(this, person, "victim", "presumed")
    repository.set_status(this, person, "suspect", "none")
    events.start_person_clocks(this.session, person)
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
    _check_age(age_band, age_basis)
    with open_decision(ledger, officer, "screener", now=now) as this:
        person = repository.lock_own_person(this, number)
        child = is_child(age_band, age_basis)
        # Traffickers tell children to say that they are adults: a mere statement does not take a child's
        # protection away.
        if person.child and not child and age_basis == "stated":
            raise NotPossible("survivors.child-stays-child")
        # A child cannot have withdrawn: what it said as a grown person no longer holds.
        if child and person.victim == "withdrawn":
            repository.set_status(this, person, "victim", "presumed")
        if child and not person.child and (running := charges.lock_running_charges(this.session, person)):
            charges.drop_charges(this, person, running)
        person.age_band, person.age_basis, person.child = age_band, age_basis, child
        repository.log_person(this, "person.age", person, {"child": child})


def assign_screener(
    ledger: Ledger,
    officer: Officer,
    number: str,
    screener: str,
    *,
    lead: bool = False,
    now: datetime | None = None,
) -> None:
    """Make an officer one of the person's screeners; the first one leads, and a new lead follows the old.

    Raises NotAllowed for an officer who assigns themselves, NotPossible where the officer is no screener or
    has a part in the case against the person, NotFound.
    """
    with open_decision(ledger, officer, *role_groups.SCREENER_ASSIGNERS, now=now) as this:
        person = repository.lock_visible_person(this, number)
        chosen = _require_screener(this.session, person, screener)
        # Nobody assigns themselves: a commander would gain access to what they may not read without a
        # reason.
        if chosen.id == this.person.id:
            raise NotAllowed("survivors.assigned-by-oneself")
        lead = lead or repository.find_lead(this.session, person.id) is None
        if lead:
            _clear_lead(this.session, person.id)
        member = repository.find_member(this.session, person, chosen.id)
        if member is None:
            member = TeamMember(person_id=person.id, officer_id=chosen.id, lead=lead, since=this.now)
            this.session.add(member)
        member.lead = member.lead or lead
        repository.log_person(this, "person.assigned", person, {"screener": chosen.username, "lead": lead})


def _clear_lead(session: Session, person_id: int) -> None:
    """Take the lead from the person's lead screener, who stays a screener."""
    # Before the new lead is written: the database allows one at a time, so that somebody always answers for a person.
    session.execute(
        update(TeamMember)
        .where(TeamMember.person_id == person_id, TeamMember.lead, TeamMember.until.is_(None))
        .values(lead=False)
        .execution_options(synchronize_session="fetch")
    )


def _find_officer(session: Session, username: str) -> OfficerRow | None:
    return session.scalars(select(OfficerRow).where(OfficerRow.username == username)).first()


def _require_screener(session: Session, person: SurvivorRow, username: str) -> OfficerRow:
    chosen = _find_officer(session, username)
    if chosen is None or not chosen.active or "screener" not in chosen.roles:
        raise NotPossible("survivors.no-such-screener", username=username[:32])
    if sentence := repository.find_conflict(session, person, chosen):
        raise NotPossible(sentence)
    return chosen


def unassign_screener(
    ledger: Ledger, officer: Officer, number: str, screener: str, *, now: datetime | None = None
) -> None:
    """Remove a screener from the person's team. Raises NotAllowed, NotFound where they are not in it."""
    with open_decision(ledger, officer, *role_groups.SCREENER_ASSIGNERS, now=now) as this:
        person = repository.lock_visible_person(this, number)
        chosen = _find_officer(this.session, screener)
        member = repository.find_member(this.session, person, chosen.id) if chosen else None
        if member is None:
            raise NotFound("survivors.not-their-screener", username=screener[:32], number=person.number)
        member.until, member.lead = this.now, False
        repository.log_person(this, "person.unassigned", person, {"screener": screener})
