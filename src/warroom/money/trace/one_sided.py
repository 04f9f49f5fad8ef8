"""Payments that the payee's bank does not have, though its own records of that hour are here.

A bank's records of an hour are here where all of this holds, of the days around the payment and as known at the trace:
the bank is a source of its own; it has a row in the hour, one before and one after it; and of the payments into its accounts
that other sources tell it has nearly all, in those days and in the hour itself. A bank that sends only what its customers pay
has next to none of those, so nothing is said of it. The payment's own teller must agree with the bank in most of the others
that it tells, or tell hardly any: else their references differ, and nothing follows.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warroom import clock, settings
from warroom.lake import original
from warroom.lake.commit import LakeFile
from warroom.lake.lake import Lake
from warroom.lake.view import Days
from warroom.money.index.rows import NO_REFERENCE
from warroom.money.index.transfer_graph import CHARGE, RETURN
from warroom.money.trace.findings import Draft, Scene
from warroom.money.trace.reported import Reports
from warroom.money.trail import Account

HOUR = timedelta(hours=1)
USUAL_SHARE = 0.98
"""So many of the payments into its accounts that others tell a bank has itself, where it usually sends them."""
LEAST_TOLD = 20
"""Of fewer payments nobody can say what is usual."""
AGREEING_SHARE, LEAST_BY_TELLER = 0.8, 5
"""So many of its payments to the bank a teller must have in common with it, where it tells so many."""
MOST_ASKED = 20
"""Payments that are looked up for one trail, the largest traced part first."""
FILES_KEPT = 256
REFERENCES = ("uetr", "end_to_end_id")
NO_TEXTS = ("time", "received_at", "amount")
COLUMNS = ("source", "payer_bank", "payee_bank", "payee", *REFERENCES, *NO_TEXTS)
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
    known: dict[tuple[str, Days], pa.Table] = {}
    for asked in _candidates(scene, senders):
        bank, days = asked.payee.bank, _days_around(asked.at)
        if not _tells_incoming(lake, bank, days):
            continue
        if (bank, days) not in known:
            known[bank, days] = _rows_around(lake, bank, days, as_of)
        rows = known[bank, days]
        if not _is_told(rows, asked) and _is_here(rows, asked):
            yield OneSided(asked.transfer, asked.teller, bank, _hour_in_words(asked.at))


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


def _files_of(lake: Lake, days: Days) -> list[LakeFile]:
    return [file for file in lake.files("transfers") if days[0] <= file.day <= days[1]]


_incoming: OrderedDict[str, frozenset[str]] = OrderedDict()
"""By a file's hash, since what lies under it never changes: the banks that tell there of payments from others to themselves."""


def _tells_incoming(lake: Lake, bank: str, days: Days) -> bool:
    """Whether a bank sends what comes in from other banks at all: most send what goes out alone, and are asked no further."""
    return any(bank in file.sources and bank in _incoming_in(file) for file in _files_of(lake, days))


def _incoming_in(file: LakeFile) -> frozenset[str]:
    found = _incoming.pop(file.sha256, None)
    if found is None:
        rows = original.columns(file, ("source", "payer_bank", "payee_bank"))
        source, payer, payee = (rows[name].cast(pa.string()) for name in rows.column_names)
        own = pc.and_(pc.equal(source, payee), pc.not_equal(payer, payee))
        found = frozenset(pc.unique(source.filter(pc.fill_null(own, False))).to_pylist())
    _incoming[file.sha256] = found
    while len(_incoming) > FILES_KEPT:
        _incoming.popitem(last=False)
    return found


def _rows_around(lake: Lake, bank: str, days: Days, as_of: datetime) -> pa.Table:
    """The transfers that a bank sent, and those into it that others did, of some days and received by a moment."""
    wanted = (pc.field("source") == bank) | (pc.field("payee_bank") == bank)
    parts = [original.columns(file, COLUMNS, filters=wanted) for file in _files_of(lake, days)]
    rows = pa.concat_tables(parts, promote_options="permissive")
    texts = [name for name in COLUMNS if name not in NO_TEXTS]
    for name in texts:
        rows = rows.set_column(rows.column_names.index(name), name, rows[name].cast(pa.string()))
    return rows.filter(pc.less_equal(rows["received_at"], pa.scalar(as_of, rows["received_at"].type)))


def _is_here(rows: pa.Table, asked: _Asked) -> bool:
    """Whether the records that the payee's bank sends of the payment's hour are here."""
    bank, start = asked.payee.bank, _hour_of(asked.at)
    own = rows.filter(pc.equal(rows["source"], bank))
    if not own.num_rows or not pc.any(_within(own, start)).as_py():
        return False
    ends = pc.min_max(own["time"]).as_py()
    if _utc(ends["min"]) >= start or _utc(ends["max"]) < start + HOUR:
        return False
    foreign = pc.and_(pc.not_equal(rows["source"], bank), pc.not_equal(rows["payer_bank"], bank))
    others = rows.filter(pc.and_(foreign, _has_reference(rows)))
    told = pa.table({"source": others["source"], "had": _had(others, own), "in_hour": _within(others, start)})
    return _is_usual(_sums(told), asked.teller)


def _sums(told: pa.Table) -> list[dict[str, Any]]:
    """By source, how many payments into the bank it tells, how many of them the bank has, and the same of the hour."""
    counted = told.append_column("hour_had", pc.and_(told["in_hour"], told["had"]))
    sums = counted.group_by("source").aggregate(
        [("had", "count"), ("had", "sum"), ("in_hour", "sum"), ("hour_had", "sum")]
    )
    names = {"had_count": "told", "had_sum": "had", "in_hour_sum": "hour", "hour_had_sum": "hour_had"}
    found: list[dict[str, Any]] = sums.rename_columns(
        [names.get(name, name) for name in sums.column_names]
    ).to_pylist()
    return found


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


def _is_told(rows: pa.Table, asked: _Asked) -> bool:
    """Whether the bank has a payment of this sum into the account, under whatever reference."""
    own = pc.and_(pc.equal(rows["source"], asked.payee.bank), pc.equal(rows["payee"], asked.payee.number))
    amounts = rows.filter(own)["amount"].to_pylist()
    return Decimal(asked.amount) / 100 in amounts


def _had(others: pa.Table, own: pa.Table) -> pa.ChunkedArray:
    found = [
        pc.and_(pc.is_valid(others[name]), pc.is_in(others[name], own[name].drop_null().combine_chunks()))
        for name in REFERENCES
    ]
    return pc.or_(*found)


def _has_reference(rows: pa.Table) -> pa.ChunkedArray:
    said = pc.invert(pc.is_in(rows["end_to_end_id"], pa.array(sorted(NO_REFERENCE), pa.string())))
    return pc.or_(pc.is_valid(rows["uetr"]), pc.and_(pc.is_valid(rows["end_to_end_id"]), said))


def _within(rows: pa.Table, start: datetime) -> pa.ChunkedArray:
    kind = rows["time"].type
    return pc.and_(
        pc.greater_equal(rows["time"], pa.scalar(start, kind)),
        pc.less(rows["time"], pa.scalar(start + HOUR, kind)),
    )


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
