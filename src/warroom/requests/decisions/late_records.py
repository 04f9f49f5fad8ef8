"""Asking a bank for the records that a case's ends rest on and that are not here yet: one draft, for exactly those accounts."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from warroom.bilingual.texts import Texts, format_baht, render_texts
from warroom.cases import purposes
from warroom.cases.schema import Case
from warroom.errors import NotPossible
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.requests.decisions.drafts import MOST_ITEMS, RequestDraft, write_down
from warroom.requests.kinds import load_request_kind
from warroom.requests.late_records import load_late_banks
from warroom.requests.queries import build_request_view
from warroom.requests.schema import RequestRecords
from warroom.requests.views import LateAccount, LateBank, RequestView

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

WANTED_WITHIN = timedelta(hours=4)
"""Half of what arrives leaves within the hour, so the kind's own week would be too long; four hours is the
fastest that banks are said to answer.
"""
# How long the answer is kept: a case is decided well within it. Chosen, not prescribed.
KEPT = timedelta(days=90)
NAMED = 3
"""Accounts that the subject of a request names; its items name all."""


def ask_for_records(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    number: str,
    bank: str,
    key: str,
    *,
    wanted_by: datetime | None = None,
    now: datetime | None = None,
) -> RequestView:
    """Draft a request to a bank for the records of those accounts of a case where money ends by records that do not reach, each
    from when the money first came; accounts that an open request asks for are left out. It leaves once another officer approves it.

    `wanted_by` is four hours from now where not given. Raises NotAllowed, NotFound, LakeError, NotPossible where the bank's records
    reach, all was asked for already, or the bank is no partner.
    """
    declared = load_request_kind("records")
    with open_decision(ledger, officer, *declared.action.proposes, now=now) as this:
        case = purposes.work_case(this, number)
        before = this.find_earlier_result(key, "request.records", number, bank, wanted_by)
        if before is not None:
            return build_request_view(this.session, before[0])
        late = _require_late_bank(this, lake, case, bank)
        wanted = [account for account in late.places if not account.waits][:MOST_ITEMS]
        asking = _build_asking(this, case, late, wanted, wanted_by)
        request = write_down(this, asking, asking.items)
        for account in wanted:
            row = RequestRecords(request_id=request.id, account=account.account, since=account.first)
            this.session.add(row)
        this.save_result(request.id)
        return build_request_view(this.session, request.id)


def _require_late_bank(this: Decision, lake: "Lake", case: Case, bank: str) -> LateBank:
    # Looked at again under the case's lock: two officers who ask at one moment ask once.
    late_bank = next(
        (
            candidate
            for candidate in load_late_banks(this.session, this.person, lake, case, this.now)
            if candidate.bank == bank
        ),
        None,
    )
    if late_bank is None:
        raise NotPossible("requests.records-reach", bank=bank[:16])
    if not late_bank.to_ask:
        names = ", ".join(request.number for request in late_bank.asked)
        raise NotPossible("requests.records-asked-already", bank=bank, requests=names)
    return late_bank


def _build_asking(
    this: Decision, case: Case, late: LateBank, wanted: list[LateAccount], wanted_by: datetime | None
) -> RequestDraft:
    due = wanted_by or this.now + WANTED_WITHIN
    if due <= this.now:
        raise NotPossible("requests.due-past")
    params = {
        "case": case.number,
        "bank": late.bank,
        "amount": format_baht(sum(account.amount for account in wanted)),
        "came": max(account.came for account in wanted),
        "ends": late.ends or this.now,
    }
    names = [f"{late.bank} {account.account}" for account in wanted[:NAMED]]
    more = f" +{len(wanted) - NAMED}" if len(wanted) > NAMED else ""
    return RequestDraft(
        partner=late.bank,
        kind="records",
        purpose=_join_languages(render_texts("warroom.requests", "late.toml", f"purpose-{late.why}", params)),
        subject=", ".join(names) + more,
        items=tuple(_format_item(account) for account in wanted),
        keep_until=this.now + KEPT,
        case=case.number,
        wanted_by=due,
    )


def _format_item(late_account: LateAccount) -> str:
    values = {
        "account": late_account.account,
        "amount": format_baht(late_account.amount),
        "left": format_baht(late_account.said_left),
        "since": late_account.first,
    }
    return _join_languages(
        render_texts(
            "warroom.requests", "late.toml", "item-left" if late_account.said_left else "item", values
        )
    )


def _join_languages(said: Texts) -> str:
    # The text of a request is one in its letter, for all readers: both languages, the bank's own first.
    return f"{said.th}\n{said.en}"
