"""From a network to what one officer sees of it: masked where the roles do not need a number, with marks and places."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from warroom import keys
from warroom.networks import MONEY, Network, Node, Places, Tie
from warroom.operations import officers
from warroom.operations.access import marks
from warroom.operations.chart.kept import SHUT
from warroom.operations.ledger import Ledger
from warroom.operations.schema import Case, OfficerRow
from warroom.operations.views import Officer
from warroom.operations.views.chart import ChartGroup, ChartNode, ChartTie

MOST_NODES, MOST_TIES = 10_000, 20_000
OPENERS = ("officer", "supervisor", "investigator", "prosecutor", "logistics")
PERSONAL = frozenset({"holder", "sim", "device", "contact", "vehicle", "person"})
"""Kinds whose numbers say who somebody is; the numbers of companies, premises and adverts are open."""


@dataclass(frozen=True)
class Eyes:
    """How one officer sees nodes: as they are, or under a name that tells nothing and is the same all through a case."""

    officer: Officer
    secret: bytes
    case: str

    @cached_property
    def shut(self) -> frozenset[marks.Mark]:
        """The marks that are masked for them."""
        return marks.marks_shut(self.officer)

    def masked(self, node: Node) -> bool:
        return mark_of(node.kind) in self.shut

    def name(self, node: Node) -> str:
        if not self.masked(node):
            return node.id
        words = f"chart:{self.case}:{node.id}".encode()
        return f"{node.kind}:{hmac.new(self.secret, words, hashlib.sha256).hexdigest()[:16]}"

    def label(self, node: Node) -> str:
        number = node.key.partition("/")[2] if node.kind == "account" else node.key
        mark = mark_of(node.kind)
        return marks.mask(number, mark) if mark is not None and self.masked(node) else number


def eyes_of(ledger: Ledger, person: OfficerRow, case: Case) -> Eyes:
    """How this officer sees the case's nodes."""
    return Eyes(officers.officer_view(person), keys.secret(ledger.home, "chart"), case.number)


def mark_of(kind: str) -> marks.Mark | None:
    """The mark of a kind of node."""
    if kind == "account":
        return "account"
    return "personal" if kind in PERSONAL else None


def nodes_of(
    network: Network,
    groups: Mapping[str, int],
    places: Places,
    marked: Mapping[str, set[str]],
    eyes: Eyes,
) -> tuple[ChartNode, ...]:
    """Nodes as this officer sees them: along the trail, then by what is still there."""
    order = sorted(network.nodes.values(), key=lambda one: (places[one.id], one.id))
    shut = not eyes.officer.may(*OPENERS)
    return tuple(
        ChartNode(
            id=eyes.name(one),
            kind=one.kind,
            label=eyes.label(one),
            bank=one.key.partition("/")[0] if one.kind == "account" else "",
            hop=one.hop,
            still_there=one.still_there,
            marks=tuple(sorted(one.marks | marked.get(one.id, set()))),
            group=groups.get(one.id, 0),
            column=places[one.id][0],
            row=places[one.id][1],
            may_open=not shut
            and not eyes.masked(one)
            and SHUT.isdisjoint(one.marks)
            and one.id not in network.opened,
        )
        for one in order
    )


def ties_of(network: Network, eyes: Eyes) -> tuple[ChartTie, ...]:
    """Ties as this officer sees them: money first, the largest first."""
    names = {node.id: eyes.name(node) for node in network.nodes.values()}
    ordered = sorted(
        network.ties.values(), key=lambda one: (one.relation != MONEY, -one.amount, one.first, one.id)
    )
    return tuple(_tie(one, names) for one in ordered)


def tie_name(tie: Tie, names: Mapping[str, str]) -> str:
    return f"{names[tie.start]}>{names[tie.end]}:{tie.relation}"


def _tie(tie: Tie, names: Mapping[str, str]) -> ChartTie:
    return ChartTie(
        id=tie_name(tie, names),
        start=names[tie.start],
        end=names[tie.end],
        relation=tie.relation,
        first=tie.first,
        last=tie.last,
        amount=tie.amount,
        traced=tie.traced,
        count=len(tie.moves) or len(tie.sources),
        moves=tie.moves,
        sources=tie.records,
    )


def sizes_of(nodes: tuple[ChartNode, ...]) -> tuple[ChartGroup, ...]:
    """The groups among these nodes."""
    sizes, still = Counter(one.group for one in nodes), Counter[int]()
    for one in nodes:
        still[one.group] += one.still_there
    return tuple(ChartGroup(number, size, still[number]) for number, size in sorted(sizes.items()))


def span_of(network: Network) -> tuple[datetime | None, datetime | None]:
    """When the first and the last money moved."""
    times = [time for tie in network.ties.values() if tie.moves for time in (tie.first, tie.last) if time]
    return (min(times), max(times)) if times else (None, None)
