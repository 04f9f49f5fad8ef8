"""Looks at a chart: the whole of it, one node opened, a way between two nodes, and taking it out of the room."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_args

from warroom.access import role_groups
from warroom.cases import purposes
from warroom.cases.schema import Case
from warroom.errors import NotFound, NotPossible
from warroom.ledger import decision
from warroom.ledger.decision import Look
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.marking import Mark
from warroom.networks import joining
from warroom.networks.front import front_of
from warroom.networks.groups import groups_of
from warroom.networks.known import sources_of
from warroom.networks.narrow import between, largest
from warroom.networks.paths import Hop, by_hops, by_money
from warroom.networks.shapes import Network, Node
from warroom.room.chart import drawing, notes
from warroom.room.chart.cache import Drawn, looked_at
from warroom.room.chart.ledger_marks import marks_of, told_of
from warroom.room.chart.node_masking import Eyes, eyes_of
from warroom.room.chart.views import (
    CHART_FORMS,
    ChartChosen,
    ChartFront,
    ChartLook,
    ChartTie,
    ChartView,
    ChartWay,
    WayHop,
    WayKind,
)
from warroom.subjects.subject import ACCOUNT

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

PLAIN = ChartLook()
MOST_JOINED = 30
"""So many accounts of two cases stand on their joined drawing by themselves."""


def chart(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    number: str,
    look: ChartLook = PLAIN,
    *,
    now: datetime | None = None,
) -> ChartView:
    """The chart of a case; the look is logged. Raises NotAllowed, NotFound, PurposeNeeded, NotPossible."""
    with _reading(ledger, officer, now) as this:
        return _look(this, lake, number, look, "chart.read", {})


def joined(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    number: str,
    other: str,
    look: ChartLook,
    *,
    now: datetime | None = None,
) -> ChartView:
    """The charts of two cases as one, for who may read both; both looks are logged. What stands in both is marked `both`.

    Raises NotPossible for a reader whose roles do not need the numbers that two charts are joined by, for two currencies, and
    for a case with itself.
    """
    look = replace(look, opened=(), since=None, until=None)
    with _reading(ledger, officer, now) as this:
        cases = [purposes.read_case(this, one) for one in (number, other)]
        eyes = eyes_of(lake.home, this.person, cases[0])
        if cases[0].id == cases[1].id:
            raise NotPossible("chart.join-itself")
        if Mark.ACCOUNT in eyes.shut:
            raise NotPossible("chart.join-masked")
        one, two = (looked_at(this.session, lake, case, look, this.now, eyes).network for case in cases)
        if one.currency != two.currency:
            raise NotPossible("chart.join-currency")
        network = joining.joined(one, two)
        for this_one, that in ((number, other), (other, number)):
            this.log("chart.read", f"case:{this_one}", {"with": that}, this_one)
        view = _view(this, cases[0], Drawn(network, groups_of(network), ""), look, eyes)
        return replace(view, case=f"{number} + {other}", notes=(), may_open=False, may_note=False)


def chosen(
    ledger: Ledger, lake: "Lake", officer: Officer, number: str, view: ChartView, name: str
) -> ChartChosen:
    """What the case knows of a node of a chart that was just looked at, by the name under which it is shown."""
    with _reading(ledger, officer, None) as this:
        case = purposes.read_case(this, number)
        eyes = eyes_of(lake.home, this.person, case)
        network = looked_at(this.session, lake, case, view.look, this.now, eyes).network
        node = next((one for one in network.nodes.values() if eyes.name(one) == name), None)
        if node is None or node.kind != ACCOUNT:
            return ChartChosen(name)
        return replace(
            told_of(this.session, case, node, view.snapshot), node=name, opened_at=_opened_at(lake, node)
        )


def _opened_at(lake: "Lake", node: Node) -> datetime | None:
    wanted = {"bank": node.subject.bank, "account": node.subject.number}
    rows = lake.find("accounts", wanted, limit=1).to_pylist()
    return rows[0]["opened_at"] if rows else None


def opened(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    number: str,
    look: ChartLook,
    node: str,
    *,
    now: datetime | None = None,
) -> ChartView:
    """The chart with one more node opened: at most 60 of what the lake ties it to. The log says which node."""
    wider = replace(look, opened=(*look.opened, node))
    with _reading(ledger, officer, now) as this:
        # To read the trail is one thing; to look further from it, at people who are not on it, another.
        this.require(*role_groups.CHART_WORKERS)
        return _look(this, lake, number, wider, "chart.opened", {"node": node})


def export(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    number: str,
    look: ChartLook,
    form: str,
    *,
    now: datetime | None = None,
) -> ChartView:
    """The chart to be taken out of the room in a form; that it was is logged."""
    if form not in CHART_FORMS:
        raise NotPossible("chart.no-such-format")
    with _reading(ledger, officer, now) as this:
        return _look(this, lake, number, look, "chart.exported", {"form": form})


def way(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    number: str,
    look: ChartLook,
    start: str,
    end: str,
    kind: WayKind = "hops",
    *,
    now: datetime | None = None,
) -> ChartWay:
    """The way between two nodes of the chart: over the fewest ties, or as money can have gone in time; logged."""
    if kind not in get_args(WayKind):
        raise NotPossible("chart.no-such-way")
    with _reading(ledger, officer, now) as this:
        case = purposes.read_case(this, number)
        eyes = eyes_of(lake.home, this.person, case)
        whole = looked_at(this.session, lake, case, look, this.now, eyes).network
        network = between(whole, look.since, look.until)
        names = {node.id: eyes.name(node) for node in network.nodes.values()}
        # Asked for by the names that were shown: a masked node has no other for whoever asks.
        real = {shown: name for name, shown in names.items()}
        if start not in real or end not in real:
            raise NotFound("chart.not-there")
        found = (by_money if kind == "money" else by_hops)(network, real[start], real[end])
        # By the names that were shown: the log is read by people for whom these nodes are masked too.
        this.log("chart.way", f"case:{number}", {"from": start, "to": end, "kind": kind}, number)
        return ChartWay(start, end, kind, tuple(_hop(one, names) for one in found), whole.currency)


def file_hashes(lake: "Lake", view: ChartView, ties: Iterable[ChartTie]) -> Mapping[tuple[str, str], str]:
    """The sha256 of the files behind the transfers of some of a chart's ties, by (source, record id)."""
    return sources_of(lake, [move for tie in ties for move in tie.moves], view.as_of)


