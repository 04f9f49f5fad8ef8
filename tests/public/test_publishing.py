"""What is published is written when it changes, and a turn that changes nothing writes nothing."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import text

from tests.cases.scenes import Scene
from warroom import clock
from warroom.access.agencies import add_agency
from warroom.bilingual.texts import Texts
from warroom.public import channels, proving, publishing


def turn(scene: Scene, minutes: int = 0) -> None:
    """A turn some minutes after noon: at midnight the figures are those of another day, which is a change."""
    now = datetime.combine(clock.get_real_now(), time(5), UTC) + timedelta(minutes=minutes)
    with pytest.MonkeyPatch.context() as patch:
        # How far an exercise is ahead of the real clock is published too.
        patch.setattr(clock, "get_real_now", lambda: now)
        channels.publish_channels(scene.ledger, now)
        proving.publish_proofs(scene.ledger, now)
        publishing.publish_receipts(scene.ledger, now)


def pages(scene: Scene) -> dict[str, tuple[str, ...]]:
    """Name -> where the row lies, and who wrote or locked it last."""
    with scene.ledger.open_session() as session:
        rows = session.execute(text("SELECT name, ctid::text, xmin::text, xmax::text FROM outside_published"))
        return {row[0]: tuple(row[1:]) for row in rows}


def test_a_turn_in_which_nothing_changed_writes_no_page(scene: Scene) -> None:
    turn(scene)
    before = pages(scene)
    assert {"banks", "log", "channels"} <= set(before)
    turn(scene, minutes=1)
    assert pages(scene) == before


def test_a_bank_more_is_published_and_the_key_of_the_log_left_alone(scene: Scene) -> None:
    turn(scene)
    before = pages(scene)
    add_agency(scene.ledger, None, "B77", Texts("ธนาคารใหม่", "New bank"), "bank")
    turn(scene, minutes=1)
    after = pages(scene)
    assert after["log"] == before["log"]
    assert after["banks"] != before["banks"]
