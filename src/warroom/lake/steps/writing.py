"""Third step: rows as files of their days in the staging folder, where they count for nothing yet."""

from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

from warroom import settings
from warroom.lake.commit import LakeFile
from warroom.lake.days import TableWriter
from warroom.lake.stage import LakeStage
from warroom.lake.steps.judging import JudgedBatch
from warroom.records.tables import TABLES


class WritingStep:
    """The writers of one call, one a table, and the threads they share."""

    def __init__(self, stage: LakeStage) -> None:
        self._stage = stage
        self._pool = ThreadPoolExecutor(max(1, settings.count_threads()), "lake")
        self._writers: dict[str, TableWriter] = {}

    def write_judged(self, table: str, judged: JudgedBatch) -> None:
        """Write what is new of a table and what corrects, each to files of its own."""
        writer = self._get_writer(table)
        writer.add_rows(judged.new)
        # Files of their own, so that views read all other rows without a window.
        writer.add_rows(judged.corrections, corrections=True, late=judged.late)

    def write_rows(self, table: str, rows: pa.Table) -> None:
        """Write rows that need no judgement: nothing but this call can say them."""
        self._get_writer(table).add_rows(rows)

    def finish_files(self) -> list[LakeFile]:
        """Write what is left; all files of the call, closed."""
        return [file for writer in self._writers.values() for file in writer.finish_files()]

    def close(self) -> None:
        """Let go of threads and open files."""
        for writer in self._writers.values():
            writer.abandon()
        self._pool.shutdown()

    def _get_writer(self, table: str) -> TableWriter:
        if table not in self._writers:
            self._writers[table] = TableWriter(TABLES[table], self._stage, self._pool)
        return self._writers[table]
