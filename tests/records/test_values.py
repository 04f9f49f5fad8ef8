"""Every value is checked; what cannot be taken exactly goes to the quarantine with its reason."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.records.reading import HEADER, csv_file, mapping, read, transfer

BANGKOK = '[time]\nzone = "Asia/Bangkok"\n'


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("163.3", "163.30"),
        ("0.01", "0.01"),
        ('"1,234.50"', "1234.50"),
        ("๑๒๓.๔๕", "123.45"),
        ("1.5e3", "1500.00"),
        ("100.500", "100.50"),
        (" 7 ", "7.00"),
        ("9999999999999999.99", "9999999999999999.99"),
    ],
)
def test_amounts_are_taken_as_they_are_written(tmp_path: Path, written: str, amount: str) -> None:
    for others in ((), (transfer(2, amount="x"),)):
        found = read(csv_file(tmp_path, transfer(amount=written), *others))
        assert found.column("amount") == [Decimal(amount)]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "required"),
        ("-5", "not_positive"),
        ("0", "not_positive"),
        ("0.00", "not_positive"),
        ("NaN", "not_finite"),
        ("inf", "not_finite"),
        ("12345678901234567890", "digits"),
        ("10000000000000000", "digits"),
        ("1.234", "decimals"),
        ("0.001", "decimals"),
        ("1e-400", "decimals"),
        ("1e999999999", "digits"),
        ("abc", "number"),
        ("1_000", "number"),
        ('"1,23"', "comma"),
        ('"1.234,50"', "comma"),
        ("0x10", "number"),
    ],
)
def test_amounts_that_are_none_are_set_aside(tmp_path: Path, written: str, code: str) -> None:
    found = read(csv_file(tmp_path, transfer(1), transfer(2, amount=written), transfer(3)))
    assert found.codes == [(3, "amount", code)]
    assert found.column("line") == [2, 4]
    assert found.rejects[0].reason.startswith("amount ")
    assert '"record_id": "T2"' in found.rejects[0].raw


def test_a_decimal_comma_is_read_where_it_is_declared(tmp_path: Path) -> None:
    path = csv_file(tmp_path, transfer(amount='"1.234,50"'))
    assert read(path, mapping=mapping(tmp_path, 'decimal = ","\n')).column("amount") == [Decimal("1234.50")]


@pytest.mark.parametrize("written", ["1234.50", "12.50", "1.23", "1.2345,00", "1,234.50", "1.5e3"])
def test_a_point_that_parts_no_thousands_is_never_taken_out_of_an_amount(
    tmp_path: Path, written: str
) -> None:
    rule = mapping(tmp_path, 'decimal = ","\ndelimiter = ";"\n')
    rows = (transfer(1, amount="1.234.567,5"), transfer(2, amount=written), transfer(3, amount="12,50"))
    path = csv_file(
        tmp_path, *(";".join(each.split(",", 6)) for each in rows), header=HEADER.replace(",", ";")
    )
    found = read(path, mapping=rule)
    assert found.codes == [(3, "amount", "point")]
    assert found.column("amount") == [Decimal("1234567.50"), Decimal("12.50")]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-20T10:00:00+07:00", datetime(2026, 11, 20, 3)),
        ("2026-11-20 10:00:00.123456Z", datetime(2026, 11, 20, 10, 0, 0, 123456)),
        ("2026-11-20T10:00:00.123456789Z", datetime(2026, 11, 20, 10, 0, 0, 123456)),
        ("2026-11-20T10:00:00-0330", datetime(2026, 11, 20, 13, 30)),
        ("2026-11-20T10:00+07", datetime(2026, 11, 20, 3)),
    ],
)
def test_times_with_a_zone_are_read_in_utc(tmp_path: Path, written: str, moment: datetime) -> None:
    for others in ((), (transfer(2, time="x"),)):
        found = read(csv_file(tmp_path, transfer(time=written), *others))
        assert found.column("time") == [moment.replace(tzinfo=UTC)]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2026-11-20T10:00:00", "no_zone"),
        ("2026-11-20", "no_zone"),
        ("2568-11-20T10:00:00+07:00", "buddhist"),
        ("2026-11-26T10:00:00+07:00", "future"),
        ("2027-11-20T10:00:00+07:00", "future"),
        ("1989-12-31T10:00:00+07:00", "too_old"),
        ("2026-02-29T10:00:00Z", "time"),
        ("2026-13-01T10:00:00Z", "time"),
        ("2026-11-20T25:00:00Z", "time"),
        ("20/11/2026 10:00", "time"),
        ("1732071600", "time"),
        ("", "required"),
    ],
)
def test_times_that_are_none_are_set_aside(tmp_path: Path, written: str, code: str) -> None:
    found = read(csv_file(tmp_path, transfer(1), transfer(2, time=written)))
    assert found.codes == [(3, "time", code)]
    if code == "buddhist":
        assert 'declare calendar = "buddhist"' in found.rejects[0].reason


@pytest.mark.parametrize(
    ("toml", "written", "moment"),
    [
        (BANGKOK, "2026-11-20T10:00:00", datetime(2026, 11, 20, 3)),
        (BANGKOK, "2026-11-20", datetime(2026, 11, 19, 17)),
        (BANGKOK + 'calendar = "buddhist"\n', "2567-02-29 10:00", datetime(2024, 2, 29, 3)),
        (
            BANGKOK + 'calendar = "buddhist"\nformat = "%d/%m/%Y %H:%M"\n',
            "29/02/2567 10:00",
            datetime(2024, 2, 29, 3),
        ),
        (
            BANGKOK + 'calendar = "buddhist"\nformat = "%d/%m/%y %I:%M %p"\n',
            "20/11/69 10:00 PM",
            datetime(2026, 11, 20, 15),
        ),
        (BANGKOK + 'calendar = "buddhist"\nformat = "%d/%m/%Y"\n', "๒๐/๑๑/๒๕๖๙", datetime(2026, 11, 19, 17)),
        ('[time]\nformat = "%Y%m%d%H%M%S%z"\n', "20261120100000+0700", datetime(2026, 11, 20, 3)),
        ('[time]\nunit = "ms"\n', "1732071600123", datetime(2024, 11, 20, 3, 0, 0, 123000)),
        ('[time]\nunit = "s"\n', "1732071600.5", datetime(2024, 11, 20, 3, 0, 0, 500000)),
        ('[time]\nepoch = 2017-01-01\nstep = "1h"\n', "25", datetime(2017, 1, 2, 1)),
    ],
)
def test_times_are_read_as_the_mapping_declares(
    tmp_path: Path, toml: str, written: str, moment: datetime
) -> None:
    found = read(csv_file(tmp_path, transfer(time=written)), mapping=mapping(tmp_path, toml))
    assert found.codes == []
    assert found.column("time") == [moment.replace(tzinfo=UTC)]


def test_the_29th_of_february_needs_a_leap_year_in_the_buddhist_calendar_too(tmp_path: Path) -> None:
    rule = mapping(tmp_path, BANGKOK + 'calendar = "buddhist"\n')
    assert read(csv_file(tmp_path, transfer(time="2568-02-29 10:00")), mapping=rule).codes == [
        (2, "time", "time")
    ]


def test_a_closed_list_is_checked_and_translated(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        *(f"{transfer(number)},{word}" for number, word in enumerate(["QR", "โอน", "pigeon"])),
        header="record_id,time,payer_bank,payer,payee_bank,payee,amount,channel",
    )
    found = read(path, mapping=mapping(tmp_path, '[values.channel]\n"โอน" = "transfer"\n'))
    assert found.column("channel") == ["qr", "transfer"]
    assert found.codes == [(4, "channel", "choice")]
    assert "transfer, qr, card" in found.rejects[0].reason


def test_a_transfer_without_currency_and_channel_is_in_baht_by_transfer(tmp_path: Path) -> None:
    found = read(csv_file(tmp_path, transfer()))
    assert (found.column("currency"), found.column("channel")) == (["THB"], ["transfer"])


def test_a_payment_to_oneself_is_accepted(tmp_path: Path) -> None:
    assert len(read(csv_file(tmp_path, "T1,2026-11-20T10:00:00Z,KTB,1,KTB,1,5")).rows) == 1


@pytest.mark.parametrize(
    ("table", "header", "good", "bad", "code"),
    [
        ("premises", "class,lat,lon", "home,13.7,100.5", "home,91,100.5", "range"),
        ("premises", "class,lat,lon", "home,13.7,100.5", "home,13.7,-180.5", "range"),
        ("premises", "class,lat,lon", "home,13.7,100.5", "castle,13.7,100", "choice"),
        ("holders", "kind", "shop", "robot", "choice"),
        (
            "calls",
            "time,from,to,duration_s",
            "2026-11-20T10:00Z,1,2,3.5",
            "2026-11-20T10:00Z,1,2,-1",
            "range",
        ),
        ("trips", "time,leg", "2026-11-20T10:00Z,1", "2026-11-20T10:00Z,1.5", "integer"),
        ("deliveries", "backfill", "yes", "perhaps", "flag"),
        ("adverts", "time,links", '2026-11-20T10:00Z,"[""a""]"', '2026-11-20T10:00Z,"[{}]"', "list"),
    ],
)
def test_values_are_of_their_kind(
    tmp_path: Path, table: str, header: str, good: str, bad: str, code: str
) -> None:
    found = read(csv_file(tmp_path, good, bad, header=header), table)
    assert len(found.rows) == 1
    assert [(line, what) for line, _, what in found.codes] == [(3, code)]


def test_founding_dates_may_be_old_and_deadlines_in_the_future(tmp_path: Path) -> None:
    rule = mapping(tmp_path, BANGKOK)
    companies = csv_file(tmp_path, "1,1904-05-01", header="registration,founded")
    assert read(companies, "companies", rule).codes == []
    listings = csv_file(tmp_path, "a,person,1,2030-01-01", header="list,subject_kind,subject_id,until")
    assert read(listings, "listings", rule).codes == []


def test_long_texts_and_control_characters_are_set_aside_but_messages_may_be_long(tmp_path: Path) -> None:
    found = read(csv_file(tmp_path, "a" * 4001, "b\0c", "ok", header="registration"), "companies")
    assert [code for _, _, code in found.codes] == ["too_long", "control"]
    long = csv_file(tmp_path, f"2026-11-20T10:00Z,{'ก' * 9000}", header="time,text")
    assert read(long, "tips").codes == []
