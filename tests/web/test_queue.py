"""The queue: one list on board, work and cases, ranked by the baht that leaves, with the clock of that baht beside it."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from tests.web.conftest import Night, Visitor, without_word_marks
from tests.web.test_case import approve

Enter = Callable[..., Visitor]
ROW = re.compile(r'<li id="(case-\d+|small)"(.*?)</li>', re.DOTALL)


def said(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", without_word_marks(page))))


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
    given = {name: str(baht * 100) for name in ("leaves", "savable")}
    given |= {"leaves_low": "0", "leaves_high": str(baht * 300)} | more
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
    assert "about 46,000 leaves" in top


def test_a_row_has_the_clock_of_its_own_money_and_says_how_sure_it_is(three: Night, enter: Enter) -> None:
    leaves(three, 1, 9_000, leaves_rough="true", decide_by="now() + interval '31 minutes'")
    row = rows(enter("anna").page("/"))["C-1"]
    assert re.search(r"by \d\d:\d\d, 3[01] min", row)
    assert "rough under 10 to 27,000" in row or "rough 0 to 27,000" in row


LATER = {
    "still": ("was {was}; records to {seen} show it still there", "เดิม {was} บันทึกถึง {seen} ยังพบเงินอยู่"),
    "left": (
        "was {was}; by records to {seen} that amount is no longer there to hold",
        "เดิม {was} ตามบันทึกถึง {seen} เงินก้อนนั้นไม่อยู่ให้ระงับแล้ว",
    ),
    "decided": ("was {was}; that amount is decided", "เดิม {was} เงินก้อนนั้นตัดสินแล้ว"),
}


@pytest.mark.parametrize("why", LATER)
def test_a_deadline_that_became_later_says_why_on_board_wall_and_case(
    three: Night, enter: Enter, why: str
) -> None:
    hours = {"was": "now() - interval '80 minutes'", "seen": "now() - interval '9 minutes'"}
    leaves(
        three,
        1,
        9_000,
        decide_by="now() + interval '2 hours'",
        decide_by_was=hours["was"],
        decide_by_seen=hours["seen"],
        decide_by_why=f"'{why}'",
    )
    three.sql(
        "UPDATE proposals SET decide_by = c.decide_by, decide_by_was = c.decide_by_was, decide_by_seen = c.decide_by_seen"
        " FROM cases c WHERE c.id = case_id AND case_id = 1"
    )
    shown = dict(
        three.sql(
            "SELECT 'was', to_char(decide_by_was AT TIME ZONE 'Asia/Bangkok', 'HH24:MI') FROM cases WHERE id = 1"
            " UNION ALL SELECT 'seen', to_char(decide_by_seen AT TIME ZONE 'Asia/Bangkok', 'HH24:MI') FROM cases WHERE id = 1"
        )
    )
    anna = enter("anna")
    for language, sentence, short in zip(
        ("en", "th"), LATER[why], (f"was {shown['was']}", f"เดิม {shown['was']}"), strict=True
    ):
        assert sentence.format(**shown) in rows(anna.page("/", language))["C-1"]
        assert short in said(anna.page("/wall", language))
        of_amount = dict(zip(("en", "th"), LATER["still"], strict=True))[language]
        assert of_amount.format(**shown) in said(anna.page("/cases/C-1", language))
    assert "was" not in rows(anna.page("/"))["C-2"].split()


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
    assert "Give to an officer" in rows(com.page("/cases"))["C-1"]
    com.post("/cases/C-1/give", "/cases/C-1/give", to="/cases/C-1/give")
    given = com.fields("/cases/C-1/give", "/cases/C-1/give") | {"to": "anna"}
    com.client.post("/cases/C-1/give", data=given)
    assert " Anna " in rows(com.page("/cases"))["C-1"]
    assert "See the money" in rows(com.page("/cases"))["C-1"]


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
    assert " take " in rows(dan.page("/"))["C-1"]
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


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 min"), (57, "57 min"), (117, "1 h 57"), (65, "1 h 05"), (1439, "23 h 59"), (3000, "2 d")],
)
def test_a_wait_on_the_wall_is_short_however_long_it_is(
    three: Night, enter: Enter, minutes: int, words: str
) -> None:
    three.sql(f"UPDATE cases SET opened_at = now() - interval '{minutes} minutes 20 seconds'")
    assert f"{words} C-" in said(enter("anna").page("/wall"))


def test_the_page_of_a_late_case_names_the_same_bank_and_telephone_as_its_row(
    anna: Visitor, night: Night
) -> None:
    night.sql(
        "INSERT INTO agencies (code, name_th, name_en, kind, country, active, telephone)"
        " SELECT DISTINCT bank, bank, bank, 'bank', 'TH', true, '000-555-0199' FROM proposals"
        " ON CONFLICT (code) DO UPDATE SET telephone = excluded.telephone"
    )
    ((bank,),) = night.sql("SELECT bank FROM proposals WHERE state = 'open' ORDER BY amount LIMIT 1")
    late = "decide_by = now() - interval '4 minutes'"
    night.sql(f"UPDATE cases SET {late}, decide_bank = '{bank}'")
    row = rows(anna.page("/"))["C-1"]
    assert f"Hold 4, and call {bank}" in row
    assert f"{bank} 000-555-0199" in row
    assert f"Hold, and call {bank} 000-555-0199 : its usual answer would be late." in said(
        anna.page("/cases/C-1")
    )
    night.sql("UPDATE cases SET decide_by = now() + interval '4 minutes'")
    assert "000-555-0199" not in rows(anna.page("/"))["C-1"]
    assert "call-now" not in anna.page("/cases/C-1")


def test_a_decided_case_stands_at_its_banks_and_what_is_left_of_it_leads_nowhere(
    anna: Visitor, night: Night
) -> None:
    night.sql(
        "UPDATE proposals SET doubt = 'holder' WHERE id = (SELECT min(id) FROM proposals WHERE state = 'open')"
    )
    approve(anna)
    ((open_left,),) = night.sql("SELECT count(*) FROM proposals WHERE state = 'open'")
    night.sql("UPDATE cases SET asked_since = now(), decide_by = now() - interval '1 hour'")
    page = anna.page("/")
    row = rows(page)["C-1"]
    assert "See the money" in row
    assert re.search(r"asked of B\d\d", row)
    assert ("left," in row) == (open_left > 0)
    assert "too late" not in row
    assert "At banks" in said(page)
    assert re.search(r"Late now\s+0", said(page))
    assert "Nothing else waits for you." in said(anna.page("/cases/C-1?said=approved&holds=1"))


def test_an_appeal_does_not_lead_for_who_may_not_answer_it(anna: Visitor, night: Night, enter: Enter) -> None:
    from warroom.public import appeals

    approve(anna)
    night.sql("UPDATE holds SET state = 'in_effect', held = 86000 WHERE id = 1")
    night.transfer("T9", payee="2099")
    night.report("R9", ["T9"])
    night.sync()
    leaves(night, 2, 10)
    [(code,)] = night.sql("SELECT reference FROM holds WHERE id = 1")
    appeals.submit_appeal(night.ledger, code, "A holder", "The money is from my shop.")
    night.sql("UPDATE appeals SET due_at = now() + interval '50 minutes'")
    words = said(enter("boon").page("/"))
    assert words.index("C-2") < words.index("kept from its holder")
    chai = enter("chai")
    words = said(chai.page("/"))
    assert words.index("kept from its holder") < words.index("C-2")
    ((amount,),) = night.sql("SELECT amount / 100 FROM holds WHERE id = 1")
    assert f"Release {int(amount):,}" in said(chai.page("/cases/C-1"))
