"""Payments that were asked about and let go: remembered at once, and not counted again when their records come."""

import numpy as np
import numpy.typing as npt

from warroom.signals.payments.features.transfers import FeatureTransfers

Ints = npt.NDArray[np.int64]
CHUNK = 1 << 15
MOST = 1 << 20
"""Payments that are remembered by themselves at most, in 40 MB; the record of an older one counts once more."""
_MIXED = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)


def make_payment_keys(payments: FeatureTransfers) -> Ints:
    """One number a payment, of its accounts and its sum: records name other times and numbers than a check does."""
    with np.errstate(over="ignore"):
        satang = np.rint(payments.amount * 100).astype(np.int64).view(np.uint64)
        ends = payments.payer.view(np.uint64) * np.uint64(_MIXED[0]) ^ payments.payee.view(
            np.uint64
        ) * np.uint64(_MIXED[1])
        mixed = (ends ^ (ends >> np.uint64(31))) * np.uint64(_MIXED[2]) + satang * np.uint64(_MIXED[0])
    keys: Ints = (mixed ^ (mixed >> np.uint64(29))).view(np.int64)
    return keys


class AskedPayments:
    """The newest payments that were let go, in their order. Not safe for two threads."""

    def __init__(self) -> None:
        self._chunks: list[FeatureTransfers] = []
        self._keys: list[Ints] = []
        self._open: list[tuple[int, int, int, int]] = []

    def add_payment(self, time: int, payer: int, payee: int, amount: int) -> None:
        """Add one: seconds, signed keys, satang."""
        self._open.append((time, payer, payee, amount))
        if len(self._open) >= CHUNK:
            self._close_chunk()

    def find_known(self, keys: Ints) -> npt.NDArray[np.bool_]:
        """Which payments, by their keys, were asked about."""
        known = np.isin(keys, make_payment_keys(_to_transfers(self._open)))
        for sorted_keys in self._keys:
            places = np.minimum(np.searchsorted(sorted_keys, keys), len(sorted_keys) - 1)
            known |= sorted_keys[places] == keys
        return known

    def list_payments(self, since: int) -> FeatureTransfers:
        """Those since a moment (seconds), in the order in which they were asked about."""
        parts = [*self._chunks, _to_transfers(self._open)]
        columns = (
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("time", "payer", "payee", "amount")
        )
        every = FeatureTransfers(*columns)
        return every.select_rows(np.flatnonzero(every.time >= since))

    def _close_chunk(self) -> None:
        chunk, self._open = _to_transfers(self._open), []
        self._chunks.append(chunk)
        self._keys.append(np.sort(make_payment_keys(chunk)))
        if len(self._chunks) * CHUNK > MOST:
            del self._chunks[0], self._keys[0]


def _to_transfers(payments: list[tuple[int, int, int, int]]) -> FeatureTransfers:
    table = np.array(payments, np.int64).reshape(-1, 4)
    time, payer, payee, satang = (np.ascontiguousarray(table[:, place]) for place in range(4))
    return FeatureTransfers(time, payer, payee, satang.astype(np.float64) / 100)
