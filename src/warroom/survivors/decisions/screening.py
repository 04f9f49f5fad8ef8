"""A screening: consent first, then questions, then an outcome that follows from the answers and from nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom import clock
from warroom.errors import NotPossible
from warroom.ledger import idempotency
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.survivors import confidential, encryption, forms, repository
from warroom.survivors.decisions import charges, consents, identification
from warroom.survivors.schema import Person, Screening
from warroom.survivors.views import AnswerIn, Counsel, GivenBy, Outcome


@dataclass(frozen=True, slots=True)
class Opening:
    """What must have happened before the first question.

    `interpreter` is the code of an interpreter, empty where none is needed; `independent` says that they belong
    neither to the agency that found the person nor to those found with them.
    """

    consent: bool
    rights_told: bool
    counsel: Counsel
    given_by: GivenBy = "person"
    interpreter: str = ""
    independent: bool = False


def begin_screening(
    ledger: Ledger, officer: Officer, number: str, opening: Opening, key: str, *, now: datetime | None = None
) -> int:
    """Open a screening and answer its number. Raises NotAllowed but for the person's screeners, NotPossible
    without consent, rights told, or an independent interpreter.
    """
    now = now or clock.now()
    _check(opening)
    with ledger.session() as session:
        row, person = repository.mine(session, officer, number)
        asked = ["screening", person.id, opening.counsel, opening.given_by, opening.interpreter]
        before = idempotency.first_time(session, row, key, asked, now)
        if before is not None:
            return int(before[0])
        if _open_one(session, person) is not None:
            raise NotPossible("survivors.screening-open-already")
        consents.record(session, person, row, "screening", opening.given_by, now)
        screening = Screening(
            person_id=person.id,
            screener_id=row.id,
            state="open",
            form=forms.form().digest,
            consent_at=now,
            rights_at=now,
            counsel=opening.counsel,
            interpreter=opening.interpreter,
        )
        session.add(screening)
        session.flush()
        idempotency.keep(session, row, key, [screening.id])
        detail = {"screening": screening.id, "form": forms.form().version}
        writing.append(session, officer, "screening.begun", repository.subject(person), detail, at=now)
        return screening.id


def _check(opening: Opening) -> None:
    if not opening.consent:
        raise NotPossible("survivors.screening-consent-missing")
    if not opening.rights_told:
        raise NotPossible("survivors.rights-untold")
    if opening.interpreter and not opening.independent:
        raise NotPossible("survivors.interpreter-not-independent")


def _open_one(session: Session, person: Person) -> Screening | None:
    query = select(Screening).where(Screening.person_id == person.id, Screening.state == "open")
    return session.scalars(query.with_for_update()).first()


def _going_on(session: Session, person: Person) -> Screening:
    screening = _open_one(session, person)
    if screening is None:
        raise NotPossible("survivors.no-screening-open")
    return screening


def save_draft(
    ledger: Ledger,
    officer: Officer,
    number: str,
    answers: Mapping[str, AnswerIn],
    *,
    now: datetime | None = None,
) -> None:
    """Keep what was marked so far, sealed; the draft before is replaced."""
    now = now or clock.now()
    body = _body(forms.checked(answers))
    with ledger.session() as session:
        row, person = repository.mine(session, officer, number)
        screening = _going_on(session, person)
        confidential.keep(session, person.id, "draft", screening.id, body, row.id, now)
        writing.append(session, officer, "screening.draft", repository.subject(person), at=now)


def _body(answers: Mapping[str, AnswerIn]) -> dict[str, Any]:
    return {name: {"mark": one.mark, "words": one.words} for name, one in answers.items()}


def complete_screening(
    ledger: Ledger,
    officer: Officer,
    number: str,
    answers: Mapping[str, AnswerIn],
    reasons: str,
    key: str,
    *,
    identify: bool = False,
    acts: tuple[str, ...] = (),
    now: datetime | None = None,
) -> Outcome:
    """End a screening with its answers; the outcome is computed, the status stays presumed victim.

    With `identify` the screener says at once that the person is a victim, whatever was computed: towards the
    victim one screener is enough. `acts` are what the person was made to do, which nobody charges them with.
    """
    now = now or clock.now()
    marked, made_to = forms.checked(answers), forms.checked_acts(acts)
    said = consents.reasoned(reasons)
    with ledger.session() as session:
        row, person = repository.mine(session, officer, number)
        told = encryption.fingerprint(ledger.home, [_body(marked), said, made_to])
        before = idempotency.first_time(session, row, key, ["answers", person.id, identify, told], now)
        if before is not None:
            return before[0]  # type: ignore[no-any-return]
        screening = _going_on(session, person)
        result = forms.outcome(marked, child=person.child)
        _seal_all(session, person, screening, row, _body(marked), said, made_to, now)
        screening.state, screening.ended_at, screening.outcome = "completed", now, result
        session.flush()
        if identify:
            identification.decide_towards(session, person, row, screening.id, now)
        charges.protect(session, person, row.id, now)
        idempotency.keep(session, row, key, [result])
        detail = {"screening": screening.id, "outcome": result, "victim": person.victim}
        writing.append(session, officer, "screening.completed", repository.subject(person), detail, at=now)
        return result


def _seal_all(
    session: Session,
    person: Person,
    screening: Screening,
    row: OfficerRow,
    answers: dict[str, Any],
    reasons: str,
    acts: tuple[str, ...],
    now: datetime,
) -> None:
    confidential.keep(session, person.id, "answers", screening.id, answers, row.id, now)
    confidential.keep(session, person.id, "reasons", screening.id, {"reasons": reasons}, row.id, now)
    if acts:
        confidential.keep(session, person.id, "acts", screening.id, {"acts": list(acts)}, row.id, now)
    confidential.erase(session, person.id, row.id, ("draft",), now)


def withdraw_from_screening(
    ledger: Ledger, officer: Officer, number: str, *, now: datetime | None = None
) -> None:
    """The person does not want to go on: the screening stops, its draft goes, and they stay presumed a victim."""
    now = now or clock.now()
    with ledger.session() as session:
        row, person = repository.mine(session, officer, number)
        screening = _going_on(session, person)
        screening.state, screening.ended_at = "stopped", now
        consents.end(session, person, "screening", now)
        confidential.erase(session, person.id, row.id, ("draft",), now)
        writing.append(session, officer, "screening.stopped", repository.subject(person), at=now)
