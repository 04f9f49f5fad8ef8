"""Partners, agreements, shared objects, their recipients, requests that came in and matching runs, as others see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, get_args

from warroom.bilingual.texts import Texts
from warroom.marking import Open

PartnerRole = Literal["agency", "embassy", "bank", "telecom", "platform", "ngo", "pool"]
PARTNER_ROLES: tuple[PartnerRole, ...] = get_args(PartnerRole)
"""`pool` is a shared store of many houses, such as a global signal exchange."""
TlpMark = Literal["clear", "green", "amber", "amber-strict", "red"]
TLP_MARKS: tuple[TlpMark, ...] = get_args(TlpMark)
"""The Traffic Light Protocol 2.0 of FIRST, from open to closed."""
Purpose = Literal["fraud", "trafficking", "victims", "assets"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
AgreementState = Literal["drafted", "in_force", "ended"]
AGREEMENT_STATES: tuple[AgreementState, ...] = get_args(AgreementState)
ObjectState = Literal["held", "revoked", "kept"]
OBJECT_STATES: tuple[ObjectState, ...] = get_args(ObjectState)
"""`kept` is an object that was revoked and stands in a bundle for a court: marked as revoked there, and not destroyed."""
SendState = Literal["waiting", "received", "revoking", "revoked", "kept"]
SEND_STATES: tuple[SendState, ...] = get_args(SendState)
MessageKind = Literal["share", "revoke", "revoke-kept", "request", "request-reply"]
MESSAGE_KINDS: tuple[MessageKind, ...] = get_args(MessageKind)
MessageState = Literal["waiting", "sent", "refused", "taken"]
MESSAGE_STATES: tuple[MessageState, ...] = get_args(MessageState)
AskKind = Literal["information", "preservation", "stop-payment", "joint-operation"]
ASK_KINDS: tuple[AskKind, ...] = get_args(AskKind)
Criticality = Literal["critical", "high", "normal"]
CRITICALITIES: tuple[Criticality, ...] = get_args(Criticality)
AskState = Literal["received", "acknowledged", "partly", "answered", "refused"]
ASK_STATES: tuple[AskState, ...] = get_args(AskState)
ASK_OPEN: tuple[AskState, ...] = ("received", "acknowledged", "partly")
LeavingKind = Literal["chart", "collection", "order", "ask"]
LEAVING_KINDS: tuple[LeavingKind, ...] = get_args(LeavingKind)
"""What left whole: a chart or an export of a case, what went into a collection, an order with its letter, a request to a room."""
RunState = Literal["opened", "counted", "released", "refused"]
RUN_STATES: tuple[RunState, ...] = get_args(RunState)


@dataclass(frozen=True, slots=True)
class AgreementView:
    """What was agreed: `fields` may leave up to `highest_mark`; `per_day` and `per_month` are numbers that may be asked in matching."""

    id: int
    partner: str
    purpose: Purpose
    basis: str
    fields: tuple[str, ...]
    highest_mark: TlpMark
    retention_days: int
    per_day: int
    per_month: int
    state: AgreementState
    valid_from: datetime
    expires_at: datetime
    drafted_by: str
    approved_by: str
    is_expired: bool


@dataclass(frozen=True, slots=True)
class RoomPartnerView:
    """A partner of the register. `has_room` says that it runs this program too, and is reached by signed messages."""

    code: str
    name: Texts
    role: PartnerRole
    country: str
    language: str
    has_room: bool
    waiting: int
    refused: int
    agreements: tuple[AgreementView, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field of a shared object with its own mark; the value is empty once the object was revoked."""

    name: str
    value: str
    mark: TlpMark
    survivor: bool


@dataclass(frozen=True, slots=True)
class SendView:
    """One way an object left: to whom, on which basis, which fields, and the partner's receipt."""

    id: int
    partner: str
    basis: str
    fields: tuple[str, ...]
    state: SendState
    sent_at: datetime
    received_at: datetime | None
    receipt: Annotated[str, Open("a digest that the partner gave back")]


@dataclass(frozen=True, slots=True)
class SharedObjectView:
    """Something that left or came in. `origin` is the partner it came from, empty for our own."""

    id: int
    public_id: str
    kind: str
    case: str
    origin: str
    purpose: Purpose
    state: ObjectState
    mark: TlpMark
    keep_until: datetime
    court_bundle: str
    revoked_reason: str
    fields: tuple[FieldView, ...]
    sends: tuple[SendView, ...] = ()


@dataclass(frozen=True, slots=True)
class AskView:
    """A request that a partner sent to us. `due_at` is when the next answer is owed; `escalated_at` when it was passed on."""

    id: int
    number: str
    partner: str
    their_number: str
    kind: AskKind
    purpose: Purpose
    subject: str
    items: tuple[str, ...]
    criticality: Criticality
    state: AskState
    received_at: datetime
    due_at: datetime
    acknowledged_at: datetime | None
    answered_at: datetime | None
    escalated_at: datetime | None
    keep_until: datetime | None
    answer: str
    answered_by: str


@dataclass(frozen=True, slots=True)
class MatchRunView:
    """One matching run. `count` is how many numbers both hold, null until it is known; `hits` are the numbers, empty until a named
    officer released them.
    """

    id: int
    partner: str
    ours: bool
    purpose: Purpose
    period: str
    asked: int
    count: int | None
    state: RunState
    opened_by: str
    opened_at: datetime
    released_by: str
    released_at: datetime | None
    reason: str
    hits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuotaView:
    """How many numbers a partner may ask for a purpose, and how many it has asked."""

    partner: str
    purpose: Purpose
    per_day: int
    used_today: int
    per_month: int
    used_this_month: int
