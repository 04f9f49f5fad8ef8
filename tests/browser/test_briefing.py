"""The briefing in a real browser: three sentences first, one page on paper, all figures behind a summary."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit

PAGE = re.compile(rb"/Type\s*/Page[^s]")


@pytest.mark.parametrize("language", ["th", pytest.param("en", marks=pytest.mark.looks)])
def test_a_briefing_is_one_page_of_paper(visit: Visit, language: str) -> None:
    page = visit("commander", language=language, at="/briefing")
    assert len(PAGE.findall(page.pdf(format="A4"))) == 1


def test_it_opens_with_three_sentences_and_all_figures_closed(visit: Visit) -> None:
    page = visit("commander", at="/briefing")
    expect(page.locator(".story p")).to_have_count(3)
    expect(page.locator("svg.hours")).to_be_in_viewport()
    expect(page.locator(".known tbody tr")).to_have_count(5)
    expect(page.get_by_role("heading", name="Holds").first).to_be_hidden()
    expect(page.locator(".filters [aria-current]")).to_have_text("last 7 days")
    page.get_by_role("link", name="last day").click()
    expect(page.locator(".filters [aria-current]")).to_have_text("last day")


def test_on_a_telephone_the_drawing_opens_at_now(visit: Visit) -> None:
    page = visit("commander", width=390, height=844, at="/briefing")
    seen = page.evaluate(
        "() => { const box = document.querySelector('.drawing').getBoundingClientRect();"
        " const all = [...document.querySelectorAll('svg.hours .time')];"
        " return all.at(-1).getBoundingClientRect().right <= box.right + 1; }"
    )
    assert seen
