"""Maintenance of the ledger and the lake at a chosen moment: following trails again, erasing expired data,
joining small files, signing checkpoints and deleting old keys.

Rows are locked before they are read, so that two servers on one ledger do nothing twice.
"""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, delete, false, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom import clock, settings
from warroom.access import lockout
from warroom.access.schema import SessionRow
from warroom.cases import visits
from warroom.cases.following import Tracer, refresh_case
from warroom.cases.schema import Case
from warroom.errors import HomeBusy
from warroom.ledger.audit import checkpoints, writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import Bookmark, Checkpoint, Idempotency
from warroom.requests.asked_records import list_cases_to_follow
from warroom.timekeeping import ClockWatch

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

# A turn has to end: the next one takes the next fifty, those whose money should have left longest first.
REFRESH_AT_ONCE = 50
LEADING = 10
"""Cases at the head of the queue that are followed again whenever their trail is five minutes old."""
# How much of the log a forger could change before a witness has seen it signed.
CHECKPOINT_EVERY = timedelta(minutes=1)
CHECKPOINT_IN_EXERCISE = timedelta(hours=1)
"""An exercise runs up to 300 times as fast as life: a minute of its own would be several checkpoints a second."""
# Idempotency keys: a click is repeated within seconds, a partner's program within days.
KEYS_KEPT = timedelta(days=30)
# Small files are joined at the quietest hour: the money's index is rebuilt after it.
COMPACT_AT = time(3, 30)
COMPACTED = "lake.compacted"
ERASING = "lake.erasing"
AGAIN = timedelta(hours=1)
"""Wait between two tries of an erasure: one that fails reads much, and would do so at every turn."""


def refresh_due_trails(
    ledger: Ledger, lake: "Lake", index: Any, now: datetime, *, tracer: Tracer | None = None
) -> int:
    """Follow again the money that should have left by now and nobody has decided on, what should have been decided by now, what
    leads the queue or is open before an officer, what a bank said had left, and what a bank sent records for that it was
    asked for. Returns how many changed.
    """
    waits = and_(Case.state == "open", or_(Case.undecided > 0, Case.part_left > 0))
    with ledger.open_session() as session:
        ended = session.scalar(select(func.min(Case.records_end)).where(waits))
    newest = lake.find_last_time("transfers", now) if ended else None
    # Records that had ended and go on: what they say of the money is news again.
    heard = Case.records_end < newest if newest else false()
    due = (
        select(Case.number)
        .where(
            waits,
            or_(
                Case.exit_at <= now,
                Case.decide_by <= now,
                Case.part_left > 0,
                heard,
                *_list_looked_at(waits),
            ),
        )
        .where((Case.traced_at.is_(None)) | (Case.traced_at < now - timedelta(minutes=5)))
        .order_by(Case.leaves.desc(), Case.exit_at)
        .limit(REFRESH_AT_ONCE)
    )
    with ledger.open_session() as session:
        numbers = list(session.scalars(due))
        followed_numbers = list_cases_to_follow(session, lake, now)[:REFRESH_AT_ONCE]
    # Each case once: following takes seconds.
    numbers += [number for number in followed_numbers if number not in numbers]
    return sum(refresh_case(ledger, lake, index, number, now=now, tracer=tracer) for number in numbers)


