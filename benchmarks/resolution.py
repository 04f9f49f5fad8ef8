"""How right and how fast records are resolved: `python -m benchmarks.resolution [--quick] [FEBRL_FOLDER]`.

The people of a fresh synthetic country hold accounts at its banks and cards at its operators. Each bank and operator writes a record of each
of its holders as it does in life: one in Thai with a title, one by the official scheme, one as people spell themselves, Buddhist years, ten
shapes of a telephone number, numbers left out, digits swapped and letters slipped as often as the country's own files have them. Names, days
of birth, streets and households are this file's: the country gives its people none. Who is who, only the country knows.

With a folder of FEBRL's data sets (dataset1.csv to dataset4b.csv) these are resolved too, by the same fixed limits.
"""

import csv
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.harness import Figure, add_folders, at_least, at_most, measure_time, start_run
from warroom.signals.bands import compute_wilson_interval
from warroom.subjects.names.analyse import analyse_name
from warroom.subjects.resolution import saved
from warroom.subjects.resolution.columns import Holds
from warroom.subjects.resolution.resolve import Register, resolve_first_records, resolve_new_records
from warroom_lab.world.delivery.flaws import swap_digits
from warroom_lab.world.drawing.columns import PERSON
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.population.people import AGES
from warroom_lab.world.population.settling import plan_nation

FRESH = 202
"""A country that nothing here was tuned on."""
NEW = 10_000
HOLDS: dict[str, Holds] = {"name": "name", "born": "date", "id": "id", "phone": "phone", "address": "text"}
PEOPLE = Path(__file__).parents[1] / "scripts/thai_reading/people.txt"
MILLION = 465_000
"""People of whom the country's partners write a million records."""


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, quick="20,000 people", options=add_folders)
    figures = _world(20_000 if run.is_quick else MILLION)
    for folder in run.given.folders:
        figures += _febrl(folder)
    return run.finish("Resolution", figures)


def _world(people: int) -> list[Figure]:
    written, who = records(people, FRESH)
    split = len(who) - NEW
    with measure_time() as spent:
        register = resolve_first_records({name: array[:split] for name, array in written.items()}, HOLDS)
    # Two cores for five minutes: on a machine that others use the clock says more of them than of this.
    bar = 300 * split / 1_000_000
    figures = [
        at_most(f"{split:,} records, seconds", spent.wall, "s", bar),
        at_most(f"{split:,} records, seconds of a processor", spent.cpu, "s", 2 * bar),
    ]
    figures += _right("the country's people", register, who[:split])
    with tempfile.TemporaryDirectory() as folder:
        names = pa.array([str(number) for number in range(split)])
        saved.save_register(Path(folder), saved.SavedRegister("person", register, names, names))
        with measure_time() as spent:
            kept = saved.load_register(Path(folder))
            grown = resolve_new_records(
                kept.register, {name: array[split:] for name, array in written.items()}
            )
            more = pa.array([str(number) for number in range(len(who))])
            saved.save_register(Path(folder), saved.SavedRegister("person", grown, more, more))
        named = f"{NEW:,} new beside them, read and written, seconds"
        figures.append(at_most(named, spent.wall, "s", 10))
        figures.append(at_most(f"{named} of a processor", spent.cpu, "s", 20))
    changed = int((grown.subject[:split] != register.subject).sum())
    figures.append(at_most("numbers of others that changed", changed, "", 0))
    return figures + _right("with the new ones", grown, who)


def _right(what: str, register: Register, who: Sequence[int]) -> list[Figure]:
    both, found, true = counted(register.subject.tolist(), who)
    low, high = compute_wilson_interval(both, found)
    least, most = compute_wilson_interval(both, true)
    return [
        at_least(
            f"{what}: precision of {found:,} pairs",
            both / max(found, 1),
            "",
            0.995,
            f"{low:.5f} to {high:.5f}",
        ),
        at_least(
            f"{what}: recall of {true:,} pairs",
            both / max(true, 1),
            "",
            0.95,
            f"{least:.4f} to {most:.4f}; {len(register.questions):,} questions",
        ),
    ]


