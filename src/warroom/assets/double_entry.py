"""The double-entry book. Debit is positive; the postings of an entry add up to zero, which the database checks at the
commit; custody, pot and pay-outs are checked with every posting.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from warroom.assets.schema import Asset, BookEntry, PayoutPlan, Posting
from warroom.assets.views import AssetBook, BookAccount, EntryKind, ProceedingBook
from warroom.ledger.decision import Decision

# The book of an asset without a posting: traced or frozen, and not in custody.
EMPTY = AssetBook(0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class PostingSide:
    """One posting: signed satang on an account of an asset, a plan, or a plan's victim."""

    account: BookAccount
    amount: int
    asset: int | None = None
    plan: int | None = None
    registration: int | None = None


def build_custody_sides(account: BookAccount, asset_id: int, amount: int) -> tuple[PostingSide, PostingSide]:
    """Both sides of `amount` satang that come into an asset's custody from `account`; below zero they leave for it."""
    return PostingSide("custody", amount, asset=asset_id), PostingSide(account, -amount, asset=asset_id)


def book_entry(
    this: Decision,
    kind: EntryKind,
    sides: Iterable[PostingSide],
    at: datetime,
    text: str = "",
    document: str = "",
) -> None:
    """Add an entry; sides of zero are left out, and where nothing is left nothing is booked.

    Raises NotPossible (from the database) where the sides do not add up or more would leave than is there.
    """
    wanted = [side for side in sides if side.amount]
    if wanted:
        book_many(this, kind, [(text, wanted)], at, document)


def book_many(
    this: Decision,
    kind: EntryKind,
    entries: Sequence[tuple[str, Sequence[PostingSide]]],
    at: datetime,
    document: str = "",
) -> list[int]:
    """Add entries of one kind, each a text and its sides, in a few statements; returns their numbers in order."""
    made = {
        "kind": kind,
        "at": at,
        "recorded_at": this.now,
        "officer_id": this.person.id,
        "document": document,
    }
    # One insert for all entries and one for all postings: a plan of thousands of lines is paid in one transaction.
    rows = [BookEntry(**made, text=text) for text, _ in entries]
    this.session.add_all(rows)
    this.session.flush()
    postings = [
        _to_posting_row(row.id, side) for row, (_, sides) in zip(rows, entries, strict=True) for side in sides
    ]
    # What arrives is written before what leaves, so that no account is below zero in between.
    postings.sort(key=lambda posting: -posting["amount"])
    this.session.execute(insert(Posting), postings)
    return [row.id for row in rows]


def _to_posting_row(entry: int, side: PostingSide) -> dict[str, Any]:
    return {
        "entry_id": entry,
        "account": side.account,
        "amount": side.amount,
        "asset_id": side.asset,
        "plan_id": side.plan,
        "registration_id": side.registration,
    }


def asset_books(session: Session, ids: Iterable[int]) -> dict[int, AssetBook]:
    """The accounts of these assets, from one pass over their postings."""
    wanted = list(ids)
    query = (
        select(Posting.asset_id, Posting.account, BookEntry.kind, func.sum(Posting.amount))
        .join(BookEntry, BookEntry.id == Posting.entry_id)
        .where(Posting.asset_id.in_(wanted))
        .group_by(Posting.asset_id, Posting.account, BookEntry.kind)
    )
    sums: dict[int, dict[tuple[str, str], int]] = {number: {} for number in wanted}
    for asset_id, account, kind, amount in session.execute(query):
        assert asset_id is not None
        sums[asset_id][account, kind] = int(amount)
    return {number: _asset_book(account_sums) for number, account_sums in sums.items()}


def _asset_book(sums: dict[tuple[str, str], int]) -> AssetBook:
    return AssetBook(
        # Money comes from these accounts, so that their balance is negative; views show the amount.
        seized=-_sum_account(sums, "source"),
        revalued=-_sum_account(sums, "revaluation"),
        costs=_sum_account(sums, "costs"),
        returned=_sum_account(sums, "returned"),
        pooled=-sums.get(("custody", "pooled"), 0),
        custody=_sum_account(sums, "custody"),
    )


def _sum_account(sums: dict[tuple[str, str], int], account: str) -> int:
    return sum(amount for (name, _), amount in sums.items() if name == account)


def asset_book(session: Session, asset_id: int) -> AssetBook:
    """One asset's account."""
    session.flush()
    return asset_books(session, [asset_id])[asset_id]


def proceeding_book(session: Session, proceeding_id: int) -> ProceedingBook:
    """All assets and plans of a proceeding."""
    ids = session.scalars(select(Asset.id).where(Asset.proceeding_id == proceeding_id)).all()
    books = asset_books(session, ids).values()
    plans = (
        select(Posting.account, func.sum(Posting.amount))
        .join(PayoutPlan, PayoutPlan.id == Posting.plan_id)
        .where(PayoutPlan.proceeding_id == proceeding_id)
        .group_by(Posting.account)
    )
    paid = {account: int(amount) for account, amount in session.execute(plans)}
    return ProceedingBook(
        seized=sum(account_book.seized for account_book in books),
        revalued=sum(account_book.revalued for account_book in books),
        costs=sum(account_book.costs for account_book in books),
        returned=sum(account_book.returned for account_book in books),
        paid=paid.get("paid", 0),
        remainder=paid.get("remainder", 0),
        custody=sum(account_book.custody for account_book in books),
        pot=paid.get("pot", 0),
    )
