"""Consent: recorded before anything is done by it, for one purpose and one receiver, and revocable at any
time.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from warroom.access.schema import Agency
from warroom.errors import NotPossible
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.survivors import confidential, repository
from warroom.survivors.schema import Consent, Referral, SurvivorRow
from warroom.survivors.views import CONSENT_PURPOSES, ConsentPurpose, GivenBy

# Characters of a reason: some words at least, some pages at most. Chosen, not prescribed.
SHORTEST_REASON = 10
LONGEST_REASON = 4_000


def record_consent(
    this: Decision,
    person: SurvivorRow,
    purpose: ConsentPurpose,
    given_by: GivenBy,
    body: dict[str, Any] | None = None,
) -> Consent:
    """Record a consent, replacing one for the same purpose; `body` goes behind the wall.

    For a child the appointed guardian consents too.
    """
    # A child's consent alone does not count: the people who brought it may have told it what to say.
    if person.child and given_by != "guardian":
        raise NotPossible("survivors.guardian-consent-missing")
    end_consent(this, person, purpose)
    consent = Consent(
        person_id=person.id, purpose=purpose, given_by=given_by, officer_id=this.person.id, at=this.now
    )
    this.session.add(consent)
    this.session.flush()
    if body:
        confidential.store_sealed(this, person.id, "consent", consent.id, body)
    return consent


def end_consent(this: Decision, person: SurvivorRow, purpose: ConsentPurpose) -> bool:
    """End a running consent, and what was requested under it and is not done; returns whether there was one."""
    running = update(Consent).where(_where_running(person, purpose))
    ended = this.session.execute(running.values(withdrawn_at=this.now).returning(Consent.id)).all()
    stop_referrals(this, person, purpose)
    return bool(ended)


def _where_running(person: SurvivorRow, purpose: ConsentPurpose) -> ColumnElement[bool]:
    return and_(Consent.person_id == person.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None))


def stop_referrals(this: Decision, person: SurvivorRow, kind: str) -> None:
    """Withdraw what was asked of this kind and is not done."""
    waiting = Referral.state.in_(("asked", "accepted"))
    this.session.execute(
        update(Referral)
        .where(Referral.person_id == person.id, Referral.kind == kind, waiting)
        .values(state="withdrawn", answered_at=this.now)
    )


def find_given_consent(this: Decision, person: SurvivorRow, purpose: ConsentPurpose) -> dict[str, Any] | None:
    """The receiver and words of a running consent, decrypted for the program's own checks; None without one."""
    consent_id = this.session.scalars(select(Consent.id).where(_where_running(person, purpose))).first()
    if consent_id is None:
        return None
    return confidential.load_protective_facts(this, person.id, "consent").get(consent_id)


def give_consent(
    ledger: Ledger,
    officer: Officer,
    number: str,
    purpose: ConsentPurpose,
    to: str,
    *,
    given_by: GivenBy = "person",
    words: str = "",
    now: datetime | None = None,
) -> int:
    """Record the person's consent to inform one receiver for one purpose; returns the consent's id.

    `to` is an agency's code, kept behind the wall: an embassy's name would disclose a nationality. Raises
    NotPossible where the receiver is none that fits the purpose.
    """
    # Consent to a screening is taken where the screening begins: one without the other would be a paper for the file.
    if purpose not in CONSENT_PURPOSES or purpose == "screening":
        raise NotPossible("survivors.consent-begun-elsewhere")
    with open_decision(ledger, officer, "screener", now=now) as this:
        person = repository.lock_own_person(this, number)
        # Checked before it is saved: a consent for a shelter under an embassy's name would let the
        # embassy be informed.
        require_receiver(this.session, purpose, to)
        consent = record_consent(this, person, purpose, given_by, {"to": to, "words": words[:LONGEST_REASON]})
        repository.log_person(this, "consent.given", person, {"purpose": purpose, "consent": consent.id})
        return consent.id


def require_receiver(session: Session, purpose: str, code: str) -> Agency:
    """The agency of this code, fit for the purpose; raises NotPossible."""
    agency = session.get(Agency, code)
    fits = {
        "embassy": ("embassy",),
        "return": ("shelter", "ngo", "embassy", "abroad", "other"),
        "family": ("shelter", "ngo", "abroad", "other"),
        "shelter": ("shelter", "ngo"),
        "medical": ("hospital", "ngo", "shelter", "other"),
        "counsel": ("ngo", "other"),
    }
    if agency is None or not agency.active or agency.kind not in fits[purpose]:
        raise NotPossible("survivors.agency-unfit")
    return agency


def withdraw_consent(
    ledger: Ledger, officer: Officer, number: str, purpose: ConsentPurpose, *, now: datetime | None = None
) -> None:
    """Revoke a consent, at the person's wish: what was requested under it ends too."""
    with open_decision(ledger, officer, "screener", now=now) as this:
        person = repository.lock_own_person(this, number)
        if not end_consent(this, person, purpose):
            raise NotPossible("survivors.no-such-consent")
        repository.log_person(this, "consent.withdrawn", person, {"purpose": purpose})


def require_reason(text: str) -> str:
    """The reason, stripped; raises NotPossible where it is too short or too long."""
    words = text.strip()
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        raise NotPossible("survivors.reasons-missing")
    return words
