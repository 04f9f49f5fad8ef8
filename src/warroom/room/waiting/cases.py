"""Sources of the fraud desk: cases, holds, appeals, extensions and reminders."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, case, exists, false, or_

from warroom.access import role_groups
from warroom.cases.queries.case_list import has_silent_bank
from warroom.cases.schema import AppealRow, Case, Hold, HoldApproval, HoldExtension, HoldRelease, Wake
from warroom.law.kinds.declarations import load_kind
from warroom.ledger.schema import OfficerRow
from warroom.room.waiting.case_filters import IS_UNDECIDED_OF_NOBODY
from warroom.room.waiting.source import LAPSED_FOR, NOW, SOON, TaskSource, has_role, is_due_within

HOLD = "account-hold"
APPEALS = AppealRow.__table__.join(Hold.__table__, Hold.id == AppealRow.hold_id).join(
    Case.__table__, Case.id == Hold.case_id
)
IS_OPEN_APPEAL = AppealRow.state == "open"
WARN = {"exit": timedelta(minutes=15), "lapse": SOON, "appeal_due": timedelta(minutes=60)}
"""How long before its end a case's clock is urgent, by kind: money leaving is a matter of minutes, a lapse of
hours. Chosen, not measured.
"""


def build_case_source(person: OfficerRow) -> TaskSource:
    """Open cases. A case without owner and with holds to decide waits for the whole desk, others for their
    owner. Appeals have a source of their own.
    """
    is_open = Case.state == "open"
    # An appeal's deadline does not count here: the appeal has a line of its own.
    soon = case(
        (Case.next_kind == "exit", NOW + WARN["exit"]), (Case.next_kind == "lapse", NOW + WARN["lapse"])
    )
    # A late appeal is a line of its own on the board, and would be counted twice.
    passed = and_(is_open, Case.next_due <= NOW, Case.next_kind != "appeal_due")
    return TaskSource(
        what="case",
        tables=Case.__table__,
        id=Case.id,
        number=Case.number,
        kind=Case.scam_type,
        pillar=load_kind(HOLD).pillar,
        sorts={
            "urgent": (and_(is_open, is_due_within(Case.next_due, SOON), Case.next_due <= soon),),
            "mine": (
                and_(is_open, Case.owner_id == person.id),
                *((IS_UNDECIDED_OF_NOBODY,) if has_role(person, *role_groups.HOLD_APPROVERS) else ()),
            ),
            # Two alternatives that exclude each other: a case whose clock has run out is not listed again for
            # a silent bank.
            "late": (passed, and_(is_open, has_silent_bank(NOW), _is_running())),
        },
        since=Case.reported_at,
        due=Case.next_due,
        due_kind=Case.next_kind,
        case_id=Case.id,
        amount=Case.still_there,
        records_end=case((Case.undecided > 0, Case.records_end)),
    )


def _is_running() -> ColumnElement[bool]:
    return or_(Case.next_due.is_(None), Case.next_due > NOW, Case.next_kind == "appeal_due")


def build_hold_source(person: OfficerRow) -> TaskSource:
    """Holds at banks, by the number of their case: the reference of one is its holder's key to the appeal."""
    expired = exists().where(
        HoldRelease.hold_id == Hold.id, HoldRelease.cause == "expiry", HoldRelease.at > NOW - LAPSED_FOR
    )
    return TaskSource(
        what="hold",
        tables=Hold.__table__.join(Case.__table__, Case.id == Hold.case_id),
        id=Hold.id,
        number=Case.number,
        kind=HOLD,
        pillar=load_kind(HOLD).pillar,
        sorts={
            "in_effect": (Hold.state.in_(("in_effect", "partly")),),
            "lapsed": (and_(Hold.state == "expired", expired),),
        },
        since=Hold.approved_at,
        due=Hold.until,
        due_kind="lapse",
        case_id=Case.id,
        amount=Hold.held,
    )


def build_appeal_source(person: OfficerRow) -> TaskSource:
    """Open appeals; one against a hold that the officer approved does not wait for them."""
    return TaskSource(
        what="appeal",
        tables=APPEALS,
        id=AppealRow.id,
        number=Case.number,
        kind=HOLD,
        pillar=load_kind(HOLD).pillar,
        sorts={
            "urgent": (and_(IS_OPEN_APPEAL, is_due_within(AppealRow.due_at, WARN["appeal_due"])),),
            "mine": (
                and_(IS_OPEN_APPEAL, may_judge_appeal(person.id) if has_role(person, "appeals") else false()),
            ),
            "late": (and_(IS_OPEN_APPEAL, AppealRow.due_at <= NOW),),
        },
        since=AppealRow.filed_at,
        due=AppealRow.due_at,
        due_kind="appeal_due",
        case_id=Case.id,
        amount=Hold.held,
    )


def may_judge_appeal(officer_id: int) -> ColumnElement[bool]:
    """An officer who approved a hold does not judge the appeal against it."""
    approved = exists().where(HoldApproval.hold_id == Hold.id, HoldApproval.officer_id == officer_id)
    return ~approved


def build_extension_source(person: OfficerRow) -> TaskSource:
    """Requested extensions of holds; they wait for a second officer."""
    waits = and_(HoldExtension.state == "requested", Hold.until > NOW)
    mine = and_(waits, HoldExtension.requested_by != person.id) if has_role(person, "supervisor") else false()
    joined = HoldExtension.__table__.join(Hold.__table__, Hold.id == HoldExtension.hold_id)
    return TaskSource(
        what="extension",
        tables=joined.join(Case.__table__, Case.id == Hold.case_id),
        id=HoldExtension.id,
        number=Case.number,
        kind=HOLD,
        pillar=load_kind(HOLD).pillar,
        sorts={"urgent": (and_(waits, Hold.until <= NOW + SOON),), "mine": (mine,)},
        since=HoldExtension.requested_at,
        due=Hold.until,
        due_kind="lapse",
        case_id=Case.id,
        parent=Hold.id,
        amount=Hold.held,
    )


def build_wake_source(person: OfficerRow) -> TaskSource:
    """Reminders that an officer set for a case, once due; each waits for that officer only."""
    return TaskSource(
        what="wake",
        tables=Wake.__table__.join(Case.__table__, Case.id == Wake.case_id),
        id=Wake.id,
        number=Case.number,
        # What the officer wrote is all there is to say of it.
        kind=Wake.note,
        pillar=load_kind(HOLD).pillar,
        sorts={"mine": (and_(Wake.state == "due", Wake.officer_id == person.id),)},
        since=Wake.set_at,
        due=Wake.at,
        case_id=Case.id,
    )
