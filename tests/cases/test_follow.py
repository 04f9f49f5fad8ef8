"""What a bank said had left is followed with what is newer, or closed with a reason."""

from datetime import timedelta

import pytest

from tests.cases.scenes import Scene
from warroom.cases.decisions.follow import close_left, follow_again
from warroom.cases.known_until import find_known_until
from warroom.cases.views import FollowResult
from warroom.errors import NotPossible


def part_given(scene: Scene) -> int:
    """A hold of 30,000 of which the bank found 1,200."""
    hold = scene.sent()
    scene.answer(hold.orders[0].order_id, "partly", 1_200_00)
    assert scene.page().row.part_left == 28_800_00
    return hold.id


def follow(scene: Scene) -> FollowResult:
    return follow_again(
        scene.ledger, scene.lake, None, scene.anna, "C-1", now=scene.now, tracer=scene.money.trace
    )


def test_following_without_a_newer_record_closes_nothing_of_what_left(scene: Scene) -> None:
    part_given(scene)
    scene.now += timedelta(minutes=9)
    found = follow(scene)
    assert (found.newest, found.left, found.open) == (None, 0, 28_800_00)
    page = scene.page()
    assert page.row.part_left == 28_800_00
    assert page.standing is not None
    assert page.standing.left == 28_800_00
    assert [line.verb for line in page.history].count("case.followed") == 1


def test_following_with_newer_records_says_what_changed_and_the_records_take_the_banks_place(
    scene: Scene,
) -> None:
    part_given(scene)
    scene.now += timedelta(minutes=9)
    with scene.home.turn_clock(lambda: scene.now - timedelta(minutes=1)):
        scene.transfer("T9", payer="2002", payee_bank="B05", payee="5005", payer_bank="B02")
    scene.money.amounts = {("B02", "2002"): 1_200_00, ("B03", "3003"): 15_000_00, ("B05", "5005"): 28_800_00}
    scene.money.passed = {("B02", "2002"): 28_800_00}
    found = follow(scene)
    assert found.newest is not None
    assert (found.accounts, found.proposed) == (1, 2)
    assert (found.left, found.open) == (28_800_00, 0)
    page = scene.page()
    assert page.standing is not None
    assert (page.standing.left, page.standing.held, page.standing.undecided) == (0, 1_200_00, 43_800_00)
    assert page.row.still_there == 45_000_00
    assert page.row.part_left == 0


def test_what_left_may_be_closed_with_a_reason_and_only_with_one(scene: Scene) -> None:
    hold = part_given(scene)
    with pytest.raises(NotPossible, match="why it is not followed"):
        close_left(scene.ledger, scene.anna, hold, " ", now=scene.now)
    assert scene.page().row.part_left == 28_800_00
    close_left(scene.ledger, scene.anna, hold, "The bank closed it", now=scene.now)
    assert scene.page().row.part_left == 0
    assert scene.sql("SELECT officer FROM audit WHERE verb = 'hold.left_closed'") == [("anna",)]


def test_until_when_each_bank_is_known_and_whether_anything_has_come_since(scene: Scene) -> None:
    scene.transfer("T1", source="B01")
    scene.transfer("T2", source="B02", time=scene.now - timedelta(minutes=5))
    looked = scene.now + timedelta(seconds=5)
    known = find_known_until(scene.lake, looked, looked)
    assert known.newest is None
    assert known.find_for_bank("B01") == scene.now - timedelta(hours=2)
    assert known.find_for_bank("B02") == known.find_for_bank("B77") == known.seen
