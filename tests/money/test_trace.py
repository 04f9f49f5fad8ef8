"""What an officer reads in a trail: where the money is, what may be held, and what speaks for each holder."""

import math
from datetime import timedelta
from typing import Any

import pytest

from tests.money.lakes import a_lake, at, put, transfer
from warroom.errors import TraceError
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.money.index.opening import open_index
from warroom.money.trace.as_json import trail_as_json
from warroom.money.trace.pace import estimate_half_life, estimate_share_left, minutes_to_exit
from warroom.money.trace.tracing import trace
from warroom.money.trail import HoldProposal, TracedAccount, Trail
from warroom.reasons.reason import LANGUAGES, load_sentences, render

DAY = 1440.0


def traced(lake: Lake, *ids: str, minutes: float = 60, **how: Any) -> Trail:
    return trace(lake, open_index(lake.home, lake), ids, as_of=at(minutes), **how)


def on(trail: Trail, number: str) -> TracedAccount:
    return next(each for each in trail.accounts if each.account.number == number)


def hold(trail: Trail, number: str) -> HoldProposal:
    return next(each for each in (*trail.holds, *trail.not_held) if each.account.number == number)


def codes(reasons: tuple) -> set[str]:
    return {reason.code for reason in reasons}


CHAIN = (
    transfer("T1", 0, "A/V", "A/M1", 10_000),
    transfer("T2", 5, "A/M1", "B/M2", 9_000),
    transfer("T3", 7, "B/M2", "C/X", 5_000, "crypto"),
    transfer("T4", 8, "B/M2", "C/S", 1_000, "goods"),
)


def test_the_four_sums_make_the_loss(home: Home) -> None:
    trail = traced(a_lake(home, *CHAIN), "T1")
    assert (trail.loss, trail.still_there) == (1_000_000, 400_000)
    assert (trail.exited, trail.spent, trail.beyond_horizon) == (500_000, 100_000, 0)
    assert sorted((end.account.number, end.kind, end.channel) for end in trail.ends) == [
        ("S", "spent", "goods"),
        ("X", "exited", "crypto"),
    ]


def test_the_json_has_the_contracts_keys_and_decimal_strings(home: Home) -> None:
    body = trail_as_json(traced(a_lake(home, *CHAIN), "T1"))
    assert [body[name] for name in ("loss", "still_there", "exited", "spent", "beyond_horizon")] == [
        "10000.00",
        "4000.00",
        "5000.00",
        "1000.00",
        "0.00",
    ]
    account = body["accounts"][1]
    assert {
        name: account[name] for name in ("bank", "account", "tainted_in", "passed_on", "still_there", "hops")
    } == {
        "bank": "B",
        "account": "M2",
        "tainted_in": "9000.00",
        "passed_on": "6000.00",
        "still_there": "3000.00",
        "hops": 2,
    }
    assert account["first_arrival"] == "2026-10-01T03:05:00+00:00"
    assert set(body["holds"][0]) >= {"bank", "account", "amount", "reasons"}


def test_holds_name_amounts_that_are_there_and_add_up_to_no_more_than_the_loss(home: Home) -> None:
    trail = traced(a_lake(home, *CHAIN), "T1")
    assert {each.account.number: each.amount for each in trail.holds} == {"M1": 100_000, "M2": 300_000}
    assert sum(each.amount for each in trail.holds) <= trail.loss
    assert [each.rank for each in trail.holds] == [1, 2]


def test_a_hold_is_never_more_than_the_balance_known_there(home: Home) -> None:
    lake = a_lake(home, *CHAIN)
    put(
        lake,
        "balances",
        [{"record_id": "B1", "bank": "B", "account": "M2", "time": at(30), "amount": "1200.00"}],
    )
    trail = traced(lake, "T1")
    assert (on(trail, "M2").still_there, on(trail, "M2").balance) == (300_000, 120_000)
    assert hold(trail, "M2").amount == 120_000


def test_a_balance_received_after_as_of_is_not_known(home: Home) -> None:
    lake = a_lake(home, *CHAIN)
    late = {"record_id": "B1", "bank": "B", "account": "M2", "time": at(30), "amount": "1200.00"}
    put(lake, "balances", [{**late, "received_at": at(90)}])
    assert hold(traced(lake, "T1"), "M2").amount == 300_000


