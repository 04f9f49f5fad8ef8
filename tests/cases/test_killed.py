"""kill -9 at any moment of an approval: all of it happened or none of it."""

import random
import time

import pytest

from tests.cases.approving import A_FEW, approve_all
from tests.cases.scenes import Scene
from tests.killing import MOMENTS, running
from warroom.ledger.verify import verify_audit

CASES = A_FEW * MOMENTS
HALF_DONE = """
SELECT a.id FROM holds a
WHERE (SELECT count(*) FROM hold_approvals WHERE hold_id = a.id) <> 1
   OR (SELECT count(*) FROM deadlines WHERE about = 'hold' AND about_id = a.id) <> 3
   OR (SELECT count(*) FROM orders WHERE hold_id = a.id) <> 1
   OR (SELECT count(*) FROM audit WHERE verb = 'hold.approved' AND subject = 'hold:' || a.id) <> 1
   OR (SELECT state FROM proposals WHERE id = a.proposal_id) <> 'approved'
"""
STRAY = """
SELECT 'approval' FROM hold_approvals WHERE hold_id NOT IN (SELECT id FROM holds)
UNION ALL SELECT 'proposal' FROM proposals WHERE state = 'approved' AND hold_id IS NULL
UNION ALL SELECT 'audit' FROM audit WHERE verb = 'hold.approved'
  AND subject NOT IN (SELECT 'hold:' || id FROM holds)
UNION ALL SELECT 'key' FROM idempotency WHERE result = '[]'
UNION ALL SELECT 'pair' FROM cases c WHERE (SELECT count(*) FROM holds WHERE case_id = c.id) = 1
"""


@pytest.mark.slow
def test_many_kills_leave_nothing_half_done(scene: Scene) -> None:
    scene.transfers({f"T{number}": 50_000_00 for number in range(CASES)})
    scene.reports({f"R{number}": [f"T{number}"] for number in range(CASES)})
    scene.money.own_accounts = True
    assert scene.sync() == CASES
    assert scene.anna.roles
    chance = random.Random(20)
    made, longest = 0, 0.25
    # On a loaded machine nothing is approved so soon: then it is given longer, until kills meet approvals.
    while not made and longest < 10:
        for _ in range(MOMENTS):
            with running(approve_all, scene.home.root):
                time.sleep(chance.uniform(0.0, longest))
            assert scene.sql(HALF_DONE) == []
        made, longest = scene.sql("SELECT count(*) FROM holds")[0][0], longest * 4
    assert scene.sql(STRAY) == []
    assert 0 < made <= CASES * 2
    assert verify_audit(scene.ledger).ok
