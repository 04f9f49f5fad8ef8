"""What the lake knows about the nodes of a network apart from the trail: who holds an account, which device
ordered a transfer, which cards, companies, vehicles and premises belong to whom, and the accounts that money
went to or came from.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ibis.expr.types as ir

from warroom.lake.view import filter_by_values
from warroom.networks.shapes import (
    Network,
    NetworkNode,
    NetworkTie,
    TieSource,
    TieTransfer,
    node_id,
    split_id,
)
from warroom.networks.trail import make_money_tie
from warroom.reasons.reason import HOME
from warroom.records.table import StatedTie
from warroom.records.tables import TABLES
from warroom.subjects.kinds import get_node_kinds
from warroom.subjects.subject import ACCOUNT, Subject, make_account_subject

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

HUB = 25
"""A node with more ties of one relation than this connects strangers (a cell, a shared office): it is shown,
and not followed further.
"""
THROUGH = frozenset({"holder", "company", "sim", "device", "contact", "advert", "premises", "vehicle"})
"""Kinds that a second step may start from."""
# Steps from the accounts, chosen: one finds a holder's card, two the others who use it; three reach
# strangers.
ROUNDS = 2
MOST = 60
"""So many neighbours an opened node shows, those with the most money or the latest ties first."""
BEFORE = timedelta(days=30)
"""How far before the case's first transfer an opened account's other transfers are looked at."""
COMMON = ("source", "record_id", "sha256")
(HOLDS,) = TABLES["accounts"].ties
STATED = [(name, tied) for name, table in TABLES.items() if name != "accounts" for tied in table.ties]
"""Ties that follow from columns. Those of accounts are asked for apart: a holder's other accounts only once it is opened."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Neighbours:
    """The neighbours of an opened node and the ties to them; `left_out` counts the neighbours beyond `MOST`."""

    nodes: tuple[NetworkNode, ...]
    ties: tuple[NetworkTie, ...]
    left_out: int = 0


def add_known_ties(lake: "Lake", network: Network) -> Network:
    """The network with holders and devices of its accounts, and two steps of other ties from there."""
    as_of = network.as_of
    accounts = [node.subject for node in network.nodes.values() if node.kind == ACCOUNT]
    # Holders are never hubs: who holds thirty accounts of one trail is what the officer looks for.
    grown = _with_ties(network, _holder_ties(lake, accounts, as_of), hubs=False)
    grown = _with_ties(grown, _device_ties(lake, network))
    fresh = [node_name for node_name in grown.nodes if node_name not in network.nodes]
    for _ in range(ROUNDS):
        before = set(grown.nodes)
        grown = _with_ties(grown, _other_ties(lake, fresh, as_of))
        fresh = [name for name in grown.nodes if name not in before and split_id(name)[0] in THROUGH]
    return grown


def find_neighbours(lake: "Lake", network: Network, node: str) -> Neighbours:
    """A node's neighbours in the lake as of the network's moment, at most `MOST`."""
    kind, key = split_id(node)
    about = NetworkNode(kind, key).subject
    all_ties = list(_other_ties(lake, [node], network.as_of))
    if kind == ACCOUNT:
        all_ties += [*_holder_ties(lake, [about], network.as_of), *_transfer_ties(lake, network, about)]
    if kind == "holder":
        all_ties += _accounts_of(lake, key, network.as_of)
    new = sorted(all_ties, key=lambda tie: (-tie.amount, -tie.first.timestamp(), tie.id))
    names = list(dict.fromkeys(name for tie in new for name in (tie.start, tie.end) if name != node))
    fresh = [name for name in names if name not in network.nodes]
    kept = {*fresh[:MOST], *network.nodes}
    ties = tuple(tie for tie in new if tie.start in kept and tie.end in kept)
    return Neighbours(tuple(_make_node(name) for name in fresh[:MOST]), ties, len(fresh) - len(fresh[:MOST]))


def find_sources(lake: "Lake", moves: Sequence[TieTransfer], as_of: datetime) -> dict[tuple[str, str], str]:
    """The sha256 of the file behind each of these transfers, by (source, record id)."""
    rows = _select_matching(
        lake, "transfers", "record_id", [move.record_id for move in moves], as_of, _day_span(moves)
    )
    return {(row["source"], row["record_id"]): row["sha256"] for row in _load_sorted(rows, COMMON)}


