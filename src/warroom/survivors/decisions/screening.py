"""A screening: consent first, then questions, then an outcome that follows from the answers and from nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.errors import NotPossible
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.survivors import confidential, encryption, forms, repository
from warroom.survivors.decisions import charges, consents, identification
from warroom.survivors.schema import Screening, SurvivorRow
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
    _check_opening(opening)
    with open_decision(ledger, officer, "screener", now=now) as this:
        person = repository.lock_own_person(this, number)
        asked = ("screening", person.id, opening.counsel, opening.given_by, opening.interpreter)
        if (known := this.find_earlier_result(key, *asked)) is not None:
            return int(known[0])
        if _find_open_screening(this.session, person) is not None:
            raise NotPossible("survivors.screening-open-already")
        consents.record_consent(this, person, "screening", opening.given_by)
        screening = Screening(
            person_id=person.id,
            screener_id=this.person.id,
            state="open",
            # Which form was used, so that an old outcome can be read with its own questions.
            form=forms.load_form().digest,
            consent_at=this.now,
            rights_at=this.now,
            counsel=opening.counsel,
            interpreter=opening.interpreter,
        )
        this.session.add(screening)
        this.session.flush()
        this.save_result(screening.id)
        detail = {"screening": screening.id, "form": forms.load_form().version}
        repository.log_person(this, "screening.begun", person, detail)
        return screening.id


def _check_opening(opening: Opening) -> None:
    # Before anything is read of the person: a consent asked for afterwards would be asked of somebody who has spoken
    # already.
    if not opening.consent:
        raise NotPossible("survivors.screening-consent-missing")
    if not opening.rights_told:
        raise NotPossible("survivors.rights-untold")
    # A companion of the person may be one of their captors: they would hear every answer, and choose its
    # words.
    if opening.interpreter and not opening.independent:
        raise NotPossible("survivors.interpreter-not-independent")


def _find_open_screening(session: Session, person: SurvivorRow) -> Screening | None:
    query = select(Screening).where(Screening.person_id == person.id, Screening.state == "open")
    return session.scalars(query.with_for_update()).first()


def _require_open_screening(session: Session, person: SurvivorRow) -> Screening:
    screening = _find_open_screening(session, person)
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
    """Save the answers so far behind the wall; the previous draft is replaced."""
    body = _to_body(forms.check_answers(answers))
    with open_decision(ledger, officer, "screener", now=now) as this:
        person = repository.lock_own_person(this, number)
        screening = _require_open_screening(this.session, person)
        # No key: a draft takes the place of the one before, so that a second click changes nothing.
        confidential.store_sealed(this, person.id, "draft", screening.id, body)
        repository.log_person(this, "screening.draft", person)


def _to_body(answers: Mapping[str, AnswerIn]) -> dict[str, Any]:
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
    marked, made_to = forms.check_answers(answers), forms.check_acts(acts)
    clean_reasons = consents.require_reason(reasons)
    with open_decision(ledger, officer, "screener", now=now) as this:
        person = repository.lock_own_person(this, number)
        fingerprint = encryption.make_fingerprint(ledger.home, [_to_body(marked), clean_reasons, made_to])
        if (known := this.find_earlier_result(key, "answers", person.id, identify, fingerprint)) is not None:
            return known[0]  # type: ignore[no-any-return]
        screening = _require_open_screening(this.session, person)
        result = forms.decide_outcome(marked, child=person.child)
        confidential.store_sealed(this, person.id, "answers", screening.id, _to_body(marked))
        confidential.keep_reasons(this, person.id, screening.id, clean_reasons, made_to)
        confidential.erase_sealed_rows(this, person.id, ("draft",))
        screening.state, screening.ended_at, screening.outcome = "completed", this.now, result
        this.session.flush()
        if identify:
            identification.decide_towards(this, person, screening.id)
        # After the acts are saved: what the person has just said may protect them from a running charge.
        charges.drop_protected_charges(this, person)
        this.save_result(result)
        detail = {"screening": screening.id, "outcome": result, "victim": person.victim}
        repository.log_person(this, "screening.completed", person, detail)
        return result


def withdraw_from_screening(
    ledger: Ledger, officer: Officer, number: str, *, now: datetime | None = None
) -> None:
    """Stop a screening at the person's wish: its draft is erased, and they stay a presumed victim."""
    with open_decision(ledger, officer, "screener", now=now) as this:
        person = repository.lock_own_person(this, number)
        screening = _require_open_screening(this.session, person)
        screening.state, screening.ended_at = "stopped", this.now
        # What was marked so far was said under a consent that has ended.
        consents.end_consent(this, person, "screening")
        confidential.erase_sealed_rows(this, person.id, ("draft",))
        repository.log_person(this, "screening.stopped", person)
