"""The list of cases: what runs out next, and how it is filtered, paged, refreshed and searched."""

from collections.abc import Callable

import pytest

from tests.web.conftest import Night, Visitor
from tests.web.test_case import approve
from warroom.cases.queries.case_list import read_board


def many(night: Night, count: int) -> None:
    for number in range(count):
        night.transfer(f"T{number}", payer=f"10{number:02d}", payee=f"20{number:02d}")
        night.report(f"R{number}", [f"T{number}"])
    night.sync()


def test_it_lists_what_is_decided_next_with_its_amount(anna: Visitor, night: Night) -> None:
    night.sql("UPDATE cases SET decide_by = now() + interval '1 hour'")
    page = anna.page("/cases")
    assert "Queue" in page
    assert 'href="/cases/C-1"' in page
    assert "Hold 4: 912,400 baht" in page


def test_a_refresh_brings_the_list_alone_with_its_time(anna: Visitor) -> None:
    part = anna.get("/cases", **{"HX-Request": "true"}).text
    assert "<html" not in part
    assert "as of " in part
    assert 'hx-trigger="refresh, every 60s"' in part


def test_a_filter_with_nothing_says_so(anna: Visitor) -> None:
    assert "No case waits here." in anna.page("/cases?filter=closed")
    assert 'aria-current="true">Closed' in anna.page("/cases?filter=closed")


def test_an_unknown_filter_is_the_whole_board(anna: Visitor) -> None:
    assert 'href="/cases/C-1"' in anna.page("/cases?filter=x'--")


def test_a_long_board_has_pages(visitor: Visitor, night: Night) -> None:
    many(night, 53)
    visitor.sign_in("anna")
    first = visitor.page("/cases")
    assert "1 to 50 of 53" in first
    assert 'href="/cases?offset=50"' in first
    assert "51 to 53 of 53" in visitor.page("/cases?offset=50")


@pytest.mark.parametrize(
    "words",
    ["c-1", "1", "T1", "R1", "1001", "000-790-2023", "0007902023", "C 1", "c1", "คดี ๑", "000 790.2023"],
)
def test_a_search_leads_to_the_case_that_knows_the_number(anna: Visitor, words: str) -> None:
    assert anna.get(f"/search?q={words}").url.path == "/cases/C-1"


def test_a_search_that_several_cases_answer_lists_them(visitor: Visitor, night: Night) -> None:
    for number in (1, 2):
        night.transfer(f"T{number}", payee="2002")
        night.report(f"R{number}", [f"T{number}"])
    night.sync()
    visitor.sign_in("anna")
    page = visitor.page("/search?q=2002")
    assert "2 cases know 2002" in page
    assert all(f'href="/cases/C-{number}"' in page for number in (1, 2))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("9998887777", "Nothing that is open to you matches"),
        ("C-", "Nothing that is open to you matches"),
        ("T", "more"),
        ("%25", "no letter and no digit"),
    ],
)
def test_a_search_without_a_hit_says_so_and_the_log_keeps_no_words(
    anna: Visitor, night: Night, words: str, said: str
) -> None:
    answer = anna.get(f"/search?q={words}")
    assert answer.status_code == 404
    assert said in answer.text
    leaves = [
        bytes(row[0]).decode() for row in night.sql("SELECT leaf FROM audit WHERE verb = 'case.searched'")
    ]
    assert leaves or said == "no letter and no digit"  # nothing was looked for
    assert all("9998887777" not in leaf for leaf in leaves)


def test_mine_are_the_cases_i_took(anna: Visitor, enter: Callable[..., Visitor], night: Night) -> None:
    night.transfer("T2", payee="2222")
    night.report("R2", ["T2"])
    night.sync()
    assert "No case waits here." in anna.page("/cases?filter=mine")
    taken = anna.post("/cases/C-2", "/cases/C-2/take")
    assert "The case is yours now" in taken.text
    assert '<p class="small quiet">yours' in taken.text
    page = anna.page("/cases?filter=mine")
    assert 'href="/cases/C-2"' in page
    assert 'href="/cases/C-1"' not in page
    boon = enter("boon")
    assert "No case waits here." in boon.page("/cases?filter=mine")
    assert '<p class="small quiet">yours' in boon.post("/cases/C-2", "/cases/C-2/take").text
    assert night.sql("SELECT officer FROM audit WHERE verb = 'case.taken'") == [("anna",), ("boon",)]


def test_late_are_cases_whose_time_has_run_out_or_whose_bank_is_silent(anna: Visitor, night: Night) -> None:
    night.sql("UPDATE cases SET decide_by = now() + interval '1 hour'")
    assert "No case waits here." in anna.page("/cases?filter=late")
    night.sql("UPDATE cases SET decide_by = now() - interval '1 minute'")
    assert 'href="/cases/C-1"' in anna.page("/cases?filter=late")
    night.sql("UPDATE cases SET decide_by = now() + interval '1 day', silent_since = now()")
    assert 'href="/cases/C-1"' in anna.page("/cases?filter=late")


def test_today_counts_reports_and_what_officers_let_go(anna: Visitor, night: Night) -> None:
    night.sql("UPDATE case_reports SET reported_at = now()")
    counts = read_board(night.ledger, night.anna).counts
    assert (counts.reports_today, counts.released_today) == (1, 0)
    approve(anna)
    anna.post("/cases/C-1", "/holds/1/release", reason="A mistake")
    assert read_board(night.ledger, night.anna).counts.released_today == 1
    night.sql("UPDATE case_reports SET reported_at = now() - interval '2 days'")
    assert read_board(night.ledger, night.anna).counts.reports_today == 0


@pytest.mark.parametrize(
    ("flag", "english"),
    [
        ("ambiguous", "fits several transfers"),
        ("not_followed", "could not be followed"),
        ("not_found", "not in the lake yet"),
        ("no_transfer", "names no transfer"),
    ],
)
def test_a_case_without_its_trail_says_why_on_the_board(
    anna: Visitor, night: Night, flag: str, english: str
) -> None:
    night.sql("UPDATE cases SET flag = :flag", flag=flag)
    assert english in anna.page("/cases")
    assert 'href="/cases/C-1"' in anna.page("/cases?filter=no_transfer")


def test_an_administrator_alone_reads_no_cases(visitor: Visitor, night: Night) -> None:
    night.case()
    night.officer("root1", "admin")
    visitor.sign_in("root1")
    assert visitor.get("/cases").status_code == 403
