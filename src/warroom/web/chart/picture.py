"""Computes the drawing of a chart: victims at the left, one column per hop, exits at the right. The area of a circle and the width of
a line are proportional to baht, never to their logarithm. With more than 60 nodes, groups are drawn in their place.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from warroom.networks.placing import NodePlaces, place_nodes
from warroom.networks.shapes import MONEY, Network, NetworkNode, NetworkTie
from warroom.room.chart.views import ChartNode, ChartTie, ChartView
from warroom.subjects.subject import ACCOUNT
from warroom.web.chart.words import choose_shape, choose_tone, format_group_name, format_sum, make_chart_words
from warroom.web.kit.formats import Say

# Nodes and lines: with more, nodes are folded and labels of lines are no longer moved to free places.
MOST_DRAWN = 60
WIDTH, LEFT, RIGHT, TOP = 1050.0, 74.0, 150.0, 66.0
COLUMN, ROW = 190.0, 48.0
SMALLEST, BY_AREA = 7.0, 21.0
"""A circle's radius in pixels: the root of its baht over this, and never less than that."""
THINNEST, BY_WIDTH = 1.2, 7_000.0
"""A line's width in pixels: its baht over this, and never less than that."""
LARGEST = 34.0
"""The largest radius in pixels; if one would exceed it, all circles and lines are scaled down together."""
# Pixels.
BELOW = 17.0
BELOW_UNTIL = LEFT + 1.5 * COLUMN
"""Up to this x, a circle of radius `BELOW` or more has its label below it; any other has it to the right."""
WORDS_WIDE, WORDS_HIGH = 44.0, 13.0
BACK = 20.0
"""Pixels; a tie whose ends are horizontally no further apart is drawn as within one column."""
GONE, SPENT = "gone:", "spent:"


@dataclass(frozen=True, slots=True)
class Dot:
    """A node, or a group as one: `name` what went through it, `sub` who it is; `below` says where these words stand. `both`: it stands in
    both of two joined cases.
    """

    key: str
    x: float
    y: float
    radius: float
    path: str
    tone: str
    ring: bool
    name: str
    sub: str
    below: bool
    group: int = 0
    folded: bool = False
    both: bool = False


@dataclass(frozen=True, slots=True)
class ChartLine:
    """A tie from one dot to another; `width` is its baht."""

    start: str
    end: str
    path: str
    width: float
    tone: str
    label: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Hull:
    """A line around a group, with its name above it: who, how many, how much; and why they are said to be tied."""

    group: int
    path: str
    x: float
    y: float
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class ChartPicture:
    """Sizes in the units of its view box; `folded` says that dots are groups, `heads` name the columns. `scale` is how many
    satang a line of one unit's width is.
    """

    width: float
    height: float
    heads: tuple[tuple[float, str], ...]
    hulls: tuple[Hull, ...]
    dots: tuple[Dot, ...]
    lines: tuple[ChartLine, ...]
    folded: bool
    scale: float


@dataclass(frozen=True, slots=True)
class ChartThing:
    """What becomes a dot: a node or a group of them. `amount` in satang is what came to it, of a victim what left it."""

    key: str
    kind: str
    sub: str
    amount: int
    marks: frozenset[str]
    hop: int | None
    group: int
    size: int = 1
    still_there: int = 0
    members: tuple[str, ...] = field(default=())


def build_picture(
    view: ChartView, say: Say, is_node_by_node: bool = False, unfolded: Collection[int] = ()
) -> ChartPicture:
    """Build the drawing of a chart in the reader's language. `is_node_by_node`: never fold. `unfolded`: groups to draw node by node."""
    nodes = [node for node in view.nodes if view.front is None or node.id in view.front.names]
    # More nodes could be drawn but not read, because their labels would overlap.
    folded = len(nodes) > MOST_DRAWN and not is_node_by_node
    things = (
        _fold_nodes(nodes, view, say, unfolded)
        if folded
        else [_make_thing(node, view, say) for node in nodes]
    )
    home = {name: thing.key for thing in things for name in thing.members}
    sums = _sum_ties(view.ties, home)
    things = [_with_sum(thing, sums) for thing in things]
    shrunk = min(
        1.0, LARGEST / max((_compute_radius(thing.amount, 1.0) for thing in things), default=LARGEST)
    )
    return _draw_picture(view, say, {thing.key: thing for thing in things}, sums, shrunk, folded)


