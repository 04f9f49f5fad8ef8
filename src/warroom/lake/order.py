"""Putting rows that an engine returned in any order back into the order of the lake's files."""

from collections.abc import Iterable
from datetime import date

import numpy as np
import pyarrow as pa

from warroom.lake.commit import LakeFile
from warroom.lake.days import DAY, get_row_times
from warroom.records.table import Table


def sort_by_file_order(rows: pa.Table, table: Table, files: Iterable[LakeFile]) -> pa.Table:
    """Rows of a table by commit, file, delivery and line; their column `correction` says which kind of file
    each is in.

    A delivery whose rows of one day are spread over several files is taken in the order of its lines.
    """
    if not rows.num_rows:
        return rows
    names, delivery = np.unique(np.array(rows["delivery_id"].to_pylist(), object), return_inverse=True)
    day, corrects = get_row_times(rows, table) // DAY, rows["correction"].to_numpy()
    groups, of = np.unique(np.column_stack([delivery, day, corrects]), axis=0, return_inverse=True)
    places = _rank_files(files)
    ranks = [places.get((names[at], int(on), bool(kind)), len(places)) for at, on, kind in groups.tolist()]
    order = np.lexsort((rows["line"].to_numpy(), delivery, np.array(ranks)[of]))
    return rows.take(pa.array(order))


def _rank_files(files: Iterable[LakeFile]) -> dict[tuple[str, int, bool], int]:
    """The rank of the file that holds a delivery's rows of a day, by (delivery, day, corrections)."""
    found: dict[tuple[str, int, bool], int] = {}
    for rank, file in enumerate(sorted(files, key=lambda file: (file.seq, file.name))):
        day = (file.day - date(1970, 1, 1)).days
        for delivery in file.deliveries:
            found.setdefault((delivery, day, file.corrections > 0), rank)
    return found
