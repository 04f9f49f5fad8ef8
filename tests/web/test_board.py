"""The board, my work, the wall, saved views, and several actions decided at one sitting."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from tests.actions.room import CUT, Room, statement
from tests.cases.scenes import PASSWORD
from tests.web.conftest import Night, Visitor
from warroom.orders.order_content import Subject

Enter = Callable[..., Visitor]
PILLARS = ("Infrastructure", "Logistics", "Enforcement", "Technology", "Partners abroad", "Resilience")


@pytest.fixture
def room(night: Night) -> Room:
    """Actions can be proposed, and one case is there."""
    room = Room.of(night)
    night.case()
    return room


def said(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def test_the_board_says_what_waits_for_me_first_and_then_the_room_by_pillar(anna: Visitor) -> None:
    page = anna.page("/")
    words = said(page)
    assert words.index("What waits for me") < words.index("Infrastructure")
    assert all(name in words for name in PILLARS)
    assert 'href="/cases/C-1"' in page
    assert page.count('class="button do"') == 1
    part = anna.get("/", **{"HX-Request": "true"}).text
    assert "<html" not in part
    assert 'id="board"' in part


def test_who_has_nothing_to_do_is_told_so(anna: Visitor, enter: Enter) -> None:
    assert "Nothing waits for you" in enter("dara").page("/")
    assert "Nothing waits for you here" in enter("dara").page("/work")


def test_every_count_of_a_column_leads_to_a_list_of_that_length(room: Room, enter: Enter) -> None:
    room.propose()
    room.propose("page-takedown", Subject("page", "page-2"))
    sup = enter("boon")
    links = re.findall(
        r'<a href="(/work\?sort=[a-z_]+&amp;pillar=[a-z]+)">.*?class="num[^"]*">(\d+)<', sup.page("/")
    )
    assert links
    for address, count in links:
        page = sup.page(unescape(address))
        assert len(re.findall(r"data-open", page)) == int(count), address


def test_the_list_is_narrowed_by_pillar_kind_and_order_and_bad_words_are_the_usual_list(
    room: Room, enter: Enter
) -> None:
    room.propose()
    room.scene.officer("sup", "supervisor")
    sup = enter("sup")
    assert "data-tick" in sup.page("/work")
    assert "data-open" not in sup.page("/work?pillar=technology")
    assert "data-tick" in sup.page("/work?what=action&order=newest")
    assert sup.page("/work?sort=x'&pillar=--&what=;&order=y").count("data-open") == sup.page("/work").count(
        "data-open"
    )


def test_a_list_is_saved_under_a_name_and_stands_on_the_board(anna: Visitor, enter: Enter) -> None:
    answer = anna.post("/work?sort=late", "/views", name="Late tonight")
    assert answer.url.path == "/work"
    assert "sort=late" in str(answer.url)
    assert 'href="/work?sort=late">Late tonight</a>' in anna.page("/")
    assert "Late tonight" not in enter("boon").page("/")
    page = anna.page("/cases")
    forget = re.search(r'action="(/views/\d+/forget)"', page)
    assert forget
    anna.post("/cases", forget[1])
    assert "Late tonight" not in anna.page("/")
    assert anna.post("/work", "/views", name="x", address="https://evil.example/").status_code == 409


def test_ticked_actions_are_seen_together_and_each_is_decided_by_its_own_rules(
    room: Room, enter: Enter
) -> None:
    good, bare = (
        room.propose(),
        room.propose("power-cut", Subject("supply", "f-1"), details=CUT, partner="POWER"),
    )
    room.scene.officer("sup", "supervisor")
    sup = enter("sup")
    page = sup.page(f"/actions/together?id={good.id}&id={bare.id}")
    assert good.reference in page
    assert "page-1" in page
    assert "is missing" in page
    path = f"/actions/together?id={good.id}&id={bare.id}"
    answer = sup.post(path, "/actions/together/approve", id=[str(good.id), str(bare.id)])
    assert "1 approved under your name" in said(answer.text)
    assert "1 refused" in said(answer.text)
    assert "lacks what must lie with it" in said(answer.text)
    assert room.one(good).state == "approved"
    assert room.one(bare).approvals == ()


def test_nothing_ticked_or_no_reason_brings_the_page_again(room: Room, enter: Enter) -> None:
    made = room.propose()
    room.scene.officer("sup", "supervisor")
    sup, path = enter("sup"), f"/actions/together?id={made.id}"
    none = sup.post(path, "/actions/together/approve")
    assert none.status_code == 400
    assert "No action is ticked" in none.text
    no_reason = sup.post(
        path, "/actions/together/approve", "/actions/together/decline", id=str(made.id), reason=" "
    )
    assert no_reason.status_code == 409
    assert "needs a reason" in no_reason.text
    declined = sup.post(
        path, "/actions/together/approve", "/actions/together/decline", id=str(made.id), reason="A newspaper"
    )
    assert "1 declined under your name" in said(declined.text)
    assert room.one(made).state == "declined"


def test_a_changed_table_is_refused_until_it_was_seen(room: Room, enter: Enter) -> None:
    cut = room.cut()
    room.scene.officer("sup", "supervisor")
    sup = enter("sup")
    path = f"/actions/together?id={cut.id}"
    old = sup.fields(path, "/actions/together/approve")
    room.attach(cut, "collateral-statement", {**statement(), "homes": 41})
    answer = sup.client.post("/actions/together/approve", data=old | {"id": str(cut.id)})
    assert "has changed since" in said(answer.text)
    assert room.one(cut).approvals == ()


def test_the_wall_is_large_has_nothing_to_press_and_says_that_it_is_an_exercise(anna: Visitor) -> None:
    page = anna.page("/wall")
    assert "C-1" in page
    assert "<button" not in page
    assert "<form" not in page
    assert "<nav" not in page
    assert page.count("EXERCISE") == 2
    assert "การฝึกซ้อม" in page
    part = anna.get("/wall", **{"HX-Request": "true"}).text
    assert "<html" not in part


def test_programs_ask_for_the_same_work(anna: Visitor, night: Night) -> None:
    token = anna.client.post("/api/v1/sign-in", json={"username": "anna", "password": PASSWORD}).json()[
        "token"
    ]
    headers = {"authorization": f"Bearer {token}"}
    work = anna.client.get("/api/v1/work", headers=headers).json()
    assert [(task["what"], task["number"]) for task in work["tasks"]] == [("case", "C-1")]
    assert work["total"] == work["sorts"]["mine"] == 1
    columns = anna.client.get("/api/v1/columns", headers=headers).json()
    assert [one["counts"]["mine"] for one in columns] == [0, 1, 0, 0, 0, 0]
    assert anna.client.get("/api/v1/work?sort=mine&pillar=x", headers=headers).status_code == 422
