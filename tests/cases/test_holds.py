"""Approving holds: exact amounts, once, under law, within loss and balance."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cases.scenes import Scene, hour
from warroom.cases.decisions.holds import approve_holds, decline_proposals
from warroom.cases.following import refresh_case
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.law.rules import repository as law


def test_a_report_opens_a_case_with_its_holds_proposed(scene: Scene) -> None:
    page = scene.case()
    assert page.row.number == "C-1"
    assert page.row.loss == 50_000_00
    assert [(item.bank, item.amount, item.state) for item in page.proposals] == [
        ("B02", 30_000_00, "open"),
        ("B03", 15_000_00, "open"),
        ("B04", 0, "not_held"),
    ]
    assert page.row.next_kind == "exit"
    assert page.trail is not None
    assert page.trail["accounts"][0]["account"] == {"bank": "B02", "number": "2002"}


def test_an_approved_hold_has_approval_clocks_order_notice_and_audit(scene: Scene) -> None:
    page = scene.case()
    (hold,) = approve_holds(
        scene.ledger, scene.anna, "C-1", [page.proposals[0].id], page.snapshot, "k1", now=scene.now
    )
    assert (hold.state, hold.amount, hold.until) == ("approved", 30_000_00, scene.now + hour(72))
    assert [item.officer for item in hold.approvals] == ["Anna"]
    assert {item.kind for item in hold.clocks} == {"lapse", "lapse_warning", "silence"}
    (order,) = hold.orders
    assert (order.kind, order.state, order.amount) == ("hold", "waiting", 30_000_00)
    assert order.original is not None
    assert order.original.record_id == "T1"
    assert order.reported[0].payer == "1001"
    assert hold.reference in hold.notice.th
    assert "30,000.00 baht" in hold.notice.en
    assert scene.page().history[0].verb == "hold.approved"


def test_a_double_click_makes_one_hold(scene: Scene) -> None:
    page = scene.case()
    ids = [item.id for item in page.proposals[:2]]
    first = approve_holds(scene.ledger, scene.anna, "C-1", ids, page.snapshot, "k1", now=scene.now)
    second = approve_holds(scene.ledger, scene.anna, "C-1", ids, page.snapshot, "k1", now=scene.now)
    assert first == second
    assert scene.sql("SELECT count(*) FROM holds") == [(2,)]


def test_a_double_click_at_the_same_instant_makes_one_hold(scene: Scene) -> None:
    page = scene.case()
    officer, ids = scene.anna, [page.proposals[0].id]

    def click(_: int) -> list[int]:
        holds = approve_holds(scene.ledger, officer, "C-1", ids, page.snapshot, "k1", now=scene.now)
        return [hold.id for hold in holds]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(click, range(4)))
    assert len({tuple(answer) for answer in answers}) == 1
    assert scene.sql("SELECT count(*) FROM holds") == [(1,)]


def test_two_officers_at_once_make_one_hold(scene: Scene) -> None:
    page = scene.case()
    pair = [scene.anna, scene.boon]

    def approve(place: int) -> str:
        try:
            approve_holds(
                scene.ledger,
                pair[place],
                "C-1",
                [page.proposals[0].id],
                page.snapshot,
                f"k{place}",
                now=scene.now,
            )
        except NotPossible as problem:
            return problem.sentence
        return "approved"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(approve, range(2)))
    assert said == ["The hold at B02 is approved already; look at the case again.", "approved"]
    assert scene.sql("SELECT count(*) FROM holds") == [(1,)]


def test_a_key_serves_one_decision(scene: Scene) -> None:
    page = scene.case()
    first, second = page.proposals[0].id, page.proposals[1].id
    approve_holds(scene.ledger, scene.anna, "C-1", [first], page.snapshot, "k1", now=scene.now)
    with pytest.raises(NotPossible, match="another decision"):
        approve_holds(scene.ledger, scene.anna, "C-1", [second], page.snapshot, "k1", now=scene.now)


def test_a_trail_that_changed_since_must_be_looked_at_again(scene: Scene) -> None:
    page = scene.case()
    scene.money.amounts[("B02", "2002")] = 20_000_00
    assert refresh_case(
        scene.ledger, scene.lake, None, "C-1", now=scene.now + hour(1), tracer=scene.money.trace
    )
    with pytest.raises(NotPossible, match="changed since"):
        approve_holds(
            scene.ledger, scene.anna, "C-1", [page.proposals[0].id], page.snapshot, "k", now=scene.now
        )
    assert scene.page().proposals[0].amount == 20_000_00


def test_looking_again_without_news_keeps_what_was_seen(scene: Scene) -> None:
    page = scene.case()
    later = scene.now + hour(0.5)
    assert not refresh_case(scene.ledger, scene.lake, None, "C-1", now=later, tracer=scene.money.trace)
    assert scene.page().snapshot == page.snapshot
    assert scene.page().row.exit_at != page.row.exit_at


def test_a_shop_that_is_shown_as_honest_cannot_be_held(scene: Scene) -> None:
    page = scene.case()
    with pytest.raises(NotPossible, match="not one to hold"):
        approve_holds(
            scene.ledger, scene.anna, "C-1", [page.proposals[2].id], page.snapshot, "k", now=scene.now
        )


def test_only_officers_approve(scene: Scene) -> None:
    page = scene.case()
    with pytest.raises(NotAllowed, match="role officer"):
        approve_holds(
            scene.ledger, scene.chai, "C-1", [page.proposals[0].id], page.snapshot, "k", now=scene.now
        )


def test_holds_of_another_case_are_not_found(scene: Scene) -> None:
    page = scene.case()
    with pytest.raises(NotFound):
        approve_holds(scene.ledger, scene.anna, "C-1", [999], page.snapshot, "k", now=scene.now)


def test_either_all_chosen_holds_are_approved_or_none(scene: Scene) -> None:
    page = scene.case()
    wanted = [page.proposals[0].id, page.proposals[2].id]
    with pytest.raises(NotPossible):
        approve_holds(scene.ledger, scene.anna, "C-1", wanted, page.snapshot, "k", now=scene.now)
    assert scene.sql("SELECT count(*) FROM holds") == [(0,)]
    assert scene.page().proposals[0].state == "open"


def test_holds_of_two_cases_never_exceed_the_balance_of_an_account(scene: Scene) -> None:
    """Two victims' money in one account: the second hold may only take what the first left."""
    scene.money.balances[("B02", "2002")] = 40_000_00
    page = scene.case()
    approve_holds(scene.ledger, scene.anna, "C-1", [page.proposals[0].id], page.snapshot, "k1", now=scene.now)
    scene.transfer("T2")
    scene.report("R2", ["T2"])
    scene.sync()
    other = scene.page("C-2")
    with pytest.raises(NotPossible, match="exceed its known balance"):
        approve_holds(
            scene.ledger, scene.anna, "C-2", [other.proposals[0].id], other.snapshot, "k2", now=scene.now
        )


