"""Payments that two sources sent without a word in common: each counts, and the money doubles on a trail.

Two rows look like one payment where payer, payee, amount and currency are the same, they come from different sources, and
their times may be one (`records.grain`). A uetr or an end-to-end id that both have says that they are copies, which the
tracer counts once; two uetrs say that they are two payments. Rows of one source never look alike: people pay a shop twice.
"""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warroom.errors import LakeDamaged
from warroom.lake import original
from warroom.lake.commit import LakeFile, State
from warroom.lake.hashing import U64, contents, one_chunk
from warroom.lake.terms import IngestSummary
from warroom.records.grain import DAY, MINUTE, SECOND, grain, may_be_one
from warroom.records.table import Column
from warroom.records.tables import TABLES
from warroom.sentences.sentence import Sentence

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Read = Callable[[Sequence[str]], pa.Table]

TRANSFERS = TABLES["transfers"]
SAME = tuple(
    TRANSFERS.by_name[n] for n in ("payee", "payer", "payer_bank", "payee_bank", "amount", "currency")
)
NUMBERS = ("time", "amount")
REFERENCES = ("uetr", "end_to_end_id")
COLUMNS = (*(column.name for column in SAME), "time", "source", "delivery_id", *REFERENCES)
NO_REFERENCE = ("", "NOTPROVIDED", "NOT PROVIDED", "NONE", "N/A")
MOST = 64
"""Rows of the same parties and sum in a row that are compared with each other."""
MANY = 200_000
"""More new rows than this are not compared while somebody waits for the ingest: a server does so beside its work."""
BITS = 24
ODD, ODDER = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
"""Fractions of the golden ratio and of another irrational number: their products spread evenly."""
SECRET = secrets.token_bytes(32)


@dataclass(frozen=True, slots=True)
class Alike:
    """So many rows of a delivery look like rows of another source."""

    delivery: str
    source: str
    other: str
    rows: int


def alike_since(state: State, since: int) -> list[Alike]:
    """Rows of transfers that commits after `since` brought and that look like another source's, by delivery and source."""
    files = [file for file in state.files.values() if file.table == TRANSFERS.name]
    found: Counter[tuple[str, str, str]] = Counter()
    for file in files:
        beside = _beside(file, files) if file.seq > since else []
        if beside:
            found.update(_pairs_of(partial(original.columns, file), beside))
    return [Alike(*which, rows) for which, rows in sorted(found.items())]


def alike_among(state: State, rows: pa.Table, source: str) -> list[Alike]:
    """The same for rows that are not taken in yet; without a `source`, beside all that the lake has."""
    count = rows.num_rows
    if not count:
        return []
    named = {"source": pa.array([source] * count), "delivery_id": pa.array([""] * count)}
    given = {name: rows[name] for name in rows.column_names if name in COLUMNS}
    empty = pa.nulls(count, pa.string())
    whole = pa.table({name: named.get(name, given.get(name, empty)) for name in COLUMNS})
    times = pc.min_max(_micros(whole["time"])).as_py()
    files = [file for file in state.files.values() if file.table == TRANSFERS.name]
    beside = _near(times["min"], times["max"], (source,), files)
    return [Alike(*which, many) for which, many in sorted(Counter(_pairs_of(whole.select, beside)).items())]


def told(found: Iterable[Alike], file: str) -> list[Sentence]:
    """A sentence for each other source."""
    return [Sentence("files.counted-twice", rows=one.rows, file=file, other=one.other) for one in found]


def with_alike(state: State, since: int, summaries: Sequence[IngestSummary]) -> list[IngestSummary]:
    """The summaries of a call, with what looks like rows of another source in their notes."""
    files = [file for file in state.files.values() if file.table == TRANSFERS.name]
    new = [file for file in files if file.seq > since]
    rows = sum(file.rows for file in new)
    later = [
        replace(one, notes=(*one.notes, Sentence("files.compared-later", rows=rows))) for one in summaries
    ]
    if rows > MANY:
        beside = any(_near(file.first_time, file.last_time, file.sources, files) for file in new)
        return later if beside else list(summaries)
    try:
        found = alike_since(state, since) if new else []
    except LakeDamaged:
        # A server may have joined these files meanwhile: what was taken in is, and the server's own look compares it.
        return later
    if not found:
        return list(summaries)
    return [
        replace(
            one,
            alike=sum(each.rows for each in found if each.delivery == one.delivery_id),
            notes=(*one.notes, *told((e for e in found if e.delivery == one.delivery_id), one.file)),
        )
        for one in summaries
    ]


