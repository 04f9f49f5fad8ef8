"""Records of one person become one subject, and numbers stay."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tests.subjects.resolution.people import HOLDS, People, people
from warroom.errors import RecordsError
from warroom.subjects.resolution import blocks, saved
from warroom.subjects.resolution.arriving import resolve_file
from warroom.subjects.resolution.joining import RecordPairs, join_records
from warroom.subjects.resolution.resolve import Register, resolve_first_records, resolve_new_records
from warroom.subjects.resolution.traits import RecordTraits


@pytest.fixture(scope="module")
def known() -> tuple[People, Register]:
    made = people(1_500, 700, 1)
    return made, resolve_first_records(made.written, HOLDS)  # type: ignore[arg-type]


def figures(subject: "np.ndarray[tuple[int], np.dtype[np.int32]]", who: list[int]) -> tuple[float, float]:
    """Precision and recall of pairs of records."""
    same = np.asarray(who)[:, None] == np.asarray(who)[None, :]
    found = subject[:, None] == subject[None, :]
    upper = np.triu_indices(len(who), 1)
    both = (same & found)[upper].sum()
    return both / found[upper].sum(), both / same[upper].sum()


def test_a_person_in_two_scripts_two_calendars_and_ten_shapes_of_telephone_is_one_subject(
    known: tuple[People, Register],
) -> None:
    made, register = known
    precision, recall = figures(register.subject, made.who)
    assert precision >= 0.995
    assert recall >= 0.95


def test_the_next_days_records_join_and_nobody_elses_number_changes(known: tuple[People, Register]) -> None:
    made, register = known
    more = people(200, 700, 2)
    grown = resolve_new_records(register, more.written)
    assert np.array_equal(grown.subject[: len(register)], register.subject)
    precision, recall = figures(grown.subject, made.who + more.who)
    assert precision >= 0.995
    assert recall >= 0.95
    assert (grown.subject[len(register) :] < len(register)).mean() > 0.5


def test_the_same_records_read_again_from_disk_lead_to_the_same_subjects(
    known: tuple[People, Register], tmp_path: Path
) -> None:
    _, register = known
    names = pa.array([str(number) for number in range(len(register))])
    saved.save_register(tmp_path, saved.SavedRegister("person", register, names, names))
    more = people(50, 700, 3)
    assert np.array_equal(
        resolve_new_records(saved.load_register(tmp_path).register, more.written).subject,
        resolve_new_records(register, more.written).subject,
    )


def test_a_value_that_very_many_share_makes_no_pair() -> None:
    records = 500_000
    shared = pa.array(["1441"] * records)
    register = resolve_first_records(
        {"phone": shared, "account": pa.array([f"{n:010d}" for n in range(records)])},
        {"phone": "text", "account": "account"},
    )
    assert len(register.links) == 0
    assert len(register.questions) == 0
    assert all(len(blocks.pairs_within(block)) == 0 for block in register.blocks)


def test_names_that_say_nothing_join_nobody() -> None:
    names = ["ก", "ก", "นาย", "นาย", "123", "123", "", "นางสาว", "x", "x"]
    register = resolve_first_records({"name": pa.array(names)}, {"name": "name"})
    assert np.array_equal(register.subject, np.arange(len(names)))


def test_two_subjects_that_stood_are_never_merged_by_a_record_that_fits_both() -> None:
    pairs = RecordPairs(np.array([0, 1], np.int32), np.array([2, 2], np.int32), np.array([9.0, 8.0]))
    none = np.full(3, -1, np.int32)
    made = join_records(
        np.array([0, 1], np.int32), 3, pairs, RecordTraits(none, none, none), np.zeros(3, np.bool_)
    )
    assert made.subject.tolist() == [0, 1, 0]
    assert (made.questions.first.tolist(), made.questions.second.tolist()) == ([1], [2])


def test_two_different_identity_numbers_are_never_one_person_by_machine() -> None:
    pairs = RecordPairs(np.array([0], np.int32), np.array([1], np.int32), np.array([30.0]))
    none, number = np.full(2, -1, np.int32), np.array([4, 5], np.int32)
    made = join_records(
        np.zeros(0, np.int32), 2, pairs, RecordTraits(number, none, none), np.zeros(2, np.bool_)
    )
    assert made.subject.tolist() == [0, 1]
    assert len(made.questions) == 1


def test_a_record_that_a_measure_names_is_joined_by_officers_alone(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        "record_id,name,id,born\nH-1,สมชาย ใจดี,1101700230708,1990-01-02\nH-2,Somchai Jaidee,1101700230708,2/1/2533\n",
        encoding="utf-8",
    )
    free = resolve_file(tmp_path / "free", "person", file, {})
    assert (free.subjects, free.questions) == (1, 0)
    named = resolve_file(tmp_path / "named", "person", file, {}, measured={"H-2"})
    assert (named.subjects, named.questions) == (2, 1)


def test_a_file_brought_twice_adds_nothing_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("record_id,name,phone\n1,สมชาย ใจดี,081-234-5678\n2,ก,\n", encoding="utf-8")
    assert resolve_file(tmp_path / "home", "person", file, {}).records == 2
    again = resolve_file(tmp_path / "home", "person", file, {})
    assert (again.records, again.known, again.subjects) == (0, 2, 2)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("name,phone\nก,1\n", "resolution.no-record-id"),
        ("record_id,name\n1,ก\n1,ข\n", "resolution.no-record-id"),
        ("record_id\n1\n", "resolution.no-columns"),
        ("record_id,name\n", "resolution.no-rows"),
        ("", "resolution.unreadable"),
    ],
)
def test_a_file_that_cannot_be_resolved_says_what_it_lacks(tmp_path: Path, text: str, code: str) -> None:
    file = tmp_path / "people.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RecordsError) as problem:
        resolve_file(tmp_path / "home", "person", file, {})
    assert problem.value.code == code


def test_a_register_of_another_version_is_refused_with_the_way_out(
    known: tuple[People, Register], tmp_path: Path
) -> None:
    _, register = known
    small = replace(register, blocks=())
    names = pa.array([str(number) for number in range(len(register))])
    saved.save_register(tmp_path, saved.SavedRegister("person", small, names, names))
    card = tmp_path / (tmp_path / "now").read_text() / "card.json"
    card.write_text(card.read_text().replace('"layout": 1', '"layout": 0'))
    with pytest.raises(RecordsError, match="another version"):
        saved.load_register(tmp_path)
