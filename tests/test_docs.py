"""Explanation pages are short, measurements say their conditions, and every link leads somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
EXPLANATIONS = sorted((DOCS / "explanation").glob("*.md"))
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted(DOCS.rglob("*.md")),
]
MOST_WORDS = 1_000
"""Of an explanation page, about two screens. Figures belong in docs/measurements, lists and rules in docs/reference."""
MEASURED = re.compile(r"\bcommit `?[0-9a-f]{7,}|\bload (of )?\d")
"""What only a measurement says: which commit it was of, and how busy the machine was."""
FENCED = re.compile(r"```.*?```", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")


def count_words(text: str) -> int:
    """Words of a page, without its code, comments and the targets of its links."""
    shown = re.sub(r"\]\([^)]*\)", "]", re.sub(r"<!--.*?-->", "", FENCED.sub("", text)))
    return len(re.findall(r"\w[^\s|]*", shown))


def list_anchors(page: Path) -> set[str]:
    """The anchors of a page: of its headings, as Markdown's table of contents names them, and those that it sets itself."""
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    headings = (
        re.sub(r"\[([^]]*)\]\([^)]*\)|[`*]", r"\1", line) for line in re.findall(r"(?m)^#{1,6} (.+)$", text)
    )
    slugs = {re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", heading).strip().lower()) for heading in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)"', text))


@pytest.mark.parametrize("page", EXPLANATIONS, ids=lambda page: page.stem)
def test_an_explanation_page_is_at_most_two_screens_and_holds_no_measurement(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert count_words(text) <= MOST_WORDS
    assert not MEASURED.search(text)


def test_measurements_say_their_conditions_and_repeat_the_figures_of_the_program() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/measurements.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    broken = []
    for target, anchor in LINK.findall(FENCED.sub("", page.read_text(encoding="utf-8"))):
        file = (page.parent / target).resolve() if target else page
        has_heading = not anchor or file.suffix != ".md" or anchor in list_anchors(file)
        if not file.exists() or not has_heading:
            broken.append(f"{target}#{anchor}")
    assert broken == []
