"""Tips are counted by reports and by networks: who names twenty numbers in one of them makes no rise."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.cases.scenes import Scene
from tests.public.test_reported import send, turn
from warroom.public.campaigns.counting import _tips
from warroom.public.outside.card import Card
from warroom.public.outside.door import Door
from warroom.public.outside.identifiers import digest_of, mark_of, number_of
from warroom.public.outside.sealing import seal


@pytest.fixture
def door(card: Card) -> Any:
    """The process outside, as it talks to the database."""
    door = Door(card.database)
    door.open()
    yield door
    door.close()


def counted(scene: Scene) -> Counter[str]:
    with scene.ledger.session() as session:
        return Counter(threat for _, threat in _tips(session, scene.lake, scene.now + timedelta(days=1)))


def test_one_report_with_twenty_numbers_is_one(scene: Scene, door: Door, card: Card) -> None:
    digests = [digest_of(number_of(f"08911144{n:02d}"), card.numbers) for n in range(20)]
    mentions = [[one.hex(), mark_of(one, "n1", card.numbers).hex()] for one in digests]
    said = {"text": "twenty of them", "scam_type": "parcel"}
    body = {"kind": "tip", "said": said, "files": [], "mentions": mentions}
    door.submit("tip", 1, None, b"k" * 32, b"n1", seal(card.seal_to, body), b"h" * 32)
    turn(scene)
    assert counted(scene) == {"parcel": 1}


def test_one_network_counts_once_a_day_and_for_one_number_once_a_week(
    scene: Scene, door: Door, card: Card
) -> None:
    for n in range(5):
        send(door, card, "n1", number=f"089 111 44{n:02d}", scam="parcel")
    for n in range(3):
        send(door, card, f"n{n + 2}", scam="parcel")
    turn(scene)
    assert counted(scene) == {"parcel": 4}
    # The same network on other days has another mark of the day, and the same one for the number.
    send(door, card, "n2", scam="parcel", words="again")
    with scene.ledger.session() as session:
        session.execute(text("UPDATE outside_submissions SET sender = id::text::bytea"))
    turn(scene)
    assert counted(scene) == {"parcel": 8}


def test_what_no_officer_believed_and_one_text_from_everywhere_count_nothing_more(
    scene: Scene, door: Door, card: Card
) -> None:
    for n in range(4):
        send(door, card, f"n{n}", number=f"089 111 44{n:02d}", words="the same words", scam="bank")
    send(door, card, "n9", scam="bank")
    turn(scene)
    assert counted(scene) == {"bank": 2}
    with scene.ledger.session() as session:
        session.execute(text("UPDATE public_mentions SET accepted = false"))
    assert counted(scene) == {}
