"""Which payer to call first: the sum that a minute on the telephone is expected to save.

A payer was cheated about as often as such accounts are mules', less often where they paid it before; each answer about an account
counts for its other payments. All figures here are chosen, not measured: no payer has been asked yet.
"""

from collections.abc import Collection

from warroom.incoming.schema import IncomingHoldRow, WaitingPayment

UNKNOWN = 0.3
"""The chance where no signal gave one: from there on the product proposes to warn payers."""
PRIOR_CALLS = 2.0
"""As much as so many answers counts what was known before the first call."""
PAID_BEFORE = 0.2
"""How much less often somebody who paid the account before was cheated."""
REACHED = 0.6
"""Of a hundred first calls so many are answered; each missed one halves it."""
MINUTES = 6.0
"""A call that reaches its payer, with its note."""
MISSED_MINUTES = 1.0


def compute_cheated_chance(hold: IncomingHoldRow, payment: WaitingPayment, answers: Collection[str]) -> float:
    """The chance that a payment's payer was cheated, in [0, 1], from the signal and what the account's other payers `answers` said."""
    before = hold.probability if hold.probability is not None else UNKNOWN
    cheated = sum(answer == "cheated" for answer in answers)
    meant = sum(answer == "meant" for answer in answers)
    chance = (PRIOR_CALLS * before + cheated) / (PRIOR_CALLS + cheated + meant)
    return chance * PAID_BEFORE if payment.paid_before else chance


def compute_reached_chance(missed: int) -> float:
    """The chance that the payer answers the next call, after so many missed ones."""
    return float(REACHED * 0.5**missed)


def compute_call_minutes(reached: float) -> float:
    """The minutes that a call takes on average."""
    return reached * MINUTES + (1 - reached) * MISSED_MINUTES


def compute_saved_per_minute(amount: int, chance: float, reached: float) -> int:
    """Satang that a minute of an officer is expected to save by this call."""
    return round(amount * chance * reached / compute_call_minutes(reached))
