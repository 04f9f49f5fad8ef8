"""What was observed: tables of records in Parquet, appended by day, seen as of any moment, and provably
unchanged.

Every change is one signed commit, in effect as a whole or not at all. The package refuses to edit a row: a
correction is a new row, and only a delivery whose retention is over is erased, with a tombstone that says so.
"""
