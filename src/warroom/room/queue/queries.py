"""Reading the queue: one page of it with its head, for an officer or for the wall."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce

from sqlalchemy import ColumnElement, exists, func, select, true

from warroom import clock
from warroom.access import role_groups
from warroom.access.schema import SessionRow
from warroom.cases.queries.case_list import QUEUE
from warroom.cases.schema import AppealRow, Case, Hold, Proposal
from warroom.cases.sealing import agencies_of, case_of
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.room.queue.rows import APPEAL_DUE, appeal_row, case_rows
from warroom.room.queue.tally import QueueTally, read_tally
from warroom.room.queue.views import GROUPS, CaseQueue, Fold, Owner, QueueRow, Sum
from warroom.room.waiting import case_filters
from warroom.room.waiting.case_filters import HAS_LEFTOVERS
from warroom.room.waiting.reader import WaitingReader
from warroom.room.waiting.viewer import Viewer
from warroom.room.waiting.views import SHOWN, Shown

# Filters in which small cases may be folded together; the others are looked through one by one.
WAITING: tuple[Shown, ...] = ("all", "mine", "nobody", "banks", "late")
# All are listed before the first page, so that they can be ranked among the cases.
MOST_APPEALS = 50
HOUR = timedelta(hours=1)
# Rows of a list of given cases.
MOST_FOUND = 200
OWNER = func.coalesce(OfficerRow.name, "")
# For an outer join: a case that nobody has is listed too.
IS_OWNER = OfficerRow.id == Case.owner_id
DESK = frozenset(role_groups.HOLD_RELEASERS)


def read_queue(
    ledger: Ledger,
    officer: Officer,
    shown: Shown = "all",
    *,
    limit: int = 50,
    offset: int = 0,
    now: datetime | None = None,
) -> CaseQueue:
    """A page of the queue as an officer may see it; the read is logged. Raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        this.log_list_read("board")
        page = _Page(WaitingReader(this.session, Viewer(this.person), this.now))
        return page.build_queue(shown, limit, offset, appeals=True)


def read_cases(
    ledger: Ledger, officer: Officer, numbers: Sequence[str], *, now: datetime | None = None
) -> CaseQueue:
    """These cases alone, in the order of the queue; raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        page = _Page(WaitingReader(this.session, Viewer(this.person), this.now))
        return page.build_subset(Case.number.in_(numbers))


def small_cases(
    ledger: Ledger, officer: Officer, *, limit: int, now: datetime | None = None
) -> tuple[str, ...]:
    """The numbers of the cases in the fold, those from which most money leaves first; raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        this.log_list_read("board")
        waiting = WaitingReader(this.session, Viewer(this.person), this.now)
        small = waiting.case_filters["all"] & waiting.small_cases
        query = waiting.select_cases(small, Case.number).order_by(*QUEUE).limit(limit)
        return tuple(this.session.scalars(query))


def wall_queue(ledger: Ledger, *, limit: int, now: datetime | None = None) -> CaseQueue:
    """The queue for the wall, without cases that are sealed to anybody."""
    with ledger.open_session() as session:
        page = _Page(WaitingReader(session, Viewer(), now or clock.get_now()))
        return page.build_queue("all", limit, 0, appeals=False)


