"""Payee warnings: payers are told to stop and think before money goes to an account that works like a mule's.

A warning binds nothing: the payer decides. It rests on a signal alone. Every policy that is given this tool warns of the
same accounts by the same rule: what it earns must not count as the merit of one of them.
"""

from warroom.signals.payee import WARN
from warroom_lab.evaluation.policies.by_signal import By, BySignal
from warroom_lab.evaluation.shares import SignalName
from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.sizes import Size


def count_warnings_a_day(size: Size) -> float:
    """Accounts a day that a country of this size may newly warn of: an officer stands behind each."""
    return get_number("agencies", "warnings_a_day") * size.crime


def make_warnings(size: Size, signal: SignalName) -> BySignal:
    """The warnings of a country of this size: by the model's own number, as the program warns, or by the share that comes true of the
    rule's, which is a number of no density."""
    by: By = "chance" if signal == "model" else "share"
    days = get_number("agencies", "warning_days")
    return BySignal("warning", "N", WARN, int(days * DAY), count_warnings_a_day(size), size.density, by)
