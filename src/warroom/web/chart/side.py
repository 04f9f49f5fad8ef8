"""What stands beside the drawing: the chosen node with what speaks for its holder, bridges, what accounts share, groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from warroom.networks.shapes import Node, split_id
from warroom.room.chart.views import ChartBond, ChartChosen, ChartNode, ChartShared, ChartView
from warroom.subjects.kinds import KINDS
from warroom.subjects.subject import Subject
from warroom.web.chart.picture import came_to
from warroom.web.chart.words import group_name, sum_of, told
from warroom.web.kit.formats import Say

FAMILY = frozenset({"device", "sim", "phone", "holder", "premises", "contact"})
"""Things that people of one household share as well."""
MOST = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: what it chooses on the drawing, its name, its figure, and a sentence below."""

    chosen: str
    name: str
    figure: str
    below: str


@dataclass(frozen=True, slots=True)
class Side:
    """The lists beside a drawing."""

    bridges: tuple[Row, ...]
    shared: tuple[Row, ...]
    groups: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class About:
    """The chosen node: `came` and `left` with how many transfers, in how many minutes they came and from how many."""

    node: ChartNode
    told: ChartChosen
    came: int
    came_count: int
    left: int
    left_count: int
    first: datetime | None
    last: datetime | None
    payers: int
    subject: Subject | None


def side_of(view: ChartView, names: Mapping[str, str], say: Say) -> Side:
    """The lists beside a chart's drawing, each the weightiest first."""
    if view.front is None:
        return Side((), (), ())
    nodes = {one.id: one for one in view.nodes}
    bridges = tuple(
        Row(
            one.node,
            names[one.node],
            sum_of(nodes[one.node].amount, view.currency, say),
            _joins(one.groups, say),
        )
        for one in view.front.bridges[:MOST]
    )
    shared = tuple(_shared(one, names, say) for one in view.front.shared[:MOST])
    groups = tuple(_group(one, view, say) for one in view.front.bonds if one.within or one.shared)
    return Side(
        bridges, shared, tuple(sorted(groups, key=lambda one: int(one.chosen.partition(":")[2])))[:MOST]
    )


def _joins(groups: tuple[int, ...], say: Say) -> str:
    _ = say.catalog.gettext
    numbers = list(map(str, groups))
    said = _(" and ").join([", ".join(numbers[:-1]), numbers[-1]])
    return _("joins groups %(groups)s; without it they are apart") % {"groups": said}


def _shared(one: ChartShared, names: Mapping[str, str], say: Say) -> Row:
    _, ngettext = say.catalog.gettext, say.catalog.ngettext
    count = ngettext("%(num)s account", "%(num)s accounts", len(one.by)) % {"num": say.count(len(one.by))}
    # The innocent reading stands beside the tie, in the same size: most things that two people share are a household's.
    below = told(say)("relation", one.relation)
    if one.kind in FAMILY and one.relation != "holds":
        below = f"{below}; " + _("could be a family's %(thing)s") % {
            "thing": told(say).kind(one.kind).lower()
        }
    return Row(one.thing, names[one.thing], count, below)


def _group(one: ChartBond, view: ChartView, say: Say) -> Row:
    _, ngettext = say.catalog.gettext, say.catalog.ngettext
    came = came_to(view, one.group)
    said = ngettext(
        "%(num)s payment way within; %(chance)s by chance, if the same accounts paid each other at random",
        "%(num)s payment ways within; %(chance)s by chance, if the same accounts paid each other at random",
        one.within,
    ) % {"num": say.count(one.within), "chance": f"{one.by_chance:.1f}"}
    return Row(f"group:{one.group}", group_name(one.group, say), sum_of(came, view.currency, say), said)


def about_of(view: ChartView, told_of: ChartChosen) -> About:
    """What the chart says of the chosen node."""
    node = next(one for one in view.nodes if one.id == told_of.node)
    into = [tie for tie in view.ties if tie.end == node.id and tie.moves]
    out = [tie for tie in view.ties if tie.start == node.id and tie.moves]
    times = [move.time for tie in into for move in tie.moves]
    return About(
        node,
        told_of,
        sum(tie.traced or tie.amount for tie in into),
        sum(tie.count for tie in into),
        sum(tie.traced or tie.amount for tie in out),
        sum(tie.count for tie in out),
        min(times, default=None),
        max(times, default=None),
        len(into),
        _subject(node),
    )


def _subject(node: ChartNode) -> Subject | None:
    """What its page is of; None where it is masked or has none."""
    if "•" in node.label or node.kind not in KINDS or not KINDS[node.kind].page:
        return None
    return Node(*split_id(node.id)).subject
