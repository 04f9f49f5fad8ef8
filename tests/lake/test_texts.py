"""What is found in texts and under which spelling of a number; and that the index follows the lake."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from warroom import clock
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.lake.texts import index as text_index
from warroom.lake.texts.fold import fold_text, split_around_match
from warroom.lake.texts.query import TextQuery, make_forms
from warroom.records.mapping import DeliveryTerms
from warroom.records.table import Table, TableColumn
from warroom.records.tables import TABLES

SEEN = datetime(2026, 10, 1, 3, tzinfo=UTC)
FILLED: dict[str, Any] = {"text": "filled", "time": SEEN, "number": 1.0, "money": Decimal(1)}
MESSAGE = "เขาบอกให้โอนเงินไปบัญชี 000-790-2023 แล้วโทร +66 81 234 5678 หรือดูที่ www.Lucky-Win.example/go"


@pytest.fixture
def lake(home: Home) -> Lake:
    lake = Lake.open(home)
    tips(lake, TIP1=MESSAGE, TIP2="น้ำท่วมที่ทำงาน a\u200bb\u202ecd", TIP3="ข้าวสารราคาถูก Fake Police called")
    return lake


def tips(lake: Lake, terms: DeliveryTerms | None = None, **said: str) -> None:
    rows: list[dict[str, Any]] = [
        {"record_id": name, "time": SEEN, "kind": "number", "text": text} for name, text in said.items()
    ]
    lake.write_rows("tips", rows, source="police", terms=terms)


def saying(lake: Lake, words: str, as_of: datetime | None = None) -> list[str]:
    index = text_index.load_index(lake.home, lake.state)
    return sorted(one.record_id for one in index.iter_matches(TextQuery.parse_query(words), "tips", as_of))


def named(lake: Lake, number: str) -> list[tuple[str, str]]:
    index = text_index.load_index(lake.home, lake.state)
    return sorted((one.table, one.record_id) for one in index.find_by_forms(make_forms(number)))


NAMED = [
    (table, column)
    for table in TABLES.values()
    for column in table.columns
    if table.is_searched and (column.subject or column.beside)
]


@pytest.mark.parametrize(("table", "column"), NAMED, ids=[f"{table.name}.{one.name}" for table, one in NAMED])
def test_what_a_column_names_is_found_by_its_number(home: Home, table: Table, column: TableColumn) -> None:
    lake = Lake.open(home)
    row = {
        one.name: one.values[0] if one.values else FILLED.get(one.kind, "filled")
        for one in table
        if one.required
    }
    number = "lucky.example" if column.subject == "domain" else "0812345678"
    value = [number] if column.kind == "list" else number
    lake.write_rows(table.name, [{**row, "record_id": "N-1", column.name: value}], source="police")
    assert named(lake, number) == [(table.name, "N-1")]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("โอนเงิน", ["TIP1"]),  # in the middle of a sentence without spaces
        ("ให้โอน เงินไป", ["TIP1"]),  # every word, wherever it stands
        ("เงินไปบัญชี", ["TIP1"]),
        ("นํ้าท่วม", ["TIP2"]),  # sara am typed as nikhahit, tone, aa
        ("abcd", ["TIP2"]),  # across signs that nobody sees
        ("ข้าว", ["TIP3"]),
        ("ข่าว", []),  # another tone is another word
        ("fake POLICE", ["TIP3"]),
        ("ＦＡＫＥ", ["TIP3"]),
        ("ที", ["TIP1", "TIP2"]),  # two letters
        ("นายโอน เงินไป", ["TIP1"]),  # a name's title is left out
        ("เงินไม่มี", []),
    ],
)
def test_words_are_found_in_the_middle_of_a_sentence(lake: Lake, words: str, found: list[str]) -> None:
    assert saying(lake, words) == found


@pytest.mark.parametrize(
    "number",
    [
        "0007902023",
        "000-790-2023",
        "000 790 2023",
        "081-234-5678",
        "+66812345678",
        "0066 81 234 5678",
        "๐๘๑-๒๓๔-๕๖๗๘",
        "lucky-win.example",
        "https://www.lucky-win.example/other?x=1",
        "LUCKY-WIN.EXAMPLE.",
    ],
)
def test_a_number_is_found_however_it_is_written(lake: Lake, number: str) -> None:
    assert ("tips", "TIP1") in named(lake, number)


def test_columns_that_name_something_are_found_in_their_own_spelling(lake: Lake) -> None:
    lake.write_rows("sims", [{"record_id": "S1", "msisdn": "+66812345678", "batch": "BATCH-9"}], source="T1")
    lake.write_rows("vehicles", [{"record_id": "V1", "plate": "1กข 1234 กรุงเทพ"}], source="land")
    lake.write_rows("accounts", [{"record_id": "A1", "bank": "B02", "account": "000-7902023"}], source="B02")
    assert ("sims", "S1") in named(lake, "081 234 5678")
    assert named(lake, "batch 9") == [("sims", "S1")]
    assert named(lake, "1กข1234กรุงเทพ") == [("vehicles", "V1")]
    assert ("accounts", "A1") in named(lake, "0007902023")


def test_a_correction_takes_the_place_of_what_it_corrects(lake: Lake) -> None:
    before = clock.get_now()
    tips(lake, TIP1="ข้อความใหม่")
    assert saying(lake, "โอนเงิน") == []
    assert saying(lake, "ข้อความใหม่") == ["TIP1"]
    assert saying(lake, "โอนเงิน", before) == ["TIP1"], "as of before it was corrected"


def test_what_is_erased_is_gone_from_the_index_and_from_its_files(lake: Lake) -> None:
    tips(
        lake,
        DeliveryTerms(retention_until=clock.get_now() + timedelta(days=1)),
        TIP9="ความลับสุดยอด secretword",
    )
    assert saying(lake, "secretword") == ["TIP9"]
    lake.erase_expired(clock.get_now() + timedelta(days=2))
    assert list(blobs(lake)) == [], "batches with erased rows go with the erasure itself"
    assert saying(lake, "secretword") == []
    assert saying(lake, "โอนเงิน") == ["TIP1"]


def blobs(lake: Lake) -> Iterator[str]:
    for path in (lake.home.index / "texts").glob("batch-*"):
        yield path.name


def test_new_deliveries_join_and_small_batches_become_one(lake: Lake) -> None:
    for number in range(4, 12):
        tips(lake, **{f"TIP{number}": f"ตัวอย่างที่ {number}"})
        assert saying(lake, f"ตัวอย่างที่ {number}") == [f"TIP{number}"]
    assert len(list(blobs(lake))) < 4
    lake.compact_files()
    assert len(saying(lake, "ตัวอย่าง")) == 8


def test_an_index_that_is_deleted_is_built_again(lake: Lake) -> None:
    import shutil

    from warroom.lake.texts import index as text_index

    assert saying(lake, "โอนเงิน") == ["TIP1"]
    shutil.rmtree(lake.home.index / "texts")
    text_index._OPEN.clear()
    assert saying(lake, "โอนเงิน") == ["TIP1"]


@pytest.mark.parametrize("said", ["นํ้า", "น้ำ", "เเม่", "A\u0301 Ｂ", "ก่ก่  ข", "\u202eabc\u200b", "x" * 300])
def test_folding_twice_changes_nothing_more(said: str) -> None:
    assert fold_text(fold_text(said)) == fold_text(said)


def test_a_place_is_shown_with_what_stands_around_it() -> None:
    before, at, after = split_around_match("เขาบอกให้โอนเงินไปบัญชีกลางวันนี้", "โอนเงิน", 6)
    assert (before[:1], at, after[-1:]) == ("…", "โอนเงิน", "…")
    assert split_around_match("น้ำท่วมหนัก", fold_text("นํ้าท่วม"), 20) == ("", "น้ำท่วม", "หนัก")
    assert split_around_match("nothing here", "absent", 5)[1] == ""
