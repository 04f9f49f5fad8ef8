"""When what speaks for a holder outweighs the reasons to hold."""

import pytest

from warroom.money.trace.holds import is_outweighed
from warroom.money.trail import BankAccount, HoldProposal
from warroom.reasons.reason import Reason


def hold(reasons: list[str], innocent: list[str]) -> HoldProposal:
    said = [tuple(Reason(code) for code in codes) for codes in (["received_from_victim", *reasons], innocent)]
    return HoldProposal(BankAccount("A", "1"), 100, 1, 5.0, *said)


@pytest.mark.parametrize("innocent", [["earlier_custom"], ["small_part_of_turnover", "old_account"]])
def test_a_customer_of_old_or_a_small_part_of_a_lived_in_account_is_spared(innocent: list[str]) -> None:
    assert is_outweighed(hold([], innocent))


def test_not_where_the_account_passed_the_money_on() -> None:
    assert not is_outweighed(hold(["passed_on"], ["earlier_custom"]))


def test_an_old_account_alone_spares_nobody() -> None:
    assert not is_outweighed(hold([], ["old_account", "regular_income"]))
