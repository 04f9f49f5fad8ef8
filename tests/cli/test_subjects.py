"""`warroom subjects`: identifiers that say what they are, and records that join."""

import json
from pathlib import Path

import pytest

from warroom.cli.app import app
from warroom.errors import WarroomError


def said(words: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    app(words, result_action="return_value")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    return json.loads(lines[0])


def test_an_identifier_is_read_in_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = said(["subjects", "identify", "๐๘๑-๒๓๔-๕๖๗๘", "--json"], capsys)
    assert (found["kind"], found["text"], found["holds"]) == ("phone", "+66812345678", True)
    with pytest.raises(WarroomError, match="There is no kind 'car'"):
        app(["subjects", "identify", "1", "--expected", "car"], result_action="return_value")


def test_two_files_join_and_the_second_changes_no_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WARROOM_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("WARROOM_DATABASE_URL", raising=False)
    first, second = tmp_path / "bank.csv", tmp_path / "operator.csv"
    first.write_text(
        "record_id,name,dob,phone\n1,นายสมชาย ใจดี,1990-01-02,081-234-5678\n2,วิชัย แสงทอง,1979-03-03,\n",
        encoding="utf-8",
    )
    second.write_text(
        "record_id,name,dob,phone,colour\n9,Somchai Jaidee,2/1/2533,+66812345678,red\n", encoding="utf-8"
    )
    words = ["subjects", "resolve", str(first), str(second), "--column", "dob=date", "--json"]
    begun, added = said(words, capsys)["files"]  # type: ignore[misc]
    assert (begun["records"], begun["subjects"]) == (2, 2)
    assert (added["records"], added["joined"], added["subjects"], added["not_compared"]) == (
        1,
        1,
        2,
        ["colour"],
    )
    again = said(words, capsys)["files"]
    assert [one["known"] for one in again] == [2, 1]  # type: ignore[attr-defined]


def test_a_column_that_is_not_there_is_named_with_what_may_be_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_HOME", str(tmp_path / "home"))
    file = tmp_path / "people.csv"
    file.write_text("record_id,name\n1,ก\n", encoding="utf-8")
    with pytest.raises(WarroomError, match="There is no column born"):
        app(["subjects", "resolve", str(file), "--column", "born=date"], result_action="return_value")
