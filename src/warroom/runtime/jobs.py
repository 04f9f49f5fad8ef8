"""What happens by itself: holds lapse, warnings and silence are raised, reports become cases, expired data
is erased.

Every job is a plain function of a chosen moment, so that tests and rehearsals can turn the clock. A server takes turns
at all of them; rows that are locked before they are looked at keep two servers on one ledger from doing a thing twice.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom import clock, settings
from warroom.access import lockout
from warroom.access.schema import SessionRow
from warroom.cases import alerts, hold_release
from warroom.cases.following import Tracer, refresh_case
from warroom.cases.intake import sync_cases
from warroom.cases.schema import AppealRow, Case, Hold, HoldClock
from warroom.cases.summary import recount
from warroom.cases.views import ACTIVE
from warroom.errors import HomeBusy, WarroomError
from warroom.ledger.audit import checkpoints, writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import Bookmark, Checkpoint, Idempotency
from warroom.orders.schema import Order
from warroom.runtime import deadlines
from warroom.runtime.handlers import STRIKERS

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

log = logging.getLogger(__name__)
REFRESH_AT_ONCE = 50
CHECKPOINT_EVERY = timedelta(hours=1)
KEYS_KEPT = timedelta(days=30)
# Small files are joined at the quietest hour: the money's index is built anew after it.
COMPACT_AT = time(3, 30)
COMPACTED = "lake.compacted"


@dataclass(frozen=True, slots=True)
class JobsReport:
    """How much each job did; `unhandled` are deadlines that are due and for which no striker is named."""

    opened: int = 0
    refreshed: int = 0
    expired: int = 0
    warned: int = 0
    silent: int = 0
    appeals: int = 0
    erased: int = 0
    joined: int = 0
    late: int = 0
    unhandled: int = 0


def run_due(
    ledger: Ledger, lake: "Lake", index: Any, now: datetime, *, tracer: Tracer | None = None
) -> JobsReport:
    """Do everything that is due at `now`, once; again changes nothing."""
    struck = strike_clocks(ledger, now)
    late = deadlines.strike(ledger, STRIKERS, now)
    opened = sync_cases(ledger, lake, index, now=now, tracer=tracer)
    refreshed = refresh_due(ledger, lake, index, now, tracer=tracer)
    erased = erase(ledger, lake, now)
    joined = compact(ledger, lake, now)
    tidy(ledger, now)
    return JobsReport(
        opened=opened,
        refreshed=refreshed,
        erased=erased,
        joined=joined,
        late=late.struck,
        unhandled=late.unhandled,
        **struck,
    )


def strike_clocks(ledger: Ledger, now: datetime) -> dict[str, int]:
    """Let every clock that is due strike, each in its own transaction; returns how many of which sort did."""
    counts = dict.fromkeys(("expired", "warned", "silent", "appeals"), 0)
    query = select(HoldClock.id, HoldClock.action_id).where(
        HoldClock.state == "running", HoldClock.due_at <= now
    )
    with ledger.session() as session:
        due = session.execute(query.order_by(HoldClock.due_at, HoldClock.id)).all()
    for clock_id, action_id in due:
        try:
            _strike_one(ledger, clock_id, action_id, now, counts)
        except WarroomError as problem:  # one clock that cannot strike must not keep the others from it
            log.warning(
                "clock %s of hold %s could not strike: %s", clock_id, action_id, type(problem).__name__
            )
    return counts


def _strike_one(ledger: Ledger, clock_id: int, action_id: int, now: datetime, counts: dict[str, int]) -> None:
    with ledger.session() as session:
        action, case = hold_release.locked_hold(session, action_id)
        clock = session.get_one(HoldClock, clock_id, with_for_update=True, populate_existing=True)
        if clock.state != "running" or clock.due_at > now:
            return
        counts[_strike(session, clock, action, case, now)] += 1
        recount(session, case.id)
        detail = {"clock": clock.kind, "due": clock.due_at, "state": action.state}
        writing.append(session, None, "clock.struck", f"hold:{action.id}", detail, case=case.number, at=now)


def _strike(session: Session, clock: HoldClock, action: Hold, case: Case, now: datetime) -> str:
    clock.state = "done"
    if clock.kind == "lapse":
        if action.state in ACTIVE and action.until <= now:
            hold_release.expire(session, action, now)
        return "expired"
    if clock.kind == "lapse_warning":
        if action.state in ACTIVE and action.until > now:
            params = {"bank": action.bank, "until": action.until}
            alerts.raise_alert(session, case.id, action.id, "lapse_warning", params, now)
        return "warned"
    if clock.kind == "silence":
        _silence(session, action, case, now)
        return "silent"
    _appeal_late(session, clock, action, case, now)
    return "appeals"


def _silence(session: Session, action: Hold, case: Case, now: datetime) -> None:
    waiting = select(Order).where(
        Order.action_id == action.id, Order.state.in_(("waiting", "sent", "failed"))
    )
    order = session.scalars(waiting.order_by(Order.place.desc()).limit(1)).first()
    if order is None:
        return
    minutes = round((now - (order.sent_at or order.made_at)).total_seconds() / 60)
    params = {"bank": order.bank, "kind": order.kind, "order": order.order_id, "minutes": minutes}
    alerts.raise_alert(session, case.id, action.id, "silence", params, now)


def _appeal_late(session: Session, clock: HoldClock, action: Hold, case: Case, now: datetime) -> None:
    appeal = session.get(AppealRow, clock.appeal_id) if clock.appeal_id else None
    if appeal is None or appeal.state != "open":
        return
    params = {"reference": action.reference, "until": appeal.limit_at}
    alerts.raise_alert(session, case.id, action.id, clock.kind, params, now)


def refresh_due(
    ledger: Ledger, lake: "Lake", index: Any, now: datetime, *, tracer: Tracer | None = None
) -> int:
    """Follow again the money that should have left by now and nobody has decided on; returns how many
    changed.
    """
    due = (
        select(Case.number)
        .where(Case.state == "open", Case.undecided > 0, Case.exit_at <= now)
        .where((Case.traced_at.is_(None)) | (Case.traced_at < now - timedelta(minutes=5)))
        .order_by(Case.exit_at)
        .limit(REFRESH_AT_ONCE)
    )
    with ledger.session() as session:
        numbers = list(session.scalars(due))
    return sum(refresh_case(ledger, lake, index, number, now=now, tracer=tracer) for number in numbers)


def erase(ledger: Ledger, lake: "Lake", now: datetime) -> int:
    """Have the lake erase deliveries whose retention is over, and log that it did; returns how many.

    While somebody else writes to the lake nothing is done: orders must not wait for a long ingest.
    """
    if _is_written_to(ledger):
        return 0
    done = lake.erase_expired(now)
    count = len(done.erasures)
    if count:
        named = [erasure.delivery_id for erasure in done.erasures]
        with ledger.session() as session:
            writing.append(
                session, None, "lake.erased", "lake", {"deliveries": named, "rows": done.rows}, at=now
            )
    return count


def compact(ledger: Ledger, lake: "Lake", now: datetime) -> int:
    """Once a night have the lake join small files of the same day; returns how many files that saved.

    The first night is the one after a ledger's first day; a house that was off at night does it when it
    wakes.
    """
    with ledger.session() as session:
        mark = _night(session, now)
        if mark is None or _is_written_to(ledger):
            return 0
        saved = lake.compact()
        mark.value = now.isoformat()
        if saved:
            writing.append(session, None, "lake.compacted", "lake", {"files": saved}, at=now)
    return saved


def _is_written_to(ledger: Ledger) -> bool:
    try:
        with ledger.home.hold("lake"):
            return False
    except HomeBusy:
        return True


def _night(session: Session, now: datetime) -> Bookmark | None:
    """The mark of the last compaction, locked, where a night has passed since; else None.

    Two servers of one house wake at the same hour: whoever finds the mark locked leaves the night to the
    other.
    """
    night = clock.last_reached(COMPACT_AT, ZoneInfo(settings.text("WARROOM_TIMEZONE")), now)
    first = insert(Bookmark).values(name=COMPACTED, value=now.isoformat()).on_conflict_do_nothing()
    if session.scalars(first.returning(Bookmark.name)).first() is not None:
        return None
    mark = session.scalars(
        select(Bookmark).where(Bookmark.name == COMPACTED).with_for_update(skip_locked=True)
    ).first()
    return mark if mark is not None and datetime.fromisoformat(mark.value) < night else None


def tidy(ledger: Ledger, now: datetime) -> None:
    """Number what waits in the log, sign a checkpoint every hour, and forget ended sign-ins and old keys."""
    ledger.settle()
    with ledger.session() as session:
        # Sign-ins end by the real clock, also where an exercise turns ours.
        session.execute(
            delete(SessionRow).where(SessionRow.expires_at < (clock.wall() if clock.turned() else now))
        )
        lockout.tidy(session, clock.wall() if clock.turned() else now)
        session.execute(delete(Idempotency).where(Idempotency.at < now - KEYS_KEPT))
        last = session.scalar(select(Checkpoint.at).order_by(Checkpoint.size.desc()).limit(1))
    if last is None or last <= now - CHECKPOINT_EVERY:
        checkpoints.checkpoint(ledger, now)