class _Page:
    """One page of what waits by baht."""

    def __init__(self, waiting: WaitingReader) -> None:
        self.waiting, self.session = waiting, waiting.session
        self.viewer, self.now = waiting.viewer, waiting.now

    def build_queue(self, shown: Shown, limit: int, offset: int, *, appeals: bool) -> CaseQueue:
        tally = read_tally(self.waiting, shown)
        fold = leftovers = None
        wanted = self.waiting.case_filters[shown]
        if shown in WAITING and _is_worth_folding(tally.small, tally.all):
            fold = self._build_fold(shown, self.waiting.small_cases, tally.small, tally)
            wanted &= ~self.waiting.small_cases
        if shown in WAITING and tally.left.cases:
            leftovers = self._build_fold(shown, HAS_LEFTOVERS, tally.left)
            wanted &= ~HAS_LEFTOVERS
        heard = self._list_appeals(shown) if appeals else []
        rows, first = self._load_rows(wanted, heard, limit, offset)
        listed = reduce(_subtract_sum, [part.sum for part in (fold, leftovers) if part], tally.shown)
        rest, total = _sum_rest(listed, rows, first), listed.cases + len(heard)
        next_case = self._find_next_case(tally.all, rows)
        return CaseQueue(
            tuple(rows), tally.all, rest, fold, leftovers, total, tally.counts, tally.scale, next_case
        )

    def build_subset(self, wanted: ColumnElement[bool]) -> CaseQueue:
        """The cases of a condition, without head or fold."""
        rows, _ = self._load_rows(wanted, [], MOST_FOUND, 0)
        longest = max((row.leaves_high for row in rows), default=0)
        return CaseQueue(tuple(rows), Sum(), Sum(), None, None, len(rows), dict.fromkeys(SHOWN, 0), longest)

    def _build_fold(
        self, shown: Shown, folded: ColumnElement[bool], whole: Sum, clock_of: QueueTally | None = None
    ) -> Fold:
        # Each folded case's own rows, by its index: the many proposals of the others are never read.
        theirs = select(Proposal.bank, Proposal.account).where(Proposal.case_id == Case.id)
        undecided = theirs.where(Proposal.state == "open").correlate(Case).offset(0).lateral()
        small = self.waiting.case_filters[shown] & folded
        among = self.waiting.select_cases(small, undecided.c.bank, undecided.c.account)
        places = among.select_from(Case.__table__.join(undecided, true())).distinct().subquery()
        count_query = select(func.count(), func.count(func.distinct(places.c.bank))).select_from(places)
        accounts, banks = self.session.execute(count_query).one()
        by, since = (clock_of.decide_by, clock_of.since) if clock_of else (None, None)
        return Fold(whole, accounts, banks, by, since)

    def _load_rows(
        self, wanted: ColumnElement[bool], heard: list[QueueRow], limit: int, offset: int
    ) -> tuple[list[QueueRow], int]:
        """The rows of a page, and how many cases were passed over to reach them."""
        # Appeals are few and all there: so many cases less are needed for the page.
        query = self.waiting.select_cases(wanted, Case, OWNER).outerjoin(OfficerRow, IS_OWNER)
        first = max(offset - len(heard), 0)
        reached = query.order_by(*QUEUE).offset(first).limit(limit + offset - first)
        cases = [(case, owner) for case, owner in self.session.execute(reached)]
        rows = _merge_rows(case_rows(self.session, cases, self.viewer, self.now), heard, self.now)
        page = rows[offset - first : offset - first + limit]
        return page, first

    def _list_appeals(self, shown: Shown) -> list[QueueRow]:
        """Open appeals, the one due first first. In `mine` only for officers who may answer appeals."""
        if shown not in ("all", "mine", "late"):
            return []
        if shown == "mine" and not self.viewer.may_answer_appeals:
            return []
        query = self.waiting.select_appeals(shown, AppealRow, Hold, Case, OWNER).limit(MOST_APPEALS)
        rows = self.session.execute(query.outerjoin(OfficerRow, IS_OWNER))
        return [
            appeal_row(appeal, hold, case, owner, self.viewer, self.now) for appeal, hold, case, owner in rows
        ]

    def _find_next_case(self, whole: Sum, rows: Sequence[QueueRow]) -> tuple[str, datetime] | None:
        """The case with the next time to decide and that time, where nothing is leaving now; else None."""
        # One baht, in satang.
        if whole.leaves >= 100 or rows:
            return None
        wanted = self.waiting.case_filters["all"] & Case.decide_by.is_not(None)
        query = self.waiting.select_cases(wanted, Case.number, Case.decide_by)
        row = self.session.execute(query.order_by(Case.decide_by).limit(1)).first()
        return (row[0], row[1]) if row and row[1] else None


def _is_worth_folding(small: Sum, whole: Sum) -> bool:
    return (
        small.cases >= case_filters.FEWEST_SMALL and small.leaves <= case_filters.LARGEST_SHARE * whole.leaves
    )


def _subtract_sum(whole: Sum, part: Sum) -> Sum:
    """How many cases and what their rows show to leave, without those of a part."""
    return Sum(whole.cases - part.cases, ranked=whole.ranked - part.ranked)


def _sum_rest(listed: Sum, page: list[QueueRow], first: int) -> Sum:
    """The sum of what comes after a page that begins after `first` cases."""
    shown = [row for row in page if row.what == "case"]
    passed = Sum(first + len(shown), ranked=sum(row.leaves for row in shown))
    left = _subtract_sum(listed, passed)
    return Sum(max(left.cases, 0), ranked=max(left.ranked, 0))


def _merge_rows(cases: list[QueueRow], heard: list[QueueRow], now: datetime) -> list[QueueRow]:
    """Appeals of holders in need today, and those due within the hour, first for who answers them, their others by their number;
    those that somebody else answers after what is at banks.
    """
    first = [
        appeal
        for appeal in heard
        if appeal.mine
        and (appeal.needed_today or (appeal.decide_by and appeal.decide_by <= now + APPEAL_DUE))
    ]
    others = [appeal for appeal in heard if appeal not in first]
    rest = sorted([*cases, *others], key=lambda row: (GROUPS.index(row.group), -(row.leaves + row.left)))
    return [*first, *rest]


def list_possible_owners(
    ledger: Ledger, officer: Officer, number: str, *, now: datetime | None = None
) -> list[Owner]:
    """Officers who may be given a case: of the desk and allowed to see it; first those signed in, with the
    fewest cases.

    Raises NotFound for no such case, NotAllowed.
    """
    with logged_read(ledger, officer, *role_groups.CASE_GIVERS, now=now) as this:
        agencies = agencies_of(this.session, case_of(this.session, this.person, number))
        mine = func.count(Case.id).filter(case_filters.is_waiting())
        here = exists().where(
            # Sessions run by real time, also in an exercise whose clock is simulated.
            SessionRow.officer_id == OfficerRow.id,
            SessionRow.expires_at > clock.get_real_now(),
        )
        decided = (
            select(func.count(func.distinct(Proposal.case_id)))
            .where(Proposal.officer_id == OfficerRow.id)
            .where(Proposal.decided_at > this.now - HOUR, Proposal.decided_at <= this.now)
            .scalar_subquery()
        )
        named = (OfficerRow.username, OfficerRow.name, OfficerRow.roles, OfficerRow.agency)
        query = (
            select(*named, mine, here, decided)
            .outerjoin(Case, Case.owner_id == OfficerRow.id)
            .where(OfficerRow.active)
            .group_by(OfficerRow.id)
            .order_by(here.desc(), mine, OfficerRow.name)
        )
        return [
            Owner(username, name, int(cases), bool(signed_in), int(decided_cases))
            for username, name, roles, agency, cases, signed_in, decided_cases in this.session.execute(query)
            if not DESK.isdisjoint(roles) and (not agencies or agency in agencies)
        ]
