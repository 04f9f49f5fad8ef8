"""Third step: rows as files of their days in the staging folder, where they count for nothing yet."""

from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

from warroom import settings
from warroom.lake.commit import LakeFile
from warroom.lake.days import TableWriter
from warroom.lake.stage import Stage
from warroom.lake.steps.judging import Judged
from warroom.records.tables import TABLES


class Writing:
    """The writers of one call, one a table, and the threads they share."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._pool = ThreadPoolExecutor(max(1, settings.threads()), "lake")
        self._writers: dict[str, TableWriter] = {}

    def write(self, table: str, judged: Judged) -> None:
        """Write what is new of a table and what corrects, each to files of its own."""
        writer = self._writer(table)
        writer.add(judged.new)
        writer.add(judged.corrections, corrections=True, late=judged.late)

    def add(self, table: str, rows: pa.Table) -> None:
        """Write rows that need no judgement: nothing but this call can say them."""
        self._writer(table).add(rows)

    def finish(self) -> list[LakeFile]:
        """Write what is left; all files of the call, closed."""
        return [file for writer in self._writers.values() for file in writer.finish()]

    def close(self) -> None:
        """Let go of threads and open files."""
        for writer in self._writers.values():
            writer.abandon()
        self._pool.shutdown()

    def _writer(self, table: str) -> TableWriter:
        if table not in self._writers:
            self._writers[table] = TableWriter(TABLES[table], self._stage, self._pool)
        return self._writers[table]
