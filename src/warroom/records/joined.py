"""Several columns of a file joined into one of ours: a day and a time of day in columns of their own."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from warroom.records.plan import ReadPlan
from warroom.records.texts import trim_texts

EPOCH = 1905
"""A moment before this year is a time of day: spreadsheets count from 1899 or 1904."""


def join_columns(plan: ReadPlan, source: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """The columns that are made of several, by the names that the plan gives them: texts joined by a space, null where
    one of them is empty.
    """
    made = {field.theirs: field.parts for field in plan.fields if field.parts and field.theirs}
    return {
        name: pc.binary_join_element_wise(*(_part_as_text(source[part]) for part in parts), " ")
        for name, parts in made.items()
        if name not in source
    }


def _part_as_text(array: pa.Array) -> pa.Array:
    """A part as text. A workbook and a database know no lone day or time of day: the half that says nothing is left out."""
    if pa.types.is_timestamp(array.type):
        # Whole columns are judged: a single time of 00:00 among others is a time and no missing half.
        naive = array.cast(pa.timestamp("us"), safe=False)
        if pc.all(pc.equal(naive, pc.floor_temporal(naive, unit="day"))).as_py():
            return naive.cast(pa.date32()).cast(pa.string())
        if pc.all(pc.less(pc.year(naive), EPOCH)).as_py():
            return naive.cast(pa.time64("us")).cast(pa.string())
        return naive.cast(pa.string())
    return trim_texts(array)
