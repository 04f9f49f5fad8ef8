"""What the services answer: frozen dataclasses, and nothing that reaches back into the database.

Money is satang (1/100 baht) as `int`; times are UTC with their zone; `Texts` holds a sentence in Thai and
English. One module a family; everything is imported from here.
"""

from warroom.operations.views.appeals import AppealState, AppealView, PublicHold
from warroom.operations.views.board import Board, BoardCounts, BoardFilter, BoardRow
from warroom.operations.views.cases import (
    AlertView,
    CasePage,
    CaseReport,
    HistoryLine,
    ProposalState,
    ProposalView,
)
from warroom.operations.views.holds import (
    ACTIVE,
    ActionView,
    ApprovalView,
    ClockKind,
    ClockView,
    ExtensionView,
    HoldState,
)
from warroom.operations.views.orders import (
    AnswerStatus,
    AnswerView,
    OrderKind,
    OrderLine,
    OrderState,
    OrderView,
    PartnerAnswer,
    TransferRef,
)
from warroom.operations.views.people import ROLES, Officer, Role, SignIn, Texts
from warroom.operations.views.record import AuditFault, AuditReport, AuditRow, RuleView

__all__ = [
    "ACTIVE",
    "ROLES",
    "ActionView",
    "AlertView",
    "AnswerStatus",
    "AnswerView",
    "AppealState",
    "AppealView",
    "ApprovalView",
    "AuditFault",
    "AuditReport",
    "AuditRow",
    "Board",
    "BoardCounts",
    "BoardFilter",
    "BoardRow",
    "CasePage",
    "CaseReport",
    "ClockKind",
    "ClockView",
    "ExtensionView",
    "HistoryLine",
    "HoldState",
    "Officer",
    "OrderKind",
    "OrderLine",
    "OrderState",
    "OrderView",
    "PartnerAnswer",
    "ProposalState",
    "ProposalView",
    "PublicHold",
    "Role",
    "RuleView",
    "SignIn",
    "Texts",
    "TransferRef",
]
