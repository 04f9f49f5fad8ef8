"""Payments that the payee's bank does not have, though its own records of that hour are here.

A bank's records of an hour are here where all of this holds, of the days around the payment and as known at the trace:
the bank is a source of its own; it has a row in the hour, one before and one after it; and of the payments into its accounts
that other sources tell it has nearly all, in those days and in the hour itself. A bank that sends only what its customers pay
has next to none of those, so nothing is said of it. The payment's own teller must agree with the bank in most of the others
that it tells, or tell hardly any: else their references differ, and nothing follows.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import ibis.expr.types as ir
import numpy as np

from warroom import clock, settings
from warroom.lake.lake import Lake
from warroom.lake.view import Days
from warroom.money.index.rows import NO_REFERENCE
from warroom.money.index.transfer_graph import CHARGE, RETURN
from warroom.money.trace.findings import Draft, Scene
from warroom.money.trace.reported import Reports
from warroom.money.trace.trail import Account

HOUR = timedelta(hours=1)
USUAL_SHARE = 0.98
"""So many of the payments into its accounts that others tell a bank has itself, where it usually sends them."""
LEAST_TOLD = 20
"""Of fewer payments nobody can say what is usual."""
AGREEING_SHARE, LEAST_BY_TELLER = 0.8, 5
"""So many of its payments to the bank a teller must have in common with it, where it tells so many."""
MOST_ASKED = 20
"""Payments that are looked up for one trail, the largest traced part first."""
DOWNSTREAM_SHARE = 0.5
"""An account farther on rests on such payments where so much of its traced money does."""


@dataclass(frozen=True, slots=True)
class OneSided:
    """A payment on the trail that its payee's bank does not have. `teller` is the source that has it."""

    transfer: int
    teller: str
    bank: str
    hour: str


def doubt_one_sided(scene: Scene, lake: Reports) -> dict[int, Draft]:
    """By account of the flow, that its traced money rests on payments which their payee's bank does not have."""
    # A country that plays has no lake: its banks forget nothing.
    found = {one.transfer: one for one in _find(scene, lake)} if isinstance(lake, Lake) else {}
    return _doubts(scene, found) if found else {}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A payment into an account of another bank, which sends records and has no row of it in the index."""

    transfer: int
    teller: str
    payee: Account
    at: datetime
    amount: int


def _find(scene: Scene, lake: Lake) -> Iterator[OneSided]:
    as_of = clock.from_micros(scene.world.as_of)
    senders = {source for file in lake.files("transfers") for source in file.sources}
    for asked in _candidates(scene, senders):
        rows = lake.rows("transfers", as_of, _days_around(asked.at))
        if _is_here(rows, asked) and not _is_told(rows, asked):
            yield OneSided(asked.transfer, asked.teller, asked.payee.bank, _hour_in_words(asked.at))


def _candidates(scene: Scene, senders: Collection[str]) -> list[_Asked]:
    """The payments between banks that the index knows from another source than the payee's bank, though that one sends."""
    steps = scene.flow.steps
    followed = np.flatnonzero(
        (steps.end == 0) & (steps.payer >= 0) & (steps.channel != RETURN) & (steps.channel != CHARGE)
    )
    order = followed[np.argsort(-steps.traced[followed], kind="stable")]
    ids = np.unique(np.concatenate([steps.payer[order], steps.payee[order]])).tolist()
    names = dict(zip(ids, scene.index.accounts(ids), strict=True))
    found: dict[int, _Asked] = {}
    for row in order.tolist():
        transfer, payee = int(steps.transfer[row]), names[int(steps.payee[row])]
        if transfer in found or payee.bank not in senders or payee.bank == names[int(steps.payer[row])].bank:
            continue
        tellers = scene.index.tellers(transfer, int(steps.payee[row]), scene.world)
        if payee.bank in tellers:
            continue
        moment = clock.from_micros(int(steps.t[row]))
        found[transfer] = _Asked(transfer, min(tellers), payee, moment, int(steps.amount[row]))
        if len(found) == MOST_ASKED:
            break
    return list(found.values())


def _days_around(moment: datetime) -> Days:
    return (moment - HOUR).astimezone(UTC).date(), (moment + 2 * HOUR).astimezone(UTC).date()


def _is_here(rows: ir.Table, asked: _Asked) -> bool:
    """Whether the records that the payee's bank sends of the payment's hour are here."""
    bank, start = asked.payee.bank, _hour_of(asked.at)
    own = rows.filter(rows.source == bank)
    ends = own.aggregate(first=own.time.min(), last=own.time.max(), count=_within(own, start).sum())
    [reach] = ends.to_pyarrow().to_pylist()
    if not reach["count"] or _utc(reach["first"]) >= start or _utc(reach["last"]) < start + HOUR:
        return False
    others = rows.filter(
        rows.payee_bank == bank, rows.payer_bank != bank, rows.source != bank, _has_reference(rows)
    )
    told = others.mutate(had=_had(others, own), in_hour=_within(others, start))
    sums = told.group_by("source").aggregate(
        told=told.count(),
        had=told.had.sum(),
        hour=told.in_hour.sum(),
        hour_had=(told.in_hour & told.had).sum(),
    )
    return _is_usual(sums.to_pyarrow().to_pylist(), asked.teller)


