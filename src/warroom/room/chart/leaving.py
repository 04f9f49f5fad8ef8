"""A chart that leaves: without what its marks, its partner's agreement or a revocation keep here, and how many things that were."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from warroom.networks.shapes import MONEY
from warroom.partners.leaving import OpenWay
from warroom.room.chart.views import ChartFront, ChartNode, ChartView

FIELD_BY_KIND = {
    "sim": "phone",
    "holder": "person",
    "premises": "site",
    "advert": "lure",
    "message": "lure",
}
"""Kinds of a chart by the name that an agreement gives them, where the two differ."""
PAYMENT = "payment"


def limit_chart(view: ChartView, ways: Sequence[OpenWay]) -> ChartView:
    """The chart with only what may leave by every one of these ways. `withheld` counts nodes, payments and notes that stayed here."""
    left = {node.id for node in view.nodes if _may_leave(node, ways)}
    carries_payments = all(way.may_carry_kind(PAYMENT) for way in ways)
    ties = tuple(
        tie
        for tie in view.ties
        if tie.start in left and tie.end in left and (carries_payments or tie.relation != MONEY)
    )
    notes = tuple(
        note
        for note in view.notes
        if note.node in left and not any(way.is_withheld(note.text, note.officer) for way in ways)
    )
    withheld = len(view.nodes) - len(left) + len(view.notes) - len(notes)
    if not carries_payments:
        withheld += sum(tie.relation == MONEY for tie in view.ties)
    if not withheld:
        return view
    return replace(
        view,
        nodes=tuple(node for node in view.nodes if node.id in left),
        ties=ties,
        notes=notes,
        front=_limit_front(view.front, left) if view.front else None,
        withheld=withheld,
    )


def _may_leave(node: ChartNode, ways: Sequence[OpenWay]) -> bool:
    kind = FIELD_BY_KIND.get(node.kind, node.kind)
    return all(way.may_carry_kind(kind) and not way.is_withheld(*_list_texts(node)) for way in ways)


def _list_texts(node: ChartNode) -> tuple[str, ...]:
    return node.label, f"{node.bank}:{node.label}", node.id


def list_chart_texts(view: ChartView) -> Iterator[str]:
    """Every text of a chart that may say a value of the register."""
    for node in view.nodes:
        yield from _list_texts(node)
    for note in view.notes:
        yield note.text


def _limit_front(front: ChartFront, left: Collection[str]) -> ChartFront:
    return replace(
        front,
        names=frozenset(name for name in front.names if name in left),
        shared=tuple(thing for thing in front.shared if thing.thing in left and set(thing.by) <= set(left)),
        # Of groups and what they share nothing is said where something stayed here: their figures would tell of it.
        bonds=(),
        bridges=tuple(bridge for bridge in front.bridges if bridge.node in left),
        common=tuple(common for common in front.common if common.node in left),
    )
