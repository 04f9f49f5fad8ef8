"""A case whose kind of fraud is not known is called by its victim's bank, its loss and its hour wherever it is named."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import warroom
from tests.web.conftest import Night, Visitor
from tests.web.test_queue import said
from warroom.cases.views import UNKNOWN_KINDS

Enter = Callable[..., Visitor]
SOURCES = Path(warroom.__file__).parent / "web"
CALLED = {"en": "B01: 50,000 baht, ", "th": "B01: 50,000 บาท "}
NAMERS = {
    # The name itself, and the note beside it that the kind is not known.
    "kit/words/__init__.py": 2,
    # The word in a record of a report.
    "lookup/words.py": 1,
}
"""Which files look up the word for a kind of fraud, and how often: a page asks for the case's name."""
BRIEFING = "/briefing?from=2026-01-01T00:00:00Z&until=2028-12-31T00:00:00Z"
PAGES = ("/", "/cases", "/cases/C-1", "/cases/C-1/give", "/cases/small", "/work?what=case", BRIEFING, "/wall")


def find(visitor: Visitor, typed: str, language: str) -> str:
    """What the palette shows of what somebody types."""
    csrf = re.search(r'data-csrf="([^"]+)"', visitor.page("/search", language))
    assert csrf
    return visitor.client.post("/search/live", data={"csrf": csrf[1], "q": typed}).text


@pytest.mark.parametrize("kind", UNKNOWN_KINDS)
def test_every_page_that_names_a_case_calls_it_by_the_same_words(
    night: Night, enter: Enter, kind: str
) -> None:
    for number in range(1, 5):
        night.transfer(f"T{number}", payee=f"20{number}")
        night.report(f"R{number}", [f"T{number}"], scam_type=kind)
    night.sync()
    # All but the first are small.
    night.sql("UPDATE cases SET loss = 5000000, leaves = 5000000, savable = 5000000 WHERE id = 1")
    night.sql(
        "UPDATE cases SET loss = 5000000, there = 150000, leaves = 1000, leaves_high = 4000 WHERE id > 1"
    )
    boon = enter("boon")
    for language, called in CALLED.items():
        shown = {page: said(boon.page(page, language)) for page in PAGES}
        shown["palette"] = said(find(boon, "C-1", language))
        assert {page: words[:2000] for page, words in shown.items() if called not in words} == {}


def test_one_function_says_what_a_case_is_called() -> None:
    uses = {
        str(path.relative_to(SOURCES)): len(re.findall(r"\.scam\(", path.read_text(encoding="utf-8")))
        for folder in SOURCES.iterdir()
        if folder.name not in ("frontend", "static")
        for path in (folder.rglob("*") if folder.is_dir() else [folder])
        if path.suffix in (".py", ".html", ".svg")
    }
    assert {path: count for path, count in uses.items() if count} == NAMERS
