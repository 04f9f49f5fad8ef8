"""A trace over transfers that are stored in a cluster: the engine selects rows, the compiled kernels trace
them here.

The search runs on the rows selected so far, reports the accounts that it looked at, and loads their remaining
rows, until all rows of every account that it looked at are here. Its result is then that of a search over
everything: the kernels read only transfers of accounts that they look at. An account that only paid or was
paid by one of those is never opened, however many transfers it has.
"""

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from warroom import clock, keys
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.lake.view import filter_by_values
from warroom.money.index import selection
from warroom.money.index.account_index import Index
from warroom.money.index.names import derive_hash_keys
from warroom.money.index.selected_index import GatheredRows
from warroom.money.question import TraceQuestion
from warroom.money.trace.flow import follow_transfers
from warroom.money.trace.reported import find_reported_transfers
from warroom.money.trail import BankAccount


class Candidates:
    """Makes a small index for each question, of what the lake's engine selects for it."""

    def __init__(self, home: Home, lake: Lake) -> None:
        self._lake = lake
        self._keys = derive_hash_keys(keys.load_secret(home, "money"))

    def get_index_for_question(self, question: TraceQuestion) -> Index:
        """What a trace of these ids reads, found a step of the money at a time; raises TraceError."""
        kept, whole = GatheredRows(self._lake, self._keys), set[str]()
        kept.add_rows(
            "transfers",
            selection.select_named_transfers(self._lake, self._possible_transfer_ids(question)).to_pyarrow(),
        )
        self._add_holders(kept)
        index = kept.build_index()
        # Ends, because accounts are only ever added and a search can look at no more than there are. It runs
        # from the start each time: with more transfers known an earlier step may come out otherwise.
        while lacking := self._touched_account_numbers(index, question) - whole:
            self._add_accounts(kept, lacking)
            whole |= lacking
            index = kept.build_index()
        return self._with_reports(kept, whole)

    def get_index_for_account(self, account: BankAccount) -> Index:
        """Every transfer of an account, and of those of its number at other banks."""
        kept = GatheredRows(self._lake, self._keys)
        kept.add_rows(
            "transfers", selection.select_account_transfers(self._lake, [account.number]).to_pyarrow()
        )
        return kept.build_index()

    def _possible_transfer_ids(self, question: TraceQuestion) -> set[str]:
        """What a transfer may be called: the ids, what follows a source's colon, and what reports of that name list."""
        texts = {text for one in question.ids for text in _colon_suffixes(one)}
        reports = self._lake.query_rows("reports", clock.from_micros(question.as_of))
        lists = (
            filter_by_values(reports, "record_id", texts).select("transfer_ids").to_pyarrow()["transfer_ids"]
        )
        return texts | {name for listed in lists.to_pylist() for name in listed or () if name}

    def _touched_account_numbers(self, index: Index, question: TraceQuestion) -> set[str]:
        """The numbers of the accounts that the search looks at in this index."""
        world = index.build_graph_as_of(question.as_of)
        reported = find_reported_transfers(index, self._lake, world, question.ids, question.known_at)
        world, seeds = reported.world or world, reported.seeds
        flow = follow_transfers(
            world, seeds, question.method, question.horizon, question.hops, question.floor
        )
        return {account.number for account in index.list_accounts(flow.touched.tolist())}

    def _add_accounts(self, kept: GatheredRows, numbers: set[str]) -> None:
        """All transfers and stated balances of some accounts, and who holds those that they pay."""
        kept.add_rows("transfers", selection.select_account_transfers(self._lake, numbers).to_pyarrow())
        kept.add_rows(
            "balances", selection.select_side_rows(self._lake, "balances", "account", numbers).to_pyarrow()
        )
        self._add_holders(kept)

    def _add_holders(self, kept: GatheredRows) -> None:
        """Who holds the accounts that are named for the first time: at a shop a search ends."""
        # Asked once each: a hub's thousand payees come back with every selection.
        new = kept.list_distinct_texts("transfers", "payer", "payee") - kept.searched_numbers
        kept.searched_numbers |= new
        accounts = selection.select_side_rows(self._lake, "accounts", "account", new).to_pyarrow()
        kept.add_rows("accounts", accounts)
        holders = set(pc.unique(accounts["holder_id"]).to_pylist()) - {None, ""}
        kept.add_rows(
            "holders", selection.select_side_rows(self._lake, "holders", "record_id", holders).to_pyarrow()
        )

    def _with_reports(self, kept: GatheredRows, numbers: set[str]) -> Index:
        """The index with the reports that name a transfer to one of these accounts."""
        rows = kept.tables["transfers"]
        mine = rows.filter(pc.is_in(rows["payee"], pa.array(sorted(numbers), pa.string())))
        ids = pc.unique(mine["record_id"]).to_pylist()
        kept.add_rows("reports", selection.select_reports_on(self._lake, ids).to_pyarrow())
        return kept.build_index()


def _colon_suffixes(text: str) -> Iterable[str]:
    """The text itself, and what follows each colon in it."""
    yield text
    for at, letter in enumerate(text):
        if letter == ":":
            yield text[at + 1 :]
