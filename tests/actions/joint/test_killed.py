"""kill -9 at any moment of approving and sending an operation: a step happened for all its actions or for none."""

import random
import time
from contextlib import suppress

import pytest

from tests.actions.joint.approving import approve_and_go
from tests.actions.joint.raid import Raid, searches
from tests.actions.room import Room
from tests.cases.scenes import Scene
from tests.killing import MOMENTS, running
from warroom.actions.operations.decisions import go_ahead
from warroom.errors import NotPossible
from warroom.ledger.verify import verify_audit

ACTIONS = 40
# Each officer's word is for all actions or for none, and so is each state and each row of the log.
UNEVEN = """
SELECT 'approvals' FROM action_approvals GROUP BY officer_id HAVING count(*) <> :n
UNION ALL SELECT 'states' FROM actions GROUP BY state HAVING count(*) <> :n
UNION ALL SELECT 'orders' FROM orders HAVING count(*) NOT IN (0, :n)
UNION ALL SELECT 'steps' FROM action_transitions GROUP BY after HAVING count(*) <> :n
UNION ALL SELECT 'deadlines' FROM deadlines WHERE about = 'measure' AND state = 'running'
  GROUP BY kind HAVING count(*) <> :n
UNION ALL SELECT 'log' FROM audit WHERE verb = 'measure.approved' HAVING count(*) NOT IN (0, :n, 2 * :n)
UNION ALL SELECT 'sent' FROM operations WHERE (state = 'go') <> EXISTS (SELECT 1 FROM orders)
UNION ALL SELECT 'keys' FROM idempotency WHERE result = '[]'
"""


@pytest.mark.slow
def test_kills_leave_no_operation_half_approved_or_half_sent(scene: Scene) -> None:
    raid = Raid.of(Room.of(scene), ACTIONS, searches(ACTIONS))
    raid.papers()
    raid.ready()
    for officer in (raid.room.sup, raid.room.pros, raid.room.com):
        assert officer.active
    chance = random.Random(7)
    for _ in range(MOMENTS):
        with running(approve_and_go, scene.home.root, raid.id):
            time.sleep(chance.uniform(0.0, 0.6))
        assert verify_audit(scene.ledger).ok
        assert scene.sql(UNEVEN, n=ACTIONS) == []
    _to_the_end(raid)
    assert raid.view().state == "go"
    assert scene.sql(UNEVEN, n=ACTIONS) == []
    assert len(raid.room.send(1)) == ACTIONS


def _to_the_end(raid: Raid) -> None:
    """Whatever the kills left undone is done by the same officers, and nothing twice."""
    for officer in (raid.room.sup, raid.room.pros):
        if raid.view().counts.get("proposed"):
            # Where this one's word stands already, the other's is what is missing.
            with suppress(NotPossible):
                raid.approve(officer)
    for officer in (raid.room.sup, raid.room.com):
        if raid.view().state == "planned" and officer.name not in {one.officer for one in raid.view().words}:
            board = raid.view().board
            go_ahead.give_go(
                raid.room.scene.ledger, officer, raid.id, board, key=raid.room.key(), now=raid.room.now
            )