def _with_ties(network: Network, ties: Iterable[NetworkTie], hubs: bool = True) -> Network:
    kept = _without_hubs(list(ties)) if hubs else list(ties)
    names = {name for tie in kept for name in (tie.start, tie.end)}
    return network.with_more([_make_node(name) for name in sorted(names)], kept)


def _without_hubs(ties: list[NetworkTie]) -> list[NetworkTie]:
    """Without ties of one relation to a thing that very many have."""
    count: dict[tuple[str, str], int] = defaultdict(int)
    for tie in ties:
        count[tie.end, tie.relation] += 1
        count[tie.start, tie.relation] += 1
    return [tie for tie in ties if max(count[tie.end, tie.relation], count[tie.start, tie.relation]) <= HUB]


def _make_node(name: str) -> NetworkNode:
    return NetworkNode(*split_id(name))


def _holder_ties(lake: "Lake", accounts: Sequence[Subject], as_of: datetime) -> Iterator[NetworkTie]:
    # Looked up by number alone, as the lake looks up one column; accounts of the same number at other banks
    # are dropped below.
    rows = _select_matching(lake, "accounts", "account", [one.number for one in accounts], as_of)
    nodes = {one.node for one in accounts}
    return (tie for tie in _column_ties("accounts", HOLDS, rows) if tie.end in nodes)


def _accounts_of(lake: "Lake", holder: str, as_of: datetime) -> Iterator[NetworkTie]:
    return _column_ties("accounts", HOLDS, _select_matching(lake, "accounts", HOLDS.start, [holder], as_of))


def _device_ties(lake: "Lake", network: Network) -> Iterator[NetworkTie]:
    """Which device ordered the transfers of an account: one tie for each pair, with all the transfers that show it."""
    payers = {move.record_id: tie.start for tie in network.ties.values() for move in tie.moves}
    moves = [move for tie in network.ties.values() for move in tie.moves]
    rows = _select_matching(lake, "transfers", "record_id", list(payers), network.as_of, _day_span(moves))
    shown: dict[tuple[str, str], list[Row]] = defaultdict(list)
    # A record number is one only within its source; the lake was asked by the number alone.
    sure = {(move.source, move.record_id) for move in moves}
    for row in _load_sorted(rows.filter(rows.device_id.notnull()), (*COMMON, "device_id", "time")):
        if (row["source"], row["record_id"]) in sure:
            shown[payers[row["record_id"]], Subject("device", row["device_id"]).node].append(row)
    for (start, end), device_rows in sorted(shown.items()):
        times = sorted(_to_utc(row["time"]) for row in device_rows)
        sources = tuple(
            sorted(TieSource("transfers", *(row[name] for name in COMMON)) for row in device_rows)
        )
        yield NetworkTie(start, end, "uses_device", times[0], times[-1], sources=sources)


def _other_ties(lake: "Lake", names: Sequence[str], as_of: datetime) -> Iterator[NetworkTie]:
    """Ties that partners state, and those that follow from a column of theirs: a card's holder, a vehicle's owner."""
    keys: dict[str, list[str]] = defaultdict(list)
    for name in names:
        kind, key = split_id(name)
        keys[kind].append(key)
    yield from _stated_ties(lake, set(names), [key for kind in sorted(keys) for key in keys[kind]], as_of)
    for table, tied in STATED:
        if wanted := keys[_starts_at(table, tied)]:
            yield from _column_ties(table, tied, _select_matching(lake, table, tied.start, wanted, as_of))


def _stated_ties(lake: "Lake", names: set[str], keys: list[str], as_of: datetime) -> Iterator[NetworkTie]:
    if not keys:
        return
    ends = ("from_kind", "from_id", "to_kind", "to_id")
    for column in ("from_id", "to_id"):
        # Asked by identifier alone, since one text may be a key of two kinds; the kinds are compared after.
        rows = _select_matching(lake, "ties", column, keys, as_of)
        for row in _load_sorted(rows, (*COMMON, "time", "until", "relation", "received_at", *ends)):
            start, end = node_id(row["from_kind"], row["from_id"]), node_id(row["to_kind"], row["to_id"])
            if start != end and not names.isdisjoint((start, end)):
                yield _make_stated_tie("ties", row, start, row["relation"], end, row["time"], row["until"])


