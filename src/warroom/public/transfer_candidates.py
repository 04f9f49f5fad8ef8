"""Payments that a public report may mean, where the records do not say it for certain: an officer ticks them on the case.

Found by account and time; by a sum within `ROUNDED`, as people remember it; by payments of one payer that make the sum together;
and without an account by the payer's bank. Each stands with why it may be meant, and with what speaks against it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

import ibis
from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.access.masking import redact
from warroom.cases import purposes, sealing
from warroom.cases.schema import Case, CaseReportRow, Claim
from warroom.cases.transfers import to_satang, to_utc
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.marking import AccountNumber, Personal
from warroom.public import matching
from warroom.public.matching import ROUNDED, WITHIN, DescribedLoss, group_copies, is_similar, name_transfer
from warroom.public.schema import PublicReport
from warroom.public.taking_in import SOURCE
from warroom.public.unsealing import unseal_submission
from warroom.units import Satang

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

Why = Literal["slip", "account", "bank", "sum", "about", "together", "about_together"]
Doubt = Literal["other_bank", "other_sum", "no_account", "many", "other_case"]
SHOWN = 20
"""Candidates on a page, at most; with more, an officer asks the reporter. Chosen, not measured."""
READ = 2_000
"""Payments read for one report, the newest: a busy shop's account has more in a day. Chosen, not measured."""
COMBINED = 12
"""Payments of one payer among which a combination is sought: 4,096 of them. Chosen, not measured."""
PARTS = 6
"""Payments that one sum is made of, at most. Chosen, not measured."""
LATER = timedelta(minutes=5)
"""Payments this long after the report still count: bank and room keep different clocks. Chosen."""


@dataclass(frozen=True, slots=True)
class TransferCandidate:
    """A payment that a report may mean. `ticked`: only this one, or this combination, has exactly the sum into the named account;
    `others`: payers who paid this account the same sum in the span; `case`: the one that it serves already.
    """

    name: str
    at: datetime
    amount: Satang
    payer_bank: str
    payer: AccountNumber
    payee_bank: str
    payee: AccountNumber
    why: tuple[Why, ...]
    doubts: tuple[Doubt, ...]
    ticked: bool
    others: int = 0
    case: str = ""


@dataclass(frozen=True, slots=True)
class ReportCandidates:
    """What a report names and the payments it may mean; `more`: how many candidates are not shown."""

    report: int
    record_id: str
    when: str
    amounts: tuple[Satang, ...]
    amount_words: Personal
    bank: str
    accounts: tuple[AccountNumber, ...]
    candidates: tuple[TransferCandidate, ...]
    more: int = 0


def load_candidates(
    ledger: Ledger, lake: "Lake", officer: Officer, number: str, *, now: datetime | None = None
) -> tuple[ReportCandidates, ...]:
    """The candidates of each public report of a case whose transfers are not certain; the read is logged once an hour. Raises
    NotAllowed, NotFound, PurposeNeeded.
    """
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        case = purposes.read_case(this, number)
        rows = _list_reports(this.session, case)
        described = [
            (report, row, facts)
            for report, row in rows
            if (facts := _load_facts(ledger, this.session, report))
            and not _is_settled(this.session, row, facts)
        ]
        for report, _, _ in described:
            this.log_list_read(f"public-report:{report.id}", "public.looked")
        moment = this.now
    # Outside the transaction: the lake is searched for some tenths of a second.
    searched = [
        (report, row, facts, _find_payments(lake, facts, row, moment)) for report, row, facts in described
    ]
    with ledger.open_session() as session:
        person = session.get_one(OfficerRow, officer.id)
        return tuple(
            redact(officer, _build_candidates(session, person, report, row, facts, payments))
            for report, row, facts, payments in searched
        )


