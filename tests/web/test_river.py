"""The money river draws what the trail says, for any trail."""

import re
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web import trails
from warroom.cases.trails import trail_json
from warroom.web.cases.river.axis import Axis
from warroom.web.cases.river.draw import NARROW, WIDE, Shape, draw
from warroom.web.cases.river.lanes import lanes_of

NOW = datetime(2026, 11, 24, 2, 41, tzinfo=UTC)
GOLDEN = trail_json(trails.golden_hour(NOW, ["T1"]))
WIDE_TRAIL = trail_json(trails.wide(NOW, ["T1"]))


@pytest.mark.parametrize("trail", [GOLDEN, WIDE_TRAIL], ids=["golden", "hundreds"])
def test_no_baht_is_lost_between_the_trail_and_its_lanes(trail: dict[str, Any]) -> None:
    lanes, _ = lanes_of(trail)
    sums = {
        kind: sum(lane.stays for lane in lanes if lane.kind == kind)
        for kind in ("still", "gone", "spent", "beyond")
    }
    assert sums == {
        "still": trail["still_there"],
        "gone": trail["exited"],
        "spent": trail["spent"],
        "beyond": trail["beyond_horizon"],
    }
    assert sum(lane.may_hold for lane in lanes) == sum(hold["amount"] for hold in trail["holds"])


@pytest.mark.parametrize("trail", [GOLDEN, WIDE_TRAIL], ids=["golden", "hundreds"])
def test_what_a_lane_shows_at_its_end_is_what_stays_there(trail: dict[str, Any]) -> None:
    lanes, _ = lanes_of(trail)
    for lane in lanes:
        if lane.kind != "victim":
            assert sum(satang for _, satang in lane.moves) == lane.stays


def test_the_golden_hour_has_a_lane_for_everyone_on_it() -> None:
    lanes, _ = lanes_of(GOLDEN)
    assert [lane.kind for lane in lanes] == ["victim", *["still"] * 4, "spent", "gone"]
    assert [lane.may_hold for lane in lanes if lane.kind == "still"] == [
        24_000_000,
        29_940_000,
        26_100_000,
        11_200_000,
    ]


def test_hundreds_of_accounts_fold_by_hop_and_say_how_many() -> None:
    river = draw(WIDE_TRAIL)
    assert len(river.bands) < 20
    assert river.folded > 280
    counted = sum(band.lane.folded for band in river.bands if band.lane.kind == "still")
    assert counted == len(WIDE_TRAIL["accounts"])


@pytest.mark.parametrize("shape", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("trail", [GOLDEN, WIDE_TRAIL], ids=["golden", "hundreds"])
def test_everything_lies_inside_the_picture(trail: dict[str, Any], shape: Shape) -> None:
    river = draw(trail, shape)
    for path in (*(ribbon.path for ribbon in river.ribbons), *(band.path for band in river.bands)):
        assert "nan" not in path
        for x in re.findall(r"[MH]([0-9.-]+)", path):
            assert 0 <= float(x) <= shape.width
    assert shape.left < river.now_x <= shape.right
    assert all(band.y < river.height for band in river.bands)


def test_many_small_moves_at_one_place_are_one_ribbon() -> None:
    assert len(draw(WIDE_TRAIL).ribbons) < len(WIDE_TRAIL["steps"])


def test_days_are_compressed_and_a_golden_hour_is_even() -> None:
    assert draw(WIDE_TRAIL).compressed
    assert not draw(GOLDEN).compressed


@given(minutes=st.floats(1, 200_000), at=st.lists(st.floats(0, 200_000), min_size=2))
def test_later_is_never_further_left(minutes: float, at: list[float]) -> None:
    axis = Axis(100, 900, minutes)
    places = [axis.x(moment) for moment in sorted(at)]
    assert places == sorted(places)
    assert all(100 <= place <= 900 for place in places)


@given(minutes=st.floats(1, 500_000))
def test_the_grid_is_never_crowded_and_begins_at_the_transfer(minutes: float) -> None:
    marks = Axis(250, 1070, minutes).marks()
    assert marks[0] == (250, 0)
    assert all(later[0] - earlier[0] >= 40 for earlier, later in pairwise(marks))
