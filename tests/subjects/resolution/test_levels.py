"""How well two values agree, letter by letter, in any script."""

import numpy as np
import pyarrow as pa
import pytest

from warroom.subjects.resolution.levels import DIFFERENT, NEAR, PARTLY, SAME, RecordComparer
from warroom.subjects.resolution.values import ColumnValues


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("bangkok", "bangkok", SAME),
        ("bangkok", "bangkko", NEAR),
        ("BANGKOK", "bangkpk", NEAR),
        ("ÉCOLES", "écolex", NEAR),
        ("สุขุมวิท", "สุขมุวิท", NEAR),
        ("สุขุมวิท", "สุขมุวัท", PARTLY),
        ("ភ្នំពេញ", "ភ្នំពេង", NEAR),
        ("𞤀𞤀𞤀𞤀𞤀", "𞤢𞤢𞤢𞤢x", NEAR),
        ("🏠🏠🏠🏠🏠", "🏠🏠🏠🏠🏡", NEAR),
        ("a" * 60 + "b" * 60, "a" * 60 + "c" * 60, NEAR),
        ("bangkok", "สุขุมวิท", DIFFERENT),
        ("ก", "ก" * 9, DIFFERENT),
    ],
)
@pytest.mark.parametrize("before", [0, 3])
def test_a_slip_of_the_pen_is_near_in_any_script_and_in_capitals(
    one: str, other: str, level: int, before: int
) -> None:
    texts = pa.array(["x"] * before + [one, other])[before:]
    codes = np.array([0, 0 if one == other else 1], np.int32)
    column = ColumnValues("place", "text", texts, codes)
    found = RecordComparer([column]).compare_pairs(np.array([0], np.int32), np.array([1], np.int32))
    assert found.tolist() == [[level]]
