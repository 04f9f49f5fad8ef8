"""Reading a chart: the whole, with one more node opened, the path between two nodes, and its export; all
logged.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_args

from warroom.access import role_groups
from warroom.cases import purposes
from warroom.cases.schema import Case
from warroom.errors import NotFound, NotPossible
from warroom.ledger import decision
from warroom.ledger.decision import LoggedRead
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.marking import Mark
from warroom.networks import joining
from warroom.networks.front import build_front
from warroom.networks.groups import find_groups
from warroom.networks.known import find_sources
from warroom.networks.narrow import keep_largest, restrict_to_span
from warroom.networks.paths import PathHop, find_money_path, find_shortest_path
from warroom.networks.shapes import Network, NetworkNode
from warroom.partners import leaving
from warroom.partners.leaving import WayOut
from warroom.room.chart import drawing, notes
from warroom.room.chart.cache import GroupedNetwork, load_viewed_network
from warroom.room.chart.leaving import limit_chart, list_chart_texts
from warroom.room.chart.ledger_marks import describe_node, list_node_marks
from warroom.room.chart.node_masking import NodeMask, build_node_mask
from warroom.room.chart.views import (
    CHART_FORMS,
    RECORD_FORMS,
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
MOST_JOINED, MOST_PLACES = 30, 4
"""Accounts common to two cases, and places where the money of both ended, that their joined drawing shows without being
asked. Chosen, not measured.
"""


def read_chart(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    number: str,
    look: ChartLook = PLAIN,
    *,
    now: datetime | None = None,
) -> ChartView:
    """The chart of a case; the read is logged. Raises NotAllowed, NotFound, PurposeNeeded, NotPossible."""
    with _open_look(ledger, officer, now) as this:
        return _read_chart(this, lake, number, look, "chart.read", {})


def read_joined_chart(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    number: str,
    other: str,
    look: ChartLook,
    *,
    now: datetime | None = None,
) -> ChartView:
    """The charts of two cases as one, for an officer who may read both; both reads are logged. Common nodes
    are marked `both`.

    Raises NotPossible for a reader whose roles do not need the numbers that two charts are joined by, for two currencies, and
    for a case with itself.
    """
    # Opened nodes and the time span belong to one case's chart and have no meaning on two.
    look = replace(look, opened=(), since=None, until=None)
    with _open_look(ledger, officer, now) as this:
        cases = [purposes.read_case(this, case_number) for case_number in (number, other)]
        eyes = build_node_mask(lake.home, this.person, cases[0])
        if cases[0].id == cases[1].id:
            raise NotPossible("chart.join-itself")
        # Pseudonyms differ by case, so that masked charts cannot be joined; unmasking them here
        # would disclose the numbers.
        if Mark.ACCOUNT in eyes.masked_marks:
            raise NotPossible("chart.join-masked")
        parts = tuple(
            load_viewed_network(this.session, lake, case, look, this.now, eyes).network for case in cases
        )
        if parts[0].currency != parts[1].currency:
            raise NotPossible("chart.join-currency")
        network = joining.merge_networks(*parts)
        # A row in each case's log: its readers must find who compared it with what.
        for this_one, that in ((number, other), (other, number)):
            this.log_entry("chart.read", f"case:{this_one}", {"with": that}, this_one)
        grouped = GroupedNetwork(network, find_groups(network), "")
        view = _build_view(this, cases[0], grouped, look, eyes, parts)
        return replace(view, case=f"{number} + {other}", notes=(), may_open=False, may_note=False)


def read_chosen_node(
    ledger: Ledger, lake: "Lake", officer: Officer, numbers: Sequence[str], look: ChartLook, name: str
) -> tuple[ChartChosen, ...]:
    """What these cases know of a node of a chart that was just read, by its displayed name; a case without it is left out."""
    chosen = []
    with _open_look(ledger, officer, None) as this:
        cases = [purposes.read_case(this, number) for number in numbers]
        eyes = build_node_mask(lake.home, this.person, cases[0])
        for case in cases:
            drawn = load_viewed_network(this.session, lake, case, look, this.now, eyes)
            nodes = drawn.network.nodes.values()
            node = next((candidate for candidate in nodes if eyes.mask_name(candidate) == name), None)
            if node is None:
                continue
            if node.kind != ACCOUNT:
                chosen.append(ChartChosen(name, case.number))
                continue
            facts = describe_node(this.session, case, node, drawn.snapshot)
            chosen.append(replace(facts, node=name, opened_at=_opened_at(lake, node)))
    return tuple(chosen)


def _opened_at(lake: "Lake", node: NetworkNode) -> datetime | None:
    wanted = {"bank": node.subject.bank, "account": node.subject.number}
    rows = lake.find_rows("accounts", wanted, limit=1).to_pylist()
    return rows[0]["opened_at"] if rows else None


def open_chart_node(
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
    with _open_look(ledger, officer, now) as this:
        # To read the trail is one thing; to look further from it, at people who are not on it, another.
        this.require_role(*role_groups.CHART_WORKERS)
        return _read_chart(this, lake, number, wider, "chart.opened", {"node": node})


def export_chart(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    number: str,
    look: ChartLook,
    form: str,
    ways: Sequence[WayOut] = (WayOut(),),
    *,
    now: datetime | None = None,
) -> ChartView:
    """The chart for an export in a format, for everyone of `ways`; what may not leave is left out and counted. The export is logged.

    Raises NotPossible also without an agreement in force, or where a partner may not get the level of the whole.
    """
    if form not in (*CHART_FORMS, *RECORD_FORMS):
        raise NotPossible("chart.no-such-format")
    with _open_look(ledger, officer, now) as this:
        opened = [leaving.open_way(this.session, way, this.now) for way in ways]
        limited = limit_chart(_load_view(this, lake, number, look), opened)
        case = purposes.read_case(this, number)
        for way in opened:
            carried = way.list_carried(list_chart_texts(limited))
            leaving.note_leaving(
                this.session, "chart", form, way, carried, limited.withheld, this.person.id, this.now, case.id
            )
        this.log_entry(
            "chart.exported", f"case:{number}", _build_export_detail(form, look, ways, limited), number
        )
        return limited


def _build_export_detail(
    form: str, look: ChartLook, ways: Sequence[WayOut], view: ChartView
) -> dict[str, Any]:
    partners = [way.partner for way in ways if way.partner]
    return {
        "form": form,
        "mark": ways[0].level,
        **({"partners": partners} if partners else {}),
        **({"withheld": view.withheld} if view.withheld else {}),
        **({"opened": list(look.opened)} if look.opened else {}),
    }


def read_chart_way(
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
    """The path between two nodes of the chart: over the fewest ties, or in time order as money can have
    moved; logged.
    """
    if kind not in get_args(WayKind):
        raise NotPossible("chart.no-such-way")
    with _open_look(ledger, officer, now) as this:
        case = purposes.read_case(this, number)
        eyes = build_node_mask(lake.home, this.person, case)
        whole = load_viewed_network(this.session, lake, case, look, this.now, eyes).network
        network = restrict_to_span(whole, look.since, look.until)
        names = {node.id: eyes.mask_name(node) for node in network.nodes.values()}
        # By displayed names: a masked node has no other for this officer.
        real = {shown: name for name, shown in names.items()}
        if start not in real or end not in real:
            raise NotFound("chart.not-there")
        hops = (find_money_path if kind == "money" else find_shortest_path)(network, real[start], real[end])
        # By the names that were shown: the log is read by people for whom these nodes are masked too.
        this.log_entry("chart.way", f"case:{number}", {"from": start, "to": end, "kind": kind}, number)
        return ChartWay(start, end, kind, tuple(_to_way_hop(hop, names) for hop in hops), whole.currency)


def file_hashes(lake: "Lake", view: ChartView, ties: Iterable[ChartTie]) -> Mapping[tuple[str, str], str]:
    """The sha256 of the files behind the transfers of some of a chart's ties, by (source, record id)."""
    return find_sources(lake, [move for tie in ties for move in tie.moves], view.as_of)


