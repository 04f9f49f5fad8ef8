"""Pro rata to the satang: pure arithmetic in whole numbers, exact for any size.

Each victim gets the whole part of pot x loss / losses; the satang left over go, one each, to the largest fractions
(the method of largest remainders, Hare quota), and between equal fractions to the one registered first. Where the pot
covers every loss, each gets the loss and the rest remains.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PayoutShares:
    """`amounts` by registration in satang; their sum and `remainder` are the pot, always."""

    amounts: dict[int, int]
    remainder: int


def share_pot(pot: int, losses: Mapping[int, int]) -> PayoutShares:
    """Share a pot of satang among outstanding losses, by the number of the registration (earlier is smaller).

    Nobody gets more than the loss. Raises ValueError for a negative pot or loss.
    """
    if pot < 0 or any(loss < 0 for loss in losses.values()):
        raise ValueError("A pot and losses are never negative.")
    whole = sum(losses.values())
    if pot >= whole:
        return PayoutShares(dict(losses), pot - whole)
    # Whole numbers to the end: a float would lose satang in sums of billions of baht, and nobody could say whose.
    amounts = {who: pot * loss // whole for who, loss in losses.items()}
    left = pot - sum(amounts.values())
    # What `%` leaves orders the fractions without rounding, so that the same plan comes out on every machine.
    by_fraction = sorted(losses, key=lambda who: (-(pot * losses[who] % whole), who))
    for who in by_fraction[:left]:
        amounts[who] += 1
    return PayoutShares(amounts, 0)
