"""A refund without a court: notice, claims by code, shares that two officers approve, and what is refused on the way."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from tests.assets.refunds.conftest import RefundRoom
from warroom.assets.refunds import decisions, queries
from warroom.errors import LedgerError, NotAllowed, NotFound, NotPossible


def refused(code: str) -> "pytest.RaisesExc[NotPossible]":
    return pytest.raises(NotPossible, check=lambda problem: problem.code == f"refunds.{code}")


def test_a_refund_pays_each_victim_in_proportion_and_the_rest_stays(refund_room: RefundRoom) -> None:
    refund = refund_room.decided(100_00, [100_00, 50_00])
    assert refund.claims_until == refund.notice_at + timedelta(days=90)  # type: ignore[operator]
    proposed = refund_room.propose(refund)
    assert (proposed.total, proposed.remainder) == (100_00, 0)
    assert [line.share for line in refund_room.lines(refund)] == [66_67, 33_33]
    assert refund_room.approve_shares(proposed, refund_room.pros).state == "proposed"
    approved = refund_room.approve_shares(proposed, refund_room.com)
    assert (approved.state, approved.approved_by) == ("approved", ("pros", "com"))
    first, second = refund_room.lines(refund)
    refund_room.pay_share(first)
    paid = refund_room.pay_share(second, "PAY-2")
    assert paid.paid == 100_00
    assert refund_room.sql("SELECT amount, payer FROM loss_recoveries ORDER BY id") == [
        (66_67, "B02"),
        (33_33, "B02"),
    ]
    refund_room.ledger.number_committed_rows()
    verbs = [
        row[0]
        for row in refund_room.sql("SELECT verb FROM audit WHERE subject = 'refund:1' ORDER BY sequence")
    ]
    assert [verb for verb in verbs if verb != "refund.read"] == [
        "refund.opened",
        "refund.noticed",
        *["refund.claimed", "refund.claim-decided"] * 2,
        "refund.proposed",
        *["refund.approved"] * 2,
        *["refund.paid"] * 2,
    ]


def test_what_nobody_claims_stays_with_its_rule(refund_room: RefundRoom) -> None:
    refund = refund_room.noticed(500_00, [100_00, 50_00])
    [first, _] = refund_room.lines(refund)
    refund_room.claim(first.code, 100_00)
    refund_room.decide(first, 100_00)
    refund_room.after(91)
    proposed = refund_room.propose(refund, "exact")
    assert (proposed.total, proposed.remainder, proposed.kept_rule) == (100_00, 400_00, "refund-unclaimed")


def test_exact_shares_need_a_pot_that_holds_them(refund_room: RefundRoom) -> None:
    refund = refund_room.decided(100_00, [100_00, 50_00])
    with refused("pot-too-small"):
        refund_room.propose(refund, "exact")
    with refused("method-unfit"):
        refund_room.propose(refund, "by lot")


def test_a_pot_of_zero_and_a_refund_without_cases_are_refused(refund_room: RefundRoom) -> None:
    for pot in (0, -1, 10**18):
        with refused("pot-unfit"):
            refund_room.opened(pot, [100_00])
    with refused("refund-unfit"):
        decisions.open_refund(
            refund_room.ledger, refund_room.pros, [], 1, "B02", "7", refund_room.now, "k", now=refund_room.now
        )
    refund_room.opened(100_00, [100_00])
    with pytest.raises((LedgerError, IntegrityError)):
        refund_room.sql("UPDATE refunds SET pot = 0")


def test_a_notice_before_the_rule_is_in_force_is_refused(refund_room: RefundRoom) -> None:
    refund = refund_room.opened(100_00, [100_00])
    early = datetime.fromisoformat("2026-08-14T12:00:00+07:00")
    with pytest.raises(NotPossible, check=lambda problem: problem.code == "law.rule-not-in-force"):
        decisions.give_notice(
            refund_room.ledger, refund_room.pros, refund.id, "Gazette", early, "k", now=refund_room.now
        )


def test_a_claim_is_taken_once_in_its_window_and_by_its_own_code(refund_room: RefundRoom) -> None:
    refund = refund_room.noticed(100_00, [100_00, 50_00, 20_00])
    first, second, third = refund_room.lines(refund)
    with pytest.raises(NotFound):
        refund_room.claim("0000-0000-0000", 100_00)
    with refused("claim-sum-unfit"):
        refund_room.claim(first.code, 0)
    with refused("account-missing"):
        refund_room.claim(first.code, 100_00, account=" ")
    with refused("window-over"):
        refund_room.claim(first.code, 100_00, at=refund_room.now - timedelta(seconds=1))
    refund_room.claim(first.code.lower().replace("-", " "), 100_00)
    with refused("claimed-already"):
        refund_room.claim(first.code, 100_00)
    # Another's code files another's claim, and touches no other line.
    assert [line.state for line in refund_room.lines(refund)] == ["filed", "invited", "invited"]
    sent_in_time = refund_room.now
    refund_room.after(90)
    with refused("window-over"):
        refund_room.claim(second.code, 50_00)
    refund_room.claim(third.code, 20_00, at=sent_in_time)
    assert [line.state for line in refund_room.lines(refund)] == ["filed", "invited", "filed"]


def test_an_officer_accepts_no_more_than_was_claimed_or_lost_and_says_why_less(
    refund_room: RefundRoom,
) -> None:
    refund = refund_room.noticed(100_00, [100_00])
    [line] = refund_room.lines(refund)
    refund_room.claim(line.code, 100_000_00)
    with refused("accepted-above-claimed"):
        refund_room.decide(line, 100_000_01)
    with refused("accepted-above-loss"):
        refund_room.decide(line, 60_000_00, "Less.")
    with refused("less-reason-missing"):
        refund_room.decide(line, 50_00)
    with pytest.raises(NotAllowed):
        decisions.decide_claim(
            refund_room.ledger, refund_room.anna, line.id, 1, "So.", "k", now=refund_room.now
        )
    refund_room.decide(line, 0, "Not in the records.")
    with refused("claim-decided"):
        refund_room.decide(line, 50_00, "After all.")


def test_shares_wait_for_the_window_and_every_decision_and_then_no_claim_changes(
    refund_room: RefundRoom,
) -> None:
    refund = refund_room.noticed(100_00, [100_00, 50_00])
    first, second = refund_room.lines(refund)
    refund_room.claim(first.code, 100_00)
    refund_room.claim(second.code, 50_00)
    refund_room.decide(first, 100_00)
    with refused("window-open"):
        refund_room.propose(refund)
    refund_room.after(91)
    with refused("claim-undecided"):
        refund_room.propose(refund)
    refund_room.decide(second, 40_00, "As the slip says.")
    proposed = refund_room.propose(refund)
    with refused("claim-decided"):
        refund_room.decide(second, 50_00)
    with refused("not-to-share"):
        refund_room.propose(proposed)


def test_nobody_approves_alone_twice_or_what_they_proposed(refund_room: RefundRoom) -> None:
    both = refund_room.officer("both", "custodian", "prosecutor")
    refund = refund_room.propose(refund_room.decided(100_00, [100_00]), by=both)
    with refused("proposed-by-you"):
        refund_room.approve_shares(refund, both)
    with pytest.raises(NotAllowed):
        refund_room.approve_shares(refund, refund_room.anna)
    refund_room.approve_shares(refund, refund_room.pros)
    with refused("approved-by-you"):
        refund_room.approve_shares(refund, refund_room.pros)
    with refused("nothing-to-pay"):
        refund_room.pay_share(refund_room.lines(refund)[0])
    # The database says the same to whatever else may write there.
    for statement in (
        "UPDATE refunds SET state = 'approved'",
        "INSERT INTO refund_approvals SELECT id, proposed_by, digest, now() FROM refunds",
        "UPDATE refund_claims SET share = share + 1",
        "UPDATE refund_claims SET paid_at = now(), paid_by = decided_by, payment = 'x'",
        "DELETE FROM refund_claims",
    ):
        with pytest.raises((LedgerError, IntegrityError)):
            refund_room.sql(statement)


def test_shares_that_were_withdrawn_need_new_approvals(refund_room: RefundRoom) -> None:
    refund = refund_room.propose(refund_room.decided(100_00, [100_00, 100_00]))
    refund_room.approve_shares(refund, refund_room.pros)
    decisions.withdraw_shares(
        refund_room.ledger, refund_room.com, refund.id, "Once more.", "w", now=refund_room.now
    )
    refund_room.after(0.1)
    second = refund_room.propose(refund)
    with refused("shares-changed"):
        refund_room.approve_shares(refund, refund_room.com)
    assert refund_room.approve_shares(second, refund_room.com).state == "proposed"


def test_what_came_back_elsewhere_is_not_paid_a_second_time(refund_room: RefundRoom) -> None:
    refund = refund_room.decided(500_00, [100_00])
    back = (
        "INSERT INTO loss_recoveries (source, record_id, amount, payer, reference, at, recorded_at, officer_id)"
        " VALUES ('hotline', 'R1', {}, 'B02', '{}', now(), now(), {})"
    )
    refund_room.sql(back.format(30_00, "A", refund_room.anna.id))
    proposed = refund_room.propose(refund, "exact")
    assert (proposed.total, proposed.remainder) == (70_00, 430_00)
    refund_room.approve_shares(proposed, refund_room.pros)
    refund_room.approve_shares(proposed, refund_room.com)
    refund_room.sql(back.format(50_00, "B", refund_room.anna.id))
    with refused("recovered-since"):
        refund_room.pay_share(refund_room.lines(refund)[0])


def test_a_share_is_paid_once(refund_room: RefundRoom) -> None:
    refund = refund_room.propose(refund_room.decided(100_00, [100_00]))
    refund_room.approve_shares(refund, refund_room.pros)
    refund_room.approve_shares(refund, refund_room.com)
    [line] = refund_room.lines(refund)
    with refused("payment-missing"):
        refund_room.pay_share(line, " ")
    refund_room.pay_share(line)
    with refused("paid-already"):
        refund_room.pay_share(line, "PAY-2")


def test_codes_are_shown_to_who_sends_the_letters_alone(refund_room: RefundRoom) -> None:
    refund = refund_room.noticed(100_00, [100_00])
    assert refund_room.lines(refund)[0].code
    [seen] = queries.read_refund(refund_room.ledger, refund_room.com, refund.id, now=refund_room.now)[1]
    assert seen.code == ""
    assert queries.list_refunds(refund_room.ledger, refund_room.com, now=refund_room.now)[1] == 1
