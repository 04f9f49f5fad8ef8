"""The pages of joint operations: planned in steps, shared by agencies, gone by two officers, counted and ended."""

import re
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from tests.actions.forms import document, typed
from tests.room.map.town import suspect, wire
from tests.web.conftest import Night, Visitor
from tests.web.test_actions import said
from warroom import clock
from warroom.access.agencies import seed_exercise
from warroom.actions.operations.decisions import preparation
from warroom.actions.operations.needs import ExpectedAtPlace, derive_needs

Enter = Callable[..., Visitor]
AGENCIES = {"pol": "POLICE", "scr": "SCREENING", "shel": "SHELTER"}
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
    for name, agency in AGENCIES.items():
        night.officer(name, "screener", agency=agency)
    return {name: enter(name) for name in (*roles, *AGENCIES)}


def hour(hours: float = 5) -> str:
    return (clock.get_now() + timedelta(hours=hours + 7)).strftime("%Y-%m-%dT%H:%M")


def where(**more: str) -> dict[str, str]:
    """What the first step of a raid on two houses holds."""
    return {
        "title": "Two houses",
        "hour": hour(),
        "why": "The trail leads here.",
        "typing": "House 1, North\nHouse 2, East, a dog",
        "way": "next",
        **more,
    }


def begin(inv: Visitor, **more: str) -> str:
    """The address of a plan whose first step is done."""
    answer = inv.post("/operations/new", "/operations/new", **where(**more))
    assert answer.status_code == 200, said(answer.text)
    assert answer.url.path.endswith("/what"), said(answer.text)
    return answer.url.path.removesuffix("/what")


def at_place(inv: Visitor, plan: str, number: int, *tasks: str, **more: str) -> httpx.Response:
    """What one place's step says."""
    given = {"people": "4", "children": "", "languages": "", "way": "next", **more}
    page = f"{plan}/what?place={number}"
    return inv.post(page, f"{plan}/what", task=list(tasks or ("search",)), **given)


def plan(inv: Visitor, **more: str) -> str:
    """The address of a raid on two houses, a search at each, four people expected in it."""
    path = begin(inv, **more)
    for number in (1, 2):
        at_place(inv, path, number)
    answer = inv.post(f"{path}/who", f"{path}/who", sought="Telephones", way="plan")
    assert answer.status_code == 200, said(answer.text)
    assert answer.url.path.endswith("/papers"), said(answer.text)
    return answer.url.path.removesuffix("/papers")


def papers(night: Night, path: str) -> None:
    for name in PAPERS:
        number, key = int(path.rpartition("/")[2]), f"paper-{name}"
        preparation.attach_document(night.ledger, night.people["com"], number, name, document(name), key=key)


def ready(room: dict[str, Visitor], path: str) -> None:
    for name in AGENCIES:
        room[name].post(path, f"{path}/readiness", readiness="ready")


def gone(night: Night, room: dict[str, Visitor]) -> str:
    path = plan(room["inv"])
    papers(night, path)
    ready(room, path)
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
    assert "No answer yet from Invented Investigation Bureau." in page
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


def test_who_has_approved_is_not_offered_it_again_and_a_new_paper_asks_them_anew(
    night: Night, room: dict[str, Visitor]
) -> None:
    path = plan(room["inv"])
    papers(night, path)
    assert f'action="{path}/approve"' in room["sup"].page(path)
    told = said(room["sup"].post(path, f"{path}/approve").text)
    assert "You have approved; a second officer must do so now." in told
    assert "Approve all 2 waiting actions" not in told
    assert "Approve all 2 waiting actions" in said(room["pros"].page(path))


def test_an_agency_speaks_for_itself_alone_and_says_why_it_is_not_ready(room: dict[str, Visitor]) -> None:
    path = plan(room["inv"])
    assert f'action="{path}/readiness"' not in room["inv"].page(path)
    silent = room["pol"].post(path, f"{path}/readiness", readiness="not_ready", reason="")
    assert (silent.status_code, "needs a reason" in said(silent.text)) == (409, True)
    room["pol"].post(path, f"{path}/readiness", readiness="not_ready", reason="No car.")
    assert "Invented Investigation Bureau (No car.) is not ready." in said(room["com"].page(path))


def test_a_go_on_a_board_that_has_changed_shows_the_board_as_it_is(
    night: Night, room: dict[str, Visitor]
) -> None:
    path = plan(room["inv"])
    papers(night, path)
    ready(room, path)
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