def test_the_first_to_act_on_is_where_most_would_leave_soonest(home: Home) -> None:
    lake = a_lake(
        home,
        transfer("T1", 0, "A/V", "A/OLD", 10_000),
        transfer("T2", 58, "A/V", "A/FRESH", 10_000),
    )
    trail = traced(lake, "T1", "T2")
    assert [each.account.number for each in trail.holds] == ["FRESH", "OLD"]


def test_the_victims_own_account_is_never_held(home: Home) -> None:
    """The bait: the gang pays a little back, and the victim sends more."""
    lake = a_lake(
        home,
        transfer("T1", 0, "A/V", "A/M", 5_000),
        transfer("T2", 5, "A/M", "A/V", 800),
        transfer("T3", 9, "A/V", "A/M", 300),
    )
    trail = traced(lake, "T1")
    victim = hold(trail, "V")
    assert (victim.amount, on(trail, "V").victim) == (0, True)
    assert "not_held_victim" in codes(victim.reasons)
    assert victim in trail.not_held


def test_an_honest_shop_by_its_behaviour_is_not_held(home: Home) -> None:
    customers = [transfer(f"C{i}", -DAY * 20 + i * 300, f"A/{i}", "B/SHOP", 120 + i) for i in range(40)]
    lake = a_lake(
        home, *customers, transfer("T1", 0, "A/V", "A/M", 5_000), transfer("T2", 5, "A/M", "B/SHOP", 4_000)
    )
    shop = hold(traced(lake, "T1"), "SHOP")
    assert shop.amount == 0
    assert "shop_behaviour" in codes(shop.innocent_evidence)
    assert "not_held_innocent" in codes(shop.reasons)


def test_a_registered_shop_ends_the_trail_as_spent(home: Home) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/V", "A/M", 5_000), transfer("T2", 5, "A/M", "B/SHOP", 4_000))
    put(lake, "holders", [{"record_id": "H1", "kind": "shop"}], "BANKB")
    put(lake, "accounts", [{"record_id": "A1", "bank": "B", "account": "SHOP", "holder_id": "H1"}], "BANKB")
    trail = traced(lake, "T1")
    assert trail.spent == 400_000
    assert codes(trail.ends[0].innocent_evidence) == {"known_shop"}
    assert set(trail.ends[0].innocent_evidence[0].evidence) == {"A1", "H1"}


def test_a_shop_that_became_known_later_was_no_shop_then(home: Home) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/V", "A/M", 5_000), transfer("T2", 5, "A/M", "B/SHOP", 4_000))
    shop = {"record_id": "A1", "bank": "B", "account": "SHOP", "type": "merchant", "received_at": at(45)}
    put(lake, "accounts", [shop])
    assert (traced(lake, "T1", minutes=40).spent, traced(lake, "T1", minutes=50).spent) == (0, 400_000)


def test_reasons_speak_of_the_account_and_point_at_records(home: Home) -> None:
    opened = {
        "record_id": "A1",
        "bank": "A",
        "account": "M1",
        "opened_at": at(-3 * DAY),
        "received_at": at(-DAY),
    }
    lake = a_lake(home, *CHAIN)
    put(lake, "accounts", [opened])
    reasons = {reason.code: reason for reason in on(traced(lake, "T1"), "M1").reasons}
    assert reasons["opened_recently"].params == {"days": 3}
    assert reasons["opened_recently"].evidence == ("A1",)
    assert reasons["received_from_victim"].evidence == ("T1",)
    assert reasons["passed_on"].evidence == ("T2",)
    assert "propose_screening" in reasons, "new, and emptied within minutes: someone else may run it"


def test_money_that_an_account_led_on_within_minutes_is_a_reason_where_it_lies_now(home: Home) -> None:
    trail = traced(a_lake(home, *CHAIN), "T1")
    (through,) = [reason for reason in on(trail, "M2").reasons if reason.code == "came_through"]
    assert through.params == {"minutes": 5.0, "percent": 90.0, "bank": "A"}
    assert through.evidence == ("T2",)
    assert "came_through" not in codes(on(trail, "M1").reasons), (
        "the victim's own payment leads through nobody"
    )


@pytest.mark.parametrize(("minutes", "amount"), [(31, 9_000), (5, 4_000)])
def test_money_that_was_sent_late_or_for_the_smaller_part_was_not_led_through(
    home: Home, minutes: int, amount: int
) -> None:
    paid = transfer("T2", minutes, "A/M1", "B/M2", amount)
    trail = traced(a_lake(home, transfer("T1", 0, "A/V", "A/M1", 10_000), paid), "T1")
    assert "came_through" not in codes(on(trail, "M2").reasons)


