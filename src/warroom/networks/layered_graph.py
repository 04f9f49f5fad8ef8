"""Builds the layered graph from the lake, as of a moment: accounts are their holder where records name one.

Every observation is one record that shows one tie: a transfer, the device that ordered it, a tie that a partner states,
a card's registration, an advert's page and contacts, a leg of a journey, a call. Observations of one pair, relation and
layer become one tie with all its records. Two banks' copies of one transfer count once.

No column of age, province or words is read: nothing of a person but dealings (`tests/networks/test_swap.py`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warroom.networks.layers import (
    COMPANIES,
    LAYERS,
    MONEY,
    RELATIONS,
    WALLETS,
    Ints,
    LayeredGraph,
    RecordSource,
)
from warroom.reasons.reason import HOME

# ASCII's unit separator: it occurs in no identifier.
_PARTED = "\x1f"
MONEY_WORD = "money"
IDENTITY = ("source", "record_id")


@dataclass(frozen=True)
class Observations:
    """Records that each show a tie, as columns of equal length: the two subjects' names, the relation, the layer, when it was
    seen and until when, how much moved (satang), and the record's row in `records`. `same`: copies of one event share it; 0: no copy.
    """

    start: pa.Array
    end: pa.Array
    relation: pa.Array
    layer: Ints
    first: Ints
    last: Ints
    amount: Ints
    row: Ints
    same: Ints


@dataclass
class RecordRows:
    """The records of all observations, growing; `add_records` says where they begin."""

    tables: list[pa.Table] = field(default_factory=list)
    total: int = 0

    def add_records(self, table: str, rows: pa.Table) -> int:
        """Append the identities of a table's rows; the number of the first of them."""
        begin, self.total = self.total, self.total + rows.num_rows
        word = pa.DictionaryArray.from_arrays(np.zeros(rows.num_rows, np.int32), pa.array([table]))
        source = rows["source"].combine_chunks().dictionary_encode()
        names = {
            "table": word.cast(pa.dictionary(pa.int32(), pa.string())),
            "source": source.cast(pa.dictionary(pa.int32(), pa.string())),
            "record_id": rows["record_id"].cast(pa.large_string()),
        }
        self.tables.append(pa.table(names))
        return begin


def build_layered_graph(lake: RecordSource, as_of: datetime) -> LayeredGraph:
    """The graph of everything that the lake knew at `as_of`; empty where it knew nothing."""
    records = RecordRows()
    holders, accounts_of_holder = _load_account_holders(lake, as_of)
    readers: tuple[Callable[..., Iterator[Observations]], ...] = (
        _iter_transfers,
        _iter_stated_ties,
        _iter_column_ties,
        _iter_contacts,
        _iter_trips,
        _iter_calls,
    )
    seen = [observed for reader in readers for observed in reader(lake, as_of, records)]
    kinds = lake.query_rows("holders", as_of).select("record_id", "kind").to_pyarrow()
    kinds_of_holder = dict(zip(kinds["record_id"].to_pylist(), kinds["kind"].to_pylist(), strict=True))
    return assemble_graph(as_of, seen, records, holders, kinds_of_holder, accounts_of_holder)


