"""An account's money as a queue of lots: what comes in, what goes out first.

FIFO takes the oldest lot, LIFO the newest, pro-rata the same share of everything. A transfer's lots arrive in the
order in which the payer's queue gave them. Neighbours of one kind are one lot, which changes nothing that can be seen.
"""

from warroom.money.compiled import compile_cached_kernel
from warroom.money.trace.state import FIFO, FREE, LIFO, LOTS, PIECES, PRO_RATA, TracerState


@compile_cached_kernel
def multiply_then_divide(a: int, b: int, c: int) -> int:
    """floor(a * b / c) exactly for 0 <= a <= c, 0 <= b, 0 < c < 2**62, without leaving 64 bits."""
    if a == 0 or b == 0:
        return 0
    # Integers wrap silently in compiled code, and a float of 53 bits would lose satang: two traces of one
    # account would then not add up to its balance.
    if a <= 9223372036854775807 // b:
        return a * b // c
    quotient = rest = 0
    for bit in range(62, -1, -1):  # a * b, one binary digit of b at a time, the remainder kept below c
        quotient, rest = 2 * quotient, 2 * rest
        if rest >= c:
            quotient, rest = quotient + 1, rest - c
        if (b >> bit) & 1:
            rest += a
            if rest >= c:
                quotient, rest = quotient + 1, rest - c
    return quotient


@compile_cached_kernel
def add_lot(s: TracerState, slot: int, amount: int, traced: int, method: int) -> None:
    """Put money on an account; the caller keeps balance and traced."""
    # Pro-rata takes the same share of all there is: two sums say it, no queue is needed.
    if method == PRO_RATA or amount == 0:
        return
    last = s.slots[slot].tail if method == FIFO else s.slots[slot].head
    # Else an account with a thousand clean payments between two traced ones had a thousand lots to walk.
    if last >= 0 and s.lots[last].traced == traced:
        s.lots[last].amount += amount
        return
    lot = _new_lot(s)
    s.lots[lot].amount, s.lots[lot].traced, s.lots[lot].next = amount, traced, -1
    if s.slots[slot].head < 0:
        s.slots[slot].head = s.slots[slot].tail = lot
    elif method == LIFO:
        s.lots[lot].next = s.slots[slot].head
        s.slots[slot].head = lot
    else:
        s.lots[last].next = lot
        s.slots[slot].tail = lot


@compile_cached_kernel
def _new_lot(s: TracerState) -> int:
    # Used lots are chained and taken again: the array has to hold what lies on
    # accounts, not all that ever passed.
    lot = s.n[FREE]
    if lot >= 0:
        s.n[FREE] = s.lots[lot].next
        return lot  # type: ignore[no-any-return]
    lot = s.n[LOTS]
    if lot == len(s.lots):
        raise MemoryError
    s.n[LOTS] += 1
    return lot  # type: ignore[no-any-return]


@compile_cached_kernel
def drop_lots(s: TracerState, slot: int) -> None:
    """Forget an account's lots: nothing on it is traced any more."""
    lot = s.slots[slot].head
    while lot >= 0:
        after = s.lots[lot].next
        s.lots[lot].next = s.n[FREE]
        s.n[FREE] = lot
        lot = after
    s.slots[slot].head = s.slots[slot].tail = -1


@compile_cached_kernel
def book_arrival(s: TracerState, slot: int, amount: int, traced: int, method: int) -> None:
    """Money of one kind arrives; clean money first pays what the account owes from earlier in this instant."""
    # Traced money never pays it: it would vanish from the account without a step that says where it went.
    if not traced and s.slots[slot].owed > 0:
        paid = min(amount, s.slots[slot].owed)
        s.slots[slot].owed -= paid
        amount -= paid
    s.slots[slot].balance += amount
    if traced:
        s.slots[slot].traced += amount
    add_lot(s, slot, amount, traced, method)


@compile_cached_kernel
def book_departure(s: TracerState, slot: int, amount: int, method: int, owes: bool) -> int:
    """Take money off an account and return the traced part of it; FIFO and LIFO append its lots to the pieces.

    Where the balance does not reach, the rest is clean money that the records do not show; where it is still to
    arrive in this very instant (`owes`), the account owes it.
    """
    # The first of a circle pays before it is paid; without the debt the money would be clean once when it
    # left and once more when it arrived.
    if s.slots[slot].balance < amount and owes:
        s.slots[slot].owed += amount - s.slots[slot].balance
    if method == PRO_RATA:
        traced = s.slots[slot].traced
        # A payment of the whole balance, or of more than the records show, carries all of it: nothing
        # traced is left behind by rounding.
        if amount < s.slots[slot].balance:
            traced = multiply_then_divide(traced, amount, s.slots[slot].balance)
    else:
        traced = _take_lots(s, slot, amount)
    s.slots[slot].balance = max(0, s.slots[slot].balance - amount)
    s.slots[slot].traced -= traced
    return traced  # type: ignore[no-any-return]


@compile_cached_kernel
def _take_lots(s: TracerState, slot: int, amount: int) -> int:
    traced = left = amount
    traced = 0
    while left > 0 and s.slots[slot].head >= 0:
        lot = s.slots[slot].head
        part = min(left, s.lots[lot].amount)
        add_piece(s, part, s.lots[lot].traced)
        left -= part
        if s.lots[lot].traced:
            traced += part
        s.lots[lot].amount -= part
        if s.lots[lot].amount == 0:
            s.slots[slot].head = s.lots[lot].next
            s.lots[lot].next = s.n[FREE]
            s.n[FREE] = lot
    if s.slots[slot].head < 0:
        s.slots[slot].tail = -1
    # What the records do not show was not the victim's.
    add_piece(s, left, 0)
    return traced


@compile_cached_kernel
def add_piece(s: TracerState, amount: int, traced: int) -> None:
    """Append to the pieces of the transfer that is leaving."""
    at = s.n[PIECES]
    if amount == 0:
        return
    if at == len(s.pieces):
        raise MemoryError
    s.pieces[at].amount, s.pieces[at].traced = amount, traced
    s.n[PIECES] += 1
