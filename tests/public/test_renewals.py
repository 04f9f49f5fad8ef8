"""An alert runs on for a second week by one officer's word, and for longer by another's; what rises is looked at once a week."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from tests.cases.scenes import Scene
from tests.public.campaigning import MONDAY, PARCEL, THURSDAY, released, reported, struck, weeks
from warroom.errors import NotAllowed, NotPossible
from warroom.public.campaigns import decisions, queries, renewals

DAY = timedelta(days=1)


def until(scene: Scene, number: int) -> datetime | None:
    return queries.load_campaign(scene.ledger, scene.anna, number).line.until


def renew(scene: Scene, number: int, now: datetime) -> None:
    renewals.renew_campaign(scene.ledger, scene.lake, scene.anna, number, str(now), now=now)


@pytest.fixture
def running(scene: Scene) -> int:
    """An alert that one officer renewed on its sixth day."""
    weeks(scene)
    number = released(scene)
    renew(scene, number, THURSDAY + 6 * DAY)
    return number


def test_one_officer_renews_once_and_no_more(scene: Scene, running: int) -> None:
    assert until(scene, running) == THURSDAY + 13 * DAY
    renew(scene, running, THURSDAY + 12 * DAY)
    assert until(scene, running) == THURSDAY + 13 * DAY, "it is only asked for"
    struck(scene, THURSDAY + 13 * DAY)
    assert queries.load_campaign(scene.ledger, scene.anna, running).line.state == "ended"


def test_another_officer_lets_it_run_on(scene: Scene, running: int) -> None:
    now = THURSDAY + 12 * DAY
    renew(scene, running, now)
    view = renewals.approve_renewal(scene.ledger, scene.boon, running, "a", now=now)
    assert view.line.until == now + 7 * DAY
    renewals.approve_renewal(scene.ledger, scene.boon, running, "a", now=now + DAY)
    assert [one.kind for one in view.messages] == ["Alert", "Update", "Update"]
    first, second = queries.load_campaign(scene.ledger, scene.anna, running).renewals
    assert (first.asked_by, first.approved_by) == (scene.anna.name, "")
    assert (second.asked_by, second.approved_by) == (scene.anna.name, scene.boon.name)
    # And for a fourth week again by two of them.
    renew(scene, running, now + 5 * DAY)
    assert until(scene, running) == now + 7 * DAY


def test_nobody_approves_what_they_asked_for(scene: Scene, running: int) -> None:
    now = THURSDAY + 12 * DAY
    with pytest.raises(NotPossible) as refused:
        renewals.approve_renewal(scene.ledger, scene.boon, running, "a", now=now)
    assert refused.value.code == "campaigns.state-unfit"
    renewals.renew_campaign(scene.ledger, scene.lake, scene.boon, running, "r", now=now)
    with pytest.raises(NotPossible) as refused:
        renewals.approve_renewal(scene.ledger, scene.boon, running, "b", now=now)
    assert refused.value.code == "campaigns.same-asker"
    with pytest.raises(NotAllowed):
        renewals.approve_renewal(scene.ledger, scene.anna, running, "c", now=now)
    with (
        pytest.raises(IntegrityError, match="campaign_renewals_approved_check"),
        scene.ledger.open_session() as s,
    ):
        s.execute(renewals_by_one())


def renewals_by_one() -> object:
    from sqlalchemy import text

    return text("UPDATE campaign_renewals SET until = now(), approved_by = asked_by WHERE number = 2")


def test_what_was_asked_for_days_ago_is_asked_for_anew(scene: Scene, running: int) -> None:
    renew(scene, running, THURSDAY + 9 * DAY)
    now = THURSDAY + 12 * DAY
    with pytest.raises(NotPossible) as refused:
        renewals.approve_renewal(scene.ledger, scene.boon, running, "a", now=now)
    assert refused.value.code == "campaigns.asked-long-ago"
    renew(scene, running, now)
    renewals.approve_renewal(scene.ledger, scene.boon, running, "b", now=now)
    assert len(queries.load_campaign(scene.ledger, scene.anna, running).renewals) == 2


def ask(scene: Scene, now: datetime, key: str) -> None:
    number = decisions.save_draft(scene.ledger, scene.anna, PARCEL, f"w{key}", now=now)
    decisions.request_approval(scene.ledger, scene.lake, scene.anna, number, f"q{key}", now=now)


def test_a_threat_is_looked_at_once_a_week_and_not_until_it_rises(scene: Scene) -> None:
    weeks(scene, last=23)
    with pytest.raises(NotPossible) as refused:
        ask(scene, THURSDAY, "1")
    assert refused.value.code == "campaigns.inside-band"
    reported(scene, MONDAY, "parcel", 60)
    with pytest.raises(NotPossible):
        ask(scene, THURSDAY + DAY, "2")
    listed = queries.list_rises(scene.ledger, scene.lake, scene.anna, "cases", now=THURSDAY + DAY)
    assert listed.looked_at == THURSDAY
    assert {one.threat: one.count for one in listed.rows}["parcel"] == 23
    reported(scene, MONDAY + 7 * DAY, "parcel", 300)
    ask(scene, THURSDAY + 7 * DAY, "3")


def test_a_renewal_shows_the_look_of_its_week_and_takes_no_other(scene: Scene, running: int) -> None:
    now = THURSDAY + 11 * DAY
    reported(scene, MONDAY + 14 * DAY, "parcel", 40)
    for late in (now, now + DAY):
        renew(scene, running, late)
        reported(scene, MONDAY + 14 * DAY, "parcel", 90)
    [_, asked] = queries.load_campaign(scene.ledger, scene.anna, running).renewals
    assert asked.seen is not None
    assert (asked.seen.count, asked.asked_at) == (40, now + DAY)
