"""The kind of signal `mules`: accounts that behave like mule accounts."""

from typing import TYPE_CHECKING

from warroom.signals.kind import SignalKind, SignalScope

if TYPE_CHECKING:
    from warroom.signals.signal import Signal


def _find_mule_signals(look: SignalScope) -> "list[Signal]":
    from warroom.money.index.opening import open_index
    from warroom.signals.bounds import check_moment
    from warroom.signals.mules.models import load_chosen_model
    from warroom.signals.mules.run import find_newest_time, run

    moment = check_moment(look.lake, look.as_of) if look.as_of else find_newest_time(look.lake)
    return run(open_index(look.home, look.lake), moment, look.budget, model=load_chosen_model(look.home))


MULES = SignalKind(
    name="mules",
    subject="account",
    source="SIGNALS",
    run=_find_mule_signals,
    day_step="days_signals",
    day_table="transfers",
    techniques=("F1047",),
    follows_money=True,
)
