"""People of one given name and two family names, or of one family and two given names, are never one by machine, whatever the weights."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pyarrow as pa
import pytest

from tests.subjects.resolution.people import FAMILY, GIVEN
from tests.subjects.resolution.test_two_people import HOLDS, MORE_GIVEN, Row, Town, begun, merged, written
from warroom.subjects.resolution.joining import RecordPairs, join_records
from warroom.subjects.resolution.levels import DIFFERENT, KIN, RENAMED, RecordComparer
from warroom.subjects.resolution.resolve import (
    SAME_SUBJECT_THRESHOLD,
    Register,
    bits_to_probability,
    resolve_first_records,
    resolve_new_records,
)
from warroom.subjects.resolution.traits import traits_of
from warroom.subjects.resolution.values import encode_column
from warroom.subjects.resolution.weights import MatchWeights

Pairs = list[tuple[str, str]]
THAI, LATIN = 0, 1


def find_joined(pairs: Pairs) -> Pairs:
    """The pairs that the machine joins though nothing but their names could part them: each is given all the weight there is."""
    column = encode_column("name", "name", pa.array([name for pair in pairs for name in pair]))
    first = 2 * np.arange(len(pairs), dtype=np.int32)
    sure = RecordPairs(first, first + 1, np.full(len(pairs), 1e6))
    none = np.zeros(0, np.int32)
    made = join_records(none, 2 * len(pairs), sure, traits_of([column]), np.zeros(2 * len(pairs), np.bool_))
    joined = made.subject[first] == made.subject[first + 1]
    # What does not join is asked, not lost.
    assert len(made.links) + len(made.questions) == len(pairs)
    return [pair for pair, is_joined in zip(pairs, joined, strict=True) if is_joined]


def compare_levels(pairs: Pairs) -> "np.ndarray[tuple[int], np.dtype[np.uint8]]":
    column = encode_column("name", "name", pa.array([name for pair in pairs for name in pair]))
    codes = column.codes.reshape(-1, 2)
    one, other = np.ascontiguousarray(codes[:, 0]), np.ascontiguousarray(codes[:, 1])
    names = replace(column, codes=np.arange(len(column.texts), dtype=np.int32))
    return RecordComparer([names]).compare_pairs(one, other)[:, 0]


def make_families() -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """Pairs of family names of two parts in Thai and Latin letters, of which no part is in both."""
    families = [(*parts, a + b, x + y.lower()) for parts, ((a, x), (b, y)) in _pair_parts()]
    apart = [
        ((first[2], first[3]), (other[2], other[3]))
        for first, other in combinations(families, 2)
        if not set(first[:2]) & set(other[:2])
    ]
    draw = np.random.default_rng(5)
    return [apart[place] for place in draw.choice(len(apart), 150, replace=False)]


def _pair_parts() -> list[tuple[tuple[int, int], tuple[tuple[str, str], tuple[str, str]]]]:
    places = product(range(len(FAMILY)), repeat=2)
    return [((a, b), (FAMILY[a], FAMILY[b])) for a, b in places if a != b]


@pytest.mark.parametrize(("script", "other_script"), [(THAI, THAI), (LATIN, LATIN), (THAI, LATIN)])
@pytest.mark.parametrize("title", ["", "นาง"])
def test_one_given_name_and_two_families_never_join(script: int, other_script: int, title: str) -> None:
    pairs = [
        (f"{title}{given[script]} {family[script]}", f"{given[other_script]} {other[other_script]}")
        for given, (family, other) in product(GIVEN, make_families())
    ]
    assert find_joined(pairs) == []
    assert set(compare_levels(pairs).tolist()) <= {RENAMED, DIFFERENT, KIN}


def test_one_family_and_two_given_names_never_join() -> None:
    given_names = [thai for thai, _ in GIVEN] + list(MORE_GIVEN)
    pairs = [
        (f"{given} {family}", f"{other} {family}")
        for given, other in combinations(given_names, 2)
        for family in ("แสงทองศรีสุข", "พันธ์ดีมีสุข")
    ]
    assert find_joined(pairs) == []
    assert set(compare_levels(pairs).tolist()) <= {KIN, DIFFERENT}


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("မောင်ကို", "မောင်ရဲ"),
        ("Aung Ko Ko", "Aung Ko Ye"),
        ("Aung Kyaw Zin", "Aung Kyaw Moe"),
        ("សុខ ដារ៉ា", "សុខ ពិសី"),
        ("Sok Dara", "Chea Dara"),
        ("ສົມສັກ ວົງສາ", "ສົມສັກ ພົມມະຈັນ"),
        ("陈伟", "王伟"),
        ("陈伟明", "陈伟强"),
        ("Nguyễn Văn An", "Trần Văn An"),
        ("Nguyễn Thị Thanh Hương", "Nguyễn Thị Thanh Mai"),
        ("Siti Nurhaliza binti Ahmad", "Siti Nurhaliza binti Yusof"),
        ("Kittisak B.", "Kittisak Wongyai"),
        ("John Michael Smith", "John Michael Brown"),
        ("Saengthong Waraporn", "Meesuk Waraporn"),
    ],
)
def test_two_names_that_each_have_another_word_never_join_in_any_order_of_words(
    name: str, other: str
) -> None:
    assert find_joined([(name, other), (other, name)]) == []


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("သန္တာ", "သန္တာအောင်"),
        ("Aung Ko", "Aung Ko Ko"),
        ("Suharto", "Suharto bin Ahmad"),
        ("ដារ៉ា", "សុខ ដារ៉ា"),
        ("ສົມສັກ", "ສົມສັກ ວົງສາ"),
        ("สมชาย", "สมชาย แสงทองดี"),
        ("陈伟", "Chen Wei"),
        ("Văn An", "Nguyễn Văn An"),
        ("Kittisak W.", "Kittisak Wongyai"),
        ("Kittisak Wongyai", "Wongyai Kittisak"),
        ("สมชาย แสงทองดี", "สมชาย แสงทอดี"),
        ("สมชาย แสงทองดี", "Somchai Saengthongdee"),
        ("John Smith", "John Michael Smith"),
    ],
)
def test_who_has_no_family_name_or_a_slip_in_it_may_still_join(name: str, other: str) -> None:
    assert find_joined([(name, other), (other, name)]) == [(name, other), (other, name)]


MARRIED: list[tuple[str, Row, Row]] = [
    (
        "one day of birth and telephone",
        ("วราภรณ์ แสงทองดี", "1970-05-06", "0890000001", "9 ซอยยาว"),
        ("วราภรณ์ มีสุขใจดี", "1970-05-06", "0890000001", "9 ซอยยาว"),
    ),
    (
        "a long given name before short families",
        ("ประเสริฐศักดิ์พงษ์ชัย ใจดี", "1971-05-06", "0890000002", "8 ซอยยาว"),
        ("ประเสริฐศักดิ์พงษ์ชัย บุญมี", "1971-05-06", "0890000002", "8 ซอยยาว"),
    ),
]


@pytest.mark.parametrize("case", MARRIED, ids=[case[0] for case in MARRIED])
@pytest.mark.parametrize("numbered", [False, True])
def test_who_married_is_asked_about_and_never_joined(case: tuple[str, Row, Row], numbered: bool) -> None:
    rows = [*Town(3_000, 40, 3).rows, *case[1:]]
    columns, holds = written(rows), dict(HOLDS)
    if numbered:
        columns["id"] = pa.array([f"{n:013d}" for n in range(len(rows) - 2)] + ["1101700230708"] * 2)
        holds["id"] = "id"
    register = resolve_first_records(columns, holds)  # type: ignore[arg-type]
    maiden, married = len(rows) - 2, len(rows) - 1
    assert register.subject[maiden] != register.subject[married]
    questions = register.questions
    asked = (questions.first == maiden) & (questions.second == married)
    assert asked.sum() == 1
    assert bits_to_probability(questions.bits[asked])[0] < SAME_SUBJECT_THRESHOLD


def test_no_weights_at_all_join_people_of_two_families() -> None:
    """Weights as bad as they could be learned: every level of names speaks for one subject."""
    town = Town(500, 60, 3)
    register = begun(town.rows[: town.dwellers])
    weights = register.weights
    bad = MatchWeights(np.ones_like(weights.within), np.full_like(weights.by_chance, 1e-6), 0.5)
    grown = resolve_new_records(replace(register, weights=bad), written(town.rows[town.dwellers :]))
    mixed = [who for names in merged(grown, town.who) for who in combinations(names, 2)]
    # Families that share a half may be a slip of each other, such as มีสุขรักไทย and ศรีสุขรักไทย.
    assert [(one, other) for one, other in mixed if not _list_halves(one) & _list_halves(other)] == []


def _list_halves(who: str) -> set[str]:
    family = who.rpartition(" ")[2]
    return {part for part, _ in FAMILY if family.startswith(part) or family.endswith(part)}


@pytest.mark.parametrize("other", ["วราภรณ์ มีสุขใจดี", "รังสิมา แสงทองดี"])
def test_a_record_without_a_name_is_no_bridge_between_two_people(other: str) -> None:
    rows: list[Row] = [
        ("วราภรณ์ แสงทองดี", None, "0890000001", "9 ซอยยาว"),
        (None, None, "0890000001", "9 ซอยยาว"),
        (other.split()[0], None, "0890000001", "9 ซอยยาว"),
        (other, None, "0890000001", "9 ซอยยาว"),
    ]
    register: Register = begun([*Town(3_000, 0, 0).rows, *rows])
    assert register.subject[-4] != register.subject[-1]
