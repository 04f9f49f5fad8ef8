"""Which holds come ticked: those with a reason against the account and without a doubt."""

import pytest

from warroom.reasons.preselection import (
    BLOCKING,
    GROUNDS,
    NO_GROUND,
    is_almost_all,
    is_blocking_preselection,
    list_doubts,
)
from warroom.reasons.reason import load_sentences

RECEIVED = {"code": "received_from_victim"}
SCREENING = {"code": "propose_screening"}
TWICE = {"code": "counted_twice"}


def test_that_money_came_is_no_reason_to_tick_a_hold() -> None:
    assert is_blocking_preselection([RECEIVED], [{"code": "nothing_found"}])
    assert list_doubts([RECEIVED, SCREENING, TWICE], []) == [NO_GROUND]
    assert is_blocking_preselection([], [])


@pytest.mark.parametrize("code", sorted(GROUNDS))
def test_each_reason_against_the_account_ticks_it_unless_a_doubt_is_there(code: str) -> None:
    assert list_doubts([RECEIVED, {"code": code}], []) == []
    for doubt in BLOCKING:
        assert list_doubts([RECEIVED, {"code": code}, {"code": doubt}], []) == [doubt]


def test_every_code_of_the_rule_is_a_sentence() -> None:
    assert set(load_sentences()) >= BLOCKING | GROUNDS


def test_nine_tenths_of_the_balance_is_all_that_somebody_has() -> None:
    assert is_almost_all(90, 100)
    assert not is_almost_all(89, 100)
    assert not is_almost_all(10, 0)
