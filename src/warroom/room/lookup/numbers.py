"""Search by number: whole numbers of requests, holds, actions, orders, assets and proceedings; accounts, papers and
reports of the officer's own cases by any four digits in a row; signals.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.actions.schema import Action
from warroom.assets.schema import Asset, Proceeding, ProceedingCase
from warroom.cases import sealing
from warroom.cases.schema import Case, CaseReportRow, Claim, Hold, Snapshot
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.marking import Mark
from warroom.orders.schema import Order
from warroom.requests.schema import Request
from warroom.room.lookup import record_facts
from warroom.room.lookup.asked import LookupQuestion
from warroom.room.lookup.digit_runs import ENDS, DigitRun, RunMatch, extract_digits
from warroom.room.lookup.reach import OfficerReach, is_one_of
from warroom.room.lookup.views import NumberHit, SubjectHit
from warroom.subjects.subject import Subject, make_account_subject

if TYPE_CHECKING:
    from warroom.signals.signal import Signal

# Hits of each kind of number; a whole number usually has one.
MOST = 10
NEAR = 10
"""Numbers shown of which one digit differs: more would be chance, not memory."""
TRAILS = 200
"""Newest own cases whose frozen trails are searched for a number: each trail is read as text."""
# Accounts as canonical JSON writes them: no trail has to be parsed to find one.
_ON_TRAIL = re.compile(r'"bank":"([^"\\]*)","number":"([^"\\]*)"')
_KNOWN_TRAILS: dict[str, tuple[tuple[str, str], ...]] = {}
"""Accounts of trails by the SHA-256 of the trail, which never changes: somebody who types reads them once."""
_MOST_TRAILS = 2_000


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
    """The signals of the last run (`last` reads them) on subjects with this number or these digits, for officers who may
    read signals.
    """
    # By role and not by case: a signal rests on none, and its list is open to the same roles.
    if not (plain := _strip_separators(asked.text).casefold()) or not officer.has_role(
        *role_groups.SIGNAL_READERS
    ):
        return
    run, near = find_run(asked, shut), 0
    for signal in last():
        fit = _match_number(signal.subject.number, plain, run)
        if fit is None or (not fit.is_exact and near == NEAR):
            continue
        near += not fit.is_exact
        shown = f"{record_facts.mask_subject_number(signal.subject, shut)} {signal.subject.bank}".strip()
        yield NumberHit("signal", shown, f"/signals/{signal.record_id}", not fit.is_exact)


def _strip_separators(number: str) -> str:
    """An account's number without what people write between its signs."""
    return "".join(sign for sign in number if sign.isalnum())


def _match_number(number: str, plain: str, run: DigitRun) -> RunMatch | None:
    """How a number fits: all of it as it was typed, or the run somewhere in it."""
    digits = extract_digits(number)
    whole = digits if len(digits) == len(number) else _strip_separators(number).casefold()
    if plain and whole == plain:
        return RunMatch(0, len(digits), True)
    return run.find_match(digits) if run else None


def find_run(asked: LookupQuestion, shut: Collection[Mark], mark: Mark = Mark.ACCOUNT) -> DigitRun:
    """The digits that may be searched for; falsy where none may.

    An officer for whom accounts are masked sees their last four digits and may search by those only: any other run
    would recover the number by guessing. Of a telephone such an officer sees nothing.
    """
    if mark not in shut:
        return DigitRun(asked.run)
    may_search = mark is Mark.ACCOUNT and len(asked.run) == ENDS
    return DigitRun(asked.run, at_end=True) if may_search else DigitRun("")


def search_accounts(
    session: Session, mine: OfficerReach, asked: LookupQuestion, shut: Collection[Mark]
) -> list[SubjectHit]:
    """Accounts of own cases that have this number, however it is written, or these digits; those that end so first and those
    of which one digit differs last.
    """
    run, plain = find_run(asked, shut), _strip_separators(asked.plain)
    hits: dict[Subject, tuple[tuple[bool, bool], SubjectHit]] = {}
    for case_id, bank, number in _iter_accounts(session, mine, run):
        fit = _match_number(number, plain, run)
        if fit is None:
            continue
        subject, case = make_account_subject(bank, number), mine.cases[case_id].case
        hit = SubjectHit(
            subject,
            record_facts.mask_subject_number(subject, shut),
            ("accounts.account",),
            case,
            (case,),
            not fit.is_exact,
        )
        _, before = hits.get(subject, (None, hit))
        order = (not fit.is_exact, fit.end != len(extract_digits(number)))
        # One hit for an account, with all own cases that know it.
        hits[subject] = (order, replace(before, cases=tuple(dict.fromkeys((*before.cases, case)))))
    return cut_near_hits([hit for _, hit in sorted(hits.values(), key=lambda entry: entry[0])])


