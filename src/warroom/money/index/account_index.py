"""The index of the lake's transfers by account: what a trace reads, and the names behind its numbers.

Derived and rebuildable: deleting home.index loses nothing. `opening` builds it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pyarrow as pa

from warroom import clock
from warroom.lake.hashing import U64, hash_record_ids
from warroom.money.index.endings import ending_of
from warroom.money.index.folder import NOWHERE, OpenSegment
from warroom.money.index.names import Key, hash_accounts, hash_texts, to_plain_texts
from warroom.money.index.pairing import find_matching_transfers
from warroom.money.index.registers import SHOP, AccountRegister
from warroom.money.index.returning import ReturnFindings
from warroom.money.index.rows import HOME_CURRENCY
from warroom.money.index.transfer_graph import (
    COPY,
    CORRECTED,
    DEPARTURE,
    NEVER,
    Array,
    Ints,
    Segment,
    TransferGraph,
)
from warroom.money.question import TraceQuestion
from warroom.money.trail import BankAccount
from warroom.subjects import spelling

COPY_SPAN = 3 * 86_400 * 1_000_000
"""Microseconds between two banks' rows of one payment at most, where one is looked for on an account."""
MOST_ALIKE = 10_000
"""Accounts of one ending that are compared."""
CHARGES = ("charge_key", "charge_by", "charge")
_EMPTY = Segment(
    np.zeros(1, np.int64), np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int32),
    np.empty(0, np.uint32), np.empty(0, np.uint8), np.empty(0, np.int64), np.empty(0, np.int64),
)  # fmt: skip


