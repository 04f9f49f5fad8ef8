"""Everything known about a person, account, telephone, company, page, domain, site, supply or vehicle.

It opens to an officer one of whose own cases names the subject, or names something that occurs in one record
with it: the holder of an account on the trail, the telephone in a tip about it. Other officers see only
whether there is a hit.
"""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom import keys
from warroom.access import masking, role_groups
from warroom.actions.schema import Action, ActionSubject
from warroom.cases import sealing
from warroom.cases.schema import Claim, Hold, Proposal
from warroom.errors import NotFound
from warroom.lake.lake import Lake
from warroom.lake.texts import index as text_index
from warroom.lake.texts.query import make_forms
from warroom.lake.texts.record import IndexedRecord
from warroom.ledger import officers
from warroom.ledger.decision import LoggedRead, logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.marking import Mark
from warroom.money.index.source import IndexSource
from warroom.money.trace.account import RECENT, AccountMovement, AccountMovements, load_account_moves
from warroom.money.trail import BankAccount
from warroom.room.lookup import lines, record_facts
from warroom.room.lookup.also import load_other_knowing_cases
from warroom.room.lookup.reach import OfficerReach, list_cases_on_trail, list_sealed_records, load_reach
from warroom.room.lookup.readings import iter_readings
from warroom.room.lookup.search import list_knowing_cases
from warroom.room.lookup.timeline import arrange_timeline, mask_lines
from warroom.room.lookup.views import (
    LINES_A_PAGE,
    DrawnTransfer,
    Fact,
    MoneyMove,
    MoneyPeer,
    MoneyView,
    RecordOrigin,
    SubjectPage,
    Timeline,
    TimelineLine,
)
from warroom.subjects.kinds import PAGES, get_page_word
from warroom.subjects.subject import ACCOUNT, Subject, make_account_subject

MOST = 200
"""Records shown of one subject; the page says where there are more."""
DRAWN = 2_000
"""Newest transfers in the drawing of an account: more do not fit a screen, and are summed above it."""
# Characters of a subject's name in an address; a longer one is cut and finds nothing.
LONGEST = 300
# The page says that a case knows the subject only through a common record.
BY_RECORD = "record"
OpenIndex = Callable[[], IndexSource]


@dataclass
class _Known:
    """What was found about a subject for one officer, not yet masked. `by` is `BY_RECORD` where the cases
    know it only through a record.
    """

    subject: Subject
    person: OfficerRow
    shut: frozenset[Mark]
    mine: OfficerReach
    cases: set[str] = field(default_factory=set)
    by: str = ""
    records: list[IndexedRecord] = field(default_factory=list)
    moved: AccountMovements | None = None
    elsewhere: bool = False

    @property
    def account(self) -> BankAccount | None:
        return BankAccount(self.subject.bank, self.subject.number) if self.subject.kind == ACCOUNT else None


def subject_page(
    ledger: Ledger,
    lake: Lake,
    index: OpenIndex,
    officer: Officer,
    kind: str,
    name: str,
    *,
    case: str = "",
    now: datetime | None = None,
) -> SubjectPage:
    """What is known of a subject; `case` is the one whose page led here. The read is logged. Raises NotFound
    for an unknown kind, and NotAllowed.
    """
    subject = _parse_subject(kind, name)
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        known = _load_known(this, lake, index, subject, case)
        # Whether it opens or not: that somebody asked about this number is what the log is for.
        _log_reading(this, lake, known)
        shown = record_facts.mask_subject_number(subject, known.shut)
        if not known.cases:
            return SubjectPage(subject, shown, bool(known.records or known.moved or known.elsewhere))
        deliveries = lake.state.deliveries
        made = [record_facts.build_fact(record, deliveries, known.shut) for record in known.records[:MOST]]
        return SubjectPage(
            subject,
            shown,
            known=True,
            why=known.mine.list_reasons(known.cases),
            by=known.by,
            facts=tuple(made),
            more=len(known.records) > MOST,
            money=_build_money_view(known, lake) if known.moved else None,
            readings=tuple(iter_readings(lake, subject.id)) if kind == "supply" else (),
            holders=_list_holders(made),
            ledger=tuple(mask_lines(_list_ledger_lines(this.session, known), known.shut)),
            elsewhere=known.elsewhere,
            outside=load_other_knowing_cases(
                this.session, this.person, set(known.mine.cases), subject
            ).elsewhere,
        )


def log_paper_taken(ledger: Ledger, lake: Lake, officer: Officer, page: SubjectPage, sha256: str) -> None:
    """Log the export of a subject's page, with the SHA-256 of the document; called before the document is
    sent.
    """
    with logged_read(ledger, officer, *role_groups.CHART_TAKERS) as this:
        kind = get_page_word(page.subject.kind)
        detail = {
            "cases": [why.case for why in page.why],
            "sha256": sha256,
            "digest": _digest_subject(lake, page.subject),
        }
        this.log_entry("subject.taken", f"subject:{kind}", detail)


