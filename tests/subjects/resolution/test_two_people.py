"""People who are two stay two by machine, whatever they share: a dormitory, a compound's one telephone, a household."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tests.subjects.resolution.people import FAMILY, GIVEN
from warroom.subjects.resolution import saved
from warroom.subjects.resolution.joining import RecordPairs, is_day_contradiction, join_records
from warroom.subjects.resolution.resolve import (
    ASKED_OF_ONE,
    ASKED_OF_TWO,
    Register,
    bits_to_probability,
    resolve_first_records,
    resolve_new_records,
)
from warroom.subjects.resolution.traits import RecordTraits
from warroom.subjects.resolution.weights import MOST_APART

HOLDS = {"name": "name", "born": "date", "phone": "phone", "address": "text"}
MORE_GIVEN = (
    "กิตติ", "ธนพล", "รังสิมา", "โชคมงคล", "พิมพ์ใจ", "ศุภชัย", "ณัฐพล", "วราภรณ์", "อรุณี", "บุญส่ง", "จักรพงษ์", "เบญจมาศ",
    "ดวงใจ", "ไพโรจน์", "เอกชัย", "ลำดวน", "สุวิทย์", "ฉัตรชัย", "นงลักษณ์", "ทวีศักดิ์",
)  # fmt: skip
Row = tuple[str | None, str | None, str | None, str | None]


def begun(rows: list[Row]) -> Register:
    return resolve_first_records(written(rows), HOLDS)  # type: ignore[arg-type]


def written(rows: list[Row]) -> dict[str, pa.Array]:
    columns = zip(*rows, strict=True)
    return {name: pa.array(column, pa.string()) for name, column in zip(HOLDS, columns, strict=True)}


class Town:
    """Ordinary people with two records each, and groups of people who give one telephone and one address."""

    def __init__(self, people: int, groups: int, size: int, *, days: float = 0.7) -> None:
        self._draw = np.random.default_rng(groups * 100 + size)
        self._days = days
        self.rows: list[Row] = []
        self.who: list[str] = []
        for number in range(people):
            self._ordinary(number)
        self.dwellers = len(self.rows)
        for number in range(groups):
            self._group(number, size)

    def _name(self) -> tuple[str, str, str]:
        """A given name, and the two parts of a family's."""
        given = [thai for thai, _ in GIVEN] + list(MORE_GIVEN)
        first, second, third = self._draw.integers(0, [len(given), len(FAMILY), len(FAMILY)])
        return given[first], FAMILY[second][0], FAMILY[third][0]

    def _born(self) -> str:
        return str(np.datetime64("1950-01-02") + np.timedelta64(int(self._draw.integers(0, 20_000)), "D"))

    def _ordinary(self, number: int) -> None:
        given, *family = self._name()
        name, born = f"{given} {''.join(family)}", self._born()
        self._add(name, (name, born, f"081{number:07d}", f"{number} ถนนสุขใจ"))
        self._add(
            name, (f"นาย{name}", born if self._draw.random() < self._days else None, f"081{number:07d}", None)
        )
        self.who[-2:] = [f"{number} {name}"] * 2

    def _group(self, number: int, size: int) -> None:
        seen: set[tuple[str, str]] = set()
        count = 0
        while count < size:
            given, *family = self._name()
            # Many share a given name; one whose family's name is nearly the same too would be a slip of the other.
            if seen.isdisjoint((given, part) for part in family):
                seen.update((given, part) for part in family)
                count += 1
                name, born = f"{given} {''.join(family)}", self._born()
                shown = born if self._draw.random() < self._days else None
                self._add(name, (name, shown, f"089{number:07d}", f"หอพัก {number} ซอยสงบ"))

    def _add(self, who: str, row: Row) -> None:
        self.rows.append(row)
        self.who.append(who)


def merged(register: Register, who: list[str]) -> list[tuple[str, ...]]:
    """Subjects that hold records of several people."""
    found: dict[int, set[str]] = {}
    for subject, name in zip(register.subject.tolist(), who, strict=True):
        found.setdefault(subject, set()).add(name)
    return [tuple(names) for names in found.values() if len(names) > 1]


