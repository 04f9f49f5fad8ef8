"""The page about changes names files that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "how-to" / "change.md"
ROOTS = ("src", "docs", "tests", "scripts")
MADE_BY_THE_CHANGE = {
    "docs/reference/kinds/<kind>.md",
    "src/warroom/exchange/standards/<name>.py",
    "src/warroom/ledger/migrations/<revision>.sql",
    "src/warroom/signals/sims/",
    "src/warroom/web/public/banks_pages.py",
    "src/warroom/web/templates/public/banks.html",
    "src/warroom/web/templates/signals/sims.html",
    "tests/exchange/test_<name>.py",
    "tests/public/test_banks.py",
    "tests/signals/test_sims.py",
}


def test_every_file_that_the_page_about_changes_names_is_there() -> None:
    named = {
        one
        for one in re.findall(r"`([^`\s]+)`", PAGE.read_text(encoding="utf-8"))
        if one.split("/")[0] in ROOTS
    }
    assert named >= MADE_BY_THE_CHANGE
    assert [one for one in sorted(named - MADE_BY_THE_CHANGE) if not (ROOT / one).exists()] == []
