"""Cases and what hangs on their holds: the fraud desk's part of the board."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, false, or_

from warroom.operations.access import visible
from warroom.operations.kinds import kind_of
from warroom.operations.room.base import LAPSED_FOR, SOON, Source, has, within
from warroom.operations.schema import Action, AppealRow, Approval, Case, Extension, OfficerRow, Release

HOLD = "account-hold"
WARN = {"exit": timedelta(minutes=15), "lapse": SOON, "appeal_due": timedelta(minutes=60)}
"""How long before it runs out a clock of a case is urgent."""
DESK = ("officer", "supervisor")


def cases(person: OfficerRow, now: datetime) -> Source:
    """Open cases. One that nobody took and that has holds to decide on waits for the whole desk; one that was taken
    waits for whom has it. An appeal is a line of its own.
    """
    is_open = Case.state == "open"
    soon = case(
        (Case.next_kind == "exit", now + WARN["exit"]), (Case.next_kind == "lapse", now + WARN["lapse"])
    )
    passed = and_(is_open, Case.next_due <= now, Case.next_kind != "appeal_due")
    unowned = and_(is_open, Case.undecided > 0, Case.owner_id.is_(None))
    return Source(
        what="case",
        tables=Case.__table__,
        id=Case.id,
        number=Case.number,
        kind=Case.scam_type,
        pillar=kind_of(HOLD).pillar,
        seen=visible(person),
        sorts={
            "urgent": (and_(is_open, within(Case.next_due, now, SOON), Case.next_due <= soon),),
            "mine": (
                and_(is_open, Case.owner_id == person.id),
                *((unowned,) if has(person, *DESK) else ()),
            ),
            "late": (passed, and_(is_open, Case.silent > 0, _running(now))),
        },
        since=Case.reported_at,
        due=Case.next_due,
        due_kind=Case.next_kind,
        case_id=Case.id,
        amount=Case.still_there,
    )


def _running(now: datetime) -> ColumnElement[bool]:
    return or_(Case.next_due.is_(None), Case.next_due > now, Case.next_kind == "appeal_due")


def holds(person: OfficerRow, now: datetime) -> Source:
    """Holds at banks, by the number of their case: the reference of one is its holder's key to the appeal."""
    expired = exists().where(
        Release.action_id == Action.id, Release.cause == "expiry", Release.at > now - LAPSED_FOR
    )
    return Source(
        what="hold",
        tables=Action.__table__.join(Case.__table__, Case.id == Action.case_id),
        id=Action.id,
        number=Case.number,
        kind=HOLD,
        pillar=kind_of(HOLD).pillar,
        seen=visible(person),
        sorts={
            "in_effect": (Action.state.in_(("in_effect", "partly")),),
            "lapsed": (and_(Action.state == "expired", expired),),
        },
        since=Action.approved_at,
        due=Action.until,
        due_kind="lapse",
        case_id=Case.id,
        amount=Action.held,
    )


def appeals(person: OfficerRow, now: datetime) -> Source:
    """Open appeals; one against a hold that the officer approved does not wait for them."""
    is_open = AppealRow.state == "open"
    approved = exists().where(Approval.action_id == Action.id, Approval.officer_id == person.id)
    joined = AppealRow.__table__.join(Action.__table__, Action.id == AppealRow.action_id)
    return Source(
        what="appeal",
        tables=joined.join(Case.__table__, Case.id == Action.case_id),
        id=AppealRow.id,
        number=Case.number,
        kind=HOLD,
        pillar=kind_of(HOLD).pillar,
        seen=visible(person),
        sorts={
            "urgent": (and_(is_open, within(AppealRow.due_at, now, WARN["appeal_due"])),),
            "mine": (and_(is_open, ~approved if has(person, "appeals") else false()),),
            "late": (and_(is_open, AppealRow.due_at <= now),),
        },
        since=AppealRow.filed_at,
        due=AppealRow.due_at,
        due_kind="appeal_due",
        case_id=Case.id,
        amount=Action.held,
    )


def extensions(person: OfficerRow, now: datetime) -> Source:
    """Holds that one officer wants carried on and another must agree to."""
    waits = and_(Extension.state == "requested", Action.until > now)
    mine = and_(waits, Extension.requested_by != person.id) if has(person, "supervisor") else false()
    joined = Extension.__table__.join(Action.__table__, Action.id == Extension.action_id)
    return Source(
        what="extension",
        tables=joined.join(Case.__table__, Case.id == Action.case_id),
        id=Extension.id,
        number=Case.number,
        kind=HOLD,
        pillar=kind_of(HOLD).pillar,
        seen=visible(person),
        sorts={"urgent": (and_(waits, Action.until <= now + SOON),), "mine": (mine,)},
        since=Extension.requested_at,
        due=Action.until,
        due_kind="lapse",
        case_id=Case.id,
        parent=Action.id,
        amount=Action.held,
    )
