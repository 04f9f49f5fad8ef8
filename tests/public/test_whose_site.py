"""Whose address a page is asked at, and which page sent a form."""

import pytest
from httpx import Client

from tests.web.conftest import PLAIN, serving
from warroom.public.outside.card import Card
from warroom.web.public.app import create_public_app

TIP = {"text": "They rang, and rang again."}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://{host}"}, 200),
        ({"origin": "https://{host}", "sec-fetch-site": "same-origin"}, 200),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, 200),
        ({"origin": "null"}, 403),
        ({"origin": "null", "sec-fetch-site": "none"}, 403),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://{host}.evil.example"}, 403),
        ({"origin": "http://evil.example/{host}"}, 403),
        ({"origin": "http://{host}", "sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
    ],
)
def test_only_a_form_of_our_own_pages_is_taken(outside: Client, headers: dict[str, str], status: int) -> None:
    sent = {
        name: value.replace("{host}", outside.base_url.netloc.decode()) for name, value in headers.items()
    }
    assert outside.post("/report/tip", data=TIP, headers=sent).status_code == status


def test_our_own_pages_tell_browsers_to_say_where_a_form_came_from_and_no_other_site_where_its_reader_was(
    outside: Client,
) -> None:
    assert outside.get("/report/tip").headers["referrer-policy"] == "same-origin"


def test_a_page_that_is_asked_at_another_address_is_refused(outside: Client) -> None:
    for path in ("/", "/check", "/alerts/rss.xml"):
        answer = outside.get(path, headers={"host": "evil.example"})
        assert answer.status_code == 400
        assert "evil" not in answer.text
        assert "content-security-policy" in answer.headers


def test_links_of_the_feed_lead_to_the_configured_address_or_have_none(
    card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARROOM_HOSTS", "check.example")
    for ours, link in (("", "/alerts"), ("https://check.go.th", "https://check.go.th/alerts")):
        monkeypatch.setenv("WARROOM_PUBLIC_ADDRESS", ours)
        with serving(create_public_app(card)) as address, Client(base_url=address, verify=PLAIN) as client:
            for host in ("check.example", "127.0.0.1", *(["check.go.th"] if ours else [])):
                feed = client.get("/alerts/rss.xml", headers={"host": host})
                assert feed.status_code == 200
                assert f"<link>{link}</link>" in feed.text
                assert "check.example" not in feed.text
