"""Straight into the tables, as the program's own role: no action gets into effect without its officers."""

import pytest

from tests.actions.room import Room
from warroom.access.officers import deactivate_officer
from warroom.errors import NotPossible

COPY = """
INSERT INTO actions (reference, kind, pillar, details, reason, needed, apart, proposed_by, proposed_at, decide_by,
  rule_id, rule_digest, proposed_rule, state, approved_at)
SELECT 'copy', kind, pillar, details, reason, 1, false, proposed_by, proposed_at, decide_by,
  rule_id, rule_digest, proposed_rule, 'approved', now() FROM actions"""
SUBJECT = """
INSERT INTO action_subjects (action_id, place, action, partner, kind, subject, note, active)
SELECT id, 2, kind, partner, 'supply', 'feeder-2', '', true FROM actions"""
PAPER = """
INSERT INTO action_documents (action_id, prerequisite, content, sha256, officer_id, at)
SELECT action_id, prerequisite, content, 'other', officer_id, at FROM action_documents"""


def test_a_state_is_not_written_without_the_officers_it_needs(room: Room) -> None:
    made = room.approve(room.cut(), room.sup)
    with pytest.raises(NotPossible, match="Too few officers"):
        room.scene.sql("UPDATE actions SET state = 'approved', approved_at = now()")
    with pytest.raises(NotPossible, match="begins as a proposal"):
        room.scene.sql(COPY)
    assert room.one(made).state == "proposed"
    assert room.approve(made, room.com).state == "approved"


def test_nothing_is_added_to_an_action_that_is_decided(room: Room) -> None:
    made = room.cut()
    for officer in (room.sup, room.com):
        room.approve(made, officer)
    for addition in (SUBJECT, PAPER):
        with pytest.raises(NotPossible, match="cannot be changed"):
            room.scene.sql(addition)
    assert len(room.one(made).subjects) == 1


def test_an_officer_whose_access_has_ended_since_no_longer_counts(room: Room) -> None:
    made = room.approve(room.cut(), room.com)
    deactivate_officer(room.scene.ledger, "com")
    again = room.approve(made, room.sup)
    assert (again.state, [one.counts for one in again.approvals]) == ("proposed", [False, True])
    other = room.scene.officer("com2", "commander")
    assert room.approve(made, other).state == "approved"


def test_an_officer_who_lost_the_role_since_no_longer_counts(room: Room) -> None:
    made = room.approve(room.cut(), room.com)
    room.scene.sql("UPDATE officers SET roles = ARRAY['officer'] WHERE username = 'com'")
    assert room.approve(made, room.sup).state == "proposed"