def _list_looked_at(waits: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """Conditions for what an officer reads next, and what one has open now."""
    return [Case.id.in_(_select_leading_cases(waits)), Case.id.in_(visits.select_open_cases())]


def _select_leading_cases(waits: ColumnElement[bool]) -> Select[Any]:
    in_order = (Case.queue_group, Case.at_stake.desc(), Case.id)
    return select(Case.id).where(waits, Case.leaves > 0).order_by(*in_order).limit(LEADING)


def erase(ledger: Ledger, lake: "Lake", now: datetime, watch: ClockWatch | None = None) -> int:
    """Have the lake erase deliveries whose retention is over, and log that it did; returns how many.

    While somebody else writes to the lake nothing is done: orders must not wait for a long ingest. With `watch` a delivery
    goes only where a turn a day of running ago saw that it must go.
    """
    if _is_written_to(ledger):
        return 0
    due = {delivery.delivery_id for delivery in lake.list_expired_deliveries(now)}
    ripe = due if watch is None else watch.select_ripe(due)
    if not ripe or not _may_erase(ledger, now):
        return 0
    done = lake.erase_expired(now, ripe)
    count = len(done.erasures)
    if count:
        named = [erasure.delivery_id for erasure in done.erasures]
        with ledger.open_session() as session:
            writing.write_audit_row(
                session, None, "lake.erased", "lake", {"deliveries": named, "rows": done.rows}, at=now
            )
    return count


def compact_nightly(ledger: Ledger, lake: "Lake", now: datetime) -> int:
    """Once a night have the lake join small files of the same day; returns how many files that saved.

    The first night is the one after a ledger's first day; a house that was off at night does it when it
    wakes. A night in which it fails is over all the same: it reads much, and would read it at every turn.
    """
    with ledger.open_session() as session:
        mark = _find_night_mark(session, now)
        if mark is None or _is_written_to(ledger):
            return 0
        mark.value = now.isoformat()
    saved = lake.compact_files()
    if saved:
        with ledger.open_session() as session:
            writing.write_audit_row(session, None, "lake.compacted", "lake", {"files": saved}, at=now)
    return saved


def _may_erase(ledger: Ledger, now: datetime) -> bool:
    """Whether an hour has passed since the last try; this one is then recorded as the last."""
    with ledger.open_session() as session:
        last = session.get(Bookmark, ERASING, with_for_update=True)
        if last is None:
            session.add(Bookmark(name=ERASING, value=now.isoformat()))
            return True
        # A clock that was set back waits for no hour of the other one.
        lately = timedelta(0) <= now - datetime.fromisoformat(last.value) < AGAIN
        last.value = last.value if lately else now.isoformat()
    return not lately


def _is_written_to(ledger: Ledger) -> bool:
    try:
        with ledger.home.take_lock("lake"):
            return False
    except HomeBusy:
        return True


def _find_night_mark(session: Session, now: datetime) -> Bookmark | None:
    """The mark of the last compaction, locked, where a night has passed since; else None.

    Two servers of one room wake at the same hour: the one that finds the mark locked leaves the night to the
    other.
    """
    night = clock.find_last_occurrence(COMPACT_AT, ZoneInfo(settings.get_text("WARROOM_TIMEZONE")), now)
    first = insert(Bookmark).values(name=COMPACTED, value=now.isoformat()).on_conflict_do_nothing()
    if session.scalars(first.returning(Bookmark.name)).first() is not None:
        return None
    mark = session.scalars(
        select(Bookmark).where(Bookmark.name == COMPACTED).with_for_update(skip_locked=True)
    ).first()
    return mark if mark is not None and datetime.fromisoformat(mark.value) < night else None


def number_and_sign(ledger: Ledger, now: datetime) -> None:
    """Number what waits in the log, and sign a checkpoint every minute in which rows came."""
    ledger.number_committed_rows()
    with ledger.open_session() as session:
        last = session.scalar(select(Checkpoint.at).order_by(Checkpoint.size.desc()).limit(1))
    # Outside the transaction above: a checkpoint commits by itself and then writes beside the database.
    every = CHECKPOINT_IN_EXERCISE if clock.is_simulated() else CHECKPOINT_EVERY
    # One by a clock that stood ahead keeps none of the right time from being signed.
    if last is None or not timedelta(0) <= now - last < every:
        checkpoints.sign_checkpoint(ledger, now)


def forget_ended_keys(ledger: Ledger, now: datetime) -> None:
    """Forget ended sign-ins, wrong tries of long ago, and keys of decisions: without those a second click decides again."""
    # Sign-ins end by the real clock, also where an exercise turns ours.
    real = clock.get_real_now() if clock.is_simulated() else now
    with ledger.open_session() as session:
        session.execute(delete(SessionRow).where(SessionRow.expires_at < real))
        lockout.delete_old_tries(session, real)
        # By the clock of decisions, which stamped these rows.
        session.execute(delete(Idempotency).where(Idempotency.at < now - KEYS_KEPT))
