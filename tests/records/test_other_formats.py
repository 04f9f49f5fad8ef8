"""Parquet and JSON Lines, by content whatever the name says; and the quarantine read again."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.records.reading import HEADER, again, csv_file, mapping, read, transfer
from warroom.errors import RecordsError
from warroom.records.batch import Reject

WHEN = datetime(2026, 11, 20, 3, tzinfo=UTC)


def _parquet(folder: Path, **columns: Any) -> Path:
    size = len(next(iter(columns.values()))) if columns else 1
    whole = {
        "time": pa.array([WHEN] * size, pa.timestamp("ns", "Asia/Bangkok")),
        "payer_bank": pa.array(["KTB"] * size).dictionary_encode(),
        "payer": list(range(1, size + 1)),
        "payee_bank": ["SCB"] * size,
        "payee": [float(number) for number in range(1, size + 1)],
        "amount": [1.1] * size,
    }
    path = folder / "file.parquet"
    pq.write_table(pa.table({**whole, **columns}), path)
    return path


@pytest.mark.parametrize(
    ("amounts", "taken"),
    [
        ([163.3, 0.1 + 0.2, 90071992547409.91], ["163.30", "0.30", "90071992547409.91"]),
        (pa.array([163.3, 5.05], pa.float32()), ["163.30", "5.05"]),
        (pa.array([5, 10**15], pa.int64()), ["5.00", "1000000000000000.00"]),
        (pa.array([7], pa.uint64()), ["7.00"]),
        (pa.array([Decimal("1.2500")], pa.decimal128(20, 4)), ["1.25"]),
        (["1.5", "2,000"], ["1.50", "2000.00"]),
    ],
)
def test_amounts_of_every_type_are_taken_exactly(tmp_path: Path, amounts: Any, taken: list[str]) -> None:
    found = read(_parquet(tmp_path, amount=amounts))
    assert found.rejects == []
    assert [str(amount) for amount in found.column("amount")] == taken
    assert found.column("payee")[0] == "1"


@pytest.mark.parametrize(
    ("amounts", "codes"),
    [
        ([1.234, 12345.678, 1e12 + 0.005], ["decimals"] * 3),
        (
            [float("nan"), float("inf"), -1.0, 0.0],
            ["not_finite", "not_finite", "not_positive", "not_positive"],
        ),
        ([1e20, 2e16], ["digits", "digits"]),
        (pa.array([Decimal("1.2345")], pa.decimal128(20, 4)), ["decimals"]),
        (pa.array([10**17], pa.int64()), ["digits"]),
        (pa.array([2**64 - 1], pa.uint64()), ["digits"]),
        ([None], ["required"]),
    ],
)
def test_amounts_that_would_be_rounded_are_set_aside(tmp_path: Path, amounts: Any, codes: list[str]) -> None:
    found = read(_parquet(tmp_path, amount=amounts))
    assert [code for _, _, code in found.codes] == codes
    assert [line for line, _, _ in found.codes] == list(range(1, len(codes) + 1))


def test_times_of_every_type_are_read(tmp_path: Path) -> None:
    naive = pa.array([datetime(2026, 11, 20, 10)], pa.timestamp("ms"))
    path = _parquet(tmp_path, time=naive)
    assert read(path).codes == [(1, "time", "no_zone")]
    zone = mapping(tmp_path, '[time]\nzone = "Asia/Bangkok"\n')
    assert read(path, mapping=zone).column("time") == [WHEN]
    thai = _parquet(tmp_path, time=pa.array([datetime(2569, 11, 20, 10)], pa.timestamp("us", "Asia/Bangkok")))
    assert read(thai).codes == [(1, "time", "buddhist")]
    buddhist = mapping(tmp_path, '[time]\nzone = "Asia/Bangkok"\ncalendar = "buddhist"\n')
    assert read(thai, mapping=buddhist).column("time") == [datetime(2026, 11, 20, 10, tzinfo=UTC)]
    seconds = _parquet(tmp_path, time=[int(WHEN.timestamp())])
    assert read(seconds).codes == [(1, "time", "no_unit")]
    assert read(seconds, mapping=mapping(tmp_path, '[time]\nunit = "s"\n')).column("time") == [WHEN]


def test_a_cut_parquet_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = _parquet(tmp_path, amount=[1.0] * 10_000)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RecordsError, match="cut off or damaged"):
        read(path)
    path.write_bytes(b"\0" * 100)
    with pytest.raises(RecordsError, match="cut off or damaged"):
        read(path)


def test_damage_within_a_parquet_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = _parquet(tmp_path, amount=[number / 100 for number in range(1, 50_000)])
    data = bytearray(path.read_bytes())
    data[5_000:60_000] = b"\xff" * 55_000
    path.write_bytes(data)
    with pytest.raises(RecordsError, match=r"is damaged after row 0|schema does not allow"):
        read(path)


def test_a_name_that_lies_about_the_format_changes_nothing(tmp_path: Path) -> None:
    lying = _parquet(tmp_path).rename(tmp_path / "file.csv")
    assert len(read(lying).rows) == 1
    plain = csv_file(tmp_path, transfer()).rename(tmp_path / "file.xml")
    assert len(read(plain).rows) == 1


def _json_lines(folder: Path, *lines: str) -> Path:
    path = folder / "file.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_reports_come_as_json_lines(tmp_path: Path) -> None:
    path = _json_lines(
        tmp_path,
        '{"record_id": "R1", "time": "2026-11-20T10:00Z", "transfer_ids": ["T1", "T2"], "loss": 1.5}',
        '{"record_id": "R2", "time": "2026-11-20T10:00:00+07:00", "transfer_ids": "T3;T4", "age": 3}',
        "",
        '{"record_id": "R3", "time": "2026-11-20T10:00:00+07:00", "channel": "web", "scam_type": 7}',
    )
    found = read(path, "reports")
    assert found.column("transfer_ids") == [["T1", "T2"], ["T3", "T4"], None]
    assert found.column("loss") == [Decimal("1.50"), None, None]
    assert found.column("line") == [1, 2, 4]
    assert found.column("scam_type") == [None, None, "7"]
    assert found.notes == ["Columns not used: 'age'."]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{bad", "json"),
        ("[1]", "json"),
        ('"text"', "json"),
        ("[" * 100_000, "json"),
        ('{"time": "2026-11-20T10:00:00Z", "loss": NaN}', "not_finite"),
        ('{"time": "2026-11-20T10:00:00Z", "loss": 1.005}', "decimals"),
        ('{"time": null}', "required"),
        ('{"time": {"a": 1}}', "time"),
    ],
)
def test_bad_lines_of_json_are_set_aside_alone(tmp_path: Path, line: str, code: str) -> None:
    good = '{"time": "2026-11-20T10:00:00Z", "loss": 1}'
    found = read(_json_lines(tmp_path, good, line, good), "reports")
    assert [(number, what) for number, _, what in found.codes] == [(2, code)]
    assert len(found.rows) == 2


def _array(folder: Path, text: str) -> Path:
    path = folder / "file.json"
    path.write_text(text, encoding="utf-8")
    return path


def _objects(count: int) -> list[dict[str, Any]]:
    fields = HEADER.split(",")
    return [dict(zip(fields, transfer(number).split(","), strict=True)) for number in range(count)]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_json_array_is_read_as_rows(tmp_path: Path, indent: int | None) -> None:
    objects = [*_objects(20_000), {"record_id": "T9", "amount": "x"}]
    found = read(_array(tmp_path, json.dumps(objects, indent=indent)))
    assert found.table.num_rows == 20_000
    assert (found.codes[0][0], len(found.codes)) == (20_001, 1)
    assert json.loads(found.rejects[0].raw) == {"record_id": "T9", "amount": "x"}
    assert "\n" not in found.rejects[0].raw


@pytest.mark.parametrize(
    ("cut", "words"),
    [
        (lambda text: text[:-40], "is cut off in entry 50 of its JSON array; nothing was kept"),
        (lambda text: text.replace('"T30"', '"T30'), "is no valid JSON from entry 31 of its array on"),
        (lambda text: text + text, "goes on after its JSON array"),
        (lambda text: "[1, 2]", "is a JSON array without objects"),
        (lambda text: "[]", "is a JSON array without objects"),
        (lambda text: '{"data": ' + text + "}", "with its rows in 'data'; ingest only that list"),
        (lambda text: '{\n  "data": ' + text + "\n}", "with its rows in 'data'; ingest only that list"),
    ],
)
def test_json_that_is_no_whole_array_is_refused(tmp_path: Path, cut: Any, words: str) -> None:
    path = _array(tmp_path, cut(json.dumps(_objects(50))))
    with pytest.raises(RecordsError, match=words):
        read(path)


def test_a_default_stands_where_an_object_has_no_such_key(tmp_path: Path) -> None:
    row = {
        "time": "2026-11-20T10:00:00Z",
        "payer_bank": "A",
        "payer": 1,
        "payee_bank": "B",
        "payee": 2,
        "amount": 5,
    }
    path = _json_lines(tmp_path, json.dumps(row), json.dumps({**row, "currency": "USD", "channel": "cash"}))
    found = read(path)
    assert found.column("currency") == ["THB", "USD"]
    assert found.column("channel") == ["transfer", "cash"]


def test_rejected_rows_are_accepted_once_the_mapping_is_right(tmp_path: Path) -> None:
    thai = mapping(tmp_path, 'encoding = "cp874"\n[columns]\npurpose = "หมายเหตุ"\n')
    path = csv_file(
        tmp_path,
        transfer(1, time="2026-11-20 10:00") + ",ค่าสินค้า",
        transfer(3, amount="-1") + ",ก",
        header=HEADER + ",หมายเหตุ",
        encoding="cp874",
    )
    first = read(path, mapping=thai)
    assert len(first.rejects) == 2
    zone = mapping(
        tmp_path, 'encoding = "cp874"\n[columns]\npurpose = "หมายเหตุ"\n[time]\nzone = "Asia/Bangkok"\n'
    )
    second = again(tmp_path, first.rejects, zone)
    assert second.column("time") == [WHEN]
    assert second.column("purpose") == ["ค่าสินค้า"]
    assert second.codes == [(2, "amount", "not_positive")]


def test_half_a_sign_in_json_lines_costs_its_line_alone(tmp_path: Path) -> None:
    rows = [
        _object(amount="1.00"),
        _object(payee="\ud800"),
        _object(payee=["\udfff"]),
        _object(**{"\udc00": "1"}),
    ]
    rows += [_object(purpose="\U0001f4b8"), _object(purpose="\\ud800")]
    path = tmp_path / "file.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    found = read(path)
    assert found.codes == [(2, "", "json"), (3, "", "json"), (4, "", "json")]
    assert len(found.rows) == 3
    assert "half of a character" in found.rejects[0].reason
    assert len(again(tmp_path, [*found.rejects, Reject(9, "", "", "", json.dumps(rows[0]))]).rejects) == 3


def test_json_lines_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl"
    path.write_text(json.dumps(_object()), encoding="utf-8-sig")
    found = read(path)
    assert (len(found.rows), found.rejects) == (1, [])


def _object(**other: Any) -> dict[str, Any]:
    row = {"time": "2026-11-20T10:00:00+07:00", "payer_bank": "KTB", "payer": "1", "payee_bank": "SCB"}
    return {**row, "payee": "2", "amount": "1.00", **other}


@pytest.mark.parametrize("array", [False, True])
def test_an_object_that_says_a_name_twice_is_set_aside_and_no_value_wins(tmp_path: Path, array: bool) -> None:
    names = HEADER.split(",")
    lines = [json.dumps(dict(zip(names, transfer(n).split(","), strict=True))) for n in (1, 2, 3)]
    lines[1] = lines[1].replace("{", '{"payee": "666", ', 1)
    path = tmp_path / "rows.json"
    path.write_text(f"[{','.join(lines)}]" if array else "\n".join(lines))
    found = read(path)
    assert found.codes == [(2, "", "json")]
    assert "has 'payee' more than once" in found.rejects[0].reason
    assert found.column("record_id") == ["T1", "T3"]


def test_a_number_of_json_is_a_number_whatever_sign_the_texts_beside_it_have(tmp_path: Path) -> None:
    amounts = ["1.5", "1234.50", '"1.500"', '"1.500,25"', "1.5e3", "70"]
    lines = [
        json.dumps(
            dict(zip(HEADER.split(","), transfer(n).split(","), strict=True)) | {"amount": "?"}
        ).replace('"?"', amount)
        for n, amount in enumerate(amounts)
    ]
    rule = mapping(tmp_path, '[file]\ndecimal = ","\n')
    for name, text in (("a.jsonl", "\n".join(lines)), ("a.json", f"[{','.join(lines)}]")):
        (tmp_path / name).write_text(text)
        found = read(tmp_path / name, mapping=rule)
        assert found.rejects == []
        assert [str(each) for each in found.column("amount")] == [
            "1.50", "1234.50", "1500.00", "1500.25", "1500.00", "70.00",
        ]  # fmt: skip
