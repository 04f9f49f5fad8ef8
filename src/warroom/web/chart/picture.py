"""The chart as a drawing made here: the victim at the left, a column a hop. It stands where scripts do not run, and on
paper. More than 60 nodes are drawn as their groups.
"""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass

from warroom.networks.placing import places_of
from warroom.networks.shapes import MONEY, Network, Node, Tie
from warroom.room.chart.views import ChartGroup, ChartNode, ChartView
from warroom.web.chart.words import shape_of, told, tone_of
from warroom.web.kit.formats import Say

MOST_DRAWN = 60
COLUMN, ROW, MARGIN = 190.0, 62.0, 60.0
RADIUS, LARGEST = 9.0, 24.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A node or a group: `path` is its outline, `ring` a second one around it where money is held."""

    x: float
    y: float
    radius: float
    path: str
    tone: str
    ring: bool
    name: str
    sub: str


@dataclass(frozen=True, slots=True)
class Line:
    """A tie from one dot to another with its arrowhead; `width` follows the money on a logarithm."""

    path: str
    head: str
    width: float
    money: bool
    label: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Picture:
    """Sizes in the units of its view box; `folded` says that dots are groups."""

    width: float
    height: float
    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]
    folded: bool


@dataclass(frozen=True, slots=True)
class _Thing:
    """What becomes a dot."""

    key: str
    kind: str
    name: str
    sub: str
    size: int
    still_there: int
    marks: tuple[str, ...]
    column: float
    row: float


def picture_of(view: ChartView, say: Say) -> Picture:
    """The drawing of a chart, in the reader's language."""
    # More could be drawn, but not read: names would lie on one another.
    folded = len(view.nodes) > MOST_DRAWN
    things = _groups(view, say) if folded else [_thing(node, view.currency, say) for node in view.nodes]
    home = {node.id: f"group:{node.group}" if folded else node.id for node in view.nodes}
    top = min((one.row for one in things), default=0.0)
    high = max((one.row for one in things), default=0.0) - top
    # Placed by the trail alone: a court's drawing of a chart lies the same tomorrow.
    dots = {one.key: _dot(one, top) for one in things}
    width = max((dot.x for dot in dots.values()), default=0.0) + COLUMN
    lines = _lines(view, home, dots, say)
    return Picture(width, high * ROW + 2 * MARGIN, tuple(dots.values()), lines, folded)


def _thing(node: ChartNode, currency: str, say: Say) -> _Thing:
    sub = node.bank or told(say).kind(node.kind)
    if node.still_there:
        sub = f"{sub} · {say.sum(node.still_there, currency)}"
    return _Thing(node.id, node.kind, node.label, sub, 1, node.still_there, node.marks, node.column, node.row)


def _groups(view: ChartView, say: Say) -> list[_Thing]:
    """A dot a group: as far from the victim as its nearest node."""
    home = {node.id: str(node.group) for node in view.nodes}
    near: dict[str, int] = {}
    marks: dict[str, set[str]] = defaultdict(set)
    for node in view.nodes:
        name = home[node.id]
        near[name] = min(near.get(name, 10**6), int(node.column))
        marks[name].update(mark for mark in node.marks if mark in ("held", "victim"))
    ties = {(home[tie.start], home[tie.end]): tie for tie in view.ties if home[tie.start] != home[tie.end]}
    nodes = {f"group:{name}": Node("group", name, hop=column) for name, column in near.items()}
    between = [
        Tie(f"group:{start}", f"group:{end}", MONEY, tie.first, tie.last)
        for (start, end), tie in ties.items()
    ]
    places = places_of(Network(view.as_of, nodes, {tie.id: tie for tie in between}))
    return [
        _folded(one, tuple(sorted(marks[str(one.number)])), places[f"group:{one.number}"], view.currency, say)
        for one in view.groups
    ]


def _folded(
    one: ChartGroup, marks: tuple[str, ...], place: tuple[float, float], currency: str, say: Say
) -> _Thing:
    _, ngettext = say.catalog.gettext, say.catalog.ngettext
    name = _("Group %(number)s") % {"number": one.number} if one.number else _("The rest")
    sub = ngettext("%(num)s node", "%(num)s nodes", one.size) % {"num": say.count(one.size)}
    if one.still_there:
        sub = f"{sub} · {say.sum(one.still_there, currency)}"
    return _Thing(f"group:{one.number}", "group", name, sub, one.size, one.still_there, marks, *place)


