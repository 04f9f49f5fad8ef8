"""One loss is paid once, however many plans and proceedings there are."""

import pytest

from tests.operations.assets.conftest import Vault
from warroom.errors import NotPossible
from warroom.operations import assets
from warroom.operations.officers import deactivate


def test_a_second_plan_counts_what_the_first_one_has_yet_to_pay(vault: Vault) -> None:
    cases = vault.victims([100_00, 300_00])
    first, later = vault.forfeited(40_00), vault.seized(1_000_00)
    row = vault.proceeding(cases, [first.id, later.id])
    vault.notice(row.id)
    for report, loss in (("R1", 100_00), ("R2", 300_00)):
        vault.accepts(vault.registers(row.id, report, loss))
    assets.keep(vault.ledger, vault.pros, later.id, vault.paper("COURT"), vault.key(), now=vault.now)
    vault.after(91)
    plan = vault.approve(vault.draft(row.id))
    vault.forfeit(later.id)
    second = vault.approve(vault.draft(row.id))
    assert [line.amount for line in second.lines] == [90_00, 270_00]
    assert second.remainder == 640_00
    for each in (second, plan):
        vault.pay(each, {line.registration: f"paid-{each.id}" for line in each.lines})
    losses, _ = assets.list_losses(vault.ledger, vault.anna, row.id)
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
    vault.ledger.settle()
    states = []
    for officer in (first, second, third):
        plan = assets.approve_payout(vault.ledger, officer, plan.id, plan.digest, vault.key(), now=vault.now)
        states.append(plan.state)
        if officer == first:
            deactivate(vault.ledger, "pros")
    assert states == ["drafted", "drafted", "approved"]
