"""A name finds its records in whatever script it is typed."""

import pyarrow as pa
import pytest

from warroom.subjects.resolution.finding import find_records_by_name
from warroom.subjects.resolution.resolve import Register, resolve_first_records


@pytest.fixture(scope="module")
def register() -> Register:
    names = ["Somchai Jaidee", "สมชัย ใจดี", "วิชัย แสงทอง", "佘智江", "ก", "Somchai Jaidee", None]
    return resolve_first_records(
        {"name": pa.array(names), "phone": pa.array([str(n) for n in range(7)])},
        {"name": "name", "phone": "phone"},
    )


def test_a_thai_name_finds_its_latin_spelling_in_each_record_that_has_it(register: Register) -> None:
    assert [one.number for one in find_records_by_name(register, "นายสมชาย ใจดี")] == [0, 5]
    assert [one.number for one in find_records_by_name(register, "She Zhijiang")] == [3]


@pytest.mark.parametrize("typed", ["", "นาย", "123", "😀", "ไม่มี ผู้นี้"])
def test_what_is_nobodys_name_finds_nobody(register: Register, typed: str) -> None:
    assert find_records_by_name(register, typed) == []
