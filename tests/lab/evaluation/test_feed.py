"""Nothing reaches a policy before it was received."""

from dataclasses import replace

import numpy as np
import pytest

from tests.lab.evaluation import stand_in as country
from warroom.errors import WorldError
from warroom_lab.evaluation import feed, play
from warroom_lab.evaluation.background import CountryBackground
from warroom_lab.evaluation.feed import RoomFeed
from warroom_lab.evaluation.looks import Signals
from warroom_lab.evaluation.play import play_policy
from warroom_lab.world.drawing.columns import HOUR, MINUTE
from warroom_lab.world.play.run import RunNews


def payment(minutes: int) -> object:
    return country.transfers([(country.uid(99), country.BEGINS + minutes * MINUTE, 0, 2, 100_000, 0)])


def news(minutes: int, received: int) -> RunNews:
    return RunNews(payment(minutes), np.array([country.BEGINS + received * MINUTE]))  # type: ignore[arg-type]


def test_a_record_waits_until_it_is_received(known: CountryBackground) -> None:
    records = known.records.fork_index()
    taken = RoomFeed(known.books, records, Signals(known.ordinary_looks))
    rows = records.current_index.rows
    before = taken.deliver_news(news(1, 60), country.BEGINS + 59 * MINUTE)
    after = taken.deliver_news(
        RunNews(country.transfers([]), np.zeros(0, np.int64)), country.BEGINS + 60 * MINUTE
    )
    assert (before.moved, after.moved) == (frozenset(), frozenset({0}))
    assert records.current_index.rows == rows + 1


def test_a_policy_fed_with_records_before_their_receipt_stops_the_play(
    known: CountryBackground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cheat: everything that happened is handed over at once."""

    def cheat(self: RoomFeed, now: int) -> feed.Arrived:
        parts, self.waiting = self.waiting, []
        for rows, received in parts:
            self.add_to_records(rows, received, now)
        return feed.NOTHING

    monkeypatch.setattr(feed.RoomFeed, "_deliver_payments", cheat)
    monkeypatch.setattr(country, "PAYMENTS", tuple(replace(pay, late=60 * 12) for pay in country.PAYMENTS))
    with pytest.raises(WorldError, match="before its record was received"):
        play_policy(known, "warroom")


def test_what_a_bank_sends_hours_late_is_held_hours_later(
    known: CountryBackground, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = min(each.start for each in play_policy(known, "warroom").truth.list_holds())
    monkeypatch.setattr(country, "PAYMENTS", tuple(replace(pay, late=300) for pay in country.PAYMENTS))
    late = min(each.start for each in play_policy(known, "warroom").truth.list_holds())
    assert late - at_once > 2 * HOUR
    assert play.CountryRun is country.Run
