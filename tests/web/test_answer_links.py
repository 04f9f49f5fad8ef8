"""A partner without a system answers by a signed link: what it opens, what ends it, and that all wrong links are answered alike."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.requests.conftest import Desk
from tests.web.conftest import Night, Visitor, without_word_marks
from tests.web.leftovers import whole_in_both
from warroom.access.agencies import seed_exercise
from warroom.access.views import SignInOrigin
from warroom.errors import NotAllowed, NotPossible
from warroom.requests.answer_links import (
    LASTS,
    answer_by_link,
    load_link,
    load_linked_request,
    make_link,
    revoke_link,
)
from warroom.room.worklist.order_list import read_log

Enter = Callable[..., Visitor]
ELSEWHERE = SignInOrigin("203.0.113.9", "Firefox")


@pytest.fixture
def desk(night: Night) -> Desk:
    """A request that has left for a telecom three hours ago."""
    seed_exercise(night.ledger)
    night.case()
    desk = Desk(night.home, night.ledger, night.lake, now=night.now - timedelta(hours=3), people=night.people)
    desk.told(case="C-1")
    return desk


def make_token(desk: Desk) -> str:
    return make_link(desk.ledger, desk.sup, 1, now=desk.now).token


def test_an_officer_makes_a_link_and_the_partner_answers_without_a_sign_in(desk: Desk, enter: Enter) -> None:
    desk.sup  # noqa: B018 - makes the officer
    sup, partner = enter("sup"), enter()
    page = sup.post("/requests/1", "/requests/1/link").text
    token = page.split("/answer/")[1].split("<")[0]
    path = f"/answer/{token}"
    shown = partner.page(path)
    assert "Who held the number on the day" in shown
    assert "C-1" not in shown  # the case, its officers and other partners are no business of the partner
    assert "sup" not in shown.split("<main")[1].split("</main>")[0].lower().replace("support", "")
    first = partner.post(path, path, reply="acknowledged")
    assert "Your answer was received" in first.text
    assert desk.read(1).state == "acknowledged"
    assert [line.state for line in desk.read(1).deadlines] == ["running"]  # the clock runs on
    refused = partner.post(path, path, reply="refused", text=" ")
    assert refused.status_code == 409
    part = partner.post(path, path, reply="partly", text="The holder is Ms Example; cells follow.")
    assert "Your answer was received" in part.text
    assert desk.read(1).state == "partly"
    assert "running" not in [line.state for line in desk.read(1).deadlines]  # stopped
    last = partner.post(path, path, reply="answered", text="The cells are in the letter.")
    assert "opens nothing any more" in last.text
    assert partner.get(path).status_code == 403
    assert "The cells are in the letter." in sup.page("/requests/1")
    rows = [row for row in read_log(desk.ledger, desk.officer("dara", "auditor")) if "link" in row.verb]
    answered = [row for row in rows if row.verb == "request.answered-by-link"]
    assert {row.detail["partner"] for row in answered} == {"T1"}
    assert [row.detail["reply"] for row in answered][::-1] == ["acknowledged", "partly", "answered"]


def test_wrong_expired_revoked_replayed_and_other_links_are_answered_alike_and_counted(desk: Desk) -> None:
    revoked = make_token(desk)
    replaced = make_token(desk)
    token = make_token(desk)
    revoke_at = desk.now + timedelta(minutes=1)
    wrong = [
        "",
        "1",
        "x-y-z",
        f"999-{token.partition('-')[2]}",
        token[:-1] + ("0" if token[-1] != "0" else "1"),
        f"{token.split('-')[0]}-ffffffffff-{token.split('-')[2]}",  # a later end, the same code
        f"0{token}",
        "9" * 40,
        revoked,
        replaced,
    ]
    said = set()
    for given in wrong:
        with pytest.raises(NotAllowed) as refusal:
            load_linked_request(desk.ledger, given, ELSEWHERE, now=revoke_at)
        said.add(refusal.value.sentence)
    counted = desk.sql("SELECT failures FROM address_tries WHERE address = '203.0.113.9'")
    assert counted[0][0] == len(wrong)
    with pytest.raises(NotAllowed) as refusal:
        answer_by_link(desk.ledger, token, "answered", "late", ELSEWHERE, now=desk.now + LASTS)
    said.add(refusal.value.sentence)
    assert len(said) == 1
    answer_by_link(desk.ledger, token, "refused", "No such number is ours.", ELSEWHERE, now=revoke_at)
    with pytest.raises(NotAllowed) as refusal:
        answer_by_link(desk.ledger, token, "refused", "No such number is ours.", ELSEWHERE, now=revoke_at)
    assert {refusal.value.sentence} == said
    assert desk.read(1).state == "refused"


def test_an_address_with_too_many_wrong_links_is_refused_also_with_a_right_one(desk: Desk) -> None:
    token = make_token(desk)
    for _ in range(60):
        with pytest.raises(NotAllowed):
            load_linked_request(desk.ledger, "1-0-0", ELSEWHERE, now=desk.now)
    with pytest.raises(NotAllowed, match="address"):
        load_linked_request(desk.ledger, token, ELSEWHERE, now=desk.now)
    assert load_linked_request(
        desk.ledger, token, SignInOrigin("203.0.113.10", "Firefox"), now=desk.now
    ).number


def test_a_link_opens_its_own_request_alone_and_a_revoked_one_nothing(desk: Desk) -> None:
    desk.told(subject="number 0800000002")
    first, second = make_token(desk), make_link(desk.ledger, desk.sup, 2, now=desk.now).token
    assert load_linked_request(desk.ledger, first, ELSEWHERE, now=desk.now).subject == "number 0800000001"
    assert load_linked_request(desk.ledger, second, ELSEWHERE, now=desk.now).subject == "number 0800000002"
    revoke_link(desk.ledger, desk.sup, 1, now=desk.now)
    assert load_link(desk.ledger, desk.sup, 1, now=desk.now) is None
    with pytest.raises(NotAllowed):
        load_linked_request(desk.ledger, first, ELSEWHERE, now=desk.now)
    assert load_linked_request(desk.ledger, second, ELSEWHERE, now=desk.now).language == "th"


def test_what_has_not_left_or_is_answered_gets_no_link(desk: Desk) -> None:
    number = desk.drafted(subject="number 0800000003").id
    with pytest.raises(NotPossible, match="owe"):
        make_link(desk.ledger, desk.sup, number, now=desk.now)
    token = make_token(desk)
    with pytest.raises(NotPossible):
        answer_by_link(desk.ledger, token, "other", "x", ELSEWHERE, now=desk.now)  # type: ignore[arg-type]
    with pytest.raises(NotPossible):
        answer_by_link(desk.ledger, token, "answered", "x" * 5_000, ELSEWHERE, now=desk.now)


def test_the_page_is_whole_in_both_languages_and_begins_in_the_partners(desk: Desk, enter: Enter) -> None:
    desk.told(subject="0800000001", purpose="-", items=("-",))
    path = f"/answer/{make_link(desk.ledger, desk.sup, 2).token}"
    visitor = enter()
    visitor.client.cookies.clear()
    assert "คำตอบของท่าน" in without_word_marks(visitor.get(path).text)
    whole_in_both(enter(), (path,))
