"""What gangs get back by adapting, and what cannot be told of it."""

import pytest

from tests.world.beside import site_feeder
from warroom.evaluation import background
from warroom.evaluation.displacement import Afterwards
from warroom.evaluation.missing import Missing
from warroom.evaluation.play import Played, play
from warroom.evaluation.policies.nothing import Nothing
from warroom.evaluation.policy import Heard, Orders, Room
from warroom.evaluation.scores import score
from warroom.world.crime.columns import TRICKED
from warroom.world.drawing.columns import DAY
from warroom.world.drawing.sizes import SIZES
from warroom.world.play.orders import Order, OrderKind
from warroom.world.population.country import found


def long_run(known: background.Background, name: str) -> Played:
    return Afterwards(known).played_on(play(known, name))


def test_what_adapting_brings_back_is_a_share_of_what_gangs_lost(known: background.Background) -> None:
    figures = score(long_run(known, "warroom"))
    assert [figures[f"displacement_{day}"] for day in (30, 90, 180)] == pytest.approx([0.5] * 3)


def test_who_gives_no_order_displaces_nobody(known: background.Background) -> None:
    assert score(long_run(known, "none"))["displacement_90"] == Missing("the policy gives no order")


def test_a_play_that_was_not_played_on_says_so(known: background.Background) -> None:
    figures = score(play(known, "warroom"))
    assert figures["displacement_30"] == Missing("the country was not played on to day 180")


class OnFirstDay(Nothing):
    """Orders each of these (kind, subject) on the first day."""

    name = "first day"

    def __init__(self, *wanted: tuple[OrderKind, int]) -> None:
        self._wanted = wanted

    def decide(self, room: Room, heard: Heard) -> Orders:
        wanted, self._wanted = self._wanted, ()
        return Orders([Order(f"A{n}", kind, room.now, who) for n, (kind, who) in enumerate(wanted)])


@pytest.fixture(scope="module")
def tiny() -> background.Background:
    return background.settle_country(found(SIZES["tiny"], 31))


def test_leaders_who_are_arrested_are_reached_and_victims_among_holders_are_wrongly_charged(
    tiny: background.Background,
) -> None:
    mules = tiny.country.underworld.mules
    leaders = play(tiny, "none", tiny.start + DAY).truth.organisers()[0]
    tricked = mules.holder[mules.type == TRICKED].tolist()
    wanted: list[tuple[OrderKind, int]] = [("arrest", who) for who in (*leaders, *tricked)]
    figures = score(play(tiny, OnFirstDay(*wanted), tiny.end))
    assert figures["organisers_reached"] == len(leaders)
    assert 0 < figures["wrongly_charged"] < len(set(tricked))
    assert figures["wrongly_charged"] + figures["people_helped"] == len(set(tricked))


def test_what_a_cut_costs_is_read_when_the_play_is_over(tiny: background.Background) -> None:
    figures = score(play(tiny, OnFirstDay(("cut", site_feeder(tiny.country.sides)[1])), tiny.end))
    assert figures["civilian_mwh_denied"] > figures["site_mwh_denied"] > 0
    assert figures["organisers_reached"] == Missing("the policy orders no arrest")


def test_gangs_whose_leader_was_arrested_come_back_where_they_adapt_alone(
    tiny: background.Background,
) -> None:
    leaders = play(tiny, "none", tiny.start + DAY).truth.organisers()[0]
    arrests: list[tuple[OrderKind, int]] = [("arrest", who) for who in leaders]
    long = Afterwards(tiny).played_on(play(tiny, OnFirstDay(*arrests))).long
    assert long is not None
    assert long.without_adaptation[120:].sum() < long.policy[120:].sum() == long.nobody[120:].sum()
    assert [long.displacement(day) for day in (30, 180)] == pytest.approx([0, 1])
