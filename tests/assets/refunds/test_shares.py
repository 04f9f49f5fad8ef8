"""Shares of a refund: never above the pot, never above what is owed, to the satang."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.assets.refunds.decisions import compute_shares
from warroom.errors import NotPossible

OWED = st.dictionaries(st.integers(1, 10**6), st.integers(0, 10**13), max_size=40)


@given(pot=st.integers(1, 10**15), owed=OWED, method=st.sampled_from(["exact", "proportional"]))
def test_shares_never_exceed_the_pot_or_a_loss_and_lose_no_satang(
    pot: int, owed: dict[int, int], method: str
) -> None:
    whole = sum(owed.values())
    if not whole or (method == "exact" and whole > pot):
        with pytest.raises(NotPossible):
            compute_shares(pot, owed, method)
        return
    shares = compute_shares(pot, owed, method)
    assert sum(shares.amounts.values()) + shares.remainder == pot
    assert shares.remainder >= 0
    assert all(0 <= shares.amounts[who] <= owed[who] for who in owed)
    if method == "exact":
        assert shares.amounts == owed
    # Nobody is more than a satang from the exact part.
    if whole > pot:
        assert all(abs(shares.amounts[who] * whole - pot * owed[who]) < whole for who in owed)
