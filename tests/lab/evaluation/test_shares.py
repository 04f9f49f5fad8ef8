"""Thresholds in shares that come true, and the hour at which signals are made again."""

import numpy as np
import pytest

from tests.lab.evaluation import stand_in as country
from warroom.signals.mules import rule
from warroom.signals.mules.models import load_shipped_model
from warroom_lab.evaluation.background import CountryBackground
from warroom_lab.evaluation.looks import Signals
from warroom_lab.evaluation.measuring_shares import _pool_falling_shares
from warroom_lab.evaluation.policies import make_policy
from warroom_lab.evaluation.policies.by_signal import Looks
from warroom_lab.evaluation.policies.equipped import Equipped
from warroom_lab.evaluation.policy import PolicyRoom
from warroom_lab.evaluation.shares import EDGES, TRUE_SHARES
from warroom_lab.world.drawing.columns import DAY, HOUR
from warroom_lab.world.drawing.params import assume_values


def test_shares_were_measured_of_the_signals_that_are_played_and_never_fall() -> None:
    model = load_shipped_model()
    assert model is not None
    assert TRUE_SHARES["model"].version == model.version, "make the table anew: evaluation.measuring_shares"
    assert TRUE_SHARES["rule"].version == rule.VERSION
    for known in TRUE_SHARES.values():
        assert len(known.shares) == len(EDGES)
        assert list(known.shares) == sorted(known.shares)
        assert 0 < known.shares[0] <= known.shares[-1] <= 1


def test_a_number_has_the_share_of_the_edge_below_it() -> None:
    model = TRUE_SHARES["model"]
    numbers = np.array([0.0, EDGES[0], (EDGES[2] + EDGES[3]) / 2, 1.0])
    expected = [0.0, model.shares[0], model.shares[2], model.shares[-1]]
    assert model.find_shares(numbers).tolist() == pytest.approx(expected)


def test_a_higher_number_never_has_a_lower_share() -> None:
    pooled = _pool_falling_shares(np.array([1.0, 6.0, 2.0, 9.0]), np.array([9.0, 4.0, 8.0, 1.0]))
    assert pooled.tolist() == pytest.approx([0.1, 0.4, 0.4, 0.9])


@pytest.mark.parametrize("hour", [0, 6, 18])
def test_signals_are_made_anew_once_a_day_at_their_hour(known: CountryBackground, hour: int) -> None:
    room = PolicyRoom("warroom", known.records.fork_index(), Signals(known.ordinary_looks))
    looks, at = Looks(), []
    with assume_values({("agencies", "look_hour"): hour}, "bot-2025"):
        for half_hours in range(6 * 48):
            room.now = country.START + half_hours * HOUR // 2
            if looks.find_due_look(room) is not None:
                at.append(room.now - country.START)
    first = [0] if hour else []
    assert at == first + [day * DAY + hour * HOUR for day in range(6)]


def test_a_bank_without_the_model_suspects_by_the_rule() -> None:
    by_name = {
        name: make_policy(name, country.SIZE) for name in ("practice-2026", "practice-rule-1", "warroom")
    }
    assert all(isinstance(policy, Equipped) for policy in by_name.values())
    assert {name: policy.looks.signal for name, policy in by_name.items()} == {  # type: ignore[attr-defined]
        "practice-2026": "model",
        "practice-rule-1": "rule",
        "warroom": "model",
    }
