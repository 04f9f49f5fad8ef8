"""`warroom names` and `warroom bench names`: answers that explain themselves, and files that cannot be used."""

import json
from pathlib import Path

import pytest

from tests.cli.test_ingest import Terminal
from warroom.cli.app import app
from warroom.errors import WarroomError


def said(words: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    app(words, result_action="return_value")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    return json.loads(lines[0])


def test_compare_answers_in_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = said(["names", "compare", "สมชาย ใจดี", "Somchai Jaidee", "--json"], capsys)
    assert found["same"] is True
    assert found["score"] >= 0.7
    assert set(found["reason"]) == {"th", "en"}


def test_find_looks_through_a_file_of_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = tmp_path / "names.csv"
    names.write_text("id,name\n1,Somchay Chaidi\n2,สมศักดิ์ ใจดี\n3,佘智江\n", encoding="utf-8")
    found = said(["names", "find", "สมชาย ใจดี", "--among", str(names), "--json"], capsys)
    assert [row["name"] for row in found["found"]] == ["Somchay Chaidi"]
    assert found["found"][0]["where"] == "line 2"
    assert found["searched"] == 3


def test_pairs_of_either_kind_of_file_are_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = tmp_path / "ours.csv"
    ours.write_text(
        "name1,name2,is_match,kind,phenomenon\nสมชาย ใจดี,Somchai Jaidee,1,person,romanised\n"
        "สมชาย ใจดี,สมชัย ใจดี,0,person,one vowel\n",
        encoding="utf-8",
    )
    figures = said(["bench", "names", str(ours), "--json"], capsys)
    assert figures["f1"] == 1.0
    assert figures["by"]["one vowel"] == {"pairs": 1, "errors": 0}
    theirs = tmp_path / "theirs.csv"
    theirs.write_text(
        "case_group,schema,name1,name2,is_match,category\nx,Company,Siemens AG,Siemens Aktiengesellschaft,true,form\n",
        encoding="utf-8",
    )
    assert said(["bench", "names", str(theirs), "--json"], capsys)["by"] == {
        "form": {"pairs": 1, "errors": 0}
    }


def test_find_looks_through_the_register_of_companies(tmp_path: Path) -> None:
    register = tmp_path / "companies.csv"
    register.write_text(
        "record_id,registration,name\n1,C1,บริษัท รุ่งเรืองการค้า จำกัด\n2,C2,บริษัท รุ่งโรจน์การค้า จำกัด\n3,C3,\n",
        encoding="utf-8",
    )
    terminal = Terminal(tmp_path / "home")
    terminal.json("ingest", "companies", register, "--source", "DBD")
    found = terminal.json("names", "find", "บจก.รุ่งเรืองการค้า")
    assert [(row["where"], row["score"]) for row in found["found"]] == [("C1", 1.0)]
    assert found["source"] == "companies"
    assert found["searched"] == 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a,b\n1,2\n", "needs the columns"),
        ("", "needs the columns"),
        ("name1,name2,is_match\nA,B,perhaps\n", "line 2: is_match says 'perhaps'"),
    ],
)
def test_a_file_that_cannot_be_measured_says_why(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WarroomError, match=why):
        app(["bench", "names", str(path)], result_action="return_value")


def test_names_are_indexed_once_and_found_without_their_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = tmp_path / "names.txt"
    names.write_text("Somchay Chaidi\nสมศักดิ์ ใจดี\n佘智江\nข้าวแกง ใจดี\n", encoding="utf-8")
    out = tmp_path / "kept"
    app(["names", "index", str(names), "--out", str(out)], result_action="return_value")
    names.unlink()
    capsys.readouterr()
    found = said(["names", "find", "สมชาย ใจดี", "--among", str(out), "--json"], capsys)
    assert [(row["name"], row["where"]) for row in found["found"]] == [("Somchay Chaidi", "name 1")]
    with pytest.raises(WarroomError, match="exists already"):
        app(["names", "index", str(out), "--out", str(out)], result_action="return_value")
    with pytest.raises(WarroomError, match="no index of names"):
        app(["names", "find", "a", "--among", str(tmp_path)], result_action="return_value")
