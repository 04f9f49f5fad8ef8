"""Signals of accounts that work like mules, as all other rooms see them."""

from typing import TYPE_CHECKING

from warroom.signals.kind import Look, SignalKind

if TYPE_CHECKING:
    from warroom.signals.signal import Signal


def _run(look: Look) -> "list[Signal]":
    from warroom.money.index.opening import open_index
    from warroom.signals.bounds import check_moment
    from warroom.signals.mules.models import chosen
    from warroom.signals.mules.run import newest, run

    moment = check_moment(look.lake, look.as_of) if look.as_of else newest(look.lake)
    return run(open_index(look.home, look.lake), moment, look.budget, model=chosen(look.home))


MULES = SignalKind(
    name="mules",
    subject="account",
    source="SIGNALS",
    run=_run,
    day_step="days_signals",
    day_table="transfers",
    techniques=("F1047",),
    follows_money=True,
)
