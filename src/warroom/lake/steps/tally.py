"""Counting what became of a file's rows, and telling it."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from warroom.lake.arrival import Origin
from warroom.lake.identity import CORRECTION, DUPLICATE, NEW
from warroom.lake.terms import IngestSummary, notes_on, until
from warroom.records.mapping import Terms
from warroom.sentences.sentence import Sentence

SHOWN = 5
"""Files that a sentence names."""


@dataclass
class Tally:
    """What became of a file's rows so far."""

    accepted: int = 0
    duplicates: int = 0
    corrections: int = 0
    contradictions: int = 0
    far_corrections: int = 0
    rejected: list[pa.Table] = field(default_factory=list)
    in_quarantine: int = 0
    resolved: int = 0
    withheld: int = 0
    unnumbered: int = 0
    reused_numbers: int = 0
    repeated: Counter[str] = field(default_factory=Counter)
    """Rows that stand in another file already, by the name of that file."""
    alike: int = 0
    renumbered: int = 0
    batch_totals: int = 0
    not_compared: bool = False

    @property
    def quarantined(self) -> int:
        """Rows that were rejected, whether or not the quarantine had them already."""
        return sum(map(len, self.rejected))

    @property
    def brought(self) -> bool:
        """Whether anything of the file is new to the lake."""
        return bool(
            self.accepted or self.corrections or self.resolved or self.quarantined > self.in_quarantine
        )

    def count(self, kinds: npt.NDArray[np.uint8]) -> None:
        """Add rows by the kind that each was judged to be."""
        counts = np.bincount(kinds, minlength=3).tolist()
        self.accepted += counts[NEW]
        self.duplicates += counts[DUPLICATE]
        self.corrections += counts[CORRECTION]


def remarks(origin: Origin, terms: Terms, tally: Tally) -> list[Sentence]:
    """What the person who sent a file should know about how it was taken."""
    if origin.seen:
        said = [Sentence("records.seen-before", delivery=origin.delivery_id)]
    else:
        said = notes_on(terms, origin.source, until(terms, origin.received_at))
    if tally.contradictions:
        said.append(Sentence("records.rows-correct-rows", count=tally.contradictions, file=origin.file))
    if tally.far_corrections:
        said.append(
            Sentence(
                "records.corrections-far", count=tally.far_corrections, file=origin.file, source=origin.source
            )
        )
    if tally.reused_numbers:
        said.append(
            Sentence(
                "records.numbers-reused", count=tally.reused_numbers, file=origin.file, source=origin.source
            )
        )
    if tally.repeated:
        others = ", ".join(f"{name} ({count})" for name, count in tally.repeated.most_common(SHOWN))
        count = tally.repeated.total()
        said.append(
            Sentence(
                "records.rows-repeated", count=count, file=origin.file, source=origin.source, others=others
            )
        )
    if tally.alike:
        said.append(Sentence("records.rows-alike", count=tally.alike, file=origin.file, source=origin.source))
    if tally.renumbered:
        said.append(
            Sentence(
                "records.rows-renumbered", count=tally.renumbered, file=origin.file, source=origin.source
            )
        )
    if tally.not_compared:
        said.append(Sentence("files.not-compared"))
    if tally.batch_totals:
        said.append(Sentence("records.batch-totals", count=tally.batch_totals, file=origin.file))
    if tally.in_quarantine:
        said.append(Sentence("records.waited-before", count=tally.in_quarantine))
    return said


def summary_of(origin: Origin, tally: Tally, notes: Sequence[Sentence], started: float) -> IngestSummary:
    """The answer for one file; `started` on the clock of `time.perf_counter`."""
    return IngestSummary(
        table=origin.table.name,
        file=origin.file,
        source=origin.source,
        accepted=tally.accepted,
        duplicates=tally.duplicates,
        corrections=tally.corrections,
        quarantined=tally.quarantined,
        seconds=round(time.perf_counter() - started, 3),
        delivery_id=origin.delivery_id if origin.seen or tally.brought else "",
        resolved=tally.resolved,
        contradictions=tally.contradictions,
        far_corrections=tally.far_corrections,
        reused_numbers=tally.reused_numbers,
        repeated=tally.repeated.total(),
        alike=tally.alike + tally.renumbered,
        batch_totals=tally.batch_totals,
        notes=tuple(notes),
        withheld=tally.withheld,
    )