def assemble_graph(
    as_of: datetime,
    seen: list[Observations],
    records: RecordRows,
    holders: pa.Table,
    kinds_of_holder: dict[str, str],
    accounts_of_holder: dict[str, tuple[str, ...]],
) -> LayeredGraph:
    """The graph of these observations. `holders`: columns `account` and `holder`, node ids; such accounts become their holder."""
    names, start, end = _number_subjects(seen, holders)
    relations, relation = _number_words([observed.relation for observed in seen])
    layer, first, last, amount, row, same = (
        _join_columns([getattr(observed, name) for observed in seen])
        for name in ("layer", "first", "last", "amount", "row", "same")
    )
    # A transfer between two accounts of one holder ties nobody to anybody.
    kept = start != end
    # Copies of one transfer: the same reference, sum and pair.
    named = np.flatnonzero(kept & (same > 0))
    order = np.lexsort((amount[named], end[named], start[named], same[named]))
    at = named[order]
    copies = np.zeros(len(start), np.bool_)
    if len(at) > 1:
        equal = np.ones(len(at) - 1, np.bool_)
        for column in (same, start, end, amount):
            equal &= column[at[1:]] == column[at[:-1]]
        copies[at[1:][equal]] = True
    counted = np.where(copies, 0, amount)
    chosen = np.flatnonzero(kept)
    key = ((start[chosen] * max(1, len(names))) + end[chosen]) * (len(LAYERS) * max(1, len(relations)))
    key += layer[chosen] * max(1, len(relations)) + relation[chosen]
    by_tie = np.argsort(key, kind="stable")
    ordered, key = chosen[by_tie], key[by_tie]
    begins = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1]))) if len(key) else key
    heads = ordered[begins]

    def fold_column(operation: np.ufunc, column: Ints) -> Ints:
        return operation.reduceat(column[ordered], begins) if len(begins) else np.zeros(0, np.int64)

    return LayeredGraph(
        as_of,
        names,
        relations,
        start[heads],
        end[heads],
        layer[heads],
        relation[heads],
        fold_column(np.minimum, first),
        fold_column(np.maximum, last),
        fold_column(np.add, counted),
        np.concatenate((begins, [len(ordered)])).astype(np.int64),
        row[ordered],
        pa.concat_tables(records.tables) if records.tables else _make_no_records(),
        kinds_of_holder,
        accounts_of_holder,
    )


def _make_no_records() -> pa.Table:
    return pa.table({name: pa.array([], pa.string()) for name in ("table", "source", "record_id")})


def _join_columns(parts: list[Ints]) -> Ints:
    return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, np.int64)


def _number_subjects(seen: list[Observations], holders: pa.Table) -> tuple[list[str], Ints, Ints]:
    """The names of all subjects, sorted, and the numbers of both ends of each observation."""
    sides = [side for observed in seen for side in (observed.start, observed.end)]
    if not sides or not sum(len(side) for side in sides):
        return [], np.zeros(0, np.int64), np.zeros(0, np.int64)
    encoded = pa.chunked_array([side.cast(pa.large_string()) for side in sides]).dictionary_encode()
    encoded = encoded.unify_dictionaries()
    words = encoded.chunk(0).dictionary
    codes = np.concatenate([chunk.indices.to_numpy(zero_copy_only=False) for chunk in encoded.chunks])
    place = pc.index_in(words, holders["account"].cast(pa.large_string()).combine_chunks())
    held = pc.take(holders["holder"].cast(pa.large_string()).combine_chunks(), place)
    actors = pc.coalesce(held, words)
    unique = pc.unique(actors)
    # Sorted: groups depend on the order of subjects, and so on the records alone.
    unique = unique.take(pc.sort_indices(unique))
    number = pc.index_in(actors, unique).to_numpy(zero_copy_only=False).astype(np.int64)
    sizes = np.cumsum([0] + [len(side) for side in sides])
    numbers = number[codes]
    parts = [numbers[sizes[at] : sizes[at + 1]] for at in range(len(sides))]
    return unique.to_pylist(), np.concatenate(parts[::2]), np.concatenate(parts[1::2])


def _number_words(parts: list[pa.Array]) -> tuple[tuple[str, ...], Ints]:
    words = sorted({word for part in parts for word in pc.unique(part).to_pylist()})
    table = pa.array(words, pa.string())
    numbers = [pc.index_in(part, table).to_numpy(zero_copy_only=False) for part in parts]
    return tuple(words), _join_columns(numbers)


def _load_account_holders(lake: RecordSource, as_of: datetime) -> tuple[pa.Table, dict[str, tuple[str, ...]]]:
    """Which account is which holder's: the row that came last says it."""
    rows = lake.query_rows("accounts", as_of)
    columns = ("bank", "account", "holder_id", "received_at", *IDENTITY)
    table = rows.filter(rows.holder_id.notnull()).select(*columns).to_pyarrow()
    table = table.sort_by([("received_at", "ascending"), ("source", "ascending"), ("record_id", "ascending")])
    nodes = _make_account_nodes(table["bank"], table["account"])
    latest = dict(zip(nodes.to_pylist(), table["holder_id"].to_pylist(), strict=True))
    accounts: dict[str, list[str]] = {}
    for node, holder in sorted(latest.items()):
        accounts.setdefault(f"holder:{holder}", []).append(node)
    holders = [f"holder:{holder}" for holder in latest.values()]
    joined = pa.table(
        {"account": pa.array(list(latest), pa.string()), "holder": pa.array(holders, pa.string())}
    )
    return joined, {holder: tuple(nodes) for holder, nodes in accounts.items()}