def _beside(file: LakeFile, files: Sequence[LakeFile]) -> list[LakeFile]:
    found = _near(file.first_time, file.last_time, file.sources, files)
    # Two uetrs are never one unnamed payment: where every row has its own there is nothing to look for.
    return found if found and not all(map(_named, (file, *found))) else []


def _near(first: int, last: int, sources: Sequence[str], files: Sequence[LakeFile]) -> list[LakeFile]:
    """Files with rows of other sources whose times may be those between two."""
    own = DAY if first == last else MINUTE

    def reach(file: LakeFile) -> int:
        return max(own, DAY if file.first_time == file.last_time else MINUTE)

    return [
        file
        for file in files
        if file.last_time >= first - reach(file)
        and file.first_time <= last + reach(file)
        and (len(file.sources) > 1 or not set(file.sources) <= set(sources))
    ]


def _named(file: LakeFile) -> bool:
    """Whether every row of a file has a uetr, as its footer tells."""
    with original.told(file):
        footer = pq.read_metadata(file.path)
    place = footer.schema.names.index("uetr")
    groups = (footer.row_group(n).column(place).statistics for n in range(footer.num_row_groups))
    return all(group is not None and group.has_null_count and not group.null_count for group in groups)


def _pairs_of(read: Read, beside: Sequence[LakeFile]) -> Iterator[tuple[str, str, str]]:
    """For each row that looks like another source's: its delivery, its source and the other. `read` gives columns of the rows.

    Columns are read one after the other, the cheap ones first, and no further than anything is left: two sources that sent
    different payments cost little more than their times and amounts.
    """
    numbers = _numbers(read(NUMBERS))
    mine: Mask = np.zeros(len(numbers[0]), np.bool_)
    others = list[tuple[Read, Mask]]()
    for file in beside:
        theirs = partial(original.columns, file)
        told = _numbers(theirs(NUMBERS))
        if (met := _met(numbers, told)).any():
            others.append((theirs, met))
            mine |= _met(tuple(column[met] for column in told), numbers)
    for column in SAME:
        if not others:
            return
        mine, others = _narrowed(column, read, mine, others)
    if others:
        rows = [_rows(one, mask, COLUMNS) for one, mask in ((read, mine), *others)]
        yield from _judged(pa.concat_tables(rows, promote_options="permissive"), rows[0].num_rows)


def _numbers(rows: pa.Table) -> tuple[Ints, ...]:
    """Times in microseconds, and amounts as the low words of their decimals."""
    amounts = one_chunk(rows["amount"].cast(_type("amount")))
    words = np.frombuffer(amounts.buffers()[1], np.int64)[2 * amounts.offset :: 2][: len(amounts)]
    return _micros(rows["time"]).to_numpy(), words


