"""Why a payment looks like a stolen one, and what speaks for it: about the payment, its payer and the pair alone.

What speaks against the payee moves the score and never the words: a bank must not learn from us whom others pay.
"""

from collections.abc import Iterator
from math import expm1

from warroom.reasons.reason import Reason
from warroom.signals.model.trees import Matrix
from warroom.signals.payee import LARGE, UNUSUAL
from warroom.signals.payments.facts import AT

DAY = 86_400.0
PASSED = 0.13
"""Distance of the logarithms of two sums up to which the second passes the first on: at least 88 of 100 baht."""
SOON = 6 * 3_600.0
STRANGERS = 2.5
"""New payees of the last day, fading by halves, from which on a payer pays strangers in a row."""
SILENT = 14 * DAY
ALIKE = 2
"""Like sums that left the payer lately from which on a sum is one of several."""
KNOWN = 2
"""Earlier payments of a pair that speak for the next one."""
USUAL = 0.7
"""Distance of logarithms within which a sum is a usual one: between half and twice."""
MOST = 4


class Row:
    """One row of facts by name; a fact that nobody can know is no number, and compares as false."""

    def __init__(self, rows: Matrix) -> None:
        self._values = rows[0]

    def __getitem__(self, name: str) -> float:
        return float(self._values[AT[name]])


def list_reasons(rows: Matrix, amount: int) -> tuple[Reason, ...]:
    """Reasons to stop, the strongest first, at most four; `amount`: satang. Never empty."""
    return tuple(_iter_reasons(Row(rows), amount))[:MOST] or (Reason("payment_pause"),)


def _iter_reasons(row: Row, amount: int) -> Iterator[Reason]:
    if row["payer_in_match"] < PASSED and row["payer_in_wait"] < SOON:
        yield Reason("payment_passed_on", {"minutes": row["payer_in_wait"] / 60})
    usual = expm1(row["payer_typical_out"]) if row["payer_typical_out"] > 0 else 0.0
    if usual and amount / 100 >= UNUSUAL * usual:
        yield Reason("payment_unusual", {"times": amount / 100 / usual, "usual": usual})
    if row["payer_new_out_1d"] >= STRANGERS:
        yield Reason("payment_strangers", {"count": round(row["payer_new_out_1d"])})
    if row["payer_out_similar"] >= ALIKE and row["pair_count"] < KNOWN:
        yield Reason("payment_split", {"count": round(row["payer_out_similar"])})
    if row["payer_woken"] < DAY and row["payer_silence"] >= SILENT:
        yield Reason("payment_woken", {"days": round(row["payer_silence"] / DAY)})
    if not row["pair_count"]:
        yield Reason("payment_first")
    if amount >= LARGE:
        yield Reason("payment_large", {"limit": LARGE / 100})


def list_doubts(rows: Matrix) -> tuple[Reason, ...]:
    """What speaks for the payment; empty where nothing does."""
    row, doubts = Row(rows), []
    if row["pair_count"] >= KNOWN:
        doubts.append(Reason("payment_known_payee", {"count": round(row["pair_count"])}))
    if row["back_count"] > 0:
        doubts.append(Reason("payment_payee_paid_payer", {"count": round(row["back_count"])}))
    if abs(row["payer_unusual_out"]) < USUAL:
        doubts.append(Reason("payment_usual_sum"))
    return tuple(doubts)
