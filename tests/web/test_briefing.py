"""The briefing as page, paper, interface and command: the same figures everywhere, and the ledger's own."""

import re
from collections.abc import Callable, Iterator

import pytest

from tests.exchange import pdf
from tests.web.conftest import Night, Visitor
from tests.web.program import Program, programs
from tests.web.test_case import approve
from tests.web.walking import walk
from warroom.access.agencies import seed_exercise
from warroom.bilingual.texts import format_baht

YEARS = "?from=1/1/2569&until=31/12/2571"
LEDGER = {
    ("cases", "opened"): "SELECT count(*), sum(loss) FROM cases",
    ("holds", "approved"): "SELECT count(*), sum(amount) FROM holds",
    ("holds", "in_effect"): "SELECT count(*), sum(held) FROM holds WHERE held > 0",
    ("results", "held"): "SELECT count(*), sum(held) FROM holds WHERE state IN ('in_effect', 'partly')",
    ("operations", "actions"): "SELECT count(*), NULL FROM actions",
    ("operations", "joint"): "SELECT count(*), NULL FROM operations",
    ("requests", "answered"): "SELECT count(*), NULL FROM requests WHERE answered_at IS NOT NULL",
    ("assets", "seized"): (
        "SELECT count(DISTINCT asset_id), -sum(amount) FROM asset_postings WHERE account = 'source'"
    ),
    ("assets", "paid"): "SELECT count(*), sum(amount) FROM asset_postings WHERE account = 'paid'",
    ("harm", "homes"): (
        "SELECT count(*), sum((content ->> 'homes')::int) FROM action_documents WHERE id IN"
        " (SELECT max(id) FROM action_documents WHERE prerequisite = 'collateral-statement' GROUP BY action_id)"
    ),
}


@pytest.fixture
def call(night: Night, address: str) -> Iterator[Callable[..., Program]]:
    night.officer("first", "admin")
    seed_exercise(night.ledger)
    with programs(night, address) as one:
        yield one


def counted(night: Night) -> dict[tuple[str, str], tuple[int, int | None]]:
    """The figures as the ledger itself adds them up."""
    rows = {name: night.sql(query)[0] for name, query in LEDGER.items()}
    return {name: (count, None if amount is None else int(amount)) for name, (count, amount) in rows.items()}


def test_the_briefing_of_a_finished_exercise_adds_up_to_the_ledger_on_paper_and_for_programs(
    call: Callable[..., Program], night: Night, enter: Callable[..., Visitor]
) -> None:
    walk(call, night)
    order = night.hold_now(1).orders[0].order_id
    night.answer(order, "done")
    com = call("com", "commander")
    wanted = counted(night)
    found = com.get("/briefing?from=2026-01-01T00:00:00Z&until=2028-12-31T00:00:00Z")
    told = {(one["section"], one["code"]): one for one in found["figures"]}
    for name, (count, amount) in wanted.items():
        one = told[name]
        sums = {"baht": format_baht(amount or 0).replace(",", ""), "number": amount}
        assert one["count"] == count, name
        assert amount is None or any(one["amount"][unit] == value for unit, value in sums.items()), (
            name,
            one,
        )
    officer = enter("com")
    answer = officer.get(f"/briefing.pdf{YEARS}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    paper = pdf.words(answer.content)
    for section, code in wanted:
        title, (count, amount) = told[section, code]["title"], wanted[section, code]
        sums = told[section, code]["amount"]
        said = format_baht(amount or 0) if sums["baht"] is not None else sums["number"]
        assert pdf.close(f"{title['en']}{count}{said or ''}") in paper, (section, code)
    assert pdf.close("EXERCISE: every case and person is invented") in paper
    _people_stay_uncounted(found, paper)


def _people_stay_uncounted(found: dict[str, list[dict[str, object]]], paper: str) -> None:
    """Three people were found: too few to be told."""
    person = next(one for one in found["found"] if one["kind"] == "person")
    assert (person["count"], person["few"]) == (0, True)
    assert pdf.close("operations that found fewer than 11 people are not shown") in paper
    assert "Somebody" not in paper


def test_each_figure_of_the_page_leads_to_its_rows(anna: Visitor) -> None:
    approve(anna)
    page = anna.page(f"/briefing{YEARS}")
    anchors = re.findall(r'<a href="#([a-z_]+-[a-z_]+)">', page)
    assert {"cases-opened", "holds-approved"} <= set(anchors)
    for anchor in anchors:
        assert f'id="{anchor}"' in page
    rows = page.split('id="holds-approved"')[1].split("</section>")[0]
    assert '<a href="/cases/C-1">' in rows


def test_the_page_says_both_languages_apart(anna: Visitor) -> None:
    approve(anna)
    thai, english = (anna.page(f"/briefing{YEARS}", language) for language in ("th", "en"))
    assert "เงินที่ระงับอยู่เมื่อสิ้นช่วง" in thai
    assert "Money held at the end of the period" in english
    assert not re.search(
        r"[\u0e00-\u0e7f]",
        re.sub(r"<[^>]*>|ไทย", "", english[english.index("<main") : english.index("</main")]),
    )


def test_a_period_may_be_typed_in_thai_years_and_a_wrong_one_is_said_beside_its_fields(anna: Visitor) -> None:
    assert "1 Nov 2026" in anna.page("/briefing?from=1/11/2569&until=30/11/2569")
    answer = anna.get("/briefing?from=the+day+before&until=")
    assert answer.status_code == 400
    assert "A date of the period cannot be read" in answer.text
    assert 'value="the day before"' in answer.text
    assert 'aria-invalid="true"' in answer.text
