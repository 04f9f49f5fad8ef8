"""Identification of victims: one screener is enough to identify, two are needed to deny, after the reflection
period.

An identification is never taken back here. Someone may withdraw from the status by themselves, not a child, and that
is no step towards a charge.
"""

from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.errors import NotAllowed, NotPossible
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.survivors import confidential, encryption, events, forms, repository
from warroom.survivors.decisions import charges, consents
from warroom.survivors.schema import Identification, Screening, SurvivorRow
from warroom.survivors.views import Victim


def identify_victim(
    ledger: Ledger,
    officer: Officer,
    number: str,
    reasons: str,
    key: str,
    *,
    acts: tuple[str, ...] = (),
    now: datetime | None = None,
) -> Victim:
    """Identify a person as a victim, as one of their screeners; at any time, also against a form that shows
    none.

    `acts` are what they were made to do, which nobody charges them with.
    """
    clean_reasons, made_to = consents.require_reason(reasons), forms.check_acts(acts)
    with open_decision(ledger, officer, "screener", now=now) as this:
        person = repository.lock_own_person(this, number)
        fingerprint = encryption.make_fingerprint(ledger.home, [clean_reasons, made_to])
        if this.find_earlier_result(key, "identify", person.id, fingerprint) is None:
            screening = _find_last_screening(this.session, person)
            identification = decide_towards(this, person, screening.id if screening else None)
            confidential.keep_reasons(this, person.id, identification.id, clean_reasons, made_to)
            charges.drop_protected_charges(this, person)
            repository.log_person(this, "person.identified", person, {"victim": person.victim})
        return person.victim  # type: ignore[return-value]


def decide_towards(this: Decision, person: SurvivorRow, screening_id: int | None) -> Identification:
    """Make the person an identified victim in the running transaction; a waiting decision the other way ends."""
    _lapse_waiting(this.session, person)
    found = _add_decision(this, person, "identified", screening_id)
    repository.set_status(this, person, "victim", "identified")
    deadlines.meet_deadlines(this.session, repository.ABOUT, person.id, events.IDENTIFICATION)
    return found


def _add_decision(
    this: Decision,
    person: SurvivorRow,
    verdict: str,
    screening_id: int | None = None,
    state: Literal["decided", "waiting"] = "decided",
) -> Identification:
    identification = Identification(
        person_id=person.id,
        screening_id=screening_id,
        decision=verdict,
        first_id=this.person.id,
        first_at=this.now,
        state=state,
    )
    this.session.add(identification)
    this.session.flush()
    return identification


def _lapse_waiting(session: Session, person: SurvivorRow) -> None:
    """End a denial that waits for a second screener, when the person is identified or withdraws."""
    waiting = _lock_waiting(session, person)
    if waiting is not None:
        waiting.state = "lapsed"
        session.flush()


def _lock_waiting(session: Session, person: SurvivorRow) -> Identification | None:
    query = select(Identification).where(
        Identification.person_id == person.id, Identification.state == "waiting"
    )
    return session.scalars(query.with_for_update()).first()


def _find_last_screening(session: Session, person: SurvivorRow) -> Screening | None:
    """The newest completed screening."""
    query = select(Screening).where(Screening.person_id == person.id, Screening.state == "completed")
    return session.scalars(query.order_by(Screening.id.desc()).limit(1)).first()


def not_identify(
    ledger: Ledger, officer: Officer, number: str, reasons: str, key: str, *, now: datetime | None = None
) -> Victim:
    """Deny the status of a victim after the full interview; it takes effect when a second screener finds the
    same.

    The first call waits, the second by another screener decides. Raises NotPossible before the days of rest are
    over, without a completed screening, or where the person is identified; NotAllowed for the same screener twice.
    """
    clean_reasons = consents.require_reason(reasons)
    with open_decision(ledger, officer, "screener", now=now) as this:
        person = repository.lock_own_person(this, number)
        fingerprint = encryption.make_fingerprint(ledger.home, clean_reasons)
        if this.find_earlier_result(key, "not-identify", person.id, fingerprint) is None:
            screening = _may_be_denied(this, person)
            waiting = _lock_waiting(this.session, person)
            if waiting is None:
                waiting = _add_decision(this, person, "not_identified", screening.id, "waiting")
            else:
                _confirm_as_second(this, person, waiting)
            confidential.keep_reasons(this, person.id, waiting.id, clean_reasons)
            repository.log_person(this, "person.not_identified", person, {"victim": person.victim})
        return person.victim  # type: ignore[return-value]


def _may_be_denied(this: Decision, person: SurvivorRow) -> Screening:
    if person.victim != "presumed":
        raise NotPossible("survivors.identification-final")
    screening = _find_last_screening(this.session, person)
    if screening is None:
        raise NotPossible("survivors.screening-incomplete")
    # People do not speak of what they went through in the first days: what is not said before the
    # reflection period ends proves nothing.
    if this.now < (ends := events.find_reflection_end(this.session, person)):
        raise NotPossible("survivors.rest-before-identification", until=f"{ends:%Y-%m-%d %H:%M}")
    this.require_trusted_clock()  # by one that is ahead the rest seems over
    return screening


def _confirm_as_second(this: Decision, person: SurvivorRow, waiting: Identification) -> None:
    if waiting.first_id == this.person.id:
        raise NotAllowed("survivors.same-screener-twice")
    waiting.second_id, waiting.second_at, waiting.state = this.person.id, this.now, "decided"
    repository.set_status(this, person, "victim", "not_identified")
    deadlines.meet_deadlines(this.session, repository.ABOUT, person.id, events.IDENTIFICATION)


def withdraw_status(
    ledger: Ledger, officer: Officer, number: str, words: str, *, now: datetime | None = None
) -> Victim:
    """Withdraw an adult from the status of a victim, at their wish; what protects them from a charge stays."""
    clean_words = consents.require_reason(words)
    with open_decision(ledger, officer, "screener", now=now) as this:
        person = repository.lock_own_person(this, number)
        # A child cannot give up its protection: it may have been talked into that.
        if person.child:
            raise NotPossible("survivors.child-stays-victim")
        if person.victim == "withdrawn":
            raise NotPossible("survivors.withdrawn-already")
        _lapse_waiting(this.session, person)
        identification = _add_decision(this, person, "withdrawn")
        confidential.keep_reasons(this, person.id, identification.id, clean_words)
        repository.set_status(this, person, "victim", "withdrawn")
        deadlines.stop_deadlines(this.session, repository.ABOUT, person.id, events.IDENTIFICATION)
        repository.log_person(this, "person.withdrew", person, {"victim": person.victim})
        return "withdrawn"
