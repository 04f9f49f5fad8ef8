"""The layers of a graph of subjects, and the graph itself: ties as columns, each with the records it rests on.

A layer says what kind of dealing a tie is. A subject that very many deal with (a cell, a shop, a call centre's victims)
connects strangers: such ties are kept, and grouping does not follow them (`find_followed_ties`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from warroom.networks.known import HUB
from warroom.networks.shapes import TieSource, split_id

if TYPE_CHECKING:
    import ibis.expr.types as ir

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
LAYERS = ("money", "phones", "meetings", "companies", "pages", "sites", "wallets")
MONEY, PHONES, MEETINGS, COMPANIES, PAGES, SITES, WALLETS = range(len(LAYERS))
RELATIONS = {
    **dict.fromkeys(("uses_device", "uses_sim", "registered", "calls", "called", "in_cell"), PHONES),
    **dict.fromkeys(("meets", "paid_trip_of", "travels_on", "booked", "travels_in", "owns"), MEETINGS),
    **dict.fromkeys(("director", "nominee", "shareholder", "owner", "employs"), COMPANIES),
    **dict.fromkeys(("contact_of_advert", "posted_on", "names_contact", "answered", "links_to"), PAGES),
    **dict.fromkeys(("tenant", "landlord", "fed_by", "backed_by", "lives_at", "works_at", "seen_at"), SITES),
}
"""The layer of each relation that partners state or columns show; of another relation it is that of companies."""
MOST_PERSON_NEIGHBOURS = 100
"""Who deals with more others than this in one layer is a shop, an agency or an employer to the grouping; chosen, not measured."""
PERSONS = frozenset({"holder", "account"})
"""Kinds of subject that may have a rank: persons, and accounts whose holder no record names."""


class RecordSource(Protocol):
    """Where records are asked for: the lake, or a country that plays."""

    def query_rows(self, table: str, as_of: datetime | None = None) -> "ir.Table": ...

    def find_rows(self, table: str, values: dict[str, Any], as_of: datetime) -> pa.Table: ...

    def find_last_time(self, table: str, as_of: datetime) -> datetime | None: ...


@dataclass(frozen=True)
class LayeredGraph:
    """Subjects by number, and ties between them as of a moment.

    `subjects`: node ids by number. Per tie: `start`, `end` (subject numbers), `layer` (index of LAYERS), `relation` (index of
    `relations`), `first` and `last` (microseconds UTC; `last` is when it was last seen, or its end), `amount` (satang, 0
    where no money moved), `count` (records). The records of tie t are rows `record_rows[record_starts[t]:record_starts[t + 1]]` of `records`
    (table, source, record_id). `kinds_of_holder` has what a holder is (person, company, shop, agency) where records say it;
    `account_holders`: the holder's number behind each merged account.
    """

    as_of: datetime
    subjects: list[str]
    relations: tuple[str, ...]
    start: Ints
    end: Ints
    layer: Ints
    relation: Ints
    first: Ints
    last: Ints
    amount: Ints
    record_starts: Ints
    record_rows: Ints
    records: pa.Table
    kinds_of_holder: dict[str, str]
    accounts_of_holder: dict[str, tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.subjects)

    @property
    def count(self) -> Ints:
        """Records per tie."""
        return np.diff(self.record_starts)

    @cached_property
    def is_holder(self) -> Bools:
        """Per subject whether it is a holder or an account, and no thing."""
        names = pa.array(self.subjects, pa.large_string())
        held = pc.or_(pc.starts_with(names, "holder:"), pc.starts_with(names, "account:"))
        return np.asarray(held.to_numpy(zero_copy_only=False), np.bool_)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Each subject's number."""
        return {name: number for number, name in enumerate(self.subjects)}

    def list_tie_records(self, tie: int, most: int = 1_000) -> list[TieSource]:
        """The records that a tie rests on, at most `most`."""
        begin = int(self.record_starts[tie])
        rows = self.record_rows[begin : min(begin + most, int(self.record_starts[tie + 1]))]
        chosen = self.records.take(pa.array(rows))
        columns = (chosen[name].to_pylist() for name in ("table", "source", "record_id"))
        return [TieSource(*row) for row in zip(*columns, strict=True)]

    def is_person(self, number: int) -> bool:
        """Whether a subject may have a rank: a person, or an account that nobody is named as holder of."""
        name = self.subjects[number]
        kind, key = split_id(name)
        return kind in PERSONS and self.kinds_of_holder.get(key, "person") == "person"

    def select_ties(self, kept: Bools) -> "LayeredGraph":
        """The same subjects with only these ties."""
        rows = np.flatnonzero(kept)
        lengths = self.count[rows]
        starts = np.concatenate(([0], np.cumsum(lengths)))
        # One index for each record of a kept tie: where its tie's records begin, and how far behind that it is.
        at = np.repeat(self.record_starts[rows] - starts[:-1], lengths) + np.arange(int(starts[-1]))
        return replace(
            self,
            start=self.start[rows],
            end=self.end[rows],
            layer=self.layer[rows],
            relation=self.relation[rows],
            first=self.first[rows],
            last=self.last[rows],
            amount=self.amount[rows],
            record_starts=starts,
            record_rows=self.record_rows[at],
        )


def find_followed_ties(graph: LayeredGraph) -> Bools:
    """Per tie whether grouping follows it: neither end is a hub of its layer, by distinct neighbours."""
    hubs = np.zeros((len(LAYERS), len(graph)), np.bool_)
    # Who works twenty accounts calls more than a shared device has users.
    most = np.where(graph.is_holder, MOST_PERSON_NEIGHBOURS, HUB)
    for layer in range(len(LAYERS)):
        mine = graph.layer == layer
        hubs[layer] = count_neighbours(graph.start[mine], graph.end[mine], len(graph)) > most
    return ~(hubs[graph.layer, graph.start] | hubs[graph.layer, graph.end])


def count_neighbours(start: Ints, end: Ints, count: int) -> Ints:
    """Distinct neighbours of each of `count` subjects."""
    low, high = np.minimum(start, end), np.maximum(start, end)
    pairs = np.unique(low.astype(np.int64) * count + high)
    return np.bincount(pairs // max(1, count), minlength=count) + np.bincount(
        pairs % max(1, count), minlength=count
    )


def find_numbers(graph: LayeredGraph, names: Iterable[str]) -> Ints:
    """The numbers of those of these subjects that the graph has, sorted."""
    return np.array(sorted(graph.numbers[name] for name in set(names) if name in graph.numbers), np.int64)
