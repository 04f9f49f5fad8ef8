"""Limits against probing: one payer asked about many payees, many payers asked about a payee whom hardly anybody then pays
within a day, or one bank asking about more payees than its customers pay.

All three are ways to enumerate account numbers, or to find out whether an account is flagged. A payer or bank over its
limit is refused. For a payee over the limit every payment is referred to a person: an honest customer still gets an
answer, and a prober learns nothing.
A bank names its customers itself, so it could invent payers. Payers are therefore counted for each bank: over the limit,
the payee is blocked for that bank. Towards the limit for all banks, one bank counts for at most a little more than a
third, so that at least three banks must agree.
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
"""Different payees that one payer may be asked about in that time. Chosen, not measured."""
PAYERS = 60
"""Payers who may be asked about one payee in one to two days before its payments are in the lake or reported. Chosen, not
measured."""
FOLLOWED = 3
"""Additional payers for each payment that the payee received in the last days: a shop has many. Chosen, not measured."""
KNOWN = (MOST - PAYERS) // FOLLOWED
"""Payments in the last days from which on queries about a payee are not limited: the counters end at `MOST`."""
ABANDONED = 5
"""Payments to one payee that may be abandoned in that time after the answer "no concern": honest payers go on to pay. Chosen,
not measured."""
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

    `own` in its methods is the digest of a bank with a payee (`Digests.digest_at_bank`).
    """

    def __init__(self) -> None:
        self._payees_of: Generations[bytes] = Generations(SPAN)
        """Payees' digests of each payer, concatenated as bytes, which the garbage collector does not traverse."""
        self.back = LookBack()
        """Payers by payee over all banks, with at most its share from each bank."""
        self.own = LookBack()
        """Payers by bank and payee."""
        self._asked_today = SeenToday()
        self._banks: dict[str, Quota] = {}
        self.paid: Mapping[int, int] = {}
        """Payments that each payee received in the last days, by digest."""

    def check_payer(self, payer: int) -> None:
        """Raise QuotaSpent where a payer may not be asked about one more payee."""
        if self._count_payees(payer) >= PAYEES:
            raise QuotaSpent("payee.too-many-payees", max(1, math.ceil(self._compute_wait(payer))))

    def has_pair(self, payer: int, payee: int) -> bool:
        """Whether this pair was asked about recently: repetitions do not count."""
        return payee in _unpack_digests(self._payees_of.find_current(payer)) or payee in _unpack_digests(
            self._payees_of.find_previous(payer)
        )

    def count_pair(self, payer: int, payee: int, own: int) -> None:
        """Count a new pair."""
        # Only digests of the current span: the previous span keeps its own, and `_count_payees` adds the two.
        self._payees_of.put(payer, (self._payees_of.find_current(payer) or b"") + payee.to_bytes(BYTES))
        if self.paid.get(payee, 0) >= KNOWN:
            return
        self.own.record_asked(own)
        if self.own.count_asked(own) <= _compute_bank_share(self._compute_most_payers(payee)):
            self.back.record_asked(payee)

    def count_payee(self, bank: str, payee: int, own: int) -> None:
        """Count a payee that the bank had not asked about today; raises QuotaSpent over the bank's limit."""
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
        """Record a bank's report that one of its payers paid."""
        if self.own.count_asked(own) <= _compute_bank_share(self._compute_most_payers(payee)):
            self.back.record_paid(payee)
        self.own.record_paid(own)

    def record_abandoned(self, payee: int, own: int) -> None:
        """Record a bank's report that a payer abandoned a payment after the answer "no concern"."""
        self.own.record_abandoned(own)
        if self.own.count_abandoned(own) <= _compute_bank_share(ABANDONED):
            self.back.record_abandoned(payee)

    def is_crowded(self, payee: int, own: int) -> bool:
        """Whether more payers were asked about a payee than pay it, by this bank or by several, at whatever pace."""
        # Compared with real payments: a shop's payers appear in the lake, a prober's do not.
        asked, abandoned = self.measure_crowd(payee, own)
        return asked > self._compute_most_payers(payee) or abandoned > ABANDONED

    def measure_crowd(self, payee: int, own: int) -> tuple[int, int]:
        """Payers asked about and payments abandoned: of this bank or of all banks, whichever is more."""
        return (
            max(self.own.count_asked(own), self.back.count_asked(payee)),
            max(self.own.count_abandoned(own), self.back.count_abandoned(payee)),
        )

    def _compute_most_payers(self, payee: int) -> int:
        return PAYERS + FOLLOWED * self.paid.get(payee, 0)

    def _compute_wait(self, payer: int) -> float:
        """Seconds until a payer is below the limit: payees of the current span are kept through the next one too."""
        alone = len(self._payees_of.find_current(payer) or b"") // BYTES
        return self._payees_of.count_seconds_left() + (SPAN if alone >= PAYEES else 0)

    def _count_payees(self, payer: int) -> int:
        return (
            len(self._payees_of.find_current(payer) or b"") + len(self._payees_of.find_previous(payer) or b"")
        ) // BYTES


def _compute_bank_share(most: int) -> int:
    """The part of the limit `most` that the payers of one bank can fill for all banks."""
    return most // AGREEING + 1


def _unpack_digests(packed: bytes | None) -> list[int]:
    row = packed or b""
    return [int.from_bytes(row[at : at + BYTES]) for at in range(0, len(row), BYTES)]