@dataclass(frozen=True)
class Index:
    """An opened index, as of one commit of the lake (`head`). It stays usable while newer ones are built."""

    head: int
    base: OpenSegment
    delta: OpenSegment | None
    keys: dict[str, Key]
    facts: AccountRegister
    balances: AccountRegister
    reports: AccountRegister
    rejected: Ints = field(default_factory=lambda: np.empty((0, 2), np.int64))
    """Payments that did not happen: their number, and since when that is known (microseconds)."""
    unmatched_returns: tuple[str, ...] = ()
    """Returns that name no payment, or several."""
    _world: list[TransferGraph] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows of transfers it holds, versions and copies included."""
        return sum(int(part.meta["rows"]) for part in self.parts)

    @property
    def parts(self) -> tuple[OpenSegment, ...]:
        return (self.base,) if self.delta is None else (self.base, self.delta)

    @property
    def last_received(self) -> int:
        return max(int(part.meta["last_received"]) for part in self.parts)

    def build_graph_as_of(self, as_of: int) -> TransferGraph:
        """What a trace as of a moment (microseconds) reads."""
        if not self._world:
            # Made once: its arrays are the same for every moment, only as_of and
            # all_received differ between traces.
            self._world.append(_build_graph(self))
        return self._world[0]._replace(as_of=as_of, all_received=as_of >= self.last_received)

    def get_index_for_question(self, question: TraceQuestion) -> "Index":
        """Itself: all is in it."""
        return self

    def get_index_for_account(self, account: BankAccount) -> "Index":
        """Itself: all is in it."""
        return self

    def with_returns(self, returns: ReturnFindings) -> "Index":
        """This index with what returns say of its payments; the money that went back is among its rows already."""
        rejected = [
            (number, clock.to_micros(at))
            for source, record, at in returns.rejected
            for number in self.find_transfers("record", record)
            if self.list_record_ids([number])[0][0] == source
        ]
        pairs = self._with_copies(rejected)
        return replace(self, rejected=pairs, unmatched_returns=returns.unmatched_returns, _world=[])

    def _with_copies(self, rejected: list[tuple[int, int]]) -> Ints:
        """What did not happen did not happen in any bank's record of it, also one that names a later time or no return."""
        copy, of = (
            np.concatenate([part.arrays[name] for part in self.parts]) for name in ("copy_key", "copy_of")
        )
        since = dict(sorted(rejected, reverse=True))
        known: dict[int, int] = {}
        # A copy of a copy is found in the next round; payments have few copies, and most are never rejected.
        while since != known:
            known = dict(since)
            is_rejected = np.isin(copy, list(since)) | np.isin(of, list(since))
            for copy_number, other in zip(copy[is_rejected].tolist(), of[is_rejected].tolist(), strict=True):
                since[copy_number] = since[other] = min(
                    since.get(copy_number, NEVER), since.get(other, NEVER)
                )
        return np.array(sorted(since.items()), np.int64).reshape(-1, 2)

    def find_transfers(self, kind: str, text: str) -> list[int]:
        """Transfers with this `record` number, `uetr` or `end_to_end` reference."""
        wanted = hash_record_ids(pa.array([text]), self.keys["record"])[:, 0]
        return [
            int(n) + part.meta["first"]
            for part in self.parts
            for n in find_matching_transfers(part, kind, wanted)[0]
        ]

    def part_of(self, transfer: int) -> tuple[OpenSegment, int]:
        """The segment that holds a transfer, and its number there."""
        if self.delta is not None and transfer >= self.delta.meta["first"]:
            return self.delta, transfer - self.delta.meta["first"]
        return self.base, transfer

    def received_at(self, transfer: int) -> int:
        """When a transfer's row was received, in microseconds."""
        part, number = self.part_of(transfer)
        return int(part.arrays["received"][number])

    def find_parties(self, transfer: int) -> tuple[int, int, int]:
        """A transfer's payer and payee (-1: unknown), and a posting of it (1 << 62: there is none)."""
        part, number = self.part_of(transfer)
        place = np.array([part.place[number]], np.int64)
        if place[0] == NOWHERE:
            return -1, -1, 1 << 62
        payer, payee = int(part.find_payers(place)[0]), int(part.find_payees(place)[0])
        return payer, payee, int(place[0]) if part is self.base else -1 - int(place[0])

    def list_record_ids(self, transfers: Sequence[int]) -> list[tuple[str, str]]:
        """Each transfer's (source, record number)."""
        records_by_number: dict[int, tuple[str, str]] = {}
        for part in self.parts:
            mine = [n for n in transfers if self.part_of(n)[0] is part]
            local = [n - part.meta["first"] for n in mine]
            texts = part.records.read_texts(local, "record_id") if mine else []
            for number, here, text in zip(mine, local, texts, strict=True):
                records_by_number[number] = (part.meta["sources"][int(part.source[here])], text)
        return [records_by_number[n] for n in transfers]

    def list_accounts(self, ids: Sequence[int]) -> list[BankAccount]:
        """The names of accounts."""
        accounts_by_id: dict[int, BankAccount] = {-1: BankAccount("", "")}
        for part in self.parts:
            low, high = part.meta["first_account"], part.meta["accounts"]
            mine = sorted({i for i in ids if low <= i < high})
            if mine:
                texts = [
                    part.accounts.read_texts([i - low for i in mine], name) for name in ("bank", "number")
                ]
                accounts_by_id.update(zip(mine, map(BankAccount, *texts), strict=True))
        return [accounts_by_id[i] for i in ids]

    def find_currency(self, account: int) -> str:
        """The currency of an account's pot."""
        for part in self.parts:
            if part.meta["first_account"] <= account < part.meta["accounts"]:
                return (
                    part.accounts.read_texts([account - part.meta["first_account"]], "currency")[0]
                    or HOME_CURRENCY
                )
        return HOME_CURRENCY

    def account_ids(self, bank: pa.Array, number: pa.Array) -> Ints:
        """Numbers of accounts in the home's currency, -1 where no transfer names them."""
        wanted = hash_accounts(
            hash_texts(bank, self.keys["bank"]),
            hash_texts(number, self.keys["number"]),
            np.zeros((len(bank), 2), np.uint64),
        )
        return find_known_numbers(self.parts, wanted)

    def find_own_bank_reports(self, account: int, bank: str, as_of: int) -> tuple[bool, bool]:
        """Whether an account's own `bank` sends records, under its own code, and whether any of them names the account."""
        sends = names = False
        for part in self.parts:
            codes = [
                at for at, source in enumerate(part.meta["sources"]) if spelling.spell_bank(source) == bank
            ]
            if not codes or account + 1 >= len(part.segment.ptr):
                continue
            sends = True
            # Copies too, which count for nothing: the question is whether the bank knows the account by this number.
            mine = part.segment.transfer[part.segment.ptr[account] : part.segment.ptr[account + 1]]
            known = part.segment.received[mine] <= as_of
            names = names or bool(np.isin(part.source[mine[known]], codes).any())
        return sends, names

    def find_reporting_sources(self, transfer: int, account: int, world: TransferGraph) -> set[str]:
        """The sources whose rows on an account, received by the world's moment, are of this transfer: its own and its copies."""
        part, local = self.part_of(transfer)
        sources = {part.meta["sources"][int(part.source[local])]}
        low, high = np.searchsorted(world.copy_key, [transfer, transfer + 1])
        rows = {transfer, *world.copy_of[low:high].tolist()}
        for part in self.parts:
            mine = self._rows_near(part, account, transfer)
            received = part.segment.received[mine - part.meta["first"]] <= world.as_of
            for number in mine[received].tolist():
                low, high = np.searchsorted(world.copy_key, [number, number + 1])
                if number in rows or not rows.isdisjoint(world.copy_of[low:high].tolist()):
                    sources.add(part.meta["sources"][int(part.source[number - part.meta["first"]])])
        return sources

    def _rows_near(self, part: OpenSegment, account: int, transfer: int) -> Ints:
        """An account's transfers in a part within days of another transfer."""
        if account + 1 >= len(part.segment.ptr):
            return np.empty(0, np.int64)
        own, local = self.part_of(transfer)
        moment = int(own.segment.t[own.place[local]])
        low, high = part.segment.ptr[account], part.segment.ptr[account + 1]
        near = np.searchsorted(part.segment.t[low:high], [moment - COPY_SPAN, moment + COPY_SPAN])
        rows: Ints = part.segment.transfer[low + near[0] : low + near[1]].astype(np.int64)
        rows += int(part.meta["first"])
        return rows

    def find_similar_numbers(self, account: int) -> list[int]:
        """Accounts whose numbers end in the same digits, this one among them; a few of the largest index."""
        key = ending_of(self.list_accounts([account])[0].number)
        accounts = [
            part.meta["first_account"] + row
            for part in self.parts
            if key and "ending" in part.lookups
            for row in part.lookups["ending"].find_rows(key)
        ]
        return accounts[:MOST_ALIKE]

    def has_paid_since(self, account: int, as_of: int, since: int = 0) -> bool:
        """Whether a record received by `as_of` says that an account paid at or after `since` (microseconds)."""
        for part in self.parts:
            if account + 1 >= len(part.segment.ptr):
                continue
            low, high = part.segment.ptr[account], part.segment.ptr[account + 1]
            out = (part.segment.flags[low:high] & DEPARTURE != 0) & (part.segment.t[low:high] >= since)
            if (part.segment.received[part.segment.transfer[low:high][out]] <= as_of).any():
                return True
        return False

    def has_paying_accounts(self, bank: str) -> bool | None:
        """Whether any account of a bank pays in what is stored; None where the index was not made of all that is."""
        paying: list[list[str] | None] = [part.meta.get("paying") for part in self.parts]
        return None if None in paying else any(bank in banks for banks in paying if banks is not None)

    def find_shared_uetrs(self, transfers: Ints) -> dict[int, list[int]]:
        """By transfer, in their order, the rows of other payments that use its uetr; transfers without any are left out."""
        others_by_transfer: dict[int, set[int]] = {}
        for part in self.parts:
            known, others = part.arrays["apart_key"], part.arrays["apart_of"]
            low, high = np.searchsorted(known, transfers), np.searchsorted(known, transfers, "right")
            for place in np.flatnonzero(low < high).tolist():
                here = others[low[place] : high[place]].tolist()
                others_by_transfer.setdefault(int(transfers[place]), set()).update(here)
        return {
            transfer: sorted(others_by_transfer[transfer])
            for transfer in transfers.tolist()
            if transfer in others_by_transfer
        }

    def have_uetr(self, transfers: Ints) -> Array:
        """Which transfers have a uetr."""
        found = np.zeros(len(transfers), bool)
        for part in self.parts if len(transfers) else ():
            # By row, not by hash: the lookup is sorted by what is not asked here.
            found |= np.isin(transfers - part.meta["first"], part.lookups["uetr"].row)
        return found

    def find_devices(self, transfers: Ints) -> Ints:
        """Devices that ordered transfers, -1 where none is named."""
        devices = np.full(len(transfers), -1, np.int64)
        for part in self.parts:
            if len(part.device):
                mine = (transfers >= part.meta["first"]) & (
                    transfers < part.meta["first"] + part.meta["rows"]
                )
                devices[mine] = part.device[transfers[mine] - part.meta["first"]]
        return devices

    def payees_of(self, record_ids: pa.Array) -> tuple[Ints, Ints, Array]:
        """The payees and numbers of transfers by record number, and which of them are known: the first row counts."""
        wanted = hash_record_ids(to_plain_texts(record_ids), self.keys["record"])[:, 0]
        account, transfer = np.full(len(wanted), NEVER), np.full(len(wanted), -1)
        # The base last, so that its value wins: it holds the earlier rows, and the first row counts.
        for part in reversed(self.parts):
            known = part.lookups["record"]
            if not len(known.hash):
                continue
            at = np.minimum(np.searchsorted(known.hash, wanted), len(known.hash) - 1)
            hit = known.hash[at] == wanted
            transfer[hit] = known.row[at[hit]].astype(np.int64) + part.meta["first"]
            place = part.place[known.row[at[hit]]].astype(np.int64)
            account[hit] = part.find_payees(np.minimum(place, len(part.segment.t) - 1))
        kept = (account != NEVER) & (account >= 0)
        return account[kept], transfer[kept], np.flatnonzero(kept)

    @cached_property
    def shop_rows(self) -> Array:
        """Positions in `facts` of rows that say an account is a shop."""
        return np.flatnonzero(self.facts.numbers["kind"] == SHOP)


