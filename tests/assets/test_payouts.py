"""Pay-outs: pro rata to the satang, two officers and more, once, and never above the loss."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest

from tests.assets.conftest import Vault
from warroom.assets import queries
from warroom.assets.decisions import owners, payouts, proceedings, steps
from warroom.errors import NotAllowed, NotFound, NotPossible, WarroomError
from warroom.ledger.postgres import PostgresServer
from warroom.room.worklist.log_proof import prove_log_row
from warroom.room.worklist.order_list import read_log


def test_three_victims_are_paid_pro_rata_to_the_satang(vault: Vault) -> None:
    row = vault.ready(100_00, [100_00, 100_00, 100_00])
    plan = vault.draft(row.id)
    assert [line.amount for line in plan.lines] == [33_34, 33_33, 33_33]
    assert (plan.pot, plan.total, plan.remainder) == (100_00, 100_00, 0)
    plan = vault.approve(plan)
    plan = vault.pay(plan, {line.registration: f"BANK-{line.registration}" for line in plan.lines})
    assert all(line.paid_at for line in plan.lines)
    book = queries.read_proceeding(vault.ledger, vault.anna, row.id, now=vault.now).book
    assert (book.paid, book.pot, book.custody) == (100_00, 0, 0)
    assert vault.book_adds_up()


def test_what_no_loss_is_left_for_goes_to_the_named_fund(vault: Vault) -> None:
    row = vault.ready(500_00, [100_00, 150_00])
    plan = vault.approve(vault.draft(row.id))
    assert ([line.amount for line in plan.lines], plan.remainder, plan.fund) == (
        [100_00, 150_00],
        250_00,
        "TREASURY",
    )
    book = queries.read_proceeding(vault.ledger, vault.anna, row.id, now=vault.now).book
    assert (book.remainder, book.pot, book.custody) == (250_00, 250_00, 0)


def test_a_line_paid_twice_is_paid_once_and_never_under_another_reference(vault: Vault) -> None:
    row = vault.ready(90_00, [100_00, 200_00])
    plan = vault.approve(vault.draft(row.id))
    first = plan.lines[0].registration
    vault.pay(plan, {first: "BANK-1"}, key="pay-once-now")
    vault.pay(plan, {first: "BANK-1"}, key="pay-once-now")
    vault.pay(plan, {first: "BANK-1"})
    with pytest.raises(NotPossible, match="another reference"):
        vault.pay(plan, {first: "BANK-2"})
    book = queries.read_proceeding(vault.ledger, vault.anna, row.id, now=vault.now).book
    assert book.paid == 30_00


def test_two_officers_pay_the_same_line_at_once(vault: Vault) -> None:
    row = vault.ready(90_00, [100_00, 200_00])
    plan = vault.approve(vault.draft(row.id))
    line = plan.lines[0]
    people = [vault.kim, vault.officer("kai", "custodian")]

    def one(place: int) -> str:
        try:
            given = {line.registration: f"BANK-{place}"}
            payouts.record_payments(
                vault.ledger, people[place], plan.id, given, f"at-once-{place}", now=vault.now
            )
        except WarroomError as problem:
            return problem.sentence
        return "paid"

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(one, range(2)))
    assert said.count("paid") == 1
    assert vault.sql("SELECT sum(amount) FROM asset_postings WHERE account = 'paid'")[0][0] == line.amount


def test_who_drafted_a_plan_cannot_approve_it_and_one_word_is_not_enough(vault: Vault) -> None:
    row = vault.ready(90_00, [100_00])
    both = vault.officer("both", "investigator", "prosecutor")
    plan = payouts.draft_payout(vault.ledger, both, row.id, vault.key(), now=vault.now)
    with pytest.raises(NotPossible, match="other officers"):
        payouts.approve_payout(vault.ledger, both, plan.id, plan.digest, vault.key(), now=vault.now)
    for _ in range(2):
        plan = payouts.approve_payout(
            vault.ledger, vault.pros, plan.id, plan.digest, "approve-once", now=vault.now
        )
    assert plan.state == "drafted"
    with pytest.raises(NotPossible, match="approved this pay-out already"):
        payouts.approve_payout(vault.ledger, vault.pros, plan.id, plan.digest, vault.key(), now=vault.now)
    with pytest.raises(NotPossible, match="not approved"):
        vault.pay(plan, {plan.lines[0].registration: "BANK-1"})
    with pytest.raises(NotAllowed):
        payouts.approve_payout(vault.ledger, vault.anna, plan.id, plan.digest, vault.key(), now=vault.now)


def test_three_officers_approve_at_once_and_the_pot_is_filled_once(vault: Vault) -> None:
    row = vault.ready(90_00, [100_00])
    plan = vault.draft(row.id)
    people = [vault.pros, vault.com, vault.officer("pam", "prosecutor")]

    def one(place: int) -> str:
        try:
            payouts.approve_payout(
                vault.ledger, people[place], plan.id, plan.digest, f"approve-{place}", now=vault.now
            )
        except WarroomError as problem:
            return problem.sentence
        return "approved"

    with ThreadPoolExecutor(3) as pool:
        said = list(pool.map(one, range(3)))
    assert said.count("approved") == 2
    assert vault.sql("SELECT sum(amount) FROM asset_postings WHERE account = 'pot'")[0][0] == 90_00


def test_a_valuation_or_cost_after_the_plan_makes_it_void(vault: Vault) -> None:
    row = vault.ready(90_00, [100_00])
    plan = vault.draft(row.id)
    asset = queries.list_assets(vault.ledger, vault.anna)[0][0]
    vault.valued(asset.id, 80_00)
    with pytest.raises(NotPossible, match="changed since this plan was drafted"):
        payouts.approve_payout(vault.ledger, vault.pros, plan.id, plan.digest, vault.key(), now=vault.now)
    with pytest.raises(NotPossible, match="waits for approval already"):
        vault.draft(row.id)
    payouts.withdraw_payout(vault.ledger, vault.ines, plan.id, "Recounted.", vault.key(), now=vault.now)
    again = vault.approve(vault.draft(row.id))
    assert (again.pot, again.state) == (80_00, "approved")
    with pytest.raises(NotPossible, match="is pooled"):
        vault.valued(asset.id, 70_00)


def test_an_owners_claim_on_forfeited_money_stops_the_pay_out(vault: Vault) -> None:
    row = vault.ready(90_00, [100_00])
    plan = vault.draft(row.id)
    asset = queries.list_assets(vault.ledger, vault.anna)[0][0]
    owners.file_claim(vault.ledger, vault.anna, asset.id, "A shop", "Its till.", vault.key(), now=vault.now)
    with pytest.raises(NotPossible, match="must be decided first"):
        payouts.approve_payout(vault.ledger, vault.pros, plan.id, plan.digest, vault.key(), now=vault.now)


def test_a_victim_of_another_case_cannot_register_nor_be_paid(vault: Vault) -> None:
    cases = vault.victims([100_00, 100_00])
    asset = vault.forfeited(50_00, case="C-1")
    row = vault.proceeding(cases[:1], [asset.id])
    vault.notice(row.id)
    with pytest.raises(NotPossible, match="not in a case of this proceeding"):
        vault.registers(row.id, "R2", 100_00)
    with pytest.raises(NotFound, match="no such report"):
        vault.registers(row.id, "R99", 100_00)
    vault.accepts(vault.registers(row.id, "R1", 100_00))
    vault.after(91)
    plan = vault.approve(vault.draft(row.id))
    with pytest.raises(NotFound, match="not of this pay-out"):
        vault.pay(plan, {999: "BANK-1"})


def test_an_asset_of_another_case_cannot_be_brought_into_a_proceeding(vault: Vault) -> None:
    vault.victims([100_00, 100_00])
    asset = vault.forfeited(50_00, case="C-2")
    with pytest.raises(NotPossible, match="none of these cases"):
        vault.proceeding(["C-1"], [asset.id])
    vault.proceeding(["C-2"], [asset.id])
    with pytest.raises(NotPossible, match="another proceeding"):
        vault.proceeding(["C-2"], [asset.id])


def test_victims_register_once_within_ninety_days_of_the_notice_for_no_more_than_they_reported(
    vault: Vault,
) -> None:
    vault.victims([100_00, 40_00])
    asset = vault.forfeited(50_00)
    row = vault.proceeding(["C-1", "C-2"], [asset.id])
    with pytest.raises(NotPossible, match="No notice"):
        vault.registers(row.id, "R1", 100_00)
    row = vault.notice(row.id)
    assert row.register_until is not None
    assert row.notice_at is not None
    assert row.register_until - row.notice_at == timedelta(days=90)
    with pytest.raises(NotPossible, match="not above the loss"):
        vault.registers(row.id, "R1", 100_01)
    for _ in range(2):
        vault.registers(row.id, "R1", 100_00, key="registered-twice")
    with pytest.raises(NotPossible, match="registered in the proceeding already"):
        vault.registers(row.id, "R1", 60_00)
    vault.after(90)
    with pytest.raises(NotPossible, match="time to register ended"):
        vault.registers(row.id, "R2", 40_00)


def test_a_plan_waits_for_the_window_and_for_every_decision(vault: Vault) -> None:
    vault.victims([100_00])
    asset = vault.forfeited(50_00)
    row = vault.proceeding(["C-1"], [asset.id])
    vault.notice(row.id)
    loss = vault.registers(row.id, "R1", 100_00)
    with pytest.raises(NotPossible, match="may still register"):
        vault.draft(row.id)
    vault.after(91)
    with pytest.raises(NotPossible, match="undecided"):
        vault.draft(row.id)
    vault.accepts(loss, 0, "A second report of the same loss.")
    plan = vault.draft(row.id)
    assert (plan.lines, plan.remainder) == ((), 50_00)


def test_a_loss_is_accepted_by_another_officer_for_no_more_than_claimed(vault: Vault) -> None:
    vault.victims([100_00])
    asset = vault.forfeited(50_00)
    row = vault.proceeding(["C-1"], [asset.id])
    vault.notice(row.id)
    both = vault.officer("both", "officer", "supervisor")
    loss = vault.registers(row.id, "R1", 80_00, by=both)
    with pytest.raises(NotPossible, match="another officer"):
        proceedings.decide_loss(vault.ledger, both, loss.id, 80_00, "", vault.key(), now=vault.now)
    with pytest.raises(NotPossible, match="more than the claim"):
        vault.accepts(loss, 80_01)
    with pytest.raises(NotPossible, match="needs a reason"):
        vault.accepts(loss, 10_00)


def test_two_reports_of_one_loss_are_not_accepted_twice(vault: Vault) -> None:
    vault.victims([50_000_00])
    vault.report("R1-bank", ["T1"], 50_000_00, source="bank-line")
    vault.sync()
    asset = vault.forfeited(200_000_00)
    row = vault.proceeding(["C-1"], [asset.id])
    vault.notice(row.id)
    vault.accepts(vault.registers(row.id, "R1", 50_000_00))
    second = proceedings.register_loss(
        vault.ledger,
        vault.anna,
        row.id,
        "bank-line",
        "R1-bank",
        100_00,
        "B01",
        "1",
        vault.key(),
        now=vault.now,
    )
    with pytest.raises(NotPossible, match="two reports may tell of one"):
        vault.accepts(second)


def test_a_second_pay_out_pays_only_what_is_still_owed(vault: Vault) -> None:
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
    vault.pay(plan, {line.registration: "first" for line in plan.lines})
    vault.forfeit(later.id)
    second = vault.approve(vault.draft(row.id))
    assert [line.amount for line in second.lines] == [90_00, 270_00]
    assert second.remainder == 640_00
    vault.pay(second, {line.registration: "second" for line in second.lines})
    losses, _ = queries.list_losses(vault.ledger, vault.anna, row.id)
    assert [(loss.paid, loss.accepted) for loss in losses] == [(100_00, 100_00), (300_00, 300_00)]
    assert vault.book_adds_up()


def test_the_database_itself_refuses_more_than_a_loss_and_a_payment_without_its_line(
    vault: Vault, ledger_server: PostgresServer, database: str
) -> None:
    row = vault.ready(500_00, [100_00])
    plan = vault.approve(vault.draft(row.id))
    who = plan.lines[0].registration
    entry = (
        "INSERT INTO asset_entries (kind, at, recorded_at, text, document)"
        " VALUES ('paid', now(), now(), '', '') RETURNING id"
    )
    paid = (
        "INSERT INTO asset_postings (entry_id, account, amount, plan_id, registration_id)"
        " VALUES (%(entry)s, 'paid', %(amount)s, %(plan)s, %(who)s)"
    )
    pot = "INSERT INTO asset_postings (entry_id, account, amount, plan_id) VALUES (%(entry)s, 'pot', -%(amount)s, %(plan)s)"
    for amount, sentence in ((100_01, "more than the accepted loss"), (50_00, "only with its payment")):
        with psycopg.connect(ledger_server.make_url("postgres", database)) as connection:
            found = connection.execute(entry).fetchone()
            assert found
            values = {"entry": found[0], "amount": amount, "plan": plan.id, "who": who}
            both = f"{paid}; {pot}" % values
            with pytest.raises(psycopg.Error, match=sentence):
                connection.execute(f"{both}; SET CONSTRAINTS ALL IMMEDIATE")
    with psycopg.connect(ledger_server.make_url("postgres", database), autocommit=True) as connection:
        for change in (
            "UPDATE payout_lines SET amount = outstanding",
            "UPDATE payout_plans SET pot = 1",
            "UPDATE loss_registrations SET pay_account = 'mine'",
            "DELETE FROM payout_approvals",
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(change)


MANY = 1_351
"""Victims registered in the largest case that the press tells of (2.5 thousand million baht)."""


@pytest.mark.soak
def test_a_pay_out_to_well_over_a_thousand_victims_adds_up(vault: Vault) -> None:
    cases = vault.victims([50_000_00])
    asset = vault.forfeited(1_000_000_07)
    row = vault.proceeding(cases, [asset.id])
    vault.notice(row.id)
    many = {"many": MANY, "row": row.id, "kim": vault.kim.id, "pros": vault.pros.id}
    vault.sql("UPDATE cases SET loss = 10000000000")
    vault.sql(
        "INSERT INTO case_reports SELECT 'hotline', 'M' || n, 1, now(), 1000 + n * n, '1441', '{}', n::text, false"
        " FROM generate_series(1, :many) n",
        **many,
    )
    vault.sql(
        "INSERT INTO loss_registrations (receipt, proceeding_id, case_id, source, record_id, claimed, accepted,"
        " pay_bank, pay_account, state, filed_at, filed_by, decided_by, decided_at, reason)"
        " SELECT 'M' || n, :row, 1, 'hotline', 'M' || n, 1000 + n * n, 1000 + n * n, 'B01', n::text, 'accepted',"
        " now(), :kim, :pros, now(), '' FROM generate_series(1, :many) n",
        **many,
    )
    vault.after(91)
    plan = vault.approve(vault.draft(row.id))
    assert len(plan.lines) == MANY
    assert sum(line.amount for line in plan.lines) == plan.total == 1_000_000_07
    paid = vault.pay(plan, {line.registration: "batch-1" for line in plan.lines if line.amount})
    assert all(line.paid_at for line in paid.lines if line.amount)
    assert vault.book_adds_up()


def test_a_proceeding_with_a_sealed_case_is_not_there_for_another_agency(vault: Vault) -> None:
    cases = vault.victims([100_00, 100_00])
    asset = vault.forfeited(50_00)
    row = vault.proceeding(cases, [asset.id])
    other = vault.officer("other", "officer")
    assert queries.list_proceedings(vault.ledger, other)[1] == 1
    vault.sql("UPDATE officers SET agency = 'Elsewhere' WHERE username = 'other'")
    vault.sql("INSERT INTO case_access VALUES (2, 'Police', 1, now())")
    assert queries.list_proceedings(vault.ledger, other)[1] == 0
    assert queries.list_proceedings(vault.ledger, vault.anna)[1] == 1
    with pytest.raises(NotFound, match="no such proceeding"):
        queries.read_proceeding(vault.ledger, other, row.id, now=vault.now)
    with pytest.raises(NotFound, match="no such proceeding"):
        queries.list_losses(vault.ledger, other, row.id)


def test_the_log_shows_nothing_of_a_proceeding_over_a_sealed_case_to_others(vault: Vault) -> None:
    row = vault.ready(90_00, [100_00, 200_00])
    plan = vault.approve(vault.draft(row.id))
    vault.pay(plan, {plan.lines[0].registration: "BANK-1"})
    queries.read_proceeding(vault.ledger, vault.anna, row.id, now=vault.now)
    auditor = vault.officer("aud", "auditor")
    seal = (
        "INSERT INTO case_access (case_id, agency, officer_id, at) SELECT id, 'OTHER', :o, now() FROM cases"
    )
    vault.sql(f"{seal} WHERE number = 'C-2'", o=vault.anna.id)
    told = [one for one in read_log(vault.ledger, auditor) if one.subject.startswith("proceeding:")]
    assert {one.verb for one in told} == {"loss.registered", "loss.decided"}  # of the case that is open
    assert {one.case for one in told} == {"C-1"}
    [number] = vault.sql("SELECT sequence FROM audit WHERE verb = 'payout.drafted'")[0]
    with pytest.raises(NotAllowed, match="sealed to your agency"):
        prove_log_row(vault.ledger, number, officer=auditor)