def test_an_old_account_with_earlier_custom_and_a_salary_has_that_said(home: Home) -> None:
    salaries = [transfer(f"S{i}", -DAY * 30 * i - 700, "A/BOSS", "B/N", 18_000) for i in range(1, 8)]
    custom = [transfer(f"E{i}", -DAY * i, "A/M", "B/N", 40) for i in range(1, 4)]
    lake = a_lake(
        home,
        *salaries,
        *custom,
        transfer("T1", 0, "A/V", "A/M", 5_000),
        transfer("T2", 5, "A/M", "B/N", 4_000),
    )
    evidence = {reason.code: reason for reason in on(traced(lake, "T1"), "N").innocent_evidence}
    assert evidence["earlier_custom"].params["count"] == 3
    assert evidence["regular_income"].params["months"] == 7
    assert evidence["long_in_use"].params["days"] >= 180
    assert set(evidence["earlier_custom"].evidence) == {"E1", "E2", "E3"}


OPENED = {"record_id": "A1", "bank": "B", "account": "N", "opened_at": at(-400 * DAY)}
"""An account with a life of its own, so that a small part of its turnover would spare it."""


def turnover_of(home: Home, *others: dict[str, Any]) -> HoldProposal:
    lake = a_lake(
        home,
        *others,
        transfer("T1", 0, "A/V", "A/M", 5_000),
        transfer("T2", 5, "A/M", "B/N", 4_000),
    )
    put(lake, "accounts", [{**OPENED, "received_at": at(-DAY)}])
    return hold(traced(lake, "T1"), "N")


def test_a_mule_is_not_cleared_by_the_victims_who_pay_after(home: Home) -> None:
    later = [transfer(f"L{i}", 6 + i, f"C/W{i}", "B/N", 20_000) for i in range(20)]
    told = turnover_of(home, *later, transfer("E1", -60, "C/F", "B/N", 900))
    assert "old_account" in codes(told.innocent_evidence)
    assert not codes(told.innocent_evidence) & {"small_part_of_turnover", "outweighs"}


def test_a_shop_is_cleared_by_what_came_in_over_the_month_before(home: Home) -> None:
    earlier = [transfer(f"E{i}", -DAY * i, f"C/K{i}", "B/N", 10_000) for i in range(1, 6)]
    stale = [transfer(f"O{i}", -DAY * (30 + i), f"C/K{i}", "B/N", 70_000) for i in range(1, 6)]
    told = turnover_of(home, *earlier, *stale, transfer("L1", 6, "C/W", "B/N", 90_000))
    evidence = {reason.code: reason for reason in told.innocent_evidence}
    assert evidence["small_part_of_turnover"].params == {"percent": 8.0, "turnover": 50_000.0}
    assert set(evidence["small_part_of_turnover"].evidence) == {"E1", "E2", "E3", "E4", "E5"}
    assert "outweighs" in evidence


def test_earlier_turnover_counts_once_it_is_known(home: Home) -> None:
    earlier = [transfer("E1", -DAY, "C/K", "B/N", 90_000, received_at=at(90))]
    assert "small_part_of_turnover" not in codes(turnover_of(home, *earlier).innocent_evidence)


def test_a_new_shop_without_a_past_has_no_turnover_for_or_against_it(home: Home) -> None:
    later = [transfer(f"L{i}", 6 + i, f"C/K{i}", "B/N", 10_000) for i in range(20)]
    told = turnover_of(home, *later)
    assert codes(told.innocent_evidence) == {"old_account"}
    assert told.amount == 400_000


def test_an_officer_is_told_where_what_speaks_for_the_holder_outweighs_the_reasons(home: Home) -> None:
    custom = [transfer(f"E{i}", -DAY * i, "A/M", "B/N", 40) for i in range(1, 4)]
    path = (transfer("T1", 0, "A/V", "A/M", 5_000), transfer("T2", 5, "A/M", "B/N", 4_000))
    trail = traced(a_lake(home, *custom, *path), "T1")
    told = hold(trail, "N")
    assert told.innocent_evidence[0].code == "outweighs"
    assert told.amount == 400_000, "it is proposed all the same: the officer decides"
    assert "outweighs" not in codes(hold(trail, "M").innocent_evidence)


def test_where_nothing_speaks_for_a_holder_that_is_said(home: Home) -> None:
    assert codes(on(traced(a_lake(home, *CHAIN), "T1"), "M1").innocent_evidence) == {"nothing_found"}


