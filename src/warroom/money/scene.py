"""One trace's findings in the form that reasons are given from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from warroom.money.flow import Flow, Steps
from warroom.money.index import Index
from warroom.money.reported import Reported
from warroom.money.state import BEYOND
from warroom.money.world import Array, Ints, World, pack
from warroom.reasons import Reason

SHOWN = 20
"""Record ids a reason carries at most."""
CRUMBS = 200
"""Steps ending beyond the horizon that a trail lists at most, the largest."""


@dataclass(frozen=True)
class Draft:
    """A reason whose transfers are still numbers; `records` are ids of other records that show it."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)
    transfers: Sequence[int] = ()
    records: Sequence[str] = ()


@dataclass(frozen=True)
class Scene:
    """The world as of the trace, what was reported, and what the kernel found."""

    index: Index
    world: World
    reported: Reported
    flow: Flow

    @cached_property
    def w(self) -> Array:
        """The world for compiled functions."""
        return pack(self.world)

    @cached_property
    def shown(self) -> Steps:
        """The steps a trail lists: all but the smallest of very many that end beyond the horizon.

        Under pro-rata an account with many payments leaves a crumb in each; they are in the sums all the same.
        """
        steps = self.flow.steps
        beyond = np.flatnonzero(steps.end == BEYOND)
        if len(beyond) <= CRUMBS:
            return steps
        keep = np.ones(len(steps.t), bool)
        keep[beyond[np.argsort(-steps.traced[beyond], kind="stable")[CRUMBS:]]] = False
        return Steps(*(column[keep] for column in steps))

    @cached_property
    def payees(self) -> tuple[Ints, Ints]:
        """Steps in order of the payee: the payee of each, and its row."""
        order = np.argsort(self.flow.steps.payee, kind="stable")
        return self.flow.steps.payee[order], order

    @cached_property
    def payers(self) -> tuple[Ints, Ints]:
        """Steps in order of the payer: the payer of each, and its row."""
        order = np.argsort(self.flow.steps.payer, kind="stable")
        return self.flow.steps.payer[order], order

    @cached_property
    def victims(self) -> frozenset[int]:
        """The accounts that made the reported transfers."""
        return frozenset(int(payer) for payer in self.reported.seeds.payer if payer >= 0)

    def steps_into(self, account: int) -> Ints:
        """Rows of the steps that brought traced money to an account."""
        return _slice(self.payees, account)

    def steps_out(self, account: int) -> Ints:
        """Rows of the steps that took traced money off an account."""
        return _slice(self.payers, account)

    @cached_property
    def devices(self) -> dict[int, set[int]]:
        """The accounts on the trail that each device ordered transfers of traced money from."""
        steps = self.flow.steps
        found: dict[int, set[int]] = {}
        devices = self.index.device(steps.transfer)
        for device, payer in zip(devices.tolist(), steps.payer.tolist(), strict=True):
            if device >= 0 and payer not in self.victims:
                found.setdefault(device, set()).add(payer)
        return found


def _slice(ordered: tuple[Ints, Ints], account: int) -> Ints:
    values, rows = ordered
    low, high = np.searchsorted(values, account, "left"), np.searchsorted(values, account, "right")
    return rows[low:high]


def settle(index: Index, drafts: Iterable[list[Draft]]) -> list[tuple[Reason, ...]]:
    """The reasons of many lists of drafts, with the record ids looked up all at once."""
    lists = list(drafts)
    wanted = sorted({int(n) for each in lists for draft in each for n in draft.transfers[:SHOWN]})
    names = {n: record for n, (_, record) in zip(wanted, index.records(wanted), strict=True)}
    return [tuple(_reason(draft, names) for draft in each) for each in lists]


def _reason(draft: Draft, names: dict[int, str]) -> Reason:
    shown = [names[int(n)] for n in draft.transfers[:SHOWN]]
    return Reason(draft.code, draft.params, tuple(dict.fromkeys([*draft.records, *shown]))[:SHOWN])