def _make_thing(node: ChartNode, view: ChartView, say: Say) -> ChartThing:
    sub = " · ".join(filter(None, (node.label, node.bank)))
    if "victim" in node.marks:
        sub = " · ".join(filter(None, (make_chart_words(say)("mark", "victim"), node.bank)))
    marks, members = frozenset(node.marks), (node.id,)
    return ChartThing(
        node.id, node.kind, sub, node.amount, marks, node.hop, node.group, still_there=node.still_there, members=members
    )  # fmt: skip


def _fold_nodes(
    nodes: Iterable[ChartNode], view: ChartView, say: Say, unfolded: Collection[int]
) -> list[ChartThing]:
    """Fold nodes: victims stay single; all exits become one, all honest shops one, and each group one."""
    alone, together = [], defaultdict[str, list[ChartNode]](list)
    for node in nodes:
        if "victim" in node.marks:
            alone.append(_make_thing(node, view, say))
        elif node.hop is None and {"exited", "shop"} & set(node.marks):
            together[GONE if "exited" in node.marks else SPENT].append(node)
        elif node.group in unfolded:
            alone.append(_make_thing(node, view, say))
        else:
            together[f"group:{node.group}"].append(node)
    return alone + [
        group_thing if len(members) > 1 else _make_thing(members[0], view, say)
        for key, members in together.items()
        if (group_thing := _make_group(key, members, say))
    ]


def _make_group(key: str, members: list[ChartNode], say: Say) -> ChartThing:
    _, ngettext = say.catalog.gettext, say.catalog.ngettext
    kind, _sep, number = key.partition(":")
    count = ngettext("%(num)s account", "%(num)s accounts", len(members)) % {"num": say.count(len(members))}
    name = {"gone": _("left"), "spent": _("honest shops")}.get(kind) or format_group_name(int(number), say)
    kept = {"exited"} if key == GONE else {"shop"} if key == SPENT else {"held"}
    hops = [member.hop for member in members if member.hop is not None]
    return ChartThing(
        key,
        "group",
        f"{name}: {count}",
        sum(member.amount for member in members),
        frozenset(mark for member in members for mark in member.marks) & kept,
        min(hops, default=None),
        int(number or 0),
        len(members),
        sum(member.still_there for member in members),
        tuple(member.id for member in members),
    )


Span = tuple[float, float, float]
"""A group's part of a column: x, and the top and bottom of its members."""
Sums = Mapping[tuple[str, str, bool], tuple[int, int, tuple[str, ...]]]
"""Start, end and whether it is money -> satang (of the victims' money, else of all), number of transfers, relations."""


def _sum_ties(ties: Iterable[ChartTie], home: Mapping[str, str]) -> Sums:
    traced, whole, count = (
        Counter[tuple[str, str, bool]](),
        Counter[tuple[str, str, bool]](),
        Counter[object](),
    )
    words: dict[tuple[str, str, bool], set[str]] = defaultdict(set)
    for tie in ties:
        start, end = home.get(tie.start), home.get(tie.end)
        if start is None or end is None or start == end:
            continue
        key = (start, end, tie.relation == MONEY)
        traced[key] += tie.traced
        whole[key] += tie.amount
        count[key] += tie.count
        words[key].add(tie.relation)
    return {key: (traced[key] or whole[key], count[key], tuple(sorted(words[key]))) for key in words}


def _with_sum(one: ChartThing, sums: Sums) -> ChartThing:
    """Set a group's amount to what it received from outside: payments among its members would be counted twice."""
    if one.size == 1:
        return one
    return replace(
        one, amount=sum(sum_[0] for (_, end, money), sum_ in sums.items() if money and end == one.key)
    )


def _compute_radius(satang: int, shrunk: float) -> float:
    return max(SMALLEST, math.sqrt(max(0, satang) / 100) / BY_AREA * shrunk)


def _draw_picture(
    view: ChartView, say: Say, things: Mapping[str, ChartThing], sums: Sums, shrunk: float, folded: bool
) -> ChartPicture:
    radius = {key: _compute_radius(thing.amount, shrunk) for key, thing in things.items()}
    ringed = _select_ringed_groups(view, things)
    heights = {
        key: (
            2 * r
            + (40 if (r >= BELOW and (things[key].hop or 2) < 2) or "victim" in things[key].marks else 0)
            + 10
        )
        / ROW
        for key, r in radius.items()
    }
    heights = {key: max(1.0, height) for key, height in heights.items()}
    places = place_nodes(_build_network(view, things, sums), ringed, heights)
    columns = max(places.column.values(), default=0)
    step = max(COLUMN, (WIDTH - LEFT - RIGHT) / max(1, columns))
    top = min((places.row[key] - heights[key] / 2 for key in things), default=0.0)
    low = max((places.row[key] + heights[key] / 2 for key in things), default=0.0)
    at = {
        key: (LEFT + places.column[key] * step, TOP + (places.row[key] - top) * ROW + (34 if ringed else 0))
        for key in things
    }
    dots = [_draw_dot(thing, at[key], radius[key], view, say) for key, thing in things.items()]
    hulls = _draw_hulls(view, say, things, ringed, at, heights, step)
    bottom = (low - top) * ROW + TOP + (60 if ringed else 30)
    return ChartPicture(
        max(WIDTH if columns > 1 else 0, LEFT + columns * step + RIGHT),
        max(bottom, 220.0),
        _build_column_heads(places, things, step, say),
        hulls,
        tuple(dots),
        _draw_lines(view, say, things, sums, at, radius, shrunk),
        folded,
        BY_WIDTH * 100 / shrunk**2,
    )