def test_other_reports_that_were_known_then_are_a_reason(home: Home) -> None:
    lake = a_lake(home, *CHAIN, transfer("T9", 1, "A/W", "A/M1", 2_000))
    put(
        lake,
        "reports",
        [{"record_id": "R9", "time": at(20), "transfer_ids": ["T9"], "received_at": at(20)}],
        "1441",
    )
    put(
        lake,
        "reports",
        [{"record_id": "R1", "time": at(21), "transfer_ids": ["T1"], "received_at": at(21)}],
        "1441",
    )
    before, after = (
        {reason.code: reason for reason in on(traced(lake, *ids, minutes=minutes), "M1").reasons}
        for ids, minutes in ((["T1"], 10), (["R1"], 60))
    )
    assert "other_reports" not in before
    assert after["other_reports"].evidence == ("R9",)


def test_accounts_ordered_from_one_device_are_named_and_propose_a_screening(home: Home) -> None:
    lake = a_lake(
        home,
        transfer("T1", 0, "A/V", "A/M1", 9_000),
        transfer("T2", 5, "A/M1", "A/M2", 8_000, device_id="D1"),
        transfer("T3", 9, "A/M2", "A/M3", 7_000, device_id="D1"),
        transfer("T4", 12, "A/M3", "A/M4", 6_000, device_id="D1"),
    )
    found = codes(on(traced(lake, "T1"), "M2").reasons)
    assert {"shared_device", "propose_screening"} <= found


def test_sums_just_under_the_face_scan_limit_are_a_reason(home: Home) -> None:
    out = [transfer(f"U{i}", 5 + i, "A/M", f"B/{i + 1}", 49_000 + i) for i in range(3)]
    lake = a_lake(home, transfer("T1", 0, "A/V", "A/M", 200_000), *out)
    assert "just_under_limit" in codes(on(traced(lake, "T1"), "M").reasons)


def test_a_report_is_traced_by_its_transfers_and_says_what_is_missing(home: Home) -> None:
    lake = a_lake(home, *CHAIN)
    put(lake, "reports", [{"record_id": "R1", "time": at(20), "transfer_ids": ["T1", "T77"]}], "1441")
    trail = traced(lake, "R1")
    assert (trail.loss, trail.transfer_ids, trail.missing) == (1_000_000, ("T1",), ("T77",))


def test_a_payments_reference_finds_it(home: Home) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/V", "A/M", 500, uetr="u-1", end_to_end_id="E-1"))
    assert traced(lake, "u-1").transfer_ids == traced(lake, "E-1").transfer_ids == ("T1",)


def test_two_banks_copies_of_one_transfer_count_once(home: Home) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/V", "B/M", 500, uetr="u-1"))
    put(lake, "transfers", [transfer("X1", 0, "A/V", "B/M", 500, uetr="u-1")], "S2")
    for name in ("T1", "X1", "u-1"):
        trail = traced(lake, name)
        assert (trail.loss, on(trail, "M").tainted_in, on(trail, "M").balance) == (50_000, 50_000, 50_000)
    assert traced(lake, "T1", "X1").loss == 50_000


def test_two_alike_payments_of_one_bank_are_two(home: Home) -> None:
    lake = a_lake(
        home,
        transfer("T1", 0, "A/V", "B/M", 500, end_to_end_id="RENT"),
        transfer("T2", 1, "A/V", "B/M", 500, end_to_end_id="RENT"),
    )
    assert traced(lake, "T1", "T2").loss == 100_000


