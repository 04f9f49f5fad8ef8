"""The side panel of a chart: the chosen node with signs of its holder's innocence, who may be behind, bridges, groups, and what two
joined cases have in common.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from warroom.networks.shapes import NetworkNode, split_id
from warroom.room.chart.views import (
    ChartBond,
    ChartChosen,
    ChartCommon,
    ChartNode,
    ChartShared,
    ChartView,
)
from warroom.subjects.kinds import KINDS
from warroom.subjects.subject import Subject
from warroom.web.chart.picture import explain_bond, find_bonded, sum_received
from warroom.web.chart.words import format_group_name, format_sum, make_chart_words
from warroom.web.kit.formats import Say

# Lines of each list in the side panel; the tables have them all.
MOST, MOST_COMMON = 8, 20
READINGS = frozenset({"device", "sim", "phone", "holder", "company", "premises"})
"""Kinds of shared things with an innocent reading of their own."""


@dataclass(frozen=True, slots=True)
class ChartSideRow:
    """One line of a list: what it chooses on the drawing, its name, its figure, and a sentence below. `innocent` is how it may be
    without any guilt; `is_thing`: it stands on the drawing only with devices and telephones.
    """

    chosen: str
    name: str
    figure: str
    below: str
    innocent: str = ""
    is_thing: bool = False


@dataclass(frozen=True, slots=True)
class ChartSide:
    """The lists beside a drawing."""

    behind: tuple[ChartSideRow, ...] = ()
    bridges: tuple[ChartSideRow, ...] = ()
    groups: tuple[ChartSideRow, ...] = ()
    largest: tuple[ChartSideRow, ...] = ()
    common: tuple[ChartSideRow, ...] = ()
    places: tuple[ChartSideRow, ...] = ()


@dataclass(frozen=True, slots=True)
class ChosenNode:
    """The chosen node: `came` and `left` with how many transfers, in how many minutes they came and from how many. `details` are
    what each case's trail says of it.
    """

    node: ChartNode
    details: tuple[ChartChosen, ...]
    received: int
    received_count: int
    sent: int
    sent_count: int
    first: datetime | None
    last: datetime | None
    payers: int
    subject: Subject | None


def build_side(view: ChartView, names: Mapping[str, str], cases: Sequence[str], say: Say) -> ChartSide:
    """The lists of the side panel, each with the most important entry first. `cases` are those whose chart it is, one or two."""
    front = view.front
    if front is None:
        return ChartSide()
    nodes = {node.id: node for node in view.nodes}
    bonds = sorted(front.bonds, key=lambda bond: (not bond.strong, bond.group))
    accounts = [node for node in view.nodes if node.id in front.names and node.hop is not None]
    largest = sorted(accounts, key=lambda node: ("victim" not in node.marks, -node.amount, node.id))
    common = [_build_common_row(account, names, cases, view.currency, say) for account in front.common]
    return ChartSide(
        tuple(_build_shared_row(thing, names, front.names, say) for thing in front.shared[:MOST]),
        tuple(
            ChartSideRow(
                bridge.node,
                names[bridge.node],
                format_sum(nodes[bridge.node].amount, view.currency, say),
                _format_joins(bridge.groups, say),
            )
            for bridge in front.bridges[:MOST]
        ),
        tuple(_build_group_row(bond, view, say) for bond in bonds if bond.within or bond.shared)[:MOST],
        tuple(
            ChartSideRow(node.id, names[node.id], format_sum(node.amount, view.currency, say), "")
            for node in largest[:MOST]
        ),
        tuple(row for place, row in common if place == "account")[:MOST_COMMON],
        tuple(row for place, row in common if place != "account")[:MOST_COMMON],
    )


def _build_common_row(
    common: ChartCommon, names: Mapping[str, str], cases: Sequence[str], currency: str, say: Say
) -> tuple[str, ChartSideRow]:
    """The kind of place, and the account with what of each case's money came there."""
    shares = ", ".join(
        f"{case} {format_sum(amount, currency, say)}"
        for case, amount in zip(cases, common.amounts, strict=True)
    )
    below = (
        shares if common.place == "account" else f"{make_chart_words(say)('mark', common.place)}: {shares}"
    )
    total = format_sum(sum(common.amounts), currency, say)
    return common.place, ChartSideRow(common.node, names[common.node], total, below)


def _format_joins(groups: tuple[int, ...], say: Say) -> str:
    _ = say.catalog.gettext
    numbers = list(map(str, groups))
    said = _(" and ").join([", ".join(numbers[:-1]), numbers[-1]])
    return _("joins groups %(groups)s; without it they are apart") % {"groups": said}


def _build_shared_row(
    shared_thing: ChartShared, names: Mapping[str, str], drawn: Collection[str], say: Say
) -> ChartSideRow:
    count = say.catalog.ngettext("%(num)s account", "%(num)s accounts", len(shared_thing.by)) % {
        "num": say.count(len(shared_thing.by))
    }
    words = make_chart_words(say)
    # The innocent explanation is shown with the tie, in the same size: most shared things belong to one
    # household.
    return ChartSideRow(
        shared_thing.thing,
        names[shared_thing.thing],
        count,
        words("relation", shared_thing.relation),
        words("innocent", shared_thing.kind if shared_thing.kind in READINGS else "other"),
        shared_thing.thing not in drawn,
    )


def _build_group_row(bond: ChartBond, view: ChartView, say: Say) -> ChartSideRow:
    return ChartSideRow(
        f"group:{bond.group}",
        format_group_name(bond.group, say),
        format_sum(sum_received(view, find_bonded(view, bond)), view.currency, say),
        explain_bond(bond, say),
    )


def build_about(view: ChartView, chosen: str, details: tuple[ChartChosen, ...]) -> ChosenNode:
    """The figures of the chosen node: received, sent, payers and times."""
    node = next(candidate for candidate in view.nodes if candidate.id == chosen)
    into = [tie for tie in view.ties if tie.end == node.id and tie.moves]
    out = [tie for tie in view.ties if tie.start == node.id and tie.moves]
    times = [move.time for tie in into for move in tie.moves]
    return ChosenNode(
        node,
        details,
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