def test_the_database_itself_refuses_to_hold_more_than_the_loss(scene: Scene) -> None:
    page = scene.case()
    scene.sql("UPDATE cases SET loss = 2000000")
    with pytest.raises(NotPossible, match="more than the loss"):
        approve_holds(
            scene.ledger, scene.anna, "C-1", [page.proposals[0].id], page.snapshot, "k", now=scene.now
        )


def test_the_database_itself_knows_no_hold_without_an_amount(scene: Scene) -> None:
    page = scene.case()
    (hold,) = approve_holds(
        scene.ledger, scene.anna, "C-1", [page.proposals[0].id], page.snapshot, "k", now=scene.now
    )
    with pytest.raises(NotPossible, match="cannot be changed"):
        scene.sql("UPDATE holds SET amount = 0 WHERE id = :id", id=hold.id)


def test_a_declined_hold_keeps_its_reason_and_is_not_proposed_again(scene: Scene) -> None:
    page = scene.case()
    with pytest.raises(NotPossible, match="needs a reason"):
        decline_proposals(scene.ledger, scene.anna, "C-1", [page.proposals[1].id], " ")
    decline_proposals(
        scene.ledger, scene.anna, "C-1", [page.proposals[1].id], "her employer pays her here", now=scene.now
    )
    declined = next(item for item in scene.page().proposals if item.bank == "B03")
    assert (declined.state, declined.decided_by) == ("declined", "Anna")
    scene.money.amounts[("B02", "2002")] = 10_000_00
    refresh_case(scene.ledger, scene.lake, None, "C-1", now=scene.now + hour(1), tracer=scene.money.trace)
    states = [(item.bank, item.state) for item in scene.page().proposals]
    assert ("B03", "declined") in states
    assert ("B03", "open") not in states


def test_a_rule_that_asks_for_two_officers_gets_two_different_ones(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = dataclasses.replace(law.rule_at(law.HOLD_ON_REPORT, scene.now), approvers=2)
    monkeypatch.setattr(law, "usable_rule", lambda *_: rule)
    page = scene.case()
    chosen = [page.proposals[0].id]
    (first,) = approve_holds(scene.ledger, scene.anna, "C-1", chosen, page.snapshot, "k1", now=scene.now)
    assert (first.state, first.orders) == ("proposed", ())
    with pytest.raises(NotPossible, match="a second officer must"):
        approve_holds(scene.ledger, scene.anna, "C-1", chosen, page.snapshot, "k2", now=scene.now)
    late = scene.now + hour(72)
    with pytest.raises(NotPossible, match="is over"):
        approve_holds(scene.ledger, scene.boon, "C-1", chosen, page.snapshot, "k3", now=late)
    (second,) = approve_holds(scene.ledger, scene.boon, "C-1", chosen, page.snapshot, "k4", now=scene.now)
    assert (second.id, second.state, len(second.orders)) == (first.id, "approved", 1)


def test_a_hold_still_waiting_for_its_second_officer_lapses(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = dataclasses.replace(law.rule_at(law.HOLD_ON_REPORT, scene.now), approvers=2)
    monkeypatch.setattr(law, "usable_rule", lambda *_: rule)
    hold = scene.hold()
    assert scene.run(73).expired == 1
    assert (scene.hold_now(hold.id).state, scene.waiting(99)) == ("expired", [])


def test_an_account_that_is_held_is_not_proposed_again_under_another_spelling(scene: Scene) -> None:
    scene.hold()
    amounts = scene.money.amounts
    amounts[("b02", "2-002")] = amounts.pop(("B02", "2002"))
    refresh_case(scene.ledger, scene.lake, None, "C-1", now=scene.now + hour(1), tracer=scene.money.trace)
    assert [item.bank for item in scene.page().proposals if item.state == "open"] == ["B03"]


def test_more_money_in_a_held_account_is_proposed_without_the_part_already_held(scene: Scene) -> None:
    scene.hold()
    scene.money.amounts[("B02", "2002")] = 42_000_00
    refresh_case(scene.ledger, scene.lake, None, "C-1", now=scene.now + hour(1), tracer=scene.money.trace)
    fresh = [(item.bank, item.amount) for item in scene.page().proposals if item.state == "open"]
    assert fresh == [("B02", 12_000_00), ("B03", 15_000_00)]
