"""`warroom world` as a person at a terminal meets it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


def _run(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from warroom.cli.app import main; main()", "world", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True)


def test_a_country_is_built_and_said_in_one_line_of_json(tmp_path: Path) -> None:
    done = _run("build", "--size", "tiny", "--seed", 2, "--out", tmp_path / "country", "--json")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 1
    answer = json.loads(lines[0])
    assert answer["seed"] == 2
    assert answer["rows"]["transfers"] > 20_000
    assert (tmp_path / "country" / "manifest.json").is_file()


def test_an_unknown_size_is_one_sentence(tmp_path: Path) -> None:
    done = _run("build", "--size", "huge", "--out", tmp_path / "country")
    assert done.returncode == 1
    assert (
        done.stderr == "warroom: There is no size 'huge'; choose tiny, small, district, province, national.\n"
    )
    assert not (tmp_path / "country").exists()


@pytest.mark.parametrize(
    "words", [("build", "--size", "tiny", "--out", "country"), ("check", "--size", "tiny")]
)
def test_an_unknown_scenario_is_one_sentence_that_lists_both(words: tuple[str, ...]) -> None:
    done = _run(*words, "--scenario", "police")
    assert done.returncode == 1
    assert done.stderr == "warroom: There is no scenario 'police'; choose police-2018, bot-2025.\n"


def test_help_shows_an_example() -> None:
    assert "warroom world build --size small --seed 7 --out country" in _run("build", "--help").stdout
