"""Small worlds for the tracer, in memory."""

from dataclasses import dataclass
from random import Random

import numpy as np

from tests.money.reference import Reference, Row, Stated
from warroom.money.index import transfer_graph as w
from warroom.money.index.segment import make_segment
from warroom.money.trace.flow import ReportedPayments, follow_transfers


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
    world = w.TransferGraph(
        base=base,
        delta=delta,
        first_delta=split,
        all_received=all(r.received <= as_of for r in rows),
        as_of=as_of,
        until_key=_ints(n for n, _ in corrected),
        until_at=_ints(at for _, at in corrected),
        copy_key=_ints(n for n, _ in copies),
        copy_of=_ints(c for _, c in copies),
        charge_key=_ints([]),
        charge_by=_ints([]),
        charge=_ints([]),
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

    return ReportedPayments(
        transfer=_ints(numbers),
        t=_ints(rows[n].t for n in numbers),
        payer=_ints(side(rows[n].payer) for n in numbers),
        payee=_ints(side(rows[n].payee) for n in numbers),
        place=_ints(places[n] for n in numbers),
    )


@dataclass(frozen=True)
class Case:
    """A world, what was reported in it, and how it is to be traced."""

    rows: list[Row]
    seeds: list[int]
    as_of: int
    horizon: int
    hops: int
    floor: int
    shops: list[int]
    stated: list[Stated]
    split: int | None

    def trace(self, method, rows=None, seeds=None):
        rows = self.rows if rows is None else rows
        world, places = make_world(rows, self.as_of, self.shops, self.stated, self.split)
        reported = make_seeds(rows, seeds or self.seeds, places)
        return follow_transfers(world, reported, method, self.horizon, self.hops, self.floor)


def random_case(r: Random, corrections: bool = True, stated: bool = True) -> Case | None:
    """A small crowded world: circles, equal times, self-transfers, unknown sides, late and corrected rows, a delta."""
    n, accounts, span = r.randint(1, 40), r.randint(2, 7), r.choice([3, 8, 60])
    split = r.choice([None, r.randint(0, n)])
    times = sorted(r.randint(0, span) for _ in range(n))
    if split is not None:
        times = times[:split] + sorted(r.randint(0, span) for _ in range(n - split))
    rows = [_row(r, i, times[i], accounts, span, corrections) for i in range(n)]
    as_of = r.choice([span + 20, r.randint(0, span)])
    known = {row.number for row in Reference(rows, [0], "fifo", as_of, 0, 1, 1).rows}
    if not known:
        return None
    return Case(
        rows=rows,
        seeds=r.sample(sorted(known), min(len(known), r.randint(1, 3))),
        as_of=as_of,
        horizon=r.choice([span, r.randint(0, span)]),
        hops=r.choice([10, 2]),
        floor=r.choice([1, 1, 5]),
        shops=[accounts - 1] if r.random() < 0.2 else [],
        stated=_stated(r, accounts, span) if stated else [],
        split=split,
    )


def _row(r, i, t, accounts, span, corrections):
    payer, payee = r.randrange(accounts), r.randrange(accounts)
    gone = r.random()
    return Row(
        number=i,
        t=t,
        payer=None if gone < 0.03 else payer,
        payee=None if gone > 0.95 else payee,
        amount=r.randint(1, r.choice([10, 300, 10**12])),
        channel=r.choices(["transfer", "cash", "goods", "crypto"], [12, 1, 1, 1])[0],
        received=r.choice([0, t, t + r.randint(0, 10)]),
        until=r.choice([None] * 6 + [r.randint(0, span)]) if corrections else None,
        copies=(r.randrange(i),) if corrections and i and r.random() < 0.1 else (),
    )


def _stated(r, accounts, span):
    count = r.choice([0, 0, 3])
    return [
        Stated(r.randrange(accounts), r.randint(0, span), r.randint(0, 300), r.choice([0, 5]))
        for _ in range(count)
    ]
