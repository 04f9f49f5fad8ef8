"""What a network is made of: nodes, ties, and the records that show them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from warroom.reasons.reason import HOME
from warroom.subjects.subject import ACCOUNT, Subject, find_account_in

MONEY = "money"
"""The relation of ties that carry money; every other is a word of the source that stated it."""


class TieSource(NamedTuple):
    """A record of the lake by its identity, and the sha256 of the file it was read from (empty: not looked up yet)."""

    table: str
    source: str
    record_id: str
    sha256: str = ""


class TieTransfer(NamedTuple):
    """One transfer on a tie: when, how much, the victim's part of it (both satang), and its record."""

    time: datetime
    amount: int
    traced: int
    source: str
    record_id: str


@dataclass(frozen=True, slots=True)
class NetworkNode:
    """A thing with a number. `kind` is account, holder, device, sim, company, ...; `key` its number there, for an
    account `BANK/NUMBER`.

    Of an account of the trail: `hop` counts transfers from the victim (0: the victim itself), `still_there` is traced
    money in satang. `marks` are victim, shop, exited, and what the ledger adds.
    """

    kind: str
    key: str
    what: str = ""
    hop: int | None = None
    still_there: int = 0
    marks: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        return node_id(self.kind, self.key)

    @property
    def subject(self) -> Subject:
        """What it stands for: of an account the bank and the number, of anything else its key."""
        named = find_account_in(self.key) if self.kind == ACCOUNT else None
        return named or Subject(self.kind, self.key)

    def with_marks(self, *marks: str) -> "NetworkNode":
        return replace(self, marks=self.marks | set(marks))


@dataclass(frozen=True, slots=True)
class NetworkTie:
    """A tie from one node to another. Of money: `moves` are its transfers by time; of another relation there are none,
    and `sources` are the records that state it. `first` and `last` are when it began and was last known to hold (None:
    it still does).
    """

    start: str
    end: str
    relation: str
    first: datetime
    last: datetime | None
    moves: tuple[TieTransfer, ...] = ()
    sources: tuple[TieSource, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.start}>{self.end}:{self.relation}"

    @property
    def amount(self) -> int:
        """All that moved, in satang."""
        return sum(move.amount for move in self.moves)

    @property
    def traced(self) -> int:
        """The victim's part of it, in satang."""
        return sum(move.traced for move in self.moves)

    @property
    def records(self) -> tuple[TieSource, ...]:
        """The records that show it."""
        return self.sources or tuple(TieSource("transfers", one.source, one.record_id) for one in self.moves)


@dataclass(frozen=True)
class Network:
    """Nodes by id and ties by id, as of a moment. `opened` are the nodes that were opened beyond the trail, in order;
    `currency` (ISO 4217) is that of every amount.
    """

    as_of: datetime
    nodes: dict[str, NetworkNode] = field(default_factory=dict)
    ties: dict[str, NetworkTie] = field(default_factory=dict)
    opened: tuple[str, ...] = ()
    currency: str = HOME

    def with_more(
        self, nodes: Iterable[NetworkNode], ties: Iterable[NetworkTie], opened: str = ""
    ) -> "Network":
        """The network with more nodes and ties; existing ones are not changed."""
        # What is known goes last and wins: a node of the trail must not lose its hop and
        # sum to one that merely names it.
        grown = {node.id: node for node in nodes} | self.nodes
        tied = {tie.id: tie for tie in ties if tie.start in grown and tie.end in grown} | self.ties
        names = (*self.opened, opened) if opened else self.opened
        return Network(self.as_of, grown, tied, names, self.currency)

    def group_ties_by_node(self) -> dict[str, list[tuple[str, NetworkTie]]]:
        """Each node's neighbours, whichever way the tie runs, with the tie; the one that moved most first."""
        found: dict[str, list[tuple[str, NetworkTie]]] = defaultdict(list)
        for tie in sorted(self.ties.values(), key=lambda one: (-one.amount, one.id)):
            found[tie.start].append((tie.end, tie))
            found[tie.end].append((tie.start, tie))
        return found


def node_id(kind: str, key: str) -> str:
    return f"{kind}:{key}"


def split_id(node: str) -> tuple[str, str]:
    """A node's kind and key."""
    kind, _, key = node.partition(":")
    return kind, key
