"""The register: partners, and what was agreed with each; one officer drafts an agreement, another brings it into force."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access import agencies
from warroom.access.role_groups import AGREEMENT_APPROVERS, AGREEMENT_DRAFTERS
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.partners import mailbox
from warroom.partners.schema import PartnerAgreement, RoomPartner
from warroom.partners.views import PARTNER_ROLES, PURPOSES, TLP_MARKS, PartnerRole, Purpose, TlpMark

HEX_KEY = re.compile(r"[0-9a-f]{64}")
LONGEST_YEARS = timedelta(days=5 * 365)
"""Of an agreement. Chosen, not measured: a law changes sooner."""
MOST_FIELDS = 60
LANGUAGES = ("th", "en")
"""In which a partner without a room is asked; others follow."""


@dataclass(frozen=True, slots=True)
class AgreementDraft:
    """What is to be agreed; `per_day` and `per_month` are numbers in matching, 0 for none."""

    partner: str
    purpose: Purpose
    basis: str
    fields: tuple[str, ...]
    highest_mark: TlpMark
    retention_days: int
    expires_at: datetime
    per_day: int = 0
    per_month: int = 0


def add_partner(
    ledger: Ledger,
    officer: Officer,
    code: str,
    role: PartnerRole,
    *,
    language: str = "en",
    room_url: str = "",
    public_key: str = "",
    match_key: str = "",
    now: datetime | None = None,
) -> str:
    """Add an agency to the register, or change where its room is; returns its code.

    Raises NotAllowed, NotFound for no such agency, NotPossible for an unfit role, address, language or key.
    """
    _check_room(role, language, room_url, public_key, match_key)
    with open_decision(ledger, officer, *AGREEMENT_APPROVERS, now=now) as this:
        agencies.agency_of(this.session, code)
        row = this.session.get(RoomPartner, code, with_for_update=True)
        if row is None:
            row = RoomPartner(code=code, last_in=0, added_by=this.person.id, added_at=this.now)
            this.session.add(row)
        row.role, row.locale, row.room_url = role, language, room_url.rstrip("/")
        row.public_key, row.match_key = public_key, match_key
        this.session.flush()
        this.log_entry(
            "partner.added", f"partner:{code}", {"role": role, "room": bool(room_url), "key": public_key[:16]}
        )
        return code


def _check_room(role: str, language: str, room_url: str, public_key: str, match_key: str) -> None:
    if role not in PARTNER_ROLES:
        raise NotPossible("partners.no-such-role")
    if language not in LANGUAGES:
        raise NotPossible("partners.no-such-language")
    if bool(room_url) != bool(public_key):
        raise NotPossible("partners.room-half")
    parts = urlsplit(room_url)
    if room_url and (parts.scheme not in ("https", "http") or not parts.hostname or parts.query):
        raise NotPossible("partners.room-url-unfit")
    # Plain HTTP only on this machine: a message is signed, and not hidden.
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise NotPossible("partners.room-url-unfit")
    if any(key and not HEX_KEY.fullmatch(key) for key in (public_key, match_key)):
        raise NotPossible("partners.key-unfit")


def draft_agreement(
    ledger: Ledger, officer: Officer, draft: AgreementDraft, key: str, *, now: datetime | None = None
) -> int:
    """Draft an agreement; returns its number. Raises NotAllowed, NotFound, NotPossible for what cannot be agreed."""
    with open_decision(ledger, officer, *AGREEMENT_DRAFTERS, now=now) as this:
        _check_draft(draft, this.now)
        mailbox.find_partner(this.session, draft.partner)
        before = this.find_earlier_result(key, "agreement.draft", draft)
        if before is not None:
            return int(before[0])
        row = PartnerAgreement(
            partner=draft.partner,
            purpose=draft.purpose,
            basis=draft.basis.strip(),
            fields=sorted({name.strip() for name in draft.fields if name.strip()}),
            highest_mark=draft.highest_mark,
            retention_days=draft.retention_days,
            per_day=draft.per_day,
            per_month=draft.per_month,
            state="drafted",
            valid_from=this.now,
            expires_at=draft.expires_at,
            drafted_by=this.person.id,
            drafted_at=this.now,
        )
        this.session.add(row)
        this.session.flush()
        this.save_result(row.id)
        detail = {"partner": row.partner, "purpose": row.purpose, "fields": row.fields}
        this.log_entry("agreement.drafted", f"agreement:{row.id}", detail)
        return row.id


def _check_draft(draft: AgreementDraft, now: datetime) -> None:
    names = [name for name in draft.fields if name.strip()]
    if draft.purpose not in PURPOSES or draft.highest_mark not in get_args(TlpMark):
        raise NotPossible("partners.no-such-mark", marks=", ".join(TLP_MARKS))
    if not draft.basis.strip() or not names or len(names) > MOST_FIELDS:
        raise NotPossible("partners.agreement-says-nothing")
    if not now < draft.expires_at <= now + LONGEST_YEARS:
        raise NotPossible("partners.agreement-dates")
    if not (0 < draft.retention_days <= 3650 and 0 <= draft.per_day <= draft.per_month <= 10_000_000):
        raise NotPossible("partners.agreement-bounds")


def approve_agreement(
    ledger: Ledger, officer: Officer, agreement_id: int, *, now: datetime | None = None
) -> None:
    """Bring another officer's draft into force; the one before for the same purpose ends. Idempotent.

    Raises NotAllowed for who drafted it, NotFound, NotPossible where it ended.
    """
    with open_decision(ledger, officer, *AGREEMENT_APPROVERS, now=now) as this:
        row = _lock_agreement(this.session, agreement_id)
        if row.drafted_by == this.person.id:
            raise NotAllowed("partners.agreement-own")
        if row.state == "ended" or row.expires_at <= this.now:
            raise NotPossible("partners.agreement-over", partner=row.partner)
        if row.state == "in_force":
            return
        before = this.session.scalars(
            select(PartnerAgreement).where(
                PartnerAgreement.partner == row.partner,
                PartnerAgreement.purpose == row.purpose,
                PartnerAgreement.state == "in_force",
            )
        ).first()
        if before is not None:
            before.state, before.ended_at = "ended", this.now
            this.session.flush()
        row.state, row.approved_by, row.approved_at = "in_force", this.person.id, this.now
        this.log_entry("agreement.approved", f"agreement:{row.id}", {"partner": row.partner})


def end_agreement(
    ledger: Ledger, officer: Officer, agreement_id: int, reason: str, *, now: datetime | None = None
) -> None:
    """End an agreement at once: nothing leaves under it any more. Idempotent. Raises NotAllowed, NotFound, NotPossible."""
    if not reason.strip():
        raise NotPossible("partners.reason-missing")
    with open_decision(ledger, officer, *AGREEMENT_APPROVERS, now=now) as this:
        row = _lock_agreement(this.session, agreement_id)
        if row.state != "ended":
            row.state, row.ended_at = "ended", this.now
            this.log_entry("agreement.ended", f"agreement:{row.id}", {"reason": reason.strip()})


def _lock_agreement(session: Session, agreement_id: int) -> PartnerAgreement:
    row = session.get(PartnerAgreement, agreement_id, with_for_update=True)
    if row is None:
        raise NotFound("partners.no-such-agreement")
    return row


def find_agreement(session: Session, partner: str, purpose: str, now: datetime) -> PartnerAgreement:
    """The agreement in force with a partner for a purpose; raises NotPossible where there is none or it has expired."""
    row = session.scalars(
        select(PartnerAgreement).where(
            PartnerAgreement.partner == partner,
            PartnerAgreement.purpose == purpose,
            PartnerAgreement.state == "in_force",
        )
    ).first()
    if row is None or row.expires_at <= now:
        raise NotPossible("partners.no-agreement", partner=partner, purpose=purpose)
    agencies.agency_of(session, partner)
    return row