@pytest.mark.parametrize(("groups", "size"), [(40, 3), (400, 3), (20, 10), (400, 10)])
def test_people_of_one_dormitory_are_never_one(groups: int, size: int) -> None:
    town = Town(6_000, groups, size)
    register = begun(town.rows)
    assert merged(register, town.who) == []
    # And ordinary people's two records still are one person's.
    ordinary = register.subject[: town.dwellers].reshape(-1, 2)
    assert (ordinary[:, 0] == ordinary[:, 1]).mean() >= 0.95


def test_people_of_one_dormitory_are_a_few_questions_to_an_officer() -> None:
    town = Town(3_000, 200, 10, days=0.0)
    register = begun(town.rows)
    asked = np.concatenate([register.questions.first, register.questions.second])
    of_groups = asked[asked >= town.dwellers]
    assert len(of_groups) > 0
    assert np.bincount(of_groups).max() <= ASKED_OF_ONE + 5  # a few of another sort: those of one given name
    assert len(register.questions) <= ASKED_OF_TWO + 2_000
    assert register.unasked > 0
    # Behind every question about names that agree.
    apart = bits_to_probability(register.questions.bits) <= 0.5
    assert apart.any()


def test_new_people_of_a_dormitory_join_nobody_who_stands() -> None:
    town = Town(3_000, 200, 10)
    now, later = [], []
    for place in range(len(town.rows)):
        (later if place >= town.dwellers and place % 2 else now).append(place)
    register = begun([town.rows[place] for place in now])
    grown = resolve_new_records(register, written([town.rows[place] for place in later]))
    assert np.array_equal(grown.subject[: len(register)], register.subject)
    assert merged(grown, [town.who[place] for place in now + later]) == []


def test_a_record_that_two_people_could_be_behind_does_not_make_them_one() -> None:
    town = Town(3_000, 0, 0)
    rows: list[Row] = [
        ("สมชาย ใจดี", None, "0890000001", "9 ซอยยาว"),
        ("วราภรณ์ แสงทอง", None, "0890000001", "9 ซอยยาว"),
        (None, None, "0890000001", "9 ซอยยาว"),
        ("สมชาย ใจดี", "1970-05-06", "0890000002", "8 ซอยยาว"),
        ("สมชาย ใจดี", None, "0890000002", "8 ซอยยาว"),
        ("สมชาย ใจดี", "1991-11-23", "0890000002", "8 ซอยยาว"),
    ]
    register = begun(town.rows + rows)
    subject = register.subject[-len(rows) :]
    assert subject[0] != subject[1]
    assert subject[3] != subject[5]


HOUSEHOLD: list[tuple[str, Row, Row]] = [
    ("husband and wife", ("สมชาย ใจดี", "1970-05-06", "0890000001", "9 ซอยยาว"), ("วราภรณ์ ใจดี", "1972-03-09", "0890000001", "9 ซอยยาว")),
    ("no birthdays", ("สมชาย ใจดี", None, "0890000001", "9 ซอยยาว"), ("วราภรณ์ ใจดี", None, "0890000001", "9 ซอยยาว")),
    ("twins", ("สมชาย ใจดี", "1970-05-06", "0890000001", "9 ซอยยาว"), ("สมศักดิ์ ใจดี", "1970-05-06", "0890000001", "9 ซอยยาว")),
    ("twins in Latin letters", ("Somchai Jaidee", "1970-05-06", "0890000001", "9 Soi Yao"), ("Somsak Jaidee", "1970-05-06", "0890000001", "9 Soi Yao")),
    ("twins of a long name", ("Ann Rattanakosinsombat", "1970-05-06", "0890000001", "9 Soi Yao"), ("Lek Rattanakosinsombat", "1970-05-06", "0890000001", "9 Soi Yao")),
    ("twins in two scripts", ("สมชาย ใจดี", "1970-05-06", "0890000001", "9 ซอยยาว"), ("Waraporn Jaidee", "1970-05-06", "0890000001", "9 ซอยยาว")),
    ("Burmese brothers", ("အောင်ကိုကို", "1970-05-06", "0890000001", "9 ซอยยาว"), ("အောင်ရဲကို", "1970-05-06", "0890000001", "9 ซอยยาว")),
    ("Han siblings", ("陈伟", "1970-05-06", "0890000001", "9 ซอยยาว"), ("陈强", "1970-05-06", "0890000001", "9 ซอยยาว")),
    ("another surname since she married", ("วราภรณ์ แสงทองดี", "1970-05-06", "0890000001", None), ("วราภรณ์ มีสุขใจดี", "1970-05-06", "0890000001", None)),
    ("an initial of another", ("K. Jaidee", None, "0890000001", "9 Soi Yao"), ("Somchai Jaidee", None, "0890000001", "9 Soi Yao")),
    ("a nickname alone", ("Noi", None, "0890000001", "9 Soi Yao"), ("Somchai Jaidee", None, "0890000001", "9 Soi Yao")),
]  # fmt: skip


