"""One trace's findings in the form that reasons are given from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np

from warroom.money.index.account_index import Index
from warroom.money.index.rows import HOME_CURRENCY
from warroom.money.index.transfer_graph import Array, Ints, TransferGraph, pack_graph
from warroom.money.trace.alike import PossibleDuplicate, find_possible_duplicates
from warroom.money.trace.flow import TracedFlow, TracedSteps
from warroom.money.trace.movements import SHOWN, AccountPast, summarise_pasts
from warroom.money.trace.received import compute_received
from warroom.money.trace.reported import ReportedTransfers
from warroom.money.trace.state import BEYOND
from warroom.money.trail import BankAccount
from warroom.reasons.reason import Reason

CRUMBS = 200
"""Steps ending beyond the horizon that a trail lists at most, the largest."""


@dataclass(frozen=True)
class DraftReason:
    """A reason whose transfers are still numbers; `records` are ids of other records that show it."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)
    transfers: Sequence[int] = ()
    records: Sequence[str] = ()


@dataclass(frozen=True)
class TraceFindings:
    """All that reasons are looked for in: the graph as of the trace, what was reported, and what the kernel found."""

    index: Index
    world: TransferGraph
    reported: ReportedTransfers
    flow: TracedFlow
    records_end: datetime | None = None
    """When the records ended, where that is so long ago that no time to an exit is estimated (`pace.ended`)."""
    one_sided: Mapping[int, DraftReason] = field(default_factory=dict)
    """By account, that its money rests on payments which their payee's bank does not have (`one_sided`)."""

    @cached_property
    def packed_graph(self) -> Array:
        """The world for compiled functions."""
        return pack_graph(self.world)

    @cached_property
    def shown_steps(self) -> TracedSteps:
        """The steps a trail lists: all but the smallest of very many that end beyond the horizon.

        Under pro-rata an account with many payments leaves a crumb in each; they are in the sums all the same.
        """
        steps = self.flow.steps
        beyond = np.flatnonzero(steps.end == BEYOND)
        if len(beyond) <= CRUMBS:
            return steps
        keep = np.ones(len(steps.t), bool)
        keep[beyond[np.argsort(-steps.traced[beyond], kind="stable")[CRUMBS:]]] = False
        return TracedSteps(*(column[keep] for column in steps))

    @cached_property
    def account_names(self) -> dict[int, BankAccount]:
        """The names of all accounts of the trail: read at once, as a look for each costs more than the whole."""
        flow = self.flow
        involved = np.unique(
            np.concatenate(
                [self.shown_steps.payer, self.shown_steps.payee, flow.account, self.reported.seeds.payer]
            )
        ).tolist()
        return dict(zip(involved, self.index.list_accounts(involved), strict=True))

    @cached_property
    def possible_duplicates(self) -> list[PossibleDuplicate]:
        """Payments of the trail that may be counted twice."""
        return find_possible_duplicates(self.index, self.world, self.flow.steps)

    @cached_property
    def steps_by_payee(self) -> "StepGroups":
        """Steps by payee."""
        return StepGroups.from_accounts(self.flow.steps.payee)

    @cached_property
    def steps_by_payer(self) -> "StepGroups":
        """Steps by payer."""
        return StepGroups.from_accounts(self.flow.steps.payer)

    @cached_property
    def rows_by_account(self) -> dict[int, int]:
        """The row of each account of the flow."""
        return {account: row for row, account in enumerate(self.flow.account.tolist())}

    @cached_property
    def account_pasts(self) -> list[AccountPast]:
        """What the movements of each account of the flow say."""
        into = self.steps_by_payee
        spans = np.array([into.spans[account] for account in self.flow.account.tolist()], np.int64)
        low, high = np.ascontiguousarray(spans.reshape(-1, 2).T)
        start, payers = int(self.reported.seeds.t[0]), self.flow.steps.payer[into.rows]
        return summarise_pasts(
            self.packed_graph, self.flow.account, self.flow.first, start, payers, low, high
        )

    @cached_property
    def received(self) -> Ints:
        """Satang of the loss that each account of the flow received, each once."""
        return compute_received(self.flow)

    @cached_property
    def currency(self) -> str:
        """The currency of every account on the trail."""
        seeds = self.reported.seeds
        return self.index.find_currency(int(max(seeds.payer[0], seeds.payee[0])))

    @cached_property
    def currency_param(self) -> dict[str, str]:
        """The parameter with an amount's currency; none where it is the home's, as in older reasons."""
        return {} if self.currency == HOME_CURRENCY else {"currency": self.currency}

    @cached_property
    def victim_accounts(self) -> frozenset[int]:
        """The accounts that made the reported transfers."""
        return frozenset(int(payer) for payer in self.reported.seeds.payer if payer >= 0)

    def steps_into(self, account: int) -> Ints:
        """Rows of the steps that brought traced money to an account."""
        return self.steps_by_payee.get_rows(account)

    def steps_out(self, account: int) -> Ints:
        """Rows of the steps that took traced money off an account."""
        return self.steps_by_payer.get_rows(account)

    @cached_property
    def payers_by_device(self) -> dict[int, set[int]]:
        """The accounts on the trail that each device ordered transfers of traced money from."""
        steps = self.flow.steps
        accounts_by_device: dict[int, set[int]] = {}
        devices = self.index.find_devices(steps.transfer)
        for device, payer in zip(devices.tolist(), steps.payer.tolist(), strict=True):
            if device >= 0 and payer not in self.victim_accounts:
                accounts_by_device.setdefault(device, set()).add(payer)
        return accounts_by_device


@dataclass(frozen=True)
class StepGroups:
    """Rows of the steps grouped by account, and where each account's rows begin and end."""

    rows: Ints
    spans: dict[int, tuple[int, int]]

    @classmethod
    def from_accounts(cls, accounts: Ints) -> "StepGroups":
        rows = np.argsort(accounts, kind="stable")
        values, low = np.unique(accounts[rows], return_index=True)
        high = np.append(low[1:], len(rows))
        spans = zip(low.tolist(), high.tolist(), strict=True)
        return cls(rows, dict(zip(values.tolist(), spans, strict=True)))

    def get_rows(self, account: int) -> Ints:
        """The rows of an account."""
        low, high = self.spans.get(account, (0, 0))
        return self.rows[low:high]


def list_needed_transfers(drafts: Iterable[DraftReason]) -> set[int]:
    """The transfers whose record ids drafts need."""
    return {n for draft in drafts for n in draft.transfers[:SHOWN]}


def resolve_reasons(
    drafts: Iterable[DraftReason], records: Mapping[int, tuple[str, str]]
) -> tuple[Reason, ...]:
    """The reasons of drafts; `records`: (source, record id) of each wanted transfer."""
    return tuple(_resolve_reason(draft, records) for draft in drafts)


def _resolve_reason(draft: DraftReason, records: Mapping[int, tuple[str, str]]) -> Reason:
    shown = [records[n][1] for n in draft.transfers[:SHOWN]]
    return Reason(draft.code, draft.params, tuple(dict.fromkeys([*draft.records, *shown]))[:SHOWN])
