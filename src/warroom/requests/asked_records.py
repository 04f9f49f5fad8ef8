"""Which accounts' records partners were asked for: so that nobody asks twice, and the money is followed when they come."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.cases.record_ends import LATELY, Apart
from warroom.cases.schema import Case
from warroom.cases.sealing import is_visible_to
from warroom.ledger.schema import OfficerRow
from warroom.requests.schema import Request, RequestItem, RequestRecords
from warroom.requests.views import OPEN

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

# Drafts too: two officers must not draft the same request.
UNANSWERED = ("drafted", "approved", *OPEN)
BY_HAND = ("records", "information")
"""Kinds of request that officers write themselves, and that may ask for the same records."""
FOLLOWED_FOR = timedelta(days=1)
"""How long after an answer a file of the partner may be the one that was asked for."""
PAUSE = timedelta(minutes=5)
"""Minimum time between two traces of a case: a bank that sends payments one by one would have it traced all
the time.
"""


def load_asked_accounts(
    session: Session, person: OfficerRow, bank: str, now: datetime
) -> dict[str, tuple[Request, datetime]]:
    """Of each account that a bank was asked for and that this officer may know of: the newest request, and since when it asks."""
    query = (
        select(RequestRecords, Request)
        .join(Request, Request.id == RequestRecords.request_id)
        # A request of a case that is sealed to them counts as absent: better asked twice than disclosed.
        .where(Request.partner == bank, is_visible_to(person, Request.case_id), Request.state != "withdrawn")
        .where(Request.drafted_at >= now - LATELY)
        .order_by(Request.id)
    )
    return {row.account: (request, row.since) for row, request in session.execute(query)}


def is_open(request: Request, now: datetime) -> bool:
    """Whether its answer is still to come. A draft whose hour is over can be approved by nobody any more."""
    over = request.state == "drafted" and request.wanted_by is not None and request.wanted_by <= now
    return request.state in UNANSWERED and not over


def find_requests_by_hand(
    session: Session, case: Case, bank: str, accounts: Iterable[str], now: datetime
) -> dict[str, Request]:
    """Of these accounts those that an officer's own open request of this case names to the bank."""
    query = select(Request).where(
        Request.case_id == case.id, Request.partner == bank, Request.kind.in_(BY_HAND)
    )
    request_by_account: dict[str, Request] = {}
    for request in session.scalars(query.order_by(Request.id)):
        if is_open(request, now):
            items = select(RequestItem.text).where(RequestItem.request_id == request.id)
            words = set(
                re.findall(r"\w+", " ".join((request.subject, *session.scalars(items))).replace("-", ""))
            )
            request_by_account |= {account: request for account in accounts if account in words}
    return request_by_account


def load_asked_apart(session: Session, now: datetime) -> Apart:
    """By bank, the accounts whose records it was asked for lately: their records do not show how far its
    others reach.

    Of every case, sealed ones too: the result is shown to nobody.
    """
    query = (
        select(Request.partner, RequestRecords.account)
        .join(Request, Request.id == RequestRecords.request_id)
        .where(Request.sent_at >= now - LATELY)
    )
    accounts_by_bank: dict[str, set[str]] = defaultdict(set)
    for bank, account in session.execute(query):
        accounts_by_bank[bank].add(account)
    return {bank: frozenset(accounts) for bank, accounts in accounts_by_bank.items()}


def list_cases_to_follow(session: Session, lake: "Lake", now: datetime) -> list[str]:
    """The open cases whose asked bank sent a file of transfers since their money was last followed, by number; each every five minutes at most."""
    since = now - FOLLOWED_FOR
    query = (
        select(Case.number, Request.partner, Case.traced_at, Request.sent_at)
        .join(Request, Request.case_id == Case.id)
        .join(RequestRecords, RequestRecords.request_id == Request.id)
        .where(
            Case.state == "open",
            Request.sent_at.is_not(None),
            Request.state.in_((*OPEN, "answered", "partly")),
        )
        .where((Request.answered_at.is_(None)) | (Request.answered_at >= since))
        .where((Case.traced_at.is_(None)) | (Case.traced_at < now - PAUSE))
        .distinct()
    )
    asked = session.execute(query).all()
    newest_by_bank = _newest_files(lake, {bank for _, bank, _, _ in asked}, now) if asked else {}
    return sorted(
        {
            number
            for number, bank, traced_at, sent_at in asked
            if bank in newest_by_bank
            and sent_at is not None
            and newest_by_bank[bank] > max(traced_at or sent_at, sent_at)
        }
    )


def _newest_files(lake: "Lake", banks: set[str], now: datetime) -> Mapping[str, datetime]:
    newest: dict[str, datetime] = {}
    for one in lake.list_deliveries():
        if one.table == "transfers" and one.source in banks and one.received_at <= now:
            newest[one.source] = max(newest.get(one.source, one.received_at), one.received_at)
    return newest