def cut_near_hits(hits: Sequence[SubjectHit]) -> list[SubjectHit]:
    """The hits whose digits are all right, and after them the first few of which one digit differs."""
    return [*(hit for hit in hits if not hit.is_near), *[hit for hit in hits if hit.is_near][:NEAR]]


def _iter_accounts(session: Session, mine: OfficerReach, run: DigitRun) -> Iterator[tuple[int, str, str]]:
    yield from mine.accounts
    if run:
        yield from _iter_trail_accounts(session, list(mine.cases)[:TRAILS])


def _iter_trail_accounts(session: Session, cases: Sequence[int]) -> Iterator[tuple[int, str, str]]:
    """Accounts of the cases' frozen trails: most of them have no proposal."""
    query = select(Case.id, Snapshot.sha256).join(Snapshot, Snapshot.id == Case.snapshot_id)
    digests: dict[int, str] = dict(session.execute(query.where(is_one_of(Case.id, cases))).all())
    _load_trails(session, set(digests.values()))
    for case_id in cases:
        for bank, number in _KNOWN_TRAILS.get(digests.get(case_id, ""), ()):
            yield case_id, bank, number


def _load_trails(session: Session, digests: Collection[str]) -> None:
    """Read the accounts of trails that are not known yet."""
    missing = [digest for digest in digests if digest not in _KNOWN_TRAILS]
    if len(_KNOWN_TRAILS) + len(missing) > _MOST_TRAILS:
        _KNOWN_TRAILS.clear()
        missing = list(digests)
    query = select(Snapshot.sha256, Snapshot.trail).where(Snapshot.sha256.in_(missing))
    for digest, trail in session.execute(query) if missing else ():
        _KNOWN_TRAILS[digest] = tuple(dict.fromkeys(_ON_TRAIL.findall(trail)))


def search_references(session: Session, mine: OfficerReach, asked: LookupQuestion) -> Iterator[NumberHit]:
    """Papers and reports of own cases that have these digits in their numbers; whole numbers are `search_numbers`'."""
    if not asked.digits or not asked.run:
        return
    for kind, number, query, address in _REFERENCES:
        rows = query.where(_has_run(number, asked.run), is_one_of(query.selected_columns[1], mine.cases))
        for reference, case_id, row_id in session.execute(rows.limit(MOST)):
            yield NumberHit(kind, reference, address.format(case=mine.cases[case_id].case, number=row_id))


def search_case_numbers(session: Session, person: OfficerRow, asked: LookupQuestion) -> list[Case]:
    """Cases that the officer may know of and that have these digits in their number, the newest first."""
    if not asked.digits or not asked.run:
        return []
    query = select(Case).where(_has_run(Case.number, asked.run), sealing.is_visible_to(person))
    return list(session.scalars(query.order_by(Case.id.desc()).limit(MOST)))


def _has_run(number: Any, run: str) -> Any:
    """Whether a number has digits in a row, without what people write between its signs."""
    return func.translate(number, "- ./", "").like(f"%{run}%")


def _make_reference(kind: str, number: Any, of: Any, address: str) -> tuple[str, Any, Any, str]:
    # Reports and transfers are known by their record, and lead to their case.
    return kind, number, select(number, of.case_id, getattr(of, "id", of.case_id)), address


_REFERENCES = (
    _make_reference("request", Request.number, Request, "/requests/{number}"),
    _make_reference("action", Action.reference, Action, "/actions/{number}"),
    _make_reference("hold", Hold.reference, Hold, "/cases/{case}#hold-{number}"),
    _make_reference("asset", Asset.number, Asset, "/assets/{number}"),
    _make_reference("reports", CaseReportRow.record_id, CaseReportRow, "/cases/{case}"),
    _make_reference("transfers", Claim.record_id, Claim, "/cases/{case}"),
)
"""Where own cases have numbers: the kind of paper, its number, the query for number, case and id, and its page."""
