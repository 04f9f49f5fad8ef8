"""What banks say when they say two things, or half of one."""

import pytest

from tests.cases.scenes import Scene
from warroom.errors import NotUnderstood


def test_a_bank_that_refuses_and_later_holds_is_told_to_let_go(scene: Scene) -> None:
    action = scene.sent()
    order = action.orders[0].order_id
    scene.answer(order, "refused")
    assert scene.answer(order, "done", minutes=10).effect == "conflict"
    hold = scene.hold_now(action.id)
    assert (hold.state, hold.held) == ("refused", 0)
    assert [item.kind for item in hold.orders] == ["hold", "release"]
    assert scene.alerts() == ["conflict"]
    assert [item.kind for item in scene.waiting(1)] == ["release"]


def test_a_hold_refused_after_all_is_not_counted_but_ends_as_any_other(scene: Scene) -> None:
    action = scene.in_effect()
    order = action.orders[0].order_id
    assert scene.page().row.held == action.amount
    assert scene.answer(order, "refused", minutes=20).effect == "conflict"
    assert (scene.hold_now(action.id).held, scene.page().row.held) == (0, 0)
    assert scene.alerts() == ["conflict"]
    assert scene.run(73).expired == 1
    assert [item.kind for item in scene.hold_now(action.id).orders] == ["hold", "expiry"]


def test_a_part_without_an_amount_is_no_answer(scene: Scene) -> None:
    action = scene.sent()
    with pytest.raises(NotUnderstood, match="how much"):
        scene.answer(action.orders[0].order_id, "partly")
    assert scene.hold_now(action.id).state == "sent"
    scene.answer(action.orders[0].order_id, "partly", 1_000_00)
    assert scene.hold_now(action.id).held == 1_000_00
