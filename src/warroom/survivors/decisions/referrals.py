"""Help for a person: shelter, medical care, counsel, embassy, return and family, each asked for and answered.

Embassy, return and family need the person's recorded consent for exactly that receiver; a return needs an assessment
that says it is safe. No receiver gets a case, a status or a word of what was said.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.errors import NotFound, NotPossible
from warroom.law.rules.repository import service_level
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.survivors import confidential, encryption, repository
from warroom.survivors.decisions import consents
from warroom.survivors.schema import Referral, ReturnAssessment, SurvivorRow
from warroom.survivors.views import REFERRAL_KINDS, VERDICTS, ReferralKind, ReferralState, Verdict

WALLED: tuple[ReferralKind, ...] = ("embassy", "return", "family")
NEXT: dict[str, tuple[ReferralState, ...]] = {
    "asked": ("accepted", "refused", "withdrawn"),
    "accepted": ("done", "refused", "withdrawn"),
}


def refer_person(
    ledger: Ledger,
    officer: Officer,
    number: str,
    kind: ReferralKind,
    to: str,
    key: str,
    *,
    wished: bool = True,
    now: datetime | None = None,
) -> int:
    """Ask an agency's help for a person and answer the referral's number.

    `wished` says that the person wants it. Raises NotPossible without wish, consent or, for a return, a fresh
    assessment that says safe.
    """
    if kind not in REFERRAL_KINDS or not wished:
        raise NotPossible("survivors.wish-missing")
    with open_decision(ledger, officer, "screener", now=now) as this:
        person = repository.lock_own_person(this, number)
        # As a keyed hash: an embassy's code is a nationality, and the table of idempotency keys is
        # outside the wall.
        asked = ("refer", person.id, kind, encryption.make_fingerprint(ledger.home, to))
        if (known := this.find_earlier_result(key, *asked)) is not None:
            return int(known[0])
        consents.require_receiver(this.session, kind, to)
        if kind in WALLED:
            _check_consent(this, person, kind, to)
        if kind == "return":
            _check_return_safe(this, person)
        referral = _add_referral(this, person, kind, to)
        this.save_result(referral.id)
        repository.log_person(this, "referral.made", person, {"referral": referral.id, "kind": kind})
        return referral.id


def _check_consent(this: Decision, person: SurvivorRow, kind: ReferralKind, to: str) -> None:
    reached = consents.find_given_consent(this, person, kind)  # type: ignore[arg-type]
    # Consent to one embassy is none to another: the person may have fled from the other.
    if reached is None or reached["to"] != to:
        raise NotPossible("survivors.consent-missing")


def _check_return_safe(this: Decision, person: SurvivorRow) -> None:
    query = select(ReturnAssessment).where(ReturnAssessment.person_id == person.id)
    last = this.session.scalars(query.order_by(ReturnAssessment.id.desc()).limit(1)).first()
    # An old assessment says nothing of today: the people who threatened the person may be back.
    if last is None or last.verdict != "safe" or last.at + service_level("return_assessment") <= this.now:
        raise NotPossible("survivors.return-not-safe")
    this.require_trusted_clock()  # by one that is behind an old assessment seems fresh


def _add_referral(this: Decision, person: SurvivorRow, kind: ReferralKind, to: str) -> Referral:
    referral = Referral(
        person_id=person.id,
        kind=kind,
        # An embassy or a family's agency would disclose where the person comes from: behind the wall
        # only.
        agency=None if kind in WALLED else to,
        officer_id=this.person.id,
        at=this.now,
        state="asked",
    )
    this.session.add(referral)
    this.session.flush()
    body = {"to": to, "told": build_receiver_message(this.session, referral)}
    confidential.store_sealed(this, person.id, "referral", referral.id, body)
    return referral


def build_receiver_message(session: Session, referral: Referral) -> dict[str, object]:
    """All that the receiver gets, by the screener: a number of its own, and the help that is requested."""
    return {"referral": f"RF-{referral.id}", "help": referral.kind, "exercise": session.info["home"].exercise}


def answer_referral(
    ledger: Ledger,
    officer: Officer,
    number: str,
    referral_id: int,
    state: ReferralState,
    *,
    now: datetime | None = None,
) -> None:
    """Record the agency's answer, or that it was done. A return is done only while it is still safe and wished."""
    with open_decision(ledger, officer, "screener", now=now) as this:
        person = repository.lock_own_person(this, number)
        referral = this.session.get(Referral, referral_id, with_for_update=True)
        if referral is None or referral.person_id != person.id:
            raise NotFound("survivors.no-such-referral", number=person.number, referral=referral_id)
        if state not in NEXT.get(referral.state, ()):
            raise NotPossible("survivors.referral-step-unfit")
        # Asked again at each step: between asking and the flight home there may be weeks.
        if referral.kind == "return" and state in ("accepted", "done"):
            _check_return_safe(this, person)
        referral.state, referral.answered_at = state, this.now
        detail = {"referral": referral.id, "kind": referral.kind, "state": state}
        repository.log_person(this, "referral.answered", person, detail)


def assess_return(
    ledger: Ledger,
    officer: Officer,
    number: str,
    verdict: Verdict,
    reasons: str,
    *,
    now: datetime | None = None,
) -> int:
    """Record whether a return home is safe, into danger or unclear, with reasons that stay behind the wall.

    Anything but safe withdraws a return already asked for or accepted. Answers the assessment's number.
    """
    clean_reasons = consents.require_reason(reasons)
    if verdict not in VERDICTS:
        raise NotPossible("survivors.assessment-unfit")
    with open_decision(ledger, officer, "screener", now=now) as this:
        person = repository.lock_own_person(this, number)
        assessment = ReturnAssessment(
            person_id=person.id, verdict=verdict, officer_id=this.person.id, at=this.now
        )
        this.session.add(assessment)
        this.session.flush()
        confidential.store_sealed(this, person.id, "assessment", assessment.id, {"reasons": clean_reasons})
        if verdict != "safe":
            consents.stop_referrals(this, person, "return")
        repository.log_person(
            this, "return.assessed", person, {"assessment": assessment.id, "verdict": verdict}
        )
        return assessment.id