def _reading(ledger: Ledger, officer: Officer, now: datetime | None) -> AbstractContextManager[Look]:
    return decision.look(ledger, officer, *role_groups.CASE_READERS, now=now)


def _look(
    this: Look, lake: "Lake", number: str, look: ChartLook, verb: str, detail: dict[str, Any]
) -> ChartView:
    case = purposes.read_case(this, number)
    eyes = eyes_of(lake.home, this.person, case)
    found = looked_at(this.session, lake, case, look, this.now, eyes)
    # The log says how far somebody had looked, and not only that they did.
    opened = {"opened": list(look.opened)} if look.opened else {}
    this.log(verb, f"case:{number}", detail | opened, number)
    return _view(this, case, found, look, eyes)


def _view(this: Look, case: Case, found: Drawn, look: ChartLook, eyes: Eyes) -> ChartView:
    whole = found.network
    span = between(whole, look.since, look.until)
    # By money and not by nearness: what is left out must be what matters least to a hold.
    shown = largest(span, drawing.MOST_NODES, drawing.MOST_TIES, _kept(whole))
    marked = marks_of(this.session, case, shown)
    nodes = drawing.nodes_of(shown, found.groups, marked, eyes)
    first, last = drawing.span_of(whole)
    works = eyes.officer.may(*role_groups.CHART_WORKERS)
    return ChartView(
        case=case.number,
        as_of=whole.as_of,
        snapshot=found.snapshot,
        look=look,
        first=first,
        last=last,
        nodes=nodes,
        ties=drawing.ties_of(shown, eyes),
        groups=drawing.sizes_of(nodes),
        notes=notes.of_case(this.session, this.person, case, eyes, shown),
        left_out_nodes=len(span.nodes) - len(shown.nodes),
        left_out_ties=len(span.ties) - len(shown.ties),
        left_out_neighbours=found.left_out,
        masked=any(eyes.masked(node) for node in shown.nodes.values()),
        may_open=works,
        may_note=works,
        currency=whole.currency,
        front=_front(shown, found, look, eyes),
    )


def _front(shown: Network, found: Drawn, look: ChartLook, eyes: Eyes) -> ChartFront | None:
    if look.most is None:
        return None
    # By the names that were shown, which an address repeats.
    grown = {one.id for one in shown.nodes.values() if eyes.name(one) in look.grown}
    both = [one.id for one in shown.nodes.values() if joining.BOTH in one.marks and one.kind == ACCOUNT]
    front = front_of(shown, look.most, grown, look.things, both[:MOST_JOINED])
    return drawing.front_seen(front, found.network, found.groups, eyes)


def _kept(network: Network) -> list[str]:
    """What is shown however large a chart is: victims, and what was opened."""
    return [*(name for name, one in network.nodes.items() if "victim" in one.marks), *network.opened]


def _hop(hop: Hop, names: Mapping[str, str]) -> WayHop:
    start, end = names[hop.tie.start], names[hop.tie.end]
    return WayHop(
        start=end if hop.back else start,
        end=start if hop.back else end,
        tie=drawing.tie_name(hop.tie, names),
        back=hop.back,
        time=hop.move.time if hop.move else None,
        amount=hop.move.amount if hop.move else None,
    )
