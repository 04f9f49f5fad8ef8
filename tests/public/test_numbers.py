"""Figures for everyone: the answer first, small groups not shown, our own mistakes beside the rest."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from httpx import Client
from sqlalchemy import select

from tests.cases.scenes import Scene
from tests.public.test_report import read
from warroom.cases.schema import Case
from warroom.public import numbers
from warroom.public.schema import PublishedPage

NOW = datetime(2026, 11, 26, 5, tzinfo=UTC)  # a Thursday
LAST_MONDAY = datetime(2026, 11, 16, 5, tzinfo=UTC)


def reported(scene: Scene, at: datetime, kind: str, count: int) -> None:
    """So many cases of a kind, opened at a time."""
    columns = Case.__table__.columns
    with scene.ledger.open_session() as session:
        for _ in range(count):
            reported.number += 1  # type: ignore[attr-defined]
            row: dict[str, Any] = {
                one.name: {datetime: at, str: "", bool: False}.get(one.type.python_type, 0)
                for one in columns
                if not one.nullable and one.name != "id" and one.computed is None
            }
            row |= {
                "id": 10_000 + reported.number,
                "number": f"N-{reported.number}",
                "state": "open",
                "scam_type": kind,
            }  # type: ignore[attr-defined]
            session.add(Case(**row | {"loss": 100_00, "held": 18_00, "exited": 61_00}))


reported.number = 0  # type: ignore[attr-defined]


def ten_weeks(scene: Scene, last: int = 40) -> None:
    for back in range(1, 10):
        reported(scene, LAST_MONDAY - timedelta(weeks=back), "purchase", 36 + back % 4)
    reported(scene, LAST_MONDAY, "purchase", last)


def english(client: Client) -> str:
    return client.get("/numbers", headers={"accept-language": "en"}).text


def test_before_the_first_figures_the_page_says_so(outside: Client) -> None:
    assert "once a day" in english(outside)


def test_inside_the_band_the_answer_is_as_many_as_usual(scene: Scene, outside: Client) -> None:
    ten_weeks(scene, last=38)
    numbers.publish_numbers(scene.ledger, NOW)
    page = english(outside)
    assert "<h1>Reports last week: 38, as many as usual</h1>" in page
    assert "<polyline" in page
    assert "<table>" in page
    assert "18 baht" in page
    assert "61 baht" in page
    assert "เท่ากับปกติ" in read(outside.get("/numbers").text)


def test_outside_the_band_it_says_more(scene: Scene, outside: Client) -> None:
    ten_weeks(scene, last=90)
    numbers.publish_numbers(scene.ledger, NOW)
    assert "<h1>Reports last week: 90, more than usual</h1>" in english(outside)


def test_a_kind_of_few_is_not_shown_and_another_says_the_same_words(scene: Scene, outside: Client) -> None:
    ten_weeks(scene, last=60)
    reported(scene, LAST_MONDAY, "romance", 3)
    reported(scene, LAST_MONDAY, "job", 15)
    numbers.publish_numbers(scene.ledger, NOW)
    page = english(outside)
    assert "<b>60</b>" in page
    assert "<b>3</b>" not in page
    kinds = page[page.index("What kind, last week") :]
    assert kinds.count("not shown") >= 2


def test_figures_stand_for_the_day_and_of_an_unfinished_week_nothing_is_said(scene: Scene) -> None:
    ten_weeks(scene)
    assert numbers.publish_numbers(scene.ledger, NOW)
    reported(scene, NOW - timedelta(hours=1), "job", 30)
    assert not numbers.publish_numbers(scene.ledger, NOW + timedelta(minutes=1))
    with scene.ledger.open_session() as session:
        first = numbers.compute_numbers(session, NOW.date(), ZoneInfo("Asia/Bangkok"), NOW)
    assert sum(week["count"] for week in first["weeks"][-1:]) == 40


def test_what_was_said_of_a_week_stays_though_a_case_changes_its_kind(scene: Scene) -> None:
    ten_weeks(scene)
    numbers.publish_numbers(scene.ledger, NOW)
    with scene.ledger.open_session() as session:
        first = session.get_one(PublishedPage, "numbers").body
        session.scalars(select(Case).where(Case.opened_at == LAST_MONDAY)).first().scam_type = "job"  # type: ignore[union-attr]
    numbers.publish_numbers(scene.ledger, NOW + timedelta(days=1))
    with scene.ledger.open_session() as session:
        second = session.get_one(PublishedPage, "numbers").body
    assert (second["day"], second["kinds"]) == ("2026-11-27", first["kinds"])


def test_fewer_than_eight_weeks_have_no_usual_range(scene: Scene, outside: Client) -> None:
    reported(scene, LAST_MONDAY, "purchase", 20)
    numbers.publish_numbers(scene.ledger, NOW)
    page = english(outside)
    assert "what is usual is not known yet" in page
    assert "There is no usual range yet" in page


def test_wrong_holds_of_few_are_told_by_their_upper_bound_alone(scene: Scene, outside: Client) -> None:
    numbers.publish_numbers(scene.ledger, NOW)
    assert "Not shown: fewer than 11." in english(outside)


def test_the_figures_can_be_taken_with_earlier_weeks_and_hidden_counts_stay_hidden(
    scene: Scene, outside: Client
) -> None:
    assert outside.get("/numbers/numbers.csv").status_code == 404
    for back in range(1, 20):
        reported(scene, LAST_MONDAY - timedelta(weeks=back), "purchase", 20)
    reported(scene, LAST_MONDAY, "purchase", 30)
    reported(scene, LAST_MONDAY, "romance", 3)
    numbers.publish_numbers(scene.ledger, NOW)
    file = outside.get("/numbers/numbers.csv")
    assert file.headers["content-type"].startswith("text/csv")
    rows = [line.split(",") for line in file.text.splitlines()]
    weeks = {row[1]: row[3] for row in rows if row[0] == "reports"}
    assert len(weeks) == 20
    assert weeks["2026-11-16"] == "33"
    kinds = {row[1]: row[3] for row in rows if row[0] == "kind"}
    assert kinds["romance"] == ""
    assert "3" not in kinds.values()
    page = english(outside)
    assert "How it is counted" in page
    assert "2026-07-06" in page, "earlier weeks stand in the table"


def test_a_week_keeps_its_first_figure_also_when_it_leaves_the_chart(scene: Scene) -> None:
    before = {"weeks": [{"from": "2026-08-31", "count": 20}], "earlier": []}
    body = {"weeks": [{"from": "2026-11-23", "count": 30}], "earlier": [{"from": "2026-08-31", "count": 19}]}
    kept = numbers.keep_published_weeks(before, body)
    assert kept["earlier"] == [{"from": "2026-08-31", "count": 20}]
