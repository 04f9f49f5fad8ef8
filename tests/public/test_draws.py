"""Which provinces hear nothing follows from threat and week: who withdraws an alert and approves it again draws nothing again."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.cases.scenes import Scene
from tests.public.campaigning import MONDAY, THURSDAY, approved, held, reported, struck
from tests.public.test_holdout import WEEK, country, logged
from warroom.errors import NotPossible
from warroom.public.campaigns import decisions, events, queries
from warroom.public.campaigns.schema import Campaign, CampaignPlace
from warroom.public.campaigns.views import Arm


def arms(scene: Scene, number: int) -> dict[str, tuple[int, Arm]]:
    with scene.ledger.open_session() as session:
        rows = session.query(CampaignPlace).where(CampaignPlace.campaign_id == number)
        return {one.place: (one.block, one.arm) for one in rows}  # type: ignore[misc]


def seeds(scene: Scene) -> list[str]:
    return [seed for (seed,) in scene.sql("SELECT seed FROM campaigns ORDER BY id")]


def withdraw(scene: Scene, number: int, now: datetime, key: str) -> None:
    decisions.end_campaign(scene.ledger, scene.boon, number, "Another draw, please.", key, now=now)


@pytest.fixture
def told(scene: Scene) -> Scene:
    """A country in which a threat rises."""
    country(scene, {THURSDAY - timedelta(days=3): 2})
    return scene


def test_who_withdraws_and_approves_again_gets_the_same_provinces(told: Scene) -> None:
    first = approved(told, held())
    withdraw(told, first, THURSDAY, "e")
    # More victims somewhere: by the counts of today the provinces would stand in other blocks.
    reported(told, THURSDAY - timedelta(days=1), "parcel", 30, "90005")
    second = approved(told, replace(held(), hold_days=14), THURSDAY + timedelta(hours=1), "b")
    assert arms(told, second) == arms(told, first)
    assert len(set(seeds(told))) == 1


def test_another_share_is_no_way_to_another_draw(told: Scene) -> None:
    withdraw(told, approved(told, held()), THURSDAY, "e")
    number = decisions.save_draft(told.ledger, told.anna, held(0.5), "w", now=THURSDAY)
    with pytest.raises(NotPossible) as refused:
        decisions.request_approval(told.ledger, told.lake, told.anna, number, "q", now=THURSDAY)
    assert refused.value.code == "campaigns.draw-stands"


def test_of_two_that_wait_the_second_is_not_drawn_by_another_share(told: Scene) -> None:
    waiting = []
    for n, share in enumerate((0.25, 0.5)):
        number = decisions.save_draft(told.ledger, told.anna, held(share), f"w{n}", now=THURSDAY)
        seen = decisions.request_approval(told.ledger, told.lake, told.anna, number, f"q{n}", now=THURSDAY)
        waiting.append((number, seen.digest))
    decisions.approve_campaign(told.ledger, told.lake, told.boon, *waiting[0], "a0", now=THURSDAY)
    with pytest.raises(NotPossible) as refused:
        decisions.approve_campaign(told.ledger, told.lake, told.boon, *waiting[1], "a1", now=THURSDAY)
    assert refused.value.code == "campaigns.draw-stands"


def test_the_seed_is_sealed_when_approval_is_asked_and_told_nobody(told: Scene) -> None:
    number = decisions.save_draft(told.ledger, told.anna, held(), "w", now=THURSDAY)
    seen = decisions.request_approval(told.ledger, told.lake, told.anna, number, "q", now=THURSDAY)
    assert seen.seed_digest in logged(told, "campaign.asked")
    decisions.approve_campaign(told.ledger, told.lake, told.boon, number, seen.digest, "a", now=THURSDAY)
    [seed] = seeds(told)
    assert hashlib.sha256(seed.encode()).hexdigest() == seen.seed_digest
    assert seed not in logged(told, "%")
    assert queries.load_campaign(told.ledger, told.anna, number).seed_digest == seen.seed_digest


def test_weeks_later_and_once_it_is_measured_another_draw_is_made(told: Scene) -> None:
    first = approved(told, held())
    struck(told, THURSDAY)
    reported(told, MONDAY + WEEK, "parcel", 300)
    soon = THURSDAY + WEEK
    struck(told, soon)
    events.measure_due_campaigns(told.ledger, told.lake, soon)
    second = approved(told, held(), soon, "b")
    assert arms(told, second) == arms(told, first), "four weeks hear the same provinces nothing"
    withdraw(told, second, soon, "f")
    reported(told, MONDAY + 4 * WEEK, "parcel", 900)
    third = approved(told, held(), THURSDAY + 4 * WEEK, "c")
    assert seeds(told)[2] != seeds(told)[0]
    assert {place: arm for place, (_, arm) in arms(told, third).items()} != {
        place: arm for place, (_, arm) in arms(told, first).items()
    }


def test_what_is_not_measured_yet_keeps_its_draw(told: Scene) -> None:
    first = approved(told, replace(held(), release_at=THURSDAY + timedelta(days=29)))
    reported(told, MONDAY + 4 * WEEK, "parcel", 900)
    second = approved(told, held(), THURSDAY + 4 * WEEK, "b")
    assert arms(told, second) == arms(told, first)


def test_no_draw_of_another_threat_is_the_same(told: Scene) -> None:
    reported(told, MONDAY, "job", 90)
    for back in range(1, 10):
        reported(told, MONDAY - back * WEEK, "job", 8 + back % 3)
    approved(told, held())
    approved(told, replace(held(), threat="job"), key="j")
    assert len(set(seeds(told))) == 2
    with told.ledger.open_session() as session:
        assert {one.draw_week for one in session.query(Campaign)} == {THURSDAY.date() - timedelta(days=3)}


def test_a_draw_that_ends_between_asking_and_approving_is_asked_for_anew(told: Scene) -> None:
    first = approved(told, held())
    struck(told, THURSDAY)
    events_over = THURSDAY + WEEK
    struck(told, events_over)
    events.measure_due_campaigns(told.ledger, told.lake, events_over)
    assert queries.load_campaign(told.ledger, told.anna, first).effect is not None
    reported(told, MONDAY + 3 * WEEK, "parcel", 300)
    sunday = THURSDAY + timedelta(days=3) + 3 * WEEK
    number = decisions.save_draft(told.ledger, told.anna, held(), "w", now=sunday)
    seen = decisions.request_approval(told.ledger, told.lake, told.anna, number, "q", now=sunday)
    with pytest.raises(NotPossible) as refused:
        decisions.approve_campaign(
            told.ledger, told.lake, told.boon, number, seen.digest, "a", now=sunday + timedelta(days=1)
        )
    assert refused.value.code == "campaigns.changed"
