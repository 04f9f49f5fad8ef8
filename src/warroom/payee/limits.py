"""Who asks too widely: one payer about many payees, many payers about a payee whom hardly anybody then pays within a day, or
one bank about more payees than its customers pay.

All are how somebody would walk over account numbers, or watch whether an account has been noticed. A payer or bank that asks
too widely is not answered. A payee who is asked about too widely brings every payment to a person: a customer who means
to pay is not left without an answer, and whoever probes learns nothing.

A bank names its customers itself, so it could invent payers. A crowd is therefore counted for each bank: it stops the payee
for that bank. For all banks it counts for a little more than a third of what stops a payee, so that three banks at least
must agree.
"""

import math
from collections.abc import Mapping

from warroom.access.api_keys.quota import Quota
from warroom.errors import QuotaSpent
from warroom.payee.digests import BYTES
from warroom.payee.generations import Generations
from warroom.payee.look_back import MOST, LookBack, SeenToday

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
PAYEES_A_MINUTE, PAYEES_A_DAY = 60_000, 1_000_000
"""Different payees that one bank may ask about. Shops and others whom many pay (KNOWN) are not counted.

Thailand's largest banks have some 20 million customers with telephones; where one in twenty pays somebody for the first time
in a day, that is a million. The country has more than 130 million deposit accounts: to walk over them takes a bank half a
year, under its own key and in the journal. A minute holds the thousand checks a second that the whole country asks.
"""
AGREEING = 3
"""Banks that must see a crowd before the payee is stopped for customers of all banks."""


class PayeeLimits:
    """Counts pairs of payer and payee by their digests, and by bank. Not safe for two threads.

    `own` in its methods is the digest of a bank with a payee (`Digests.of_bank`).
    """

    def __init__(self) -> None:
        self._payees_of: Generations[bytes] = Generations(SPAN)
        """Digests in a row: of hundreds of thousands, the garbage collector looks at none."""
        self.back = LookBack()
        """Payers by payee, of each bank no more than its share."""
        self.own = LookBack()
        """Payers by bank and payee."""
        self._asked_today = SeenToday()
        self._banks: dict[str, Quota] = {}
        self.paid: Mapping[int, int] = {}
        """How many payments each payee is known to have received in the last days."""

    def check_payer(self, payer: int) -> None:
        """Raises QuotaSpent where a payer may not be asked about one more payee."""
        if self._count_payees(payer) >= PAYEES:
            raise QuotaSpent("payee.too-many-payees", max(1, math.ceil(self._compute_wait(payer))))

    def has_pair(self, payer: int, payee: int) -> bool:
        """Whether this payer was asked about with this payee lately: asking again does not count."""
        return payee in _unpack_digests(self._payees_of.find_current(payer)) or payee in _unpack_digests(
            self._payees_of.find_previous(payer)
        )

    def count_pair(self, payer: int, payee: int, own: int) -> None:
        """Count a pair that is not known."""
        # Only what is new in this span: the span before keeps its own digests, and `_count` adds the two.
        self._payees_of.put(payer, (self._payees_of.find_current(payer) or b"") + payee.to_bytes(BYTES))
        if self.paid.get(payee, 0) >= KNOWN:
            return
        self.own.record_asked(own)
        if self.own.count_asked(own) <= _compute_bank_share(self._compute_most_payers(payee)):
            self.back.record_asked(payee)

    def count_payee(self, bank: str, payee: int, own: int) -> None:
        """Count a payee whom the bank did not ask about today; raises QuotaSpent where those are too many."""
        if self.paid.get(payee, 0) >= KNOWN or self._asked_today.has_digest(own):
            return
        quota = self._banks.get(bank)
        if quota is None:
            quota = self._banks[bank] = Quota(PAYEES_A_MINUTE, PAYEES_A_DAY)
        try:
            quota.count_request()
        except QuotaSpent as spent:
            raise QuotaSpent("payee.bank-too-many-payees", spent.seconds) from None
        self._asked_today.add_digest(own)

    def record_paid(self, payee: int, own: int) -> None:
        """A bank says that one of its payers paid."""
        if self.own.count_asked(own) <= _compute_bank_share(self._compute_most_payers(payee)):
            self.back.record_paid(payee)
        self.own.record_paid(own)

    def record_abandoned(self, payee: int, own: int) -> None:
        """A bank says that one of its payers let go of a payment against which nothing had been said."""
        self.own.record_abandoned(own)
        if self.own.count_abandoned(own) <= _compute_bank_share(ABANDONED):
            self.back.record_abandoned(payee)

    def is_crowded(self, payee: int, own: int) -> bool:
        """Whether more payers were asked about a payee than pay it, by this bank or by several, however slowly they ask."""
        # Compared with payments that really came: a shop's many payers are seen
        # in the lake, a prober's are not.
        asked, abandoned = self.measure_crowd(payee, own)
        return asked > self._compute_most_payers(payee) or abandoned > ABANDONED

    def measure_crowd(self, payee: int, own: int) -> tuple[int, int]:
        """How many payers were asked about and let go: those of this bank, or of all where that is more."""
        return (
            max(self.own.count_asked(own), self.back.count_asked(payee)),
            max(self.own.count_abandoned(own), self.back.count_abandoned(payee)),
        )

    def _compute_most_payers(self, payee: int) -> int:
        return PAYERS + FOLLOWED * self.paid.get(payee, 0)

    def _compute_wait(self, payer: int) -> float:
        """Seconds until enough is forgotten: what the running span holds is remembered through the next one too."""
        alone = len(self._payees_of.find_current(payer) or b"") // BYTES
        return self._payees_of.count_seconds_left() + (SPAN if alone >= PAYEES else 0)

    def _count_payees(self, payer: int) -> int:
        return (
            len(self._payees_of.find_current(payer) or b"") + len(self._payees_of.find_previous(payer) or b"")
        ) // BYTES


def _compute_bank_share(most: int) -> int:
    """How much of what stops a payee one bank's crowd counts for at all others."""
    return most // AGREEING + 1


def _unpack_digests(packed: bytes | None) -> list[int]:
    row = packed or b""
    return [int.from_bytes(row[at : at + BYTES]) for at in range(0, len(row), BYTES)]
