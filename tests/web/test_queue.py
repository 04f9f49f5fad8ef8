"""The queue: one list on board, work and cases, ranked by the baht that leaves, with the clock of that baht beside it."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from tests.web.conftest import Night, Visitor
from tests.web.test_case import approve

Enter = Callable[..., Visitor]
ROW = re.compile(r'<li id="(case-\d+|small)"(.*?)</li>', re.DOTALL)


def said(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def rows(page: str) -> dict[str, str]:
    """Each row's words by the case's number, in their order."""
    found = {}
    for _, row in ROW.findall(page):
        words = said("<li" + row)
        found[re.search(r"C-\d+|\d+ small cases?", words)[0]] = words  # type: ignore[index]
    return found


@pytest.fixture
def three(night: Night) -> Night:
    """Three cases of one trail each: what leaves of them is set by each test."""
    for number in (1, 2, 3):
        night.transfer(f"T{number}", payee=f"20{number}")
        night.report(f"R{number}", [f"T{number}"])
    night.sync()
    return night


def leaves(night: Night, number: int, baht: int, **more: str) -> None:
    """What is said to leave of a case; `more` are other columns as SQL."""
    given = {"leaves": str(baht * 100), "leaves_low": "0", "leaves_high": str(baht * 300)} | more
    night.sql(
        f"UPDATE cases SET {', '.join(f'{name} = {value}' for name, value in given.items())} WHERE id = {number}"
    )


def test_the_top_row_is_the_one_of_which_most_leaves_on_every_list(three: Night, enter: Enter) -> None:
    leaves(three, 1, 100, decide_by="now() + interval '2 minutes'")
    leaves(three, 2, 46_000, decide_by="now() + interval '40 minutes'")
    leaves(three, 3, 900, decide_by="now() + interval '3 hours'")
    anna = enter("anna")
    for path in ("/", "/cases", "/cases?filter=nobody"):
        assert list(rows(anna.page(path))) == ["C-2", "C-3", "C-1"]
    top = rows(anna.page("/"))["C-2"]
    assert "about 46,000 of" in top
    assert "leaves" in top


def test_a_row_has_the_clock_of_its_own_money_and_says_how_sure_it_is(three: Night, enter: Enter) -> None:
    leaves(three, 1, 9_000, leaves_rough="true", decide_by="now() + interval '31 minutes'")
    row = rows(enter("anna").page("/"))["C-1"]
    assert re.search(r"by \d\d:\d\d, 3[01] min", row)
    assert "rough under 10 to 27,000" in row or "rough 0 to 27,000" in row


def test_a_filter_hides_rows_and_keeps_the_order(three: Night, enter: Enter) -> None:
    for number, baht in ((1, 500), (2, 9_000), (3, 4_000)):
        leaves(three, number, baht)
    anna = enter("anna")
    anna.post("/", "/cases/take", to="/cases/C-3/take")
    assert list(rows(anna.page("/?show=nobody"))) == ["C-2", "C-1"]
    assert list(rows(anna.page("/?show=mine"))) == ["C-3"]
    assert list(rows(anna.page("/work"))) == ["C-3"]
    assert "All 3" in said(anna.page("/?show=mine"))


def test_the_first_row_that_is_mine_alone_has_the_filled_button(three: Night, enter: Enter) -> None:
    anna = enter("anna")
    assert anna.page("/").count("button do") == 0
    anna.post("/", "/cases/take", to="/cases/C-2/take")
    page = anna.page("/")
    assert page.count("button do") == 1
    assert " you " in rows(page)["C-2"]


def test_what_left_and_was_not_followed_stands_first_and_is_red(three: Night, enter: Enter) -> None:
    leaves(three, 1, 20_000)
    leaves(three, 3, 0, part_left="35601400", forecast_at="now()")
    page = enter("anna").page("/")
    assert next(iter(rows(page))) == "C-3"
    assert "356,014 left, not yet followed" in rows(page)["C-3"]
    assert "Follow 356,014" in rows(page)["C-3"]
    assert 'class="clock late"' in page


def test_a_bank_that_is_silent_is_named_and_counted_up(anna: Visitor, night: Night) -> None:
    approve(anna)
    night.sql("UPDATE orders SET sent_at = now() - interval '3 hours', state = 'sent'")
    night.sql("UPDATE holds SET state = 'sent'")
    night.sql("UPDATE cases SET silent_since = now() - interval '12 minutes'")
    row = rows(anna.page("/"))["C-1"]
    assert re.search(r"B\d\d silent, \+1[12] min", row)
    assert re.search(r"Call B\d\d", row)


def test_late_money_asks_for_a_call_beside_the_hold(anna: Visitor, night: Night) -> None:
    leaves(night, 1, 5_000, decide_by="now() - interval '4 minutes'")
    row = rows(anna.page("/"))["C-1"]
    assert "4 min too late" in row
    assert re.search(r"Hold \d+, and call B\d\d", row)


def test_small_cases_are_one_row_while_little_leaves_of_them(night: Night, enter: Enter) -> None:
    for number in range(1, 6):
        night.transfer(f"T{number}", payee=f"20{number}")
        night.report(f"R{number}", [f"T{number}"])
    night.sync()
    night.sql(
        "UPDATE cases SET there = 150000, leaves = 1000, leaves_high = 4000, decide_by = NULL WHERE id > 1"
    )
    leaves(night, 1, 50_000)
    anna = enter("anna")
    assert list(rows(anna.page("/"))) == ["C-1", "4 small cases"]
    assert "Decide 4 together" in said(anna.page("/"))
    night.sql("UPDATE cases SET leaves = 200000 WHERE id > 1")
    assert "small" not in " ".join(rows(anna.page("/")))


def test_who_gives_cases_out_is_offered_that_and_gives_one_to_an_officer(three: Night, enter: Enter) -> None:
    three.officer("com", "commander")
    com = enter("com")
    assert "Give to an officer" in rows(com.page("/"))["C-1"]
    com.post("/cases/C-1/give", "/cases/C-1/give", to="/cases/C-1/give")
    given = com.fields("/cases/C-1/give", "/cases/C-1/give") | {"to": "anna"}
    com.client.post("/cases/C-1/give", data=given)
    assert " Anna " in rows(com.page("/"))["C-1"]
    assert "See the money" in rows(com.page("/"))["C-1"]


def test_nothing_to_hold_says_what_was_looked_at_and_when(anna: Visitor, night: Night) -> None:
    night.sql("UPDATE cases SET state = 'closed'")
    words = said(anna.page("/"))
    assert "Nothing leaves within the hour that you could hold" in words
    assert re.search(r"Last look \d\d:\d\d:\d\d", words)


def test_an_appeal_stands_first_for_who_answers_it_with_the_amount_it_keeps(
    anna: Visitor, night: Night, enter: Enter
) -> None:
    from warroom.public import appeals

    approve(anna)
    night.sql("UPDATE holds SET state = 'in_effect', held = 86000 WHERE id = 1")
    [(code,)] = night.sql("SELECT reference FROM holds WHERE id = 1")
    appeals.submit_appeal(night.ledger, code, "A holder", "The money is from my shop.")
    night.sql("UPDATE appeals SET due_at = now() + interval '50 minutes'")
    page = said(enter("chai").page("/"))
    assert page.index("860 kept from its holder") < page.index("leaves", page.index("Case Loss"))
    assert "Answer the appeal" in page


def test_who_has_a_case_gives_it_back_and_it_is_anybodys_again(three: Night, enter: Enter) -> None:
    three.officer("dan", "officer")
    anna, dan = enter("anna"), enter("dan")
    anna.post("/cases/C-1", "/cases/C-1/take")
    assert " you " in rows(anna.page("/"))["C-1"] or " Anna " in rows(anna.page("/"))["C-1"]
    give(dan, "C-1", "", status=403)
    give(anna, "C-1", "")
    assert three.sql("SELECT owner_id FROM cases WHERE number = 'C-1'") == [(None,)]
    assert " nobody " in rows(dan.page("/"))["C-1"]
    ((leaf,),) = three.sql("SELECT leaf FROM audit WHERE verb = 'case.given'")
    assert b'"to":""' in bytes(leaf)
    # The same again changes nothing and is not logged twice.
    give(anna, "C-1", "")
    assert three.sql("SELECT count(*) FROM audit WHERE verb = 'case.given'") == [(1,)]


def give(visitor: Visitor, number: str, to: str, status: int = 303) -> None:
    token = visitor.fields("/", "/preferences")["csrf"]
    answer = visitor.client.post(
        f"/cases/{number}/give", data={"csrf": token, "to": to}, follow_redirects=False
    )
    assert answer.status_code == status, answer.text


@pytest.fixture
def small(night: Night) -> Night:
    """Four cases of which little leaves, beside one of which much does."""
    for number in range(1, 6):
        night.transfer(f"T{number}", payee=f"20{number}")
        night.report(f"R{number}", [f"T{number}"])
    night.sync()
    night.sql(
        "UPDATE cases SET loss = 200000000, there = 150000, leaves = 1000, leaves_high = 4000, decide_by = NULL"
        " WHERE id > 1"
    )
    leaves(night, 1, 50_000)
    return night


def ticked(page: str) -> list[str]:
    return re.findall(r'name="proposal" value="([^"]+)" checked', page)


def test_small_cases_are_decided_on_one_page_each_with_its_reasons(small: Night, enter: Enter) -> None:
    anna = enter("anna")
    page = anna.page("/cases/small")
    assert "4 cases" in said(page)
    assert "C-1:" not in page
    mine = ticked(page)
    assert {name.partition(":")[0] for name in mine} == {"C-2", "C-3", "C-4", "C-5"}
    done = anna.post("/cases/small", "/cases/small", proposal=mine[:2])
    assert "2 orders to hold go to their banks." in said(done.text), re.findall(
        'role="alert">(.*?)</p>', done.text
    )
    assert small.sql("SELECT count(*) FROM holds") == [(2,)]
    assert not set(mine[:2]) & set(ticked(done.text))


def test_small_holds_are_declined_together_with_a_reason_and_not_without(small: Night, enter: Enter) -> None:
    anna = enter("anna")
    mine = ticked(anna.page("/cases/small"))
    bare = anna.post("/cases/small", "/cases/small", to="/cases/small/decline", proposal=mine[:2], reason=" ")
    assert bare.status_code == 409
    assert small.sql("SELECT count(*) FROM proposals WHERE state = 'declined'") == [(0,)]
    done = anna.post(
        "/cases/small",
        "/cases/small",
        to="/cases/small/decline",
        proposal=mine[:2],
        reason="Wages, paid monthly.",
    )
    assert "2 holds declined, with your reason." in said(done.text)
    assert small.sql("SELECT DISTINCT decline_reason FROM proposals WHERE state = 'declined'") == [
        ("Wages, paid monthly.",)
    ]


def test_a_small_case_that_moved_meanwhile_is_refused_by_itself_and_the_others_go(
    small: Night, enter: Enter
) -> None:
    anna = enter("anna")
    mine = ticked(anna.page("/cases/small"))
    two, three = mine[0], next(one for one in mine if one.partition(":")[0] != mine[0].partition(":")[0])
    seen = anna.fields("/cases/small", "/cases/small")
    moved = two.partition(":")[0]
    answer = anna.client.post(
        "/cases/small", data=seen | {f"seen_{moved}": "a trail of yesterday", "proposal": [two, three]}
    )
    assert "1 order to hold goes to its bank." in said(answer.text)
    assert f'href="/cases/{moved}"' in answer.text
    assert small.sql("SELECT count(*) FROM holds") == [(1,)]


def test_who_decides_nothing_reads_the_small_cases_and_is_offered_no_button(
    small: Night, enter: Enter
) -> None:
    dara = enter("dara")
    page = dara.page("/cases/small")
    assert "Hold what is ticked" not in page
    assert dara.post("/", "/preferences", to="/cases/small", proposal="C-2:1").status_code == 403
