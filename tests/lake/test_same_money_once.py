"""However one source cuts, numbers and writes its exports: the sum of what is accepted is the truth, or a person is asked to look."""

import csv
import io
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.lake.files import BANGKOK
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.lake.terms import IngestJob, IngestSummary
from warroom.records.mapping import FileMapping

NAMES = ("เวลา", "payer_bank", "payer", "payee_bank", "payee", "จำนวนเงิน", "currency", "channel")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp874")
READ_AS = {"cp874": "tis-620"}
BY_LINE = BANGKOK.with_pairs(["time=เวลา", "amount=จำนวนเงิน"])
NUMBERED = BY_LINE.with_pairs(["record_id=เลข"])
Payment = tuple[str, ...]


def payments(chance: random.Random, many: int) -> list[Payment]:
    """A bank's payments in the order of their times; some of them honestly the same as the one before."""
    start = datetime(2026, 11, 1, 8)
    found: list[Payment] = []
    for _ in range(many):
        if found and chance.random() < 0.1:
            found.append(found[-1])
            continue
        start += timedelta(seconds=chance.randrange(1, 90_000))
        payer, payee = (f"{side}{chance.randrange(900):09}" for side in (6, 7))
        amount = Decimal(chance.randrange(100, 9_999_999)) / 100
        found.append(
            (f"{start:%Y-%m-%d %H:%M:%S}", "BANKA", payer, "BANKB", payee, f"{amount:.2f}", "THB", "transfer")
        )
    return found


def windows(rows: Sequence[Payment], chance: random.Random) -> list[tuple[int, int]]:
    """Overlapping parts of an account of payments that together are all of it; equal payments are in one part together."""
    edges = [at for at in range(1, len(rows)) if rows[at] != rows[at - 1]]
    cuts = sorted(chance.sample(edges, 3))
    firsts = [0, *(max(0, cut - chance.randrange(0, 8)) for cut in cuts)]
    firsts = [
        first if first in (0, *edges) else max(edge for edge in (0, *edges) if edge <= first)
        for first in firsts
    ]
    return list(zip(firsts, [*cuts, len(rows)], strict=True))


def written(path: Path, rows: Sequence[Payment], numbers: Sequence[int] | None, kind: str) -> Path:
    """The rows as a file: a workbook, or CSV in an encoding."""
    names = NAMES if numbers is None else ("เลข", *NAMES)
    lines = [names, *(row if numbers is None else (str(numbers[at]), *row) for at, row in enumerate(rows))]
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for line in lines:
            book.active.append(list(line))
        book.save(path.with_suffix(".xlsx"))
        return path.with_suffix(".xlsx")
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    path.write_bytes(out.getvalue().encode(kind))
    return path


def take(lake: Lake, path: Path, mapping: FileMapping, kind: str) -> IngestSummary:
    mapping = replace(mapping, encoding=READ_AS.get(kind))
    (found,) = lake.ingest([IngestJob("transfers", path, mapping, "BANKA")])
    return found


def total(lake: Lake) -> Decimal:
    return sum(lake.query_rows("transfers").to_pyarrow()["amount"].to_pylist(), Decimal(0))


def truth(rows: Sequence[Payment]) -> Decimal:
    return sum((Decimal(row[5]) for row in rows), Decimal(0))


@pytest.mark.parametrize("seed", range(6))
def test_overlapping_exports_without_numbers_count_each_payment_once(
    home: Home, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    lake, rows = Lake.open(home), payments(chance, 40)
    parts = windows(rows, chance)
    chance.shuffle(parts)
    looked = False
    for at, (first, end) in enumerate(parts):
        kind = chance.choice((*ENCODINGS, "xlsx"))
        found = take(lake, written(tmp_path / f"{at}.csv", rows[first:end], None, kind), BY_LINE, kind)
        looked |= found.needs_look
    assert total(lake) == truth(rows)
    assert looked == (sum(end - first for first, end in parts) > len(rows))
    assert lake.verify() == []


@pytest.mark.parametrize("numbers", ["none", "own"])
def test_the_same_payments_in_another_encoding_or_format_count_once(
    home: Home, tmp_path: Path, numbers: str
) -> None:
    chance = random.Random(7)
    lake, rows = Lake.open(home), payments(chance, 30)
    for at, kind in enumerate((*ENCODINGS, "xlsx")):
        given = None if numbers == "none" else range(9_000, 9_000 + len(rows))
        path = written(tmp_path / f"{at}.csv", rows, given, kind)
        found = take(lake, path, BY_LINE if given is None else NUMBERED, kind)
        assert total(lake) == truth(rows)
        assert found.needs_look == (at > 0 and given is None)
        assert found.accepted == (len(rows) if at == 0 else 0)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("counts_from", ["one", "501", "on"])
def test_listings_that_number_their_rows_are_right_or_looked_at(
    home: Home, tmp_path: Path, seed: int, counts_from: str
) -> None:
    chance = random.Random(100 + seed)
    lake, rows = Lake.open(home), payments(chance, 40)
    looked, last = False, 500
    for at, (first, end) in enumerate(windows(rows, chance)):
        start = {"one": 1, "501": 501, "on": last + 1}[counts_from]
        last = start + end - first - 1
        path = written(tmp_path / f"{at}.csv", rows[first:end], range(start, last + 1), "utf-8")
        looked |= take(lake, path, NUMBERED, "utf-8").needs_look
    assert looked or total(lake) == truth(rows)


@pytest.mark.parametrize("seed", range(3))
def test_numbers_that_roll_replace_no_payment(home: Home, tmp_path: Path, seed: int) -> None:
    chance = random.Random(200 + seed)
    lake, rows = Lake.open(home), payments(chance, 40)
    cut = next(at for at in range(20, 40) if rows[at] != rows[at - 1])
    first, then = rows[:cut], rows[cut:]
    before = take(lake, written(tmp_path / "a.csv", first, range(cut), "utf-8"), NUMBERED, "utf-8")
    assert not before.needs_look
    found = take(lake, written(tmp_path / "b.csv", then, range(len(then)), "utf-8"), NUMBERED, "utf-8")
    assert (found.corrections, found.quarantined, found.needs_look) == (0, len(then), True)
    assert total(lake) == truth(first)
    lake.reingest_quarantine(BY_LINE)
    assert total(lake) == truth(rows)