def test_a_step_that_does_not_fit_keeps_what_was_typed_and_says_why(room: dict[str, Visitor]) -> None:
    for change, why in (
        ({"hour": ""}, "hour of the operation is missing"),
        ({"typing": "House 1"}, "write its name and province with a comma between"),
        ({"typing": ""}, "An operation needs a place"),
        ({"why": ""}, "Write the reason in a sentence or two"),
    ):
        answer = room["inv"].post("/operations/new", "/operations/new", **where(**change))
        assert (answer.status_code, why in said(answer.text)) == (409, True), (
            change,
            said(answer.text)[:900],
        )
        assert 'value="Two houses"' in answer.text
    path = begin(room["inv"])
    for change, why in (
        ({"people": "some"}, "must be a whole number, such as 12"),
        ({"children": "5"}, "more children are expected than people"),
        ({"task": []}, "Nothing is planned at House 1 yet"),
        ({"task": ["search", "cut"]}, "proposed by other roles"),
    ):
        tasks = change.pop("task", ["search"])
        answer = room["inv"].post(
            f"{path}/what",
            f"{path}/what",
            task=tasks,
            languages="Burmese",
            way="next",
            **{"people": "4"} | change,
        )
        assert (answer.status_code, why in said(answer.text)) == (409, True), (
            change,
            said(answer.text)[:900],
        )
        assert 'value="Burmese"' in answer.text


def test_going_back_and_coming_another_day_loses_nothing(room: dict[str, Visitor]) -> None:
    inv = room["inv"]
    path = begin(inv)
    # Back with the step's own button, half typed and nothing that fits yet.
    back = inv.post(f"{path}/what", f"{path}/what", task=["evidence"], people="twelve", way="where")
    assert back.url.path == f"{path}/where"
    assert 'value="Two houses"' in back.text
    assert "<b>House 2</b>, East" in back.text
    assert 'value="twelve"' in inv.page(f"{path}/what")
    assert "Two houses" in said(inv.page("/operations"))
    taken = inv.post(f"{path}/where", f"{path}/where", **where(typing="", out="2", way="add"))
    assert "House 2" not in taken.text
    assert room["com"].get(f"{path}/where").status_code == 404


def test_no_step_asks_for_more_than_nine_things(room: dict[str, Visitor]) -> None:
    inv = room["inv"]
    path = begin(inv)
    pages = ["/operations/new", *(f"{path}/{step}" for step in ("where", "what", "who", "hand", "more"))]
    made = plan(inv)
    for page in (*pages, f"{path}/more?kind=information-request", f"{made}/papers"):
        assert 0 < controls(inv.page(page)) <= 9, page


def controls(page: str) -> int:
    """The fields and buttons of a step, but for the steps themselves."""
    form = re.search(r'<form class="(?:stack plan|sheet stack|sheet pad fields)".*?</form>', page, re.DOTALL)
    assert form
    body = re.sub(r'<ol class="sheet steps".*?</ol>|<button hidden.*?</button>', "", form[0], flags=re.DOTALL)
    return len(re.findall(r'<input(?! type="hidden")|<select|<textarea|<button', body))


WHY = {
    "Invented Investigation Bureau": "a search at House 1",
    "Invented Screening Team": "12 people expected at House 1: screened before anyone questions them",
    "Invented Shelter": "12 people expected at House 1: a bed outside detention for each",
    "Invented Foundation": "interprets Burmese, Chinese at House 1",
    "Invented Hospital": "3 children expected at House 1: a doctor and child protection",
    "Invented Joint Operations Room": "keeps the evidence of House 1, House 2",
}


def full(inv: Visitor) -> str:
    """A plan with people, children and languages at the first house, and nobody at the second."""
    path = begin(inv)
    people = {"people": "12", "children": "3", "languages": "Burmese, Chinese"}
    at_place(inv, path, 1, "search", "help", "evidence", **people)
    at_place(inv, path, 2, "evidence", people="", children="", languages="")
    return path


def test_who_takes_part_follows_from_what_is_done_each_with_its_reason(
    night: Night, enter: Enter, room: dict[str, Visitor]
) -> None:
    night.officer("deck", "investigator", agency="ROOM")
    page = said(enter("deck").page(f"{full(enter('deck'))}/who"))
    for agency, why in WHY.items():
        assert f"{agency} {why}" in page, (agency, page)
    assert "Invented Power Authority" not in page


