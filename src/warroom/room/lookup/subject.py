"""Everything known about a person, account, telephone, company, page, domain, site, supply or vehicle.

It opens to an officer one of whose own cases knows the subject, or knows something that stands in one record with it: the
holder of an account on the trail, the telephone in a tip about it. To everyone else it says whether there is a hit.
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
from warroom.lake.texts.query import forms
from warroom.lake.texts.record import Record
from warroom.ledger import officers
from warroom.ledger.decision import Look, look
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.marking import Mark
from warroom.money.index.source import Source
from warroom.money.trace.account import RECENT, Move, Moves, moves
from warroom.money.trail import Account
from warroom.room.lookup import lines, record_facts
from warroom.room.lookup.also import also_in
from warroom.room.lookup.reach import Reach, on_trails, reach, sealed_records
from warroom.room.lookup.readings import readings
from warroom.room.lookup.search import cases_of
from warroom.room.lookup.timeline import arranged, masked
from warroom.room.lookup.views import (
    LINES_A_PAGE,
    Drawn,
    Fact,
    Line,
    MoneyMove,
    MoneyPeer,
    MoneyView,
    Origin,
    SubjectPage,
    Timeline,
)
from warroom.subjects.kinds import PAGES, page_of
from warroom.subjects.subject import ACCOUNT, Subject, account

MOST = 200
"""Records shown of one subject."""
DRAWN = 2_000
"""The newest transfers that a drawing of an account is made of."""
LONGEST = 300
BY_RECORD = "record"
OpenIndex = Callable[[], Source]


@dataclass
class _Known:
    """What was found about a subject for one officer, not yet masked. `by` says how the cases come to know it."""

    subject: Subject
    person: OfficerRow
    shut: frozenset[Mark]
    mine: Reach
    cases: set[str] = field(default_factory=set)
    by: str = ""
    records: list[Record] = field(default_factory=list)
    moved: Moves | None = None
    elsewhere: bool = False

    @property
    def account(self) -> Account | None:
        return Account(self.subject.bank, self.subject.number) if self.subject.kind == ACCOUNT else None


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
    """What is known of a subject; `case` is the one whose page led here. The look is logged. Raises NotFound for a kind
    that there is not, and NotAllowed.
    """
    subject = _subject(kind, name)
    with look(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        known = _known(this, lake, index, subject, case)
        # Whether it opens or not: that somebody asked about this number is what the log is for.
        _log(this, lake, known)
        shown = record_facts.shown(subject, known.shut)
        if not known.cases:
            return SubjectPage(subject, shown, bool(known.records or known.moved or known.elsewhere))
        deliveries = lake.state.deliveries
        made = [record_facts.fact(record, deliveries, known.shut) for record in known.records[:MOST]]
        return SubjectPage(
            subject,
            shown,
            known=True,
            why=known.mine.why(known.cases),
            by=known.by,
            facts=tuple(made),
            more=len(known.records) > MOST,
            money=_money(known, lake) if known.moved else None,
            readings=tuple(readings(lake, subject.id)) if kind == "supply" else (),
            holders=_holders(made),
            ledger=tuple(masked(_ledger(this.session, known), known.shut)),
            elsewhere=known.elsewhere,
            outside=also_in(this.session, this.person, set(known.mine.cases), subject).elsewhere,
        )


def note_taken(ledger: Ledger, lake: Lake, officer: Officer, page: SubjectPage, sha256: str) -> None:
    """Write to the log that a paper of a subject was taken, with the sha256 of the whole of it; before it leaves."""
    with look(ledger, officer, *role_groups.CHART_TAKERS) as this:
        kind = page_of(page.subject.kind)
        detail = {
            "cases": [one.case for one in page.why],
            "sha256": sha256,
            "digest": _digest(lake, page.subject),
        }
        this.log("subject.taken", f"subject:{kind}", detail)


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
    found = [*page.ledger, *map(_of_fact, page.facts), *_of_money(page.money)]
    ordered = arranged(found, kinds=kinds, newest_first=newest_first, offset=offset, limit=LINES_A_PAGE)
    return page, ordered


def _subject(kind: str, name: str) -> Subject:
    name = name.replace("\x00", "").strip()[:LONGEST]
    if kind not in PAGES or not name:
        raise NotFound("lookup.no-such-kind")
    if kind == ACCOUNT and not all(name.partition(":")):
        raise NotFound("lookup.account-unnamed")
    return Subject(PAGES[kind].id, name)


def _known(this: Look, lake: Lake, index: OpenIndex, subject: Subject, case: str) -> _Known:
    session, person, now = this.session, this.person, this.now
    shut = masking.marks_shut(officers.officer_view(person))
    known = _Known(subject, person, shut, reach(session, person, now))
    known.records = _records(session, lake, known)
    if known.account is not None:
        known.moved = moves(index(), known.account, now, DRAWN)
    # One step and no more: the holder of an account on the trail is the case's business, the holder's other
    # accounts are pages that ask again.
    known.cases = _direct(session, known, case)
    if not known.cases:
        # A record that gives only the number may mean another bank's account; something else in it must be known.
        own = forms(subject.number)
        known.cases = set().union(*(cases_of(known.mine, record, but=own) for record in known.records))
        known.by = BY_RECORD if known.cases else ""
    known.elsewhere = _elsewhere(session, known)
    return known


def _records(session: Session, lake: Lake, known: _Known) -> list[Record]:
    account = known.account
    wanted = forms(known.subject.number)
    # A report of a sealed case is a row of the lake like any other, and would tell of the case.
    sealed = sealed_records(session, known.person)
    # One more than is shown, which is how the page knows that there are more.
    found = text_index.current(lake.home, lake.state).named(wanted, most=MOST + 1)
    return [
        record
        for record in found
        if (record.source, record.record_id) not in sealed
        and not (account and record.table == "accounts" and record.values["bank"] != account.bank)
    ]


def _direct(session: Session, known: _Known, case: str) -> set[str]:
    """The own cases that name the subject themselves."""
    account, mine = known.account, known.mine
    if account is None:
        return mine.knowing([*forms(known.subject.id), f"r{known.subject.id}"])
    cases = mine.knowing([f"@{account.bank}:{account.number}"])
    if cases:
        return cases
    # Looking through frozen trails is the dear part; where a case's own page led here, only its trail is.
    asked = {case_id for case_id, why in mine.cases.items() if not case or why.case == case}
    on_trail = on_trails(session, asked, account.bank, account.number)
    return {mine.cases[case_id].case for case_id in on_trail}


def _elsewhere(session: Session, known: _Known) -> bool:
    """Whether another case that the officer may know of, or an action of no case, names the subject."""
    account, own = known.account, list(known.mine.cases)
    queries = [
        select(Action.id)
        .join(ActionSubject, ActionSubject.action_id == Action.id)
        .where(
            ActionSubject.subject.in_(known.subject.spellings),
            # An action of no case compares as NULL and would drop out, although it is not one's own.
            func.coalesce(Action.case_id.not_in(own), True),
            sealing.visible(known.person, Action.case_id),
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
                select(case_id).where(*named, case_id.not_in(own), sealing.visible(known.person, case_id))
            )
    return any(session.execute(query.limit(1)).first() for query in queries)


def _ledger(session: Session, known: _Known) -> list[Line]:
    cases = {case_id: why.case for case_id, why in known.mine.cases.items() if why.case in known.cases}
    account = known.account
    about = None if account is None else lambda bank, number: (bank, number) == (account.bank, account.number)
    found = lines.of_subject(session, cases, known.subject.spellings, about)
    return sorted(found, key=lambda line: line.at, reverse=True)


def _log(this: Look, lake: Lake, known: _Known) -> None:
    """The log says what sort of subject was looked up and for which cases. Its number stands there as a keyed digest:
    many read the log, and whoever must ask about one number can compute it.
    """
    told = _digest(lake, known.subject)
    detail = {"cases": sorted(known.cases), "opened": bool(known.cases), "digest": told}
    this.log("subject.read", f"subject:{page_of(known.subject.kind)}", detail)


def _digest(lake: Lake, subject: Subject) -> str:
    secret = keys.secret(lake.home, "subjects")
    words = f"{page_of(subject.kind)}:{subject.id}".encode()
    return hmac.new(secret, words, hashlib.sha256).hexdigest()[:16]


def _money(known: _Known, lake: Lake) -> MoneyView:
    moved = known.moved
    assert moved is not None
    arrived = {(one.source, one.received_at): one for one in lake.state.deliveries.values()}
    recent = []
    for move in moved.recent[:RECENT]:
        delivery = arrived.get((move.source, move.received_at))
        origin = Origin(
            "transfers",
            move.source,
            move.record_id,
            delivery.delivery_id if delivery else "",
            delivery.file if delivery else "",
            delivery.legal_basis if delivery else "",
            move.received_at,
        )
        recent.append(_move(move, origin, known.shut))
    return MoneyView(
        moved.came,
        moved.came_count,
        moved.went,
        moved.went_count,
        moved.first,
        moved.last,
        tuple(recent),
        tuple(Drawn(move.time, move.amount, move.source, move.record_id) for move in moved.recent),
        _peers(known, moved),
    )


def _peers(known: _Known, moved: Moves) -> tuple[MoneyPeer, ...]:
    """Whom an account's drawn transfers were with, the most money first."""
    sums: dict[Account, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for move in moved.recent:
        side = 0 if move.amount > 0 else 2
        sums[move.peer][side] += abs(move.amount)
        sums[move.peer][side + 1] += 1
    order = sorted(sums, key=lambda one: (-sums[one][0] - sums[one][2], one.bank, one.number))
    return tuple(_peer(known, one, sums[one]) for one in order)


def _peer(known: _Known, one: Account, sums: list[int]) -> MoneyPeer:
    if not one.number:
        return MoneyPeer(None, "", "", sums[0], sums[1], sums[2], sums[3], ())
    subject = account(one.bank, one.number)
    cases = tuple(sorted(known.mine.knowing([f"@{one.bank}:{one.number}"])))
    shut = Mark.ACCOUNT in known.shut
    number = record_facts.shown(subject, known.shut)
    return MoneyPeer(None if shut else subject, one.bank, number, sums[0], sums[1], sums[2], sums[3], cases)


def _move(move: Move, origin: Origin, shut: Collection[Mark]) -> MoneyMove:
    if not move.peer.number:
        return MoneyMove(move.time, move.amount, None, "", "", origin)
    subject = account(move.peer.bank, move.peer.number)
    number = record_facts.shown(subject, shut)
    return MoneyMove(
        move.time, move.amount, None if Mark.ACCOUNT in shut else subject, move.peer.bank, number, origin
    )


def _holders(found: Collection[Fact]) -> tuple[Subject, ...]:
    named = (
        said.subject
        for fact in found
        if fact.origin.table == "accounts"
        for said in fact.said
        if said.column == "holder_id"
    )
    return tuple(dict.fromkeys(one for one in named if one is not None))


def _of_fact(fact: Fact) -> Line:
    text = " · ".join(said.text for said in fact.said if said.moment is None)
    return Line(
        fact.time, fact.origin.table, "recorded", fact.origin.source, fact.origin.record_id, text=text
    )


def _of_money(money: MoneyView | None) -> list[Line]:
    return [
        Line(
            move.time, "transfers", "came" if move.amount > 0 else "went", move.origin.source, move.origin.record_id,
            accounts=((move.peer_bank, move.account),), amount=abs(move.amount),
        )
        for move in (money.recent if money else ())
    ]  # fmt: skip
