"""Small batches made into larger ones, so that the lake writes few and full row groups."""

from collections.abc import Iterable, Iterator

import pyarrow as pa

from warroom.records.batch import Batch

ROWS = 131_072


def merged(batches: Iterable[Batch], rows: int = ROWS) -> Iterator[Batch]:
    """Batches of at least so many rows, but for the last."""
    waiting: list[Batch] = []
    size = 0
    for batch in batches:
        waiting.append(batch)
        # Rejects count too: a file of nothing else must not gather in memory.
        size += batch.rows.num_rows + len(batch.rejects)
        if size >= rows:
            yield _one(waiting)
            waiting, size = [], 0
    if waiting:
        yield _one(waiting)


def _one(batches: list[Batch]) -> Batch:
    table = pa.concat_tables([batch.rows for batch in batches])
    return Batch(
        table.combine_chunks(),
        [reject for batch in batches for reject in batch.rejects],
        tuple(raws for batch in batches for raws in batch.raws),
    )
