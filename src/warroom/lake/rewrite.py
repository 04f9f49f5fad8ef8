"""Rewriting of files: to erase expired deliveries, to merge small files, or to bring accounts to one
spelling.

Each rewrite is one commit with a tombstone for every file that it replaces. Of erased rows only counts
remain: how many, of which delivery, out of which file.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import pyarrow as pa
import pyarrow.compute as pc

from warroom.lake.commit import CommitDraft, Delivery, DeliveryErasure, LakeFile, LakeState, Tombstone
from warroom.lake.days import TableWriter
from warroom.lake.original import load_columns, load_file
from warroom.lake.stage import LakeStage
from warroom.records.currencies import CODES
from warroom.records.tables import TABLES
from warroom.subjects import spelled_columns, spelling

KEPT = ("deliveries",)
"""The table that says what was delivered holds no record of a person; it stays as part of the proof."""

SMALL_ROWS = 50_000
"""Files of one day with fewer rows are worth joining."""


@dataclass(frozen=True, slots=True)
class ErasureReport:
    """What an erasure did: the expired deliveries, the rows that went, the commit that proves it."""

    seq: int
    erasures: tuple[DeliveryErasure, ...]
    files: int

    @property
    def rows(self) -> int:
        return sum(sum(erasure.rows.values()) for erasure in self.erasures)


def list_expired_deliveries(state: LakeState, now: datetime) -> list[Delivery]:
    """Deliveries whose time is over and whose rows are still here."""
    gone = {erasure.delivery_id for erasure in state.erasures}
    return [d for d in state.deliveries.values() if d.retention_until <= now and d.delivery_id not in gone]


def build_erasure(
    state: LakeState, stage: LakeStage, deliveries: Sequence[Delivery], now: datetime
) -> CommitDraft:
    """The commit that erases deliveries; its files are written to the stage."""
    ids = {delivery.delivery_id for delivery in deliveries}
    # By table: the erasure proves how much went, without saying what.
    counts: dict[str, Counter[str]] = {name: Counter() for name in ids}
    # All tables: the quarantine holds the rejected rows of an erased delivery, word for word.
    files = [f for f in state.files.values() if f.table not in KEPT and ids & set(f.deliveries)]
    added, removed = [], []
    # One thread: files are read and written one after the other, so that memory is that of one.
    with ThreadPoolExecutor(1) as pool:
        for file in files:
            rows = load_file(file)
            goes = pc.is_in(rows["delivery_id"], pa.array(sorted(ids)))
            for pair in rows.filter(goes)["delivery_id"].value_counts().to_pylist():
                counts[pair["values"]][file.table] += pair["counts"]
            # The rest of the file is rewritten: a Parquet file cannot lose single rows in place.
            kept = rows.filter(pc.invert(goes))
            reason = f"retention ended for {', '.join(sorted(ids & set(file.deliveries)))}"
            removed.append(_make_tombstone(file, file.rows - kept.num_rows, reason))
            added += _write_files([(file, kept)], stage, pool)
    erased = [_make_erasure(d, dict(counts[d.delivery_id]), now, stage.seq) for d in deliveries]
    return CommitDraft(added=added, removed=removed, erased=erased)


def build_compaction(state: LakeState, stage: LakeStage, least: int = 2) -> CommitDraft:
    """The commit that joins small files of the same table and day, where there are at least so many."""
    added, removed = [], []
    with ThreadPoolExecutor(1) as pool:
        for files in list_joinable_files(state, least):
            removed += [_make_tombstone(file, 0, "joined with others of its day") for file in files]
            added += _write_files([(file, load_file(file)) for file in files], stage, pool)
    return CommitDraft(added=added, removed=removed)


def build_respelling(state: LakeState, stage: LakeStage) -> CommitDraft:
    """The commit after which accounts, banks and currencies of old rows are spelled as those of new ones.

    Nothing else of a row changes, its received_at neither: what a moment of the past showed, it shows still.
    """
    added, removed = [], []
    with ThreadPoolExecutor(1) as pool:
        for file in state.files.values():
            kinds = {c.name: c.kind for c in TABLES[file.table].columns if c.kind in SPELLED}
            # These columns alone at first: most files of most lakes are spelled so already.
            if kinds and _respell_rows(load_columns(file, list(kinds)), kinds):
                rows = _respell_rows(load_file(file), kinds)
                assert rows is not None
                removed.append(_make_tombstone(file, 0, "accounts in one spelling"))
                added += _write_files([(file, rows)], stage, pool)
    return CommitDraft(added=added, removed=removed, spelling_mark=spelling.get_spelling_version())


def _respell_rows(rows: pa.Table, kinds: Mapping[str, str]) -> pa.Table | None:
    """The rows in today's spelling; None where they are in it."""
    before = rows
    for name, kind in kinds.items():
        array = rows[name].combine_chunks()
        # A number made only of separators keeps them: otherwise it would be empty, and the account lost.
        spelled = pc.coalesce(SPELLED[kind](array.cast(pa.string())), array)
        rows = rows.set_column(rows.schema.get_field_index(name), before.schema.field(name), spelled)
    return None if rows.equals(before) else rows


def _spell_currencies(array: pa.Array) -> pa.Array:
    """Codes in large letters; a word that is none stays, since what it means was never declared."""
    large = spelled_columns.spell_codes(array)
    return pc.if_else(pc.is_in(large, CODES), large, array)


SPELLED = {
    "account": spelled_columns.spell_account_numbers,
    "bank": spelled_columns.spell_banks,
    "currency": _spell_currencies,
}


def list_joinable_files(state: LakeState, least: int) -> list[list[LakeFile]]:
    """The small files of the same table and day, where there are at least so many."""

    def get_group(file: LakeFile) -> tuple[str, str, bool]:
        return file.table, file.day.isoformat(), file.corrections > 0

    small = sorted(
        (f for f in state.files.values() if f.rows < SMALL_ROWS), key=lambda f: (*get_group(f), f.seq)
    )
    # Corrections are never joined with other rows: views read them apart.
    groups = (list(group) for _, group in groupby(small, key=get_group))
    return [files for files in groups if len(files) >= least]


def _write_files(
    parts: Sequence[tuple[LakeFile, pa.Table]], stage: LakeStage, pool: ThreadPoolExecutor
) -> list[LakeFile]:
    """The rows of files that are alike in table, day and kind, as one file, or none where no row is left."""
    first = parts[0][0]
    writer = TableWriter(TABLES[first.table], stage, pool)
    for file, rows in parts:
        writer.add_rows(rows, corrections=first.corrections > 0, late=file.late)
    return writer.finish_files()


def _make_tombstone(file: LakeFile, erased: int, reason: str) -> Tombstone:
    return Tombstone(file.name, file.table, file.sha256, file.rows, erased, reason)


def _make_erasure(delivery: Delivery, rows: dict[str, int], now: datetime, seq: int) -> DeliveryErasure:
    return DeliveryErasure(
        delivery_id=delivery.delivery_id,
        source=delivery.source,
        file_sha256=delivery.sha256,
        retention_until=delivery.retention_until,
        rows=rows,
        at=now,
        seq=seq,
    )
