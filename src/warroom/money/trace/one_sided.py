"""One-sided payments: another source reports them, the payee's bank does not, though it delivered that hour.

A bank counts as having delivered an hour if all of this holds for the days around the payment, as known at
the trace: the bank is a source itself; it has a row in the hour, one before and one after it; and it has
nearly all payments into its accounts that other sources report, in those days and in the hour itself. A bank
that sends only its customers' outgoing payments has hardly any of those, so its payments are never doubted.
The source that reports the payment must agree with the bank in most of its other payments, or report very
few: otherwise their references differ, and a missing match proves nothing.
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
from warroom.money.trace.findings import DraftReason, TraceFindings
from warroom.money.trace.reported import ReportSource
from warroom.money.trail import BankAccount

# The span for which a bank's own records have to be complete; chosen, see the module's docstring.
HOUR = timedelta(hours=1)
USUAL_SHARE = 0.98
"""Share of the payments into its accounts reported by others that a bank must have itself, to count as
sending them.
"""
LEAST_TOLD = 20
"""Payments; fewer are too few to say what a bank usually sends."""
AGREEING_SHARE, LEAST_BY_TELLER = 0.8, 5
"""Share of its payments to the bank that a source must have in common with it, once it reports so many
payments.
"""
MOST_ASKED = 20
"""Payments that are looked up for one trail, the largest traced part first."""
# Files whose result is remembered, chosen: an entry is a few names of banks.
FILES_KEPT = 256
REFERENCES = ("uetr", "end_to_end_id")
NO_TEXTS = ("time", "received_at", "amount")
COLUMNS = ("source", "payer_bank", "payee_bank", "payee", *REFERENCES, *NO_TEXTS)
DOWNSTREAM_SHARE = 0.5
"""An account farther on rests on such payments where so much of its traced money does."""


@dataclass(frozen=True, slots=True)
class OneSidedPayment:
    """A payment on the trail that its payee's bank does not have. `teller` is the source that has it."""

    transfer: int
    teller: str
    bank: str
    hour: str


def doubt_one_sided(scene: TraceFindings, lake: ReportSource) -> dict[int, DraftReason]:
    """By account of the flow, that its traced money rests on payments which their payee's bank does not have."""
    # A country that plays has no lake: its banks forget nothing.
    found = {one.transfer: one for one in _find_one_sided(scene, lake)} if isinstance(lake, Lake) else {}
    return _draft_doubts(scene, found) if found else {}


@dataclass(frozen=True, slots=True)
class _InterbankPayment:
    """A payment into an account of another bank, which sends records and has no row of it in the index."""

    transfer: int
    teller: str
    payee: BankAccount
    at: datetime
    amount: int


def _find_one_sided(scene: TraceFindings, lake: Lake) -> Iterator[OneSidedPayment]:
    as_of = clock.from_micros(scene.world.as_of)
    senders = {source for file in lake.list_files("transfers") for source in file.sources}
    known: dict[tuple[str, Days], pa.Table] = {}
    for asked in _list_interbank_payments(scene, senders):
        bank, days = asked.payee.bank, _days_around(asked.at)
        if not _has_incoming(lake, bank, days):
            continue
        if (bank, days) not in known:
            known[bank, days] = _rows_around(lake, bank, days, as_of)
        rows = known[bank, days]
        if not _is_recorded_by_bank(rows, asked) and _has_hour_arrived(rows, asked):
            yield OneSidedPayment(asked.transfer, asked.teller, bank, _hour_in_words(asked.at))


def _list_interbank_payments(scene: TraceFindings, senders: Collection[str]) -> list[_InterbankPayment]:
    """The payments between banks that the index knows from another source than the payee's bank, though that one sends."""
    steps = scene.flow.steps
    followed = np.flatnonzero(
        (steps.end == 0) & (steps.payer >= 0) & (steps.channel != RETURN) & (steps.channel != CHARGE)
    )
    order = followed[np.argsort(-steps.traced[followed], kind="stable")]
    ids = np.unique(np.concatenate([steps.payer[order], steps.payee[order]])).tolist()
    names = dict(zip(ids, scene.index.list_accounts(ids), strict=True))
    asked_by_transfer: dict[int, _InterbankPayment] = {}
    for row in order.tolist():
        transfer, payee = int(steps.transfer[row]), names[int(steps.payee[row])]
        if (
            transfer in asked_by_transfer
            or payee.bank not in senders
            or payee.bank == names[int(steps.payer[row])].bank
        ):
            continue
        tellers = scene.index.find_reporting_sources(transfer, int(steps.payee[row]), scene.world)
        if payee.bank in tellers:
            continue
        moment = clock.from_micros(int(steps.t[row]))
        asked_by_transfer[transfer] = _InterbankPayment(
            transfer, min(tellers), payee, moment, int(steps.amount[row])
        )
        if len(asked_by_transfer) == MOST_ASKED:
            break
    return list(asked_by_transfer.values())


