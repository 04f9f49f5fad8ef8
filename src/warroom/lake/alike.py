"""Payments that two sources sent without a word in common: each counts, and the money doubles on a trail.

Two rows look like one payment where payer, payee, amount and currency are the same, they come from different sources, and
their times may be one (`records.grain`). A uetr or an end-to-end id that both have says that they are copies, which the
tracer counts once; two uetrs say that they are two payments. Numbered rows of one source never look alike, since people pay a
shop twice; for those without a number see `repeats`. All of that is compared by the numbers that lie beside the lake's files (`payment_keys`).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warroom.errors import LakeDamaged
from warroom.lake import original, payment_keys
from warroom.lake.commit import LakeFile
from warroom.lake.hashing import U64
from warroom.lake.log import Log
from warroom.lake.payment_keys import END_TO_END, TIME, UETR, Ints, PaymentKeys
from warroom.lake.terms import IngestSummary
from warroom.records.grain import CLOCKS_APART, DAY, may_be_one
from warroom.sentences.sentence import Sentence

TRANSFERS = payment_keys.TRANSFERS.name
TRIES = 3
"""A server may join files while they are compared: then those that took their place are."""
Beside = Sequence[tuple[U64, LakeFile]]


@dataclass(frozen=True, slots=True)
class Alike:
    """So many rows of a delivery look like rows of another source."""

    delivery: str
    source: str
    other: str
    rows: int


def alike_since(log: Log, keys: PaymentKeys, since: int) -> list[Alike]:
    """Rows of transfers that commits after `since` brought and that look like another source's, by delivery and source.

    Raises LakeDamaged for a file that is missing or broken.
    """
    for left in reversed(range(TRIES)):
        try:
            return _alike_since(_transfers(log), keys, since)
        except LakeDamaged:
            if not left:
                raise
    raise AssertionError


def alike_among(log: Log, keys: PaymentKeys, rows: pa.Table, source: str) -> list[Alike]:
    """The same for rows that are not taken in yet; without a `source`, beside all that the lake has."""
    count = rows.num_rows
    if not count:
        return []
    empty = pa.nulls(count, pa.string())
    named = {name: rows[name] if name in rows.column_names else empty for name in payment_keys.COLUMNS}
    whole = pa.table({**named, "source": pa.array([source] * count)})
    times = pc.min_max(whole["time"].cast(pa.timestamp("us", "UTC")).cast(pa.int64())).as_py()
    near = _near(times["min"], times["max"], (source,), _transfers(log))
    found = _look(payment_keys.in_order([keys.of_rows(whole)]), [(keys.of_file(file), file) for file in near])
    return [Alike("", source, other, len(rows)) for other, rows in sorted(found.items())]


def told(found: Iterable[Alike], file: str) -> list[Sentence]:
    """A sentence for each other source."""
    return [Sentence("files.counted-twice", rows=one.rows, file=file, other=one.other) for one in found]


def with_alike(
    log: Log, keys: PaymentKeys, since: int, summaries: Sequence[IngestSummary]
) -> list[IngestSummary]:
    """The summaries of a call, with what looks like rows of another source in their notes."""
    try:
        found = alike_since(log, keys, since)
    except LakeDamaged:
        # What was taken in is: only this look could not be had.
        return [replace(one, notes=(*one.notes, Sentence("files.not-compared"))) for one in summaries]
    return [
        replace(
            one,
            alike=one.alike + sum(each.rows for each in found if each.delivery == one.delivery_id),
            notes=(*one.notes, *told((e for e in found if e.delivery == one.delivery_id), one.file)),
        )
        for one in summaries
    ]


def _transfers(log: Log) -> list[LakeFile]:
    return [file for file in log.state().files.values() if file.table == TRANSFERS]


def _alike_since(files: Sequence[LakeFile], keys: PaymentKeys, since: int) -> list[Alike]:
    counts = Counter[tuple[str, str, str]]()
    for file in files:
        near = _near(file.first_time, file.last_time, file.sources, files) if file.seq > since else []
        found = _look(keys.of_file(file), [(keys.of_file(other), other) for other in near]) if near else {}
        for other, rows in found.items():
            counts.update({(*whose, other): many for whose, many in _whose(file, rows).items()})
    return [Alike(*which, rows) for which, rows in sorted(counts.items())]


def _near(first: int, last: int, sources: Sequence[str], files: Sequence[LakeFile]) -> list[LakeFile]:
    """Files with rows of other sources whose times are at most a day off: a day alone may be told, or another zone's hour."""
    return [
        file
        for file in files
        if file.last_time >= first - DAY
        and file.first_time <= last + DAY
        and (len(file.sources) > 1 or not set(file.sources) <= set(sources))
    ]


def _look(mine: U64, beside: Beside) -> dict[str, Ints]:
    """By other source, the rows among `mine` that look like one of its rows, each once."""
    copied = np.zeros(mine.shape[1], np.bool_)
    found = [_looked(mine, theirs, copied) for theirs, _ in beside]
    names = {payment_keys.source_code(name): name for _, file in beside for name in file.sources}
    rows: dict[str, list[Ints]] = {}
    for one, codes in found:
        # A row that has its copy in another source is no third payment's twin.
        single = ~copied[one]
        for code in np.unique(codes[single]):
            rows.setdefault(names[int(code)], []).append(one[single & (codes == code)])
    place = payment_keys.rows_of(mine)
    return {name: place[np.unique(np.concatenate(parts))] for name, parts in rows.items()}


def _looked(mine: U64, theirs: U64, copied: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> tuple[Ints, U64]:
    """Places in `mine` that look like a row of `theirs`, with its source; those of `mine` that are copies are marked."""
    one, other = payment_keys.pairs(mine, theirs)
    if not len(one):
        return one, np.empty(0, np.uint64)
    sources = payment_keys.sources_at(theirs, other)
    apart = payment_keys.sources_at(mine, one) != sources
    one, other, sources = one[apart], other[apart], sources[apart]
    references = [(mine[kind][one], theirs[kind][other]) for kind in (UETR, END_TO_END)]
    shared = np.logical_or(*(payment_keys.are_same_reference(*pair) for pair in references))
    copied[one[shared]] = True
    # Written otherwise it is no copy to the tracer, which counts both.
    misspelled = np.logical_or(*(payment_keys.are_one_reference(*pair) for pair in references))
    both_named = payment_keys.are_two_references(*references[0])
    times = mine[TIME][one].view(np.int64), theirs[TIME][other].view(np.int64)
    near = may_be_one(*times, CLOCKS_APART) & ~both_named
    left = (near | misspelled) & ~shared & ~np.isin(other, other[shared])
    return one[left], sources[left]


def _whose(file: LakeFile, rows: Ints) -> dict[tuple[str, str], int]:
    """How many of these rows of a file are of which delivery and source."""
    if len(file.deliveries) == len(file.sources) == 1:
        return {(file.deliveries[0], file.sources[0]): len(rows)}
    names = original.columns(file, ("delivery_id", "source")).take(pa.array(rows))
    groups = names.group_by(["delivery_id", "source"]).aggregate([([], "count_all")]).to_pylist()
    return {(group["delivery_id"], group["source"]): group["count_all"] for group in groups}
