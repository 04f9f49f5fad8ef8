"""The tool `records`: an account's records come with the answer and never before, and without the tool nothing changes."""

from dataclasses import replace

import numpy as np
import pytest

from tests.lab.evaluation import stand_in as country
from warroom.errors import WorldError
from warroom_lab.evaluation.assumptions import build_assumptions, draw_hypercube
from warroom_lab.evaluation.background import CountryBackground
from warroom_lab.evaluation.feed import RoomFeed
from warroom_lab.evaluation.looks import Signals
from warroom_lab.evaluation.play import PolicyPlay, play_policy
from warroom_lab.evaluation.policies import make_policy
from warroom_lab.evaluation.policy import Ask
from warroom_lab.evaluation.record_ends import NEVER, RecordEnds
from warroom_lab.evaluation.tools import EVERY, TOOLS, Tool
from warroom_lab.world.drawing.columns import HOUR, MINUTE
from warroom_lab.world.drawing.params import assume_values
from warroom_lab.world.play.run import RunNews

BEGINS = country.BEGINS
LATE = 300.0  # minutes until the mules' bank tells what left


def news(*paid: tuple[int, int, int]) -> RunNews:
    """Payments of an account at some minute, whose records come at another."""
    rows = [
        (country.uid(90 + at), BEGINS + minute * MINUTE, payer, 2, 100_000, 0)
        for at, (payer, minute, _) in enumerate(paid)
    ]
    came = np.array([BEGINS + received * MINUTE for *_, received in paid], np.int64)
    return RunNews(country.transfers(rows), came)  # type: ignore[arg-type]


def test_an_answer_brings_what_was_paid_by_then_and_nothing_before_it(known: CountryBackground) -> None:
    feed = RoomFeed(known.books, known.records.fork_index(), Signals(known.ordinary_looks))
    feed.deliver_news(news((0, 1, 300), (1, 2, 300), (0, 70, 300)), BEGINS + 80 * MINUTE)
    feed.asked.append(Ask(0, BEGINS + 60 * MINUTE + 30 * MINUTE))
    nothing = news()
    assert feed.deliver_news(nothing, BEGINS + 89 * MINUTE).paid == ()
    heard = feed.deliver_news(news((0, 91, 300)), BEGINS + 90 * MINUTE)
    assert (heard.moved, len(heard.paid)) == (frozenset({0}), 2)
    assert feed.asked == []
    assert len(feed.deliver_news(nothing, BEGINS + 300 * MINUTE).paid) == 2, (
        "another's, and what was paid after the answer"
    )


def test_a_record_that_comes_by_itself_before_the_answer_is_not_put_off(known: CountryBackground) -> None:
    feed = RoomFeed(known.books, known.records.fork_index(), Signals(known.ordinary_looks))
    feed.asked.append(Ask(0, BEGINS + 300 * MINUTE))
    assert len(feed.deliver_news(news((0, 1, 5)), BEGINS + 5 * MINUTE).paid) == 1


def played(
    known: CountryBackground, *tools: Tool, policy: str = "warroom", minutes: float = 60
) -> PolicyPlay:
    with assume_values({("agencies", "records_minutes"): minutes}):
        return play_policy(known, make_policy(policy, country.SIZE, tools))


def first_hold(found: PolicyPlay) -> int:
    """When money was first held where it lies, on the second mule's account."""
    return min(each.start for each in found.truth.list_holds() if each.account == country.SECOND)


@pytest.fixture
def late(known: CountryBackground, monkeypatch: pytest.MonkeyPatch) -> CountryBackground:
    """The mules' bank has sent nothing at all, and tells hours late what left its accounts."""
    slow = [replace(pay, late=LATE) if pay.payer == country.MULE else pay for pay in country.PAYMENTS]
    monkeypatch.setattr(country, "PAYMENTS", tuple(slow))
    known.record_ends = RecordEnds(known.books.bank, lambda: (country.transfers([]), np.zeros(0, np.int64)))
    return known


def test_records_that_are_asked_for_show_hours_earlier_where_the_money_went(late: CountryBackground) -> None:
    without, asked = played(late, *TOOLS), played(late, *EVERY)
    assert first_hold(without) - first_hold(asked) > HOUR
    slower = played(late, *EVERY, minutes=120)
    assert first_hold(asked) < first_hold(slower) < first_hold(without)


def test_practice_has_the_same_tool_and_uses_it_in_its_rounds(late: CountryBackground) -> None:
    without, asked = (played(late, *tools, policy="practice-2026") for tools in (TOOLS, EVERY))
    reached = [{each.account for each in found.truth.list_holds()} for found in (without, asked)]
    # Its last round is over before the bank tells by itself.
    assert (country.SECOND in reached[0], country.SECOND in reached[1]) == (False, True)


def test_where_records_reach_nobody_is_asked_and_the_play_is_the_same(known: CountryBackground) -> None:
    policy = make_policy("warroom", country.SIZE, EVERY)
    known.record_ends = RecordEnds(
        known.books.bank,
        lambda: (
            country.transfers([(country.uid(1), BEGINS + 100 * HOUR, row, 2, 1, 0) for row in range(8)]),
            np.full(8, BEGINS, np.int64),
        ),
    )
    found = play_policy(known, policy)
    assert policy.asking.due == {}  # type: ignore[attr-defined]
    assert [each.order_id for each in found.orders] == [
        each.order_id for each in played(known, *TOOLS).orders
    ]


def test_a_banks_end_is_that_of_what_has_come_by_then(known: CountryBackground) -> None:
    rows = [(country.uid(1), BEGINS, 0, 2, 1, 0), (country.uid(2), BEGINS + HOUR, 0, 2, 1, 0)]
    came = np.array([BEGINS + 2 * HOUR, BEGINS + 2 * HOUR + 1], np.int64)
    ends = RecordEnds(known.books.bank, lambda: (country.transfers(rows), came))  # type: ignore[arg-type,return-value]
    assert ends.find_record_end(0, BEGINS + HOUR) == NEVER
    assert ends.find_record_end(0, BEGINS + 2 * HOUR) == BEGINS
    assert ends.find_record_end(0, BEGINS + 3 * HOUR) == BEGINS + HOUR


def test_the_delay_is_an_axis_only_where_the_tool_is_played() -> None:
    assert "agencies.records_minutes" not in build_assumptions("bot-2025")
    assert "agencies.records_minutes" in build_assumptions("bot-2025", EVERY)
    assert len(draw_hypercube(10, "bot-2025")[0]) == len(draw_hypercube(10, "bot-2025", EVERY)[0]) - 1
    with pytest.raises(WorldError):
        draw_hypercube(10, "1999")
