"""The page of matches over HTTP; its keys are pressed in tests/browser/test_matches.py."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.matches.conftest import bring
from tests.web.conftest import Night, Visitor
from tests.web.test_lookup import typed

NAME = "สมชาย ใจดี"


@pytest.fixture
def anna(night: Night, enter: Callable[..., Visitor], tmp_path: Path) -> Visitor:
    """A signed-in officer of a room with five records of people."""
    bring(night.home, tmp_path)
    return enter("anna")


def test_what_the_machine_joined_is_parted_in_thai(anna: Visitor) -> None:
    page = anna.page("/matches?show=joined", "th")
    pair = page[page.index('id="pair-1-2"') :]
    assert "รายที่ 1" in pair
    assert re.search(r'<button name="word" value="apart"[^>]*>คนละราย', pair)
    answer = anna.post("/matches?show=joined", "/matches/person/1-2", word="apart")
    assert answer.status_code == 200
    page = anna.page(str(answer.url.raw_path, "ascii"), "th")
    assert "ตัดสินว่าเป็นคนละรายแล้ว" in page
    assert "5 ระเบียน 5 ราย" in page


def test_a_thai_name_finds_its_latin_spelling_in_the_palette_and_on_the_page(anna: Visitor) -> None:
    (line,) = re.findall(r"<a\b[^>]*>(?:(?!</a>).)*Somchai Jaidee.*?</a>", typed(anna, NAME), re.DOTALL)
    href = re.search(r'href="([^"]+)"', line)
    assert href
    for path in (href[1].replace("&amp;", "&"), f"/matches?find={quote(NAME)}"):
        found = re.search(r'<section[^>]*aria-labelledby="found".*?</section>', anna.page(path), re.DOTALL)
        assert found, path
        assert "The same name, in any script" in found[0]
        assert "operator · S-1" in found[0]
        assert "bank-one · K-1" in found[0]
