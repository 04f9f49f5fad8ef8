"""Asking a bank for the records that a case's ends rest on and that are not here yet: one draft, for exactly those accounts."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from warroom.bilingual.texts import Texts, baht, write
from warroom.cases import purposes
from warroom.cases.schema import Case
from warroom.errors import NotPossible
from warroom.ledger.decision import Decision, decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.requests.decisions.drafts import MOST_ITEMS, Asking, write_down
from warroom.requests.kinds import declared_kind
from warroom.requests.late_records import late_of
from warroom.requests.queries import request_view
from warroom.requests.schema import RequestRecords
from warroom.requests.views import LateAccount, LateBank, RequestView

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

WANTED_WITHIN = timedelta(hours=4)
"""Half of what arrives has left within the hour, so that the kind's own week would be no help; four hours is the fastest that
banks are said to answer.
"""
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
    declared = declared_kind("records")
    with decision(ledger, officer, *declared.action.proposes, now=now) as this:
        case = purposes.work_case(this, number)
        before = this.before(key, "request.records", number, bank, wanted_by)
        if before is not None:
            return request_view(this.session, before[0])
        late = _late(this, lake, case, bank)
        wanted = [one for one in late.places if not one.waits][:MOST_ITEMS]
        asking = _asking(this, case, late, wanted, wanted_by)
        request = write_down(this, asking, asking.items)
        for one in wanted:
            row = RequestRecords(request_id=request.id, account=one.account, since=one.first)
            this.session.add(row)
        this.keep(request.id)
        return request_view(this.session, request.id)


def _late(this: Decision, lake: "Lake", case: Case, bank: str) -> LateBank:
    # Looked at again under the case's lock: two officers who ask at one moment ask once.
    found = next(
        (one for one in late_of(this.session, this.person, lake, case, this.now) if one.bank == bank), None
    )
    if found is None:
        raise NotPossible("requests.records-reach", bank=bank[:16])
    if not found.to_ask:
        names = ", ".join(one.number for one in found.asked)
        raise NotPossible("requests.records-asked-already", bank=bank, requests=names)
    return found


def _asking(
    this: Decision, case: Case, late: LateBank, wanted: list[LateAccount], wanted_by: datetime | None
) -> Asking:
    due = wanted_by or this.now + WANTED_WITHIN
    if due <= this.now:
        raise NotPossible("requests.due-past")
    told = {
        "case": case.number,
        "bank": late.bank,
        "amount": baht(sum(one.amount for one in wanted)),
        "came": max(one.came for one in wanted),
        "ends": late.ends or this.now,
    }
    names = [f"{late.bank} {one.account}" for one in wanted[:NAMED]]
    more = f" +{len(wanted) - NAMED}" if len(wanted) > NAMED else ""
    return Asking(
        partner=late.bank,
        kind="records",
        purpose=_both(write("warroom.requests", "late.toml", f"purpose-{late.why}", told)),
        subject=", ".join(names) + more,
        items=tuple(_item(one) for one in wanted),
        keep_until=this.now + KEPT,
        case=case.number,
        wanted_by=due,
    )


def _item(one: LateAccount) -> str:
    told = {
        "account": one.account,
        "amount": baht(one.amount),
        "left": baht(one.said_left),
        "since": one.first,
    }
    return _both(write("warroom.requests", "late.toml", "item-left" if one.said_left else "item", told))


def _both(said: Texts) -> str:
    # A request's words are one text in its letter, whoever reads it: both languages, the bank's own first.
    return f"{said.th}\n{said.en}"
