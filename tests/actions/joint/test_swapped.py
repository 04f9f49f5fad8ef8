"""What was approved within an operation is what goes out, or nothing does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.actions.forms import document
from tests.actions.joint.raid import AGENCIES, Raid, places
from tests.actions.room import CUT, PAGE, statement
from tests.cases.scenes import hour
from warroom.access.officers import deactivate_officer
from warroom.actions import legal_basis, queries
from warroom.actions.decisions.proposals import ActionDraft
from warroom.actions.operations import queries as operation_queries
from warroom.actions.operations.decisions import go_ahead, plans, preparation
from warroom.actions.operations.decisions.plans import OperationPlan
from warroom.errors import NotPossible
from warroom.law.kinds.declarations import load_kind
from warroom.orders.order_content import OrderSubject


def cut(raid: Raid, *, approved: bool = True) -> Raid:
    """An operation that is no raid, with one power cut and a statement that may pass, approved by two or nobody."""
    room = raid.room
    draft = ActionDraft(
        "power-cut", (OrderSubject("supply", "feeder-9"),), CUT, "The site hangs on it.", "POWER"
    )
    wanted = OperationPlan("Lights", room.now + hour(10), places(1), AGENCIES, False, (draft,))
    made = Raid(
        room, plans.plan_operation(room.scene.ledger, room.ines, wanted, key=room.key(), now=room.now).id
    )
    lay(made, "collateral-statement", statement())
    made.ready()
    for officer in (room.sup, room.com) if approved else ():
        made.approve(officer)
    return made


def lay(raid: Raid, name: str, content: dict[str, object]) -> None:
    room = raid.room
    preparation.attach_document(
        room.scene.ledger, room.ines, raid.id, name, content, key=room.key(), now=room.now
    )


def test_a_paper_laid_after_the_approval_never_goes_out_unapproved(raid: Raid) -> None:
    made = cut(raid)
    with pytest.raises(NotPossible, match="approved"):
        lay(made, "collateral-statement", statement(9, 0))
    made.go(raid.room.sup)
    assert made.go(raid.room.com).state == "go"
    [(facts,)] = raid.room.scene.sql("SELECT facts FROM orders")
    [(approved,)] = raid.room.scene.sql("SELECT sha256 FROM action_documents")
    assert [one["sha256"] for one in facts["documents"]] == [approved]


def test_nor_a_paper_slipped_into_the_tables(raid: Raid) -> None:
    made = cut(raid)
    raid.room.scene.sql(
        "INSERT INTO action_documents (operation_id, prerequisite, content, sha256, officer_id, at)"
        " SELECT operation_id, prerequisite, content, 'other', officer_id, at FROM action_documents"
    )
    with pytest.raises(NotPossible, match="has changed since it was approved"):
        made.go(raid.room.com)


def test_a_word_of_an_officer_who_was_ended_since_is_no_go(raid: Raid) -> None:
    made = cut(raid)
    made.go(raid.room.sup)
    com, other = raid.room.com, raid.room.scene.officer("com2", "commander")
    deactivate_officer(raid.room.scene.ledger, "sup")
    assert made.go(com).state == "planned"
    assert made.go(other).state == "go"


def test_who_was_ended_before_the_decision_is_no_signatory(raid: Raid) -> None:
    made = cut(raid, approved=False)
    room, ended = raid.room, raid.room.scene.officer("com0", "commander")
    made.approve(ended)
    deactivate_officer(room.scene.ledger, "com0")
    made.approve(room.sup)
    made.approve(room.com)
    made.go(room.sup)
    made.go(room.com)
    [(facts,)] = room.scene.sql("SELECT facts FROM orders")
    assert [one["name"] for one in facts["signatories"]] == ["Sup", "Com"]
    [number] = made.view().measures
    seen = queries.load_action(room.scene.ledger, room.sup, number, now=room.now)
    assert [one.counts for one in seen.approvals] == [False, True, True]


def test_a_law_that_has_changed_by_the_go_stops_it(raid: Raid, monkeypatch: pytest.MonkeyPatch) -> None:
    made = cut(raid)
    rule = legal_basis.require_rule_in_force(load_kind("power-cut"), raid.room.now)
    monkeypatch.setattr(legal_basis, "require_rule_in_force", lambda kind, now: replace(rule, digest="other"))
    with pytest.raises(NotPossible, match="law has changed since an action was approved"):
        made.go(raid.room.com)
    assert not raid.room.scene.sql("SELECT 1 FROM orders")


def test_a_warrant_that_has_run_out_by_the_go_stops_it(raid: Raid) -> None:
    raid.papers("screening-plan", "shelter", "rights-notice")
    soon = {**document("warrant"), "valid_until": (raid.room.now + timedelta(hours=1)).isoformat()}
    lay(raid, "warrant", soon)
    raid.ready()
    raid.approve(raid.room.sup)
    raid.approve(raid.room.pros)
    later, ledger = raid.room.now + timedelta(hours=2), raid.room.scene.ledger
    board = operation_queries.load_operation(ledger, raid.room.com, raid.id, now=later).board
    with pytest.raises(NotPossible, match="expired on"):
        go_ahead.give_go(ledger, raid.room.com, raid.id, board, key="g", now=later)


def test_nobody_approves_with_the_others_what_is_sealed_to_them(raid: Raid) -> None:
    room = raid.room
    room.scene.case()
    drafts = tuple(
        ActionDraft(
            "page-takedown", (OrderSubject("page", f"page-{case}"),), PAGE, "It deceives.", "PLATFORM", case
        )
        for case in ("C-1", None)
    )
    wanted = OperationPlan("Pages", room.now + hour(10), places(1), AGENCIES, False, drafts)
    made = Raid(
        room, plans.plan_operation(room.scene.ledger, room.ines, wanted, key=room.key(), now=room.now).id
    )
    room.scene.sql(
        "INSERT INTO case_access (case_id, agency, officer_id, at) SELECT id, 'OTHER', :o, now() FROM cases",
        o=room.sup.id,
    )
    assert made.approve(room.sup).counts == {"approved": 1, "proposed": 1}
    with pytest.raises(NotPossible, match="None of its actions waits"):
        made.approve(room.sup)
