"""Counting what became of a file's rows, and telling it."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from warroom.lake.arrival import RowOrigin
from warroom.lake.identity import CORRECTION, DUPLICATE, NEW
from warroom.lake.terms import IngestSummary, get_retention_end, list_assumption_notes
from warroom.records.mapping import DeliveryTerms
from warroom.sentences.sentence import Sentence

SHOWN = 5
"""Files that a sentence names."""


@dataclass
class IntakeTally:
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
    """Counts of rows that another file already brought, by the name of that file."""
    alike: int = 0
    renumbered: int = 0
    batch_totals: int = 0
    not_compared: bool = False

    @property
    def quarantined(self) -> int:
        """Rows that were rejected, whether or not the quarantine had them already."""
        return sum(map(len, self.rejected))

    @property
    def has_new_rows(self) -> bool:
        """Whether anything of the file is new to the lake."""
        return bool(
            self.accepted or self.corrections or self.resolved or self.quarantined > self.in_quarantine
        )

    def count_kinds(self, kinds: npt.NDArray[np.uint8]) -> None:
        """Add rows by the kind that each was judged to be."""
        counts = np.bincount(kinds, minlength=3).tolist()
        self.accepted += counts[NEW]
        self.duplicates += counts[DUPLICATE]
        self.corrections += counts[CORRECTION]


def list_remarks(origin: RowOrigin, terms: DeliveryTerms, tally: IntakeTally) -> list[Sentence]:
    """What the person who sent a file should know about how it was taken."""
    if origin.seen:
        sentences = [Sentence("records.seen-before", delivery=origin.delivery_id)]
    else:
        sentences = list_assumption_notes(terms, origin.source, get_retention_end(terms, origin.received_at))
    if tally.contradictions:
        sentences.append(Sentence("records.rows-correct-rows", count=tally.contradictions, file=origin.file))
    if tally.far_corrections:
        sentences.append(
            Sentence(
                "records.corrections-far", count=tally.far_corrections, file=origin.file, source=origin.source
            )
        )
    if tally.reused_numbers:
        sentences.append(
            Sentence(
                "records.numbers-reused", count=tally.reused_numbers, file=origin.file, source=origin.source
            )
        )
    if tally.repeated:
        others = ", ".join(f"{name} ({count})" for name, count in tally.repeated.most_common(SHOWN))
        count = tally.repeated.total()
        sentences.append(
            Sentence(
                "records.rows-repeated", count=count, file=origin.file, source=origin.source, others=others
            )
        )
    if tally.alike:
        sentences.append(
            Sentence("records.rows-alike", count=tally.alike, file=origin.file, source=origin.source)
        )
    if tally.renumbered:
        sentences.append(
            Sentence(
                "records.rows-renumbered", count=tally.renumbered, file=origin.file, source=origin.source
            )
        )
    if tally.not_compared:
        sentences.append(Sentence("files.not-compared"))
    if tally.batch_totals:
        sentences.append(Sentence("records.batch-totals", count=tally.batch_totals, file=origin.file))
    if tally.in_quarantine:
        sentences.append(Sentence("records.waited-before", count=tally.in_quarantine))
    return sentences


def make_summary(
    origin: RowOrigin, tally: IntakeTally, notes: Sequence[Sentence], started: float
) -> IngestSummary:
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
        delivery_id=origin.delivery_id if origin.seen or tally.has_new_rows else "",
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
