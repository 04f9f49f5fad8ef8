"""Pages say what they say in plain English and in few words: a reader scans a changelog, and a how-to is read under pressure."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
GROUPS = {
    "README": [ROOT / "README.md"],
    "CHANGELOG": [ROOT / "CHANGELOG.md"],
    "tutorial": [DOCS / "tutorial.md"],
    "how-to": sorted((DOCS / "how-to").glob("*.md")),
    "explanation": sorted((DOCS / "explanation").glob("*.md")),
}
PAGES = [page for pages in GROUPS.values() for page in pages]
MOST_WORDS = {
    "README": 922,
    "CHANGELOG": 1_500,
    "tutorial": 568,
    "how-to": 28_555,
    "explanation": 8_983,
}
"""Of the pages of a group together. A third fewer than they had before they were shortened, but for the changelog, which is one line a change."""

IDIOMS = (
    r"st(?:and|ands|ood|anding) (?:above|at|behind|below|beside|in|on|there)",
    r"beside (?:its|the|their) bars?",
    r"(?:come|comes|came) to",
    r"(?:is|are|was|were|be|been|being) told",
    r"(?:is|are|was|were) asked of",
    r"(?:is|are|was|were|be|being|made) one with",
    r"one with it",
    r"said of",
    r"whoever",
    r"anew",
    r"likewise",
    r"by and by",
    r"(?:there|where)(?:of|upon|unto)",
)
"""What an English-speaking engineer reads twice. The field has a word for most of it (baseline, target, report, recompute), or the sentence
needs a subject.
"""
IDIOM = re.compile(rf"\b(?:{'|'.join(IDIOMS)})\b".replace(" ", r"\s+"), re.IGNORECASE)
NOT_PROSE = re.compile(r"^```.*?^```|`[^`\n]+`|<!--.*?-->|<a id=[^>]*>|\]\([^)]*\)", re.DOTALL | re.MULTILINE)
"""Code, comments and the targets of links."""


def find_idioms(text: str) -> list[tuple[int, str]]:
    """Each idiom in the prose of a page, with the number of its line."""
    # What is not prose keeps its length and its lines, and joins no two words into an idiom.
    prose = NOT_PROSE.sub(lambda match: re.sub(r"[^\n]", "~", match[0]), text)
    return [
        (prose.count("\n", 0, match.start()) + 1, " ".join(match[0].split()))
        for match in IDIOM.finditer(prose)
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_has_no_idiom_that_is_read_twice(page: Path) -> None:
    name = page.relative_to(ROOT).as_posix()
    assert [f"{name}:{line}: {idiom}" for line, idiom in find_idioms(page.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("group", MOST_WORDS)
def test_a_group_of_pages_stays_short(group: str) -> None:
    words_by_page = {page.name: len(page.read_text(encoding="utf-8").split()) for page in GROUPS[group]}
    longest = sorted(words_by_page.items(), key=lambda item: -item[1])[:5]
    total_words = sum(words_by_page.values())
    assert total_words <= MOST_WORDS[group], f"{total_words} words; the longest pages are {longest}"


def test_an_idiom_is_found_over_the_end_of_a_line_and_in_capitals() -> None:
    assert find_idioms("Bank and police are\ntold.\n\nWhoever signs.") == [(1, "are told"), (4, "Whoever")]


def test_code_comments_and_links_are_no_prose() -> None:
    text = "```sh\necho anew\n```\n\n`anew` [again](told.md#anew) <!-- anew -->\n"
    assert find_idioms(text) == []
    assert find_idioms("is `x` told, and [one](a.md) with it") == []
