"""Each role's first screen: its own question first, rows that say whom they harm, and only pages that it reads or acts in."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.actions.joint.raid import Raid
from tests.actions.room import PAGE, Room
from tests.payee.test_flags import proposed
from tests.survivors.conftest import Shelter
from tests.web.conftest import Night, Visitor
from warroom.law.kinds.declarations import Input, load_kinds, load_prerequisite, load_prerequisites
from warroom.ledger.officers import ROLES, Officer
from warroom.ledger.views import AuditRow
from warroom.orders.order_content import OrderSubject
from warroom.requests.kinds import load_request_kinds
from warroom.room.waiting.views import WHATS, Task
from warroom.room.worklist.first_screens import PAUSE, group_readings
from warroom.room.worklist.views import RowPaper, TaskDetails
from warroom.web.doors.access_table import build_access_table
from warroom.web.kit import language
from warroom.web.kit.formats import Say
from warroom.web.kit.navigation import PLACES, list_offered_groups
from warroom.web.worklist.details import TaskDetailWords
from warroom.web.worklist.first_screens import choose_first_screen, fold_alike, split_shared_end
from warroom.web.worklist.words import WorklistLine

Enter = Callable[..., Visitor]
NOW = datetime(2026, 11, 30, 6, tzinfo=UTC)
LONG = "สมมติ" * 12
READ_ALONE = {"/search", "/views", "/wakes", "/account", "/preferences", "/sign-in", "/sign-out", "/exercise"}
"""Addresses at which everybody sends something: they make no page a role's own."""


