"""Days and times of day in columns of their own, months by their names, years of two digits, and files of days alone."""

import json
from datetime import UTC, date, datetime, time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.records.reading import again, csv_file, mapping, read, transfer
from warroom.errors import RecordsError
from warroom.records import mapping_file
from warroom.records.mapping import FileMapping

HEADER = "record_id,วันที่,เวลา,payer_bank,payer,payee_bank,payee,amount"
JOINED = '[columns]\ntime = ["วันที่", "เวลา"]\n[time]\nzone = "Asia/Bangkok"\n'
THAI = JOINED + 'calendar = "buddhist"\nformat = "%d/%m/%Y %H:%M:%S"\n'
MOMENT = datetime(2025, 11, 20, 3, 5, tzinfo=UTC)


def row(day: str = "20/11/2568", clock: str = "10:05:00", number: int = 1) -> str:
    return f"T{number},{day},{clock},KTB,1,SCB,2,5.00"


def test_a_day_and_a_time_of_day_in_two_columns_are_one_time(tmp_path: Path) -> None:
    rule = mapping(tmp_path, THAI)
    found = read(csv_file(tmp_path, row(), row(clock="10:06:00", number=2), header=HEADER), mapping=rule)
    assert (found.column("time")[0], found.codes, found.notes) == (MOMENT, [], [])


def test_a_row_that_lacks_one_of_the_two_waits_and_is_read_again(tmp_path: Path) -> None:
    rule = mapping(tmp_path, THAI)
    found = read(csv_file(tmp_path, row(clock=""), row(clock="late", number=2), header=HEADER), mapping=rule)
    assert found.codes == [(2, "time", "required"), (3, "time", "time")]
    assert "20/11/2568 late" in found.rejects[1].reason
    assert json.loads(found.rejects[1].raw)["เวลา"] == "late"
    assert again(tmp_path, found.rejects, rule).codes == [(1, "time", "required"), (2, "time", "time")]


def test_two_columns_of_json_lines_are_joined_too(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows = (dict(zip(HEADER.split(","), row(number=n).split(","), strict=True)) for n in (1, 2))
    path.write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    assert read(path, mapping=mapping(tmp_path, THAI)).column("time") == [MOMENT] * 2


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        (pa.array([date(2025, 11, 20)]), pa.array([time(10, 5)])),
        (pa.array([datetime(2025, 11, 20)]), pa.array([datetime(1899, 12, 31, 10, 5)])),
        (pa.array([datetime(2025, 11, 20)]), pa.array(["10:05"])),
        (pa.array(["2025-11-20"]), pa.array([time(10, 5)])),
    ],
)
def test_typed_days_and_times_of_day_are_joined_by_what_they_say(
    tmp_path: Path, day: pa.Array, clock: pa.Array
) -> None:
    rest = [pa.array([cell]) for cell in ("KTB", "1", "SCB", "2", "5.00")]
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table([pa.array(["T1"]), day, clock, *rest], names=HEADER.split(",")), path)
    assert read(path, mapping=mapping(tmp_path, JOINED)).column("time") == [MOMENT]


def test_a_column_that_the_file_lacks_is_named(tmp_path: Path) -> None:
    path = csv_file(tmp_path, transfer())
    with pytest.raises(RecordsError, match="has no column 'วันที่' for time"):
        read(path, mapping=mapping(tmp_path, JOINED))


