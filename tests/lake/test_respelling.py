"""A lake of before accounts had one spelling: brought to it once, told, and nothing in it doubled or lost."""

from datetime import datetime
from pathlib import Path

import pytest

from tests.lake.files import counts, csv_of, opened, seen, take, transfer
from warroom import clock
from warroom.errors import RecordsError
from warroom.home import Home
from warroom.lake import commit
from warroom.lake.lake import Lake
from warroom.records import convert, texts
from warroom.subjects import bank_names, spelled_columns, spelling

Given = list[tuple[str, str]]


def old_lake(home: Home, file: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """A lake as the version before wrote it: accounts as each file writes them, and no word of it in the log."""
    lake = Lake.open(home)
    with monkeypatch.context() as before:
        for kind in ("convert_accounts", "convert_banks", "convert_currencies"):
            before.setattr(
                texts,
                kind,
                lambda array, column, values=None, strip=None: texts.convert_texts(array, column, values),
            )
        before.setattr(commit.CommitDraft, "to_tree", _without_spelled(commit.CommitDraft.to_tree))
        take(lake, file)
    assert convert.texts is texts
    return opened(home)


def _without_spelled(tree):  # type: ignore[no-untyped-def]
    return lambda draft: {name: value for name, value in tree(draft).items() if name != "spelled"}


def spelled(lake: Lake, as_of: datetime | None = None) -> set[tuple[str, str, str]]:
    rows = lake.query_rows("transfers", as_of).to_pyarrow()
    return set(zip(*(rows[name].to_pylist() for name in ("payer_bank", "payer", "currency")), strict=True))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    odd = {"payer_bank": "ktb", "payer": "123-4-56789-0", "currency": "thb"}
    return csv_of(tmp_path / "old.csv", [transfer(1, **odd), transfer(2, **odd), transfer(30, payer="- -")])


def test_an_old_lake_is_spelled_by_the_first_call_that_writes_and_says_so(
    home: Home, tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = old_lake(home, file, monkeypatch)
    then = clock.get_now()
    assert ("ktb", "123-4-56789-0", "thb") in spelled(lake)
    one = take(lake, csv_of(tmp_path / "new.csv", [transfer(3, payer_bank="KTB", payer="1234567890")]))
    assert counts(one) == (1, 0, 0, 0)
    assert any("written again, so that accounts have one spelling" in note for note in one.notes)
    other = opened(home)
    assert spelled(other) == {("KTB", "1234567890", "THB"), ("BANKA", "- -", "THB")}
    assert set(seen(other, then)) == {"T1", "T2", "T30"}, "what was known when does not change"
    assert other.verify() == []
    reasons = {stone["reason"] for _, entry in other.log.iter_commits() for stone in entry["removed"]}
    assert reasons == {"accounts in one spelling"}
    two = take(other, csv_of(tmp_path / "more.csv", [transfer(4)]))
    assert not any("written again" in note for note in two.notes), "once"


def test_the_same_file_again_is_no_correction_after_the_upgrade(
    home: Home, tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = old_lake(home, file, monkeypatch)
    assert counts(take(lake, file))[:3] == (0, 2, 0)
    odd = [transfer(n, payer_bank="KTB", payer="123 4 56789 0") for n in (1, 2)]
    assert counts(take(lake, csv_of(tmp_path / "same.csv", odd))) == (0, 2, 0, 0)


def test_a_new_lake_has_nothing_to_be_written_anew(home: Home, file: Path) -> None:
    lake = Lake.open(home)
    take(lake, file)
    assert opened(home).state.spelling_mark
    head = lake.head
    take(lake, file)
    assert lake.head == head


def test_a_lake_of_before_banks_had_one_name_is_brought_to_it(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bics = [transfer(1, payer_bank="KASITHBK"), transfer(2, payer_bank="KASITHBKXXX"), transfer(3)]
    file = csv_of(tmp_path / "bics.csv", bics)
    with monkeypatch.context() as before:
        before.setattr(spelled_columns, "spell_banks", spelled_columns.spell_codes)
        before.setattr(spelling, "RULES", 1)
        take(Lake.open(home), file)
    assert {bank for bank, _, _ in spelled(opened(home))} == {"KASITHBK", "KASITHBKXXX", "BANKA"}
    assert counts(take(opened(home), file))[:3] == (0, 3, 0), "the same file is no correction"
    assert {bank for bank, _, _ in spelled(opened(home))} == {"KBANK", "BANKA"}
    assert opened(home).verify() == []


def test_names_that_a_deployment_adds_reach_the_rows_that_are_there(home: Home, tmp_path: Path) -> None:
    file = csv_of(tmp_path / "words.csv", [transfer(1, payer_bank="KBTG"), transfer(2, payer_bank="KBANK")])
    take(Lake.open(home), file)
    (home.root / bank_names.FILE).write_text('[banks.KBANK]\nnames = ["KBTG"]\n')
    again = take(opened(home), file)
    assert counts(again)[:3] == (0, 2, 0)
    assert {bank for bank, _, _ in spelled(opened(home))} == {"KBANK"}
    (home.root / bank_names.FILE).write_text("[banks")
    lake = opened(home)
    assert len(spelled(lake)) == 2, "what is there can be read"
    with pytest.raises(RecordsError, match=r"banks\.toml"):
        take(lake, csv_of(tmp_path / "more.csv", [transfer(3)]))
    (home.root / bank_names.FILE).unlink()
    Lake.open(home)
