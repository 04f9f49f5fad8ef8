"""Whether a person is a victim: towards the victim one screener decides, the other way only two, after the days of rest.

An identification is never taken back here. Someone may withdraw from the status by themselves, not a child, and that
is no step towards a charge.
"""

from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.errors import NotAllowed, NotPossible
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision, decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.survivors import confidential, encryption, events, forms, repository
from warroom.survivors.decisions import charges, consents
from warroom.survivors.schema import Identification, Person, Screening
from warroom.survivors.views import Victim


def identify(
    ledger: Ledger,
    officer: Officer,
    number: str,
    reasons: str,
    key: str,
    *,
    acts: tuple[str, ...] = (),
    now: datetime | None = None,
) -> Victim:
    """One of the person's screeners finds that they are a victim; at any time, also against a form that shows none.

    `acts` are what they were made to do, which nobody charges them with.
    """
    said, made_to = consents.reasoned(reasons), forms.checked_acts(acts)
    with decision(ledger, officer, "screener", now=now) as this:
        person = repository.mine(this, number)
        told = encryption.fingerprint(ledger.home, [said, made_to])
        if this.before(key, "identify", person.id, told) is None:
            screening = _last(this.session, person)
            found = decide_towards(this, person, screening.id if screening else None)
            confidential.keep_reasons(this, person.id, found.id, said, made_to)
            charges.protect(this, person)
            repository.log(this, "person.identified", person, {"victim": person.victim})
        return person.victim  # type: ignore[return-value]


def decide_towards(this: Decision, person: Person, screening_id: int | None) -> Identification:
    """Make the person an identified victim in the running transaction; a waiting decision the other way ends."""
    _lapse(this.session, person)
    found = _decided(this, person, "identified", screening_id)
    repository.set_status(this, person, "victim", "identified")
    deadlines.meet(this.session, repository.ABOUT, person.id, events.IDENTIFICATION)
    return found


def _decided(
    this: Decision,
    person: Person,
    verdict: str,
    screening_id: int | None = None,
    state: Literal["decided", "waiting"] = "decided",
) -> Identification:
    found = Identification(
        person_id=person.id,
        screening_id=screening_id,
        decision=verdict,
        first_id=this.person.id,
        first_at=this.now,
        state=state,
    )
    this.session.add(found)
    this.session.flush()
    return found


def _lapse(session: Session, person: Person) -> None:
    """A first finding against the person that waits for a second one ends with what is decided for them."""
    waiting = _waiting(session, person)
    if waiting is not None:
        waiting.state = "lapsed"
        session.flush()


def _waiting(session: Session, person: Person) -> Identification | None:
    query = select(Identification).where(
        Identification.person_id == person.id, Identification.state == "waiting"
    )
    return session.scalars(query.with_for_update()).first()


def _last(session: Session, person: Person) -> Screening | None:
    """The newest completed screening."""
    query = select(Screening).where(Screening.person_id == person.id, Screening.state == "completed")
    return session.scalars(query.order_by(Screening.id.desc()).limit(1)).first()


def not_identify(
    ledger: Ledger, officer: Officer, number: str, reasons: str, key: str, *, now: datetime | None = None
) -> Victim:
    """A screener finds no victim after the full interview; it counts when a second screener finds the same.

    The first call waits, the second by another screener decides. Raises NotPossible before the days of rest are
    over, without a completed screening, or where the person is identified; NotAllowed for the same screener twice.
    """
    said = consents.reasoned(reasons)
    with decision(ledger, officer, "screener", now=now) as this:
        person = repository.mine(this, number)
        told = encryption.fingerprint(ledger.home, said)
        if this.before(key, "not-identify", person.id, told) is None:
            screening = _may_be_denied(this, person)
            waiting = _waiting(this.session, person)
            if waiting is None:
                waiting = _decided(this, person, "not_identified", screening.id, "waiting")
            else:
                _second(this, person, waiting)
            confidential.keep_reasons(this, person.id, waiting.id, said)
            repository.log(this, "person.not_identified", person, {"victim": person.victim})
        return person.victim  # type: ignore[return-value]


def _may_be_denied(this: Decision, person: Person) -> Screening:
    if person.victim != "presumed":
        raise NotPossible("survivors.identification-final")
    screening = _last(this.session, person)
    if screening is None:
        raise NotPossible("survivors.screening-incomplete")
    # Nobody tells what they went through on the first night: what is not said before the rest is no finding.
    if this.now < (ends := events.reflection_ends(this.session, person)):
        raise NotPossible("survivors.rest-before-identification", until=f"{ends:%Y-%m-%d %H:%M}")
    this.trust_clock()  # by one that is ahead the rest seems over
    return screening


def _second(this: Decision, person: Person, waiting: Identification) -> None:
    if waiting.first_id == this.person.id:
        raise NotAllowed("survivors.same-screener-twice")
    waiting.second_id, waiting.second_at, waiting.state = this.person.id, this.now, "decided"
    repository.set_status(this, person, "victim", "not_identified")
    deadlines.meet(this.session, repository.ABOUT, person.id, events.IDENTIFICATION)


def withdraw_status(
    ledger: Ledger, officer: Officer, number: str, words: str, *, now: datetime | None = None
) -> Victim:
    """A grown person does not want the status of a victim; what protects them from a charge stays."""
    said = consents.reasoned(words)
    with decision(ledger, officer, "screener", now=now) as this:
        person = repository.mine(this, number)
        # A child cannot give up what protects it, whoever has talked it into that.
        if person.child:
            raise NotPossible("survivors.child-stays-victim")
        if person.victim == "withdrawn":
            raise NotPossible("survivors.withdrawn-already")
        _lapse(this.session, person)
        found = _decided(this, person, "withdrawn")
        confidential.keep_reasons(this, person.id, found.id, said)
        repository.set_status(this, person, "victim", "withdrawn")
        deadlines.stop(this.session, repository.ABOUT, person.id, events.IDENTIFICATION)
        repository.log(this, "person.withdrew", person, {"victim": person.victim})
        return "withdrawn"
