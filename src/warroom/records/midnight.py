"""What only a whole file shows: that all its times are midnight."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warroom.errors import RecordsError
from warroom.records.job import ReadJob
from warroom.records.times import DAY
from warroom.sentences.sentence import Sentence

QUARTER = 900_000_000
"""All zones are whole quarters of an hour from UTC, so that any midnight is such a time of day."""

FIRST = 100
"""Rows that are looked at before the others."""

CLOCKS = ("เวลา", "ชั่วโมง", "time", "hour", "clock")
"""What columns are called that hold a time of day."""


class MidnightCheck:
    """Whether every time that passed is midnight: then a bank's column of days was taken for its times."""

    def __init__(self, job: ReadJob) -> None:
        self._name, self._rule = Path(job.name).name, job.mapping.get_time_rule("time")
        self._rows, self._times = 0, set[int]()

    def observe(self, rows: pa.Table) -> None:
        """Look at the times of a batch."""
        # A second time of day settles it: of nearly every file, the first rows of the first batch.
        for part in (rows.slice(0, FIRST), rows.slice(FIRST)):
            if len(self._times) < 2 and part.num_rows:
                self._collect_times(part)

    def _collect_times(self, rows: pa.Table) -> None:
        self._rows += rows.num_rows
        times = rows["time"].cast(pa.timestamp("us", self._rule.zone or "UTC"))
        local = pc.local_timestamp(times).cast(pa.int64()).to_numpy()
        # Two suffice: the question is only whether there is more than one time of day.
        self._times |= set(np.unique(local % DAY).tolist()[:2])

    def list_notes(self, unused: list[str]) -> list[Sentence]:
        """Notes on the whole file; raises RecordsError where a column that the mapping does not read holds
        the times.
        """
        if self._rule.day_only or self._rows < 2 or not self._has_only_midnight():
            return []
        clocks = [name for name in unused if any(word in name.lower() for word in CLOCKS)]
        if clocks:
            raise RecordsError("records.midnight-unused", name=self._name, column=clocks[0])
        return [Sentence("records.all-midnight", name=self._name)]

    def _has_only_midnight(self) -> bool:
        (only,) = self._times if len(self._times) == 1 else (1,)
        return only % QUARTER == 0 if self._rule.zone is None else only == 0
