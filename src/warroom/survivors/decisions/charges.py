"""Suspicion and charge of a person who may be a victim: after the screening, never of a child, never for what they
were made to do.

Non-punishment: ACTIP art. 14 (7), Anti-Trafficking in Persons Act B.E. 2551 s. 41. A prosecutor states why the act
was no consequence of trafficking, a second officer confirms it, and neither has ever seen what the person said.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.sentences.sentence import Sentence
from warroom.survivors import confidential, events, forms, repository
from warroom.survivors.schema import Charge, Screening, SurvivorRow
from warroom.survivors.views import SurvivorPage

# Characters of a prosecutor's statement: a sentence at least, some pages at most. Chosen, not prescribed.
SHORTEST_STATEMENT = 40
LONGEST_STATEMENT = 4_000


def record_suspicion(ledger: Ledger, officer: Officer, number: str, *, now: datetime | None = None) -> None:
    """Record that a grown person is suspected of a crime; they stay a presumed victim at the same time."""
    with open_decision(ledger, officer, *role_groups.SUSPECTERS, now=now) as this:
        person = repository.lock_visible_person(this, number)
        if person.child:
            raise NotPossible("survivors.child-not-charged")
        if _has_read(this.session, person, this.person.id):
            raise NotAllowed("survivors.charge-by-reader")
        if person.suspect not in ("none", "dropped"):
            raise NotPossible("survivors.suspected-already")
        repository.set_status(this, person, "suspect", "suspected")
        _log_charge(this, "person.suspected", person)


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
    """Request a charge as a prosecutor, with a statement why the act was no consequence of trafficking;
    returns its id. It waits for a second officer.

    Raises NotPossible for a child, before a completed screening, before the days of rest are over, while the person
    is presumed a victim, and for an act the person was made to do; NotAllowed for an officer who read what
    they said.
    """
    clean_statement = statement.strip()
    (named,) = forms.check_acts((act,))
    if not SHORTEST_STATEMENT <= len(clean_statement) <= LONGEST_STATEMENT:
        raise NotPossible(
            "survivors.statement-length", shortest=SHORTEST_STATEMENT, longest=LONGEST_STATEMENT
        )
    with open_decision(ledger, officer, *role_groups.CHARGERS, now=now) as this:
        person = repository.lock_visible_person(this, number)
        if (known := this.find_earlier_result(key, "charge", person.id, named, clean_statement)) is not None:
            return int(known[0])
        _may_be_charged(this, person, named)
        # The same act charged twice would have to be dropped twice, and one of the two would be forgotten.
        if _find_running_charge(this.session, person, named) is not None:
            raise NotPossible("survivors.charge-there-already")
        charge = Charge(
            person_id=person.id,
            act=named,
            statement=clean_statement,
            prosecutor_id=this.person.id,
            at=this.now,
            state="waiting",
        )
        this.session.add(charge)
        this.session.flush()
        if person.suspect in ("none", "dropped"):
            repository.set_status(this, person, "suspect", "suspected")
        this.save_result(charge.id)
        _log_charge(this, "charge.requested", person, {"charge": charge.id, "act": named})
        return charge.id


def list_charge_obstacles(person: SurvivorPage, now: datetime) -> tuple[str, ...]:
    """Obstacles to any charge of a person, as a refusal would state them, as far as their page shows them.

    Protected acts, who read what was said, and a screener's part in the case are behind the wall: only a
    request for a charge checks them.
    """
    rest = [
        deadline.due_at
        for deadline in person.deadlines
        if deadline.kind == events.REFLECTION and deadline.due_at > now
    ]
    obstacles = [] if person.line.screened else [Sentence("survivors.charge-before-screening")]
    obstacles += [format_rest_sentence(max(rest))] if rest else []
    obstacles += [Sentence("survivors.victim-undecided")] if person.line.victim == "presumed" else []
    return tuple(obstacles)


def format_rest_sentence(ends: datetime) -> Sentence:
    """The refusal of a charge during the reflection period, which ends at `ends`."""
    return Sentence("survivors.rest-before-charge", until=f"{ends:%Y-%m-%d %H:%M}")


def _may_be_charged(this: Decision, person: SurvivorRow, act: str) -> None:
    if person.child:
        raise NotPossible("survivors.child-not-charged")
    if not _has_valid_screening(this.session, person):
        raise NotPossible("survivors.charge-before-screening")
    if this.now < (ends := events.find_reflection_end(this.session, person)):
        raise NotPossible(format_rest_sentence(ends))
    this.require_trusted_clock()  # by one that is ahead the rest seems over
    # In doubt a victim: as long as nobody has decided, whatever they did may be what they were made to do.
    if person.victim == "presumed":
        raise NotPossible("survivors.victim-undecided")
    if act in list_protected_acts(this, person):
        raise NotPossible("survivors.act-protected")
    # An officer who read what was said in confidence would bring it into the charge, even without quoting
    # it.
    if _has_read(this.session, person, this.person.id):
        raise NotAllowed("survivors.charge-by-reader")


def _has_read(session: Session, person: SurvivorRow, officer_id: int) -> bool:
    """Whether an officer is one of the person's screeners or has ever read what they said."""
    return repository.find_member(session, person, officer_id) is not None or confidential.has_looked(
        session, person.id, officer_id
    )


