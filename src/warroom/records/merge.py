"""Small batches made into larger ones, so that the lake writes few and full row groups."""

from collections.abc import Iterable, Iterator

import pyarrow as pa

from warroom.records.batch import RowBatch

# Rows, chosen: a power of two, half of what the Parquet reader gives at once.
ROWS = 131_072


def merge_batches(batches: Iterable[RowBatch], rows: int = ROWS) -> Iterator[RowBatch]:
    """Batches of at least so many rows, but for the last."""
    waiting: list[RowBatch] = []
    size = 0
    for batch in batches:
        waiting.append(batch)
        # Rejects count too: a file of nothing else must not gather in memory.
        size += batch.rows.num_rows + len(batch.rejects)
        if size >= rows:
            yield _concat_batches(waiting)
            waiting, size = [], 0
    if waiting:
        yield _concat_batches(waiting)


def _concat_batches(batches: list[RowBatch]) -> RowBatch:
    table = pa.concat_tables([batch.rows for batch in batches])
    return RowBatch(
        table.combine_chunks(),
        [reject for batch in batches for reject in batch.rejects],
        tuple(raws for batch in batches for raws in batch.raw_rows),
    )
