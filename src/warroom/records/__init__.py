"""What partners send: the tables, the readers of their files, and the checks on every value.

A file goes in, rows of one table come out, and every row that cannot be one comes out beside them as a
`Reject` with its line, column and reason: nothing is lost and nothing is repaired by guessing. The package
refuses a time without a zone, an amount it would have to round, a document type definition in XML, and any
column about nationality, ethnicity, religion, language or sex: no table has one.
"""

from warroom.records.batch import Batch, Reject
from warroom.records.mapping import Mapping, Terms, TimeRule
from warroom.records.reader import Reader, open_reader
from warroom.records.table import COMMON, Column, Table
from warroom.records.tables import TABLES

__all__ = [
    "COMMON",
    "TABLES",
    "Batch",
    "Column",
    "Mapping",
    "Reader",
    "Reject",
    "Table",
    "Terms",
    "TimeRule",
    "open_reader",
]
