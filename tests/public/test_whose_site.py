"""Whose address a page is asked at, and which page sent a form."""

import pytest
from httpx import Client

from tests.web.conftest import PLAIN, Night, serving
from warroom.public.outside.card import Card
from warroom.web.app import create_app
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


def test_a_lost_citizen_gets_the_public_page_also_where_both_are_served(night: Night, card: Card) -> None:
    app = create_app(night.home, night.ledger, background=False, outside=create_public_app(card, beside=True))
    with serving(app) as address, Client(base_url=address, verify=PLAIN) as client:
        lost = client.get("/no-such-page", headers={"accept-language": "en"})
        assert lost.status_code == 404
        assert "There is no such page" in lost.text
        assert "tel:1441" in lost.text
        assert client.get("/api/no-such").json()["code"] == "http-404"


def test_a_holder_types_the_code_of_their_notice_on_the_public_page_also_where_both_are_served(
    night: Night, card: Card
) -> None:
    app = create_app(night.home, night.ledger, background=False, outside=create_public_app(card, beside=True))
    with serving(app) as address, Client(base_url=address, verify=PLAIN) as client:
        for language, words in (("en", "Check First"), ("my", "မယုံခင် စစ်ပါ")):
            page = client.get("/appeal", headers={"accept-language": language})
            assert page.status_code == 200
            assert words in page.text
            assert '<form method="post" action="/appeal"' in page.text
        wrong = client.post("/appeal", data={"notice": "AAAA-AAAA-AAAA"})
        assert wrong.status_code == 404
        assert wrong.url.query == b""
        # The address in a bank's older notice, which holds its code, is still the room's own page.
        assert client.get("/appeal/AAAA-BBBB-CCCC").status_code == 404
