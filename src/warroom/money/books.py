"""An account's books while it is on the trail: its balance before traced money came, and its way through time."""

from warroom.money.compiled import compiled
from warroom.money.lots import arrive, drop_lots
from warroom.money.state import SLOTS, State, find_slot, heap_push
from warroom.money.world import (
    DEPARTURE,
    NEVER,
    World,
    amount_of,
    bounds,
    earlier,
    first_at,
    flags_of,
    seen,
    time_of,
)


@compiled
def slot_of(w: World, s: State, account: int, t: int) -> int:
    """The account's slot, made if need be, with everything before t behind it."""
    at = find_slot(s, account)
    if s.table[at] >= 0:
        return s.table[at]  # type: ignore[no-any-return]
    slot = s.n[SLOTS]
    if slot == len(s.slots.account):
        raise MemoryError
    s.n[SLOTS] += 1
    s.table[at] = slot
    b0, b1, d0, d1 = bounds(w, account)
    k = s.slots
    k.account[slot], k.b_end[slot], k.d_end[slot] = account, b1, d1
    k.b[slot], k.d[slot] = first_at(w.base.t, b0, b1, t), first_at(w.delta.t, d0, d1, t)
    k.head[slot] = k.tail[slot] = k.node[slot] = -1
    k.due[slot] = -1
    k.balance[slot] = k.traced[slot] = k.tainted_in[slot] = k.passed_on[slot] = k.owed[slot] = 0
    k.first[slot] = k.hops[slot] = NEVER
    k.purity_sum[slot] = k.purity_weight[slot] = 0.0
    k.opened[slot] = 0
    return slot  # type: ignore[no-any-return]


@compiled
def catch_up(w: World, s: State, slot: int, t: int, method: int) -> None:
    """Bring an account to just before t. While it holds traced money only arrivals can lie in between."""
    k = s.slots
    if not k.opened[slot]:
        k.b[slot] = first_at(w.base.t, k.b[slot], k.b_end[slot], t)
        k.d[slot] = first_at(w.delta.t, k.d[slot], k.d_end[slot], t)
        return
    b, d = k.b[slot], k.d[slot]
    while b < k.b_end[slot] or d < k.d_end[slot]:
        p = b if earlier(w, b, k.b_end[slot], d, k.d_end[slot]) else -1 - d
        if time_of(w, p) >= t:
            break
        if p >= 0:
            b += 1
        else:
            d += 1
        if not seen(w, p):
            continue
        if flags_of(w, p) & DEPARTURE:
            k.balance[slot] = max(0, k.balance[slot] - amount_of(w, p))
        elif k.traced[slot] > 0:
            arrive(s, slot, amount_of(w, p), 0, method)
        else:
            k.balance[slot] += amount_of(w, p)
    k.b[slot], k.d[slot] = b, d


@compiled
def stated(w: World, account: int, t: int) -> int:
    """The latest stated balance of an account at or before t that was known at as_of, as a row number or -1."""
    best = -1
    at = first_at(w.balance_key, 0, len(w.balance_key), account)
    while at < len(w.balance_key) and w.balance_key[at] == account and w.balance_time[at] <= t:
        if w.balance_from[at] <= w.as_of < w.balance_until[at]:
            best = at
        at += 1
    return best


@compiled
def balance_before(w: World, account: int, t: int) -> int:
    """Satang on an account just before t: opening + ins - outs over the postings that count at as_of.

    The opening is the smallest that keeps the account from ever going negative up to as_of; a stated balance, which
    includes every posting of its own moment and before, takes its place.
    """
    anchor = stated(w, account, min(t, w.as_of))
    since = w.balance_time[anchor] if anchor >= 0 else 0
    total = lowest = at_t = net = 0
    b, b1, d, d1 = bounds(w, account)
    if anchor >= 0:
        b, d = first_at(w.base.t, b, b1, since), first_at(w.delta.t, d, d1, since)
    while b < b1 or d < d1:
        p = b if earlier(w, b, b1, d, d1) else -1 - d
        now = time_of(w, p)
        if now > w.as_of or (anchor >= 0 and now > t):
            break
        if p >= 0:
            b += 1
        else:
            d += 1
        if not seen(w, p):
            continue
        signed = -amount_of(w, p) if flags_of(w, p) & DEPARTURE else amount_of(w, p)
        total += signed
        lowest = min(lowest, total)
        if now < t:
            at_t = total
        if since < now < t:
            net += signed
        elif since == now == t:
            net -= signed
    if anchor >= 0:
        return max(0, w.balance_amount[anchor] + net)
    return at_t - lowest


@compiled
def open_books(w: World, s: State, slot: int, t: int, method: int) -> None:
    """Make an account ready for traced money at t: what it holds is one clean lot."""
    k = s.slots
    if not k.opened[slot]:
        k.balance[slot] = balance_before(w, k.account[slot], t)
        k.opened[slot] = 1
    if k.traced[slot] == 0:
        drop_lots(s, slot)
        clean = k.balance[slot]
        k.balance[slot] = 0
        arrive(s, slot, clean, 0, method)


@compiled
def schedule(w: World, s: State, slot: int, after: int) -> None:
    """Put the account's next departure up to as_of into the heap, or let the account rest if nothing is traced.

    `due` is the time of the entry it already has; one that lies ahead is still right.
    """
    k = s.slots
    if k.traced[slot] == 0:
        drop_lots(s, slot)
        return
    if k.due[slot] > after:
        return
    k.due[slot] = NEVER
    b, d = k.b[slot], k.d[slot]
    while b < k.b_end[slot] or d < k.d_end[slot]:
        p = b if earlier(w, b, k.b_end[slot], d, k.d_end[slot]) else -1 - d
        t = time_of(w, p)
        if t > w.as_of:
            return
        if flags_of(w, p) & DEPARTURE and seen(w, p):
            k.due[slot] = t
            heap_push(s, t, slot)
            return
        if p >= 0:
            b += 1
        else:
            d += 1
