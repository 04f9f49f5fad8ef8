"""What was decided: cases, holds, approvals, clocks, releases, appeals, orders and the audit log, in
PostgreSQL.

Analysis only proposes; here a named officer decides, under a dated legal rule, for an exact amount, for a
limited time, and every decision is a row in an append-only log. Web and command line call the services of
this package and get frozen dataclasses back (`warroom.operations.views`); they never see a table.

It refuses: to hold a whole account, to hold more than the loss or the balance, to let one baht serve two
victims, to let a signal decide, to let one person stand for two, to act under a rule no lawyer has
confirmed (outside exercises), and to write a partner's message format: that is `warroom.exchange`.
"""

from warroom.operations import assets, measures, requests
from warroom.operations.access.signing import officer_of, sign_in, sign_out
from warroom.operations.alerts import clear_alert
from warroom.operations.answers import record_answer
from warroom.operations.appeals import answer_appeal, appeal, public_hold
from warroom.operations.boards import board
from warroom.operations.cases import close_case, refresh_case, sync_cases
from warroom.operations.desk import case_page, open_alerts, open_appeals, take_case
from warroom.operations.endings import extend, release
from warroom.operations.hold_orders import HoldOrders
from warroom.operations.holds import approve_holds, decline
from warroom.operations.law import confirm_law, rules
from warroom.operations.ledger import Ledger
from warroom.operations.officers import add_officer, list_officers
from warroom.operations.verify import verify_audit
from warroom.operations.views import (
    ActionView,
    AlertView,
    AppealView,
    AuditReport,
    Board,
    BoardRow,
    CasePage,
    Officer,
    OrderView,
    PartnerAnswer,
    ProposalView,
    PublicHold,
    RuleView,
    SignIn,
    Texts,
    TransferRef,
)

__all__ = [
    "ActionView",
    "AlertView",
    "AppealView",
    "AuditReport",
    "Board",
    "BoardRow",
    "CasePage",
    "HoldOrders",
    "Ledger",
    "Officer",
    "OrderView",
    "PartnerAnswer",
    "ProposalView",
    "PublicHold",
    "RuleView",
    "SignIn",
    "Texts",
    "TransferRef",
    "add_officer",
    "answer_appeal",
    "appeal",
    "approve_holds",
    "assets",
    "board",
    "case_page",
    "clear_alert",
    "close_case",
    "confirm_law",
    "decline",
    "extend",
    "joint",
    "list_officers",
    "measures",
    "officer_of",
    "open_alerts",
    "open_appeals",
    "public_hold",
    "record_answer",
    "refresh_case",
    "release",
    "requests",
    "rules",
    "sign_in",
    "sign_out",
    "sync_cases",
    "take_case",
    "verify_audit",
]
