"""A refused form of the case page says why on the page itself, at the form, and keeps what was typed: every form of it."""

import re
from html import unescape
from importlib import resources

import pytest

from tests.web.conftest import Night, Visitor
from tests.web.test_case_acts import answer, approve_one, send
from warroom.web.cases import case_pages

ELSEWHERE = {"/cases/{number}/purpose"}
"""Posted from a page of its own, which has a test of its own."""
FORMS = {
    "/cases/{number}/take": "take",
    "/cases/{number}/approve": "approve",
    "/cases/{number}/transfers": "transfers",
    "/cases/{number}/check": "check",
    "/cases/{number}/take-back": "take-back",
    "/cases/{number}/follow": "follow",
    "/cases/{number}/decline": "decline",
    "/cases/{number}/late-records": "late-records",
    "/holds/{action_id}/call": "call",
    "/holds/{action_id}/close-left": "close-left",
    "/holds/{action_id}/release": "release",
    "/holds/{action_id}/extend": "extend",
    "/appeals/{appeal_id}/answer": "appeal",
    "/alerts/{alert_id}/clear": "clear",
}
"""The name of each form, under which the page says its refusal."""


def test_every_form_of_the_page_answers_a_refusal_in_place() -> None:
    posts = {
        route.path: route
        for route in case_pages.router.routes
        if "POST" in getattr(route, "methods", ()) and route.path not in ELSEWHERE  # type: ignore[attr-defined]
    }
    assert posts.keys() == FORMS.keys()
    for path, route in posts.items():
        assert hasattr(route.endpoint, "__wrapped__"), path  # type: ignore[attr-defined]
    folder = resources.files("warroom.web").joinpath("templates")
    pages = [page for page in folder.iterdir() if page.name.startswith("case_")]
    templates = "".join(page.read_text(encoding="utf-8") for page in pages)
    for name in FORMS.values():
        assert f'refused("{name}' in templates, name


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/cases/C-1/decline", {"reason": "A known shop, seen in person"}),
        ("/cases/C-1/decline", {"only": "99999999999999999999", "reason": "A known shop, seen in person"}),
        ("/cases/C-1/approve", {}),
    ],
)
def test_nothing_to_decide_is_said_beside_the_button(anna: Visitor, path: str, given: dict[str, str]) -> None:
    refused = anna.post("/cases/C-1", "/cases/C-1/approve", to=path, **given)
    assert refused.status_code == 409
    page = refused.text
    assert '<section class="sheet table" id="table"' in page
    assert re.search(r'role="alert" id="refusal-(decline|approve)">[^<]*tick at least one', page)
    if "reason" in given:
        assert re.search(r'<textarea name="reason"[^>]*>A known shop, seen in person</textarea>', page)


def test_a_refused_release_keeps_its_text_in_the_open_form(anna: Visitor, night: Night) -> None:
    approve_one(anna)
    fields = anna.fields("/cases/C-1", "/holds/1/release")
    night.sql("UPDATE holds SET state = 'expired' WHERE id = 1")
    refused = anna.client.post(
        "/holds/1/release", data=fields | {"reason": "The holder <b>showed</b> an invoice"}
    )
    assert refused.status_code == 409
    assert 'id="refusal-release-1"' in refused.text or "release" in refused.text
    assert 'hx-get="/cases/C-1/now' in refused.text


def test_a_refused_extension_and_a_close_without_reason_stay_on_the_page(anna: Visitor, night: Night) -> None:
    approve_one(anna)
    send(night)
    answer(night, 1, "partly", 16_397_00)
    refused = anna.post("/cases/C-1", "/holds/1/close-left", reason=" ")
    assert refused.status_code == 409
    assert 'id="refusal-close-left-1"' in refused.text
    late = anna.post("/cases/C-1", "/holds/1/extend", complaint="123/2569", complained_at="never")
    assert late.status_code == 409
    assert 'value="123/2569"' in late.text
    assert unescape(late.text).count('id="refusal-extend-1"') == 1


def test_the_lit_row_is_declined_alone_whatever_is_ticked(anna: Visitor, night: Night) -> None:
    page = anna.page("/cases/C-1")
    boxes = re.findall(r'name="proposal" value="(\d+)"', page)
    done = anna.post(
        "/cases/C-1",
        "/cases/C-1/approve",
        to="/cases/C-1/decline",
        proposal=boxes,
        only=boxes[-1],
        reason="Seen",
    )
    assert done.status_code == 200
    assert night.sql("SELECT id FROM proposals WHERE state = 'declined'") == [(int(boxes[-1]),)]


def test_the_button_names_the_amount_and_the_account(anna: Visitor) -> None:
    page = anna.page("/cases/C-1")
    assert re.search(r"data-decline-lit[^>]*>Decline [\d,]+ at 0\d+<", page)
    assert re.search(r"data-decline-ticked[^>]*>Decline 4 ticked holds, [\d,]+ baht<", page)
