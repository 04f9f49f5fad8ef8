"""An account's books while it is on the trail: its balance before traced money came, and its way through time."""

from warroom.money.compiled import compile_cached_kernel
from warroom.money.index.memory import find_first_at_least, i8
from warroom.money.index.transfer_graph import (
    DEPARTURE,
    NEVER,
    Array,
    amount_of,
    base_at,
    delta_at,
    find_posting_bounds,
    flags_of,
    is_moving_money,
    pick_earlier_posting,
    time_of,
)
from warroom.money.trace.lots import book_arrival, drop_lots
from warroom.money.trace.state import SLOTS, TracerState, find_slot, heap_push


@compile_cached_kernel
def find_or_make_slot(w: Array, s: TracerState, account: int, t: int) -> int:
    """The account's slot, made if need be, with everything before t behind it."""
    at = find_slot(s, account)
    if s.table[at] >= 0:
        return s.table[at]  # type: ignore[no-any-return]
    slot = s.n[SLOTS]
    if slot == len(s.slots):
        raise MemoryError
    s.n[SLOTS] += 1
    s.table[at] = slot
    b0, b1, d0, d1 = find_posting_bounds(w, account)
    k = s.slots[slot]
    k.account, k.b_end, k.d_end = account, b1, d1
    k.b, k.d = base_at(w, b0, b1, t), delta_at(w, d0, d1, t)
    k.head = k.tail = k.node = k.due = -1
    k.balance = k.traced = k.tainted_in = k.passed_on = k.owed = 0
    k.first = k.hops = NEVER
    k.purity_sum = k.purity_weight = 0.0
    k.opened = 0
    return slot  # type: ignore[no-any-return]


@compile_cached_kernel
def catch_up(w: Array, s: TracerState, slot: int, t: int, method: int) -> None:
    """Bring an account to just before t. While it holds traced money only arrivals can be in between."""
    k = s.slots[slot]
    if not k.opened:
        # Nobody asks for its balance yet: jump by search instead of walking what it did since.
        k.b = base_at(w, k.b, k.b_end, t)
        k.d = delta_at(w, k.d, k.d_end, t)
        return
    b, d = k.b, k.d
    while b < k.b_end or d < k.d_end:
        p = pick_earlier_posting(w, b, k.b_end, d, k.d_end)
        if time_of(w, p) >= t:
            break
        if p >= 0:
            b += 1
        else:
            d += 1
        if not is_moving_money(w, p):
            continue
        if flags_of(w, p) & DEPARTURE:
            # Only where nothing traced is left: an account that holds traced money is
            # woken by the heap when it pays.
            k.balance = max(0, k.balance - amount_of(w, p))
        elif k.traced > 0:
            book_arrival(s, slot, amount_of(w, p), 0, method)
        else:
            k.balance += amount_of(w, p)
    k.b, k.d = b, d


@compile_cached_kernel
def find_stated_balance(w: Array, account: int, t: int) -> int:
    """The latest stated balance of an account at or before t that was known at as_of, as a row number or -1."""
    v = w[0]
    best = -1
    # Sorted by account and time; the last that fits is the latest. An account has
    # few of them, so no second search.
    at = find_first_at_least(v.balance_key, 0, v.balance_key_len, account)
    while at < v.balance_key_len and i8(v.balance_key, at) == account and i8(v.balance_time, at) <= t:
        if i8(v.balance_from, at) <= v.as_of < i8(v.balance_until, at):
            best = at
        at += 1
    return best


@compile_cached_kernel
def balance_before(w: Array, account: int, t: int) -> int:
    """Satang on an account just before t: opening + ins - outs over the postings that count at as_of.

    The opening is the smallest that keeps the account from ever going negative up to as_of; a stated balance, which
    includes every posting of its own moment and before, takes its place.
    """
    anchor = find_stated_balance(w, account, min(t, w[0].as_of))
    since = i8(w[0].balance_time, anchor) if anchor >= 0 else 0
    total = lowest = at_t = net = 0
    b, b1, d, d1 = find_posting_bounds(w, account)
    if anchor >= 0:
        b, d = base_at(w, b, b1, since), delta_at(w, d, d1, since)
    while b < b1 or d < d1:
        p = pick_earlier_posting(w, b, b1, d, d1)
        now = time_of(w, p)
        # Without a stated balance the walk goes on to as_of: a payment after t can show
        # that more must have lain there.
        if now > w[0].as_of or (anchor >= 0 and now > t):
            break
        if p >= 0:
            b += 1
        else:
            d += 1
        if not is_moving_money(w, p):
            continue
        signed = -amount_of(w, p) if flags_of(w, p) & DEPARTURE else amount_of(w, p)
        total += signed
        lowest = min(lowest, total)
        if now < t:
            at_t = total
        if since < now < t:
            net += signed
        elif since == now == t:
            # The statement includes the payments of its own moment, and what is
            # asked for lies just before them.
            net -= signed
    if anchor >= 0:
        return int(max(0, i8(w[0].balance_amount, anchor) + net))
    return at_t - lowest


@compile_cached_kernel
def open_books(w: Array, s: TracerState, slot: int, t: int, method: int) -> None:
    """Make an account ready for traced money at t: what it holds is one clean lot."""
    k = s.slots[slot]
    if not k.opened:
        k.balance = balance_before(w, k.account, t)
        k.opened = 1
    if k.traced == 0:
        drop_lots(s, slot)
        # Whatever order its clean money came in, it is one lot: only traced money makes an order matter.
        clean = k.balance
        k.balance = 0
        book_arrival(s, slot, clean, 0, method)


@compile_cached_kernel
def schedule_departure(w: Array, s: TracerState, slot: int, after: int) -> None:
    """Put the account's next departure up to as_of into the heap, or let the account rest if nothing is traced.

    `due` is the time of the entry it already has; one in the future is still right.
    """
    k = s.slots[slot]
    if k.traced == 0:
        drop_lots(s, slot)
        return
    # A run adds no postings. A second entry would wake the account twice in one instant.
    if k.due > after:
        return
    k.due = NEVER
    b, d = k.b, k.d
    while b < k.b_end or d < k.d_end:
        p = pick_earlier_posting(w, b, k.b_end, d, k.d_end)
        t = time_of(w, p)
        if t > w[0].as_of:
            return
        if flags_of(w, p) & DEPARTURE and is_moving_money(w, p):
            k.due = t
            heap_push(s, t, slot)
            return
        if p >= 0:
            b += 1
        else:
            d += 1
