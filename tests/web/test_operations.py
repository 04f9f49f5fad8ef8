"""The pages of joint operations: planned on one form, shared by agencies, gone by two officers, counted and ended."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.actions.forms import document
from tests.web.conftest import Night, Visitor
from tests.web.test_actions import said
from warroom import clock
from warroom.access.agencies import seed_exercise
from warroom.actions.joint.decisions import preparation

Enter = Callable[..., Visitor]
PAPERS = ("warrant", "screening-plan", "shelter", "rights-notice")


@pytest.fixture
def room(night: Night, enter: Enter) -> dict[str, Visitor]:
    """A planner, two deciders, a prosecutor, and an officer of the invented police."""
    night.officer("first", "admin")
    seed_exercise(night.ledger)
    roles = {
        "inv": "investigator",
        "sup": "supervisor",
        "com": "commander",
        "pros": "prosecutor",
    }
    for name, role in roles.items():
        night.officer(name, role)
    night.officer("pol", "screener", agency="POLICE")
    return {name: enter(name) for name in (*roles, "pol")}


def hour(hours: float = 5) -> str:
    return (clock.now() + timedelta(hours=hours + 7)).strftime("%Y-%m-%dT%H:%M")


def plan(inv: Visitor, **more: str) -> str:
    """The address of a raid on two houses, a search at each."""
    given = {
        "title": "Two houses",
        "hour": hour(),
        "raid": "yes",
        "places": "House 1 | North\nHouse 2 | East | a dog",
        "agency": "POLICE",
        "search-at": hour(),
        "search-people_expected": "4",
        "search-by_night": "no",
        "search-sought": "Telephones",
        "search-partner": "POLICE",
        "search-reason": "The trail leads here.",
        **more,
    }
    answer = inv.post("/operations/new?kind=search", "/operations/new", **given)
    assert answer.status_code == 200, said(answer.text)
    return answer.url.path


def papers(night: Night, path: str) -> None:
    for name in PAPERS:
        number, key = int(path.rpartition("/")[2]), f"paper-{name}"
        preparation.attach_document(night.ledger, night.people["com"], number, name, document(name), key=key)


def gone(night: Night, room: dict[str, Visitor]) -> str:
    path = plan(room["inv"])
    papers(night, path)
    room["pol"].post(path, f"{path}/readiness", readiness="ready")
    for who in ("sup", "pros"):
        assert "approved under your name" in room[who].post(path, f"{path}/approve").text
    assert "Go, as the second officer" not in room["com"].page(path)
    room["com"].post(path, f"{path}/go")
    assert "Go, as the second officer" in room["sup"].page(path)
    assert "under way" in said(room["sup"].post(path, f"{path}/go").text)
    return path


def test_a_raid_is_planned_with_a_search_at_each_place_and_says_what_is_missing(
    room: dict[str, Visitor],
) -> None:
    path = plan(room["inv"])
    page = said(room["com"].page(path))
    assert "A raid needs its screening plan first" in page
    assert "POLICE have not answered." in page
    assert "2 actions wait for approval." in page
    assert "House 1" in page
    assert "House 2" in page
    assert f'action="{path}/go"' in room["com"].page(path)
    assert "Nobody may say go before this is put right." in page
    thai = said(room["com"].page(path, "th"))
    assert "การเข้าตรวจค้นต้องมี" in thai
    assert "วางแผนสำหรับ 2 สถานที่" in thai


def test_an_operation_goes_by_two_officers_and_everything_is_counted(
    night: Night, room: dict[str, Visitor]
) -> None:
    path = gone(night, room)
    found = {"place": "2", "kind": "cash", "count": "3", "amount": "1,250,000.50", "note": "In the safe."}
    assert "1,250,000.50" in room["pol"].post(path, f"{path}/results", **found).text
    nameless = room["pol"].post(
        path, f"{path}/results", place="1", kind="person", count="2", references="S-1"
    )
    assert (nameless.status_code, "give the number of each" in said(nameless.text)) == (409, True)
    assert 'value="S-1"' in nameless.text
    room["pol"].post(path, f"{path}/timeline", text="The door is open.", place="1")
    assert "House 1 The door is open." in said(room["com"].page(path))
    ended = room["com"].post(path, f"{path}/finish", report="All went home.\nNobody hurt.")
    assert "Nobody hurt." in ended.text
    assert "ended" in said(room["com"].page("/operations?state=ended"))
    assert "สิ้นสุดแล้ว" in said(room["com"].page(path, "th"))


def test_an_agency_speaks_for_itself_alone_and_says_why_it_is_not_ready(room: dict[str, Visitor]) -> None:
    path = plan(room["inv"])
    assert f'action="{path}/readiness"' not in room["inv"].page(path)
    silent = room["pol"].post(path, f"{path}/readiness", readiness="not_ready", reason="")
    assert (silent.status_code, "needs a reason" in said(silent.text)) == (409, True)
    room["pol"].post(path, f"{path}/readiness", readiness="not_ready", reason="No car.")
    assert "POLICE (No car.) is not ready." in said(room["com"].page(path))


def test_a_go_on_a_board_that_has_changed_shows_the_board_as_it_is(
    night: Night, room: dict[str, Visitor]
) -> None:
    path = plan(room["inv"])
    papers(night, path)
    room["pol"].post(path, f"{path}/readiness", readiness="ready")
    for who in ("sup", "pros"):
        room[who].post(path, f"{path}/approve")
    seen = room["com"].fields(path, f"{path}/go")
    room["pol"].post(path, f"{path}/readiness", readiness="not_ready", reason="An accident.")
    late = room["com"].client.post(f"{path}/go", data=seen)
    assert (late.status_code, "changed since; look again" in said(late.text)) == (409, True)
    assert "An accident." in said(late.text)


def test_one_officer_calls_it_off(room: dict[str, Visitor]) -> None:
    path = plan(room["inv"])
    off = room["sup"].post(path, f"{path}/no-go", reason="A child lives there.")
    assert "called off" in said(off.text)
    assert "A child lives there." in said(off.text)
    assert "withdrawn" in said(off.text)


def test_a_plan_that_does_not_fit_keeps_what_was_typed(room: dict[str, Visitor]) -> None:
    for change, why in (
        ({"hour": ""}, "hour of the operation is missing"),
        ({"places": "House 1"}, "needs a name and a province"),
        ({"agency": "NOBODY"}, "There is no agency"),
        ({"search-partner": ""}, "goes to a partner"),
    ):
        given = {
            "title": "Two houses",
            "hour": hour(),
            "places": "House 1 | North",
            "agency": "POLICE",
            "search-at": hour(),
            "search-people_expected": "4",
            "search-by_night": "no",
            "search-sought": "Telephones",
            "search-partner": "POLICE",
            "search-reason": "The trail leads here.",
        } | change
        answer = room["inv"].post("/operations/new?kind=search", "/operations/new", **given)
        assert (answer.status_code, why in said(answer.text)) == (409, True), (
            change,
            said(answer.text)[:900],
        )
        assert 'value="Two houses"' in answer.text
        assert "Telephones" in answer.text


def test_the_part_that_refreshes_itself_is_asked_for_alone_and_logged_once(
    night: Night, room: dict[str, Visitor]
) -> None:
    path = plan(room["inv"])
    for _ in range(3):
        part = room["com"].get(path, **{"hx-request": "true"})
    assert part.text.lstrip().startswith('<div class="stack" id="live"')
    assert "<html" not in part.text
    rows = night.sql(
        f"SELECT count(*) FROM audit WHERE subject = 'joint:{path.rpartition('/')[2]}' AND verb = 'list.read'"
    )
    assert rows[0][0] <= 1