def _open_look(ledger: Ledger, officer: Officer, now: datetime | None) -> AbstractContextManager[LoggedRead]:
    return decision.logged_read(ledger, officer, *role_groups.CASE_READERS, now=now)


def _read_chart(
    this: LoggedRead, lake: "Lake", number: str, look: ChartLook, verb: str, detail: dict[str, Any]
) -> ChartView:
    view = _load_view(this, lake, number, look)
    # The log says how far somebody had looked, and not only that they did.
    opened = {"opened": list(look.opened)} if look.opened else {}
    this.log_entry(verb, f"case:{number}", detail | opened, number)
    return view


def _load_view(this: LoggedRead, lake: "Lake", number: str, look: ChartLook) -> ChartView:
    case = purposes.read_case(this, number)
    eyes = build_node_mask(lake.home, this.person, case)
    drawn = load_viewed_network(this.session, lake, case, look, this.now, eyes)
    return _build_view(this, case, drawn, look, eyes)


def _build_view(
    this: LoggedRead,
    case: Case,
    drawn: GroupedNetwork,
    look: ChartLook,
    eyes: NodeMask,
    parts: tuple[Network, ...] = (),
) -> ChartView:
    """The view of a network; `parts` are the two that it was merged from."""
    whole = drawn.network
    span = restrict_to_span(whole, look.since, look.until)
    # By money and not by nearness: what is left out must be what matters least to a hold.
    shown = keep_largest(span, drawing.MOST_NODES, drawing.MOST_TIES, _list_always_shown(whole))
    marked = list_node_marks(this.session, case, shown)
    nodes = drawing.build_chart_nodes(shown, drawn.groups, marked, eyes)
    first, last = drawing.find_money_span(whole)
    works = eyes.officer.has_role(*role_groups.CHART_WORKERS)
    return ChartView(
        case=case.number,
        as_of=whole.as_of,
        snapshot=drawn.snapshot,
        look=look,
        first=first,
        last=last,
        nodes=nodes,
        ties=drawing.build_chart_ties(shown, eyes),
        groups=drawing.count_groups(nodes),
        notes=notes.list_chart_notes(this.session, this.person, case, eyes, shown),
        left_out_nodes=len(span.nodes) - len(shown.nodes),
        left_out_ties=len(span.ties) - len(shown.ties),
        left_out_neighbours=drawn.left_out,
        masked=any(eyes.is_masked(node) for node in shown.nodes.values()),
        may_open=works,
        may_note=works,
        currency=whole.currency,
        front=_build_front(shown, drawn, look, eyes, parts),
    )


