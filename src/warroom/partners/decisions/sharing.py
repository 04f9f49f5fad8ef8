"""What leaves for partners: an object is prepared with its marks, sent under an agreement, and revoked everywhere."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access.role_groups import PARTNER_SENDERS, SURVIVOR_RELEASERS
from warroom.cases import belonging, sealing
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.ledger.canonical_json import to_json_value
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.partners import mailbox
from warroom.partners.decisions.register import find_agreement
from warroom.partners.leaving import recall_leavings
from warroom.partners.marks import Gate, find_closest_mark, format_fields, parse_fields, select_fields
from warroom.partners.schema import PartnerSend, RoomPartner, SharedObject, SharedSource, SurvivorApproval
from warroom.partners.views import PURPOSES, TLP_MARKS, FieldView, Purpose

MOST_FIELDS, LONGEST_VALUE = 200, 4_000
KEPT_FOR = timedelta(days=365)
"""How long an object is kept where no agreement says less. Chosen, not measured."""


def prepare_object(
    ledger: Ledger,
    officer: Officer,
    kind: str,
    purpose: Purpose,
    fields: Sequence[FieldView],
    key: str,
    *,
    case: str = "",
    sources: Sequence[int] = (),
    recipients: Sequence[str] = (),
    now: datetime | None = None,
) -> int:
    """Prepare an object that may leave; returns its number. `sources` are objects it was made from.

    A field of the same name as a source's gets at least the source's mark, so that a mark is not lost on the way. Raises
    NotAllowed, NotFound, NotPossible.
    """
    with open_decision(ledger, officer, *PARTNER_SENDERS, now=now) as this:
        _check_fields(kind, purpose, fields)
        before = this.find_earlier_result(key, "share.prepare", kind, purpose, list(fields), case, sources)
        if before is not None:
            return int(before[0])
        row = _add_object(this, kind, purpose, fields, case, sources, recipients)
        this.save_result(row.id)
        detail = {"kind": kind, "fields": len(fields), "from": list(sources)}
        this.log_entry("share.prepared", f"shared:{row.id}", detail, case=case or None)
        return row.id


def _add_object(
    this: Decision,
    kind: str,
    purpose: Purpose,
    fields: Sequence[FieldView],
    case: str,
    sources: Sequence[int],
    recipients: Sequence[str],
) -> SharedObject:
    came_from = [lock_object(this, number) for number in sources]
    if any(source.state != "held" for source in came_from):
        raise NotPossible("partners.object-revoked")
    origins = {source.origin for source in came_from if source.origin}
    if len(origins) > 1:
        raise NotPossible("partners.sources-of-several")
    row = SharedObject(
        public_id=secrets.token_hex(16),
        kind=kind,
        case_id=sealing.case_of(this.session, this.person, case).id if case else None,
        # What was made from a partner's object stays bound to that partner's marks.
        origin=next(iter(origins), None),
        purpose=purpose,
        fields=format_fields(_inherit_marks(fields, came_from)),
        recipients=sorted(set(recipients)),
        keep_until=min((this.now + KEPT_FOR, *(source.keep_until for source in came_from))),
        state="held",
        court_bundle="",
        revoked_reason="",
        made_by=this.person.id,
        made_at=this.now,
    )
    this.session.add(row)
    this.session.flush()
    this.session.add_all(SharedSource(object_id=row.id, source_id=source.id) for source in came_from)
    return row


def _inherit_marks(fields: Sequence[FieldView], sources: Iterable[SharedObject]) -> list[FieldView]:
    known = [field for source in sources for field in parse_fields(source.fields)]
    return [
        replace(
            field,
            mark=find_closest_mark(
                (
                    field.mark,
                    *(
                        other.mark
                        for other in known
                        if field.name == other.name or field.value == other.value
                    ),
                )
            ),
            survivor=field.survivor
            or any(
                other.survivor for other in known if field.name == other.name or field.value == other.value
            ),
        )
        for field in fields
    ]


def _check_fields(kind: str, purpose: str, fields: Sequence[FieldView]) -> None:
    names = [field.name for field in fields]
    if not kind.strip() or purpose not in PURPOSES or not names or len(names) > MOST_FIELDS:
        raise NotPossible("partners.object-says-nothing")
    if len(set(names)) < len(names):
        raise NotPossible("partners.field-twice")
    for field in fields:
        if field.mark not in TLP_MARKS:
            raise NotPossible("partners.no-such-mark", marks=", ".join(TLP_MARKS))
        if not field.name.strip() or not field.value or len(field.value) > LONGEST_VALUE:
            raise NotPossible("partners.field-unfit", field=field.name[:40])


def approve_survivor_fields(
    ledger: Ledger, officer: Officer, object_id: int, partner: str, *, now: datetime | None = None
) -> None:
    """Let fields of what a survivor said leave for one partner; a screener's own decision, never a sender's. Idempotent."""
    with open_decision(ledger, officer, *SURVIVOR_RELEASERS, now=now) as this:
        row = lock_object(this, object_id)
        mailbox.find_partner(this.session, partner)
        if row.made_by == this.person.id:
            raise NotAllowed("partners.survivor-own")
        if this.session.get(SurvivorApproval, (object_id, partner)) is None:
            this.session.add(
                SurvivorApproval(object_id=object_id, partner=partner, officer_id=this.person.id, at=this.now)
            )
            this.log_entry("share.survivor-approved", f"shared:{object_id}", {"partner": partner})


def send_object(
    ledger: Ledger,
    officer: Officer,
    object_id: int,
    partner: str,
    basis: str,
    *,
    now: datetime | None = None,
) -> int:
    """Send an object to one partner: only agreed fields under allowed marks, with the basis; returns the send's number. Idempotent.

    Raises NotAllowed, NotFound, and NotPossible without a basis or an agreement in force, or where nothing may leave.
    """
    if not basis.strip():
        raise NotPossible("partners.basis-missing")
    with open_decision(ledger, officer, *PARTNER_SENDERS, now=now, clash="partners.sent-meanwhile") as this:
        row = lock_object(this, object_id)
        before = this.session.scalars(
            select(PartnerSend).where(PartnerSend.object_id == row.id, PartnerSend.partner == partner)
        ).first()
        if before is not None:
            return before.id
        gate = make_gate(this.session, partner, row, this.now)
        fields = select_fields(row, gate)
        send = PartnerSend(
            object_id=row.id,
            partner=partner,
            agreement_id=gate.agreement.id,
            basis=basis.strip(),
            fields=[field.name for field in fields],
            state="waiting",
            sent_by=this.person.id,
            sent_at=this.now,
            receipt="",
        )
        this.session.add(send)
        this.session.flush()
        keep_until = min(row.keep_until, this.now + timedelta(days=gate.agreement.retention_days))
        _queue_share(this.session, row, send, fields, keep_until, this.now)
        detail = {"partner": partner, "fields": send.fields, "agreement": gate.agreement.id}
        case = belonging.case_number(this.session, row.case_id)
        this.log_entry("share.sent", f"shared:{row.id}", detail, case=case)
        return send.id


def make_gate(session: Session, partner: str, row: SharedObject, now: datetime) -> Gate:
    """The gate to a partner for an object; raises NotFound, NotPossible without an agreement in force."""
    known = mailbox.find_partner(session, partner)
    agreement = find_agreement(session, partner, row.purpose, now)
    approved = session.get(SurvivorApproval, (row.id, partner)) is not None
    return Gate(partner, known.role, agreement, approved)  # type: ignore[arg-type]


def _queue_share(
    session: Session,
    row: SharedObject,
    send: PartnerSend,
    fields: Sequence[FieldView],
    keep_until: datetime,
    now: datetime,
) -> None:
    # No word of other recipients, of how many there are, of the case or of who here decided.
    body = {
        "about": row.public_id,
        "kind": row.kind,
        "purpose": row.purpose,
        "basis": send.basis,
        "keep_until": to_json_value(keep_until),
        "fields": format_fields(fields),
    }
    mailbox.queue_message(
        session, session.get_one(RoomPartner, send.partner), "share", row.public_id, body, now
    )


def note_court_bundle(
    ledger: Ledger, officer: Officer, object_id: int, bundle: str, *, now: datetime | None = None
) -> None:
    """Note that an object stands in a bundle for a court, by the bundle's reference: a revocation will not destroy it there."""
    if not bundle.strip():
        raise NotPossible("partners.bundle-missing")
    with open_decision(ledger, officer, *PARTNER_SENDERS, now=now) as this:
        row = lock_object(this, object_id)
        if row.state != "held":
            raise NotPossible("partners.object-revoked")
        if row.court_bundle != bundle.strip():
            row.court_bundle = bundle.strip()[:200]
            this.log_entry("share.bundled", f"shared:{row.id}", {"bundle": row.court_bundle})