def test_joined_columns_are_kept_with_the_mapping_and_change_no_other_fingerprint(tmp_path: Path) -> None:
    rule = mapping(tmp_path, THAI)
    assert mapping_file.parse_mapping_json(rule.as_json()) == rule
    assert rule.with_pairs(["time=stamp"]).joined == {}
    assert "joined" not in FileMapping.from_pairs(["payer=a"]).as_json()


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("%d %b %Y %H:%M", "20 พ.ย. 2568 10:05"),
        ("%d %b %Y %H:%M", "20 พย 2568 10:05"),
        ("%d %B %Y %H:%M", "๒๐ พฤศจิกายน ๒๕๖๘ ๑๐:๐๕"),
        ("%d-%b-%y %H:%M", "20-พ.ย.-68 10:05"),
        ("%d %b %Y %H:%M", "20 Nov 2568 10:05"),
        ("%B %d, %Y %H:%M", "NOVEMBER 20, 2568 10:05"),
    ],
)
def test_months_are_read_by_their_names(tmp_path: Path, form: str, written: str) -> None:
    toml = f'[time]\nzone = "Asia/Bangkok"\ncalendar = "buddhist"\nformat = "{form}"\n'
    found = read(csv_file(tmp_path, transfer(time=f'"{written}"')), mapping=mapping(tmp_path, toml))
    assert (found.column("time"), found.codes) == ([MOMENT], [])


SHORT = "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค."
LONG = "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม"


@pytest.mark.parametrize("names", [SHORT, LONG])
def test_every_thai_month_is_known(tmp_path: Path, names: str) -> None:
    toml = '[time]\nzone = "UTC"\ncalendar = "buddhist"\nformat = "%d %b %Y %H"\n'
    lines = [transfer(n, time=f"1 {name} 2568 1") for n, name in enumerate(names.split())]
    found = read(csv_file(tmp_path, *lines), mapping=mapping(tmp_path, toml))
    assert [moment.month for moment in found.column("time")] == list(range(1, 13))


def test_a_month_that_is_none_is_set_aside(tmp_path: Path) -> None:
    toml = '[time]\nzone = "UTC"\nformat = "%d %b %Y"\n'
    lines = [transfer(1, time="1 Foo 2025"), transfer(2, time="31 ก.พ. 2025"), transfer(3, time="1 Feb 2025")]
    found = read(csv_file(tmp_path, *lines), mapping=mapping(tmp_path, toml))
    assert found.codes == [(2, "time", "time"), (3, "time", "time")]


def test_a_year_of_two_digits_that_is_to_come_says_how_to_declare_its_century(tmp_path: Path) -> None:
    path = csv_file(tmp_path, transfer(time="930101"))
    toml = '[time]\nzone = "Europe/Prague"\nformat = "%y%m%d"\n'
    found = read(path, mapping=mapping(tmp_path, toml))
    assert found.codes == [(2, "time", "century")]
    assert "century = 1900" in found.rejects[0].reason
    assert "buddhist" in found.rejects[0].reason
    said = read(path, mapping=mapping(tmp_path, toml + "century = 1900\n"))
    assert said.column("time")[0].year == 1992, "midnight of 1993 in Prague"


def days(tmp_path: Path, extra: str = "") -> Path:
    lines = (row(clock=f"{9 + n}:00", number=n) for n in range(3))
    return csv_file(tmp_path, *lines, header=HEADER)


DAYS = '[columns]\ntime = "วันที่"\n[time]\nzone = "Asia/Bangkok"\ncalendar = "buddhist"\nformat = "%d/%m/%Y"\n'


def test_a_file_whose_times_are_left_in_another_column_is_refused(tmp_path: Path) -> None:
    path = days(tmp_path)
    with pytest.raises(RecordsError) as refused:
        read(path, mapping=mapping(tmp_path, DAYS))
    for said in ("midnight", "'เวลา'", "day_only = true"):
        assert said in str(refused.value)
    found = read(path, mapping=mapping(tmp_path, DAYS + "day_only = true\n"))
    assert len(found.rows) == 3


def test_a_file_of_days_alone_is_taken_and_says_what_that_means(tmp_path: Path) -> None:
    lines = [transfer(n, time="2026-11-20T00:00:00+07:00") for n in range(3)]
    found = read(csv_file(tmp_path, *lines))
    assert len(found.rows) == 3
    assert any("every time of file.csv is midnight" in note for note in found.notes)
    assert read(csv_file(tmp_path, *lines[:1])).notes == [], "one row at midnight is a row at midnight"
