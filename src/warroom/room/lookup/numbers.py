"""Search by number: whole numbers of requests, holds, actions, orders, assets and proceedings; accounts of
the officer's own cases; signals.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.actions.schema import Action
from warroom.assets.schema import Asset, Proceeding, ProceedingCase
from warroom.cases import sealing
from warroom.cases.schema import Case, Claim, Hold, Proposal, Snapshot, digits_of, last_digits
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.marking import Mark
from warroom.orders.schema import Order
from warroom.requests.schema import Request
from warroom.room.lookup import record_facts
from warroom.room.lookup.asked import ENDS, LookupQuestion
from warroom.room.lookup.reach import OfficerReach
from warroom.room.lookup.views import NumberHit, SubjectHit
from warroom.subjects.subject import Subject, make_account_subject

if TYPE_CHECKING:
    from warroom.signals.signal import Signal

# Hits of each kind of number; a whole number usually has one.
MOST = 10
TRAILS = 200
"""Newest own cases whose frozen trails are searched for the end of a number: each trail is read as text."""
# Accounts as canonical JSON writes them: no trail has to be parsed to find one.
_ON_TRAIL = re.compile(r'"bank":"([^"\\]*)","number":"([^"\\]*)"')
_DIGITS = re.compile("[^0-9]+")


def search_numbers(session: Session, person: OfficerRow, asked: str) -> Iterator[NumberHit]:
    """What has this number in cases that are not sealed to the officer; the page it opens makes its own
    checks.
    """
    number = asked.upper()
    for kind, query, address in _iter_number_queries(person, number):
        for row in session.execute(query.limit(MOST)):
            yield NumberHit(kind, row[0], address.format(*row))


def _iter_number_queries(
    person: OfficerRow, number: str
) -> Iterator[tuple[str, Select[*tuple[Any, ...]], str]]:
    def is_visible(case_id: Any) -> Any:
        return sealing.is_visible_to(person, case_id)

    yield (
        "request",
        select(Request.number, Request.id).where(Request.number == number, is_visible(Request.case_id)),
        "/requests/{1}",
    )
    yield (
        "action",
        select(Action.reference, Action.id).where(Action.reference == number, is_visible(Action.case_id)),
        "/actions/{1}",
    )
    holds = select(Hold.reference, Hold.id, Case.number).join(Case, Case.id == Hold.case_id)
    yield "hold", holds.where(Hold.reference == number, is_visible(Hold.case_id)), "/cases/{2}#hold-{1}"
    orders = (
        select(Order.order_id, Hold.id, Case.number)
        .join(Hold, Hold.id == Order.hold_id)
        .join(Case, Case.id == Hold.case_id)
    )
    yield (
        "order",
        orders.where(func.upper(Order.order_id) == number, is_visible(Hold.case_id)),
        "/cases/{2}#hold-{1}",
    )
    yield (
        "asset",
        select(Asset.number, Asset.id).where(Asset.number == number, is_visible(Asset.case_id)),
        "/assets/{1}",
    )
    # A proceeding may join several cases, and a seal on one of them hides it whole.
    sealed = select(ProceedingCase.proceeding_id).where(~is_visible(ProceedingCase.case_id))
    proceedings = select(Proceeding.number, Proceeding.id).where(
        Proceeding.number == number, Proceeding.id.not_in(sealed)
    )
    yield "proceeding", proceedings, "/proceedings/{1}"


def search_signals(
    officer: Officer, last: Callable[[], Sequence["Signal"]], asked: LookupQuestion, shut: Collection[Mark]
) -> Iterator[NumberHit]:
    """The signals of the last run (`last` reads them) on subjects with this number or this end of one, for officers who
    may read signals.
    """
    # By role and not by case: a signal rests on none, and its list is open to the same roles.
    if not (plain := _strip_separators(asked.text)) or not officer.has_role(*role_groups.SIGNAL_READERS):
        return
    end = find_number_end(asked, shut)
    for signal in last():
        number = _strip_separators(signal.subject.number)
        if number.casefold() == plain.casefold() or (end and number.endswith(end)):
            shown = f"{record_facts.mask_subject_number(signal.subject, shut)} {signal.subject.bank}".strip()
            yield NumberHit("signal", shown, f"/signals/{signal.record_id}")


def _strip_separators(number: str) -> str:
    """An account's number without what people write between its signs."""
    return "".join(sign for sign in number if sign.isalnum())


