"""The page about changes names files that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "how-to" / "change.md"
ROOTS = ("src", "docs", "tests", "scripts")
MADE_BY_THE_CHANGE = {"src/warroom/ledger/migrations/0182.sql", "docs/reference/kinds/<kind>.md"}


def test_every_file_that_the_page_about_changes_names_is_there() -> None:
    named = {
        one
        for one in re.findall(r"`([^`\s]+)`", PAGE.read_text(encoding="utf-8"))
        if one.split("/")[0] in ROOTS
    }
    assert named >= MADE_BY_THE_CHANGE
    assert [one for one in sorted(named - MADE_BY_THE_CHANGE) if not (ROOT / one).exists()] == []
