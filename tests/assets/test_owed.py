"""One loss is paid once, however many plans and proceedings there are."""

import pytest

from tests.assets.conftest import Vault
from warroom.access.officers import deactivate_officer
from warroom.assets import queries
from warroom.assets.decisions import payouts, recoveries, steps
from warroom.errors import NotAllowed, NotPossible


def test_a_second_plan_counts_what_the_first_one_has_yet_to_pay(vault: Vault) -> None:
    cases = vault.victims([100_00, 300_00])
    first, later = vault.forfeited(40_00), vault.seized(1_000_00)
    row = vault.proceeding(cases, [first.id, later.id])
    vault.notice(row.id)
    for report, loss in (("R1", 100_00), ("R2", 300_00)):
        vault.accepts(vault.registers(row.id, report, loss))
    steps.keep_for_judgment(
        vault.ledger, vault.pros, later.id, vault.paper("COURT"), vault.key(), now=vault.now
    )
    vault.after(91)
    plan = vault.approve(vault.draft(row.id))
    vault.forfeit(later.id)
    second = vault.approve(vault.draft(row.id))
    assert [line.amount for line in second.lines] == [90_00, 270_00]
    assert second.remainder == 640_00
    for each in (second, plan):
        vault.pay(each, {line.registration: f"paid-{each.id}" for line in each.lines})
    losses, _ = queries.list_losses(vault.ledger, vault.anna, row.id)
    assert [loss.paid for loss in losses] == [100_00, 300_00]
    assert vault.book_adds_up()


def test_a_loss_registered_in_two_proceedings_is_paid_once(vault: Vault) -> None:
    cases = vault.victims([100_00, 300_00])
    here, there = vault.forfeited(400_00), vault.forfeited(400_00)
    both = [vault.proceeding(cases, [asset.id]) for asset in (here, there)]
    for row in both:
        vault.notice(row.id)
        vault.accepts(vault.registers(row.id, "R1", 100_00))
    vault.accepts(vault.registers(both[1].id, "R2", 300_00))
    vault.after(91)
    plans = [vault.approve(vault.draft(row.id)) for row in both]
    assert [[line.amount for line in plan.lines] for plan in plans] == [[100_00], [0, 300_00]]
    assert [plan.remainder for plan in plans] == [300_00, 100_00]
    for plan in plans:
        vault.pay(plan, {line.registration: f"paid-{plan.id}" for line in plan.lines if line.amount})
    assert vault.book_adds_up()


def test_what_came_back_from_a_bank_is_not_paid_again(vault: Vault) -> None:
    row = vault.ready(1_000_00, [100_00, 300_00])
    first, _ = vault.losses(row.id)
    assert vault.came_back(first, 60_00).recovered == 60_00
    plan = vault.approve(vault.draft(row.id))
    assert ([line.amount for line in plan.lines], plan.remainder) == ([40_00, 300_00], 660_00)
    vault.pay(plan, {line.registration: "paid" for line in plan.lines})
    assert vault.book_adds_up()


def test_what_came_back_makes_a_drafted_plan_void_and_stops_a_line_that_was_approved(vault: Vault) -> None:
    row = vault.ready(1_000_00, [100_00, 300_00])
    first, second = vault.losses(row.id)
    seen = vault.draft(row.id)
    vault.came_back(first, 60_00)
    with pytest.raises(NotPossible, match="have changed"):
        vault.approve(seen)
    payouts.withdraw_payout(vault.ledger, vault.ines, seen.id, "Money came back.", vault.key(), now=vault.now)
    plan = vault.approve(vault.draft(row.id))
    vault.came_back(second, 1)
    vault.pay(plan, {first.id: "paid"})
    with pytest.raises(NotPossible, match="got money back elsewhere"):
        vault.pay(plan, {second.id: "paid"})
    assert [loss.paid for loss in vault.losses(row.id)] == [40_00, 0]


def test_money_that_came_back_counts_once_in_every_proceeding_and_never_above_the_loss(vault: Vault) -> None:
    cases = vault.victims([100_00])
    both = [vault.proceeding(cases, [vault.forfeited(400_00).id]) for _ in range(2)]
    for row in both:
        vault.notice(row.id)
        vault.accepts(vault.registers(row.id, "R1", 100_00))
    (here,), (there,) = (vault.losses(row.id) for row in both)
    vault.came_back(here, 70_00)
    with pytest.raises(NotPossible, match="noted already"):
        vault.came_back(there, 30_00)
    with pytest.raises(NotPossible, match="not above the reported loss"):
        vault.came_back(there, 30_01, "RETURN-2")
    with pytest.raises(NotPossible, match="payer and a reference"):
        vault.came_back(there, 30_00, " ")
    vault.after(91)
    assert [vault.draft(row.id).total for row in both] == [30_00, 30_00]
    with pytest.raises(NotAllowed):
        recoveries.note_recovery(vault.ledger, vault.pros, here.id, 1, "B", "r", vault.now, vault.key())


def test_no_plan_is_approved_without_two_officers_who_are_still_here(vault: Vault) -> None:
    row = vault.ready(500_00, [100_00])
    plan = vault.draft(row.id)
    for change, sentence in (
        ("UPDATE payout_plans SET state = 'approved'", "two officers"),
        (
            "INSERT INTO payout_plans (proceeding_id, state, pot, total, remainder, fund, rule_id, rule_digest, digest,"
            " drafted_by, drafted_at) SELECT proceeding_id, 'approved', pot, total, remainder, fund, rule_id,"
            " rule_digest, digest, drafted_by, drafted_at FROM payout_plans",
            "begins as a draft",
        ),
    ):
        with pytest.raises(NotPossible, match=sentence):
            vault.sql(change)
    first, second, third = vault.pros, vault.com, vault.officer("com2", "commander")
    vault.ledger.number_committed_rows()
    states = []
    for officer in (first, second, third):
        plan = payouts.approve_payout(vault.ledger, officer, plan.id, plan.digest, vault.key(), now=vault.now)
        states.append(plan.state)
        if officer == first:
            deactivate_officer(vault.ledger, "pros")
    assert states == ["drafted", "drafted", "approved"]
