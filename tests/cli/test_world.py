"""`warroom world` as a person at a terminal meets it."""

from pathlib import Path

import pytest

from tests.cli.test_ingest import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "home")


def test_a_country_is_built_and_said_in_one_line_of_json(terminal: Terminal, tmp_path: Path) -> None:
    answer = terminal.json("world", "build", "--size", "tiny", "--seed", 2, "--out", tmp_path / "country")
    assert answer["seed"] == 2
    assert answer["rows"]["transfers"] > 20_000
    assert (tmp_path / "country" / "manifest.json").is_file()


def test_an_unknown_size_is_one_sentence(terminal: Terminal, tmp_path: Path) -> None:
    done = terminal.run("world", "build", "--size", "huge", "--out", tmp_path / "country", code=1)
    assert (
        done.stderr
        == "warroom: There is no size 'huge'; choose tiny, town, small, district, province, national.\n"
    )
    assert not (tmp_path / "country").exists()


@pytest.mark.parametrize(
    "words", [("build", "--size", "tiny", "--out", "country"), ("check", "--size", "tiny")]
)
def test_an_unknown_scenario_is_one_sentence_that_lists_both(
    terminal: Terminal, words: tuple[str, ...]
) -> None:
    done = terminal.run("world", *words, "--scenario", "police", code=1)
    assert done.stderr == "warroom: There is no scenario 'police'; choose police-2018, bot-2025.\n"


def test_help_shows_an_example(terminal: Terminal) -> None:
    said = terminal.run("world", "build", "--help").stdout
    assert "warroom world build --size small --seed 7 --out country" in said
