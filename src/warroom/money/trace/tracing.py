"""A trace from ids to a trail: look the transfers up, follow them, say what it means."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain

import numpy as np

from warroom import clock
from warroom.errors import TraceError
from warroom.money.index.source import IndexSource
from warroom.money.index.transfer_graph import CHANNELS, NEVER
from warroom.money.question import TraceQuestion
from warroom.money.trace.findings import DraftReason, TraceFindings, list_needed_transfers, resolve_reasons
from warroom.money.trace.flow import METHODS, follow_transfers
from warroom.money.trace.history import MINUTE, balances_at
from warroom.money.trace.holds import propose_holds
from warroom.money.trace.innocence import describe_account_kind, find_innocent_evidence
from warroom.money.trace.notes import list_trail_notes
from warroom.money.trace.one_sided import doubt_one_sided
from warroom.money.trace.pace import find_records_end, minutes_to_exit
from warroom.money.trace.reasons_for import find_hold_reasons
from warroom.money.trace.reported import ReportSource, find_reported_transfers
from warroom.money.trace.state import BEYOND, EXITED, SPENT
from warroom.money.trail import BankAccount, EndKind, Method, TracedAccount, TracedEnd, TracedTransfer, Trail
from warroom.reasons.reason import Reason

ENDS: dict[int, EndKind] = {EXITED: "exited", SPENT: "spent", BEYOND: "beyond_horizon"}
EndKey = tuple[int, int, int]
"""Account, kind of end and channel."""


def trace(
    lake: ReportSource,
    source: IndexSource,
    ids: Sequence[str],
    *,
    method: Method = "fifo",
    as_of: datetime | None = None,
    horizon: timedelta = timedelta(days=7),
    hops: int = 10,
    floor: int = 10_000,
    known_at: Mapping[str, datetime] | None = None,
) -> Trail:
    """Follow reported transfers forward, with nothing received or done after `as_of` (default: now).

    `source`: the index, or what selects the transfers for one. `ids`: record ids of transfers (also source:record_id), uetr or end_to_end_id, or a report's id. `horizon` counts
    from the latest reported transfer, `hops` are transfers in a row, `floor` is in satang. `known_at`: when ids were named, where
    their numbers may stand for other payments since. Raises TraceError.
    """
    if method not in METHODS:
        raise TraceError("trace.no-such-method", method=method)
    moment = as_of or clock.get_now()
    span = horizon // timedelta(microseconds=1)
    question = TraceQuestion(ids, method, clock.to_micros(moment), span, hops, floor, known_at or {})
    index = source.get_index_for_question(question)
    world = index.build_graph_as_of(question.as_of)
    reported = find_reported_transfers(index, lake, world, ids, known_at)
    world = reported.world or world
    flow = follow_transfers(world, reported.seeds, method, span, hops, floor)
    records_end = find_records_end(lake.find_last_time("transfers", moment), moment)
    scene = TraceFindings(index, world, reported, flow, records_end)
    return _build_trail(replace(scene, one_sided=doubt_one_sided(scene, lake)), method, moment)


def _build_trail(scene: TraceFindings, method: Method, as_of: datetime) -> Trail:
    steps, flow, names = scene.flow.steps, scene.flow, scene.account_names
    why = [find_hold_reasons(scene, row, past) for row, past in enumerate(scene.account_pasts)]
    why_not = [find_innocent_evidence(scene, row, past) for row, past in enumerate(scene.account_pasts)]
    sums = _sum_ends(scene)
    known = {key: describe_account_kind(scene, key[0]) for key in sums}
    trail_notes = list_trail_notes(scene)
    records = _load_record_ids(scene, chain.from_iterable([*why, *why_not, *known.values(), trail_notes]))
    accounts = _build_accounts(
        scene,
        names,
        [resolve_reasons(drafts, records) for drafts in why],
        [resolve_reasons(drafts, records) for drafts in why_not],
        as_of,
    )
    holds, not_held = propose_holds(accounts, scene.currency)
    gone = {kind: int(steps.traced[steps.end == code].sum()) for code, kind in ENDS.items()}
    return Trail(
        transfer_ids=scene.reported.record_ids,
        method=method,
        as_of=as_of,
        started_at=clock.from_micros(int(scene.reported.seeds.t[0])),
        loss=int(steps.new.sum()),
        still_there=int(flow.still_there.sum()),
        exited=gone["exited"],
        spent=gone["spent"],
        beyond_horizon=gone["beyond_horizon"],
        victims=tuple(dict.fromkeys(names[int(payer)] for payer in scene.reported.seeds.payer if payer >= 0)),
        accounts=accounts,
        ends=_build_ends(
            sums, names, {key: resolve_reasons(drafts, records) for key, drafts in known.items()}
        ),
        steps=_build_steps(scene, names, records),
        holds=holds,
        not_held=not_held,
        missing=scene.reported.missing,
        currency=scene.currency,
        notes=resolve_reasons(trail_notes, records),
        records_end=scene.records_end,
    )


def _load_record_ids(scene: TraceFindings, drafts: Iterable[DraftReason]) -> dict[int, tuple[str, str]]:
    """(source, record id) of every transfer the trail shows, looked up all at once."""
    numbers = sorted(list_needed_transfers(drafts).union(scene.shown_steps.transfer.tolist()))
    return dict(zip(numbers, scene.index.list_record_ids(numbers), strict=True))


def _build_accounts(
    scene: TraceFindings,
    names: dict[int, BankAccount],
    why: list[tuple[Reason, ...]],
    why_not: list[tuple[Reason, ...]],
    as_of: datetime,
) -> tuple[TracedAccount, ...]:
    # 'Just before' the next microsecond: movements of as_of itself are included.
    balances = balances_at(scene.packed_graph, scene.flow.account, scene.world.as_of + 1)
    return tuple(
        _build_on_trail(scene, names, row, int(balances[row]), why[row], why_not[row], as_of)
        for row in range(len(why))
    )


def _build_on_trail(
    scene: TraceFindings,
    names: dict[int, BankAccount],
    row: int,
    balance: int,
    why: tuple[Reason, ...],
    why_not: tuple[Reason, ...],
    as_of: datetime,
) -> TracedAccount:
    flow = scene.flow
    account = int(flow.account[row])
    minutes = (scene.world.as_of - int(flow.first[row])) / MINUTE
    into = scene.steps_into(account)
    into = into[flow.steps.end[into] == 0]
    # From the last arrival, not the first: the time of the present money began with its arrival.
    last = int(into[np.argmax(flow.steps.t[into])])
    latest = int(flow.steps.t[last])
    passed = int(flow.passed_on[row]) / int(flow.tainted_in[row])
    return TracedAccount(
        account=names[account],
        tainted_in=int(flow.tainted_in[row]),
        passed_on=int(flow.passed_on[row]),
        still_there=int(flow.still_there[row]),
        balance=balance,
        first_arrival=clock.from_micros(int(flow.first[row])),
        minutes_since=minutes,
        hops=int(flow.hops[row]),
        confidence=float(flow.confidence[row]),
        # Of days without a single record nobody can say that the money lay still.
        minutes_to_exit=math.inf
        if scene.records_end
        else minutes_to_exit((scene.world.as_of - latest) / MINUTE, passed),
        victim=account in scene.victim_accounts,
        reasons=why,
        innocent_evidence=why_not,
        latest_arrival=clock.from_micros(latest),
        channel=CHANNELS[int(flow.steps.channel[last])],
        opened_at=_find_opening_date(scene, account),
        received=int(scene.received[row]),
    )


def _find_opening_date(scene: TraceFindings, account: int) -> datetime | None:
    """When the account was opened, as a register says it; None where none does."""
    known = [int(fact["opened"]) for fact in scene.index.facts.list_rows_known_at(account, scene.world.as_of)]
    oldest = min(known, default=NEVER)
    return None if oldest == NEVER else clock.from_micros(oldest)


def _sum_ends(scene: TraceFindings) -> dict[EndKey, tuple[int, int]]:
    """Where the trail stops, by account, kind and channel: how much, and when first."""
    steps = scene.shown_steps
    ended = np.flatnonzero(steps.end)
    sums: dict[EndKey, tuple[int, int]] = {}
    columns = (steps.payee, steps.end, steps.channel, steps.traced, steps.t)
    for payee, end, channel, traced, t in zip(*(column[ended].tolist() for column in columns), strict=True):
        amount, first = sums.get((payee, end, channel), (0, t))
        sums[payee, end, channel] = amount + traced, first
    return sums


def _build_ends(
    sums: dict[EndKey, tuple[int, int]],
    names: dict[int, BankAccount],
    evidence: dict[EndKey, tuple[Reason, ...]],
) -> tuple[TracedEnd, ...]:
    """The largest first."""
    # By name and not by number among equals: account numbers differ between two indexes of one lake.
    order = sorted(sums, key=lambda key: (-sums[key][0], names[key[0]].bank, names[key[0]].number, key))
    return tuple(
        TracedEnd(
            account=names[key[0]],
            kind=ENDS[key[1]],
            channel=CHANNELS[key[2]],
            amount=sums[key][0],
            first_arrival=clock.from_micros(sums[key][1]),
            innocent_evidence=evidence[key],
        )
        for key in order
    )


def _build_steps(
    scene: TraceFindings, names: dict[int, BankAccount], records: Mapping[int, tuple[str, str]]
) -> tuple[TracedTransfer, ...]:
    return tuple(
        TracedTransfer(
            record_id=records[transfer][1],
            source=records[transfer][0],
            time=clock.from_micros(t),
            payer=names[payer],
            payee=names[payee],
            amount=amount,
            traced=traced,
            hops=hops,
            channel=CHANNELS[channel],
            end=ENDS.get(end),
        )
        for transfer, payer, payee, t, amount, traced, _, hops, end, channel in zip(
            *(column.tolist() for column in scene.shown_steps), strict=True
        )
    )
