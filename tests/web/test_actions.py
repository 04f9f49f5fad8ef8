"""The pages of actions: proposed from a form, kept from going out, approved by two, lifted; all without scripts."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from tests.web.conftest import Night, Visitor, without_word_marks
from tests.web.leftovers import says_why
from warroom.access.agencies import seed_exercise
from warroom.law.kinds.declarations import load_kinds

Enter = Callable[..., Visitor]
CUT = {
    "subjects": "feeder-12",
    "subjects_note": "north of the bridge",
    "d-from": "2026-12-01T06:00",
    "d-megawatts": "4.5",
    "partner": "POWER",
    "reason": "Two blocks of a site hang on it.",
}
STATEMENT = {
    "d-homes": "1,200",
    "d-clinics": "3",
    "d-clinics_with_backup": "3",
    "d-schools": "1",
    "d-humanitarian_feed": "The clinics keep their own feeder.",
    "d-substitution": "Generators within three days.",
    "d-exit_on": "2026-12-15T00:00",
}


@pytest.fixture
def room(night: Night, enter: Enter) -> dict[str, Visitor]:
    """An infrastructure officer, a supervisor, a commander and an auditor, with invented partners and one case."""
    night.officer("first", "admin")
    seed_exercise(night.ledger)
    night.case()
    for name, role in (("ines", "infrastructure"), ("sup", "supervisor"), ("com", "commander")):
        night.officer(name, role)
    return {name: enter(name) for name in ("ines", "sup", "com", "dara")}


def said(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", without_word_marks(page))))


def propose(ines: Visitor, **more: str | None) -> str:
    """The address of a proposed cut."""
    answer = ines.post("/actions/new?kind=power-cut", "/actions/new", **{**CUT, **more})
    assert answer.status_code == 200, said(answer.text)
    return answer.url.path


def attach(ines: Visitor, path: str, **more: str) -> str:
    given = {"prerequisite": "collateral-statement", **STATEMENT, **more}
    return ines.post(path, f"{path}/documents", **given).text


def test_an_officer_chooses_among_the_kinds_that_their_roles_may_propose(room: dict[str, Visitor]) -> None:
    page = said(room["ines"].page("/actions/new"))
    assert "Cut the power that feeds a site" in page
    assert "Provincial Electricity Authority Act" in said(room["ines"].page("/actions/new?kind=power-cut"))
    assert len(page.partition("Which action?")[2].split()) < 250, "one line a kind"
    assert "Search a place under a warrant" not in page
    assert room["dara"].get("/actions/new").status_code == 403


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_kind_has_a_form_in_the_readers_language(
    room: dict[str, Visitor], night: Night, enter: Enter, language: str
) -> None:
    night.officer("every", *sorted({role for kind in load_kinds().values() for role in kind.proposes}))
    every = enter("every")
    for kind in load_kinds().values():
        if kind.engine != "measure":
            continue
        page = unescape(every.page(f"/actions/new?kind={kind.id}", language))
        assert getattr(kind.title, language) in page
        for one in kind.inputs:
            assert f'name="d-{one.name}"' in page
            assert getattr(one.label, language) in page


def test_a_cut_goes_out_only_with_its_statement_and_two_officers(room: dict[str, Visitor]) -> None:
    path = propose(room["ines"], case="C-1")
    page = said(room["sup"].page(path))
    assert "May this go out?" in page
    assert "Collateral statement is missing." in page
    assert "Nobody may approve before this is put right." in page
    assert '<details class="act" open>' not in room["sup"].page(path)
    attach(room["ines"], path)
    page = said(room["sup"].page(path))
    assert "Homes affected 1,200" in page
    assert "Power cut 4.5 MW" in page
    assert "1 Dec 2026 06:00" in page
    assert "You proposed" in said(room["ines"].page(path)) or "Only these roles" in said(
        room["ines"].page(path)
    )
    first = room["sup"].post(path, f"{path}/approve")
    assert "Approved under your name" in first.text
    assert "You have approved; a second officer must do so now." in said(first.text)
    says_why(room["com"])
    assert "Approve and send to Invented Power Authority" in said(room["com"].page(path))
    assert "approved, not yet sent" in said(room["com"].post(path, f"{path}/approve").text)
    assert "Cut the power that feeds a site" in said(
        room["sup"].page("/cases/C-1").split("Actions in this case")[1]
    )


def test_a_cut_that_leaves_a_clinic_dark_says_why_it_is_stopped_in_both_languages(
    room: dict[str, Visitor],
) -> None:
    path = propose(room["ines"])
    attach(room["ines"], path, **{"d-clinics_with_backup": "1"})
    assert "would leave 2 of 3 clinics without backup" in said(room["sup"].page(path))
    assert "สถานพยาบาล 2 จาก 3 แห่ง" in said(room["sup"].page(path, "th"))
    assert f'action="{path}/approve"' in room["sup"].page(path)
    assert "formnovalidate" not in room["sup"].page(path)


def test_what_does_not_fit_is_said_in_place_and_nothing_typed_is_lost(room: dict[str, Visitor]) -> None:
    room["ines"].page("/actions/new?kind=power-cut", "th")
    wrong = room["ines"].post(
        "/actions/new?kind=power-cut", "/actions/new", **{**CUT, "d-megawatts": "much", "d-from": ""}
    )
    assert wrong.status_code == 409
    page = unescape(wrong.text)
    assert "กรอก 'เริ่มตัดเมื่อ'" in page.replace("\u2060", "")
    assert "Two blocks of a site hang on it." in page
    assert 'value="feeder-12"' in page
    assert 'value="north of the bridge"' in page
    assert re.search(r'name="d-from"[^>]*aria-invalid="true"', page)
    path = propose(room["ines"])
    again = attach(room["ines"], path, **{"d-homes": "many"})
    assert 'value="many"' in again
    assert re.search(r'name="d-homes"[^>]*aria-invalid="true"', again)


def test_an_approval_of_what_has_changed_since_shows_the_page_as_it_is_now(room: dict[str, Visitor]) -> None:
    path = propose(room["ines"])
    attach(room["ines"], path)
    seen = room["sup"].fields(path, f"{path}/approve")
    attach(room["ines"], path, **{"d-homes": "1300"})
    late = room["sup"].client.post(f"{path}/approve", data=seen)
    assert late.status_code == 409
    assert "The papers have changed since; look again" in said(late.text)
    assert "Homes affected 1,300" in said(late.text)


def test_declining_needs_a_reason_and_ends_it(room: dict[str, Visitor]) -> None:
    path = propose(room["ines"])
    without = room["sup"].post(path, f"{path}/approve", to=f"{path}/decline")
    assert (without.status_code, "needs a reason" in said(without.text)) == (409, True)
    done = room["sup"].post(path, f"{path}/approve", to=f"{path}/decline", reason="The clinic comes first.")
    assert "Declined, with your reason" in done.text
    assert "The clinic comes first." in said(done.text)
    assert "Withdraw it" not in said(done.text)


def test_an_action_that_has_left_is_lifted_and_one_that_has_not_is_withdrawn(
    room: dict[str, Visitor],
) -> None:
    ines, path = room["ines"], propose(room["ines"])
    assert "The action is withdrawn" in ines.post(path, f"{path}/withdraw", reason="A mistake.").text
    path = propose(ines)
    attach(ines, path)
    for who in ("sup", "com"):
        room[who].post(path, f"{path}/approve")
    lifted = room["com"].post(path, f"{path}/lift", reason="The people have left.")
    assert "sent to the partner until it confirms" in lifted.text
    assert "The people have left." in said(lifted.text)
    assert f'action="{path}/lift"' not in lifted.text


def test_who_may_not_decide_reads_who_may(room: dict[str, Visitor]) -> None:
    path = propose(room["ines"])
    page = said(room["dara"].page(path))
    assert "Only these roles may do this: commander, second officer." in page
    assert room["dara"].get(f"{path}").status_code == 200
    form = {**room["dara"].fields(path, f"{path}/approve")}
    assert room["dara"].client.post(f"{path}/approve", data=form).status_code == 403


def test_the_list_counts_by_pillar_what_waits_for_whom(room: dict[str, Visitor]) -> None:
    path = propose(room["ines"])
    number = path.rpartition("/")[2]
    link = f'href="/actions/{number}"'
    assert link in room["sup"].page("/actions?sort=mine&pillar=infrastructure")
    assert link not in room["ines"].page("/actions?sort=mine")
    assert link not in room["sup"].page("/actions?pillar=resilience")
    attach(room["ines"], path)
    room["sup"].post(path, f"{path}/approve")
    assert link not in room["sup"].page("/actions?sort=mine")
    assert link in room["com"].page("/actions?sort=mine")
    attach(room["ines"], path, **{"d-homes": "7"})
    assert link in room["sup"].page("/actions?sort=mine"), "a new document asks for a new look"
    assert "เรื่องของฉัน" in room["sup"].page("/actions", "th")


def test_an_action_that_nobody_decided_on_has_lapsed_and_says_so_in_thai(
    room: dict[str, Visitor], night: Night
) -> None:
    path = propose(room["ines"])
    night.run(30)
    room["sup"].sign_in("sup")
    assert path in room["sup"].page("/actions?sort=lapsed")
    page = said(room["sup"].page(path, "th"))
    assert "ไม่มีผู้ตัดสินใจภายในเวลา" in page
    assert re.search(r'class="clock late"', room["sup"].page(path)) is None, (
        "it has ended: nothing is late any more"
    )


@pytest.mark.parametrize("place", ["/actions", "/actions/new", "/operations", "/operations/new"])
def test_thai_pages_of_actions_hold_no_english_sentences(room: dict[str, Visitor], place: str) -> None:
    body = room["ines"].page(place, "th").split("<main", 1)[1].split("</main>")[0]
    words = re.sub(r"\b[A-Z]{1,10}(?:-?\d+)?\b|TLP:\S+|IP|SIM", " ", said("<p " + body))
    assert re.findall(r"[A-Za-z]{3,}(?: [A-Za-z]{2,})+", words) == []


def test_strange_addresses_and_filters_are_no_error(room: dict[str, Visitor]) -> None:
    sup = room["sup"]
    for query in ("sort=x", "pillar=x", "state=x", "kind=x", "offset=-3", "case=%00", "offset=999999999999"):
        assert sup.get(f"/actions?{query}").status_code == 200, query
    for address in ("/actions/0", "/actions/99999999999999999999", "/operations/0"):
        assert sup.get(address).status_code == 404, address


def test_what_is_no_action_is_counted_apart_and_named(room: dict[str, Visitor], night: Night) -> None:
    page = room["ines"].page("/actions")
    assert "Not actions:" in said(page)
    assert 'href="/work?sort=all&amp;what=case"' in page
    assert "Not actions:" not in said(room["ines"].page("/work"))
