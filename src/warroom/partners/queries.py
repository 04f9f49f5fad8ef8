"""Reads the register, what was shared with whom, partners' requests, and matching runs."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from warroom.access.role_groups import PARTNER_READERS
from warroom.access.schema import Agency
from warroom.bilingual.texts import Texts
from warroom.cases import belonging, sealing
from warroom.errors import NotFound
from warroom.ledger.decision import LoggedRead, logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow
from warroom.partners.decisions.runs import count_used
from warroom.partners.marks import find_closest_mark, parse_fields
from warroom.partners.schema import (
    MatchRun,
    PartnerAgreement,
    PartnerAsk,
    PartnerSend,
    RoomMessage,
    RoomPartner,
    SharedObject,
)
from warroom.partners.views import (
    AgreementView,
    AskView,
    FieldView,
    MatchRunView,
    QuotaView,
    RoomPartnerView,
    SendView,
    SharedObjectView,
)

SHOWN = 100
"""Rows of one list. Chosen, not measured."""


def list_partners(ledger: Ledger, officer: Officer, *, now: datetime | None = None) -> list[RoomPartnerView]:
    """Every partner of the register by code, with its agreements. Raises NotAllowed."""
    with logged_read(ledger, officer, *PARTNER_READERS, now=now) as this:
        this.log_list_read("partner-register")
        rows = this.session.scalars(select(RoomPartner).order_by(RoomPartner.code))
        return [_build_partner_view(this, row) for row in rows.all()]


def load_partner(
    ledger: Ledger, officer: Officer, code: str, *, now: datetime | None = None
) -> RoomPartnerView:
    """A partner with its agreements. Raises NotAllowed, NotFound."""
    with logged_read(ledger, officer, *PARTNER_READERS, now=now) as this:
        row = this.session.get(RoomPartner, code)
        if row is None:
            raise NotFound("partners.no-such-partner", code=code[:16])
        this.log_entry("partner.read", f"partner:{code}")
        return _build_partner_view(this, row)


def _build_partner_view(this: LoggedRead, row: RoomPartner) -> RoomPartnerView:
    session = this.session
    agency = session.get_one(Agency, row.code)
    agreements = session.scalars(
        select(PartnerAgreement)
        .where(PartnerAgreement.partner == row.code)
        .order_by(PartnerAgreement.id.desc())
    )

    def count_messages(state: str) -> int:
        query = select(func.count()).where(
            RoomMessage.partner == row.code, RoomMessage.outgoing.is_(True), RoomMessage.state == state
        )
        return session.scalar(query) or 0

    return RoomPartnerView(
        code=row.code,
        name=Texts(agency.name_th, agency.name_en),
        role=row.role,  # type: ignore[arg-type]
        country=agency.country,
        language=row.locale,
        has_room=bool(row.room_url),
        waiting=count_messages("waiting"),
        refused=count_messages("refused"),
        agreements=tuple(
            _build_agreement_view(session, agreement, this.now) for agreement in agreements.all()
        ),
    )


def _build_agreement_view(session: Session, row: PartnerAgreement, now: datetime) -> AgreementView:
    return make_view(
        AgreementView,
        row,
        fields=tuple(row.fields),
        drafted_by=_find_name(session, row.drafted_by),
        approved_by=_find_name(session, row.approved_by),
        is_expired=row.expires_at <= now,
    )


def list_objects(
    ledger: Ledger, officer: Officer, partner: str = "", *, now: datetime | None = None
) -> list[SharedObjectView]:
    """What was shared with a partner or came from it, the newest first; of sealed cases only to whom they are open. Raises NotAllowed."""
    with logged_read(ledger, officer, *PARTNER_READERS, now=now) as this:
        this.log_list_read("shared")
        query = select(SharedObject).where(sealing.is_visible_to(this.person, SharedObject.case_id))
        if partner:
            sent = select(PartnerSend.object_id).where(PartnerSend.partner == partner)
            query = query.where((SharedObject.origin == partner) | SharedObject.id.in_(sent))
        rows = this.session.scalars(query.order_by(SharedObject.id.desc()).limit(SHOWN))
        return [_build_object_view(this, row) for row in rows.all()]


def load_object(
    ledger: Ledger, officer: Officer, object_id: int, *, now: datetime | None = None
) -> SharedObjectView:
    """A shared object with its recipients. Raises NotAllowed, NotFound."""
    with logged_read(ledger, officer, *PARTNER_READERS, now=now) as this:
        row = this.session.scalars(
            select(SharedObject).where(
                SharedObject.id == object_id, sealing.is_visible_to(this.person, SharedObject.case_id)
            )
        ).first()
        if row is None:
            raise NotFound("partners.no-such-object")
        this.log_entry("share.read", f"shared:{object_id}")
        return _build_object_view(this, row)


def _build_object_view(this: LoggedRead, row: SharedObject) -> SharedObjectView:
    # What a survivor said is its screener's alone, on these pages too.
    may_read_survivor = "screener" in this.person.roles
    fields = tuple(
        field if may_read_survivor or not field.survivor else _hide_value(field)
        for field in parse_fields(row.fields)
    )
    sends = this.session.scalars(
        select(PartnerSend).where(PartnerSend.object_id == row.id).order_by(PartnerSend.id)
    )
    return make_view(
        SharedObjectView,
        row,
        case=belonging.case_number(this.session, row.case_id) or "",
        origin=row.origin or "",
        mark=find_closest_mark(field.mark for field in fields),
        fields=fields,
        sends=tuple(make_view(SendView, send, fields=tuple(send.fields)) for send in sends),
    )


def _hide_value(field: FieldView) -> FieldView:
    return FieldView(field.name, "•", field.mark, field.survivor)


def list_asks(
    ledger: Ledger, officer: Officer, partner: str = "", *, now: datetime | None = None
) -> list[AskView]:
    """Partners' requests, those that wait first, by when they are due. Raises NotAllowed."""
    with logged_read(ledger, officer, *PARTNER_READERS, now=now) as this:
        this.log_list_read("partner-asks")
        query = select(PartnerAsk).order_by(
            PartnerAsk.state.in_(("answered", "refused")), PartnerAsk.due_at, PartnerAsk.id
        )
        if partner:
            query = query.where(PartnerAsk.partner == partner)
        return [build_ask_view(this.session, row) for row in this.session.scalars(query.limit(SHOWN)).all()]


