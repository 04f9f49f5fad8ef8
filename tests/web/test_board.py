"""The board, my work, the wall, saved views, and several actions decided at one sitting."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from tests.actions.room import CUT, Room, statement
from tests.cases.scenes import PASSWORD
from tests.survivors.conftest import Shelter
from tests.web.conftest import Night, Visitor, without_word_marks
from warroom.cases.decisions.cases import seal_case
from warroom.orders.order_content import OrderSubject

Enter = Callable[..., Visitor]
PILLARS = ("Infrastructure", "Logistics", "Enforcement", "Technology", "Partners abroad", "Resilience")


@pytest.fixture
def room(night: Night) -> Room:
    """Actions can be proposed, and one case is there."""
    room = Room.of(night)
    night.case()
    return room


def said(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", without_word_marks(page))))


def test_the_board_says_what_is_decided_next_and_empty_pillars_share_one_line(anna: Visitor) -> None:
    page = anna.page("/")
    words = said(page)
    assert words.index("Queue") < words.index("Nothing waits in Infrastructure")
    assert f"Nothing waits in {', '.join(PILLARS[:-1])} and Resilience" in words
    assert 'href="/cases/C-1"' in page
    part = anna.get("/", **{"HX-Request": "true"}).text
    assert "<html" not in part
    assert 'id="board"' in part


def test_no_figure_that_is_nothing_stands_as_a_row_and_a_pillar_has_two_lines(
    room: Room, enter: Enter
) -> None:
    for number in range(3):
        room.propose("page-takedown", OrderSubject("page", f"page-{number}"))
    boon = enter("boon")
    columns = re.findall(r'<article class="sheet pillar (\w+)".*?</article>', boon.page("/"), re.DOTALL)
    assert columns == ["logistics"]
    [found] = re.findall(r'<article class="sheet pillar logistics".*?</article>', boon.page("/"), re.DOTALL)
    assert found.count("<li>") == 2


def test_who_leads_the_room_sees_first_whether_it_holds(anna: Visitor, night: Night, enter: Enter) -> None:
    night.officer("com", "commander")
    words = said(enter("com").page("/"))
    assert words.index("The room") < words.index("For me") < words.index("First decision by")
    assert "Queue of the room" not in words
    night.officer("sup", "supervisor")
    second = said(enter("sup").page("/"))
    assert second.index("The room") < second.index("For me") < second.index("Queue of the room")
    assert "1 case waits, all unassigned" in words
    assert "C-1 , 912,400 baht" in words
    assert "Banks silent none" in words
    assert "last hour: 0 decided" in words


def test_who_has_nothing_to_do_is_told_so(anna: Visitor, enter: Enter, night: Night) -> None:
    night.officer("com", "commander")
    assert "Nothing waits for you. New work appears here at once" in enter("com").page("/")
    assert "Nothing waits for you here" in enter("dara").page("/work")


def test_a_person_without_a_screener_waits_for_the_commander_from_that_second_on(
    anna: Visitor, night: Night, enter: Enter
) -> None:
    shelter = Shelter(night)
    number = shelter.found()
    night.officer("com", "commander")
    com = enter("com")
    words = said(com.page("/"))
    assert f"Screener for {number}" in words
    assert "nobody has spoken with them yet" in words
    assert "speak within" in words
    assert "Choose a screener" in words
    # Who may choose one has the choice there; everybody else reads for whom the person waits.
    choosing = said(com.page(f"/people/{number}"))
    assert "Assign this screener" in choosing
    assert "Waits for:" not in choosing
    night.officer("pros", "prosecutor")
    assert "Waits for: commander, second officer." in said(enter("pros").page(f"/people/{number}"))
    assert f"Screener for {number}" not in said(anna.page("/"))


def test_a_missing_paper_waits_for_who_proposed_the_action(room: Room, enter: Enter) -> None:
    room.propose("power-cut", OrderSubject("supply", "f-1"), details=CUT, partner="POWER")
    words = said(enter("ines").page("/"))
    assert "not yet: Collateral statement" in words
    assert "Add what is missing" in words


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
        room.propose("power-cut", OrderSubject("supply", "f-1"), details=CUT, partner="POWER"),
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
    assert "Documents are missing" in said(answer.text)
    assert room.one(good).state == "approved"
    assert room.one(bare).approvals == ()


def test_what_actions_of_one_kind_have_in_common_is_said_once(room: Room, enter: Enter) -> None:
    made = [
        room.propose("power-cut", OrderSubject("supply", line), details=details, partner="POWER")
        for line, details in (("f-1", CUT), ("f-2", CUT), ("f-3", {**CUT, "megawatts": 7.5}))
    ]
    room.scene.officer("sup", "supervisor")
    sup = enter("sup")
    for alike in (made[:2], made):
        page = sup.page("/actions/together?" + "&".join(f"id={action.id}" for action in alike))
        group, *rows = re.split(r"<li id=\"action-", page.split("<article")[1].split("</article>")[0])
        assert len(rows) == len(alike)
        assert all(action.subjects[0].id in row for action, row in zip(alike, rows, strict=True))
        words = said(group)
        assert words.count("approvals: 0 of 2") == 1
        own = [row for row in rows if "7.5" in row]
        assert len(own) == (len(alike) == 3)
        assert "7.5" not in words


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
    assert "have changed since" in said(answer.text)
    assert room.one(cut).approvals == ()


def test_the_wall_has_nothing_to_press_and_says_that_it_is_an_exercise(anna: Visitor) -> None:
    page = anna.page("/wall")
    assert "C-1" in page
    assert "<button" not in page
    assert "<form" not in page
    assert "<nav" not in page
    assert page.count("EXERCISE") == 2
    assert "การฝึกซ้อม" in page
    assert "of 1 unassigned" in said(page)
    part = anna.get("/wall", **{"HX-Request": "true"}).text
    assert "<html" not in part


def test_a_screen_is_opened_once_by_its_code_sees_the_wall_alone_and_can_be_taken_down(
    anna: Visitor, night: Night, enter: Enter
) -> None:
    night.officer("root1", "admin")
    admin, screen, other = enter("root1"), enter(), enter()
    page = admin.post("/walls", "/walls", name="Hall").text
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", page)
    assert code
    assert screen.get("/wall").url.path == "/sign-in"
    opened = screen.post(f"/wall/open?code={code[0]}", "/wall/open", code=code[0].lower().replace("-", " "))
    assert opened.url.path == "/wall"
    assert "C-1" in opened.text
    for path in ("/", "/cases", "/cases/C-1", "/walls", "/events"):
        assert screen.get(path).url.path == "/sign-in", path
    assert other.post("/wall/open", "/wall/open", code=code[0]).status_code == 403
    assert code[0] not in admin.page("/walls")
    admin.post("/walls", "/walls/1/end")
    assert screen.get("/wall").url.path == "/sign-in"
    assert night.sql("SELECT verb FROM audit WHERE verb LIKE 'wall.%' ORDER BY sequence") == [
        ("wall.made",),
        ("wall.opened",),
        ("wall.ended",),
    ]


def test_a_sealed_case_is_not_on_the_wall_whoever_looks(anna: Visitor, night: Night, enter: Enter) -> None:
    night.officer("com", "commander")
    com = enter("com")
    seal_case(night.ledger, night.people["com"], "C-1", ["Police"], "A source is at risk.")
    assert "C-1" in com.page("/")
    assert "C-1" not in com.page("/wall")


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
