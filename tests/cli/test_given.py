"""Files as people name them: patterns, folders, and what is piped in."""

import os
import subprocess
import sys
from pathlib import Path

from tests.cli.test_ingest import Terminal
from tests.lake.files import csv_of, transfer


def _days(folder: Path) -> None:
    folder.mkdir()
    for day in range(3):
        csv_of(folder / f"day-{day}.csv", [transfer(10 * day + number) for number in range(4)])
    (folder / ".DS_Store").write_bytes(b"\0litter")


def test_a_folder_and_a_pattern_in_quotes_stand_for_their_files(tmp_path: Path) -> None:
    _days(tmp_path / "days")
    terminal = Terminal(tmp_path / "home")
    taken = terminal.json("ingest", "transfers", tmp_path / "days", "--source", "BANKA")
    assert (taken["accepted"], [each["file"] for each in taken["files"]]) == (
        12, ["day-0.csv", "day-1.csv", "day-2.csv"],
    )  # fmt: skip
    assert (
        terminal.json("ingest", "transfers", tmp_path / "days" / "day-[01].csv", "--source", "BANKA")[
            "duplicates"
        ]
        == 8
    )
    nothing = terminal.run("ingest", "transfers", tmp_path / "days" / "*.xlsx", "--source", "BANKA", code=1)
    assert "No file fits the pattern" in nothing.stderr


def test_what_is_piped_in_is_taken_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = csv_of(tmp_path / "a.csv", map(transfer, range(20)))
    home = tmp_path / "home"
    terminal = Terminal(home)
    for number, words in enumerate(("-", "/dev/stdin")):
        command = [
            sys.executable,
            "-c",
            "from warroom.cli.app import main; main()",
            "ingest",
            "transfers",
            words,
            "--source",
            "A",
        ]
        done = subprocess.run(
            command,
            input=path.read_bytes(),
            capture_output=True,
            env={**os.environ, "WARROOM_HOME": str(home)},
        )
        assert done.returncode == 0, done.stderr
        assert ("20 accepted", "20 duplicates")[number] in done.stdout.decode()
    shell = subprocess.run(
        ["bash", "-c", f"{sys.executable} -c 'from warroom.cli.app import main; main()' ingest transfers <(cat {path}) --source A"],
        capture_output=True, env={**os.environ, "WARROOM_HOME": str(home)},
    )  # fmt: skip
    assert b"20 duplicates" in shell.stdout
    assert not [each for each in home.iterdir() if each.name.startswith("tmp")]
    assert terminal.json("ingest", "transfers", path, "--source", "A")["duplicates"] == 20