def _iter_transfers(lake: RecordSource, as_of: datetime, records: RecordRows) -> Iterator[Observations]:
    """Money between accounts, and the devices that ordered it. Of the home currency alone."""
    rows = lake.query_rows("transfers", as_of)
    rows = rows.filter(rows.currency.fill_null(HOME) == HOME)
    reference = ibis.coalesce(rows.uetr, rows.end_to_end_id)
    chosen = rows.select(
        *IDENTITY,
        "payer_bank",
        "payer",
        "payee_bank",
        "payee",
        "device_id",
        "time",
        satang=(rows.amount * 100).cast("int64"),
        crypto=(rows.channel == "crypto").fill_null(False),
        reference=reference,
    ).to_pyarrow()
    if not chosen.num_rows:
        return
    chosen = chosen.combine_chunks()
    begin = records.add_records("transfers", chosen)
    time = _to_micros(chosen["time"])
    crypto = chosen["crypto"].to_numpy(zero_copy_only=False)
    codes = chosen["reference"].combine_chunks().dictionary_encode().indices
    same = pc.fill_null(pc.add(codes.cast(pa.int64()), 1), 0).to_numpy(zero_copy_only=False)
    payer = _make_account_nodes(chosen["payer_bank"], chosen["payer"])
    payee = _make_account_nodes(chosen["payee_bank"], chosen["payee"])
    amount = chosen["satang"].to_numpy()
    at = begin + np.arange(chosen.num_rows)
    layer = np.where(crypto, WALLETS, MONEY)
    yield Observations(payer, payee, _repeat_word(MONEY_WORD, len(at)), layer, time, time, amount, at, same)
    ordered = np.flatnonzero(pc.is_valid(chosen["device_id"]).to_numpy(zero_copy_only=False))
    device = _make_nodes("device", chosen["device_id"].take(pa.array(ordered)))
    yield _observe(payer.take(pa.array(ordered)), device, "uses_device", time[ordered], at[ordered])


def _iter_stated_ties(lake: RecordSource, as_of: datetime, records: RecordRows) -> Iterator[Observations]:
    rows = lake.query_rows("ties", as_of)
    ends = ("from_kind", "from_id", "relation", "to_kind", "to_id")
    table = rows.select(*IDENTITY, *ends, "time", "until").to_pyarrow()
    if not table.num_rows:
        return
    begin = records.add_records("ties", table)
    first = _to_micros(table["time"])
    until = _to_micros(pc.fill_null(table["until"], as_of.astimezone(UTC)))
    relation = table["relation"].combine_chunks()
    nothing = np.zeros(len(first), np.int64)
    yield Observations(
        _join_node(table["from_kind"], table["from_id"]),
        _join_node(table["to_kind"], table["to_id"]),
        relation,
        np.array([RELATIONS.get(word, COMPANIES) for word in relation.to_pylist()], np.int64),
        first,
        until,
        nothing,
        begin + np.arange(len(first)),
        nothing,
    )


def _iter_column_ties(lake: RecordSource, as_of: datetime, records: RecordRows) -> Iterator[Observations]:
    """Cards and who registered them, vehicles and their owners, adverts and their pages."""
    for table, start, end, relation, kinds in (
        ("sims", "holder_id", "msisdn", "registered", ("holder", "sim")),
        ("vehicles", "owner", "plate", "owns", ("holder", "vehicle")),
        ("adverts", "record_id", "page", "posted_on", ("advert", "page")),
    ):
        rows = lake.query_rows(table, as_of)
        rows = rows.filter(rows[start].notnull() & rows[end].notnull())
        chosen = rows.select(*IDENTITY, one=rows[start], other=rows[end], at=rows.received_at)
        table_rows = chosen.to_pyarrow()
        begin = records.add_records(table, table_rows)
        time = _to_micros(table_rows["at"])
        yield _observe(
            _make_nodes(kinds[0], table_rows["one"]),
            _make_nodes(kinds[1], table_rows["other"]),
            relation,
            time,
            begin + np.arange(len(time)),
        )


