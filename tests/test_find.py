"""The page for finding things leads where it says: each of its searches is run as printed."""

import re
import shlex
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "how-to" / "find.md"
MOST_HITS = 12
"""Lines that a search may print: more, and its reader looks through them for the one that matters."""
MOST_WORDS = 900


class Row(NamedTuple):
    """A line of the page's tables."""

    task: str
    search: str
    file: str
    change: str
    test: str


def list_rows() -> list[Row]:
    """The tasks of the page, without the heads of its tables."""
    lines = re.findall(r"(?m)^\| (.+) \|$", PAGE.read_text(encoding="utf-8"))
    rows = [Row(*line.split(" | ")) for line in lines]
    return [row for row in rows if row.task != "task"]


ROWS = list_rows()


def test_the_page_has_twenty_tasks_and_no_search_twice() -> None:
    assert len({row.task for row in ROWS}) == len({row.search for row in ROWS}) == 20


def test_the_page_is_short() -> None:
    assert len(PAGE.read_text(encoding="utf-8").split()) < MOST_WORDS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.task)
def test_a_search_leads_to_its_file_with_few_hits(row: Row) -> None:
    command = shlex.split(row.search.strip("`"))
    assert command[:3] == ["git", "grep", "-n"]
    hits = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
    files = [line.split(":")[0] for line in hits.splitlines()]
    assert row.file.strip("`") in files
    assert len(files) <= MOST_HITS, hits


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.task)
def test_a_row_names_files_and_names_that_are_there(row: Row) -> None:
    words = re.findall(r"`([^`\s]+)`", f"{row.file} {row.change} {row.test}")
    files = [word for word in words if word.startswith(("src/", "scripts/", "tests/"))]
    assert [file for file in files if not (ROOT / file).exists()] == []
    texts = "".join((ROOT / file).read_text(encoding="utf-8") for file in files if (ROOT / file).is_file())
    assert [word for word in words if word not in files and word not in texts] == []