def _list_reports(session: Session, case: Case) -> list[tuple[PublicReport, CaseReportRow]]:
    query = (
        select(PublicReport, CaseReportRow)
        .join(CaseReportRow, CaseReportRow.record_id == PublicReport.record_id)
        .where(CaseReportRow.source == SOURCE, CaseReportRow.case_id == case.id)
        .where(PublicReport.kind == "money_left", PublicReport.duplicate_of.is_(None))
        .order_by(PublicReport.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def _load_facts(ledger: Ledger, session: Session, report: PublicReport) -> Mapping[str, str]:
    """The facts of a money report that its case needs; none of its pictures and messages."""
    contents = unseal_submission(ledger, session, report.submission_id)
    return dict(contents[0]) if contents else {}


def _is_settled(session: Session, row: CaseReportRow, facts: Mapping[str, str]) -> bool:
    """Whether the payments taken so far make the sum named, and go to as many accounts as are named."""
    claims = [name.partition(":")[::2] for name in row.transfer_ids]
    query = select(Claim.amount, Claim.payee).where(tuple_(Claim.source, Claim.record_id).in_(claims))
    taken = session.execute(query).all() if claims else []
    payees = {payee for _, payee in taken}
    enough = sum(amount for amount, _ in taken) >= (1 - float(ROUNDED)) * row.loss
    return bool(taken) and enough and len(matching.list_accounts(facts.get("to", ""))) <= max(1, len(payees))


@dataclass(frozen=True, slots=True)
class _Payments:
    """The described loss with the payments of its span, one row for each, and what is certain."""

    loss: DescribedLoss
    rows: list[dict[str, Any]]
    slips: frozenset[str]


def _find_payments(lake: "Lake", facts: Mapping[str, str], row: CaseReportRow, now: datetime) -> _Payments:
    loss = matching.parse_loss_form(facts)
    if row.loss and not loss.amounts:
        # The reporter has said since which sum was meant.
        loss = DescribedLoss(loss.when, (Decimal(row.loss) / 100,), loss.bank, loss.payees, loss.references)
    if not lake.list_files("transfers"):
        return _Payments(loss, [], frozenset())
    span = matching.query_recent_transfers(lake, row.reported_at + LATER, WITHIN[loss.when] + LATER, now)
    rows: list[dict[str, Any]] = []
    if loss.payees:
        rows = _read_newest(span.filter(span["payee"].isin(sorted(loss.payees))))
    if not rows and loss.bank and loss.amounts:
        low, high = min(loss.amounts) * (1 - ROUNDED), max(loss.amounts) * (1 + ROUNDED)
        of_bank = span.filter(span["payer_bank"] == loss.bank)
        rows = _read_newest(matching.query_payments_in_range(of_bank, low, high))
    slips: list[dict[str, Any]] = []
    if loss.references:
        slips = matching.list_slip_payments(
            loss, matching.read_rows(matching.query_by_reference(lake, loss.references, now))
        )
    payments = [copies[0] for copies in group_copies([*slips, *rows])]
    return _Payments(loss, payments, frozenset(name_transfer(slip) for slip in slips))


def _read_newest(rows: Any) -> list[dict[str, Any]]:
    return matching.read_rows(rows.order_by(ibis.desc("time")).limit(READ))


def _build_candidates(
    session: Session,
    person: OfficerRow,
    report: PublicReport,
    row: CaseReportRow,
    facts: Mapping[str, str],
    payments: _Payments,
) -> ReportCandidates:
    loss = payments.loss
    open_rows = [payment for payment in payments.rows if name_transfer(payment) not in row.transfer_ids]
    # What is certain already counts towards the sum: what is left is what is sought.
    reasons = _explain_payments(open_rows, loss, payments.slips)
    cases = _map_claimed(session, open_rows)
    lines = [
        _build_candidate(
            payment,
            reasons[name_transfer(payment)],
            loss,
            open_rows,
            _show_case(session, person, cases, payment),
        )
        for payment in open_rows
        if reasons[name_transfer(payment)]
    ]
    lines.sort(key=lambda line: (not line.ticked, -_weigh_candidate(line), -line.at.timestamp()))
    return ReportCandidates(
        report.id,
        report.record_id,
        loss.when,
        tuple(to_satang(amount) for amount in loss.amounts),
        str(facts.get("amount_words", "")),
        loss.bank,
        tuple(matching.list_accounts(facts.get("to", ""))),
        tuple(lines[:SHOWN]),
        max(0, len(lines) - SHOWN),
    )


def _weigh_candidate(line: TransferCandidate) -> int:
    weights = {"slip": 16, "together": 8, "sum": 8, "about_together": 4, "about": 4, "account": 2, "bank": 1}
    return sum(weights[why] for why in line.why) - 4 * len(line.doubts)


def _explain_payments(
    rows: Sequence[dict[str, Any]], loss: DescribedLoss, slips: Iterable[str]
) -> dict[str, list[Why]]:
    """Why each payment may be meant; none for one that only goes to a named account that many pay."""
    why: dict[str, list[Why]] = {name_transfer(row): [] for row in rows}
    by_payer: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_payer[row["payer_bank"], row["payer"]].append(row)
        reasons = why[name_transfer(row)]
        if name_transfer(row) in slips:
            reasons.append("slip")
        if row["amount"] in loss.amounts:
            reasons.append("sum")
        elif any(is_similar(row["amount"], amount) for amount in loss.amounts):
            reasons.append("about")
    for paid in by_payer.values():
        code, parts = _find_together(paid, loss.amounts)
        for row in parts:
            why[name_transfer(row)].append(code)
    few = len(rows) <= SHOWN
    for row in rows:
        reasons = why[name_transfer(row)]
        # A busy account's payments of other sums say nothing; of a few each may be the one.
        if row["payee"] in loss.payees and (reasons or few):
            reasons.append("account")
        if reasons and loss.bank and row["payer_bank"] == loss.bank:
            reasons.append("bank")
    return why


def _find_together(
    paid: Sequence[dict[str, Any]], amounts: Sequence[Decimal]
) -> tuple[Why, Sequence[dict[str, Any]]]:
    """Payments of one payer that make a named sum together: exactly and in one way only, else about, all of them."""
    if len(paid) < 2:
        return "together", ()
    ways = [
        some
        for count in range(2, min(PARTS, len(paid)) + 1)
        for some in combinations(paid[:COMBINED], count)
        if sum(row["amount"] for row in some) in amounts
    ]
    if len(ways) == 1:
        return "together", ways[0]
    whole = sum((row["amount"] for row in paid), Decimal(0))
    return "about_together", paid if any(is_similar(whole, amount) for amount in amounts) else ()


def _build_candidate(
    row: Mapping[str, Any],
    why: Sequence[Why],
    loss: DescribedLoss,
    rows: Sequence[Mapping[str, Any]],
    case: str,
) -> TransferCandidate:
    payers = {(other["payer_bank"], other["payer"]) for other in rows if _is_same_payment(other, row)}
    exact = [other for other in rows if other["amount"] in loss.amounts and other["payee"] in loss.payees]
    doubts: list[Doubt] = []
    if loss.bank and row["payer_bank"] != loss.bank:
        doubts.append("other_bank")
    if loss.payees and row["payee"] not in loss.payees:
        doubts.append("no_account")
    if loss.amounts and not {"sum", "about", "together", "about_together", "slip"} & set(why):
        doubts.append("other_sum")
    if len(payers) > 1:
        doubts.append("many")
    if case:
        doubts.append("other_case")
    sure = "slip" in why or "together" in why or (len(exact) == 1 and "sum" in why)
    return TransferCandidate(
        name_transfer(row),
        to_utc(row["time"]),
        to_satang(row["amount"]),
        row["payer_bank"],
        row["payer"],
        row["payee_bank"],
        row["payee"],
        tuple(why),
        tuple(doubts),
        sure and not doubts and ("account" in why or "slip" in why),
        len(payers) - 1,
        case,
    )


def _is_same_payment(other: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return bool(other["amount"] == row["amount"] and other["payee"] == row["payee"])


def _map_claimed(session: Session, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], int]:
    """The case that each payment serves already."""
    keys = [(row["source"], row["record_id"]) for row in rows]
    query = select(Claim.source, Claim.record_id, Claim.case_id)
    claimed = session.execute(query.where(tuple_(Claim.source, Claim.record_id).in_(keys))) if keys else ()
    return {(source, record_id): case_id for source, record_id, case_id in claimed}


def _show_case(
    session: Session, person: OfficerRow, cases: Mapping[tuple[str, str], int], row: Mapping[str, Any]
) -> str:
    case_id = cases.get((row["source"], row["record_id"]))
    if case_id is None:
        return ""
    number = session.get_one(Case, case_id).number
    return "—" if number in sealing.list_hidden_cases(session, person) else number