def load_ask(ledger: Ledger, officer: Officer, ask_id: int, *, now: datetime | None = None) -> AskView:
    """A partner's request. Raises NotAllowed, NotFound."""
    with logged_read(ledger, officer, *PARTNER_READERS, now=now) as this:
        row = this.session.get(PartnerAsk, ask_id)
        if row is None:
            raise NotFound("partners.no-such-ask")
        this.log_entry("partner-ask.read", f"partner-ask:{ask_id}")
        return build_ask_view(this.session, row)


def build_ask_view(session: Session, row: PartnerAsk) -> AskView:
    """The view of a partner's request."""
    return make_view(
        AskView,
        row,
        number=f"P-{row.id}",
        items=tuple(row.items),
        answered_by=_find_name(session, row.answered_by),
    )


def list_runs(ledger: Ledger, officer: Officer, *, now: datetime | None = None) -> list[MatchRunView]:
    """Matching runs, the newest first; numbers only of those that were released. Raises NotAllowed."""
    with logged_read(ledger, officer, *PARTNER_READERS, now=now) as this:
        this.log_list_read("matching")
        opener, releaser = aliased(OfficerRow), aliased(OfficerRow)
        query = (
            select(MatchRun, opener.name, releaser.name)
            .outerjoin(opener, opener.id == MatchRun.opened_by)
            .outerjoin(releaser, releaser.id == MatchRun.released_by)
            .order_by(MatchRun.id.desc())
            .limit(SHOWN)
        )
        return [
            make_view(
                MatchRunView, run, opened_by=opened or "", released_by=released or "", hits=tuple(run.hits)
            )
            for run, opened, released in this.session.execute(query)
        ]


def list_quotas(ledger: Ledger, officer: Officer, *, now: datetime | None = None) -> list[QuotaView]:
    """What may still be asked in matching, by partner and purpose of every agreement in force. Raises NotAllowed."""
    with logged_read(ledger, officer, *PARTNER_READERS, now=now) as this:
        this.log_list_read("matching")
        agreements = this.session.scalars(
            select(PartnerAgreement)
            .where(
                PartnerAgreement.state == "in_force",
                PartnerAgreement.expires_at > this.now,
                PartnerAgreement.per_day > 0,
            )
            .order_by(PartnerAgreement.partner, PartnerAgreement.purpose)
        )
        return [_build_quota(this, agreement) for agreement in agreements.all()]


def _build_quota(this: LoggedRead, agreement: PartnerAgreement) -> QuotaView:
    day, month = count_used(this.session, agreement.partner, agreement.purpose, this.now, ours=True)
    return make_view(QuotaView, agreement, used_today=day, used_this_month=month)


def _find_name(session: Session, officer_id: int | None) -> str:
    row = session.get(OfficerRow, officer_id) if officer_id else None
    return row.name if row else ""


def list_room_partners(session: Session, codes: Iterable[str] = ()) -> list[tuple[str, str, str, str]]:
    """Code, address, public key and matching key of partners with a room; of these codes where any is given."""
    query = select(RoomPartner).where(RoomPartner.room_url != "").order_by(RoomPartner.code)
    wanted = set(codes)
    return [
        (row.code, row.room_url, row.public_key, row.match_key)
        for row in session.scalars(query)
        if not wanted or row.code in wanted
    ]
