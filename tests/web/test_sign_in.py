"""Who gets in, how they are remembered, and what happens when that ends."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.cases.scenes import PASSWORD
from tests.web.conftest import FIELD, Night, Visitor
from warroom import clock
from warroom.web.kit.parameters import sanitize_target


def test_a_page_asked_for_without_a_sign_in_leads_to_it_and_back(visitor: Visitor, night: Night) -> None:
    night.case()
    answer = visitor.get("/cases/C-1")
    assert answer.url.path == "/sign-in"
    assert answer.url.params["next"] == "/cases/C-1"
    entered = visitor.post(str(answer.url), "/sign-in", username="anna", password="correct horse battery")
    assert entered.url.path == "/cases/C-1"


def test_a_wrong_password_is_refused_with_one_sentence_and_keeps_the_name(visitor: Visitor) -> None:
    answer = visitor.sign_in("anna", "not the password")
    assert answer.status_code == 403
    assert "The name or the password is wrong" in answer.text
    assert 'value="anna"' in answer.text


def test_an_unknown_name_is_refused_in_the_same_words(visitor: Visitor) -> None:
    assert "The name or the password is wrong" in visitor.sign_in("nobody", "not the password").text


def test_five_wrong_passwords_lock_the_name_for_a_while(visitor: Visitor) -> None:
    for _ in range(5):
        visitor.sign_in("anna", "wrong password again")
    assert "wait 5 minutes" in visitor.sign_in("anna").text


def test_the_session_cookie_is_closed_to_scripts_and_to_other_sites(visitor: Visitor) -> None:
    fields = visitor.fields("/sign-in", "/sign-in")
    answer = visitor.client.post(
        "/sign-in",
        data=fields | {"username": "anna", "password": "correct horse battery"},
        follow_redirects=False,
    )
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie


def test_over_https_the_cookie_is_secure_and_bound_to_this_host(enter: Callable[..., Visitor]) -> None:
    """A proxy on this machine says that the outside is https."""
    visitor = enter(**{"x-forwarded-proto": "https"})
    page = visitor.get("/sign-in")
    # The client would not send a secure cookie to a plain address, so it is written by hand.
    cookie = page.headers["set-cookie"].split(";")[0]
    form = dict(FIELD.findall(page.text)) | {"username": "anna", "password": PASSWORD}
    answer = visitor.client.post("/sign-in", data=form, headers={"cookie": cookie}, follow_redirects=False)
    assert answer.headers["set-cookie"].startswith("__Host-warroom_session=")
    assert "secure" in answer.headers["set-cookie"].lower()


def test_signing_out_ends_the_session_on_the_server_too(anna: Visitor) -> None:
    token = anna.client.cookies["warroom_session"]
    anna.post("/", "/sign-out")
    anna.client.cookies.set("warroom_session", token)
    assert anna.get("/").url.path == "/sign-in"


def test_a_form_sent_after_the_session_ended_says_that_nothing_was_done(anna: Visitor, night: Night) -> None:
    fields = anna.fields("/cases/C-1", "/cases/C-1/approve")
    night.sql("UPDATE sessions SET expires_at = :then", then=clock.get_now() - timedelta(minutes=1))
    answer = anna.client.post("/cases/C-1/approve", data=fields | {"proposal": ["1"]})
    assert answer.status_code == 401
    assert "nothing was done" in answer.text
    assert night.sql("SELECT count(*) FROM holds")[0][0] == 0


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "x", "/a\nb", ""]
)
def test_a_sign_in_never_leads_to_another_site(target: str) -> None:
    assert sanitize_target(target) == "/"


def test_a_refresh_after_the_session_ended_sends_the_whole_page_to_the_sign_in(visitor: Visitor) -> None:
    answer = visitor.get("/", **{"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/sign-in"


def test_an_administrator_is_led_to_the_officers_and_never_to_a_closed_board(
    night: Night, enter: Callable[..., Visitor]
) -> None:
    night.officer("root", "admin")
    root = enter("root")
    page = root.get("/").text
    assert "This is not open to you" in page
    assert 'class="brand" href="/officers"' in page
    assert 'class="button do" href="/officers"' in page
