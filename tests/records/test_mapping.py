"""A mapping says how a partner's file is to be read, and what is wrong with it in one sentence."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.records.reading import ARRIVED, csv_file, mapping, read, transfer
from warroom.errors import RecordsError
from warroom.records import mapping_file
from warroom.records.mapping import FileMapping

FULL = """
source = { name = "BANKA" }
[columns]
payer = "from"
[constants]
payer_bank = "KTB"
[values.channel]
"โอน" = "transfer"
[time]
zone = "Asia/Bangkok"
calendar = "buddhist"
format = "%d/%m/%Y %H:%M"
[time.opened_at]
format = "%d/%m/%Y"
[file]
encoding = "tis-620"
delimiter = "|"
decimal = ","
[delivery]
partner = "Bank A"
legal_basis = "Emergency decree, section 4"
purpose = "tracing"
retention_days = 90
"""


def test_a_mapping_is_the_same_after_its_json_is_read_back(tmp_path: Path) -> None:
    first = mapping(tmp_path, FULL)
    again = mapping_file.parse_mapping_json(first.as_json())
    assert again == first
    assert again.compute_fingerprint() == first.compute_fingerprint()
    assert first.compute_fingerprint() != FileMapping().compute_fingerprint()
    assert first.get_time_rule("opened_at").format == "%d/%m/%Y"
    assert first.get_time_rule("opened_at").calendar == "buddhist"


def test_steps_and_deadlines_survive_the_json(tmp_path: Path) -> None:
    first = mapping(
        tmp_path,
        '[time]\nepoch = 2017-01-01\nstep = "1d"\n'
        "[delivery]\nretention_until = 2027-01-01\nbackfill = true\n",
    )
    assert mapping_file.parse_mapping_json(first.as_json()) == first
    assert first.time.step == timedelta(days=1)
    assert first.terms.compute_erasure_time(ARRIVED, 365) == datetime(2027, 1, 1, tzinfo=UTC)


def test_pairs_go_before_the_file(tmp_path: Path) -> None:
    both = mapping(tmp_path, FULL).with_pairs(["payer=sender", "amount = value"])
    assert both.columns == {"payer": "sender", "amount": "value"}


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("[colums]\n", "unknown key 'colums'"),
        ('[time]\nzone = "Asia/Bankok"\n', "no time zone"),
        ('[time]\nstep = "1d"\n', "needs both epoch and step"),
        ('[time]\nepoch = 2017-01-01\nstep = "a day"\n', "length of time"),
        ('[time]\ncalendar = "thai"\n', "gregorian or buddhist"),
        ('[time]\nunit = "h"\n', "s or ms or us"),
        ('encoding = "klingon"\n', "unknown"),
        ('delimiter = ";;"\n', "one character"),
        ("[delivery]\nretention_days = -1\n", "whole number of days"),
        ("[columns\n", "not valid TOML"),
        ('[columns]\namount = ["a"]\n', "joins no columns"),
    ],
)
def test_a_wrong_mapping_is_told_in_one_sentence(tmp_path: Path, toml: str, words: str) -> None:
    with pytest.raises(RecordsError, match=words):
        mapping(tmp_path, toml)


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (["amount"], "write --map ours=theirs"),
        (["amont=amount"], "transfers has no column 'amont'"),
        (["amount=betrag"], "has no column 'betrag' for amount; it has 'record_id'"),
        (["nationality=payer"], "No table may hold 'nationality'"),
        (["received_at=time"], "backfill = true"),
    ],
)
def test_a_pair_that_does_not_fit_is_told(tmp_path: Path, pairs: list[str], words: str) -> None:
    path = csv_file(tmp_path, transfer())
    with pytest.raises(RecordsError, match=words):
        read(path, mapping=FileMapping.from_pairs(pairs))


def test_a_column_cannot_be_both_mapped_and_constant(tmp_path: Path) -> None:
    both = mapping(tmp_path, '[columns]\npayer = "payer"\n[constants]\npayer = "1"\n')
    with pytest.raises(RecordsError, match="keep one of them"):
        read(csv_file(tmp_path, transfer()), mapping=both)


def test_a_backfill_takes_its_arrival_from_the_file(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        transfer(1) + ",2026-11-20T11:00:00Z",
        transfer(2) + ",",
        header="record_id,time,payer_bank,payer,payee_bank,payee,amount,received_at",
    )
    found = read(path, mapping=mapping(tmp_path, "[delivery]\nbackfill = true\n"))
    assert found.column("received_at") == [datetime(2026, 11, 20, 11, tzinfo=UTC)]
    assert found.codes == [(3, "received_at", "required")]
    assert "received_at" not in read(path).table.schema.names


def test_columns_nobody_mapped_are_named(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        transfer() + ",x,y",
        header="record_id,time,payer_bank,payer,payee_bank,payee,amount,religion,z",
    )
    assert read(path).notes == ["Columns not used: 'religion', 'z'."]


def test_the_how_to_page_explains_every_key() -> None:
    page = (Path(__file__).parents[2] / "docs/how-to/mapping.md").read_text(encoding="utf-8")
    keys = (*mapping_file.FILE_KEYS, *mapping_file.TIME_KEYS, *mapping_file.DELIVERY_KEYS)
    assert [key for key in keys if f"`{key}`" not in page] == []
    assert [section for section in mapping_file.SECTIONS if f"[{section}" not in page] == []
