"""What a cut at each point darkens, and the point that harms least and still reaches the site: hand-made lines.

SOURCE -> home 0..9, BRANCH -> clinic 10 (nothing of its own), clinic 11 (8 h), school 12, TWIG -> home 13, site 14
SECOND stands in for SOURCE after three days; OTHER feeds clinic 11 too; OWN is the generator of the site
"""

import numpy as np
import pytest

from warroom.sites.cuts import build_cut, find_least_harmful, find_source_lines, list_cut_points, measure_harm
from warroom.sites.extent import build_hull_around, find_group_middles
from warroom.sites.network import CLINIC, HOME, SCHOOL, USES, SupplyNetwork
from warroom.sites.views import LineDependents

NAMES = ["SOURCE", "BRANCH", "TWIG", "SECOND", "OTHER", "OWN"]
SOURCE, BRANCH, TWIG, SECOND, OTHER, OWN = range(6)
SITE = 14


def lines() -> SupplyNetwork:
    houses = 15
    services = np.arange(len(NAMES), len(NAMES) + houses)
    ends = [SOURCE] * 10 + [BRANCH] * 3 + [TWIG] * 2
    count = len(NAMES) + houses
    feeds, upstream, delay = np.full(count, -1), np.full(count, -1), np.full(count, np.nan)
    premises = np.full(count, -1)
    feeds[SECOND], delay[SECOND] = SOURCE, 3.0
    upstream[BRANCH], upstream[TWIG], upstream[services] = SOURCE, BRANCH, ends
    premises[services], premises[OWN] = np.arange(houses), SITE
    use = np.full(houses, HOME)
    use[10:12], use[12], use[SITE] = CLINIC, SCHOOL, USES.index("compound")
    backup = np.full(houses, np.nan)
    backup[11] = 8.0
    pairs = [*zip(services.tolist(), range(houses), strict=True), (OTHER, 11)]
    return SupplyNetwork(
        ids=[*NAMES, *(f"to-{number}" for number in range(houses))],
        kind=np.array(["feeder"] * 5 + ["generator"] + ["feeder"] * houses, dtype=object),
        premises=premises,
        feeds=feeds,
        upstream=upstream,
        capacity=np.full(count, 1.0),
        delay=delay,
        building_ids=[f"L{number}" for number in range(houses)],
        use=use,
        place=np.column_stack([np.arange(houses) / 100, np.zeros(houses)]),
        backup=backup,
        pairs=np.array(pairs),
    )


def test_a_cut_darkens_what_hangs_below_it_and_nothing_that_another_line_feeds() -> None:
    found = {one.line: one for one in list_cut_points(lines(), SITE)}
    assert list(found) == ["SOURCE", "BRANCH", "TWIG", "to-14"]
    assert found["SOURCE"].dark == LineDependents(homes=11, clinics=1, dark_clinics=1, schools=1, others=1)
    assert found["SOURCE"].lit == 1
    assert found["BRANCH"].dark == LineDependents(homes=1, clinics=1, dark_clinics=1, schools=1, others=1)
    assert found["TWIG"].dark == LineDependents(homes=1, clinics=0, dark_clinics=0, schools=0, others=1)
    assert found["to-14"].dark == LineDependents(homes=0, clinics=0, dark_clinics=0, schools=0, others=1)
    assert [one.serves_one for one in found.values()] == [False, False, False, True]


def test_the_least_harmful_point_that_reaches_the_site_is_the_last_before_it() -> None:
    found = list_cut_points(lines(), SITE)
    least = find_least_harmful(found)
    assert least is not None
    assert least.line == "to-14"
    assert [measure_harm(one) for one in found] == sorted((measure_harm(one) for one in found), reverse=True)


def test_a_line_that_was_pressed_is_cut_there_or_further_down() -> None:
    assert [one.line for one in list_cut_points(lines(), SITE, within=TWIG)] == ["TWIG", "to-14"]
    assert list_cut_points(lines(), SITE, within=OTHER) == ()


def test_no_single_cut_reaches_what_two_lines_feed() -> None:
    found = list_cut_points(lines(), 11)
    assert {one.line for one in found} == {"SOURCE", "BRANCH", "to-11", "OTHER"}
    assert not any(one.reaches for one in found)
    assert find_least_harmful(found) is None


def test_a_second_feed_takes_over_for_the_line_it_stands_for_and_not_for_a_branch_cut_below_it() -> None:
    wired = lines()
    assert (build_cut(wired, SOURCE).second, build_cut(wired, SOURCE).second_days) == ("SECOND", 3.0)
    assert build_cut(wired, BRANCH).second == ""
    assert build_cut(wired, SECOND).dark.all == 0


def test_a_clinic_with_a_generator_says_how_long_it_lasts() -> None:
    wired = lines()
    wired.pairs[-1] = (OTHER, 0)
    assert build_cut(wired, BRANCH).shortest_backup == 8.0
    assert build_cut(wired, BRANCH).dark.clinics == 2
    assert build_cut(wired, TWIG).shortest_backup is None


def test_a_building_knows_the_feeders_it_hangs_on_and_a_generator_is_none() -> None:
    assert find_source_lines(lines(), SITE) == [SOURCE]
    assert find_source_lines(lines(), 11) == [SOURCE, OTHER]


@pytest.mark.parametrize("homes", [4, 7, 8, 270, 1001])
def test_homes_are_drawn_by_fours_and_none_stands_where_a_home_is(homes: int) -> None:
    places = np.random.default_rng(homes).normal(size=(homes, 2))
    drawn = find_group_middles(places)
    assert len(drawn) == homes // 4
    nearest = np.abs(drawn[:, None] - places[None]).sum(axis=2).min()
    assert nearest > 0
    assert len(find_group_middles(places[:3])) == 0


def test_the_line_around_holds_everything_and_one_place_has_one_too() -> None:
    places = np.random.default_rng(1).normal(size=(50, 2))
    corners = build_hull_around(places)
    for here, there in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        side = there - here
        away = places - here
        assert (side[0] * away[:, 1] - side[1] * away[:, 0] > 0).all()
    assert len(build_hull_around(places[:1])) == 4
    assert len(build_hull_around(places[:0])) == 0
