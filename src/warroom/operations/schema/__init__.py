"""The tables of the ledger. Money is BIGINT satang, times are timestamptz, and what must never happen is a
constraint.

The migrations in `migrations/` make these tables; a test compares the two. Triggers and rights, which
SQLAlchemy does not describe, stand in the first migration: the limits of holds and the audit log's refusal
to change. One module a family; everything is imported from here.
"""

from warroom.operations.schema import (
    access,
    assets,
    chart,
    evidence,
    measures,
    partners,
    payouts,
    requests,
    room,
    signals,
    survivors,
)
from warroom.operations.schema.base import NAMES, Base, one_of
from warroom.operations.schema.cases import Alert, Case, CaseReportRow, Claim, ClaimKey, Snapshot
from warroom.operations.schema.deadlines import Agency, Deadline
from warroom.operations.schema.holds import (
    HOLD_STATES,
    Action,
    AppealRow,
    Approval,
    Clock,
    Extension,
    Proposal,
    Release,
)
from warroom.operations.schema.log import (
    AuditLine,
    Checkpoint,
    CheckpointStamp,
    Cosignature,
    Mark,
    Subtree,
    WaitingLine,
)
from warroom.operations.schema.orders import Answer, Order
from warroom.operations.schema.people import Idempotency, LawConfirmation, OfficerRow, SessionRow

__all__ = [
    "HOLD_STATES",
    "NAMES",
    "Action",
    "Agency",
    "Alert",
    "Answer",
    "AppealRow",
    "Approval",
    "AuditLine",
    "Base",
    "Case",
    "CaseReportRow",
    "Checkpoint",
    "CheckpointStamp",
    "Claim",
    "ClaimKey",
    "Clock",
    "Cosignature",
    "Deadline",
    "Extension",
    "Idempotency",
    "LawConfirmation",
    "Mark",
    "OfficerRow",
    "Order",
    "Proposal",
    "Release",
    "SessionRow",
    "Snapshot",
    "Subtree",
    "WaitingLine",
    "access",
    "assets",
    "chart",
    "evidence",
    "measures",
    "one_of",
    "partners",
    "payouts",
    "requests",
    "room",
    "signals",
    "survivors",
]
