"""Looking back at a case: when there was something to decide, who had it when, what was asked and what banks answered."""

from datetime import timedelta

import pytest

from tests.cases.scenes import Scene
from tests.cases.test_take_back import approve
from warroom.cases.decisions.hold_release import release_hold
from warroom.cases.decisions.hold_take_back import take_back_holds
from warroom.cases.decisions.holds import decline_proposals
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom_lab.evaluation.courses import load_courses


@pytest.fixture
def scene(home: Home, ledger: Ledger) -> Scene:
    return Scene(home, ledger, Lake.open(home))


def test_a_case_that_nobody_touched_was_on_the_board_with_something_to_decide(scene: Scene) -> None:
    scene.case()
    one = load_courses(scene.ledger)["C-1"]
    assert one.opened_at == one.offered_at == scene.now
    assert (one.taken_at, one.declined_at, one.asked) == (None, None, ())


def test_who_took_it_what_was_asked_and_what_its_bank_answered_stand_with_their_moments(scene: Scene) -> None:
    held = scene.sent()
    # The first decision takes a case that nobody has.
    taken = scene.now
    scene.answer(held.orders[0].order_id, "partly", 12_000_00)
    released = scene.now + timedelta(minutes=30)
    release_hold(scene.ledger, scene.boon, held.id, "Not the victim's money", now=released)
    scene.ledger.number_committed_rows()
    one = load_courses(scene.ledger)["C-1"]
    (asked,) = one.asked
    assert one.taken_at == taken
    assert (asked.bank, asked.amount, asked.held) == ("B02", 30_000_00, 12_000_00)
    assert (asked.decided_at, asked.released_at) == (scene.now, released)
    assert asked.answered_at == scene.now + timedelta(minutes=3)


def test_what_was_declined_is_its_largest_amount_and_what_was_taken_back_was_never_asked(
    scene: Scene,
) -> None:
    scene.case()
    held = approve(scene)
    take_back_holds(scene.ledger, scene.anna, "C-1", [held.id], now=scene.now + timedelta(seconds=2))
    offered = sorted(scene.page().proposals, key=lambda one: one.amount)
    for place, offer in enumerate(one for one in offered if one.state == "open"):
        at = scene.now + timedelta(minutes=place + 1)
        decline_proposals(scene.ledger, scene.anna, "C-1", [offer.id], "A shop", now=at)
    one = load_courses(scene.ledger)["C-1"]
    assert one.asked == ()
    assert one.declined == 30_000_00
    assert one.declined_at == scene.now + timedelta(minutes=2)