def _starts_at(table: str, tied: StatedTie) -> str:
    """The kind of node that a tie starts at."""
    declared = TABLES[table]
    return get_node_kinds(declared.by_name[tied.start].subject or declared.subject)[0]


def _column_ties(name: str, tied: StatedTie, rows: ir.Table) -> Iterator[NetworkTie]:
    """The ties that a table's rows state by their columns."""
    table = TABLES[name]
    beside = [table.by_name[column].beside for column in (tied.start, tied.end)]
    columns = dict.fromkeys((*COMMON, tied.start, tied.end, tied.since, "received_at", *beside))
    for row in _load_sorted(rows, [column for column in columns if column]):
        if row[tied.start] and row[tied.end]:
            start, end = (table.find_subject(column, row[column], row) for column in (tied.start, tied.end))
            if start and end:
                since = row[tied.since] if tied.since else None
                yield _make_stated_tie(name, row, start.node, tied.relation, end.node, since)


def _transfer_ties(lake: "Lake", network: Network, about: Subject) -> Iterator[NetworkTie]:
    """Money into and out of an account, from a while before the case's first transfer to the network's moment.

    Of the network's currency alone: a tie has one sum, and a sum over two currencies is no amount of anything.
    """
    bank, number = about.bank, about.number
    starts = [tie.first for tie in network.ties.values() if tie.moves]
    since = min(starts, default=network.as_of) - BEFORE
    table = lake.query_rows("transfers", network.as_of, (since.date(), network.as_of.date()))
    mine = ((table.payer == number) & (table.payer_bank == bank)) | (
        (table.payee == number) & (table.payee_bank == bank)
    )
    moves: dict[tuple[str, str], list[TieTransfer]] = defaultdict(list)
    sides = ("payer_bank", "payer", "payee_bank", "payee", "amount", "time", "end_to_end_id", "uetr")
    seen: set[tuple[Any, ...]] = set()
    same = table.currency.fill_null(HOME) == network.currency
    for row in _load_sorted(table.filter(mine & same), (*COMMON, *sides)):
        pair = (
            make_account_subject(row["payer_bank"], row["payer"]).node,
            make_account_subject(row["payee_bank"], row["payee"]).node,
        )
        # Two banks' copies of one transfer count once.
        name = row["uetr"] or row["end_to_end_id"] or (row["source"], row["record_id"])
        if pair[0] != pair[1] and (pair, name, row["amount"]) not in seen:
            seen.add((pair, name, row["amount"]))
            moves[pair].append(
                TieTransfer(
                    _to_utc(row["time"]), _to_satang(row["amount"]), 0, row["source"], row["record_id"]
                )
            )
    return (make_money_tie(*pair, pair_moves) for pair, pair_moves in sorted(moves.items()))


def _make_stated_tie(
    table: str, row: Row, start: str, relation: str, end: str, since: Any = None, until: Any = None
) -> NetworkTie:
    first = _to_utc(since or row["received_at"])
    source = TieSource(table, *(row[name] for name in COMMON))
    return NetworkTie(start, end, relation, first, _to_utc(until) if until else None, sources=(source,))


def _select_matching(
    lake: "Lake",
    table: str,
    column: str,
    wanted: Sequence[str],
    as_of: datetime,
    days: tuple[Any, Any] | None = None,
) -> ir.Table:
    return filter_by_values(lake.query_rows(table, as_of, days), column, wanted)


def _load_sorted(rows: ir.Table, columns: Sequence[str]) -> list[Row]:
    """Rows in the order of their identity, so that the same lake always gives the same answer."""
    found: list[Row] = rows.select(*columns).to_pyarrow().to_pylist()
    return sorted(found, key=lambda row: (row["source"], row["record_id"]))


def _day_span(moves: Sequence[TieTransfer]) -> tuple[Any, Any] | None:
    days = [move.time.date() for move in moves]
    return (min(days), max(days)) if days else None


def _to_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _to_satang(amount: Decimal) -> int:
    return int((amount * 100).to_integral_value())
