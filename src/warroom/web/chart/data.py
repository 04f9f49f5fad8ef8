"""The chart as the page's island reads it: columns, because 10,000 nodes as objects are four times as long."""

from datetime import datetime
from typing import Any

from warroom.reasons.reason import unit
from warroom.room.chart.views import ChartTie, ChartView, ChartWay
from warroom.subjects.kinds import WORDS
from warroom.web.chart.words import MARKS, RELATIONS, told
from warroom.web.kit.formats import Say

MOST_MOVES = 100_000
"""Beyond so many transfers a span is applied on the server, and a tie brings its sums alone."""


def data_of(view: ChartView, say: Say, exercise: str) -> dict[str, Any]:
    """Nodes and ties as columns; money in satang, times in seconds since 1970, ties name nodes by their place."""
    place = {node.id: at for at, node in enumerate(view.nodes)}
    # With its transfers along, a tie is narrowed to a span in the browser, exactly and without asking again.
    with_moves = sum(len(tie.moves) for tie in view.ties) <= MOST_MOVES
    return {
        "case": view.case,
        "asOf": _seconds(view.as_of),
        "first": _seconds(view.first),
        "last": _seconds(view.last),
        "opened": list(view.look.opened),
        "leftOut": [view.left_out_nodes, view.left_out_ties, view.left_out_neighbours],
        "mayOpen": view.may_open,
        "exercise": exercise,
        "language": say.language,
        "zone": say.zone.key,
        "buddhist": say.buddhist,
        "nodes": {
            "id": [one.id for one in view.nodes],
            "kind": [one.kind for one in view.nodes],
            "label": [one.label for one in view.nodes],
            "bank": [one.bank for one in view.nodes],
            "hop": [one.hop for one in view.nodes],
            "still": [one.still_there for one in view.nodes],
            "marks": [list(one.marks) for one in view.nodes],
            "group": [one.group for one in view.nodes],
            "open": [int(one.may_open) for one in view.nodes],
        },
        "ties": {
            "start": [place[one.start] for one in view.ties],
            "end": [place[one.end] for one in view.ties],
            "relation": [one.relation for one in view.ties],
            "first": [_seconds(one.first) for one in view.ties],
            "last": [_seconds(one.last) for one in view.ties],
            "amount": [one.amount for one in view.ties],
            "count": [one.count for one in view.ties],
            "moves": [_moves(one) for one in view.ties] if with_moves else [],
        },
        "notes": [
            {"node": one.node, "text": one.text, "officer": one.officer, "at": say.moment(one.at)}
            for one in view.notes
            # The drawing has no place for a note on a node that is not drawn; the page's list has it.
            if one.shown
        ],
        "words": _words(say, view.currency),
    }


def way_of(way: ChartWay, say: Say) -> dict[str, Any]:
    """A way for the island: the nodes it goes through, and each step in words."""
    return {
        "nodes": [way.start, *(hop.end for hop in way.hops)] if way.hops or way.start == way.end else [],
        "ties": [hop.tie for hop in way.hops],
        "steps": [
            f"{say.moment(hop.time)} · {say.sum(hop.amount or 0, way.currency)}" if hop.time else ""
            for hop in way.hops
        ],
    }


def _moves(tie: ChartTie) -> list[int]:
    return [number for move in tie.moves for number in (int(move.time.timestamp()), move.amount)]


def _seconds(moment: datetime | None) -> int | None:
    return int(moment.timestamp()) if moment is not None else None


def _words(say: Say, currency: str) -> dict[str, Any]:
    _, tell, money = say.catalog.gettext, told(say), unit(currency, say.language)
    return {
        "kind": {code: tell.kind(code) for code in WORDS},
        "relation": {code: tell("relation", code) for code in RELATIONS},
        "mark": {code: tell("mark", code) for code in MARKS},
        "group": _("Group {number}"),
        "rest": _("The rest"),
        "nodes": _("{count} nodes"),
        "transfers": _("{count} transfers"),
        "still": _("{sum} {unit} still there").replace("{unit}", money),
        "in": _("in {sum} {unit}").replace("{unit}", money),
        "out": _("out {sum} {unit}").replace("{unit}", money),
        "baht": "{sum} " + money,
        "laying": _("Laying out {count} nodes …"),
        "laid": _("{nodes} nodes and {ties} ties, {groups} groups."),
        "more": _("{count} more; type to narrow the list."),
        "openedOne": _("Opened: {name}."),
        "unfolded": _("Group opened: {name}."),
        "folded": _("Folded by group."),
        "undone": _("Undone."),
        "redone": _("Done again."),
        "nothing": _("Nothing to undo."),
        "noWay": _("There is no way between them on this chart."),
        "way": _("A way of {count} steps: {names}."),
        "chooseEnd": _("Way from {name}: choose where it ends."),
        "lost": _("The room cannot be reached; what is drawn stays. Try again in a moment."),
        "found": _("{count} found."),
        "leftOut": _(
            "{nodes} nodes and {ties} ties with the least money are left out; choose a shorter span."
        ),
        "undrawn": _("{count} ties between groups with less money are not drawn; the table has all."),
        "chart": _("Link chart of case {case}"),
        "legend": _("Legend"),
        "asOf": _("as of {moment}"),
        "arrow": _(
            "An arrow is money from payer to payee; its width follows the amount. A thin line is another tie."
        ),
        "ring": _("hold in effect"),
        "money": _("money still there"),
        "gone": _("money exited here"),
        "shop": _("honest shop"),
        "victim": _("victim"),
        "other": _("Anything else"),
    }
