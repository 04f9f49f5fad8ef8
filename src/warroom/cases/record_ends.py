"""Until when the records of each bank reach, and how far apart its files usually come, reading as few files
as possible.

A commit writes the rows of several banks into one file a day, so a file's newest time is known for its latest
bank only. Of such files the newest are read, two columns each.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from warroom import clock
from warroom.subjects import spelling

if TYPE_CHECKING:
    from warroom.lake.commit import LakeFile
    from warroom.lake.lake import Lake

LATELY = timedelta(days=14)
"""Days from which a bank's usual pause between two files is measured. Chosen, not measured."""
ENOUGH = 6
"""Pauses; fewer do not show what is usual. Chosen, not measured."""
USUAL = 0.9
"""A pause is longer than usual where it is longer than nine in ten of the bank's own."""
# Files whose newest times a process remembers; they never change, so this only bounds memory.
FILES_KEPT = 256
Apart = Mapping[str, frozenset[str]]
"""By source, payers' account numbers whose rows do not show how far its records reach."""
NONE_APART: Apart = {}


@dataclass(frozen=True, slots=True)
class Pauses:
    """When a source's newest file came, and how long its pauses usually are at most; None where too few files came to say."""

    last: datetime
    usual: timedelta | None


def find_record_ends(
    lake: "Lake", known_at: datetime, until: datetime, apart: Apart = NONE_APART
) -> dict[str, datetime]:
    """Of each source of transfers when its newest record happened, of those received by `known_at`; what is dated after
    `until` counts as of then.

    `apart`: accounts whose records were asked for by themselves. What a bank sends of one account says nothing of how far
    its records of all others reach.
    """
    known, last = clock.to_micros(known_at), clock.to_micros(until)
    files = [f for f in lake.state.files.values() if f.table == "transfers" and f.first_received <= known]
    newest_by_source: dict[str, int] = {}
    for file in sorted(files, key=lambda file: file.last_time, reverse=True):
        newest = min(file.last_time, last)
        # From the latest on: once a source is known to reach beyond all that a file holds, the file says nothing new.
        open_ones = [source for source in file.sources if newest_by_source.get(source, -1) < newest]
        if not open_ones:
            continue
        whole = len(file.sources) == 1 and file.last_received <= known and not apart.get(file.sources[0])
        newest_in_file = {file.sources[0]: newest} if whole else _read_file(lake, file, known, last, apart)
        for source, moment in newest_in_file.items():
            newest_by_source[source] = max(newest_by_source.get(source, moment), moment)
    return {source: clock.from_micros(moment) for source, moment in newest_by_source.items()}


def newest_by_bank(ends: Mapping[str, datetime]) -> dict[str, datetime]:
    """The ends of sources by the name of each one's bank: a source may be called by its BIC."""
    found: dict[str, datetime] = {}
    for source, moment in ends.items():
        bank = spelling.spell_bank(source)
        found[bank] = max(found.get(bank, moment), moment)
    return found


def measure_pauses(lake: "Lake", sources: Collection[str], now: datetime) -> dict[str, Pauses]:
    """When these sources last sent transfers, and their usual pause. Archives, which came late by their nature, are left out."""
    came: dict[str, list[datetime]] = defaultdict(list)
    for one in lake.list_deliveries():
        mine = one.table == "transfers" and one.source in sources and not one.backfill
        if mine and one.received_at <= now:
            came[one.source].append(one.received_at)
    return {source: _measure_pauses(sorted(moments), now) for source, moments in came.items()}


def _measure_pauses(moments: list[datetime], now: datetime) -> Pauses:
    lately = [one for one in moments if one >= now - LATELY]
    # The pause since the last file is the one in question, and is not among those it is held against.
    gaps = sorted(after - before for before, after in pairwise(lately))
    usual = gaps[int(USUAL * (len(gaps) - 1))] if len(gaps) >= ENOUGH else None
    return Pauses(moments[-1], usual)


def _read_file(lake: "Lake", file: "LakeFile", known: int, last: int, apart: Apart) -> dict[str, int]:
    """The newest time of each source in a file, among what counts."""
    mine = {source: numbers for source, numbers in apart.items() if source in file.sources and numbers}
    if file.last_received <= known and file.last_time <= last and not mine:
        return _read_whole(lake, file)
    columns = ("source", "time", "received_at", "payer")
    return _find_newest(lake.scan_batches(file, columns), known, last, mine)


_read_before: OrderedDict[str, dict[str, int]] = OrderedDict()
"""By a file's hash, under which the content never changes."""


def _read_whole(lake: "Lake", file: "LakeFile") -> dict[str, int]:
    before = _read_before.pop(file.sha256, None)
    newest_by_source = (
        before
        if before is not None
        else _find_newest(lake.scan_batches(file, ("source", "time")), None, None, {})
    )
    _read_before[file.sha256] = newest_by_source
    while len(_read_before) > FILES_KEPT:
        _read_before.popitem(last=False)
    return newest_by_source


def _find_newest(
    batches: Iterable[pa.RecordBatch], known: int | None, last: int | None, apart: Apart
) -> dict[str, int]:
    newest_by_source: dict[str, int] = {}
    for batch in batches:
        rows = pa.table(batch).append_column("at", batch["time"].cast(pa.int64()))
        if known is not None:
            rows = rows.filter(pc.less_equal(rows["received_at"].cast(pa.int64()), known))
        for source, numbers in apart.items():
            asked = pc.and_(
                pc.equal(rows["source"], source),
                pc.is_in(rows["payer"], pa.array(sorted(numbers), pa.string())),
            )
            # A row without a payer is no account that was asked for.
            rows = rows.filter(pc.invert(pc.fill_null(asked, False)))
        sums = rows.group_by("source").aggregate([("at", "max")])
        for source, moment in zip(sums["source"].to_pylist(), sums["at_max"].to_pylist(), strict=True):
            moment = moment if last is None else min(moment, last)
            newest_by_source[source] = max(newest_by_source.get(source, moment), moment)
    return newest_by_source
