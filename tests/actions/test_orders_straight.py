"""Straight into the tables, as the program's own role: an order stays what it was, and only answers move actions."""

import pytest

from tests.actions.room import Room
from warroom.errors import NotPossible

STEP = """
WITH moved AS (UPDATE actions SET state = '{0}' RETURNING id)
INSERT INTO action_transitions (action_id, before, after, at, reason) SELECT id, 'sent', '{0}', now(), '' FROM moved"""


@pytest.mark.parametrize(
    "change",
    [
        "facts = facts || '{\"subjects\": []}'",
        "bank = 'B01'",
        "subject = 'page-2'",
        "amount = amount + 1",
        "notice_th = ''",
        "until = now()",
    ],
)
def test_what_an_order_says_stays_as_it_was_made(room: Room, change: str) -> None:
    room.approved()
    with pytest.raises(NotPossible, match="What an order says cannot be changed"):
        room.scene.sql(f"UPDATE orders SET {change}")


def test_what_has_left_does_not_wait_again(room: Room) -> None:
    made = room.sent()
    for again in ("waiting", "cancelled"):
        with pytest.raises(NotPossible, match=f"This order is sent and cannot become {again}"):
            room.scene.sql(f"UPDATE orders SET state = '{again}'")
    room.answer(made.orders[0].order_id, "done")
    for again in ("waiting", "sent"):
        with pytest.raises(NotPossible, match=f"This order is acknowledged and cannot become {again}"):
            room.scene.sql(f"UPDATE orders SET state = '{again}'")


@pytest.mark.parametrize("state", ["in_effect", "partly", "refused"])
def test_no_action_gets_into_effect_without_its_partners_answer(room: Room, state: str) -> None:
    made = room.sent()
    room.answer(made.orders[0].order_id, "received")
    with pytest.raises(NotPossible, match="when the partner says so"):
        room.scene.sql(STEP.format(state))
    assert room.one(made).state == "sent"
