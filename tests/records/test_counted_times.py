"""Times that are steps since a day: a spreadsheet's day is local, and clocks of 1899 have no part in it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.records.reading import HEADER, csv_file, mapping, read

_REGION = """
    Asia/Bangkok Asia/Yangon Asia/Phnom_Penh Asia/Vientiane Asia/Ho_Chi_Minh Asia/Singapore Asia/Kuala_Lumpur Asia/Kuching
    Asia/Jakarta Asia/Pontianak Asia/Makassar Asia/Jayapura Asia/Manila Asia/Brunei Asia/Dili Asia/Kolkata Asia/Dhaka
    Asia/Colombo Asia/Kathmandu Asia/Shanghai Asia/Hong_Kong Asia/Macau Asia/Taipei Asia/Tokyo Asia/Seoul Asia/Dubai UTC
"""
_WITH_SUMMER_TIME = """
    Europe/London Europe/Berlin Europe/Amsterdam America/New_York America/Sao_Paulo Australia/Sydney Australia/Lord_Howe
    Pacific/Auckland Asia/Tehran Asia/Beirut Africa/Monrovia
"""
SYSTEMS = [datetime(1899, 12, 30), datetime(1904, 1, 1), datetime(2017, 1, 1)]
STEPS = {"1d": 86_400, "1h": 3_600, "15m": 900}
MOMENTS = [
    datetime(year, month, day, hour, minute, second)
    for year, month, day in ((2024, 3, 10), (2024, 3, 31), (2024, 10, 27), (2025, 7, 1), (2026, 11, 20))
    for hour, minute, second in ((0, 0, 0), (2, 30, 0), (10, 0, 0), (23, 59, 59))
]


def by_hand(local: datetime, zone: str) -> datetime:
    """The moment at which the zone's clocks show a local time; that at which they leap where they never do."""
    first = local.replace(tzinfo=ZoneInfo(zone))
    moment = first.astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local:
        return moment
    before = first.utcoffset()
    while moment.astimezone(ZoneInfo(zone)).utcoffset() != before:
        moment -= timedelta(minutes=1)
    return moment + timedelta(minutes=1, microseconds=-1)


def rule(folder: Path, zone: str | None, epoch: datetime, step: str):  # type: ignore[no-untyped-def]
    declared = f'zone = "{zone}"\n' if zone else ""
    return mapping(folder, f'[time]\n{declared}epoch = {epoch.date()}\nstep = "{step}"\n')


def lines(texts: list[str]) -> list[str]:
    return [f"T{n},{text},KTB,1,SCB,2,1.00" for n, text in enumerate(texts)]


def serial(local: datetime, epoch: datetime, step: str) -> str:
    """The count as a workbook keeps it: 15 significant digits."""
    return f"{(local - epoch).total_seconds() / STEPS[step]:.15g}"


@pytest.mark.parametrize("zone", f"{_REGION} {_WITH_SUMMER_TIME}".split())
def test_steps_from_a_day_are_counted_in_the_zones_own_clock(tmp_path: Path, zone: str) -> None:
    for epoch in SYSTEMS:
        for step in STEPS:
            texts = [serial(moment, epoch, step) for moment in MOMENTS]
            found = read(csv_file(tmp_path, *lines(texts)), mapping=rule(tmp_path, zone, epoch, step))
            assert found.rejects == []
            assert found.column("time") == [by_hand(moment, zone) for moment in MOMENTS], (epoch, step)


@pytest.mark.parametrize("decimals", range(5, 18))
def test_as_many_decimals_as_a_workbook_keeps_give_the_second_exactly(tmp_path: Path, decimals: int) -> None:
    text = f"{46346 + 10 / 24:.{decimals}f}" if decimals < 12 else f"46346.{'4166666666666666667'[:decimals]}"
    rules = rule(tmp_path, "Asia/Bangkok", SYSTEMS[0], "1d")
    found = read(csv_file(tmp_path, *lines([text])), mapping=rules)
    assert found.column("time") == [datetime(2026, 11, 20, 3, tzinfo=UTC)]


@pytest.mark.parametrize("epoch", SYSTEMS)
def test_every_millisecond_of_an_hour_comes_back_from_a_number_and_from_a_text(
    tmp_path: Path, epoch: datetime
) -> None:
    moments = [datetime(2026, 11, 20, 10) + timedelta(milliseconds=7_919 * n) for n in range(450)]
    rules = rule(tmp_path, "Asia/Bangkok", epoch, "1d")
    texts = [serial(moment, epoch, "1d") for moment in moments]
    # Six decimals are a tenth of a second, and written by who counts seconds.
    moments, texts = zip(*((m, t) for m, t in zip(moments, texts, strict=True) if len(t) > 12), strict=True)
    expected = [(moment - timedelta(hours=7)).replace(tzinfo=UTC) for moment in moments]
    assert len(moments) > 400
    assert read(csv_file(tmp_path, *lines(texts)), mapping=rules).column("time") == expected
    columns = list(zip(*(line.split(",") for line in lines(texts)), strict=True))
    arrays = [pa.array(column) for column in columns]
    for floats in ([float(text) for text in texts], [(m - epoch).total_seconds() / 86_400 for m in moments]):
        arrays[1] = pa.array(floats)
        pq.write_table(pa.table(arrays, names=HEADER.split(",")), tmp_path / "a.parquet")
        assert read(tmp_path / "a.parquet", mapping=rules).column("time") == expected


def test_an_epoch_that_names_its_own_zone_is_a_moment(tmp_path: Path) -> None:
    text = '[time]\nzone = "America/New_York"\nepoch = 2026-01-01T00:00:00Z\nstep = "1h"\n'
    found = read(csv_file(tmp_path, *lines(["5000"])), mapping=mapping(tmp_path, text))
    assert found.column("time") == [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=5000)]


def test_a_mapping_that_was_kept_with_the_clock_of_1899_is_read_in_local_time(tmp_path: Path) -> None:
    text = '[time]\nzone = "Asia/Bangkok"\nepoch = "1899-12-29T17:17:56+00:00"\nstep = "86400.000000s"\n'
    found = read(csv_file(tmp_path, *lines(["46346.5"])), mapping=mapping(tmp_path, text))
    assert found.column("time") == [datetime(2026, 11, 20, 5, tzinfo=UTC)]


@pytest.mark.parametrize(
    "text", ["46346.", ".5", "46346,5", "4.6E+04", "46346.5.5", "46346.123456789012345678901"]
)
def test_what_is_no_count_stays_a_flaw(tmp_path: Path, text: str) -> None:
    rules = rule(tmp_path, "Asia/Bangkok", SYSTEMS[0], "1d")
    found = read(csv_file(tmp_path, *lines([f'"{text}"'])), mapping=rules)
    assert [code for _, _, code in found.codes] == ["time"]
