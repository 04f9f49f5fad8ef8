"""Pro rata to the satang: exact for any pot and any losses."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.assets.shares import share_pot

LARGEST = 10**30
SATANG = st.one_of(
    st.integers(0, 20), st.integers(0, 10**9), st.integers(0, LARGEST), st.sampled_from([0, 1, LARGEST])
)
LOSSES = st.lists(SATANG, max_size=60).map(lambda losses: dict(enumerate(losses, 1)))


@given(pot=SATANG, losses=LOSSES)
def test_every_satang_is_shared_or_remains_and_nobody_gets_more_than_the_loss(
    pot: int, losses: dict[int, int]
) -> None:
    found = share_pot(pot, losses)
    assert sum(found.amounts.values()) + found.remainder == pot
    assert all(0 <= found.amounts[who] <= loss for who, loss in losses.items())
    assert found.remainder == max(0, pot - sum(losses.values()))


@given(pot=SATANG, losses=LOSSES)
def test_nobody_is_a_satang_away_from_the_exact_share(pot: int, losses: dict[int, int]) -> None:
    whole = sum(losses.values())
    for who, amount in share_pot(pot, losses).amounts.items():
        if pot < whole:
            assert abs(amount - Fraction(pot * losses[who], whole)) < 1


@given(pot=SATANG, losses=LOSSES)
def test_a_greater_loss_never_gets_less(pot: int, losses: dict[int, int]) -> None:
    amounts = share_pot(pot, losses).amounts
    order = sorted(losses, key=lambda who: (losses[who], -who))
    assert [amounts[who] for who in order] == sorted(amounts.values())


@given(pot=SATANG, losses=LOSSES, seed=st.randoms())
def test_the_order_of_the_list_does_not_matter(pot: int, losses: dict[int, int], seed: object) -> None:
    mixed = list(losses.items())
    seed.shuffle(mixed)  # type: ignore[attr-defined]
    assert share_pot(pot, dict(mixed)) == share_pot(pot, losses)


def test_between_equal_losses_the_last_satang_goes_to_who_registered_first() -> None:
    assert share_pot(100, {1: 50, 2: 50, 3: 50}).amounts == {1: 34, 2: 33, 3: 33}


def test_a_negative_pot_or_loss_is_refused() -> None:
    for pot, losses in ((-1, {1: 5}), (1, {1: -5})):
        with pytest.raises(ValueError, match="never negative"):
            share_pot(pot, losses)
