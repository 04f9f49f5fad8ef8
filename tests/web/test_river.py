"""The money river draws what the trail and the banks say, a lane a row of the table, for any trail."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from unittest.mock import sentinel

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web import trails
from warroom.cases.known_until import KnownUntil
from warroom.cases.trails import to_trail_json
from warroom.cases.views import CasePage, ProposalView
from warroom.web.cases.river.axis import Axis
from warroom.web.cases.river.draw import (
    CLOCK_WORDS,
    LEFT,
    MERGE,
    MOST_RIBBONS,
    NOW_WORDS,
    RIGHT,
    WIDTH,
    River,
    draw_river,
)
from warroom.web.cases.rows import CaseTableRow, build_rows

NOW = datetime(2026, 11, 24, 2, 41, tzinfo=UTC)
GOLDEN = to_trail_json(trails.golden_hour(NOW, ["T1"]))
WIDE_TRAIL = to_trail_json(trails.wide(NOW, ["T1"]))
KNOWN = KnownUntil(NOW - timedelta(minutes=5), {}, None)


def page_of(trail: dict[str, Any], **more: Any) -> CasePage:
    """The page of a case with this trail, all of whose amounts are undecided."""
    held = [*trail["holds"], *trail["not_held"]]
    proposals = tuple(
        ProposalView(
            id=at,
            bank=one["account"]["bank"],
            account=one["account"]["number"],
            amount=one["amount"],
            balance=one["amount"] * 2,
            rank=one["rank"],
            minutes_to_exit=1.0,
            reasons=(),
            innocent_evidence=tuple(one["innocent_evidence"]),
            state="open" if one["amount"] else "not_held",
            action_id=None,
            decided_by="",
            decline_reason="",
            leaves=one["amount"] // 10,
        )
        for at, one in enumerate(held, 1)
    )
    lists = dict.fromkeys(("reports", "actions", "appeals", "alerts", "history"), ())
    page = CasePage(row=sentinel.row, snapshot="", traced_at=NOW, trail=trail, proposals=proposals, **lists)  # type: ignore[arg-type]
    return replace(page, **more)


def rows(trail: dict[str, Any], **more: Any) -> list[CaseTableRow]:
    """Its rows, all ticked."""
    page = page_of(trail, **more)
    return build_rows(page, trail, NOW, {one.id for one in page.proposals})


def drawn(trail: dict[str, Any]) -> River:
    return draw_river(trail, rows(trail), KNOWN, NOW)


@pytest.mark.parametrize("trail", [GOLDEN, WIDE_TRAIL], ids=["golden", "hundreds"])
def test_no_baht_to_hold_is_lost_between_the_trail_and_its_rows(trail: dict[str, Any]) -> None:
    held = [row for row in rows(trail) if row.proposals]
    assert sum(row.amount for row in held) == sum(hold["amount"] for hold in trail["holds"])
    assert sum(len(row.proposals) for row in held) == len(trail["holds"])
    gone = [row.amount for row in rows(trail) if row.sort == "exited"]
    assert sum(gone) == trail["exited"]


def test_the_golden_hour_has_a_row_for_everyone_on_it_what_most_leaves_of_first() -> None:
    found = rows(GOLDEN)
    assert [row.sort for row in found] == ["victim", *["undecided"] * 4, "spent", "exited"]
    assert [row.amount for row in found[1:5]] == sorted((row.amount for row in found[1:5]), reverse=True)


def test_hundreds_of_accounts_fold_and_say_how_many() -> None:
    found = rows(WIDE_TRAIL)
    assert len(found) < 45
    accounts = {(one["account"]["bank"], one["account"]["number"]) for one in WIDE_TRAIL["accounts"]}
    assert accounts <= {place for row in found for place in row.places}
    resting = [row.sort for row in found if not row.proposals]
    assert len(set(resting)) == len(resting), "one row of each sort on which nobody decides"


def test_small_holds_that_nothing_speaks_for_are_one_row_and_open_in_place() -> None:
    small = [{**one, "amount": 100_00, "innocent_evidence": []} for one in GOLDEN["holds"]]
    found = rows({**GOLDEN, "holds": small})
    assert [(row.sort, row.count, row.amount) for row in found if row.proposals] == [("small", 4, 400_00)]
    doubt = [{"code": "regular_income", "params": {"months": 3}}]
    spoken = [{**small[0], "innocent_evidence": doubt}, *small[1:]]
    found = rows({**GOLDEN, "holds": spoken})
    assert [(row.sort, row.count) for row in found if row.proposals] == [("undecided", 1), ("small", 3)]
    page = page_of({**GOLDEN, "holds": small})
    opened = build_rows(page, GOLDEN, NOW, set(), {"small"})
    assert [row.sort for row in opened if row.proposals] == ["undecided"] * 4


@pytest.mark.parametrize("trail", [GOLDEN, WIDE_TRAIL], ids=["golden", "hundreds"])
def test_everything_lies_inside_the_picture(trail: dict[str, Any]) -> None:
    river = drawn(trail)
    for ribbon in river.ribbons:
        assert "nan" not in ribbon.path
        assert all(0 <= float(x) <= WIDTH for x in re.findall(r"M([0-9.-]+)", ribbon.path))
    for lane in river.lanes:
        assert 0 < lane.y < river.height
        assert all(0 <= bar.x <= bar.x + bar.width <= RIGHT + 0.2 for bar in lane.bars)
    assert 0 < river.known_x < river.now_x


def test_an_account_that_no_step_names_has_a_lane_all_the_same() -> None:
    river = drawn({**GOLDEN, "steps": []})
    assert len(river.lanes) == len(rows(GOLDEN))
    assert river.ribbons == ()


def test_many_small_moves_at_one_place_are_one_ribbon() -> None:
    assert len(drawn(WIDE_TRAIL).ribbons) < len(WIDE_TRAIL["steps"])


def test_days_are_compressed_and_a_golden_hour_is_even() -> None:
    assert drawn(WIDE_TRAIL).compressed
    assert not drawn(GOLDEN).compressed


@given(minutes=st.floats(1, 200_000), at=st.lists(st.floats(0, 200_000), min_size=2))
def test_later_is_never_further_left(minutes: float, at: list[float]) -> None:
    axis = Axis(100, 900, minutes)
    places = [axis.to_x(moment) for moment in sorted(at)]
    assert places == sorted(places)
    assert all(100 <= place <= 900 for place in places)


@given(minutes=st.floats(1, 200_000), share=st.floats(0, 1), at=st.lists(st.floats(0, 200_000), min_size=2))
def test_the_last_fifth_belongs_to_the_time_since_the_room_could_act(
    minutes: float, share: float, at: list[float]
) -> None:
    turn = share * minutes
    axis = Axis(100, 900, minutes, turn)
    assert axis.to_x(turn) <= 900 - 0.2 * 800 + 0.01 or turn in (0, minutes)
    places = [axis.to_x(moment) for moment in sorted(at)]
    assert all(earlier <= later + 1e-6 for earlier, later in pairwise(places))
    assert all(100 <= place <= 900 + 1e-6 for place in places)


def test_a_hold_of_an_hour_ago_is_seen_on_a_trail_of_days() -> None:
    since = NOW - timedelta(hours=1)
    river = draw_river(WIDE_TRAIL, rows(WIDE_TRAIL), KNOWN, NOW, since)
    assert river.turn is not None
    assert RIGHT - river.turn[0] == pytest.approx((RIGHT - LEFT) / 5, abs=0.1)
    assert river.labels[-1] == river.turn


def test_five_ribbons_are_drawn_in_full_and_the_others_with_the_lit_lane() -> None:
    ribbons = drawn(WIDE_TRAIL).ribbons
    full = [ribbon for ribbon in ribbons if not ribbon.faint]
    assert len(full) == 5
    assert min(ribbon.satang for ribbon in full) >= max(ribbon.satang for ribbon in ribbons if ribbon.faint)
    keys = {row.key for row in rows(WIDE_TRAIL)}
    assert all(set(ribbon.rows) <= keys for ribbon in ribbons)


@given(minutes=st.floats(1, 500_000))
def test_the_grid_is_never_crowded_and_begins_at_the_transfer(minutes: float) -> None:
    marks = Axis(250, 1070, minutes).list_marks()
    assert marks[0] == (250, 0)
    assert all(later[0] - earlier[0] >= 40 for earlier, later in pairwise(marks))


@given(minutes=st.floats(1, 500_000))
def test_no_time_of_the_axis_is_written_where_now_is(minutes: float) -> None:
    axis = Axis(LEFT, RIGHT, minutes)
    river = River(36.0, (), (), tuple(axis.list_marks()), RIGHT, RIGHT, axis.compressed)
    assert river.labels[:1] == ((LEFT, 0.0),)
    assert set(river.labels) <= set(river.marks)
    assert all(x <= RIGHT - NOW_WORDS - CLOCK_WORDS for x, _ in river.labels)


def test_twenty_thousand_payments_are_drawn_as_few_shapes_that_say_the_same() -> None:
    """Shapes closer than anybody can tell apart are one: the thickest, and ribbons add up to all that went."""
    trail = json.loads(json.dumps(WIDE_TRAIL))
    (first, *_), begins = trail["steps"], datetime.fromisoformat(trail["started_at"])
    accounts = [one["account"] for one in trail["accounts"][:12]]
    trail["accounts"] = trail["accounts"][:12]
    trail["steps"] = [
        first
        | {
            "record_id": f"M{number}",
            "payer": accounts[number % 12],
            "payee": accounts[(number * 7 + 1 + number // 12) % 12],
            "time": (begins + timedelta(seconds=10 * number)).isoformat(),
            "traced": 1_00 + number,
            "end": None,
        }
        for number in range(20_000)
    ]
    lanes = rows(trail)
    drawn = draw_river(trail, lanes, KNOWN, NOW)
    columns = int((RIGHT - LEFT) / MERGE) + 2
    assert max(len(lane.bars) for lane in drawn.lanes) <= 2 * columns
    assert len(drawn.ribbons) <= MOST_RIBBONS
    of_lane = {place: at for at, row in enumerate(lanes) for place in row.places}
    ends = [
        (of_lane.get(_place(step["payer"])), of_lane.get(_place(step["payee"])), step["traced"])
        for step in trail["steps"]
    ]
    assert sum(one.satang for one in drawn.ribbons) == sum(
        traced for source, target, traced in ends if None not in (source, target) and source != target
    )


def _place(account: dict[str, str]) -> tuple[str, str]:
    return account["bank"], account["number"]
