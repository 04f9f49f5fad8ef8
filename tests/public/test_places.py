"""A public page is a line of the registry: its address, its link, its weight and the tests' walks follow."""

import re
from pathlib import Path

import pytest
from httpx import Client

from warroom.web.public.languages import PUBLIC_LANGUAGES, load_sentences
from warroom.web.public.places import FOOT, OUTSIDE_ALONE, PLACES

PAGES = [path for place in PLACES for path in place.pages]


def test_every_module_of_pages_is_registered_once() -> None:
    folder = Path(__file__).parents[2] / "src/warroom/web/public"
    with_routes = {
        path.stem for path in folder.glob("*.py") if re.search("^ROUTES = ", path.read_text(), re.M)
    }
    registry = (folder / "places.py").read_text(encoding="utf-8")
    assert with_routes - {"places"} == set(re.findall(r"PublicSection\(\s*(\w+)\.ROUTES", registry))
    assert len(PAGES) == len(set(PAGES))


def test_the_pages_are_those_that_were_walked_before_there_was_a_registry() -> None:
    known = "/ /report /report/money /report/tip /report/job /report/missing /receipt /receipt/proof /check /learn"
    known += " /learn/recovery /learn/room /real /appeal /numbers /alerts /kept"
    assert set(PAGES) >= set(known.split())


def test_what_is_weighed_can_be_opened_by_its_address() -> None:
    weighed = [path for place in PLACES for path in place.weighed]
    assert set(weighed) - set(PAGES) <= {"/learn/message"}
    known = ("/real", "/alerts", "/learn", "/numbers", "/kept")
    assert tuple(path for path in FOOT if path in known) == known


@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_the_foot_of_every_page_says_where_it_leads(language: str) -> None:
    assert all(load_sentences(language)(f"foot.{path[1:]}") for path in FOOT)


def test_what_the_public_side_alone_answers_is_told_from_the_officers_pages() -> None:
    known = {"check", "report", "receipt", "real", "learn", "alerts", "numbers", "kept", ".well-known"}
    assert known <= OUTSIDE_ALONE
    assert not OUTSIDE_ALONE & {"appeal", ""}


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_with_its_foot(outside: Client, path: str) -> None:
    answer = outside.get(path)
    assert answer.status_code == 200
    assert [link for link in FOOT if f'<a href="{link}">' not in answer.text] == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_shares_a_slow_line_with_the_style_that_a_page_is_shown_by(
    outside: Client, path: str
) -> None:
    head = outside.get(path).text.partition("</head>")[0]
    assert head.count('rel="stylesheet"') == 1
    assert "preload" not in head
    assert all('type="module"' in script for script in re.findall("<script[^>]*>", head))