def find_number_end(asked: LookupQuestion, shut: Collection[Mark], mark: Mark = Mark.ACCOUNT) -> str:
    """The end of a number that may be searched for. An officer for whom numbers are masked sees their last
    four digits and may search by those only: more digits would recover the number by guessing.
    """
    return "" if mark in shut and len(asked.number_end) > ENDS else asked.number_end


def extract_digits(number: str) -> str:
    """The digits of a number as people write it."""
    return _DIGITS.sub("", number)


def search_accounts(
    session: Session, mine: OfficerReach, asked: LookupQuestion, shut: Collection[Mark]
) -> list[SubjectHit]:
    """Accounts of own cases that have this number, written with dashes or without, or that end in these digits."""
    hits_by_subject: dict[Subject, SubjectHit] = {}
    for bank, number, case_id in _iter_accounts(session, mine, asked, shut):
        subject, case = make_account_subject(bank, number), mine.cases[case_id].case
        hit = SubjectHit(
            subject, record_facts.mask_subject_number(subject, shut), ("accounts.account",), case, (case,)
        )
        before = hits_by_subject.get(subject, hit)
        # One hit for an account, with all own cases that know it.
        hits_by_subject[subject] = replace(before, cases=tuple(dict.fromkeys((*before.cases, case))))
    return list(hits_by_subject.values())


def _iter_accounts(
    session: Session, mine: OfficerReach, asked: LookupQuestion, shut: Collection[Mark]
) -> Iterator[tuple[str, str, int]]:
    if plain := _strip_separators(asked.text):
        yield from (tuple(row) for row in session.execute(_select_accounts(mine.cases, plain)))
    if end := find_number_end(asked, shut):
        yield from (tuple(row) for row in session.execute(_select_accounts_ending(mine.cases, end)))
        yield from _iter_trail_accounts(session, list(mine.cases)[:TRAILS], end)


_COLUMNS = (
    (Claim.payer_bank, Claim.payer, Claim.case_id),
    (Claim.payee_bank, Claim.payee, Claim.case_id),
    (Proposal.bank, Proposal.account, Proposal.case_id),
    (Hold.bank, Hold.account, Hold.case_id),
)
"""Where the ledger's cases name accounts."""


def _select_accounts(cases: Collection[int], plain: str) -> Select[*tuple[Any, ...]]:
    # Two comparisons: the first uses the column's index, the second finds a number written with dashes.
    def is_same_number(column: Any) -> Any:
        return or_(column == plain, func.regexp_replace(column, "[^0-9A-Za-z]", "", "g") == plain)

    queries = [
        select(bank, number, case_id).where(case_id.in_(cases), is_same_number(number))
        for bank, number, case_id in _COLUMNS
    ]
    # Not UNION ALL: an account may be in a claim, a proposal and a hold of one case.
    return select(queries[0].union(*queries[1:]).subquery())


def _select_accounts_ending(cases: Collection[int], end: str) -> Select[*tuple[Any, ...]]:
    """Accounts of cases whose digits end so. The last four are an index's, and are asked for in its own words."""
    queries = [
        select(bank.label("bank"), number.label("number"), case_id.label("case_id")).where(
            last_digits(number) == end[-ENDS:], digits_of(number).like(f"%{end}")
        )
        for bank, number, case_id in _COLUMNS
    ]
    # By the end first: of ten million accounts a thousand end so, whereas an officer may have any number of cases.
    ending_accounts = queries[0].union(*queries[1:]).cte("ending").prefix_with("MATERIALIZED")
    return select(ending_accounts.c.bank, ending_accounts.c.number, ending_accounts.c.case_id).where(
        ending_accounts.c.case_id.in_(cases)
    )


def _iter_trail_accounts(
    session: Session, cases: Collection[int], end: str
) -> Iterator[tuple[str, str, int]]:
    """Accounts of frozen trails that end so: most of them have no proposal."""
    query = (
        select(Case.id, Snapshot.trail)
        .join(Snapshot, Snapshot.id == Case.snapshot_id)
        .where(Case.id.in_(cases), func.strpos(Snapshot.trail, f'{end[-ENDS:]}"') > 0)
        .order_by(Case.id.desc())
    )
    for case_id, trail in session.execute(query):
        for bank, number in dict.fromkeys(_ON_TRAIL.findall(trail)):
            if _DIGITS.sub("", number).endswith(end):
                yield bank, number, case_id
