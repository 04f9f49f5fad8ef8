"""An approval is taken back as long as its order has not left."""

from datetime import timedelta

import pytest

from tests.cases.scenes import Scene
from warroom.cases.decisions.hold_take_back import take_back_holds
from warroom.cases.decisions.holds import approve_holds
from warroom.cases.views import HoldView
from warroom.errors import NotPossible
from warroom.orders import outbox

TEN = timedelta(seconds=10)


def approve(scene: Scene, key: str = "key") -> HoldView:
    """A hold approved by anna, whose order waits for ten seconds."""
    page = scene.page()
    wanted = [one.id for one in page.proposals if one.state == "open"][:1]
    held = approve_holds(scene.ledger, scene.anna, "C-1", wanted, page.snapshot, key, now=scene.now, wait=TEN)
    return held[0]


def test_an_order_leaves_ten_seconds_after_its_approval_whoever_sends_it(scene: Scene) -> None:
    scene.case()
    hold = approve(scene)
    assert hold.orders[0].leaves_at == scene.now + TEN
    with scene.ledger.open_session() as session:
        assert outbox.list_due_orders(session, scene.now + TEN - timedelta(seconds=1)) == []
        assert len(outbox.list_due_orders(session, scene.now + TEN)) == 1


def test_an_approval_taken_back_is_as_if_never_given_but_for_the_log(scene: Scene) -> None:
    before = scene.case()
    hold = approve(scene)
    taken = take_back_holds(scene.ledger, scene.anna, "C-1", [hold.id], now=scene.now)
    assert [(one.state, one.orders[0].state) for one in taken] == [("taken_back", "cancelled")]
    page = scene.page()
    assert page.standing == before.standing
    assert page.row.undecided == before.row.undecided
    assert scene.waiting(1) == []
    assert scene.sql("SELECT officer FROM audit WHERE verb = 'hold.taken_back'") == [("anna",)]
    # The same again changes nothing, and what was taken back may be approved after all.
    take_back_holds(scene.ledger, scene.anna, "C-1", [hold.id], now=scene.now)
    assert len(scene.sql("SELECT 1 FROM audit WHERE verb = 'hold.taken_back'")) == 1
    again = approve(scene, "another")
    assert (again.account, again.amount, again.state) == (hold.account, hold.amount, "approved")


def test_an_order_that_a_sender_has_taken_is_not_taken_back(scene: Scene) -> None:
    scene.case()
    hold = approve(scene)
    with scene.ledger.open_session() as session:
        assert outbox.claim_next(session, scene.now + TEN) is not None
    with pytest.raises(NotPossible, match="has gone out"):
        take_back_holds(scene.ledger, scene.anna, "C-1", [hold.id], now=scene.now + TEN)
    assert scene.hold_now(hold.id).state == "approved"


def test_another_officers_approval_is_theirs_to_take_back(scene: Scene) -> None:
    scene.case()
    hold = approve(scene)
    with pytest.raises(NotPossible, match="approved"):
        take_back_holds(scene.ledger, scene.boon, "C-1", [hold.id], now=scene.now)


def test_a_bank_that_answers_an_order_taken_back_is_told_to_let_go(scene: Scene) -> None:
    scene.case()
    hold = approve(scene)
    take_back_holds(scene.ledger, scene.anna, "C-1", [hold.id], now=scene.now)
    assert scene.answer(hold.orders[0].order_id, "done").effect == "conflict"
    now = scene.hold_now(hold.id)
    assert (now.state, now.held) == ("taken_back", 0)
    assert [order.kind for order in now.orders] == ["hold", "release"]
    assert scene.alerts() == ["conflict"]