def _build_front(
    shown: Network, grouped: GroupedNetwork, look: ChartLook, eyes: NodeMask, parts: tuple[Network, ...]
) -> ChartFront | None:
    if look.most is None:
        return None
    # By the names that were shown, which an address repeats.
    real = {eyes.mask_name(node): node.id for node in shown.nodes.values()}
    grown = {real[name] for name in look.grown if name in real}
    common = drawing.list_common_accounts(shown, parts, eyes) if parts else ()
    accounts = [known.node for known in common if known.place == "account"][:MOST_JOINED]
    places = [known.node for known in common if known.place != "account"][:MOST_PLACES]
    kept = [real[name] for name in (*accounts, *places)]
    front = build_front(shown, look.most, grown, look.things, kept, parts)
    return drawing.build_chart_front(front, shown, grouped.network, grouped.groups, eyes, common)


def _list_always_shown(network: Network) -> list[str]:
    """What is shown however large a chart is: victims, and what was opened."""
    return [*(name for name, one in network.nodes.items() if "victim" in one.marks), *network.opened]


def _to_way_hop(hop: PathHop, names: Mapping[str, str]) -> WayHop:
    start, end = names[hop.tie.start], names[hop.tie.end]
    return WayHop(
        start=end if hop.is_reversed else start,
        end=start if hop.is_reversed else end,
        tie=drawing.tie_name(hop.tie, names),
        back=hop.is_reversed,
        time=hop.move.time if hop.move else None,
        amount=hop.move.amount if hop.move else None,
    )
