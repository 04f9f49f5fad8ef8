"""What a partner's room sends: objects, revocations and requests, taken in once each."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.errors import NotFound, NotUnderstood
from warroom.ledger import deadlines
from warroom.ledger.audit import writing
from warroom.partners import mailbox
from warroom.partners.decisions import asks, sharing
from warroom.partners.decisions.register import find_agreement
from warroom.partners.marks import format_fields
from warroom.partners.schema import PartnerAsk, PartnerSend, RoomPartner, SharedObject
from warroom.partners.views import ASK_KINDS, CRITICALITIES, PURPOSES, TLP_MARKS, FieldView

LONGEST_TEXT, MOST_ITEMS = 4_000, 50


def take_object(session: Session, partner: RoomPartner, body: Mapping[str, Any], now: datetime) -> None:
    """Take in an object that a partner shared; raises NotUnderstood for one that cannot be read, NotPossible without an agreement."""
    purpose = _read_word(body, "purpose", PURPOSES)
    agreement = find_agreement(session, partner.code, purpose, now)
    keep_until = min(_read_moment(body, "keep_until"), now + timedelta(days=agreement.retention_days))
    row = SharedObject(
        public_id=_read_text(body, "about", 64),
        kind=_read_text(body, "kind", 60),
        origin=partner.code,
        purpose=purpose,
        fields=format_fields(_read_fields(body.get("fields"))),
        recipients=[],
        keep_until=keep_until,
        state="held",
        court_bundle="",
        revoked_reason="",
        made_at=now,
    )
    if session.scalar(select(SharedObject.id).where(SharedObject.public_id == row.public_id)):
        raise NotUnderstood("partners.message-unfit", field="about")
    session.add(row)
    session.flush()
    detail = {"partner": partner.code, "kind": row.kind, "fields": len(row.fields)}
    writing.write_audit_row(session, None, "share.taken", f"shared:{row.id}", detail, at=now)


def _read_fields(given: Any) -> list[FieldView]:
    if not isinstance(given, list) or not 0 < len(given) <= sharing.MOST_FIELDS:
        raise NotUnderstood("partners.message-unfit", field="fields")
    fields = []
    for field in given:
        # A mark that is none, or is left out, is not taken for an open one.
        if not isinstance(field, dict) or set(field) != {"name", "value", "mark", "survivor"}:
            raise NotUnderstood("partners.message-unfit", field="fields")
        mark = _read_word(field, "mark", TLP_MARKS)
        fields.append(
            FieldView(
                _read_text(field, "name", 60),
                _read_text(field, "value", LONGEST_TEXT),
                mark,  # type: ignore[arg-type]
                field["survivor"] is True,
            )
        )
    if len({field.name for field in fields}) < len(fields):
        raise NotUnderstood("partners.message-unfit", field="fields")
    return fields


def take_revocation(session: Session, partner: RoomPartner, body: Mapping[str, Any], now: datetime) -> None:
    """Revoke what came from this partner and all that was made from it; what a court's bundle holds is kept, and the answer says so.

    Raises NotFound for an object of somebody else: nobody revokes another's.
    """
    public_id, reason = _read_text(body, "about", 64), _read_text(body, "reason", LONGEST_TEXT)
    row = session.scalars(
        select(SharedObject)
        .where(SharedObject.public_id == public_id, SharedObject.origin == partner.code)
        .with_for_update()
    ).first()
    if row is None:
        raise NotFound("partners.no-such-object")
    revoked = sharing.revoke_with_derived(session, row, reason, now)
    kept = [shared for shared in revoked if shared.state == "kept"]
    if kept:
        answer = {"about": public_id, "why": "court-bundle"}
        mailbox.queue_message(session, partner, "revoke-kept", public_id, answer, now)
    detail = {"partner": partner.code, "objects": [shared.id for shared in revoked], "kept": len(kept)}
    writing.write_audit_row(session, None, "share.revoked", f"shared:{row.id}", detail, at=now)


def erase_expired_objects(session: Session, now: datetime) -> int:
    """Delete the values of partners' objects whose agreed time is over, but not from a court's bundle; returns how many objects."""
    query = (
        select(SharedObject)
        .where(
            SharedObject.origin.is_not(None),
            SharedObject.state == "held",
            SharedObject.court_bundle == "",
            SharedObject.keep_until <= now,
        )
        .with_for_update()
    )
    expired = session.scalars(query).all()
    for row in expired:
        row.state, row.revoked_at, row.revoked_reason = "revoked", now, "retention"
        row.fields = [field | {"value": ""} for field in row.fields]
        detail = {"partner": row.origin}
        writing.write_audit_row(session, None, "share.erased", f"shared:{row.id}", detail, at=now)
    return len(expired)


def take_kept(session: Session, partner: RoomPartner, body: Mapping[str, Any], now: datetime) -> None:
    """A partner says that what we revoked stands in a bundle for a court there."""
    query = (
        select(PartnerSend)
        .join(SharedObject, SharedObject.id == PartnerSend.object_id)
        .where(
            PartnerSend.partner == partner.code,
            SharedObject.public_id == _read_text(body, "about", 64),
            PartnerSend.state.in_(("revoking", "revoked")),
        )
        .with_for_update(of=PartnerSend)
    )
    send = session.scalars(query).first()
    if send is None:
        raise NotFound("partners.no-such-object")
    send.state = "kept"
    detail = {"partner": partner.code}
    writing.write_audit_row(session, None, "share.kept", f"shared:{send.object_id}", detail, at=now)


def take_request(session: Session, partner: RoomPartner, body: Mapping[str, Any], now: datetime) -> None:
    """Take in a partner's request, with its clock; raises NotUnderstood for one that cannot be read, NotPossible without an agreement."""
    purpose = _read_word(body, "purpose", PURPOSES)
    find_agreement(session, partner.code, purpose, now)
    kind, criticality = _read_word(body, "kind", ASK_KINDS), _read_word(body, "criticality", CRITICALITIES)
    items = body.get("items")
    if not isinstance(items, list) or not 0 < len(items) <= MOST_ITEMS:
        raise NotUnderstood("partners.message-unfit", field="items")
    row = PartnerAsk(
        partner=partner.code,
        their_number=_read_text(body, "about", 64),
        kind=kind,
        purpose=purpose,
        subject=_read_text(body, "subject", LONGEST_TEXT),
        items=[_read_text({"items": item}, "items", LONGEST_TEXT) for item in items],
        criticality=criticality,
        state="received",
        received_at=now,
        due_at=now + asks.ANSWER_WITHIN[criticality],  # type: ignore[index]
        keep_until=now + asks.PRESERVED_FOR if kind == "preservation" else None,
        answer="",
    )
    known = select(PartnerAsk.id).where(
        PartnerAsk.partner == partner.code, PartnerAsk.their_number == row.their_number
    )
    if session.scalar(known):
        raise NotUnderstood("partners.message-unfit", field="about")
    session.add(row)
    session.flush()
    deadlines.start_deadline(session, asks.ABOUT, row.id, asks.DUE, row.due_at)
    detail = {"partner": partner.code, "kind": kind, "criticality": criticality}
    writing.write_audit_row(session, None, "partner-ask.received", f"partner-ask:{row.id}", detail, at=now)


def _read_text(body: Mapping[str, Any], name: str, longest: int) -> str:
    text = body.get(name)
    if not isinstance(text, str) or not text.strip() or len(text) > longest or "\x00" in text:
        raise NotUnderstood("partners.message-unfit", field=name)
    return text.strip()


def _read_word(body: Mapping[str, Any], name: str, words: tuple[str, ...]) -> str:
    word = body.get(name)
    if not isinstance(word, str) or word not in words:
        raise NotUnderstood("partners.message-unfit", field=name)
    return word


def _read_moment(body: Mapping[str, Any], name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_read_text(body, name, 40))
    except ValueError:
        raise NotUnderstood("partners.message-unfit", field=name) from None
    if moment.tzinfo is None:
        raise NotUnderstood("partners.message-unfit", field=name)
    return moment
