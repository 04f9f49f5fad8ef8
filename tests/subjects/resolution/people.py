"""A small people made for tests: each with a name in Thai and in Latin letters, a day of birth, a telephone and an address."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

GIVEN = (
    ("สมชาย", "Somchai"), ("สมหญิง", "Somying"), ("ประเสริฐ", "Prasert"), ("วิชัย", "Wichai"), ("กมล", "Kamon"), ("นภา", "Napa"),
    ("อนันต์", "Anan"), ("พรทิพย์", "Pornthip"), ("สุดา", "Suda"), ("มานะ", "Mana"), ("ชูใจ", "Choochai"), ("ปิติ", "Piti"),
)  # fmt: skip
FAMILY = (
    ("ใจดี", "Jaidee"), ("รักไทย", "Rakthai"), ("แสงทอง", "Saengthong"), ("ทองดี", "Thongdee"), ("ศรีสุข", "Srisuk"),
    ("บุญมา", "Boonma"), ("วงศ์ใหญ่", "Wongyai"), ("พันธ์ดี", "Phandee"), ("มีสุข", "Meesuk"), ("ไชยา", "Chaiya"),
)  # fmt: skip


@dataclass(frozen=True)
class People:
    """Columns as files have them, and which person each record is of."""

    written: dict[str, pa.Array]
    who: list[int]


HOLDS = {"name": "name", "born": "date", "phone": "phone", "address": "text"}


def people(records: int, persons: int, seed: int) -> People:
    """Records of people, each written as one of the sources writes: in Thai with a title, or in Latin letters and Buddhist years."""
    draw = np.random.default_rng(seed)
    traits = np.random.default_rng(7)
    given, family = traits.integers(0, len(GIVEN), persons), traits.integers(0, len(FAMILY) ** 2, persons)
    days, phones = traits.integers(0, 20_000, persons), traits.integers(0, 10**7, persons)
    who = [int(one) for one in draw.integers(0, persons, records)]
    rows = [
        _record(one, int(draw.integers(0, 4)), given[one], family[one], days[one], phones[one]) for one in who
    ]
    columns = zip(*rows, strict=True)
    return People(
        {name: pa.array(values, pa.string()) for name, values in zip(HOLDS, columns, strict=True)}, who
    )


def _record(who: int, source: int, given: int, family: int, days: int, phone: int) -> tuple[str | None, ...]:
    born = np.datetime64("1950-01-01") + np.timedelta64(int(days), "D")
    year, month, day = str(born).split("-")
    thai, number = source % 2 == 0, f"081{phone:07d}"
    first, second = FAMILY[family // len(FAMILY)][1 - thai], FAMILY[family % len(FAMILY)][1 - thai]
    name = f"{GIVEN[given][1 - thai]} {first}{second.lower()}"
    name = f"นาย{name}" if source == 0 else name
    written = f"{int(day)}/{int(month)}/{int(year) + 543}" if source == 1 else str(born)
    shown = (
        None if source == 3 else f"{number[:3]}-{number[3:6]}-{number[6:]}" if thai else f"+66{number[1:]}"
    )
    return name, written, shown, "ศูนย์ 1441" if source else f"{who} หมู่ 1"