def _iter_contacts(lake: RecordSource, as_of: datetime, records: RecordRows) -> Iterator[Observations]:
    """Adverts and the contacts that they name."""
    rows = lake.query_rows("adverts", as_of)
    table = rows.select(*IDENTITY, "contacts", at=rows.time).to_pyarrow()
    begin = records.add_records("adverts", table)
    contacts = table["contacts"].to_pylist()
    pairs = [(at, contact) for at, named in enumerate(contacts) for contact in sorted(set(named or ()))]
    at = np.array([at for at, _ in pairs], np.int64)
    adverts = _make_nodes("advert", table["record_id"]).take(pa.array(at, pa.int64()))
    time = _to_micros(table["at"])[at]
    words = _make_nodes("contact", pa.chunked_array([pa.array([word for _, word in pairs], pa.string())]))
    yield _observe(words, adverts, "contact_of_advert", time, begin + at)


def _iter_trips(lake: RecordSource, as_of: datetime, records: RecordRows) -> Iterator[Observations]:
    """Who travels in what, on which booking, paid by whom, after which advert."""
    rows = lake.query_rows("trips", as_of)
    columns = ("traveller_id", "vehicle_id", "booking", "payer", "advert_id")
    table = rows.select(*IDENTITY, *columns, at=rows.time).to_pyarrow()
    begin = records.add_records("trips", table)
    time = _to_micros(table["at"])
    for column, kind, relation in (
        ("vehicle_id", "vehicle", "travels_in"),
        ("booking", "booking", "booked"),
        ("payer", "payer", "paid_trip_of"),
        ("advert_id", "advert", "answered"),
    ):
        both = pc.and_(pc.is_valid(table["traveller_id"]), pc.is_valid(table[column]))
        at = np.flatnonzero(both.to_numpy(zero_copy_only=False))
        chosen = table.take(pa.array(at))
        travellers = _make_nodes("holder", chosen["traveller_id"])
        yield _observe(travellers, _make_nodes(kind, chosen[column]), relation, time[at], begin + at)


def _iter_calls(lake: RecordSource, as_of: datetime, records: RecordRows) -> Iterator[Observations]:
    rows = lake.query_rows("calls", as_of)
    table = rows.select(*IDENTITY, one=rows["from"], other=rows["to"], at=rows.time).to_pyarrow()
    begin = records.add_records("calls", table)
    time = _to_micros(table["at"])
    at = begin + np.arange(len(time))
    yield _observe(_make_nodes("sim", table["one"]), _make_nodes("sim", table["other"]), "calls", time, at)


def _observe(start: pa.Array, end: pa.Array, relation: str, time: Ints, row: Ints) -> Observations:
    nothing = np.zeros(len(time), np.int64)
    layer = np.full(len(time), RELATIONS[relation], np.int64)
    return Observations(
        start, end, _repeat_word(relation, len(time)), layer, time, time, nothing, row, nothing
    )


def _repeat_word(word: str, count: int) -> pa.Array:
    return pa.array(np.full(count, word), pa.string())


def _make_account_nodes(bank: pa.ChunkedArray, number: pa.ChunkedArray) -> pa.Array:
    return _join_texts(
        pc.binary_join_element_wise("account:", _flatten_column(bank), "/", _flatten_column(number), "")
    )


def _make_nodes(kind: str, key: pa.ChunkedArray) -> pa.Array:
    return _join_texts(pc.binary_join_element_wise(f"{kind}:", _flatten_column(key), ""))


def _join_node(kind: pa.ChunkedArray, key: pa.ChunkedArray) -> pa.Array:
    return _join_texts(pc.binary_join_element_wise(_flatten_column(kind), _flatten_column(key), ":"))


def _flatten_column(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks().cast(pa.string())


def _join_texts(found: pa.Array) -> pa.Array:
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _to_micros(column: pa.ChunkedArray) -> Ints:
    return np.asarray(pc.cast(column, pa.int64()).to_numpy(), np.int64)
