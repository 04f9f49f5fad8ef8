"""What the command line does when something is wrong that nobody foresaw."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from warroom.cli import app as command_line
from warroom.errors import NotPossible
from warroom.home import open_home
from warroom.lake.lake import Lake


def broken() -> None:
    raise KeyError("transfer")


def test_a_fault_of_the_program_is_one_sentence_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command_line, "app", broken)
    monkeypatch.setattr(sys, "argv", ["warroom", "doctor"])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    said = capsys.readouterr().err
    assert ended.value.code == 70
    assert said.count("\n") == 1
    assert "KeyError" in said
    assert "Traceback" not in said


def test_a_reader_that_stops_listening_is_no_fault(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f"'{sys.executable}' -m warroom --help | head -1"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""


def test_files_of_a_home_are_their_owners_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    subprocess.run(
        [sys.executable, "-m", "warroom", "ingest", "--folder", "examples"],
        env={"WARROOM_HOME": str(home), "PATH": "/usr/bin:/bin"},
        cwd=Path(__file__).resolve().parents[2],
        check=True,
        capture_output=True,
    )
    assert [path for path in home.rglob("*") if path.stat().st_mode & 0o077] == []


def test_an_officer_without_a_role_is_refused_before_a_password_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_home(tmp_path / "home", "exercise")
    monkeypatch.setenv("WARROOM_HOME", str(tmp_path / "home"))
    with pytest.raises(NotPossible, match="An officer needs a role; give at least one --role: officer, "):
        command_line.app(["officer", "add", "anna", "--name", "Anna"])


@pytest.mark.parametrize("words", [["lake", "find", "transfers", "--record_id", "T1"], ["lake", "compact"]])
@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_a_file_of_the_lake_that_is_missing_or_broken_is_named_by_every_command(
    tmp_path: Path, words: list[str], damage: str
) -> None:
    home = open_home(tmp_path / "home", "exercise")
    lake = Lake.open(home)
    for number in range(2):
        row = {"record_id": f"T{number}", "time": datetime(2026, 3, 9, tzinfo=UTC), "amount": Decimal(1)}
        lake.write_rows("transfers", [row], source="bank-one")
    file = lake.list_files("transfers")[0]
    if damage == "gone":
        file.path.unlink()
    else:
        file.path.write_bytes(file.path.read_bytes()[:100])
    done = subprocess.run(
        [sys.executable, "-m", "warroom", *words],
        env=os.environ | {"WARROOM_HOME": str(home.root)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert file.name in done.stderr
    assert "fault of the program" not in done.stderr