def counted(subjects: Sequence[int], who: Sequence[int]) -> tuple[int, int, int]:
    """Pairs of records that are found and true, found, and true."""

    def pairs(sizes: Counter[object]) -> int:
        return sum(size * (size - 1) // 2 for size in sizes.values())

    return pairs(Counter(zip(subjects, who, strict=True))), pairs(Counter(subjects)), pairs(Counter(who))


def records(people: int, seed: int) -> tuple[dict[str, pa.Array], list[int]]:
    """Records of a country's people as its partners write them, in no order, and whose each is."""
    nation = plan_nation(Size("resolution", people, 1, 16 * people, 1), seed)
    persons = np.flatnonzero(nation.holders.kind == PERSON)
    draw = np.random.default_rng(seed)
    accounts = nation.accounts.holder[np.isin(nation.accounts.holder, persons)]
    # A card of each person's own beside the accounts: its operator's record is one more.
    who = draw.permutation(np.concatenate([accounts, persons]))
    told = _People(len(nation.holders), nation.holders.age, seed)
    rows = [told.record(int(one), draw) for one in who]
    columns = zip(*rows, strict=True)
    return {
        name: pa.array(column, pa.string()) for name, column in zip(HOLDS, columns, strict=True)
    }, who.tolist()


class _People:
    """What the bench gives the country's people: a name in Thai, a day of birth by the age, a number, a telephone, a street."""

    def __init__(self, count: int, age: "np.ndarray[tuple[int], np.dtype[np.int8]]", seed: int) -> None:
        draw = np.random.default_rng([seed, 1])
        lines = [line.split() for line in PEOPLE.read_text(encoding="utf-8").splitlines() if line.strip()]
        self._words = [words[0] for words in lines]
        self._given, self._first, self._last = (draw.integers(0, len(lines), count) for _ in range(3))
        first = np.array([2026 - int(band.rstrip("+").split("-")[-1]) for band in AGES])
        self._year = first[np.maximum(age[:count], 0)] + draw.integers(0, 10, count)
        self._day = draw.integers(0, 336, count)
        self._number = draw.integers(0, 10**9, count)
        self._phone = draw.integers(0, 10**8, count)
        self._street = draw.integers(0, 3_000, count)
        self._live_together(count, seed)
        self._slips = float(get_values("dirt")["typing"])

    def _live_together(self, count: int, seed: int) -> None:
        """Half of all live in households of two to four with one surname and street; three in ten of these give its first one's number."""
        draw = np.random.default_rng([seed, 2])
        size = draw.choice([1, 2, 3, 4], count, p=[0.72, 0.12, 0.1, 0.06])
        first = np.repeat(np.cumsum(size) - size, size)[:count]
        for told in (self._first, self._last, self._street):
            told[:] = told[first]
        shares = draw.random(count) < 0.3
        self._phone[shares] = self._phone[first[shares]]

    def record(self, who: int, draw: np.random.Generator) -> tuple[str | None, ...]:
        """One partner's record of a person, with what that partner leaves out and its slips."""
        way = draw.random(8)
        number = _thai_id(int(self._number[who])) if way[0] < 0.5 else None
        phone = self._shape(f"08{self._phone[who]:08d}", int(way[1] * 40)) if way[1] < 0.75 else None
        if phone and way[2] < self._slips:
            phone = swap_digits(phone)
        # One front desk's address stands in a tenth of all records: a value that says nothing.
        street = (
            "1441 ศูนย์รับเรื่อง"
            if way[3] < 0.1
            else f"{self._street[who]} ถนนสายที่ {self._street[who] % 97}"
            if way[3] < 0.6
            else None
        )
        return self._name(who, way), self._born(who, way[6]), number, phone, street

    def _name(self, who: int, way: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> str:
        given, family = (
            self._words[self._given[who]],
            self._words[self._first[who]] + self._words[self._last[who]],
        )
        if way[4] < 0.7:
            name = f"{('', 'นาย', 'นางสาว', 'คุณ ')[int(way[5] * 4)]}{given} {family}"
        else:
            name = " ".join(
                word.roman.capitalize() for word in analyse_name(f"{given} {family}", "person").words
            )
            name = name if way[5] < 0.5 else _popular(name)
        if way[7] < self._slips and len(name) > 6:
            at = len(name) - 3
            name = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        return name

    def _born(self, who: int, way: float) -> str | None:
        year, month, day = int(self._year[who]), int(self._day[who]) // 28 + 1, int(self._day[who]) % 28 + 1
        if way < 0.1:
            return None
        return f"{year}-{month:02d}-{day:02d}" if way < 0.6 else f"{day}/{month}/{year + 543}"

    def _shape(self, phone: str, way: int) -> str:
        return (
            f"{phone[:3]}-{phone[3:6]}-{phone[6:]}",
            phone,
            f"+66{phone[1:]}",
            f"66 {phone[1:3]} {phone[3:]}",
        )[way % 4]


def _popular(name: str) -> str:
    """As many people spell themselves: Jai and not Chai, Porn and not Phon."""
    return name.replace("Ch", "J").replace("ph", "p").replace("on", "orn").replace("uea", "ua")


def _thai_id(number: int) -> str:
    body = f"1{number % 10**11:011d}"
    total = sum(int(digit) * (13 - at) for at, digit in enumerate(body))
    return body + str((11 - total % 11) % 10)


def _febrl(folder: Path) -> list[Figure]:
    figures = []
    for names in (
        ("dataset1.csv",),
        ("dataset2.csv",),
        ("dataset3.csv",),
        ("dataset4a.csv", "dataset4b.csv"),
    ):
        rows = [
            row
            for name in names
            for row in csv.DictReader((folder / name).open(encoding="utf-8"), skipinitialspace=True)
        ]
        rows = [{key.strip(): value.strip() or None for key, value in row.items()} for row in rows]
        who = [int((row["rec_id"] or "").split("-")[1]) for row in rows]
        written = {
            "name": pa.array(
                [" ".join(filter(None, (row["given_name"], row["surname"]))) or None for row in rows]
            )
        }
        written |= {
            name: pa.array([row[name] for row in rows])
            for name in rows[0]
            if name not in ("rec_id", "given_name", "surname")
        }
        kinds: dict[str, Holds] = {"name": "name", "date_of_birth": "date"}
        register = resolve_first_records(written, {name: kinds.get(name, "text") for name in written})
        both, found, true = counted(register.subject.tolist(), who)
        figures.append(
            at_least(f"FEBRL {', '.join(names)}: F1 of {true:,} pairs", 2 * both / (found + true), "", 0.99)
        )
    return figures


if __name__ == "__main__":
    sys.exit(main())