def _has_valid_screening(session: Session, person: SurvivorRow) -> bool:
    """Whether a screening was completed by somebody who has no part in the case, then or since."""
    query = (
        select(OfficerRow)
        .join(Screening, Screening.screener_id == OfficerRow.id)
        .where(Screening.person_id == person.id, Screening.state == "completed")
    )
    return any(not repository.find_conflict(session, person, row) for row in session.scalars(query))


def list_protected_acts(this: Decision, person: SurvivorRow) -> frozenset[str]:
    """Acts that this person cannot be charged with: those they were made to do, and those protected for every
    victim.
    """
    fact_bodies = confidential.load_protective_facts(this, person.id, "acts").values()
    acts = {act for body in fact_bodies for act in body["acts"]}
    # Withdrawing from the status is no step towards a charge: a person who does not want the help keeps
    # the protection.
    if person.victim in ("identified", "withdrawn") or acts:
        acts |= {act.id for act in forms.load_form().acts if act.always}
    return frozenset(acts)


def _find_running_charge(session: Session, person: SurvivorRow, act: str) -> Charge | None:
    query = select(Charge).where(Charge.person_id == person.id, Charge.act == act, Charge.state != "dropped")
    return session.scalars(query).first()


def confirm_charge(
    ledger: Ledger, officer: Officer, number: str, charge_id: int, key: str, *, now: datetime | None = None
) -> None:
    """Confirm a charge as a second officer; all obstacles are checked again.

    Raises NotAllowed for the prosecutor who asked for it, and what `request_charge` raises.
    """
    with open_decision(ledger, officer, *role_groups.CHARGE_CONFIRMERS, now=now) as this:
        person = repository.lock_visible_person(this, number)
        if this.find_earlier_result(key, "confirm", person.id, charge_id) is not None:
            return
        charge = _lock_charge(this.session, person, charge_id)
        if charge.state != "waiting":
            raise NotPossible("survivors.charge-not-waiting")
        if charge.prosecutor_id == this.person.id:
            raise NotAllowed("survivors.charge-by-same-officer")
        # The prosecutor may have broken the glass after asking: then the charge rests on what nobody may use.
        if _has_read(this.session, person, charge.prosecutor_id):
            raise NotAllowed("survivors.charge-read-since")
        _may_be_charged(this, person, charge.act)
        charge.second_id, charge.second_at, charge.state = this.person.id, this.now, "charged"
        repository.set_status(this, person, "suspect", "charged")
        _log_charge(this, "charge.confirmed", person, {"charge": charge.id, "act": charge.act})


def drop_charge(
    ledger: Ledger, officer: Officer, number: str, charge_id: int, *, now: datetime | None = None
) -> None:
    """Drop a charge as a prosecutor, requested or confirmed."""
    with open_decision(ledger, officer, *role_groups.CHARGERS, now=now) as this:
        person = repository.lock_visible_person(this, number)
        charge = _lock_charge(this.session, person, charge_id)
        if charge.state == "dropped":
            raise NotPossible("survivors.charge-dropped")
        drop_charges(this, person, [charge])
        _log_charge(this, "charge.dropped", person, {"charge": charge.id})


def _lock_charge(session: Session, person: SurvivorRow, charge_id: int) -> Charge:
    charge = session.get(Charge, charge_id, with_for_update=True)
    if charge is None or charge.person_id != person.id:
        raise NotFound("survivors.no-such-charge", number=person.number, charge=charge_id)
    return charge


def drop_charges(this: Decision, person: SurvivorRow, charges: list[Charge]) -> None:
    """Drop charges; with the last one gone the person is no longer charged."""
    for charge in charges:
        charge.state, charge.ended_at = "dropped", this.now
    this.session.flush()
    query = select(Charge.state).where(Charge.person_id == person.id, Charge.state != "dropped")
    left = set(this.session.scalars(query))
    # One charge that is still there keeps the status.
    status = "charged" if "charged" in left else "suspected" if left else "dropped"
    if status != person.suspect:
        repository.set_status(this, person, "suspect", status)


def lock_running_charges(session: Session, person: SurvivorRow) -> list[Charge]:
    """Every charge of the person that is asked for or made, locked."""
    query = select(Charge).where(Charge.person_id == person.id, Charge.state != "dropped")
    return list(session.scalars(query.with_for_update()))


def drop_protected_charges(this: Decision, person: SurvivorRow) -> None:
    """Drop charges of acts that have become protected."""
    # The wall is read only where a charge could fall: each read is recorded.
    if there := lock_running_charges(this.session, person):
        closed = list_protected_acts(this, person)
        if fallen := [one for one in there if one.act in closed]:
            drop_charges(this, person, fallen)


def _log_charge(
    this: Decision, verb: str, person: SurvivorRow, detail: Mapping[str, Any] | None = None
) -> None:
    repository.log_person(this, verb, person, {**(detail or {}), "suspect": person.suspect})