def _select_ringed_groups(view: ChartView, things: Mapping[str, ChartThing]) -> dict[str, int]:
    """The groups to outline: those with a bond and at least two accounts on the drawing."""
    tied = {bond.group for bond in view.front.bonds} if view.front else frozenset()
    mine = {
        key: thing.group
        for key, thing in things.items()
        if thing.size == 1 and thing.hop is not None and thing.group in tied and "victim" not in thing.marks
    }
    count = Counter(mine.values())
    return {key: group for key, group in mine.items() if count[group] > 1}


def _build_network(view: ChartView, things: Mapping[str, ChartThing], sums: Sums) -> Network:
    nodes = {key: NetworkNode(one.kind, key, hop=one.hop, marks=one.marks) for key, one in things.items()}
    ties = [NetworkTie(start, end, MONEY, view.as_of, view.as_of) for start, end, _ in sums]
    return Network(view.as_of, nodes, {one.id: one for one in ties})


def _build_column_heads(
    places: NodePlaces, things: Mapping[str, ChartThing], step: float, say: Say
) -> tuple[tuple[float, str], ...]:
    _ = say.catalog.gettext
    hops: dict[int, set[int | None]] = defaultdict(set)
    for key, thing in things.items():
        hops[places.column[key]].add(thing.hop)
    heads = []
    for column, column_hops in sorted(hops.items()):
        known = sorted(hop for hop in column_hops if hop is not None)
        words = _("left") if column == places.ends else ""
        if known:
            words = _("sent") if known == [0] else _("hop %(hop)s") % {"hop": known[0]}
        heads.append((LEFT + column * step, words))
    return tuple(heads)


def _draw_dot(thing: ChartThing, at: tuple[float, float], r: float, view: ChartView, say: Say) -> Dot:
    left = thing.hop is None and "exited" in thing.marks
    # The square has the area of the circle it replaces, because area stands for baht.
    shape, size = ("square", r * math.sqrt(math.pi) / 2) if left else (choose_shape(thing.kind), r)
    if thing.hop is None and "shop" in thing.marks:
        shape = "diamond"
    name = format_sum(thing.amount, view.currency, say) if thing.amount else ""
    if thing.kind not in (ACCOUNT, "group"):
        name = make_chart_words(say).format_kind(thing.kind)
    return Dot(
        thing.key,
        *at,
        r,
        draw_outline(shape, *at, size),
        choose_tone(tuple(thing.marks), thing.still_there),
        "held" in thing.marks,
        name,
        thing.sub,
        r >= BELOW and at[0] < BELOW_UNTIL,
        thing.group,
        thing.size > 1,
        "both" in thing.marks,
    )


def draw_outline(shape: str, x: float, y: float, r: float) -> str:
    """The SVG path of a shape with "radius" r around a point."""
    if shape == "square":
        return f"M{x - r:.1f} {y - r:.1f}h{2 * r:.1f}v{2 * r:.1f}h{-2 * r:.1f}z"
    if shape == "diamond":
        return f"M{x:.1f} {y - r * 1.25:.1f}l{r * 1.25:.1f} {r * 1.25:.1f}l{-r * 1.25:.1f} {r * 1.25:.1f}l{-r * 1.25:.1f} {-r * 1.25:.1f}z"
    if shape == "triangle":
        return f"M{x:.1f} {y - r * 1.2:.1f}L{x + r * 1.1:.1f} {y + r * 0.8:.1f}H{x - r * 1.1:.1f}z"
    return f"M{x - r:.1f} {y:.1f}a{r:.1f} {r:.1f} 0 1 0 {2 * r:.1f} 0a{r:.1f} {r:.1f} 0 1 0 {-2 * r:.1f} 0z"