def _met(known: tuple[Ints, ...], asked: tuple[Ints, ...]) -> Mask:
    """Which of the `asked` have an amount and a time that may be those of one that is known; a few more, and never fewer."""
    (when, sums), (times, amounts) = known, asked
    seconds, minutes, days = (Seen() for _ in range(3))
    coarse = grain(when)
    seconds.add(sums, when // SECOND)
    minutes.add(sums[coarse >= MINUTE], when[coarse >= MINUTE] // MINUTE)
    days.add(sums[coarse == DAY], np.zeros_like(sums[coarse == DAY]))
    found = days.has(amounts, np.zeros_like(amounts))
    for step in (-1, 0, 1):
        found |= seconds.has(amounts, times // SECOND + step) | minutes.has(amounts, times // MINUTE + step)
    # One that is told by the minute or the day fits any second of it: such are looked at by what comes next.
    return found | (grain(times) > SECOND)


class Seen:
    """A filter of pairs of numbers: it may take one for seen that was not, and never the other way round."""

    def __init__(self) -> None:
        self._bits = np.zeros(1 << BITS, np.bool_)

    def add(self, one: Ints, other: Ints) -> None:
        self._bits[_place(one, other)] = True

    def has(self, one: Ints, other: Ints) -> Mask:
        found: Mask = self._bits[_place(one, other)]
        return found


def _place(one: Ints, other: Ints) -> Ints:
    mixed = (one.astype(np.uint64) * ODD) ^ (other.astype(np.uint64) * ODDER)
    return ((mixed * ODD) >> np.uint64(64 - BITS)).astype(np.int64)


def _narrowed(
    column: Column, read: Read, mine: Mask, others: list[tuple[Read, Mask]]
) -> tuple[Mask, list[tuple[Read, Mask]]]:
    """The rows that are left once a column is compared as well."""
    own = _hashes(column, read, mine)
    met, left = np.zeros(len(own), np.bool_), list[tuple[Read, Mask]]()
    for theirs, mask in others:
        told = _hashes(column, theirs, mask)
        known = np.isin(told, own)
        if known.any():
            met |= np.isin(own, told)
            left.append((theirs, _within(mask, known)))
    return _within(mine, met), left


def _within(mask: Mask, kept: Mask) -> Mask:
    found = np.zeros_like(mask)
    found[np.flatnonzero(mask)[kept]] = True
    return found


def _hashes(column: Column, read: Read, mask: Mask) -> U64:
    return contents(_rows(read, mask, (column.name,)).combine_chunks(), (column,), SECRET)


def _rows(read: Read, mask: Mask, names: Sequence[str]) -> pa.Table:
    rows = read(list(names)).filter(pa.array(mask))
    return rows.cast(pa.schema([TRANSFERS.schema.field(name) for name in names]))


def _type(name: str) -> pa.DataType:
    return TRANSFERS.schema.field(name).type


def _keys(rows: pa.Table) -> U64:
    return contents(rows.combine_chunks(), SAME, SECRET)


def _judged(rows: pa.Table, own: int) -> Iterator[tuple[str, str, str]]:
    """`rows` of equal parties and sums, the first `own` of which are asked about."""
    keys, times = _keys(rows), _micros(rows["time"]).to_numpy()
    sources = _codes(rows["source"])
    references = [_codes(rows[name]) for name in REFERENCES]
    order = np.lexsort((np.arange(len(keys)), keys))
    one, other = _together(keys[order], sources[order], order)
    shared = np.zeros(len(one), np.bool_)
    for codes in references:
        shared |= (codes[one] >= 0) & (codes[one] == codes[other])
    # A row that has its copy in another source is no third payment's twin.
    settled = np.zeros(len(keys), np.bool_)
    settled[one[shared]] = settled[other[shared]] = True
    both_named = (references[0][one] >= 0) & (references[0][other] >= 0)
    kept = may_be_one(times[one], times[other]) & ~shared & ~both_named & ~settled[one] & ~settled[other]
    yield from _told_of(rows, own, one[kept], other[kept])


def _told_of(rows: pa.Table, own: int, one: Ints, other: Ints) -> Iterator[tuple[str, str, str]]:
    mine = np.concatenate([np.column_stack((one, other)), np.column_stack((other, one))])
    mine = mine[mine[:, 0] < own]
    sources = rows["source"].to_pylist() if len(mine) else []
    deliveries = rows["delivery_id"].to_pylist() if len(mine) else []
    pairs = {(int(a), sources[b]) for a, b in mine}
    for row, source in pairs:
        yield deliveries[row], sources[row], source


def _together(keys: U64, sources: Ints, order: Ints) -> tuple[Ints, Ints]:
    """Every two rows with one key and different sources, once."""
    one, other = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for lag in range(1, min(len(keys), MOST)):
        same = keys[lag:] == keys[:-lag]
        if not same.any():
            break
        found = np.flatnonzero(same & (sources[lag:] != sources[:-lag]))
        one.append(order[found])
        other.append(order[found + lag])
    return np.concatenate(one), np.concatenate(other)


def _codes(column: pa.ChunkedArray) -> Ints:
    """A number for each text, -1 where it says nothing."""
    texts = one_chunk(column.cast(pa.string()))
    upper = pc.utf8_upper(pc.utf8_trim_whitespace(texts))
    said = pc.if_else(pc.is_in(upper, pa.array(NO_REFERENCE)), pa.scalar(None, pa.string()), upper)
    codes: Ints = pc.fill_null(pc.dictionary_encode(said).indices, -1).to_numpy().astype(np.int64)
    return codes


def _micros(column: pa.ChunkedArray) -> pa.Array:
    return one_chunk(column).cast(pa.timestamp("us", "UTC")).cast(pa.int64())