def test_a_correction_is_followed_from_the_moment_it_was_received(home: Home) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/V", "A/M", 500))
    put(lake, "transfers", [transfer("T1", 0, "A/V", "A/M", 800, received_at=at(30))])
    assert (traced(lake, "T1", minutes=20).loss, traced(lake, "T1", minutes=40).loss) == (50_000, 80_000)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("NOPE", "No transfer, payment reference or report is called 'NOPE'"),
        ("T2", "was not yet known at"),
        ("R9", "Report 'R9' was not yet known at"),
        ("1441:R9", "Report '1441:R9' was not yet known at"),
        ("R0", "names no transfer"),
        ("R2", "None of the transfers that report 'R2' names"),
        ("SELF", "pays its own account"),
        ("BOTH", "is in the records of S1 and S2; give it as source:record_id, as in 'S1:BOTH'"),
        ("REF", "is on 2 transfers; choose one of"),
    ],
)
def test_what_cannot_be_traced_is_said_in_one_sentence(home: Home, name: str, says: str) -> None:
    lake = a_lake(
        home,
        transfer("T1", 0, "A/V", "A/M", 500, end_to_end_id="REF"),
        transfer("T2", 90, "A/V", "A/M", 500),
        transfer("T3", 1, "A/V", "A/N", 700, end_to_end_id="REF"),
        transfer("SELF", 0, "A/V", "A/V", 500),
        transfer("BOTH", 0, "A/V", "A/M", 500),
    )
    put(lake, "transfers", [transfer("BOTH", 3, "A/W", "A/N", 900)], "S2")
    put(lake, "reports", [{"record_id": "R0", "time": at(1), "transfer_ids": []}], "1441")
    late = {"record_id": "R9", "time": at(1), "transfer_ids": ["T1"], "received_at": at(300)}
    put(lake, "reports", [late], "1441")
    put(lake, "reports", [{"record_id": "R2", "time": at(1), "transfer_ids": ["T77"]}], "1441")
    with pytest.raises(TraceError) as problem:
        traced(lake, name)
    assert says in problem.value.sentence
    assert traced(lake, "S2:BOTH").loss == 90_000


def test_a_horizon_of_an_hour_leaves_the_rest_beyond_it(home: Home) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/V", "A/M", 1_000), transfer("T2", 90, "A/M", "A/N", 1_000))
    trail = traced(lake, "T1", minutes=200, horizon=timedelta(hours=1))
    assert (trail.still_there, trail.beyond_horizon) == (0, 100_000)


def test_of_very_many_crumbs_only_the_largest_are_listed_but_all_are_counted(home: Home) -> None:
    """A busy account pays everybody: under pro-rata each payment carries a little of the victim's money."""
    busy = [transfer(f"B{i}", 5 + i / 100, "A/M", f"B/{i}", 10 + i / 100) for i in range(400)]
    lake = a_lake(
        home, transfer("T0", -5, "A/X", "A/M", 90_000), transfer("T1", 0, "A/V", "A/M", 9_000), *busy
    )
    trail = traced(lake, "T1", method="pro-rata")
    assert (len(trail.steps), len(trail.ends)) == (201, 200)
    assert sum(end.amount for end in trail.ends) < trail.beyond_horizon
    assert trail.loss == trail.still_there + trail.beyond_horizon


def test_every_reason_has_a_sentence_in_both_languages(home: Home) -> None:
    for reason in (r for each in traced(a_lake(home, *CHAIN), "T1").accounts for r in each.reasons):
        assert all(render(reason, language) for language in LANGUAGES)
    assert all(set(texts) == set(LANGUAGES) for texts in load_sentences().values())


def test_money_leaves_most_accounts_within_minutes_and_later_the_slower_ones_are_left() -> None:
    assert estimate_share_left(0) == 1
    assert estimate_half_life(0) == pytest.approx(6.6, abs=1.5)
    assert estimate_half_life(600) > estimate_half_life(60) > estimate_half_life(5)


def test_an_account_that_passed_most_on_quickly_is_expected_to_go_on() -> None:
    assert minutes_to_exit(60, 0.9) < minutes_to_exit(60, 0.0)
    assert minutes_to_exit(10**7, 0.5) < 10**8


def test_where_the_records_ended_days_ago_no_exit_is_estimated_and_the_trail_says_so(home: Home) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/1", "B/2", 5_000), transfer("T2", 1, "A/1", "C/3", 9_000))
    silent = traced(lake, "T1", "T2", minutes=441 * DAY + 5)
    assert [hold.minutes_to_exit for hold in silent.holds] == [math.inf, math.inf]
    assert [hold.account.number for hold in silent.holds] == ["3", "2"]
    assert [render(note, "en") for note in silent.notes] == [
        "The records end 441 days ago; when the money leaves is not estimated"
    ]
    assert "441 วันก่อน" in render(silent.notes[0], "th")
    told = trail_as_json(silent)
    assert (told["holds"][0]["minutes_to_exit"], told["records_end"]) == (None, at(1).isoformat())


def test_records_of_yesterday_are_estimated_from_and_so_is_a_day_of_which_later_records_came(
    home: Home,
) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/1", "B/2", 5_000))
    put(lake, "transfers", [transfer("T2", 5 * DAY, "D/4", "E/5", 100)])
    assert math.isfinite(traced(lake, "T1", minutes=DAY).holds[0].minutes_to_exit)
    assert traced(lake, "T1", minutes=4 * DAY).records_end == at(0)
    assert traced(lake, "T1", minutes=6 * DAY).records_end is None
