"""The pictures of the documentation stay few and small."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST_BYTES = 6_000_000
"""Of all pictures together: every clone carries them, and every picture that is ever taken again stays in the history."""
PICTURES = {path.name: path.stat().st_size for path in (ROOT / "docs" / "images").iterdir()}


def test_pictures_take_six_megabytes_at_most() -> None:
    total_bytes = sum(PICTURES.values())
    assert total_bytes <= MOST_BYTES, f"{total_bytes} bytes; encode new ones with scripts/shrink_pictures.py"


def test_every_picture_is_shown_on_a_page_and_every_page_finds_its_pictures() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    shown = {
        name
        for page in pages
        for name in re.findall(r"\]\((?:[./]|docs)*/?images/([^)]+)\)", page.read_text(encoding="utf-8"))
    }
    assert shown == PICTURES.keys()