SAME: list[tuple[str, Row, Row]] = [
    ("a slip in the surname", ("สมชาย แสงทองดี", "1970-05-06", "0890000001", None), ("สมชาย แสงทอดี", "1970-05-06", "0890000001", None)),
    ("a slip in the given name", ("กิตติศักดิ์ แสงทองดี", "1970-05-06", "0890000001", None), ("นายกิตติศักดิ แสงทองดี", "1970-05-06", "0890000001", None)),
    ("Thai and Latin letters", ("สมชาย แสงทองดี", "1970-05-06", "0890000001", None), ("Somchai Saengthongdee", "6/5/2513", "+66890000001", None)),
    ("an initial", ("Kittisak W.", "1970-05-06", "0890000001", None), ("Kittisak Wongyai", "1970-05-06", "0890000001", None)),
    ("no name", (None, "1970-05-06", "0890000001", "9 Soi Yao"), ("Kittisak Wongyai", "1970-05-06", "0890000001", "9 Soi Yao")),
    ("a title and no name", ("นาย", "1970-05-06", "0890000001", "9 Soi Yao"), ("Kittisak Wongyai", "1970-05-06", "0890000001", "9 Soi Yao")),
    ("a wrong digit in the day", ("Kittisak Wongyai", "1970-05-06", "0890000001", "9 Soi Yao"), ("Kittisak Wongyai", "1970-05-16", "0890000001", "9 Soi Yao")),
    ("day and month in each other's place", ("Kittisak Wongyai", "1970-05-06", "0890000001", "9 Soi Yao"), ("Kittisak Wongyai", "1970-06-05", "0890000001", "9 Soi Yao")),
]  # fmt: skip


def own(number: int, row: Row) -> Row:
    """A row of a case with a telephone, an address and a year of its own."""
    name, born, phone, address = row
    born = born and born.replace("1970", str(1950 + number)).replace("2513", str(2493 + number))
    return name, born, phone and phone.replace("89000", f"8{number:02d}00"), address and f"{number} {address}"


@pytest.fixture(scope="module")
def pairs() -> dict[str, bool]:
    """By case whether its two records became one, all among one town; each case has a telephone and an address of its own."""
    cases = [*HOUSEHOLD, *SAME]
    rows = [own(number, row) for number, case in enumerate(cases) for row in case[1:]]
    register = begun([*Town(3_000, 40, 3).rows, *rows])
    subject = register.subject[-len(rows) :].reshape(-1, 2)
    return {case[0]: bool(one == other) for case, (one, other) in zip(cases, subject, strict=True)}


@pytest.mark.parametrize("case", [case[0] for case in HOUSEHOLD])
def test_a_household_is_several_people(pairs: dict[str, bool], case: str) -> None:
    assert not pairs[case]


@pytest.mark.parametrize("case", [case[0] for case in SAME])
def test_one_person_written_in_two_ways_is_one(pairs: dict[str, bool], case: str) -> None:
    assert pairs[case]