def test_a_clinic_on_a_places_line_brings_the_utility_in_and_a_cut_names_the_line() -> None:
    asked = derive_needs(
        [
            ExpectedAtPlace(("search",), line="F1", sort="feeder", clinics=2),
            ExpectedAtPlace(("cut",), line="F1"),
        ]
    )
    assert [(one.place, one.sort, one.why, one.count, one.text) for one in asked] == [
        (1, "police", "search", 0, ""),
        (1, "power", "clinics", 2, "F1"),
        (2, "power", "cut", 0, "F1"),
    ]


def test_an_agency_by_hand_needs_a_reason_and_can_be_taken_out_again(room: dict[str, Visitor]) -> None:
    inv = room["inv"]
    path = full(inv)
    bare = inv.post(f"{path}/hand", f"{path}/hand", agency="EMBASSY", reason=" ")
    assert (bare.status_code, "needs a reason" in said(bare.text)) == (409, True)
    added = inv.post(f"{path}/hand", f"{path}/hand", agency="EMBASSY", reason="Two are its citizens.")
    assert "Invented Embassy added by an officer: Two are its citizens." in said(added.text)
    inv.post(f"{path}/who", f"{path}/who", out="EMBASSY", way="what")
    assert "Two are its citizens." not in inv.page(f"{path}/who")


def test_another_action_at_the_same_hour_joins_with_its_own_form(room: dict[str, Visitor]) -> None:
    inv = room["inv"]
    path = full(inv)
    page = f"{path}/more?kind=watch"
    shown = inv.page(page)
    assert "watch-reason" in shown
    given = {"watch-subjects": "0105", "watch-subjects_kind": "company", "watch-reason": "It is near."}
    asked = "What one wants to know"
    refused = inv.post(page, f"{path}/more", **given)
    assert (refused.status_code, f"Fill in '{asked}'." in said(refused.text)) == (409, True)
    answer = inv.post(page, f"{path}/more", **given, **{"watch-question": "Who rents it?"})
    assert "Watch a subject of one's own case Remove" in said(answer.text)


def test_the_grid_says_for_each_place_who_is_ready_asked_missing_or_not_needed(
    room: dict[str, Visitor],
) -> None:
    inv = room["inv"]
    path = full(inv)
    made = inv.post(f"{path}/who", f"{path}/who", sought="Telephones", way="plan").url.path.removesuffix(
        "/papers"
    )
    room["pol"].post(made, f"{made}/readiness", readiness="ready")
    room["shel"].post(made, f"{made}/readiness", readiness="not_ready", reason="Six beds short.")
    page = room["com"].page(made)
    rows = re.findall(r'<tr><th scope="row">(.*?)</tr>', page, re.DOTALL)
    assert [re.findall(r'<td class="(\w+)"', row) for row in rows] == [
        ["ready", "asked", "missing", "asked", "asked", "missing"],
        ["none", "none", "none", "none", "none", "missing"],
    ]
    assert "1 of 7 ready, 3 asked, 3 missing" in said(page)
    assert "12 people expected, 3 perhaps children" in said(rows[0])
    assert "nobody is expected" in said(rows[1])
    # The planner's own house is in no list, so nobody keeps the evidence.
    assert "nobody" in said(rows[1]).split("nobody is expected")[1]
    assert "not ready Six beds short." in said(rows[0])
    waits = said(re.search(r'<ul class="waits">.*?</ul>', page, re.DOTALL)[0])  # type: ignore[index]
    for thing in (
        "Invented Shelter (Six beds short.) is not ready.",
        "No answer yet from Invented Screening Team.",
        "Call 000-555-0191",
    ):
        assert thing in waits
    assert "POLICE" not in waits
    count = len(re.findall("<li>", re.search(r'<ul class="waits">.*?</ul>', page, re.DOTALL)[0]))  # type: ignore[index]
    assert f"Go: not yet, {count} things" in said(page)
    assert re.search(r'<button class="do" disabled>Go: not yet', page)


def test_a_silent_agency_is_told_with_the_time_it_usually_takes(
    night: Night, room: dict[str, Visitor]
) -> None:
    before = int(plan(room["inv"]).rpartition("/")[2])
    later = clock.get_now() + timedelta(hours=2, minutes=30)
    preparation.say_readiness(night.ledger, night.people["pol"], before, "ready", key="r1", now=later)
    page = said(room["com"].page(plan(room["inv"], title="Once more")))
    assert re.search(
        r"Invented Investigation Bureau answers; asked [\d:]+, usually within 2 h (29|30) min", page
    )
    assert re.search(r"Invented Shelter answers; asked [\d:]+(?!, usually)", page)


