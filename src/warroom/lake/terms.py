"""What a call to ingest is given and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from warroom import settings
from warroom.bilingual.texts import Texts
from warroom.records.mapping import DeliveryTerms, FileMapping
from warroom.sentences.sentence import Sentence

NAMES_TH = {"legal_basis": "ฐานทางกฎหมาย", "purpose": "วัตถุประสงค์"}
UNNAMED = "unnamed"
"""The source of files for which nobody named one."""

NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True)
class IngestJob:
    """A file to take in. `source` and `terms` override the mapping's.

    `allow_known_file` also takes bytes that came from another source before; `name` is the file's name for
    people, where it differs from the path's. With `withhold`, rows that would change the lake's records are
    passed to it instead of being taken in; with `withhold_new` new rows too.
    """

    table: str
    path: Path
    mapping: FileMapping | None = None
    source: str | None = None
    terms: DeliveryTerms | None = None
    allow_known_file: bool = False
    name: str = ""
    withhold: Callable[[pa.Table], None] | None = None
    withhold_new: bool = False

    @property
    def display_name(self) -> str:
        """What people call the file."""
        return self.name or str(self.path)

    @property
    def sender(self) -> str:
        """Whose records they are."""
        return self.source or (self.mapping.source if self.mapping else None) or UNNAMED


@dataclass(frozen=True, slots=True)
class IngestSummary:
    """What became of a file's rows: accepted + duplicates + corrections + quarantined + withheld = its rows.

    `resolved` rows had been in quarantine and were accepted now. `contradictions`: corrections of rows of the
    same file, two rows with the same number and other content; `far_corrections`: corrections that keep half
    or less of what identifies their record. `alike`: rows that look like other rows and may count twice;
    `batch_totals`: rows that are the sum of others. Of the quarantined, `reused_numbers` have the number of
    another record and `repeated` repeat a row of another file of their source.
    """

    table: str
    file: str
    source: str
    accepted: int
    duplicates: int
    corrections: int
    quarantined: int
    seconds: float
    delivery_id: str = ""
    resolved: int = 0
    contradictions: int = 0
    far_corrections: int = 0
    alike: int = 0
    reused_numbers: int = 0
    repeated: int = 0
    batch_totals: int = 0
    notes: tuple[Sentence, ...] = ()
    withheld: int = 0

    @property
    def needs_look(self) -> bool:
        """Whether a person has to look at what became of the file."""
        told = (self.contradictions, self.far_corrections, self.alike, self.batch_totals)
        return bool(self.quarantined or any(told))


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """How far a call has come: the file at hand, and bytes over all its files."""

    file: str
    rows: int
    done_bytes: int
    size_bytes: int


OnProgress = Callable[[IngestProgress], None]


def merge_terms(own: DeliveryTerms | None, mapping: FileMapping) -> DeliveryTerms:
    """The terms of a job: its own where it states them, else the mapping's."""
    if own is None:
        return mapping.terms
    stated = {
        name: value
        for name in ("partner", "legal_basis", "purpose", "retention_until", "retention_days")
        if (value := getattr(own, name)) is not None
    }
    # Days stated for this job must not lose to a date in the mapping.
    if own.retention_days is not None:
        stated.setdefault("retention_until", None)
    return replace(mapping.terms, **stated, backfill=own.backfill or mapping.terms.backfill)


def get_retention_end(terms: DeliveryTerms, received_at: datetime) -> datetime:
    """When rows received now under these terms are to be erased."""
    return terms.compute_erasure_time(received_at, settings.get_number("WARROOM_RETENTION_DAYS"))


def list_assumption_notes(terms: DeliveryTerms, source: str, ends: datetime) -> list[Sentence]:
    """What a person should know was assumed."""
    notes = []
    if source == UNNAMED:
        notes.append(Sentence("records.source-unnamed"))
    missing = [name for name in ("legal_basis", "purpose") if getattr(terms, name) is None]
    if missing:
        what = " and ".join(missing).replace("_", " ")
        notes.append(
            Sentence(
                "records.not-stated",
                what=Texts("และ".join(NAMES_TH[missing_name] for missing_name in missing), what),
            )
        )
    if terms.retention_until is None and terms.retention_days is None:
        notes.append(Sentence("records.retention-not-stated", day=ends.date()))
    return notes