def test_an_identity_number_outweighs_another_given_name_of_one_family() -> None:
    town = Town(3_000, 40, 3)
    numbers = [f"{n:013d}" for n in range(len(town.rows))] + ["1101700230708"] * 2
    columns = written([*town.rows, HOUSEHOLD[0][1], ("สมศักดิ์ ใจดี", "1970-05-06", "0890000001", None)])
    register = resolve_first_records({**columns, "id": pa.array(numbers)}, {**HOLDS, "id": "id"})  # type: ignore[dict-item]
    assert register.subject[-2] == register.subject[-1]


def test_no_sharing_teaches_that_names_may_differ() -> None:
    register = begun(Town(1_000, 400, 10, days=0.0).rows)
    level_of_nothing_alike = register.weights.within[0, 5]
    assert level_of_nothing_alike <= MOST_APART


def test_companies_that_share_an_address_and_a_telephone_stay_apart() -> None:
    holds = {"company": "company", "phone": "phone", "address": "text"}
    names = [f"{GIVEN[n % 12][1]} {FAMILY[n // 12 % 10][1]} {n} Co., Ltd." for n in range(600)]
    rows: list[tuple[str, str, str]] = [
        row
        for n, name in enumerate(names)
        for row in (
            (name, f"02{n:07d}", f"{n} Silom"),
            (name.replace("Co., Ltd.", "Company Limited"), f"02{n:07d}", f"{n} Silom"),
        )
    ]
    fronts = ["Green Lamp Trading Co., Ltd.", "Blue Ocean Logistic Co., Ltd.", "Siam Orchid Export Co., Ltd."]
    rows += [(name, "0299999999", "1 Sathorn") for name in fronts]
    columns = {name: pa.array(column) for name, column in zip(holds, zip(*rows, strict=True), strict=True)}
    register = resolve_first_records(columns, holds)  # type: ignore[arg-type]
    assert len(set(register.subject[-3:].tolist())) == 3
    assert (
        register.subject[:-3].reshape(-1, 2)[:, 0] == register.subject[:-3].reshape(-1, 2)[:, 1]
    ).mean() > 0.9


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        (19700506, 19911123, True),
        (19700506, 19700506, False),
        (19700506, 19700607, False),
        (19700506, 19710506, False),
        (19700506, 19910605, False),
        (19700101, 19911123, False),
        (-1, 19911123, False),
    ],
)
def test_days_contradict_where_no_slip_makes_one_of_the_other(one: int, other: int, contradict: bool) -> None:
    assert is_day_contradiction(one, other) == contradict
    assert is_day_contradiction(other, one) == contradict


def test_a_chain_is_parted_at_its_least_sure_link() -> None:
    day = np.array([19700506, -1, 19911123], np.int32)
    none = np.full(3, -1, np.int32)
    for bits, subjects in (([9.0, 8.0], [0, 0, 2]), ([8.0, 9.0], [0, 1, 1])):
        pairs = RecordPairs(np.array([0, 1], np.int32), np.array([1, 2], np.int32), np.array(bits))
        made = join_records(
            np.zeros(0, np.int32), 3, pairs, RecordTraits(none, none, day), np.zeros(3, np.bool_)
        )
        assert made.subject.tolist() == subjects
        assert len(made.questions) == 1


def test_a_register_of_before_is_read_and_its_people_stay_two(tmp_path: Path) -> None:
    town = Town(2_000, 100, 3)
    register = begun(town.rows)
    names = pa.array([str(number) for number in range(len(register))])
    saved.save_register(tmp_path, saved.SavedRegister("person", register, names, names))
    card = tmp_path / (tmp_path / "now").read_text() / "card.json"
    import json

    body = json.loads(card.read_text())
    for table in ("within", "by_chance"):
        body[table] = [row[:6] for row in body[table]]
    card.write_text(json.dumps(body))
    dweller = ("บุญส่ง มีสุขใจดี", None, *town.rows[-1][2:])
    grown = resolve_new_records(saved.load_register(tmp_path).register, written([dweller]))
    assert grown.subject[-1] == len(register)
