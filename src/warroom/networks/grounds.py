"""Why a subject is looked at at all: money that a victim reported, a signal, a list, or an advert that looks like a lure.

Groups are looked for around these subjects alone: who only deals with neighbours, shops and employers is in no group here.
Victims are no members: being robbed is no association.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import pyarrow.compute as pc

from warroom.errors import TraceError
from warroom.lake.view import filter_by_values
from warroom.networks.layers import LayeredGraph, RecordSource
from warroom.networks.shapes import TieSource, node_id
from warroom.signals import store
from warroom.signals.kinds import SIGNAL_KINDS
from warroom.subjects.subject import make_account_subject

if TYPE_CHECKING:
    from datetime import datetime

    from warroom.money.index.source import IndexSource
    from warroom.money.trail import Trail

GroundCode = Literal["reported", "trail", "signal", "listed"]
GROUND_CODES: tuple[GroundCode, ...] = get_args(GroundCode)
LISTS = ("suspected numbers", "blocked names", "suspected accounts", "suspected persons")
"""Lists whose entries are a ground; a list of missing persons or of licences is none."""
SIGNALLED = ("account", "page")
"""Subjects of signals that are a ground; a message or a host name is no member of a group."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a subject is looked at, with the record that shows it."""

    code: GroundCode
    record: TieSource


@dataclass(frozen=True)
class Grounds:
    """The grounds of each subject, by its number in the graph, and the numbers of victims."""

    by_subject: Mapping[int, tuple[Ground, ...]]
    victims: frozenset[int]

    def is_reported(self, number: int) -> bool:
        """Whether a victim's report names a payment to the subject."""
        return any(ground.code == "reported" for ground in self.by_subject.get(number, ()))


def load_grounds(lake: RecordSource, graph: LayeredGraph, index: "IndexSource") -> Grounds:
    """The grounds that the lake knew at the graph's moment; `index` is what traces of reports read."""
    grounds_by_number: dict[int, list[Ground]] = defaultdict(list)
    owner = {account: holder for holder, accounts in graph.accounts_of_holder.items() for account in accounts}

    def add_ground(node: str, ground: Ground) -> None:
        number = graph.numbers.get(owner.get(node, node))
        if number is not None:
            grounds_by_number[number].append(ground)

    victims = set()
    for row in _load_reported_transfers(lake, graph.as_of):
        payer, payee = (
            make_account_subject(row[f"{side}_bank"], row[side]).node for side in ("payer", "payee")
        )
        add_ground(payee, Ground("reported", TieSource("transfers", row["source"], row["record_id"])))
        number = graph.numbers.get(owner.get(payer, payer))
        victims |= {number} if number is not None else set()
    for account, record in iter_trail_accounts(lake, graph.as_of, index):
        add_ground(account, Ground("trail", record))
    for kind in SIGNAL_KINDS:
        for signal in store.load_last_run(lake, kind.name, graph.as_of) if kind.subject in SIGNALLED else ():
            record = TieSource("signals", kind.name, signal.record_id)
            add_ground(signal.subject.node, Ground("signal", record))
    for row in _load_listed(lake, graph.as_of):
        record = TieSource("listings", row["source"], row["record_id"])
        add_ground(node_id(row["subject_kind"], row["subject_id"]), Ground("listed", record))
    # Anyone who paid first and was paid by another victim is looked at, not left out.
    return Grounds(
        {number: tuple(grounds) for number, grounds in sorted(grounds_by_number.items())},
        frozenset(victims - set(grounds_by_number)),
    )


def iter_trail_accounts(
    lake: RecordSource, as_of: "datetime", index: "IndexSource"
) -> Iterator[tuple[str, TieSource]]:
    """Accounts that money of a report went on to, with the transfer that brought it: the house's own traces, one a report.

    An account for which innocent evidence speaks, or at which the trail ends, is left out.
    """
    reports = lake.query_rows("reports", as_of).select("source", "record_id", "transfer_ids").to_pyarrow()
    for row in sorted(reports.to_pylist(), key=lambda row: (row["source"], row["record_id"])):
        trail = _trace_known(lake, as_of, index, row["transfer_ids"] or [])
        if trail is None:
            continue
        innocent = {(on.account.bank, on.account.number) for on in trail.accounts if on.innocent_evidence}
        for move in trail.steps:
            if move.end is None and move.hops > 1 and (move.payee.bank, move.payee.number) not in innocent:
                record = TieSource("transfers", move.source, move.record_id)
                yield make_account_subject(move.payee.bank, move.payee.number).node, record


def _trace_known(
    lake: RecordSource, as_of: "datetime", index: "IndexSource", ids: list[str]
) -> "Trail | None":
    """The trail of a report; of the payments that banks have sent where some are missing, None where no payment is known."""
    from warroom.money.trace.tracing import trace

    try:
        return trace(lake, index, ids, as_of=as_of) if ids else None
    except TraceError:
        known = set(
            filter_by_values(lake.query_rows("transfers", as_of), "record_id", ids)
            .record_id.to_pyarrow()
            .to_pylist()
        )
    left = [name for name in ids if name in known]
    try:
        return trace(lake, index, left, as_of=as_of) if left and len(left) < len(ids) else None
    except TraceError:
        return None


def _load_reported_transfers(lake: RecordSource, as_of: "datetime") -> list[dict[str, str]]:
    reports = lake.query_rows("reports", as_of).select("transfer_ids").to_pyarrow()
    named = pc.unique(pc.list_flatten(reports["transfer_ids"])).drop_null().to_pylist()
    if not named:
        return []
    rows = filter_by_values(lake.query_rows("transfers", as_of), "record_id", named)
    columns = ("source", "record_id", "payer_bank", "payer", "payee_bank", "payee")
    transfers: list[dict[str, str]] = rows.select(*columns).to_pyarrow().to_pylist()
    return sorted(transfers, key=lambda row: (row["source"], row["record_id"]))


def _load_listed(lake: RecordSource, as_of: "datetime") -> list[dict[str, str]]:
    rows = lake.query_rows("listings", as_of)
    table = rows.filter(rows.list.isin(LISTS)).select("source", "record_id", "subject_kind", "subject_id")
    found: list[dict[str, str]] = table.to_pyarrow().to_pylist()
    return sorted(found, key=lambda row: (row["source"], row["record_id"]))