def _draw_hulls(
    view: ChartView,
    say: Say,
    things: Mapping[str, ChartThing],
    ringed: Mapping[str, int],
    at: Mapping[str, tuple[float, float]],
    heights: Mapping[str, float],
    step: float,
) -> tuple[Hull, ...]:
    members: dict[int, list[str]] = defaultdict(list)
    for key, group in ringed.items():
        members[group].append(key)
    return tuple(
        _draw_hull(view, say, group, [things[key] for key in keys], at, heights, step)
        for group, keys in sorted(members.items())
    )


def _draw_hull(
    view: ChartView,
    say: Say,
    group: int,
    members: list[ChartThing],
    at: Mapping[str, tuple[float, float]],
    heights: Mapping[str, float],
    step: float,
) -> Hull:
    """The outline of a group: in each column from above its first member to below its last."""
    spans: dict[float, list[tuple[float, float]]] = defaultdict(list)
    for member in members:
        x, y = at[member.key]
        half = heights[member.key] * ROW / 2
        spans[x].append((y - half - 3, y + half + 3))
    beside = min(step - 44, 140.0)
    columns = [(x, min(top for top, _ in ys), max(low for _, low in ys)) for x, ys in sorted(spans.items())]
    path = "".join(_draw_border(run, beside) for run in _split_runs(columns, step))
    x, top, _low = columns[0]
    return Hull(
        group,
        path,
        x - 34,
        top - 21,
        format_hull_title(group, members, view, say),
        explain_hull(view, group, say),
    )


def _split_runs(columns: list[Span], step: float) -> list[list[Span]]:
    """Split columns into runs of adjacent ones: an outline across a column without members would enclose other groups' nodes."""
    runs: list[list[Span]] = []
    for column in columns:
        if runs and column[0] - runs[-1][-1][0] < step * 1.5:
            runs[-1].append(column)
        else:
            runs.append([column])
    return runs


def _draw_border(columns: list[Span], beside: float) -> str:
    corners = [corner for x, top, _ in columns for corner in ((x - 38, top), (x + beside, top))]
    corners += [corner for x, _, low in columns[::-1] for corner in ((x + beside, low), (x - 38, low))]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "z"


def sum_received(view: ChartView, group: int) -> int:
    """Satang that a group's accounts on the drawing received from outside the group."""
    names = view.front.names if view.front else frozenset()
    members = {
        node.id
        for node in view.nodes
        if node.group == group and node.id in names and node.hop is not None and "victim" not in node.marks
    }
    return sum(tie.traced for tie in view.ties if tie.end in members and tie.start not in members)


def format_hull_title(group: int, members: Iterable[ChartThing], view: ChartView, say: Say) -> str:
    """The group's name, accounts and amount: `Group 1: 3 accounts, 231,000`."""
    accounts = sum(one.kind == ACCOUNT for one in members)
    count = say.catalog.ngettext("%(num)s account", "%(num)s accounts", accounts) % {
        "num": say.count(accounts)
    }
    return f"{format_group_name(group, say)}: {count}, {format_sum(sum_received(view, group), view.currency, say)}"


def explain_hull(view: ChartView, group: int, say: Say) -> str:
    """Why the accounts form a group: the thing they share, else the payments among them."""
    _, ngettext = say.catalog.gettext, say.catalog.ngettext
    bond = (
        next((candidate for candidate in view.front.bonds if candidate.group == group), None)
        if view.front
        else None
    )
    if bond is None:
        return ""
    if bond.shared:
        shared_thing = bond.shared[0]
        words = ngettext(
            "%(num)s account has one %(thing)s", "%(num)s accounts have one %(thing)s", len(shared_thing.by)
        )
        return words % {
            "num": say.count(len(shared_thing.by)),
            "thing": make_chart_words(say).format_kind(shared_thing.kind).lower(),
        }
    return ngettext("%(num)s payment way within", "%(num)s payment ways within", bond.within) % {
        "num": say.count(bond.within)
    }


