"""The side panel of a chart: the chosen node with signs of its holder's innocence, bridges, shared things and groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from warroom.networks.shapes import NetworkNode, split_id
from warroom.room.chart.views import ChartBond, ChartChosen, ChartNode, ChartShared, ChartView
from warroom.subjects.kinds import KINDS
from warroom.subjects.subject import Subject
from warroom.web.chart.picture import sum_received
from warroom.web.chart.words import format_group_name, format_sum, make_chart_words
from warroom.web.kit.formats import Say

FAMILY = frozenset({"device", "sim", "phone", "holder", "premises", "contact"})
"""Kinds of things that an innocent household may share."""
# Lines of each list in the side panel; the tables have them all.
MOST = 8


@dataclass(frozen=True, slots=True)
class ChartSideRow:
    """One line of a list: what it chooses on the drawing, its name, its figure, and a sentence below."""

    chosen: str
    name: str
    figure: str
    below: str


@dataclass(frozen=True, slots=True)
class ChartSide:
    """The lists beside a drawing."""

    bridges: tuple[ChartSideRow, ...]
    shared: tuple[ChartSideRow, ...]
    groups: tuple[ChartSideRow, ...]


@dataclass(frozen=True, slots=True)
class ChosenNode:
    """The chosen node: `came` and `left` with how many transfers, in how many minutes they came and from how many."""

    node: ChartNode
    details: ChartChosen
    received: int
    received_count: int
    sent: int
    sent_count: int
    first: datetime | None
    last: datetime | None
    payers: int
    subject: Subject | None


def build_side(view: ChartView, names: Mapping[str, str], say: Say) -> ChartSide:
    """The lists of the side panel, each with the most important entry first."""
    if view.front is None:
        return ChartSide((), (), ())
    nodes = {node.id: node for node in view.nodes}
    bridges = tuple(
        ChartSideRow(
            bridge.node,
            names[bridge.node],
            format_sum(nodes[bridge.node].amount, view.currency, say),
            _format_joins(bridge.groups, say),
        )
        for bridge in view.front.bridges[:MOST]
    )
    shared = tuple(_build_shared_row(shared_thing, names, say) for shared_thing in view.front.shared[:MOST])
    groups = tuple(
        _build_group_row(bond, view, say) for bond in view.front.bonds if bond.within or bond.shared
    )
    return ChartSide(
        bridges, shared, tuple(sorted(groups, key=lambda group: int(group.chosen.partition(":")[2])))[:MOST]
    )


def _format_joins(groups: tuple[int, ...], say: Say) -> str:
    _ = say.catalog.gettext
    numbers = list(map(str, groups))
    said = _(" and ").join([", ".join(numbers[:-1]), numbers[-1]])
    return _("joins groups %(groups)s; without it they are apart") % {"groups": said}


def _build_shared_row(shared_thing: ChartShared, names: Mapping[str, str], say: Say) -> ChartSideRow:
    _, ngettext = say.catalog.gettext, say.catalog.ngettext
    count = ngettext("%(num)s account", "%(num)s accounts", len(shared_thing.by)) % {
        "num": say.count(len(shared_thing.by))
    }
    # The innocent explanation is shown with the tie, in the same size: most shared things belong to one
    # household.
    below = make_chart_words(say)("relation", shared_thing.relation)
    if shared_thing.kind in FAMILY and shared_thing.relation != "holds":
        below = f"{below}; " + _("could be a family's %(thing)s") % {
            "thing": make_chart_words(say).format_kind(shared_thing.kind).lower()
        }
    return ChartSideRow(shared_thing.thing, names[shared_thing.thing], count, below)


def _build_group_row(bond: ChartBond, view: ChartView, say: Say) -> ChartSideRow:
    _, ngettext = say.catalog.gettext, say.catalog.ngettext
    received_satang = sum_received(view, bond.group)
    ways_text = ngettext(
        "%(num)s payment way within; %(chance)s by chance, if the same accounts paid each other at random",
        "%(num)s payment ways within; %(chance)s by chance, if the same accounts paid each other at random",
        bond.within,
    ) % {"num": say.count(bond.within), "chance": f"{bond.by_chance:.1f}"}
    return ChartSideRow(
        f"group:{bond.group}",
        format_group_name(bond.group, say),
        format_sum(received_satang, view.currency, say),
        ways_text,
    )


def build_about(view: ChartView, told_of: ChartChosen) -> ChosenNode:
    """The figures of the chosen node: received, sent, payers and times."""
    node = next(candidate for candidate in view.nodes if candidate.id == told_of.node)
    into = [tie for tie in view.ties if tie.end == node.id and tie.moves]
    out = [tie for tie in view.ties if tie.start == node.id and tie.moves]
    times = [move.time for tie in into for move in tie.moves]
    return ChosenNode(
        node,
        told_of,
        sum(tie.traced or tie.amount for tie in into),
        sum(tie.count for tie in into),
        sum(tie.traced or tie.amount for tie in out),
        sum(tie.count for tie in out),
        min(times, default=None),
        max(times, default=None),
        len(into),
        _find_subject(node),
    )


def _find_subject(node: ChartNode) -> Subject | None:
    """The subject of the node's page; None if its number is masked or its kind has no page."""
    if "•" in node.label or node.kind not in KINDS or not KINDS[node.kind].page:
        return None
    return NetworkNode(*split_id(node.id)).subject
