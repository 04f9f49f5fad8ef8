"""Subjects in forms: offered while one types, typed by their end without scripts, and never lost."""

import re
from collections.abc import Callable

import pytest

from tests.web.conftest import Night, Visitor
from tests.web.test_actions import said
from warroom.access.agencies import seed_exercise

Enter = Callable[..., Visitor]
LEAD = "/actions/new?kind=watch"


@pytest.fixture
def inv(night: Night, enter: Enter) -> Visitor:
    """An investigator who has said why they open the one case."""
    night.officer("first", "admin")
    seed_exercise(night.ledger)
    night.case()
    night.officer("inv", "investigator")
    visitor = enter("inv")
    visitor.post("/cases/C-1", "/cases/C-1/purpose", purpose="investigation", text="who stands behind it")
    return visitor


def proposed(night: Night) -> tuple[str, str]:
    """An account with a proposal, and the end of its number."""
    bank, number = night.sql("SELECT bank, account FROM proposals ORDER BY id LIMIT 1")[0]
    return f"{bank}:{number}", number[-4:]


def watch(visitor: Visitor, **more: object) -> str:
    given = {
        "subjects_kind": "account",
        "reason": "It is the first account of the case.",
        "d-question": "Who pays it next?",
        "partner": "ROOM",
        **more,
    }
    answer = visitor.post(LEAD, "/actions/new", **given)
    return answer.text


def offers(visitor: Visitor, typed: str, kinds: str) -> str:
    return visitor.post(LEAD, "/actions/new", to="/search/pick", q=typed, kinds=kinds).text


def test_a_field_offers_what_the_own_cases_know_by_the_end_of_a_number(inv: Visitor, night: Night) -> None:
    whole, end = proposed(night)
    shown = offers(inv, end, "account number")
    assert f'data-value="{whole}"' in shown
    assert "in C-1" in said(shown)
    assert 'role="option"' in shown


def test_a_field_offers_only_the_kinds_that_it_takes(inv: Visitor, night: Night) -> None:
    _, end = proposed(night)
    shown = offers(inv, end, "page domain")
    assert 'role="option"' not in shown
    assert "it is kept as you typed it" in said(shown)
    assert 'data-value="C-1"' in offers(inv, "C-1", "case")


def test_too_little_is_told_in_both_languages(inv: Visitor) -> None:
    assert "more digit" in said(offers(inv, "12", "account"))


def test_who_may_not_search_is_offered_nothing(night: Night, enter: Enter) -> None:
    night.officer("first", "admin")
    admin = enter("first")
    assert admin.post("/", "/preferences", to="/search/pick", q="1234", kinds="account").status_code == 403


def test_without_scripts_the_end_of_a_number_is_looked_for_when_the_form_is_sent(
    inv: Visitor, night: Night
) -> None:
    whole, end = proposed(night)
    shown = watch(inv, subjects=[end, ""], subjects_note=["first of the trail", ""])
    assert "Proposed." in said(shown)
    assert night.sql("SELECT kind, subject, note FROM action_subjects") == [
        ("account", whole, "first of the trail")
    ]


def test_what_nothing_knows_stays_as_it_was_typed(inv: Visitor, night: Night) -> None:
    watch(inv, subjects="an-unknown-company", subjects_kind="company")
    assert night.sql("SELECT kind, subject FROM action_subjects") == [("company", "an-unknown-company")]


def test_an_end_that_several_numbers_have_is_refused_with_an_example_and_nothing_is_lost(
    inv: Visitor, night: Night
) -> None:
    _, end = proposed(night)
    night.sql(
        "INSERT INTO proposals SELECT * FROM jsonb_populate_record(NULL::proposals, (SELECT to_jsonb(p) ||"
        " jsonb_build_object('id', 9999, 'account', '777' || right(account, 4)) FROM proposals p ORDER BY id LIMIT 1))"
    )
    shown = watch(inv, subjects=[end], subjects_note=["the first"])
    assert "several numbers that your cases know" in said(shown)
    assert "such as B02:0001188204" in said(shown)
    assert f'value="{end}"' in shown
    assert 'value="the first"' in shown
    assert night.sql("SELECT count(*) FROM action_subjects") == [(0,)]
    thai = inv.page(LEAD, "th")
    assert "เช่น B02:000-118-8204" in thai


def test_more_rows_come_without_scripts_and_keep_everything(inv: Visitor) -> None:
    shown = inv.post(
        LEAD,
        "/actions/new",
        to="/actions/begin",
        kind="watch",
        subjects=["B01:1", "B01:2", "B01:3"],
        subjects_note=["", "the second", ""],
        subjects_kind=["account", "account", "account"],
        reason="Half a sentence",
    ).text
    assert re.findall(r'<input name="subjects" [^>]*value="([^"]*)"', shown) == [
        "B01:1",
        "B01:2",
        "B01:3",
        "",
        "",
        "",
    ]
    assert 'value="the second"' in shown
    assert "Half a sentence" in shown


def test_nobody_types_a_grammar(inv: Visitor) -> None:
    shown = said(inv.page(LEAD))
    assert "|" not in shown
    assert "one a line" not in shown


def test_an_action_begins_from_the_page_of_what_it_is_about(inv: Visitor, night: Night) -> None:
    whole, _ = proposed(night)
    page = f"/subjects/account/{whole}?case=C-1"
    assert "Propose an action about it" in said(inv.page(page))
    form = inv.post(page, "/actions/begin", kind="watch").text
    assert f'value="{whole}"' in form
    assert '<option value="account" selected>' in form
    assert 'value="C-1"' in form
