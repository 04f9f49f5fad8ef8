"""Where two sources sent the same payment without a reference in common, the trail asks whether it counts twice."""

from tests.money.lakes import a_lake, at, put, transfer
from tests.money.test_trace import on, traced
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.reasons.reason import render


def sent_on(home: Home, **more: str) -> Lake:
    """A victim's thousand, of which KBANK says 300 went on; SCB says so too."""
    lake = a_lake(
        home,
        transfer("T1", 0, "A/V", "B/M", 1000),
    )
    put(lake, "transfers", [transfer("K1", 5, "B/M", "C/N", 300, **more)], "KBANK")
    put(lake, "transfers", [transfer("S1", 5, "B/M", "C/N", 300, **more)], "SCB")
    return lake


def test_a_payment_that_two_sources_sent_is_asked_about_at_both_accounts_and_holds(home: Home) -> None:
    trail = traced(sent_on(home), "T1")
    for account in ("M", "N"):
        (asked,) = [reason for reason in on(trail, account).reasons if reason.code == "counted_twice"]
        assert render(asked, "en").startswith("Perhaps counted twice: sent by KBANK and by SCB")
        assert render(asked, "th").startswith("อาจนับซ้ำ: KBANK และ SCB")
        assert set(asked.evidence) == {"K1", "S1"}
    assert all("counted_twice" in [reason.code for reason in hold.reasons] for hold in trail.holds)


def test_a_payment_with_a_reference_in_common_counts_once_and_nothing_is_asked(home: Home) -> None:
    trail = traced(sent_on(home, end_to_end_id="E1"), "T1")
    assert on(trail, "N").tainted_in == 300_00
    assert "counted_twice" not in [reason.code for reason in on(trail, "N").reasons]


def test_the_same_sum_twice_within_the_minute_by_one_source_is_not_asked_about(home: Home) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/V", "B/M", 1000))
    put(lake, "transfers", [transfer(f"K{n}", 5, "B/M", "C/SHOP", 120) for n in range(3)], "KBANK")
    trail = traced(lake, "T1")
    assert on(trail, "SHOP").tainted_in == 360_00
    assert "counted_twice" not in [reason.code for reason in on(trail, "SHOP").reasons]


def test_a_repetition_whose_copies_both_banks_send_is_not_asked_about(home: Home) -> None:
    lake = a_lake(home, transfer("T1", 0, "A/V", "B/M", 1000))
    # The one counts from KBANK and the other from SCB, whichever bank was the first to send it.
    for source, first in (("KBANK", 6.0), ("SCB", 7.0)):
        twice = [
            transfer(
                f"{source}{n}", 5, "B/M", "C/N", 300, end_to_end_id=f"E{n}", received_at=at(first + received)
            )
            for n, received in ((0, 0), (1, 2 if source == "KBANK" else 0))
        ]
        put(lake, "transfers", twice, source)
    trail = traced(lake, "T1")
    assert {step.source for step in trail.steps if step.payee.number == "N"} == {"KBANK", "SCB"}
    assert "counted_twice" not in [reason.code for reason in on(trail, "N").reasons]
