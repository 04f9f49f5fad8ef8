"""Payments that two sources sent without a common reference: each is counted, and the money doubles on a
trail.

Two rows look alike where payer, payee, amount and currency are the same, they come from different sources,
and their times may be of one payment (`records.grain`). A common uetr or end-to-end id makes them copies,
which the tracer counts once; two uetrs make them two payments. Numbered rows of one source never look alike,
since people pay a shop twice; for rows without a number see `repeats`. Rows are compared by the arrays kept
next to the lake's files (`payment_keys`).
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
from warroom.lake.log import CommitLog
from warroom.lake.payment_keys import END_TO_END, TIME, UETR, Ints, PaymentKeys
from warroom.lake.terms import IngestSummary
from warroom.records.grain import CLOCKS_APART, DAY, may_be_same_payment
from warroom.sentences.sentence import Sentence

TRANSFERS = payment_keys.TRANSFERS.name
TRIES = 3
"""A server may join files while they are compared: then those that took their place are."""
Beside = Sequence[tuple[U64, LakeFile]]


@dataclass(frozen=True, slots=True)
class AlikeRows:
    """So many rows of a delivery look like rows of another source."""

    delivery: str
    source: str
    other: str
    rows: int


def find_alike_since(log: CommitLog, keys: PaymentKeys, since: int) -> list[AlikeRows]:
    """Rows of transfers that commits after `since` brought and that look like another source's, by delivery and source.

    Raises LakeDamaged for a file that is missing or broken.
    """
    for left in reversed(range(TRIES)):
        try:
            return _alike_since(_list_transfer_files(log), keys, since)
        except LakeDamaged:
            # The last attempt: the file is really damaged, and was not joined by another process.
            if not left:
                raise
    raise AssertionError


def find_alike_in_rows(log: CommitLog, keys: PaymentKeys, rows: pa.Table, source: str) -> list[AlikeRows]:
    """The same for rows that are not taken in yet; without a `source` they are compared with all rows of the
    lake.
    """
    count = rows.num_rows
    if not count:
        return []
    empty = pa.nulls(count, pa.string())
    named = {name: rows[name] if name in rows.column_names else empty for name in payment_keys.COLUMNS}
    whole = pa.table({**named, "source": pa.array([source] * count)})
    times = pc.min_max(whole["time"].cast(pa.timestamp("us", "UTC")).cast(pa.int64())).as_py()
    near = _list_nearby_files(times["min"], times["max"], (source,), _list_transfer_files(log))
    rows_by_source = _find_alike_rows(
        payment_keys.merge_sorted([keys.make_arrays(whole)]),
        [(keys.load_arrays(file), file) for file in near],
    )
    return [AlikeRows("", source, other, len(rows)) for other, rows in sorted(rows_by_source.items())]


def list_alike_sentences(found: Iterable[AlikeRows], file: str) -> list[Sentence]:
    """A sentence for each other source."""
    return [Sentence("files.counted-twice", rows=one.rows, file=file, other=one.other) for one in found]


def add_alike_notes(
    log: CommitLog, keys: PaymentKeys, since: int, summaries: Sequence[IngestSummary]
) -> list[IngestSummary]:
    """The summaries of a call, with what looks like rows of another source in their notes."""
    try:
        likenesses = find_alike_since(log, keys, since)
    except LakeDamaged:
        # What was taken in is: only this look could not be had.
        return [
            replace(summary, notes=(*summary.notes, Sentence("files.not-compared"))) for summary in summaries
        ]
    return [
        replace(
            summary,
            alike=summary.alike
            + sum(likeness.rows for likeness in likenesses if likeness.delivery == summary.delivery_id),
            notes=(
                *summary.notes,
                *list_alike_sentences(
                    (e for e in likenesses if e.delivery == summary.delivery_id), summary.file
                ),
            ),
        )
        for summary in summaries
    ]


def _list_transfer_files(log: CommitLog) -> list[LakeFile]:
    return [file for file in log.load_state().files.values() if file.table == TRANSFERS]


def _alike_since(files: Sequence[LakeFile], keys: PaymentKeys, since: int) -> list[AlikeRows]:
    counts = Counter[tuple[str, str, str]]()
    for file in files:
        near = (
            _list_nearby_files(file.first_time, file.last_time, file.sources, files)
            if file.seq > since
            else []
        )
        rows_by_file = (
            _find_alike_rows(keys.load_arrays(file), [(keys.load_arrays(other), other) for other in near])
            if near
            else {}
        )
        for other, rows in rows_by_file.items():
            counts.update({(*whose, other): many for whose, many in _count_by_delivery(file, rows).items()})
    return [AlikeRows(*which, rows) for which, rows in sorted(counts.items())]


def _list_nearby_files(
    first: int, last: int, sources: Sequence[str], files: Sequence[LakeFile]
) -> list[LakeFile]:
    """Files with rows of other sources within a day: a bank may give only the day, or the hour of another
    zone.
    """
    return [
        file
        for file in files
        if file.last_time >= first - DAY
        and file.first_time <= last + DAY
        and (len(file.sources) > 1 or not set(file.sources) <= set(sources))
    ]


def _find_alike_rows(mine: U64, beside: Beside) -> dict[str, Ints]:
    """By other source, the rows among `mine` that look like one of its rows, each once."""
    copied = np.zeros(mine.shape[1], np.bool_)
    matches = [_match_pairs(mine, theirs, copied) for theirs, _ in beside]
    names = {payment_keys.make_source_code(name): name for _, file in beside for name in file.sources}
    rows: dict[str, list[Ints]] = {}
    for places, codes in matches:
        # A row that has its copy in another source is no third payment's twin.
        single = ~copied[places]
        for code in np.unique(codes[single]):
            rows.setdefault(names[int(code)], []).append(places[single & (codes == code)])
    place = payment_keys.get_file_rows(mine)
    return {name: place[np.unique(np.concatenate(parts))] for name, parts in rows.items()}


def _match_pairs(
    mine: U64, theirs: U64, copied: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[Ints, U64]:
    """Places in `mine` that look like a row of `theirs`, with its source; those of `mine` that are copies are marked."""
    own_places, other = payment_keys.match_by_key(mine, theirs)
    if not len(own_places):
        return own_places, np.empty(0, np.uint64)
    sources = payment_keys.get_source_codes(theirs, other)
    apart = payment_keys.get_source_codes(mine, own_places) != sources
    own_places, other, sources = own_places[apart], other[apart], sources[apart]
    references = [(mine[kind][own_places], theirs[kind][other]) for kind in (UETR, END_TO_END)]
    shared = np.logical_or(*(payment_keys.are_same_reference(*pair) for pair in references))
    copied[own_places[shared]] = True
    # Written otherwise it is no copy to the tracer, which counts both.
    misspelled = np.logical_or(*(payment_keys.are_one_reference(*pair) for pair in references))
    both_named = payment_keys.are_two_references(*references[0])
    times = mine[TIME][own_places].view(np.int64), theirs[TIME][other].view(np.int64)
    near = may_be_same_payment(*times, CLOCKS_APART) & ~both_named
    # Rows of theirs that are copies of another row are used up: they cannot be this row's twin as well.
    left = (near | misspelled) & ~shared & ~np.isin(other, other[shared])
    return own_places[left], sources[left]


def _count_by_delivery(file: LakeFile, rows: Ints) -> dict[tuple[str, str], int]:
    """How many of these rows of a file are of which delivery and source."""
    if len(file.deliveries) == len(file.sources) == 1:
        return {(file.deliveries[0], file.sources[0]): len(rows)}
    names = original.load_columns(file, ("delivery_id", "source")).take(pa.array(rows))
    groups = names.group_by(["delivery_id", "source"]).aggregate([([], "count_all")]).to_pylist()
    return {(group["delivery_id"], group["source"]): group["count_all"] for group in groups}
