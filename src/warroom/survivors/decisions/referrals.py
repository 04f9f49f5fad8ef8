"""Help for a person: shelter, medical care, counsel, embassy, return and family, each asked for and answered.

Embassy, return and family need the person's recorded consent for exactly that receiver; a return needs an assessment
that says it is safe. No receiver is told a case, a status or a word of what was said.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warroom import clock
from warroom.errors import NotFound, NotPossible
from warroom.law.rules.repository import service_level
from warroom.ledger import idempotency
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.survivors import confidential, encryption, repository
from warroom.survivors.decisions import consents
from warroom.survivors.schema import Person, Referral, ReturnAssessment
from warroom.survivors.views import REFERRAL_KINDS, VERDICTS, ReferralKind, ReferralState, Verdict

WALLED: tuple[ReferralKind, ...] = ("embassy", "return", "family")
NEXT: dict[str, tuple[ReferralState, ...]] = {
    "asked": ("accepted", "refused", "withdrawn"),
    "accepted": ("done", "refused", "withdrawn"),
}


def refer(
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
    now = now or clock.now()
    if kind not in REFERRAL_KINDS or not wished:
        raise NotPossible("survivors.wish-missing")
    with ledger.session() as session:
        row, person = repository.mine(session, officer, number)
        before = idempotency.first_time(session, row, key, _asked(ledger, person, kind, to), now)
        if before is not None:
            return int(before[0])
        consents.receiver(session, kind, to)
        if kind in WALLED:
            _consented(session, person, kind, to, now)
        if kind == "return":
            _safe(session, person, now)
        referral = _add(session, person, row, kind, to, now)
        idempotency.keep(session, row, key, [referral.id])
        detail = {"referral": referral.id, "kind": kind}
        writing.append(session, officer, "referral.made", repository.subject(person), detail, at=now)
        return referral.id


def _asked(ledger: Ledger, person: Person, kind: str, to: str) -> list[object]:
    return ["refer", person.id, kind, encryption.fingerprint(ledger.home, to)]


def _consented(session: Session, person: Person, kind: ReferralKind, to: str, now: datetime) -> None:
    reached = consents.given(session, person, kind, now)  # type: ignore[arg-type]
    if reached is None or reached["to"] != to:
        raise NotPossible("survivors.consent-missing")


def _safe(session: Session, person: Person, now: datetime) -> None:
    query = select(ReturnAssessment).where(ReturnAssessment.person_id == person.id)
    last = session.scalars(query.order_by(ReturnAssessment.id.desc()).limit(1)).first()
    if last is None or last.verdict != "safe" or last.at + service_level("return_assessment") <= now:
        raise NotPossible("survivors.return-not-safe")


def _add(
    session: Session, person: Person, row: OfficerRow, kind: ReferralKind, to: str, now: datetime
) -> Referral:
    walled = kind in WALLED
    referral = Referral(
        person_id=person.id,
        kind=kind,
        agency=None if walled else to,
        officer_id=row.id,
        at=now,
        state="asked",
    )
    session.add(referral)
    session.flush()
    body = {"to": to, "told": told(session, referral)}
    confidential.keep(session, person.id, "referral", referral.id, body, row.id, now)
    return referral


def told(session: Session, referral: Referral) -> dict[str, object]:
    """Everything the receiver is told, by the screener: a number of its own, and what help is asked."""
    return {
        "referral": f"RF-{referral.id}",
        "help": referral.kind,
        "exercise": session.info["home"].exercise,
    }


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
    now = now or clock.now()
    with ledger.session() as session:
        _, person = repository.mine(session, officer, number)
        referral = session.get(Referral, referral_id, with_for_update=True)
        if referral is None or referral.person_id != person.id:
            raise NotFound("survivors.no-such-referral", number=person.number, referral=referral_id)
        if state not in NEXT.get(referral.state, ()):
            raise NotPossible("survivors.referral-step-unfit")
        if referral.kind == "return" and state in ("accepted", "done"):
            _safe(session, person, now)
        referral.state, referral.answered_at = state, now
        detail = {"referral": referral.id, "kind": referral.kind, "state": state}
        writing.append(session, officer, "referral.answered", repository.subject(person), detail, at=now)


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
    now, said = now or clock.now(), consents.reasoned(reasons)
    if verdict not in VERDICTS:
        raise NotPossible("survivors.assessment-unfit")
    with ledger.session() as session:
        row, person = repository.mine(session, officer, number)
        found = ReturnAssessment(person_id=person.id, verdict=verdict, officer_id=row.id, at=now)
        session.add(found)
        session.flush()
        confidential.keep(session, person.id, "assessment", found.id, {"reasons": said}, row.id, now)
        if verdict != "safe":
            _stop_return(session, person, now)
        detail = {"assessment": found.id, "verdict": verdict}
        writing.append(session, officer, "return.assessed", repository.subject(person), detail, at=now)
        return found.id


def _stop_return(session: Session, person: Person, now: datetime) -> None:
    session.execute(
        update(Referral)
        .where(
            Referral.person_id == person.id,
            Referral.kind == "return",
            Referral.state.in_(("asked", "accepted")),
        )
        .values(state="withdrawn", answered_at=now)
    )
