"""Until when each bank's records reach in the room, as they have come by a moment: what anybody sees who looks at them."""

from collections.abc import Callable
from functools import cached_property

import numpy as np

from warroom_lab.world.drawing.columns import Array, TransferColumns

NEVER = -(1 << 62)


class RecordEnds:
    """`bank`: of each account, by its number; `ordinary`: all payments of honest life and when the record of each arrives. Every bank
    sends so many of those that crime's own records hardly move an end.
    """

    def __init__(self, bank: Array, ordinary: Callable[[], tuple[TransferColumns, Array]]) -> None:
        self._bank, self._ordinary = bank, ordinary

    def find_record_end(self, account: int, now: int) -> int:
        """When the newest record happened that the account's bank had sent by `now`; both in microseconds."""
        received, newest = self._arrivals_by_bank[int(self._bank[account])]
        at = int(np.searchsorted(received, now, side="right"))
        return int(newest[at - 1]) if at else NEVER

    @cached_property
    def _arrivals_by_bank(self) -> list[tuple[Array, Array]]:
        """Of each bank when its records came, in that order, and the newest time among those that had come by then."""
        rows, received_at = self._ordinary()
        bank = self._bank[rows.payer]
        bank_ends = []
        for bank_number in range(int(self._bank.max()) + 1):
            mine = np.flatnonzero(bank == bank_number)
            order = mine[np.argsort(received_at[mine], kind="stable")]
            bank_ends.append((received_at[order], np.maximum.accumulate(rows.time[order])))
        return bank_ends
