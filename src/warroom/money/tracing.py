"""A trace from ids to a trail: look the transfers up, follow them, say what it means."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from warroom import clock
from warroom.errors import TraceError
from warroom.money.flow import METHODS, follow
from warroom.money.history import MINUTE, balances_at, history
from warroom.money.holds import propose
from warroom.money.index import Index
from warroom.money.innocence import innocence, known_as
from warroom.money.pace import minutes_to_exit
from warroom.money.reasons_for import reasons_for
from warroom.money.reported import Reports, look_up
from warroom.money.scene import Scene, settle
from warroom.money.state import BEYOND, EXITED, SPENT
from warroom.money.trail import Account, End, EndKind, Method, OnTrail, Step, Trail
from warroom.money.world import CHANNELS
from warroom.reasons import Reason

ENDS: dict[int, EndKind] = {EXITED: "exited", SPENT: "spent", BEYOND: "beyond_horizon"}


def trace(
    lake: Reports,
    index: Index,
    ids: Sequence[str],
    *,
    method: Method = "fifo",
    as_of: datetime | None = None,
    horizon: timedelta = timedelta(days=7),
    hops: int = 10,
    floor: int = 10_000,
) -> Trail:
    """Follow reported transfers forward, with nothing received or done after `as_of` (default: now).

    `ids`: record ids of transfers (also source:record_id), uetr or end_to_end_id, or a report's id. `horizon` counts
    from the latest reported transfer, `hops` are transfers in a row, `floor` is in satang. Raises TraceError.
    """
    if method not in METHODS:
        raise TraceError(f"There is no method '{method}'; choose fifo, lifo or pro-rata.")
    moment = as_of or clock.now()
    world = index.world(clock.to_micros(moment))
    reported = look_up(index, lake, world, ids)
    flow = follow(world, reported.seeds, method, horizon // timedelta(microseconds=1), hops, floor)
    return _trail(Scene(index, world, reported, flow), method, moment)


def _trail(scene: Scene, method: Method, as_of: datetime) -> Trail:
    steps, flow, index = scene.flow.steps, scene.flow, scene.index
    involved = np.unique(
        np.concatenate([scene.shown.payer, scene.shown.payee, flow.account, scene.reported.seeds.payer])
    )
    names = dict(zip(involved.tolist(), index.accounts(involved.tolist()), strict=True))
    accounts = _accounts(scene, names, as_of)
    holds, not_held = propose(accounts)
    sums = {kind: int(steps.traced[steps.end == code].sum()) for code, kind in ENDS.items()}
    return Trail(
        transfer_ids=scene.reported.record_ids,
        method=method,
        as_of=as_of,
        started_at=clock.from_micros(int(scene.reported.seeds.t[0])),
        loss=int(steps.new.sum()),
        still_there=int(flow.still_there.sum()),
        exited=sums["exited"],
        spent=sums["spent"],
        beyond_horizon=sums["beyond_horizon"],
        victims=tuple(dict.fromkeys(names[int(payer)] for payer in scene.reported.seeds.payer if payer >= 0)),
        accounts=accounts,
        ends=_ends(scene, names),
        steps=_steps(scene, names),
        holds=holds,
        not_held=not_held,
        missing=scene.reported.missing,
    )


def _accounts(scene: Scene, names: dict[int, Account], as_of: datetime) -> tuple[OnTrail, ...]:
    flow = scene.flow
    past = [history(scene.w, int(a), int(t)) for a, t in zip(flow.account, flow.first, strict=True)]
    why = settle(scene.index, [reasons_for(scene, row, each) for row, each in enumerate(past)])
    why_not = settle(scene.index, [innocence(scene, row, each) for row, each in enumerate(past)])
    balances = balances_at(scene.w, flow.account, scene.world.as_of + 1)
    return tuple(
        _on_trail(scene, names, row, int(balances[row]), why[row], why_not[row], as_of)
        for row in range(len(flow.account))
    )


def _on_trail(
    scene: Scene,
    names: dict[int, Account],
    row: int,
    balance: int,
    why: tuple[Reason, ...],
    why_not: tuple[Reason, ...],
    as_of: datetime,
) -> OnTrail:
    flow = scene.flow
    account = int(flow.account[row])
    minutes = (scene.world.as_of - int(flow.first[row])) / MINUTE
    into = scene.steps_into(account)
    latest = int(flow.steps.t[into[flow.steps.end[into] == 0]].max())
    passed = int(flow.passed_on[row]) / int(flow.tainted_in[row])
    return OnTrail(
        account=names[account],
        tainted_in=int(flow.tainted_in[row]),
        passed_on=int(flow.passed_on[row]),
        still_there=int(flow.still_there[row]),
        balance=balance,
        first_arrival=clock.from_micros(int(flow.first[row])),
        minutes_since=minutes,
        hops=int(flow.hops[row]),
        confidence=float(flow.confidence[row]),
        minutes_to_exit=minutes_to_exit((scene.world.as_of - latest) / MINUTE, passed),
        victim=account in scene.victims,
        reasons=why,
        innocent_evidence=why_not,
    )


def _ends(scene: Scene, names: dict[int, Account]) -> tuple[End, ...]:
    """Where the trail stops, by account, kind and channel, the largest first."""
    steps = scene.shown
    ended = np.flatnonzero(steps.end)
    sums: dict[tuple[int, int, int], int] = defaultdict(int)
    first: dict[tuple[int, int, int], int] = {}
    columns = (steps.payee, steps.end, steps.channel, steps.traced, steps.t)
    for payee, end, channel, traced, t in zip(*(column[ended].tolist() for column in columns), strict=True):
        sums[payee, end, channel] += traced
        first.setdefault((payee, end, channel), t)
    order = sorted(sums, key=lambda key: (-sums[key], names[key[0]].bank, names[key[0]].number, key))
    evidence = settle(scene.index, [known_as(scene, key[0]) for key in order])
    return tuple(
        End(
            account=names[key[0]],
            kind=ENDS[key[1]],
            channel=CHANNELS[key[2]],
            amount=sums[key],
            first_arrival=clock.from_micros(first[key]),
            innocent_evidence=evidence[at],
        )
        for at, key in enumerate(order)
    )


def _steps(scene: Scene, names: dict[int, Account]) -> tuple[Step, ...]:
    records = scene.index.records(scene.shown.transfer.tolist())
    rows = zip(*(column.tolist() for column in scene.shown), strict=True)
    return tuple(
        Step(
            record_id=record,
            source=source,
            time=clock.from_micros(t),
            payer=names[payer],
            payee=names[payee],
            amount=amount,
            traced=traced,
            hops=hops,
            channel=CHANNELS[channel],
            end=ENDS.get(end),
        )
        for (source, record), (_, payer, payee, t, amount, traced, _, hops, end, channel) in zip(
            records, rows, strict=True
        )
    )