def test_the_hour_is_drawn_and_said_in_a_table(room: dict[str, Visitor]) -> None:
    page = room["com"].page(plan(room["inv"]))
    drawn = re.search(r'<svg class="hour".*?</svg>', page, re.DOTALL)
    assert drawn
    assert drawn[0].count('class="does"') == 3
    table = said(page[page.index("As a table") :])
    assert "Invented Investigation Bureau at the doors, then the search" in table


def test_papers_begin_with_what_the_steps_said_and_promise_nothing(room: dict[str, Visitor]) -> None:
    inv = room["inv"]
    path = full(inv)
    papers = inv.post(f"{path}/who", f"{path}/who", sought="Telephones", way="plan").url.path
    shown = []
    for _ in range(len(PAPERS)):
        page = inv.page(papers)
        name = re.search(r'name="prerequisite" value="([\w-]+)"', page)[1]  # type: ignore[index]
        shown.append(name)
        content = typed(document(name))
        if name == "shelter":
            assert re.search(r'name="d-places"[^>]*value="12"', page)
            assert not re.search(r'name="d-apart_from_detention" value="yes" checked', page)
        if name == "screening-plan":
            assert "Burmese, Chinese" in page
        if name == "rights-notice":
            assert "contest the search in the court" in page
            assert "คัดค้านการตรวจค้น" in page
        form = papers.removesuffix("papers") + "documents"
        answer = inv.post(papers, form, **{f"d-{field}": value for field, value in content.items()})
        assert answer.url.path == papers, said(answer.text)
    assert sorted(shown) == sorted(PAPERS)
    assert "Every paper is here." in said(inv.page(papers))
    assert "4 of 4 here" in said(inv.page(papers.removesuffix("/papers")))


def test_a_plan_sent_twice_is_one_operation(night: Night, room: dict[str, Visitor]) -> None:
    inv = room["inv"]
    path = full(inv)
    first = inv.post(f"{path}/who", f"{path}/who", sought="Telephones", way="plan")
    again = inv.client.get(f"{path}/who")
    assert again.url.path == first.url.path.removesuffix("/papers")
    assert night.sql("SELECT count(*) FROM operations")[0][0] == 1


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


def test_a_search_is_asked_what_it_looks_for_where_the_plan_is_sent(room: dict[str, Visitor]) -> None:
    inv = room["inv"]
    path = begin(inv)
    for number in (1, 2):
        assert at_place(inv, path, number).status_code == 200, (
            "an optional field of another step refuses nothing"
        )
    refused = inv.post(f"{path}/who", f"{path}/who", way="plan")
    assert refused.status_code == 409
    assert re.search(r'name="sought"[^>]*aria-invalid="true"', refused.text)
    sent = inv.post(f"{path}/who", f"{path}/who", sought="Telephones", way="plan")
    assert sent.url.path.endswith("/papers"), said(sent.text)


def test_nobody_interprets_where_nobody_is_expected() -> None:
    asked = derive_needs(
        [ExpectedAtPlace(("evidence",), languages="Burmese"), ExpectedAtPlace(("help",), 2, 0, "Thai")]
    )
    assert [(need.place, need.why) for need in asked if need.why == "languages"] == [(2, "languages")]


def test_suspected_places_are_ticked_on_a_map_and_the_map_offers_the_operation(
    night: Night, room: dict[str, Visitor]
) -> None:
    wire(night)
    suspect(night)
    inv = room["inv"]
    page = inv.page("/operations/new")
    names = re.findall(r'name="suspect" value="([^"]+)"', page)
    assert "K1" in names
    assert page.count('class="suspect"') == len(names), "each is drawn with its number"
    assert 'href="/operations/new?place=K1"' in inv.page("/map?chosen=places:K1")
    assert re.search(r'name="suspect" value="K1" checked', inv.page("/operations/new?place=K1"))
    refused = inv.post("/operations/new", "/operations/new", **where(typing="", suspect="K1", title=" "))
    assert re.search(r'name="suspect" value="K1" checked', refused.text), "a refusal keeps the tick"
    path = begin(inv, typing="", suspect="K1")
    chosen = inv.page(f"{path}/where")
    assert "<b>K1</b>" in chosen
    assert 'name="suspect" value="K1"' not in chosen, "chosen once"


def test_an_hour_is_written_as_people_write_it(room: dict[str, Visitor]) -> None:
    day = clock.get_now() + timedelta(days=2)
    months = ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."]
    begin(room["inv"], hour=f"{day.day} {months[day.month - 1]} {day.year + 543} 05.30 น.")
    assert "datetime-local" not in room["inv"].page("/operations/new")