def _draw_lines(
    view: ChartView,
    say: Say,
    things: Mapping[str, ChartThing],
    sums: Sums,
    at: Mapping[str, tuple[float, float]],
    radius: Mapping[str, float],
    shrunk: float,
) -> tuple[ChartLine, ...]:
    """One line per pair and direction, money separate from other ties; the widest are drawn first, below the others."""
    widths = {
        key: max(THINNEST, key[2] * satang / 100 / BY_WIDTH * shrunk**2)
        for key, (satang, _, _) in sums.items()
    }
    leaves, comes = _stack_lines(widths, at, 0), _stack_lines(widths, at, 1)
    order = sorted(sums, key=lambda key: (not key[2], -sums[key][0], key))
    lines: list[ChartLine] = []
    taken = [(x + radius[key] + 40, y) for key, (x, y) in at.items()]
    for key in order:
        start, end, money = key
        satang, _, relations = sums[key]
        words = (
            format_sum(satang, view.currency, say)
            if money
            else ", ".join(make_chart_words(say)("relation", relation) for relation in relations)
        )
        tone = choose_line_tone(things[end], money)
        (x0, y0), (x1, y1) = at[start], at[end]
        y0, y1, r0, r1 = y0 + leaves[key], y1 + comes[key], radius[start] * 0.7, radius[end] * 0.7
        x0, x1 = (x0 + r0, x1 - r1) if x1 > x0 else (x0 - r0, x1 + r1) if x1 < x0 else (x0 + r0, x1 + r1)
        path, middle = _bend_line(x0, y0, x1, y1)
        x, y = _find_free_place(x0, y0, x1, y1, middle, taken) if len(lines) < MOST_DRAWN else middle
        taken.append((x, y))
        lines.append(ChartLine(start, end, path, round(widths[key], 1), tone, words, x, y))
    return tuple(lines)


def choose_line_tone(end: ChartThing, money: bool) -> str:
    """The colour of a line by where its money went: on the trail, out of reach, or to an honest shop; "tie" without money."""
    if not money:
        return "tie"
    if end.hop is None and "exited" in end.marks:
        return "gone"
    return "shop" if "shop" in end.marks else "money"


def _stack_lines(
    widths: Mapping[tuple[str, str, bool], float], at: Mapping[str, tuple[float, float]], side: int
) -> dict[tuple[str, str, bool], float]:
    """The vertical offset at which each line starts (side 0) or ends (side 1) at its dot, so that lines do not overlap there."""
    mine: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    for key in widths:
        mine[key[:2][side]].append(key)
    offsets = {}
    for keys in mine.values():
        keys.sort(key=lambda key: (at[key[:2][1 - side]][1], key))
        top = -sum(widths[key] for key in keys) / 2
        for key in keys:
            offsets[key] = top + widths[key] / 2
            top += widths[key]
    return offsets


def _bend_line(x0: float, y0: float, x1: float, y1: float) -> tuple[str, tuple[float, float]]:
    """The SVG path of a line, and its middle: an S between columns, a bow to the right within one."""
    middle = ((x0 + x1) / 2, (y0 + y1) / 2)
    if abs(x1 - x0) > BACK:
        return (
            f"M{x0:.1f} {y0:.1f}C{middle[0]:.1f} {y0:.1f} {middle[0]:.1f} {y1:.1f} {x1:.1f} {y1:.1f}",
            middle,
        )
    out = max(x0, x1) + 24 + abs(y1 - y0) / 6
    return f"M{x0:.1f} {y0:.1f}C{out:.1f} {y0:.1f} {out:.1f} {y1:.1f} {x1:.1f} {y1:.1f}", (
        out - 14,
        middle[1],
    )


def _find_free_place(
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    middle: tuple[float, float],
    taken: Collection[tuple[float, float]],
) -> tuple[float, float]:
    """A point on the line for its label that no other label covers; the middle if there is none."""
    if abs(x1 - x0) <= BACK:
        return middle
    for t in (0.5, 0.38, 0.62, 0.28, 0.72):
        # The point at t of the cubic Bézier curve whose control points are at half the width (Bernstein
        # polynomials).
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        x, y = a * x0 + (b + c) * middle[0] + d * x1, (a + b) * y0 + (c + d) * y1
        if all(abs(x - taken_x) > WORDS_WIDE or abs(y - other) > WORDS_HIGH for taken_x, other in taken):
            return x, y
    return middle


def list_lit_nodes(picture: ChartPicture, chosen: str) -> frozenset[str]:
    """The dots to highlight: those on the money's routes from the victims through the chosen dot to the exits, and its neighbours by
    other ties. A chosen group counts with its members. Empty if nothing is chosen.
    """
    group = int(chosen.partition(":")[2]) if chosen.startswith("group:") and chosen[6:].isdigit() else 0
    begun = {dot.key for dot in picture.dots if dot.key == chosen or (group and dot.group == group)}
    lit_keys = set(begun)
    for ahead in (True, False):
        reached = list(begun)
        for dot_key in reached:  # grows while it is walked
            for line in picture.lines:
                here, other = (line.start, line.end) if ahead else (line.end, line.start)
                if line.tone != "tie" and here == dot_key and other not in reached:
                    reached.append(other)
        lit_keys |= set(reached)
    ends = ((line.start, line.end) for line in picture.lines if line.tone == "tie")
    return frozenset(lit_keys.union(*(pair for pair in ends if begun & set(pair))))
