"""The pages of people found: a screener works through a night on a phone, and nobody else sees a word."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from tests.web.conftest import Night, Visitor
from warroom.access.schema import Agency
from warroom.survivors import forms

SECRET = "the guard Moonlight kept my papers"
Enter = Callable[..., Visitor]


@pytest.fixture
def team(night: Night, enter: Enter) -> dict[str, Visitor]:
    """A commander, two screeners and a prosecutor, and a person registered as P-1 with siri looking after them."""
    for name, role in (
        ("com", "commander"),
        ("siri", "screener"),
        ("tara", "screener"),
        ("pim", "prosecutor"),
    ):
        night.officer(name, role)
    with night.ledger.open_session() as session:
        session.merge(
            Agency(code="SH-1", name_th="บ้านพัก", name_en="House", kind="shelter", country="XX", active=True)
        )
    people = {name: enter(name) for name in ("com", "siri", "tara", "pim")}
    answer = people["com"].post(
        "/people", "/people", found="raid", age_band="25-34", age_basis="stated", name="Quartz", papers="P-77"
    )
    assert "presumed victim" in answer.text
    people["com"].post("/people/P-1", "/people/P-1/team", username="siri")
    return people


def begin(siri: Visitor) -> None:
    siri.post("/people/P-1", "/people/P-1/screening/begin", rights="yes", consent="yes", counsel="wanted")


def marks(default: str = "no") -> dict[str, str]:
    return {f"mark-{one.id}": default for one in forms.load_form().questions}


def text(page: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", page))


def test_a_screener_keeps_a_draft_and_finishes_and_the_person_stays_presumed_a_victim(
    team: dict[str, Visitor],
) -> None:
    siri, form = team["siri"], "/people/P-1/screening"
    begin(siri)
    given = marks() | {"mark-debt": "yes", "words-debt": SECRET}
    siri.post(form, form, does="draft", **given)
    kept = siri.page(form)
    assert SECRET in kept
    assert re.search(r'name="mark-debt" value="yes" checked', kept)
    missing = siri.post(form, form, does="finish", **given)
    assert (missing.status_code, "needs its reasons" in missing.text) == (409, True)
    assert SECRET in siri.page(form)
    done = siri.post(form, form, does="finish", reasons="As told in the interview.", **given)
    assert "doubt remains: presumed victim" in done.text
    told = siri.page("/people/P-1/told")
    assert SECRET in told
    assert "Quartz" in told


def test_the_person_s_wish_to_stop_ends_a_screening(team: dict[str, Visitor]) -> None:
    begin(team["siri"])
    form = "/people/P-1/screening"
    team["siri"].post(form, form, does="draft", **marks())
    assert "stopped at the person's wish" in team["siri"].post(form, form, does="stop").text
    assert team["siri"].get(form).status_code == 409


@pytest.mark.parametrize(("who", "status"), [("tara", 404), ("com", 403), ("pim", 403)])
def test_nobody_else_opens_what_was_told(team: dict[str, Visitor], who: str, status: int) -> None:
    begin(team["siri"])
    form = "/people/P-1/screening"
    team["siri"].post(form, form, does="draft", **(marks() | {"words-debt": SECRET}))
    answer = team[who].get("/people/P-1/told")
    assert answer.status_code == status
    assert SECRET not in answer.text
    assert team[who].get(form).status_code in (403, 404)


def test_a_commander_breaks_the_glass_and_the_lead_is_told(team: dict[str, Visitor]) -> None:
    page = team["com"].post("/people/P-1", "/people/P-1/glass", reason="A child may still be in the house.")
    assert "Quartz" in page.text
    assert "opened with a reason, outside the team" in text(page.text)
    assert "opened the confidential statement, with a reason" in team["siri"].page("/people")


def test_shelter_is_asked_and_answered(team: dict[str, Visitor]) -> None:
    siri = team["siri"]
    asked = siri.post("/people/P-1", "/people/P-1/referrals", kind="shelter", agency="SH-1", wished="yes")
    assert "Help is asked for" in asked.text
    answered = siri.post("/people/P-1", "/people/P-1/referrals/1", state="accepted")
    assert "The answer is noted" in answered.text
    refused = siri.post("/people/P-1", "/people/P-1/referrals", kind="return", agency="SH-1", wished="yes")
    assert refused.status_code == 409


def test_the_pages_are_whole_in_thai_and_in_english(team: dict[str, Visitor]) -> None:
    siri = team["siri"]
    begin(siri)
    for path in ("/people", "/people/P-1", "/people/P-1/screening", "/people/P-1/told"):
        thai = text(siri.page(path, "th").partition("<body")[2])
        left = re.sub(
            r"warroom|English|Asia/Bangkok|Siri|Com|Enter|Tab|Esc|SH-1|P-\d+|Quartz|C-12|\b[jkx]\b", " ", thai
        )
        assert re.findall(r"[A-Za-z]{3,}", left) == [], path
        english = text(siri.page(path, "en").partition("<body")[2]).replace("ไทย", "")
        assert re.findall(r"[\u0e00-\u0e7f]+", english.replace("บ้านพัก", "")) == [], path


def test_a_screener_decides_gives_time_and_reviews_broken_glass(team: dict[str, Visitor]) -> None:
    siri = team["siri"]
    assert "has more time" in siri.post("/people/P-1", "/people/P-1/clock", clock="reflection", days="3").text
    team["com"].post("/people/P-1", "/people/P-1/glass", reason="A child may still be in the house.")
    note = "The reason holds; nothing else was opened."
    judged = siri.post("/people/P-1", "/people/P-1/glass/1", verdict="justified", note=note)
    assert "The review is recorded" in judged.text
    early = siri.post(
        "/people/P-1", "/people/P-1/decision", does="not_identified", reasons="As told, no victim."
    )
    assert early.status_code == 409
    found = siri.post("/people/P-1", "/people/P-1/decision", does="identified", reasons="As told and seen.")
    assert "identified victim" in text(found.text)
    danger = siri.post(
        "/people/P-1", "/people/P-1/return", verdict="danger", reasons="The sellers know the house."
    )
    assert "into danger" in text(danger.text)


def test_no_case_search_finds_a_person(team: dict[str, Visitor]) -> None:
    for asked in ("P-1", "Quartz"):
        assert team["siri"].get(f"/search?q={asked}").status_code == 404


STATEMENT = "The act was done for own profit months before and has nothing to do with any trafficking."


def decided(team: dict[str, Visitor], night: Night) -> None:
    """Screened to the end, no victim found by two screeners, and the days of rest over."""
    begin(team["siri"])
    team["siri"].post(
        "/people/P-1/screening",
        "/people/P-1/screening",
        does="finish",
        reasons="As told and seen in the interview.",
        **marks(),
    )
    night.sql("UPDATE people SET victim = 'not_identified'")
    night.sql("UPDATE deadlines SET due_at = now() - interval '1 day' WHERE about = 'person'")


def test_nobody_is_charged_before_the_days_of_rest_and_what_was_typed_stays(team: dict[str, Visitor]) -> None:
    begin(team["siri"])
    team["siri"].post(
        "/people/P-1/screening",
        "/people/P-1/screening",
        does="finish",
        reasons="As told and seen in the interview.",
        **marks(),
    )
    asked = team["pim"].post("/people/P-1", "/people/P-1/charges", act="online_fraud", statement=STATEMENT)
    assert asked.status_code == 409
    assert "The days of rest last until" in asked.text
    assert STATEMENT in asked.text


def test_a_charge_needs_a_second_officer_and_can_be_dropped(
    team: dict[str, Visitor], night: Night, enter: Enter
) -> None:
    decided(team, night)
    pim = team["pim"]
    asked = pim.post("/people/P-1", "/people/P-1/charges", act="online_fraud", statement=STATEMENT)
    assert "a second officer confirms it" in asked.text
    assert "Confirm the charge" not in asked.text, "whoever asks for it does not confirm it"
    confirmed = team["com"].post("/people/P-1", "/people/P-1/charges/1", does="confirm")
    assert "The charge is confirmed" in confirmed.text
    assert "Drop the charge" not in confirmed.text
    dropped = pim.post("/people/P-1", "/people/P-1/charges/1", does="drop")
    assert "The charge is dropped" in dropped.text
    assert night.sql("SELECT suspect FROM people") == [("dropped",)]


def test_a_suspicion_stands_beside_the_presumed_victim_and_a_screener_is_offered_neither(
    team: dict[str, Visitor],
) -> None:
    said = team["pim"].post("/people/P-1", "/people/P-1/suspected").text
    assert "stays a presumed victim" in said
    assert "Record a suspicion" not in said.partition("charge-title")[2]
    assert "charge-title" not in team["siri"].page("/people/P-1")


def test_the_form_of_a_charge_says_what_it_asks_and_what_stands_against_it_before_it_is_sent(
    team: dict[str, Visitor], night: Night
) -> None:
    form = text(team["pim"].page("/people/P-1").partition("charge-title")[2])
    assert "At least 40 letters" in form
    assert "Nobody is charged before a screening is completed" in form
    assert "The days of rest last until" in form
    assert "Doubt means presumed victim" in form
    thai = team["pim"].page("/people/P-1", "th").partition("charge-title")[2]
    assert "ไม่น้อยกว่า 40 ตัวอักษร" in thai
    assert "ห้ามดำเนินคดีก่อนคัดกรองเสร็จ" in thai
    decided(team, night)
    form = text(team["pim"].page("/people/P-1").partition("charge-title")[2])
    assert "At least 40 letters" in form
    assert "charge is refused" not in form


def test_who_is_of_unknown_age_is_not_called_a_child_and_keeps_a_childs_protections(
    team: dict[str, Visitor], night: Night
) -> None:
    siri = team["siri"]
    for band, basis, called in (
        ("child", "stated", "child"),
        ("unknown", "assessed", "person of unknown age"),
        ("25-34", "doubted", "age in doubt"),
    ):
        night.sql(f"UPDATE people SET age_band = '{band}', age_basis = '{basis}', child = true")
        page = siri.page("/people/P-1")
        assert f"P-1 · {called}</h1>" in page
        assert f"<b>{called}</b>" in siri.page("/people")
        assert "The appointed guardian agrees too" in page
        assert "charge-title" not in team["pim"].page("/people/P-1")
    assert "บุคคลไม่ทราบอายุ" not in siri.page("/people/P-1", "th")
    night.sql("UPDATE people SET age_band = 'unknown'")
    assert "P-1 · บุคคลไม่ทราบอายุ</h1>" in siri.page("/people/P-1", "th")
