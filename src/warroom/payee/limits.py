"""Who asks too widely: one payer about many payees, or many payers about a payee whom hardly anybody then pays within a day.

Both are how somebody would walk over account numbers, or watch whether an account has been noticed. A payer who asks
too widely is not answered. A payee who is asked about too widely brings every payment to a person: a customer who means
to pay is not left without an answer, and whoever probes learns nothing.
"""

import math
from collections.abc import Mapping

from warroom.errors import QuotaSpent
from warroom.payee.digests import BYTES
from warroom.payee.generations import Generations
from warroom.payee.look_back import MOST, LookBack

SPAN = 20 * 60.0
"""Seconds over which payees of one payer are counted: the last 20 to 40 minutes."""
PAYEES = 10
"""Different payees that one payer may be asked about in that time."""
PAYERS = 60
"""Payers who may be asked about one payee in one to two days, before its payments come to be seen or are told of."""
FOLLOWED = 3
"""More payers for each payment that the payee is known to have received in the last days: a shop is no mystery."""
KNOWN = (MOST - PAYERS) // FOLLOWED
"""Payments in the last days from which on a payee is asked about by as many as like."""
ABANDONED = 5
"""Payments to one payee that may be let go in that time though nothing was said against them: whoever pays in earnest goes on."""


class Limits:
    """Counts pairs of payer and payee by their digests. Not safe for two threads."""

    def __init__(self) -> None:
        self._payees_of: Generations[bytes] = Generations(SPAN)
        """Digests in a row: of hundreds of thousands, the garbage collector looks at none."""
        self.back = LookBack()
        self.paid: Mapping[int, int] = {}
        """How many payments each payee is known to have received in the last days."""

    def check(self, payer: int) -> None:
        """Raises QuotaSpent where a payer may not be asked about one more payee."""
        if self._count(payer) >= PAYEES:
            raise QuotaSpent("payee.too-many-payees", max(1, math.ceil(self._wait(payer))))

    def knows(self, payer: int, payee: int) -> bool:
        """Whether this payer was asked about with this payee lately: asking again does not count."""
        return payee in _digests(self._payees_of.new(payer)) or payee in _digests(self._payees_of.old(payer))

    def count(self, payer: int, payee: int) -> None:
        """Count a pair that is not known."""
        # Only what is new in this span: the span before keeps its own digests, and `_count` adds the two.
        self._payees_of.put(payer, (self._payees_of.new(payer) or b"") + payee.to_bytes(BYTES))
        if self.paid.get(payee, 0) < KNOWN:
            self.back.ask(payee)

    def crowded(self, payee: int) -> bool:
        """Whether more payers were asked about a payee than pay it, whoever they are and however slowly they ask."""
        # Compared with payments that really came: a shop's many payers are seen
        # in the lake, a prober's are not.
        most = PAYERS + FOLLOWED * self.paid.get(payee, 0)
        return self.back.asked(payee) > most or self.back.abandoned(payee) > ABANDONED

    def _wait(self, payer: int) -> float:
        """Seconds until enough is forgotten: what the running span holds is remembered through the next one too."""
        alone = len(self._payees_of.new(payer) or b"") // BYTES
        return self._payees_of.left() + (SPAN if alone >= PAYEES else 0)

    def _count(self, payer: int) -> int:
        return (len(self._payees_of.new(payer) or b"") + len(self._payees_of.old(payer) or b"")) // BYTES


def _digests(packed: bytes | None) -> list[int]:
    row = packed or b""
    return [int.from_bytes(row[at : at + BYTES]) for at in range(0, len(row), BYTES)]
