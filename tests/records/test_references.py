"""References that both banks' copies of a payment share: one spelling of a uetr, and no reference in what says that there is none."""

from pathlib import Path

import pytest

from tests.records.reading import HEADER, csv_file, read

UETR = "3f0c1a2b-1111-4222-8333-00000000000a"


def reference(tmp_path: Path, name: str, written: str) -> str | None:
    path = csv_file(
        tmp_path, f"T1,2026-11-20T10:00:00+07:00,KTB,1,SCB,2,5.00,{written}", header=f"{HEADER},{name}"
    )
    (row,) = read(path).rows
    value: str | None = row[name]
    return value


@pytest.mark.parametrize("written", [UETR, UETR.upper(), UETR.title(), f" {UETR} "])
def test_a_uetr_is_one_in_small_and_large_letters(tmp_path: Path, written: str) -> None:
    assert reference(tmp_path, "uetr", written) == UETR


FILLERS = (
    "NOTPROVIDED|Not Provided|NONREF|nonref|NOREF|N/A|n/a|NONE|null|-|--|.|0|000000|ไม่มี|ไม่ระบุ|NIL|UNKNOWN"
)


@pytest.mark.parametrize("name", ["end_to_end_id", "uetr"])
@pytest.mark.parametrize("written", FILLERS.split("|"))
def test_what_says_that_there_is_no_reference_is_none(tmp_path: Path, name: str, written: str) -> None:
    assert reference(tmp_path, name, written) is None


@pytest.mark.parametrize("written", ["E1", "e1", "00012", "NONREF1", "0-1", "Salary Nov"])
def test_a_reference_stays_as_it_is_written(tmp_path: Path, written: str) -> None:
    assert reference(tmp_path, "end_to_end_id", written) == written
