"""Small worlds for the tracer, in memory."""

import numpy as np

from warroom.money import world as w
from warroom.money.flow import Seeds
from warroom.money.segment import make_segment


def _ints(values):
    return np.array(list(values), np.int64)


def _segment(rows, accounts):
    flags = []
    for row in rows:
        flag = w.CHANNELS.index(row.channel) << w.CHANNEL_SHIFT
        flag |= w.SELF if row.payer == row.payee else 0
        flag |= w.CORRECTED if row.until is not None else 0
        flag |= w.COPY if row.copies else 0
        flags.append(flag)

    def number(account):
        return -1 if account is None else account

    return make_segment(
        accounts,
        _ints(r.t for r in rows),
        np.array([number(r.payer) for r in rows], np.int32),
        np.array([number(r.payee) for r in rows], np.int32),
        _ints(r.amount for r in rows),
        np.array(flags, np.uint8),
        _ints(r.received for r in rows),
    )


def make_world(rows, as_of, shops=(), stated=(), split=None):
    """The world of these rows (numbered 0, 1, ... in order of time); rows from `split` on lie in the delta."""
    split = len(rows) if split is None else split
    accounts = 1 + max((a for r in rows for a in (r.payer, r.payee) if a is not None), default=0)
    base, base_place = _segment(rows[:split], accounts)
    delta, delta_place = _segment(rows[split:], accounts)
    corrected = [(r.number, r.until) for r in rows if r.until is not None]
    copies = [(r.number, c) for r in rows for c in r.copies]
    shops = sorted(shops)
    stated = sorted(stated, key=lambda s: (s.account, s.t))
    world = w.World(
        base=base,
        delta=delta,
        first_delta=split,
        all_received=all(r.received <= as_of for r in rows),
        as_of=as_of,
        until_key=_ints(n for n, _ in corrected),
        until_at=_ints(at for _, at in corrected),
        copy_key=_ints(n for n, _ in copies),
        copy_of=_ints(c for _, c in copies),
        shop_key=_ints(shops),
        shop_from=_ints(0 for _ in shops),
        shop_until=_ints(w.NEVER for _ in shops),
        balance_key=_ints(s.account for s in stated),
        balance_time=_ints(s.t for s in stated),
        balance_from=_ints(s.received for s in stated),
        balance_until=_ints(w.NEVER for _ in stated),
        balance_amount=_ints(s.amount for s in stated),
    )
    places = np.concatenate([base_place, -1 - delta_place])
    return world, places


def make_seeds(rows, numbers, places):
    numbers = sorted(set(numbers), key=lambda n: (rows[n].t, n))

    def side(value):
        return -1 if value is None else value

    return Seeds(
        transfer=_ints(numbers),
        t=_ints(rows[n].t for n in numbers),
        payer=_ints(side(rows[n].payer) for n in numbers),
        payee=_ints(side(rows[n].payee) for n in numbers),
        place=_ints(places[n] for n in numbers),
    )