def said(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def say_in(code: str) -> Say:
    return Say(code, language.load_catalog(code), ZoneInfo("Asia/Bangkok"), False, NOW)  # type: ignore[arg-type]


def example(field: Input) -> Any:
    values: dict[str, Any] = {
        "number": 15,
        "money": "1200.00",
        "moment": "2026-10-03T05:30:00+07:00",
        "yes-no": True,
        "list": ["x"],
    }
    return values.get(field.kind, field.choices[0] if field.choices else f"word-{field.name}")


def task(what: str, kind: str) -> Task:
    due = NOW + timedelta(hours=2)
    return Task(what, 1, "N-1", kind, "logistics", "", None, NOW, due, "decide", 0, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["en", "th"])
@pytest.mark.parametrize("kind", [kind.id for kind in load_kinds().values()])
def test_the_row_of_every_kind_of_action_says_on_what_where_when_and_whom_it_harms(
    kind: str, code: str
) -> None:
    declared, words = load_kinds()[kind], TaskDetailWords(say_in(code))
    bare = TaskDetails(
        subjects=("L0286012395",), subject_count=3, places=("P17",), needed=2, missing=declared.requires
    )
    place, detail = (
        words.format_place(task("action", kind), bare),
        words.format_detail(task("action", kind), bare),
    )
    assert place.startswith("L0286012395, ")
    assert "P17" in place
    assert len(place.split(", ")) >= 4, "no hour"
    assert declared.harms.en if code == "en" else declared.harms.th in detail
    full = TaskDetails(
        subjects=("L0286012395",),
        subject_count=1,
        content={field.name: example(field) for field in declared.inputs if field.row},
        papers=tuple(
            RowPaper(
                name, {field.name: example(field) for field in load_prerequisite(name).inputs if field.row}
            )
            for name in declared.requires
        ),
        needed=2,
        approvals=1,
        children=3,
    )
    whole = words.format_detail(task("action", kind), full)
    assert "3" in whole
    assert whole.endswith(
        words.say.catalog.gettext("approvals: %(given)s of %(needed)s") % {"given": 1, "needed": 2}
    )
    hour = next((field for field in declared.inputs if field.row == "when"), None)
    assert hour is None or "05:30" in words.format_place(task("action", kind), full)


def test_a_search_is_read_as_the_room_speaks_of_it() -> None:
    about = TaskDetails(
        subjects=("L0286012395",),
        subject_count=1,
        places=("P17",),
        content={"at": "2026-11-30T17:30:00+07:00", "people_expected": 15},
        papers=(RowPaper("warrant", {"number": "D1/69"}),),
        children=3,
        needed=2,
    )
    words = TaskDetailWords(say_in("en"))
    assert words.format_place(task("action", "search"), about) == "L0286012395, P17, 17:30"
    assert (
        words.format_detail(task("action", "search"), about)
        == "People expected inside: 15 · perhaps children: 3 · Search warrant D1/69 · approvals: 0 of 2"
    )


@pytest.mark.parametrize("code", ["en", "th"])
@pytest.mark.parametrize("what", WHATS)
def test_the_row_of_every_kind_of_thing_says_whom_it_harms(what: str, code: str) -> None:
    kinds = {"action": "search", "request": next(iter(load_request_kinds()))}
    words = TaskDetailWords(say_in(code))
    assert len(words.format_detail(task(what, kinds.get(what, "other")), TaskDetails(needed=1))) > 3


def test_every_field_that_a_row_shows_is_a_field_with_a_value() -> None:
    inputs = [field for kind in load_kinds().values() for field in kind.inputs]
    inputs += [field for paper in load_prerequisites().values() for field in paper.inputs]
    assert {field.row for field in inputs} == {"", "when", "where", "size", "harm", "paper"}
    assert all(field.kind == "moment" for field in inputs if field.row == "when")
    assert all(field.kind not in ("digest", "text") for field in inputs if field.row)


def test_rows_that_ask_the_same_are_one_row_unless_they_can_be_ticked() -> None:
    def line(key: str, title: str, *, tickable: bool = False) -> WorklistLine:
        return WorklistLine(
            task("flag", key), key, title, "/", "Flag or decline", None, tickable, "", "", "", False
        )

    lines = [line("a", "Flag"), line("b", "Appeal"), line("c", "Flag")]
    assert [one.key for one in fold_alike(lines)] == ["a", "b"]
    searches = [line(key, "Search", tickable=True) for key in "de"]
    assert fold_alike(searches) == searches


def officer_of(*roles: str) -> Officer:
    return Officer(1, "x", "X", "Police", frozenset(roles))


def test_only_who_works_the_queue_has_the_fraud_desks_board() -> None:
    first = {role: choose_first_screen(officer_of(role)) for role in ROLES}
    assert {role for role, screen in first.items() if screen.has_queue} == {
        "officer",
        "supervisor",
        "appeals",
    }
    assert {role: screen.parts for role, screen in first.items() if screen.parts} == {
        "logistics": ("signals",),
        "investigator": ("signals", "links"),
        "prosecutor": ("court",),
        "custodian": ("custody",),
        "auditor": ("openings",),
    }
    assert first["commander"].leads
    assert first["screener"].screens


@pytest.mark.parametrize(
    ("role", "heading"),
    [
        ("investigator", "Signals to look at"),
        ("prosecutor", "Before the court"),
        ("custodian", "In custody, by date"),
        ("auditor", "What was opened, and by whom"),
        ("screener", "People who wait for you"),
    ],
)
def test_the_first_screen_is_the_roles_own_question_and_the_queue_is_one_line(
    anna: Visitor, night: Night, enter: Enter, role: str, heading: str
) -> None:
    night.officer("who", role)
    page = enter("who").page("/")
    words = said(page)
    assert words.index(heading) < words.index("1 case waits")
    assert 'href="/cases/C-1"' not in page
    assert 'id="queue-title"' not in page


@pytest.mark.parametrize("role", ["investigator", "prosecutor", "custodian", "auditor"])
def test_nothing_stands_where_nothing_waits_for_a_role_with_a_question_of_its_own(
    night: Night, enter: Enter, role: str
) -> None:
    night.officer("who", role)
    assert 'id="me-title"' not in enter("who").page("/")


@pytest.mark.parametrize("kind", ["other", ""])
def test_a_case_whose_kind_is_not_known_is_named_by_its_bank_sum_and_time(
    anna: Visitor, night: Night, kind: str
) -> None:
    night.transfer("T1")
    night.report("R1", ["T1"], scam_type=kind)
    night.sync()
    page = anna.page("/work?sort=all&what=case")
    [title] = re.findall(r'<a class="number" href="/cases/C-1" data-open>([^<]+)</a>', page)
    assert re.fullmatch(r"B\d\d: 1.57 M baht, .*\d\d:\d\d", title)
    assert "Kind not " in page, "the row says beside its name that the kind is not known"


@pytest.mark.parametrize("role", ROLES)
def test_every_page_that_is_offered_opens_and_where_a_role_acts_is_offered(
    night: Night, enter: Enter, role: str
) -> None:
    officer = night.officer("who", role)
    offered = {place for group in list_offered_groups(officer) for place in group.places}
    visitor = enter("who")
    for place in offered - {next(place for place in PLACES if place.path == "/exercise/after")}:
        assert visitor.get(place.path).status_code == 200, place.path
    acts = {
        f"/{endpoint.removeprefix('POST /').split('/')[0]}"
        for endpoint, who in build_access_table().items()
        if endpoint.startswith("POST /") and role in who
    } - READ_ALONE
    may_open = {place.path for place in PLACES if role in build_access_table()[place.door]}
    assert (acts & may_open) - {place.path for place in offered} == set()
    assert len(list_offered_groups(officer)) <= 6


def test_no_page_is_offered_in_which_a_role_never_acts() -> None:
    def paths(role: str) -> set[str]:
        return {place.path for group in list_offered_groups(officer_of(role)) for place in group.places}

    assert {"/actions/new", "/flags", "/assets/new", "/signals", "/design"} & paths("auditor") == set()
    assert "/audit" in paths("auditor")
    assert "/cases" not in paths("admin")
    assert {"/flags", "/matches", "/assets/new"} & paths("commander") == set()


def test_all_pages_stand_by_question_in_the_palette(enter: Enter, night: Night) -> None:
    night.officer("who", "auditor")
    words = said(enter("who").page("/search?q=%3E"))
    assert words.index("What is due next?") < words.index("What happened, and who did it?")
    assert "What do courts and partners have to do?" not in words


@pytest.mark.parametrize("path", ["/no-such-page", "/cases/C-99999", "/officers"])
def test_a_page_that_is_not_there_or_not_theirs_keeps_the_navigation(
    night: Night, enter: Enter, path: str
) -> None:
    night.officer("who", "auditor")
    answer = enter("who").get(path)
    assert answer.status_code in (403, 404)
    assert 'href="/audit"' in answer.text
    assert 'href="/audit"' not in enter().get("/no-such-page").text


def test_an_operation_is_said_to_be_as_ready_in_its_pillar_as_in_its_row(night: Night, enter: Enter) -> None:
    raid = Raid.of(Room.of(night), 2)
    raid.papers("warrant")
    assert raid.room.sup
    words = said(enter("sup").page("/"))
    assert "Search warrant A line" in words
    ready = re.findall(r"agencies ready: \d+ of \d+", words)
    assert len(ready) == 2, "in the row and in the pillar"
    assert len(set(ready)) == 1
    assert not re.search(r"ready: \d+ of 0", words)


def test_what_runs_out_in_days_is_one_line_beside_the_queue(night: Night, enter: Enter) -> None:
    number, anna = proposed(night), enter("anna")
    line = anna.page("/").partition('id="for-me"')[2]
    assert line.partition("</p>")[0].count("<a ") == 1
    assert "<table" not in line.partition("</p>")[0]
    assert f'href="/flags/{number}"' in line.partition("</p>")[0]
    night.sql("UPDATE flags SET decide_by = now() + interval '1 hour' RETURNING id")
    assert "<table" in anna.page("/").partition('id="for-me"')[2].partition("</section>")[0], "in an hour"


def test_several_actions_of_a_kind_are_approved_on_one_page_each_with_a_row_of_the_log(
    night: Night, enter: Enter
) -> None:
    room = Room.of(night)
    made = [room.propose("page-takedown", OrderSubject("page", f"page-{n}"), details=PAGE) for n in range(3)]
    sup = enter("sup") if room.sup else None
    assert sup is not None
    page = sup.page("/")
    assert "See and approve all 3" in page
    mine = page[page.index('id="for-me"') :]
    assert mine[: mine.index("</table>")].count("<tr id=") == 1, "actions alike are one row"
    assert all(f"page-{n}" in mine for n in range(3)), "which says where each of them is"
    href = unescape(re.search(r'href="(/actions/together\?[^"]+)"', page)[1])  # type: ignore[index]
    sup.post(href, "/actions/together/approve", id=[str(one.id) for one in made])
    assert len(night.sql("SELECT 1 FROM audit WHERE verb = 'measure.approved'")) == 3
    assert "See and approve" not in sup.page("/")


def test_after_an_approval_the_next_one_is_a_press_away(night: Night, enter: Enter) -> None:
    room = Room.of(night)
    first, second = (
        room.propose("page-takedown", OrderSubject("page", f"page-{n}"), details=PAGE) for n in (1, 2)
    )
    assert room.sup
    sup = enter("sup")
    answer = sup.post(f"/actions/{first.id}", f"/actions/{first.id}/approve")
    assert f'href="/actions/{second.id}" data-next' in answer.text
    answer = sup.post(f"/actions/{second.id}", f"/actions/{second.id}/approve")
    assert "data-next" not in answer.text


@pytest.mark.parametrize(
    ("places", "apart"),
    [
        (["A, 05:30", "B, 05:30"], (("A", "B"), "05:30")),
        (["A, P1, 05:30", "B, P1, 05:30"], (("A", "B"), "P1, 05:30")),
        (["A, 05:30", "B, 06:30"], (("A, 05:30", "B, 06:30"), "")),
        (["A", "A"], (("A", "A"), "")),
    ],
)
def test_what_all_places_of_a_row_share_is_said_once(
    places: list[str], apart: tuple[tuple[str, ...], str]
) -> None:
    assert split_shared_end(places) == apart


def test_ones_own_proposal_is_not_among_what_is_approved_together(night: Night, enter: Enter) -> None:
    room = Room.of(night)
    for n in range(2):
        room.propose("page-takedown", OrderSubject("page", f"page-{n}"), details=PAGE)
    assert "See and approve" not in enter("ines").page("/")


def test_a_child_with_whom_nobody_spoke_comes_before_a_raid_and_turns_red_after_an_hour(
    night: Night, enter: Enter
) -> None:
    shelter = Shelter(night)
    room = Room.of(night)
    room.propose("page-takedown", OrderSubject("page", "page-1"), details=PAGE)
    number = shelter.found()
    room.com  # noqa: B018
    sup = enter("sup") if room.sup else None
    assert sup is not None
    page = sup.page("/")
    assert page.index(f"Screener for {number}") < page.index("page-1")
    assert "a child until shown otherwise" in page or "presumed victim" in page
    assert "speak within" in page


def row(sequence: int, officer: str, minute: int, verb: str, case: str = "") -> AuditRow:
    return AuditRow(sequence, NOW + timedelta(minutes=minute), officer, verb, f"case:{case}", {}, "00", case)


def test_reads_without_a_long_pause_are_one_session() -> None:
    pause = int(PAUSE.total_seconds() // 60)
    rows = [
        row(1, "anna", 0, "case.read", "C-1"),
        row(2, "anna", 5, "case.read", "C-2"),
        row(3, "anna", 6, "hold.approved", "C-2"),
        row(4, "anna", 7, "list.read"),
        row(5, "boon", 8, "lake.searched"),
        row(6, "anna", 5 + pause + 1, "case.read", "C-1"),
    ]
    found = group_readings(rows)
    assert [(one.officer, one.cases, one.opened, one.searched) for one in found] == [
        ("anna", ("C-1",), 1, 0),
        ("boon", (), 0, 1),
        ("anna", ("C-2", "C-1"), 2, 0),
    ]
