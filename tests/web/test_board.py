"""The board: what runs out next, and how it is filtered, paged, refreshed and searched."""

from tests.web.conftest import Night, Visitor


def many(night: Night, count: int) -> None:
    for number in range(count):
        night.transfer(f"T{number}", payer=f"10{number:02d}", payee=f"20{number:02d}")
        night.report(f"R{number}", [f"T{number}"])
    night.sync()


def test_it_asks_what_runs_out_next_and_offers_one_filled_button(anna: Visitor) -> None:
    page = anna.page("/")
    assert "What runs out next" in page
    assert 'href="/cases/C-1"' in page
    assert "Decide on 4 holds" in page
    assert page.count('class="button do"') == 1


def test_a_refresh_brings_the_list_alone_with_its_time(anna: Visitor) -> None:
    part = anna.get("/", **{"HX-Request": "true"}).text
    assert "<html" not in part
    assert "as of " in part
    assert 'hx-trigger="every 15s"' in part


def test_a_filter_with_nothing_says_so(anna: Visitor) -> None:
    assert "No case is like this now" in anna.page("/?filter=closed")
    assert 'aria-current="true">Closed' in anna.page("/?filter=closed")


def test_an_unknown_filter_is_the_whole_board(anna: Visitor) -> None:
    assert 'href="/cases/C-1"' in anna.page("/?filter=x'--")


def test_a_long_board_has_pages(visitor: Visitor, night: Night) -> None:
    many(night, 53)
    visitor.sign_in("anna")
    first = visitor.page("/")
    assert "1 to 50 of 53" in first
    assert 'href="/?offset=50"' in first
    assert "51 to 53 of 53" in visitor.page("/?offset=50")


def test_a_search_leads_to_the_case_by_its_number(anna: Visitor) -> None:
    assert anna.get("/search?q=c-1").url.path == "/cases/C-1"
    assert anna.get("/search?q=1").url.path == "/cases/C-1"


def test_a_search_for_anything_else_answers_no_hit_and_is_logged_without_its_words(
    anna: Visitor, night: Night
) -> None:
    answer = anna.get("/search?q=0001447101")
    assert answer.status_code == 404
    assert "No case has this number" in answer.text
    rows = night.sql("SELECT subject FROM audit WHERE verb = 'case.searched'")
    assert rows
    assert all("0001447101" not in row[0] for row in rows)


def test_an_administrator_alone_reads_no_cases(visitor: Visitor, night: Night) -> None:
    night.case()
    night.officer("root1", "admin")
    visitor.sign_in("root1")
    assert visitor.get("/").status_code == 403