def _dot(one: _Thing, top: float) -> Dot:
    x, y = MARGIN + one.column * COLUMN, MARGIN + (one.row - top) * ROW
    radius = min(LARGEST, RADIUS + 2 * math.log2(one.size)) if one.size > 1 else RADIUS
    tone = tone_of(one.marks, one.still_there)
    path = outline(shape_of(one.kind), x, y, radius)
    return Dot(x, y, radius, path, tone, "held" in one.marks, one.name, one.sub)


def outline(shape: str, x: float, y: float, r: float) -> str:
    """The path of a shape around a point."""
    if shape == "square":
        return f"M{x - r:.1f} {y - r:.1f}h{2 * r:.1f}v{2 * r:.1f}h{-2 * r:.1f}z"
    if shape == "diamond":
        return f"M{x:.1f} {y - r * 1.3:.1f}l{r * 1.3:.1f} {r * 1.3:.1f}l{-r * 1.3:.1f} {r * 1.3:.1f}l{-r * 1.3:.1f} {-r * 1.3:.1f}z"
    if shape == "triangle":
        return f"M{x:.1f} {y - r * 1.2:.1f}L{x + r * 1.1:.1f} {y + r * 0.8:.1f}H{x - r * 1.1:.1f}z"
    return f"M{x - r:.1f} {y:.1f}a{r:.1f} {r:.1f} 0 1 0 {2 * r:.1f} 0a{r:.1f} {r:.1f} 0 1 0 {-2 * r:.1f} 0z"


def _lines(view: ChartView, home: dict[str, str], dots: dict[str, Dot], say: Say) -> tuple[Line, ...]:
    """One line for each pair and direction: money apart from other ties."""
    sums, counts = Counter[tuple[str, str, bool]](), Counter[tuple[str, str, bool]]()
    words: dict[tuple[str, str, bool], set[str]] = defaultdict(set)
    for tie in view.ties:
        key = (home[tie.start], home[tie.end], tie.relation == MONEY)
        if key[0] != key[1]:
            sums[key] += tie.amount
            counts[key] += tie.count
            words[key].add(tie.relation)
    return tuple(
        _line(
            dots[start],
            dots[end],
            money,
            sums[start, end, money],
            say.sum(sums[start, end, money], view.currency)
            if money
            else ", ".join(told(say)("relation", one) for one in sorted(words[start, end, money])),
        )
        for start, end, money in counts
    )


def _line(start: Dot, end: Dot, money: bool, satang: int, label: str) -> Line:
    """A gentle bow to the right of its direction, so that two ways between two dots stay apart."""
    dx, dy = end.x - start.x, end.y - start.y
    far = math.hypot(dx, dy) or 1.0
    bend = min(26.0, far / 6)
    mx, my = (start.x + end.x) / 2 - dy / far * bend, (start.y + end.y) / 2 + dx / far * bend
    x0, y0 = _towards(start, mx, my, start.radius + 2)
    x1, y1 = _towards(end, mx, my, end.radius + 4)
    width = min(7.0, 1 + math.log10(max(satang, 100) / 100) / 1.4) if money else 1.2
    return Line(
        path=f"M{x0:.1f} {y0:.1f}Q{mx:.1f} {my:.1f} {x1:.1f} {y1:.1f}",
        head=_head(x1, y1, x1 - mx, y1 - my, 4 + width),
        width=round(width, 1),
        money=money,
        label=label,
        x=(x0 + 2 * mx + x1) / 4,
        y=(y0 + 2 * my + y1) / 4 - 4,
    )


def _towards(dot: Dot, x: float, y: float, by: float) -> tuple[float, float]:
    far = math.hypot(x - dot.x, y - dot.y) or 1.0
    return dot.x + (x - dot.x) / far * by, dot.y + (y - dot.y) / far * by


def _head(x: float, y: float, dx: float, dy: float, size: float) -> str:
    far = math.hypot(dx, dy) or 1.0
    ux, uy = dx / far, dy / far
    bx, by = x - ux * size, y - uy * size
    wide = size * 0.55
    return f"M{x:.1f} {y:.1f}L{bx - uy * wide:.1f} {by + ux * wide:.1f}L{bx + uy * wide:.1f} {by - ux * wide:.1f}z"