def _days_around(moment: datetime) -> Days:
    return (moment - HOUR).astimezone(UTC).date(), (moment + 2 * HOUR).astimezone(UTC).date()


def _files_of(lake: Lake, days: Days) -> list[LakeFile]:
    return [file for file in lake.list_files("transfers") if days[0] <= file.day <= days[1]]


_incoming: OrderedDict[str, frozenset[str]] = OrderedDict()
"""By a file's hash, since its content never changes: the banks that report there payments from others to
themselves.
"""


def _has_incoming(lake: Lake, bank: str, days: Days) -> bool:
    """Whether a bank sends what comes in from other banks at all: most send what goes out alone, and are asked no further."""
    return any(bank in file.sources and bank in _incoming_in(file) for file in _files_of(lake, days))


def _incoming_in(file: LakeFile) -> frozenset[str]:
    banks = _incoming.pop(file.sha256, None)
    if banks is None:
        rows = original.load_columns(file, ("source", "payer_bank", "payee_bank"))
        source, payer, payee = (rows[name].cast(pa.string()) for name in rows.column_names)
        own = pc.and_(pc.equal(source, payee), pc.not_equal(payer, payee))
        banks = frozenset(pc.unique(source.filter(pc.fill_null(own, False))).to_pylist())
    _incoming[file.sha256] = banks
    while len(_incoming) > FILES_KEPT:
        _incoming.popitem(last=False)
    return banks


def _rows_around(lake: Lake, bank: str, days: Days, as_of: datetime) -> pa.Table:
    """The transfers that a bank sent, and those into it that others did, of some days and received by a moment."""
    wanted = (pc.field("source") == bank) | (pc.field("payee_bank") == bank)
    parts = [original.load_columns(file, COLUMNS, filters=wanted) for file in _files_of(lake, days)]
    rows = pa.concat_tables(parts, promote_options="permissive")
    texts = [name for name in COLUMNS if name not in NO_TEXTS]
    for name in texts:
        rows = rows.set_column(rows.column_names.index(name), name, rows[name].cast(pa.string()))
    return rows.filter(pc.less_equal(rows["received_at"], pa.scalar(as_of, rows["received_at"].type)))


def _has_hour_arrived(rows: pa.Table, asked: _InterbankPayment) -> bool:
    """Whether the records that the payee's bank sends of the payment's hour are here."""
    bank, start = asked.payee.bank, _hour_of(asked.at)
    own = rows.filter(pc.equal(rows["source"], bank))
    if not own.num_rows or not pc.any(_is_within_hour(own, start)).as_py():
        return False
    ends = pc.min_max(own["time"]).as_py()
    if _as_utc(ends["min"]) >= start or _as_utc(ends["max"]) < start + HOUR:
        return False
    foreign = pc.and_(pc.not_equal(rows["source"], bank), pc.not_equal(rows["payer_bank"], bank))
    others = rows.filter(pc.and_(foreign, _has_reference(rows)))
    payments = pa.table(
        {
            "source": others["source"],
            "had": _has_own_record(others, own),
            "in_hour": _is_within_hour(others, start),
        }
    )
    return _is_usual(_sum_by_source(payments), asked.teller)


def _sum_by_source(payments: pa.Table) -> list[dict[str, Any]]:
    """By source: how many payments into the bank it reports, how many of them the bank has, and both for the
    hour.
    """
    counted = payments.append_column("hour_had", pc.and_(payments["in_hour"], payments["had"]))
    sums = counted.group_by("source").aggregate(
        [("had", "count"), ("had", "sum"), ("in_hour", "sum"), ("hour_had", "sum")]
    )
    names = {"had_count": "told", "had_sum": "had", "in_hour_sum": "hour", "hour_had_sum": "hour_had"}
    source_sums: list[dict[str, Any]] = sums.rename_columns(
        [names.get(name, name) for name in sums.column_names]
    ).to_pylist()
    return source_sums


