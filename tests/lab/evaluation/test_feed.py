"""Nothing reaches a policy before it was received."""

from dataclasses import replace

import numpy as np
import pytest

from tests.lab.evaluation import stand_in as country
from warroom.errors import WorldError
from warroom_lab.evaluation import feed, play
from warroom_lab.evaluation.background import Background
from warroom_lab.evaluation.feed import Feed
from warroom_lab.evaluation.looks import Signals
from warroom_lab.evaluation.play import play as play_policy
from warroom_lab.world.drawing.columns import HOUR, MINUTE
from warroom_lab.world.play.run import News


def payment(minutes: int) -> object:
    return country.transfers([(country.uid(99), country.BEGINS + minutes * MINUTE, 0, 2, 100_000, 0)])


def news(minutes: int, received: int) -> News:
    return News(payment(minutes), np.array([country.BEGINS + received * MINUTE]))  # type: ignore[arg-type]


def test_a_record_waits_until_it_is_received(known: Background) -> None:
    records = known.records.fork()
    taken = Feed(known.books, records, Signals(known.looks))
    rows = records.index.rows
    before = taken.take(news(1, 60), country.BEGINS + 59 * MINUTE)
    after = taken.take(News(country.transfers([]), np.zeros(0, np.int64)), country.BEGINS + 60 * MINUTE)
    assert (before.moved, after.moved) == (frozenset(), frozenset({0}))
    assert records.index.rows == rows + 1


def test_a_policy_fed_with_records_before_their_receipt_stops_the_play(
    known: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cheat: everything that happened is handed over at once."""

    def cheat(self: Feed, now: int) -> feed.Arrived:
        parts, self.waiting = self.waiting, []
        for rows, received in parts:
            self.hand_over(rows, received, now)
        return feed.NOTHING

    monkeypatch.setattr(feed.Feed, "_deliver", cheat)
    monkeypatch.setattr(country, "PAYMENTS", tuple(replace(pay, late=60 * 12) for pay in country.PAYMENTS))
    with pytest.raises(WorldError, match="before its record was received"):
        play_policy(known, "warroom")


def test_what_a_bank_sends_hours_late_is_held_hours_later(
    known: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = min(each.start for each in play_policy(known, "warroom").truth.holds())
    monkeypatch.setattr(country, "PAYMENTS", tuple(replace(pay, late=300) for pay in country.PAYMENTS))
    late = min(each.start for each in play_policy(known, "warroom").truth.holds())
    assert late - at_once > 2 * HOUR
    assert play.Run is country.Run