def subject_timeline(
    ledger: Ledger,
    lake: Lake,
    index: OpenIndex,
    officer: Officer,
    kind: str,
    name: str,
    *,
    case: str = "",
    kinds: Collection[str] = (),
    newest_first: bool = True,
    offset: int = 0,
    now: datetime | None = None,
) -> tuple[SubjectPage, Timeline]:
    """A subject and what happened with it by time, over the lake's tables, its money and the ledger; raises as
    `subject_page`.
    """
    page = subject_page(ledger, lake, index, officer, kind, name, case=case, now=now)
    all_lines = [*page.ledger, *map(_fact_to_line, page.facts), *_money_to_lines(page.money)]
    ordered = arrange_timeline(
        all_lines, kinds=kinds, newest_first=newest_first, offset=offset, limit=LINES_A_PAGE
    )
    return page, ordered


def _parse_subject(kind: str, name: str) -> Subject:
    name = name.replace("\x00", "").strip()[:LONGEST]
    if kind not in PAGES or not name:
        raise NotFound("lookup.no-such-kind")
    if kind == ACCOUNT and not all(name.partition(":")):
        raise NotFound("lookup.account-unnamed")
    return Subject(PAGES[kind].id, name)


def _load_known(this: LoggedRead, lake: Lake, index: OpenIndex, subject: Subject, case: str) -> _Known:
    session, person, now = this.session, this.person, this.now
    shut = masking.list_masked_marks(officers.to_officer(person))
    known = _Known(subject, person, shut, load_reach(session, person, now))
    # Also for an officer without access: the page says whether there is a hit at all.
    known.records = _list_records(session, lake, known)
    if known.account is not None:
        known.moved = load_account_moves(index(), known.account, now, DRAWN)
    # One step and no more: the holder of an account on the trail is the case's business, the holder's other
    # accounts are pages that ask again.
    known.cases = _list_direct_cases(session, known, case)
    if not known.cases:
        # A record that gives only the number may mean another bank's account; something else in it must be known.
        own = make_forms(subject.number)
        known.cases = set().union(
            *(list_knowing_cases(known.mine, record, but=own) for record in known.records)
        )
        known.by = BY_RECORD if known.cases else ""
    known.elsewhere = _is_known_elsewhere(session, known)
    return known


def _list_records(session: Session, lake: Lake, known: _Known) -> list[IndexedRecord]:
    account = known.account
    wanted = make_forms(known.subject.number)
    # A report of a sealed case is a row of the lake like any other, and would tell of the case.
    sealed = list_sealed_records(session, known.person)
    # One more than is shown, which is how the page knows that there are more.
    records = text_index.load_index(lake.home, lake.state).find_by_forms(wanted, most=MOST + 1)
    return [
        record
        for record in records
        if (record.source, record.record_id) not in sealed
        and not (account and record.table == "accounts" and record.values["bank"] != account.bank)
    ]


def _list_direct_cases(session: Session, known: _Known, case: str) -> set[str]:
    """The own cases that name the subject themselves."""
    account, mine = known.account, known.mine
    if account is None:
        return mine.list_cases_knowing([*make_forms(known.subject.id), f"r{known.subject.id}"])
    cases = mine.list_cases_knowing([f"@{account.bank}:{account.number}"])
    if cases:
        return cases
    # Looking through frozen trails is the dear part; where a case's own page led here, only its trail is.
    asked = {case_id for case_id, why in mine.cases.items() if not case or why.case == case}
    on_trail = list_cases_on_trail(session, asked, account.bank, account.number)
    return {mine.cases[case_id].case for case_id in on_trail}


def _is_known_elsewhere(session: Session, known: _Known) -> bool:
    """Whether another case that the officer may know of, or an action of no case, names the subject."""
    account, own = known.account, list(known.mine.cases)
    queries = [
        select(Action.id)
        .join(ActionSubject, ActionSubject.action_id == Action.id)
        .where(
            ActionSubject.subject.in_(known.subject.spellings),
            # An action of no case compares as NULL and would drop out, although it is not one's own.
            func.coalesce(Action.case_id.not_in(own), True),
            sealing.is_visible_to(known.person, Action.case_id),
        )
    ]
    if account is not None:
        for bank, number, case_id in (
            (Claim.payer_bank, Claim.payer, Claim.case_id),
            (Claim.payee_bank, Claim.payee, Claim.case_id),
            (Proposal.bank, Proposal.account, Proposal.case_id),
            (Hold.bank, Hold.account, Hold.case_id),
        ):
            named = (bank == account.bank, number == account.number)
            queries.append(
                select(case_id).where(
                    *named, case_id.not_in(own), sealing.is_visible_to(known.person, case_id)
                )
            )
    return any(session.execute(query.limit(1)).first() for query in queries)


