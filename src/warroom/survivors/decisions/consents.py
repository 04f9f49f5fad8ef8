"""Consent: recorded before anything is done with it, for one purpose and one receiver, and taken back at any time."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access.schema import Agency
from warroom.errors import NotPossible
from warroom.ledger.audit import writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.survivors import confidential, repository
from warroom.survivors.schema import Consent, Person, Referral
from warroom.survivors.views import CONSENT_PURPOSES, GivenBy, Purpose

SHORTEST_REASON = 10
LONGEST_REASON = 4_000


def record(
    session: Session,
    person: Person,
    row: OfficerRow,
    purpose: Purpose,
    given_by: GivenBy,
    now: datetime,
    body: dict[str, Any] | None = None,
) -> Consent:
    """Write a consent down in place of one for the same purpose; `body` goes behind the wall.

    For a child the appointed guardian says yes, beside the child.
    """
    if person.child and given_by != "guardian":
        raise NotPossible("survivors.guardian-consent-missing")
    end(session, person, purpose, now)
    consent = Consent(person_id=person.id, purpose=purpose, given_by=given_by, officer_id=row.id, at=now)
    session.add(consent)
    session.flush()
    if body:
        confidential.keep(session, person.id, "consent", consent.id, body, row.id, now)
    return consent


def end(session: Session, person: Person, purpose: Purpose, now: datetime) -> bool:
    """Take a running consent back, and with it what was asked under it and is not done; whether there was one."""
    running = update(Consent).where(
        Consent.person_id == person.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    ended = session.execute(running.values(withdrawn_at=now).returning(Consent.id)).all()
    session.execute(
        update(Referral)
        .where(
            Referral.person_id == person.id,
            Referral.kind == purpose,
            Referral.state.in_(("asked", "accepted")),
        )
        .values(state="withdrawn", answered_at=now)
    )
    return bool(ended)


def given(session: Session, person: Person, purpose: Purpose, now: datetime) -> dict[str, Any] | None:
    """What a running consent reaches, opened by the program to hold to it; None where there is none."""
    query = select(Consent.id).where(
        Consent.person_id == person.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    consent_id = session.scalars(query).first()
    if consent_id is None:
        return None
    return confidential.protecting(session, person.id, "consent", now).get(consent_id)


def give_consent(
    ledger: Ledger,
    officer: Officer,
    number: str,
    purpose: Purpose,
    to: str,
    *,
    given_by: GivenBy = "person",
    words: str = "",
    now: datetime | None = None,
) -> int:
    """Record that the person wants one receiver told for one purpose; answers the consent's number.

    `to` is an agency's code, which stands behind the wall: an embassy's name would tell a nationality. Raises
    NotPossible where the receiver is none that fits the purpose.
    """
    now = now or clock.now()
    if purpose not in CONSENT_PURPOSES or purpose == "screening":
        raise NotPossible("survivors.consent-begun-elsewhere")
    with ledger.session() as session:
        row, person = repository.mine(session, officer, number)
        receiver(session, purpose, to)
        body = {"to": to, "words": words[:LONGEST_REASON]}
        consent = record(session, person, row, purpose, given_by, now, body)
        detail = {"purpose": purpose, "consent": consent.id}
        writing.append(session, officer, "consent.given", repository.subject(person), detail, at=now)
        return consent.id


def receiver(session: Session, purpose: str, code: str) -> Agency:
    """The agency of this code, fit for the purpose; raises NotPossible."""
    agency = session.get(Agency, code)
    fits = {
        "embassy": ("embassy",),
        "return": ("shelter", "ngo", "embassy", "abroad", "other"),
        "family": ("shelter", "ngo", "abroad", "other"),
        "shelter": ("shelter", "ngo"),
        "medical": ("ngo", "shelter", "other"),
        "counsel": ("ngo", "other"),
    }
    if agency is None or not agency.active or agency.kind not in fits[purpose]:
        raise NotPossible("survivors.agency-unfit")
    return agency


def withdraw_consent(
    ledger: Ledger, officer: Officer, number: str, purpose: Purpose, *, now: datetime | None = None
) -> None:
    """The person takes a consent back: what was asked under it ends with it."""
    now = now or clock.now()
    with ledger.session() as session:
        _, person = repository.mine(session, officer, number)
        if not end(session, person, purpose, now):
            raise NotPossible("survivors.no-such-consent")
        detail = {"purpose": purpose}
        writing.append(session, officer, "consent.withdrawn", repository.subject(person), detail, at=now)


def reasoned(text: str) -> str:
    """A reason that says something; raises NotPossible for none."""
    words = text.strip()
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        raise NotPossible("survivors.reasons-missing")
    return words
