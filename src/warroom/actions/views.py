"""Actions of every kind but the hold, as others see them. The tables still call one a measure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from warroom.bilingual.texts import Texts
from warroom.law.kinds.declarations import list_input_names
from warroom.ledger.views import DeadlineView
from warroom.marking import JsonOf
from warroom.orders.order_content import OrderSubject
from warroom.orders.views import OrderState

ActionState = Literal[
    "proposed",
    "approved",
    "sent",
    "in_effect",
    "partly",
    "refused",
    "done",
    "lifted",
    "lapsed",
    "withdrawn",
    "declined",
]
ACTION_STATES: tuple[ActionState, ...] = get_args(ActionState)
UNDER_WAY: tuple[ActionState, ...] = ("approved", "sent", "in_effect", "partly")
"""Decided and not ended: of one kind, one such action a subject and partner."""
ActionSort = Literal["mine", "late", "in_effect", "lapsed"]
"""`mine` waits for the officer who asks: they may approve its kind, did not propose it and have not approved it as it
lies. `late` has a struck deadline, `in_effect` also where in part, `lapsed` ended by itself.
"""
ACTION_SORTS: tuple[ActionSort, ...] = get_args(ActionSort)


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document on the table; `shared` where it lies with the whole joint operation.

    `content` are the fields of its declaration, `sha256` the digest of their canonical JSON; of several for one
    prerequisite the newest counts.
    """

    prerequisite: str
    content: Annotated[Mapping[str, Any], JsonOf(list_input_names)]
    sha256: str
    by: str
    at: datetime
    shared: bool
    """Whether it lies with the whole joint operation rather than with this action alone."""


@dataclass(frozen=True, slots=True)
class ActionApprovalView:
    """An officer's approval; it counts while the table is as it was.

    `counts` is false where what lay on the table has changed since.
    """

    officer: str
    agency: str
    at: datetime
    counts: bool


@dataclass(frozen=True, slots=True)
class TransitionView:
    """A step of the state; no officer where it came by itself or by the partner's word."""

    before: ActionState | None
    after: ActionState
    at: datetime
    officer: str
    reason: str


@dataclass(frozen=True, slots=True)
class ActionOrder:
    """An order about the action and what became of it."""

    order_id: str
    kind: str
    partner: str
    state: OrderState
    made_at: datetime
    sent_at: datetime | None
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action in a list; `happens_at` is when it is to happen and `people` how many people it reaches, where its kind asks."""

    id: int
    reference: str
    kind: str
    title: Texts
    pillar: str
    case: str | None
    operation: int | None
    partner: str | None
    subject: str
    subjects: int
    state: ActionState
    proposed_by: str
    proposed_at: datetime
    decide_by: datetime
    until: datetime | None
    happens_at: datetime | None = None
    people: int | None = None


@dataclass(frozen=True, slots=True)
class ActionView:
    """An action with everything on its table; send `digest` back to approve it.

    `rule` and `citation` are the legal basis: the one in force now while it is proposed, later the one it was
    decided under. `law_changed` says that it was proposed under another. `missing` are prerequisites that have no
    document, `stopped` sentences of why it cannot be approved as it lies. `digest` stands for all of it, so that
    nobody approves what they have not seen. `late` says that an officer must look.
    """

    id: int
    reference: str
    kind: str
    title: Texts
    pillar: str
    case: str | None
    operation: int | None
    partner: str | None
    subjects: tuple[OrderSubject, ...]
    details: Annotated[Mapping[str, Any], JsonOf(list_input_names)]
    reason: str
    state: ActionState
    needed: int
    apart: bool
    proposed_by: str
    proposed_at: datetime
    decide_by: datetime
    rule: str
    citation: Texts
    law_changed: bool
    documents: tuple[DocumentView, ...]
    missing: tuple[str, ...]
    stopped: tuple[str, ...]
    approvals: tuple[ActionApprovalView, ...]
    until: datetime | None
    transitions: tuple[TransitionView, ...]
    deadlines: tuple[DeadlineView, ...]
    orders: tuple[ActionOrder, ...]
    digest: str

    @property
    def late(self) -> bool:
        """Whether a deadline has passed and waits for an officer."""
        return any(one.state == "struck" for one in self.deadlines)


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What became of one of several decisions taken at once: `refused` is the sentence why not, empty where done."""

    id: int
    reference: str
    refused: str