def _is_usual(sums: Sequence[dict[str, Any]], teller: str) -> bool:
    """Whether the bank has nearly all payments that others report, and most of those that this source
    reports.

    This source is judged apart: one that invents many payments must not make the bank look like one that
    sends few.
    """
    mine = next((row for row in sums if row["source"] == teller), None)
    rest = [row for row in sums if row["source"] != teller]
    told_count, hour = sum(row["told"] for row in rest), sum(row["hour"] for row in rest)
    # With only two banks in a country there is no other source to judge by.
    if not rest and mine is not None:
        return bool(mine["told"] > LEAST_TOLD and mine["had"] >= USUAL_SHARE * (mine["told"] - 1))
    if told_count < LEAST_TOLD or sum(row["had"] for row in rest) < USUAL_SHARE * told_count:
        return False
    if sum(row["hour_had"] for row in rest) < USUAL_SHARE * hour:
        return False
    return mine is None or mine["told"] < LEAST_BY_TELLER or mine["had"] >= AGREEING_SHARE * mine["told"]


def _is_recorded_by_bank(rows: pa.Table, asked: _InterbankPayment) -> bool:
    """Whether the bank has a payment of this sum into the account, under whatever reference."""
    own = pc.and_(pc.equal(rows["source"], asked.payee.bank), pc.equal(rows["payee"], asked.payee.number))
    amounts = rows.filter(own)["amount"].to_pylist()
    return Decimal(asked.amount) / 100 in amounts


def _has_own_record(others: pa.Table, own: pa.Table) -> pa.ChunkedArray:
    found = [
        pc.and_(pc.is_valid(others[name]), pc.is_in(others[name], own[name].drop_null().combine_chunks()))
        for name in REFERENCES
    ]
    return pc.or_(*found)


def _has_reference(rows: pa.Table) -> pa.ChunkedArray:
    said = pc.invert(pc.is_in(rows["end_to_end_id"], pa.array(sorted(NO_REFERENCE), pa.string())))
    return pc.or_(pc.is_valid(rows["uetr"]), pc.and_(pc.is_valid(rows["end_to_end_id"]), said))


def _is_within_hour(rows: pa.Table, start: datetime) -> pa.ChunkedArray:
    kind = rows["time"].type
    return pc.and_(
        pc.greater_equal(rows["time"], pa.scalar(start, kind)),
        pc.less(rows["time"], pa.scalar(start + HOUR, kind)),
    )


def _as_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _hour_of(moment: datetime) -> datetime:
    """The beginning of the hour by the clocks of the room's country."""
    here = moment.astimezone(ZoneInfo(settings.get_text("WARROOM_TIMEZONE")))
    return here.replace(minute=0, second=0, microsecond=0).astimezone(UTC)


def _hour_in_words(moment: datetime) -> str:
    start = _hour_of(moment).astimezone(ZoneInfo(settings.get_text("WARROOM_TIMEZONE")))
    return f"{start:%d/%m %H:%M}-{start + HOUR:%H:%M}"


def _draft_doubts(
    scene: TraceFindings, one_sided_by_transfer: dict[int, OneSidedPayment]
) -> dict[int, DraftReason]:
    """What is said of each account: the payment itself where it came here, its share where it came by others."""
    steps, drafts = scene.flow.steps, dict[int, DraftReason]()
    arrived_satang: dict[int, int] = {}
    doubted: dict[int, float] = {}
    of: dict[int, OneSidedPayment] = {}
    for row in np.argsort(steps.t, kind="stable").tolist():
        payer, payee, traced = int(steps.payer[row]), int(steps.payee[row]), int(steps.traced[row])
        one_sided = one_sided_by_transfer.get(int(steps.transfer[row]))
        share = 1.0 if one_sided else doubted.get(payer, 0.0) / max(arrived_satang.get(payer, 0), 1)
        arrived_satang[payee] = arrived_satang.get(payee, 0) + traced
        doubted[payee] = doubted.get(payee, 0.0) + share * traced
        if one_sided:
            drafts.setdefault(payee, _draft_direct_doubt(scene, row, one_sided))
        if share:
            of.setdefault(payee, one_sided or of[payer])
    for account, one_sided in of.items():
        part = doubted[account] / max(arrived_satang[account], 1)
        if account not in drafts and part >= DOWNSTREAM_SHARE:
            drafts[account] = _draft_inherited_doubt(one_sided, part)
    return drafts


def _draft_direct_doubt(scene: TraceFindings, row: int, payment: OneSidedPayment) -> DraftReason:
    amount = int(scene.flow.steps.amount[row]) / 100
    params = {
        "one": payment.teller,
        "other": payment.bank,
        "hour": payment.hour,
        "amount": amount,
        **scene.currency_param,
    }
    return DraftReason("payer_bank_alone", params, [payment.transfer])


def _draft_inherited_doubt(one: OneSidedPayment, part: float) -> DraftReason:
    params = {"one": one.teller, "other": one.bank, "hour": one.hour, "percent": 100 * part}
    return DraftReason("rests_on_payer_bank_alone", params, [one.transfer])
