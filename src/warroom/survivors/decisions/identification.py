"""Whether a person is a victim: towards the victim one screener decides, the other way only two, after the days of rest.

An identification is never taken back here. Someone may withdraw from the status by themselves, not a child, and that
is no step towards a charge.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.errors import NotAllowed, NotPossible
from warroom.ledger import deadlines, idempotency
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
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
    now = now or clock.now()
    said, made_to = consents.reasoned(reasons), forms.checked_acts(acts)
    with ledger.session() as session:
        row, person = repository.mine(session, officer, number)
        told = encryption.fingerprint(ledger.home, [said, made_to])
        if idempotency.first_time(session, row, key, ["identify", person.id, told], now) is not None:
            return person.victim  # type: ignore[return-value]
        screening = _last(session, person)
        found = decide_towards(session, person, row, screening.id if screening else None, now)
        confidential.keep(session, person.id, "reasons", found.id, {"reasons": said}, row.id, now)
        if made_to:
            confidential.keep(session, person.id, "acts", found.id, {"acts": list(made_to)}, row.id, now)
        charges.protect(session, person, row.id, now)
        _log(session, officer, person, "person.identified", now)
        return person.victim  # type: ignore[return-value]


def decide_towards(
    session: Session, person: Person, row: OfficerRow, screening_id: int | None, now: datetime
) -> Identification:
    """Make the person an identified victim in the running transaction; a waiting decision the other way ends."""
    _lapse(session, person)
    found = Identification(
        person_id=person.id,
        screening_id=screening_id,
        decision="identified",
        first_id=row.id,
        first_at=now,
        state="decided",
    )
    session.add(found)
    repository.set_status(session, person, "victim", "identified", row.id, now)
    deadlines.meet(session, repository.ABOUT, person.id, events.IDENTIFICATION)
    return found


def _lapse(session: Session, person: Person) -> None:
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
    now = now or clock.now()
    said = consents.reasoned(reasons)
    with ledger.session() as session:
        row, person = repository.mine(session, officer, number)
        told = encryption.fingerprint(ledger.home, said)
        if idempotency.first_time(session, row, key, ["not-identify", person.id, told], now) is not None:
            return person.victim  # type: ignore[return-value]
        screening = _may_be_denied(session, person, now)
        waiting = _waiting(session, person)
        if waiting is None:
            waiting = _first(session, person, row, screening, now)
        else:
            _second(session, person, row, waiting, now)
        confidential.keep(session, person.id, "reasons", waiting.id, {"reasons": said}, row.id, now)
        _log(session, officer, person, "person.not_identified", now)
        return person.victim  # type: ignore[return-value]


def _may_be_denied(session: Session, person: Person, now: datetime) -> Screening:
    if person.victim != "presumed":
        raise NotPossible("survivors.identification-final")
    screening = _last(session, person)
    if screening is None:
        raise NotPossible("survivors.screening-incomplete")
    if now < (ends := events.reflection_ends(session, person)):
        raise NotPossible("survivors.rest-before-identification", until=f"{ends:%Y-%m-%d %H:%M}")
    return screening


def _first(
    session: Session, person: Person, row: OfficerRow, screening: Screening, now: datetime
) -> Identification:
    waiting = Identification(
        person_id=person.id,
        screening_id=screening.id,
        decision="not_identified",
        first_id=row.id,
        first_at=now,
        state="waiting",
    )
    session.add(waiting)
    session.flush()
    return waiting


def _second(
    session: Session, person: Person, row: OfficerRow, waiting: Identification, now: datetime
) -> None:
    if waiting.first_id == row.id:
        raise NotAllowed("survivors.same-screener-twice")
    waiting.second_id, waiting.second_at, waiting.state = row.id, now, "decided"
    repository.set_status(session, person, "victim", "not_identified", row.id, now)
    deadlines.meet(session, repository.ABOUT, person.id, events.IDENTIFICATION)


def withdraw_status(
    ledger: Ledger, officer: Officer, number: str, words: str, *, now: datetime | None = None
) -> Victim:
    """A grown person does not want the status of a victim; what protects them from a charge stays."""
    now = now or clock.now()
    said = consents.reasoned(words)
    with ledger.session() as session:
        row, person = repository.mine(session, officer, number)
        if person.child:
            raise NotPossible("survivors.child-stays-victim")
        if person.victim == "withdrawn":
            raise NotPossible("survivors.withdrawn-already")
        _lapse(session, person)
        found = Identification(
            person_id=person.id, decision="withdrawn", first_id=row.id, first_at=now, state="decided"
        )
        session.add(found)
        session.flush()
        confidential.keep(session, person.id, "reasons", found.id, {"reasons": said}, row.id, now)
        repository.set_status(session, person, "victim", "withdrawn", row.id, now)
        deadlines.stop(session, repository.ABOUT, person.id, events.IDENTIFICATION)
        _log(session, officer, person, "person.withdrew", now)
        return "withdrawn"


def _log(session: Session, officer: Officer, person: Person, verb: str, now: datetime) -> None:
    session.flush()
    writing.append(session, officer, verb, repository.subject(person), {"victim": person.victim}, at=now)
