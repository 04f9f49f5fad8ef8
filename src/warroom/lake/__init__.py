"""What was observed: tables of records in Parquet, appended by day, seen as of any moment, and provably
unchanged.

Every change is one signed commit that stands as a whole or not at all. The package refuses to edit a row: a
correction is a new row, and only a delivery whose retention is over is erased, with a tombstone that says so.
"""

from warroom.lake.commit import Delivery, Erasure, LakeFile
from warroom.lake.lake import Changes, Lake, TableStats
from warroom.lake.rewrite import ErasureReport
from warroom.lake.terms import IngestJob, IngestSummary, Progress
from warroom.lake.verify import Fault

__all__ = [
    "Changes",
    "Delivery",
    "Erasure",
    "ErasureReport",
    "Fault",
    "IngestJob",
    "IngestSummary",
    "Lake",
    "LakeFile",
    "Progress",
    "TableStats",
]
