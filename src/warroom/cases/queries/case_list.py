"""The board: cases by what leaves within the hour, how many each filter shows, and what today brought."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from warroom import settings
from warroom.access import role_groups
from warroom.cases import sealing
from warroom.cases.schema import Case, CaseReportRow, Hold, HoldApproval, HoldRelease, Proposal
from warroom.cases.views import BoardCounts, BoardFilter, BoardRow, CaseBoard
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer

# Holds that end within this are listed as lapsing. Chosen, not measured.
LAPSING = timedelta(hours=6)
# Ended by a person: a hold that lapses or that its bank lifts is no decision of this room.
BY_OFFICERS = ("officer", "appeal")
TRUE = true()
# The first group of the queue, as `cases.queue_group` counts.
TO_DECIDE = 0
QUEUE = (
    Case.queue_group,
    Case.at_stake.desc(),
    Case.decide_by.asc().nulls_last(),
    Case.reported_at,
    Case.id,
)
"""The order of every list of cases: first what a decision, a look or a call can still save, the most of it first; then
what is asked of banks. What is equal by what must be decided first, then by the oldest report.
"""


def read_board(
    ledger: Ledger,
    officer: Officer,
    *,
    limit: int = 50,
    offset: int = 0,
    filter: BoardFilter = "open",  # noqa: A002 - the word of the board
    now: datetime | None = None,
) -> CaseBoard:
    """Open cases (or those of a filter) in the order of the queue; raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        this.log_list_read("board")
        seen = sealing.is_visible_to(this.person)
        wanted = and_(filters_of_list(this.now, officer)[filter], seen)
        rows = this.session.scalars(select(Case).where(wanted).order_by(*QUEUE).limit(limit).offset(offset))
        counts = count_cases(this.session, this.now, officer, seen)
        shown = tuple(to_board_row(row) for row in rows)
        total = getattr(counts, filter, None) if filter != "all" else counts.open + counts.closed
        return CaseBoard(shown, counts, int(total or 0))


def filters_of_list(now: datetime, officer: Officer | None = None) -> dict[BoardFilter, ColumnElement[bool]]:
    """Conditions by filter of the list; without an officer `mine` shows none."""
    is_open = Case.state == "open"
    return {
        "all": TRUE,
        "open": is_open,
        "mine": and_(is_open, _is_mine(officer.id) if officer else false()),
        "late": and_(is_open, or_(Case.next_due <= now, has_silent_bank(now))),
        "undecided": and_(is_open, Case.undecided > 0),
        "lapsing": and_(is_open, Case.lapse_at <= now + LAPSING),
        "appeals": and_(is_open, Case.open_appeals > 0),
        "silent": and_(is_open, has_silent_bank(now)),
        "no_transfer": and_(is_open, Case.flag != ""),
        "closed": Case.state == "closed",
    }


def has_silent_bank(now: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether a bank is silent about an order to hold, or has not confirmed an end or an extension in that time."""
    # The first from the clock itself; `silent` counts the alerts, which are raised in the server's next turn.
    return or_(Case.silent_since <= now, Case.silent > 0)


def _is_mine(officer_id: int) -> ColumnElement[bool]:
    """Cases that the officer took, or in which they approved or declined a hold."""
    approved = select(Hold.case_id).join(HoldApproval, HoldApproval.hold_id == Hold.id)
    decided = select(Proposal.case_id).where(Proposal.officer_id == officer_id)
    return or_(
        Case.owner_id == officer_id,
        Case.id.in_(approved.where(HoldApproval.officer_id == officer_id)),
        Case.id.in_(decided),
    )


def count_cases(
    session: Session,
    now: datetime,
    officer: Officer | None = None,
    seen: ColumnElement[bool] = TRUE,
) -> BoardCounts:
    """How many cases each filter shows of those `seen`, the sums over open ones, and what today brought to all."""
    named = {name: condition for name, condition in filters_of_list(now, officer).items() if name != "all"}
    columns = [func.count().filter(condition).label(name) for name, condition in named.items()]
    sums = [
        func.coalesce(func.sum(column).filter(Case.state == "open"), 0).label(column.key)
        for column in (Case.loss, Case.still_there, Case.held)
    ]
    row = session.execute(select(*columns, *sums).where(seen)).one()
    return BoardCounts(
        **{name: int(value) for name, value in row._mapping.items()}, **_count_today(session, now)
    )


def _count_today(session: Session, now: datetime) -> dict[str, int]:
    here = now.astimezone(ZoneInfo(settings.get_text("WARROOM_TIMEZONE")))
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    reports = select(func.count()).where(
        CaseReportRow.reported_at >= midnight, CaseReportRow.reported_at <= now
    )
    ended = (
        select(func.count(), func.coalesce(func.sum(Hold.held), 0))
        .join(HoldRelease, HoldRelease.hold_id == Hold.id)
        .where(HoldRelease.at >= midnight, HoldRelease.cause.in_(BY_OFFICERS))
    )
    released, freed = session.execute(ended).one()
    return {
        "reports_today": session.scalar(reports) or 0,
        "released_today": released,
        "freed_today": int(freed),
    }


def to_board_row(case: Case) -> BoardRow:
    """A case as the board shows it."""
    return BoardRow(**{name: getattr(case, name) for name in BoardRow.__dataclass_fields__})