def _list_ledger_lines(session: Session, known: _Known) -> list[TimelineLine]:
    cases = {case_id: why.case for case_id, why in known.mine.cases.items() if why.case in known.cases}
    account = known.account
    about = None if account is None else lambda bank, number: (bank, number) == (account.bank, account.number)
    found = lines.list_subject_lines(session, cases, known.subject.spellings, about)
    return sorted(found, key=lambda line: line.at, reverse=True)


def _log_reading(this: LoggedRead, lake: Lake, known: _Known) -> None:
    """Log the kind of subject that was looked up and for which cases. Its number is logged as a keyed digest:
    the log has many readers, and an auditor who asks about one number can compute it.
    """
    told = _digest_subject(lake, known.subject)
    detail = {"cases": sorted(known.cases), "opened": bool(known.cases), "digest": told}
    this.log_entry("subject.read", f"subject:{get_page_word(known.subject.kind)}", detail)


def _digest_subject(lake: Lake, subject: Subject) -> str:
    secret = keys.load_secret(lake.home, "subjects")
    words = f"{get_page_word(subject.kind)}:{subject.id}".encode()
    return hmac.new(secret, words, hashlib.sha256).hexdigest()[:16]


def _build_money_view(known: _Known, lake: Lake) -> MoneyView:
    moved = known.moved
    assert moved is not None
    # Moves carry no delivery; source and time of arrival identify it.
    arrived = {(arrival.source, arrival.received_at): arrival for arrival in lake.state.deliveries.values()}
    recent = []
    for move in moved.recent[:RECENT]:
        delivery = arrived.get((move.source, move.received_at))
        origin = RecordOrigin(
            "transfers",
            move.source,
            move.record_id,
            delivery.delivery_id if delivery else "",
            delivery.file if delivery else "",
            delivery.legal_basis if delivery else "",
            move.received_at,
        )
        recent.append(_build_move(move, origin, known.shut))
    return MoneyView(
        moved.amount_received,
        moved.received_count,
        moved.amount_sent,
        moved.sent_count,
        moved.first,
        moved.last,
        tuple(recent),
        tuple(DrawnTransfer(move.time, move.amount, move.source, move.record_id) for move in moved.recent),
        _list_peers(known, moved),
    )


def _list_peers(known: _Known, moved: AccountMovements) -> tuple[MoneyPeer, ...]:
    """The counterparties of an account's drawn transfers, the most money first."""
    sums: dict[BankAccount, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for move in moved.recent:
        side = 0 if move.amount > 0 else 2
        sums[move.peer][side] += abs(move.amount)
        sums[move.peer][side + 1] += 1
    order = sorted(sums, key=lambda peer: (-sums[peer][0] - sums[peer][2], peer.bank, peer.number))
    return tuple(_build_peer(known, peer, sums[peer]) for peer in order)


def _build_peer(known: _Known, account: BankAccount, sums: list[int]) -> MoneyPeer:
    # Cash and transfers abroad have no account on the other side.
    if not account.number:
        return MoneyPeer(None, "", "", sums[0], sums[1], sums[2], sums[3], ())
    subject = make_account_subject(account.bank, account.number)
    cases = tuple(sorted(known.mine.list_cases_knowing([f"@{account.bank}:{account.number}"])))
    shut = Mark.ACCOUNT in known.shut
    number = record_facts.mask_subject_number(subject, known.shut)
    return MoneyPeer(
        None if shut else subject, account.bank, number, sums[0], sums[1], sums[2], sums[3], cases
    )


def _build_move(move: AccountMovement, origin: RecordOrigin, shut: Collection[Mark]) -> MoneyMove:
    if not move.peer.number:
        return MoneyMove(move.time, move.amount, None, "", "", origin)
    subject = make_account_subject(move.peer.bank, move.peer.number)
    number = record_facts.mask_subject_number(subject, shut)
    return MoneyMove(
        move.time, move.amount, None if Mark.ACCOUNT in shut else subject, move.peer.bank, number, origin
    )


def _list_holders(facts: Collection[Fact]) -> tuple[Subject, ...]:
    named = (
        statement.subject
        for fact in facts
        if fact.origin.table == "accounts"
        for statement in fact.said
        if statement.column == "holder_id"
    )
    return tuple(dict.fromkeys(holder for holder in named if holder is not None))


def _fact_to_line(fact: Fact) -> TimelineLine:
    text = " · ".join(said.text for said in fact.said if said.moment is None)
    return TimelineLine(
        fact.time, fact.origin.table, "recorded", fact.origin.source, fact.origin.record_id, text=text
    )


def _money_to_lines(money: MoneyView | None) -> list[TimelineLine]:
    return [
        TimelineLine(
            move.time, "transfers", "came" if move.amount > 0 else "went", move.origin.source, move.origin.record_id,
            accounts=((move.peer_bank, move.account),), amount=abs(move.amount),
        )
        for move in (money.recent if money else ())
    ]  # fmt: skip