def revoke_object(
    ledger: Ledger, officer: Officer, object_id: int, reason: str, *, now: datetime | None = None
) -> int:
    """Revoke an object of ours, everything made from it, and ask every recipient to do the same; returns how many objects. Idempotent.

    Raises NotAllowed, NotFound, NotPossible without a reason or for what came from a partner, who alone may revoke it.
    """
    if not reason.strip():
        raise NotPossible("partners.reason-missing")
    with open_decision(ledger, officer, *PARTNER_SENDERS, now=now) as this:
        row = lock_object(this, object_id)
        if row.origin:
            raise NotPossible("partners.revoked-by-origin", partner=row.origin)
        revoked = revoke_with_derived(this.session, row, reason.strip(), this.now)
        if revoked:
            detail = {"reason": reason.strip(), "objects": [shared.id for shared in revoked]}
            this.log_entry("share.revoked", f"shared:{row.id}", detail)
        return len(revoked)


def revoke_with_derived(
    session: Session, first: SharedObject, reason: str, now: datetime
) -> list[SharedObject]:
    """Revoke an object and all that was made from it, however far, and ask all their recipients to; returns what was still held."""
    revoked: list[SharedObject] = []
    waiting, seen = [first], {first.id}
    while waiting:
        row = waiting.pop()
        if row.state == "held":
            _revoke_single_object(session, row, reason, now)
            revoked.append(row)
        derived = (
            select(SharedObject)
            .join(SharedSource, SharedSource.object_id == SharedObject.id)
            .where(SharedSource.source_id == row.id, SharedObject.id.not_in(seen))
            .order_by(SharedObject.id)
            .with_for_update(of=SharedObject)
        )
        for made in session.scalars(derived):
            seen.add(made.id)
            waiting.append(made)
    return revoked


def _revoke_single_object(session: Session, row: SharedObject, reason: str, now: datetime) -> None:
    row.state = "kept" if row.court_bundle else "revoked"
    row.revoked_at, row.revoked_reason = now, reason
    if row.state == "revoked":
        # Gone from here as well: a mark on a copy is no deletion.
        row.fields = [field | {"value": ""} for field in row.fields]
    sends = select(PartnerSend).where(PartnerSend.object_id == row.id).with_for_update()
    for send in session.scalars(sends):
        send.state = "revoking"
        partner = session.get_one(RoomPartner, send.partner)
        body = {"about": row.public_id, "reason": reason}
        mailbox.queue_message(session, partner, "revoke", row.public_id, body, now)
    recall_leavings(session, (row.id,), now)
    session.flush()


def lock_object(this: Decision, object_id: int) -> SharedObject:
    """An object that this officer may know of, locked; raises NotFound."""
    row = this.session.scalars(
        select(SharedObject)
        .where(SharedObject.id == object_id, sealing.is_visible_to(this.person, SharedObject.case_id))
        .with_for_update()
    ).first()
    if row is None:
        raise NotFound("partners.no-such-object")
    return row