def _is_usual(sums: Sequence[dict[str, Any]], teller: str) -> bool:
    """Whether the bank has nearly all that others tell, and most of what this teller does.

    The teller is judged apart: who invents many payments must not make the bank look like one that sends few.
    """
    mine = next((one for one in sums if one["source"] == teller), None)
    rest = [one for one in sums if one["source"] != teller]
    told, hour = sum(one["told"] for one in rest), sum(one["hour"] for one in rest)
    # Where a country has two banks alone there is nobody else to judge by.
    if not rest and mine is not None:
        return bool(mine["told"] > LEAST_TOLD and mine["had"] >= USUAL_SHARE * (mine["told"] - 1))
    if told < LEAST_TOLD or sum(one["had"] for one in rest) < USUAL_SHARE * told:
        return False
    if sum(one["hour_had"] for one in rest) < USUAL_SHARE * hour:
        return False
    return mine is None or mine["told"] < LEAST_BY_TELLER or mine["had"] >= AGREEING_SHARE * mine["told"]


def _is_told(rows: ir.Table, asked: _Asked) -> bool:
    """Whether the bank has a payment of this sum into the account, under whatever reference."""
    baht = Decimal(asked.amount) / 100
    same = rows.filter(rows.source == asked.payee.bank, rows.payee == asked.payee.number, rows.amount == baht)
    return bool(same.count().to_pyarrow().as_py())


def _had(others: ir.Table, own: ir.Table) -> ir.BooleanValue:
    by_uetr = others.uetr.notnull() & others.uetr.isin(own.filter(own.uetr.notnull()).uetr)
    by_id = others.end_to_end_id.notnull() & others.end_to_end_id.isin(
        own.filter(own.end_to_end_id.notnull()).end_to_end_id
    )
    return by_uetr.fill_null(False) | by_id.fill_null(False)


def _has_reference(rows: ir.Table) -> ir.BooleanValue:
    by_id = rows.end_to_end_id.notnull() & rows.end_to_end_id.notin(NO_REFERENCE)
    return rows.uetr.notnull() | by_id


def _within(rows: ir.Table, start: datetime) -> ir.BooleanValue:
    return (rows.time >= start) & (rows.time < start + HOUR)


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _hour_of(moment: datetime) -> datetime:
    """The beginning of the hour by the clocks of the room's country."""
    here = moment.astimezone(ZoneInfo(settings.text("WARROOM_TIMEZONE")))
    return here.replace(minute=0, second=0, microsecond=0).astimezone(UTC)


def _hour_in_words(moment: datetime) -> str:
    start = _hour_of(moment).astimezone(ZoneInfo(settings.text("WARROOM_TIMEZONE")))
    return f"{start:%d/%m %H:%M}-{start + HOUR:%H:%M}"


def _doubts(scene: Scene, found: dict[int, OneSided]) -> dict[int, Draft]:
    """What is said of each account: the payment itself where it came here, its share where it came by others."""
    steps, drafts = scene.flow.steps, dict[int, Draft]()
    came: dict[int, int] = {}
    doubted: dict[int, float] = {}
    of: dict[int, OneSided] = {}
    for row in np.argsort(steps.t, kind="stable").tolist():
        payer, payee, traced = int(steps.payer[row]), int(steps.payee[row]), int(steps.traced[row])
        one = found.get(int(steps.transfer[row]))
        share = 1.0 if one else doubted.get(payer, 0.0) / max(came.get(payer, 0), 1)
        came[payee] = came.get(payee, 0) + traced
        doubted[payee] = doubted.get(payee, 0.0) + share * traced
        if one:
            drafts.setdefault(payee, _direct(scene, row, one))
        if share:
            of.setdefault(payee, one or of[payer])
    for account, one in of.items():
        part = doubted[account] / max(came[account], 1)
        if account not in drafts and part >= DOWNSTREAM_SHARE:
            drafts[account] = _farther(one, part)
    return drafts


def _direct(scene: Scene, row: int, one: OneSided) -> Draft:
    amount = int(scene.flow.steps.amount[row]) / 100
    params = {"one": one.teller, "other": one.bank, "hour": one.hour, "amount": amount, **scene.unit}
    return Draft("payer_bank_alone", params, [one.transfer])


def _farther(one: OneSided, part: float) -> Draft:
    params = {"one": one.teller, "other": one.bank, "hour": one.hour, "percent": 100 * part}
    return Draft("rests_on_payer_bank_alone", params, [one.transfer])
