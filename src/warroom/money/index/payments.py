"""The payments of a lake as of a moment, each once and in the order of time."""

from dataclasses import dataclass, fields

import numpy as np

from warroom.money.compiled import compile_cached_kernel
from warroom.money.index.account_index import Index
from warroom.money.index.folder import NOWHERE, OpenSegment
from warroom.money.index.transfer_graph import (
    CHANNEL_MASK,
    CHANNEL_SHIFT,
    COPY,
    CORRECTED,
    SELF,
    Array,
    Bytes,
    Ints,
    Short,
    is_counted,
    pack_graph,
    was_received,
)


@dataclass(frozen=True)
class Payments:
    """Columns of one length n, in the order of time. t: microseconds since 1970 UTC; payer and payee: numbers of the
    index, -1 where a row names none; amount: satang; channel: position in `transfer_graph.CHANNELS`; device: -1 where none is
    named; transfer: the index's number, by which records are found.
    """

    t: Ints
    payer: Short
    payee: Short
    amount: Ints
    channel: Bytes
    device: Short
    transfer: Ints

    def __len__(self) -> int:
        return len(self.t)

    def select_rows(self, rows: Array | slice) -> "Payments":
        """Some of the payments: positions, a mask or a slice."""
        return Payments(*(getattr(self, each.name)[rows] for each in fields(self)))


def load_payments(index: Index, as_of: int) -> Payments:
    """What had happened and been received by `as_of` (microseconds), corrected rows by their newest version; of two
    banks' copies the one received first counts, and a transfer to itself does not.
    """
    # The name keeps the arrays alive while `packed` holds their bare addresses; see `memory`.
    packed = pack_graph(world := index.build_graph_as_of(as_of))
    parts = [_payments_of_part(part, index, packed, as_of) for part in index.parts]
    del world
    joined = Payments(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Payments)))
    # Each part is in order of time by itself: transfers are numbered so.
    late = len(parts) > 1 and len(joined) and bool((joined.t[1:] < joined.t[:-1]).any())
    return joined.select_rows(np.argsort(joined.t, kind="stable")) if late else joined


def _payments_of_part(part: OpenSegment, index: Index, packed: Array, as_of: int) -> Payments:
    known = np.flatnonzero(part.place != NOWHERE)
    place = part.place[known].astype(np.int64)
    flags, t = part.segment.flags[place], part.segment.t[place]
    transfer = known + int(part.meta["first"])
    keep = (t <= as_of) & (flags & SELF == 0) & _transfers_that_count(packed, transfer, flags)
    known, place, flags, transfer = known[keep], place[keep], flags[keep], transfer[keep]
    device = part.device[known] if len(part.device) else np.full(len(known), -1)
    return Payments(
        t[keep],
        part.find_payers(place).astype(np.int32),
        part.find_payees(place).astype(np.int32),
        part.segment.amount[place],
        (flags >> CHANNEL_SHIFT) & CHANNEL_MASK,
        device.astype(np.int32),
        transfer,
    )


@compile_cached_kernel
def _transfers_that_count(w: Array, transfer: Ints, flags: Bytes) -> Array:
    """Which transfers count as of the graph's moment; see `transfer_graph.counts`."""
    is_seen = np.zeros(len(transfer), np.bool_)
    for i in range(len(transfer)):
        if flags[i] & (CORRECTED | COPY):
            is_seen[i] = is_counted(w, transfer[i])
        else:
            is_seen[i] = w[0].all_received or was_received(w, transfer[i])
    return is_seen