def find_known_numbers(parts: Sequence[OpenSegment], wanted: U64, name: str = "account") -> Ints:
    """Numbers of hashes in the parts, -1 where none has them."""
    numbers = np.full(len(wanted), -1, np.int64)
    for part in parts:
        known, second = part.lookups[name], part.arrays[f"{name}_second"]
        if not len(known.hash):
            continue
        at = np.minimum(np.searchsorted(known.hash, wanted[:, 0]), len(known.hash) - 1)
        row = known.row[at].astype(np.int64)
        hit = (known.hash[at] == wanted[:, 0]) & (second[row] == wanted[:, 1])
        numbers[hit] = row[hit] + (
            part.meta["first_account"] if name == "account" else part.meta["first_device"]
        )
    return numbers


def _build_graph(index: Index) -> TransferGraph:
    parts = index.parts
    until = [np.concatenate([part.arrays[name] for part in parts]) for name in ("until_key", "until_at")]
    copy = [np.concatenate([part.arrays[name] for part in parts]) for name in ("copy_key", "copy_of")]
    charge = [np.concatenate([part.arrays[name] for part in parts]) for name in CHARGES]
    # A rejected payment counts until its rejection was received, as a corrected one until its correction was.
    until = [np.append(until[n], index.rejected[:, n]) for n in (0, 1)]
    order = np.lexsort((until[1], until[0]))
    # Base and delta are each sorted already; together they have to be sorted again for the binary searches.
    pairs, dearer = np.argsort(copy[0], kind="stable"), np.argsort(charge[0], kind="stable")
    if index.delta is not None:
        _mark_transfers(index.base, index.delta.arrays["until_key"], CORRECTED)
        _mark_transfers(index.base, index.delta.arrays["copy_key"], COPY)
        _mark_transfers(index.base, index.delta.arrays["charge_key"], COPY)
    for part in parts:
        _mark_transfers(part, index.rejected[:, 0] - part.meta["first"], CORRECTED)
    facts, stated = index.facts, index.balances
    return TransferGraph(
        base=index.base.segment,
        delta=index.delta.segment if index.delta is not None else _EMPTY,
        first_delta=int(index.base.meta["rows"]),
        all_received=True,
        as_of=0,
        until_key=until[0][order],
        until_at=until[1][order],
        copy_key=copy[0][pairs],
        copy_of=copy[1][pairs],
        charge_key=charge[0][dearer],
        charge_by=charge[1][dearer],
        charge=charge[2][dearer],
        shop_key=facts.account[index.shop_rows],
        shop_from=facts.numbers["since"][index.shop_rows],
        shop_until=facts.numbers["until"][index.shop_rows],
        balance_key=stated.account,
        balance_time=stated.numbers["time"],
        balance_from=stated.numbers["since"],
        balance_until=stated.numbers["until"],
        balance_amount=stated.numbers["amount"],
    )


def _mark_transfers(base: OpenSegment, numbers: Ints, flag: int) -> None:
    """Mark transfers of a part that other rows speak of, in memory only."""
    for number in numbers[(numbers >= 0) & (numbers < base.meta["rows"])]:
        place = int(base.place[number])
        if place == NOWHERE:
            continue
        # On pages mapped copy-on-write: the file stays that of the base alone,
        # and another delta begins from it.
        base.segment.flags[place] |= flag
        peer = int(base.segment.peer[place])
        low, high = (int(base.segment.ptr[peer]), int(base.segment.ptr[peer + 1])) if peer >= 0 else (0, 0)
        base.segment.flags[low:high][base.segment.transfer[low:high] == number] |= flag
