"""Computes the drawing of a chart: victims at the left, one column per hop, exits at the right. The area of a circle and the width of
a line are proportional to baht, never to their logarithm. With more than 60 nodes, the smaller ones are drawn as bundles, or each
without a label of its own.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from warroom.networks.placing import NodePlaces, place_nodes
from warroom.networks.shapes import MONEY, Network, NetworkNode, NetworkTie
from warroom.room.chart.views import ChartBond, ChartTie, ChartView
from warroom.subjects.subject import ACCOUNT
from warroom.web.chart.folding import MOST_DRAWN, ChartThing, fold_nodes, make_thing, replace_amount
from warroom.web.chart.labels import NAME_SIZE, Board, Box, Label, find_box, make_label, measure_text
from warroom.web.chart.words import choose_shape, choose_tone, format_group_name, format_sum, make_chart_words
from warroom.web.kit.formats import Say

WIDTH, LEFT, RIGHT, TOP = 1050.0, 74.0, 150.0, 66.0
COLUMN, ROW, TIGHT = 190.0, 48.0, 34.0
"""Pixels between two columns and between two nodes of one; never less than `TIGHT`, where there are many."""
HEAD = 22.0
"""Pixels at the top in which the columns' names stand."""
TALL, TALLER = 620.0, 900.0
"""Pixels: a column that would be higher is wrapped into several side by side; the second with more than `MANY` nodes."""
ASPECT = 0.55
"""The height of a drawing in parts of its width: that of the box it is shown in."""
MANY = 400
BESIDE = 132.0
"""Pixels between two nodes side by side in a wrapped column: a dot and its label."""
CLOSE = 10.0
"""Pixels between two nodes that are drawn without room for a label."""
SMALLEST, BY_AREA = 7.0, 21.0
"""A circle's radius in pixels: the root of its baht over this, and never less than that."""
THINNEST, BY_WIDTH = 1.2, 7_000.0
"""A line's width in pixels: its baht over this, and never less than that."""
NAMED = 2.2
"""Pixels: a line of this width says its baht when it is lit."""
MOST_NAMED = 250
LARGEST = 34.0
"""The largest radius in pixels; if one would exceed it, all circles and lines are scaled down together."""
# Pixels.
BELOW = 17.0
BELOW_UNTIL = LEFT + 1.5 * COLUMN
"""Up to this x, a circle of radius `BELOW` or more has its label below it; any other has it to the right."""
BACK = 20.0
"""Pixels; a tie whose ends are horizontally no further apart is drawn as within one column."""
LONGEST_SUB = 26
"""Letters of the second line of a label; the list beside and the tables have the whole name."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A node, or a bundle as one; its label has what went through it, and who it is. The labels of
    those with most `weight` are placed first. `both`: it stands in both of two joined
    cases.
    """

    key: str
    x: float
    y: float
    radius: float
    path: str
    tone: str
    ring: bool
    label: Label
    whole_name: str
    weight: int
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
    words: str
    label: Label | None


@dataclass(frozen=True, slots=True)
class Hull:
    """A line around a group, with its name above it: who, how many, how much; and why they are said to be tied. `others` are
    where else its name may stand, and a shorter one.
    """

    group: int
    path: str
    label: Label
    others: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartPicture:
    """Sizes in the units of its view box; `core` is the rectangle of all dots and hulls without their labels. `folded` says that
    dots are bundles, `heads` name the columns. `scale` is how many satang a line of one unit's width is.
    """

    left: float
    top: float
    width: float
    height: float
    heads: tuple[tuple[float, str], ...]
    hulls: tuple[Hull, ...]
    dots: tuple[Dot, ...]
    lines: tuple[ChartLine, ...]
    folded: bool
    scale: float
    core: Box


def build_picture(
    view: ChartView,
    say: Say,
    is_node_by_node: bool = False,
    unfolded: Sequence[str] = (),
    chosen: str = "",
) -> ChartPicture:
    """Build the drawing of a chart in the reader's language. `is_node_by_node`: never bundle. `unfolded`: bundles to open, as often
    as they are named; `chosen`: what stays out of any bundle.
    """
    nodes = [node for node in view.nodes if view.front is None or node.id in view.front.names]
    # More nodes could be drawn, but not each with its label.
    folded = len(nodes) > MOST_DRAWN and not is_node_by_node
    things = (
        fold_nodes(nodes, view, say, unfolded, chosen)
        if folded
        else [make_thing(node, say) for node in nodes]
    )
    home = {name: thing.key for thing in things for name in thing.members}
    sums = _sum_ties(view.ties, home)
    things = [replace_amount(thing, sums) for thing in things]
    shrunk = min(
        1.0, LARGEST / max((_compute_radius(thing.amount, 1.0) for thing in things), default=LARGEST)
    )
    return _draw_picture(view, say, {thing.key: thing for thing in things}, sums, shrunk, folded)


Span = tuple[float, float, float, float]
"""A group's part of a column: its left and right, and the top and bottom of its members."""
Points = Mapping[str, tuple[float, float]]
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


def _compute_radius(satang: int, shrunk: float) -> float:
    return max(SMALLEST, math.sqrt(max(0, satang) / 100) / BY_AREA * shrunk)


def _draw_picture(
    view: ChartView, say: Say, things: Mapping[str, ChartThing], sums: Sums, shrunk: float, folded: bool
) -> ChartPicture:
    radius = {key: _compute_radius(thing.amount, shrunk) for key, thing in things.items()}
    is_dense = len(things) > MOST_DRAWN
    # Of very many each is a point among others, and a line around some of them would enclose strangers.
    ringed = {} if is_dense else _select_ringed_groups(view, things)
    tall = _find_tall(things, is_dense)
    row = max(
        TIGHT,
        min(
            tall / max(Counter(thing.hop for thing in things.values()).values(), default=1), tall / 8, 2 * ROW
        ),
    )
    heights = {
        key: (2 * r + CLOSE if is_dense else max(row, _find_height(things[key], r))) / ROW
        for key, r in radius.items()
    }
    places = place_nodes(_build_network(view, things, sums), ringed, heights)
    at, columns = _lay_columns(places, radius, heights, ringed, tall if is_dense else tall * 1.1, is_dense)
    hulls = _draw_hulls(view, say, things, ringed, at, heights, places, columns)
    board = Board()
    for key, (x, y) in at.items():
        r = radius[key] + _find_ring(things[key])
        board.take_box((x - r, y - r, x + r, y + r))
    highest = _find_core(at, radius, hulls, columns)[1]
    heads = _build_column_heads(places, things, columns, say)
    for x, words in heads:
        half = measure_text(words, NAME_SIZE) / 2
        board.take_box((x - half, highest - 2 * HEAD, x + half, highest - HEAD))
    hulls = tuple(replace(hull, label=_place_title(board, hull.label, hull.others)) for hull in hulls)
    # A group that rests on a shared thing is those who share it; the rest of its accounts are not chosen with it.
    outlined = set(ringed.values())
    apart = {key for key, thing in things.items() if thing.group in outlined and key not in ringed}
    first = sorted(things.values(), key=lambda thing: (-_weigh_thing(thing), thing.key))
    labels = {}
    for number, thing in enumerate(first):
        label = _make_dot_label(thing, at[thing.key], radius[thing.key], view, say)
        # Of very many only the largest are named: a small one that stands free is no more important for it.
        labels[thing.key] = board.place_label(label) if number < MOST_DRAWN else label
    dots = tuple(
        _draw_dot(replace(thing, group=0) if key in apart else thing, at[key], radius[key], labels[key])
        for key, thing in things.items()
    )
    lines = _draw_lines(view, say, things, sums, at, radius, shrunk, board)
    core = _find_core(at, radius, hulls, columns)
    left, top, right, low = _find_edges(core, [*labels.values(), *(hull.label for hull in hulls)])
    return ChartPicture(
        left,
        top,
        right - left,
        low - top,
        heads,
        hulls,
        dots,
        lines,
        folded,
        BY_WIDTH * 100 / shrunk**2,
        core,
    )


def _weigh_thing(thing: ChartThing) -> int:
    return thing.amount * (1_000 if "victim" in thing.marks else 1)


def _find_height(thing: ChartThing, r: float) -> float:
    is_below = (r >= BELOW and (thing.hop or 2) < 2) or "victim" in thing.marks
    return 2 * r + (40 if is_below else 0) + CLOSE


def _find_tall(things: Mapping[str, ChartThing], is_dense: bool) -> float:
    """How high a column may be: as the drawing's width has it in its box."""
    if is_dense:
        return TALLER if len(things) > MANY else TALL
    columns = len({thing.hop for thing in things.values()})
    return max(TALL, ASPECT * (LEFT + RIGHT + COLUMN * (columns - 1)))


Columns = Sequence[tuple[float, float]]
"""Of each column where the middle of its first node is, and of its last side by side."""


def _lay_columns(
    places: NodePlaces,
    radius: Mapping[str, float],
    heights: Mapping[str, float],
    ringed: Mapping[str, int],
    tall: float,
    is_dense: bool,
) -> tuple[dict[str, tuple[float, float]], list[tuple[float, float]]]:
    """The middle of every node, and the columns; a column that would be too high has several nodes side by side."""
    members: dict[int, list[str]] = defaultdict(list)
    for key in sorted(places.row, key=lambda key: (places.row[key], key)):
        members[places.column[key]].append(key)
    inner: dict[str, tuple[float, float]] = {}
    widths = []
    for column in sorted(members):
        keys = members[column]
        beside = max(1, math.ceil(sum(heights[key] * ROW for key in keys) / tall))
        if beside == 1:
            inner |= {key: (0.0, places.row[key] * ROW) for key in keys}
            widths.append(0.0)
            continue
        wrapped = _wrap_column(keys, beside, radius, heights, ringed, is_dense)
        inner |= wrapped
        widths.append(max(x for x, _ in wrapped.values()))
    least = COLUMN * 0.6 if is_dense else COLUMN
    gaps = max(1, len(widths) - 1)
    gap = max(least, (WIDTH - LEFT - RIGHT - sum(widths)) / gaps)
    top = min((y - heights[key] * ROW / 2 for key, (_, y) in inner.items()), default=0.0)
    columns, x = [], LEFT
    for width in widths:
        columns.append((x, x + width))
        x += width + gap
    at = {
        key: (columns[places.column[key]][0] + across, TOP + y - top + (34 if ringed else 0))
        for key, (across, y) in inner.items()
    }
    return at, columns


def _wrap_column(
    keys: Sequence[str],
    beside: int,
    radius: Mapping[str, float],
    heights: Mapping[str, float],
    ringed: Mapping[str, int],
    is_dense: bool,
) -> dict[str, tuple[float, float]]:
    """The nodes of one column in rows of so many, around the middle. A ringed group has its rows to itself."""
    rows: list[list[str]] = []
    for key in keys:
        if not rows or len(rows[-1]) >= beside or ringed.get(rows[-1][0]) != ringed.get(key):
            rows.append([])
        rows[-1].append(key)
    inner, y, before = {}, 0.0, 0
    for names in rows:
        group, x = ringed.get(names[0], 0), 0.0
        y += ROW if group != before else 0.0
        high = max(heights[name] for name in names) * ROW
        for name, previous in zip(names, ["", *names], strict=False):
            if previous:
                x += radius[previous] + CLOSE + radius[name] if is_dense else BESIDE + radius[previous]
            inner[name] = (x, y + high / 2)
        y, before = y + high, group
    return {name: (x, middle - y / 2) for name, (x, middle) in inner.items()}


def _find_core(at: Points, radius: Mapping[str, float], hulls: Iterable[Hull], columns: Columns) -> Box:
    """The rectangle of all dots, with the hulls around them."""
    around = 40.0 if hulls else 0.0
    xs = [x + side * radius[key] for key, (x, _) in at.items() for side in (-1, 1)]
    ys = [y + side * (radius[key] + around / 4) for key, (_, y) in at.items() for side in (-1, 1)]
    if not xs:
        return 0.0, 0.0, WIDTH, 200.0
    return min(xs), min(ys) - around, max(*xs, columns[-1][1]), max(ys)


def _find_edges(core: Box, labels: Iterable[Label]) -> Box:
    """The rectangle of the drawing: nothing that is shown is cut."""
    boxes = [find_box(label, label.side) for label in labels if label.is_shown]
    left = min(core[0] - 20, *(box[0] - 8 for box in boxes)) if boxes else core[0] - 20
    right = max(core[2] + 20, *(box[2] + 8 for box in boxes)) if boxes else core[2] + 20
    top = min([core[1] - 2 * HEAD, *(box[1] - HEAD for box in boxes)])
    low = max([core[3] + 20, *(box[3] + 12 for box in boxes)])
    return left, top, max(right, left + 200), max(low, top + 220)


def _select_ringed_groups(view: ChartView, things: Mapping[str, ChartThing]) -> dict[str, int]:
    """The groups to outline: those with a strong bond and at least two accounts on the drawing."""
    bonds = [bond for bond in view.front.bonds if bond.strong] if view.front else []
    mine = {key: bond.group for bond in bonds for key in find_bonded(view, bond) if key in things}
    count = Counter(mine.values())
    return {key: group for key, group in mine.items() if count[group] > 1}


def _build_network(view: ChartView, things: Mapping[str, ChartThing], sums: Sums) -> Network:
    nodes = {key: NetworkNode(one.kind, key, hop=one.hop, marks=one.marks) for key, one in things.items()}
    ties = [NetworkTie(start, end, MONEY, view.as_of, view.as_of) for start, end, _ in sums]
    return Network(view.as_of, nodes, {one.id: one for one in ties})


def _build_column_heads(
    places: NodePlaces, things: Mapping[str, ChartThing], columns: Columns, say: Say
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
        heads.append((sum(columns[column]) / 2, words))
    return tuple(heads)


def _make_dot_label(thing: ChartThing, at: tuple[float, float], r: float, view: ChartView, say: Say) -> Label:
    name = format_sum(thing.amount, view.currency, say) if thing.amount else ""
    if thing.kind not in (ACCOUNT, "bundle"):
        name = make_chart_words(say).format_kind(thing.kind)
    is_below = (r >= BELOW and at[0] < BELOW_UNTIL) or "victim" in thing.marks
    return make_label(
        name, _shorten_words(thing.sub), *at, r + _find_ring(thing), "bral" if is_below else "rbal"
    )


def _find_ring(thing: ChartThing) -> float:
    """How far the rings around a dot reach beyond it, in pixels."""
    return 8.0 if "both" in thing.marks else 4.0 if "held" in thing.marks or thing.size > 1 else 0.0


def _shorten_words(words: str) -> str:
    return words if len(words) <= LONGEST_SUB else f"{words[: LONGEST_SUB - 1].rstrip()}…"


def _draw_dot(thing: ChartThing, at: tuple[float, float], r: float, label: Label) -> Dot:
    left = thing.hop is None and "exited" in thing.marks
    # The square has the area of the circle it replaces, because area stands for baht.
    shape, size = ("square", r * math.sqrt(math.pi) / 2) if left else (choose_shape(thing.kind), r)
    if thing.hop is None and "shop" in thing.marks:
        shape = "diamond"
    return Dot(
        thing.key,
        *at,
        r,
        draw_outline(shape, *at, size),
        choose_tone(tuple(thing.marks), thing.still_there),
        "held" in thing.marks,
        label,
        thing.sub,
        _weigh_thing(thing),
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
    at: Points,
    heights: Mapping[str, float],
    places: NodePlaces,
    columns: Columns,
) -> tuple[Hull, ...]:
    members: dict[int, list[ChartThing]] = defaultdict(list)
    for key, group in ringed.items():
        members[group].append(things[key])
    bonds = {bond.group: bond for bond in view.front.bonds} if view.front else {}
    return tuple(
        _draw_hull(view, say, bonds[group], own, _find_spans(own, at, heights, places, columns))
        for group, own in sorted(members.items())
    )


def _find_spans(
    members: Iterable[ChartThing],
    at: Points,
    heights: Mapping[str, float],
    places: NodePlaces,
    columns: Columns,
) -> dict[int, Span]:
    """In each column from above a group's first member to below its last, with room for their labels."""
    spans: dict[int, Span] = {}
    for member in members:
        (x, y), half = at[member.key], heights[member.key] * ROW / 2 + 3
        column = places.column[member.key]
        left, right, top, low = spans.get(column, (x, x, y, y))
        # No wider than half the way to the next column: there another group may begin.
        following = columns[column + 1][0] if column + 1 < len(columns) else x + 2 * COLUMN
        beside = min(x + 140, following - 44)
        spans[column] = min(left, x - 38), max(right, beside), min(top, y - half), max(low, y + half)
    return spans


def _draw_hull(
    view: ChartView, say: Say, bond: ChartBond, members: list[ChartThing], spans: Mapping[int, Span]
) -> Hull:
    """The outline of a group, with its title above its first column or where there is room."""
    path = "".join(_draw_border([spans[column] for column in run]) for run in _split_runs(sorted(spans)))
    title, why = format_hull_title(bond.group, members, view, say), explain_bond(bond, say)
    first, last = (
        (left + 4, (top + low) / 2, (low - top) / 2, "tu")
        for left, _right, top, low in (spans[min(spans)], spans[max(spans)])
    )
    short = format_group_name(bond.group, say)
    others = (make_label(title, why, *last), make_label(short, "", *first), make_label(short, "", *last))
    return Hull(bond.group, path, make_label(title, why, *first), others)


def _place_title(board: Board, label: Label, others: Iterable[Label]) -> Label:
    """A hull's title where it finds a place first."""
    for candidate in (label, *others):
        placed = board.place_label(candidate)
        if placed.is_shown:
            return placed
    return label


def _split_runs(columns: Iterable[int]) -> list[list[int]]:
    """Split columns into runs of adjacent ones: an outline across a column without members would enclose other groups' nodes."""
    runs: list[list[int]] = []
    for column in columns:
        if runs and column == runs[-1][-1] + 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    return runs


def _draw_border(spans: Sequence[Span]) -> str:
    corners = [corner for left, right, top, _ in spans for corner in ((left, top), (right, top))]
    corners += [corner for left, right, _, low in spans[::-1] for corner in ((right, low), (left, low))]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "z"


def find_bonded(view: ChartView, bond: ChartBond) -> frozenset[str]:
    """The accounts that a bond is about: those that share its first thing, where it rests on one, else all of the group that are
    drawn.
    """
    names = view.front.names if view.front else frozenset()
    own = frozenset(
        node.id
        for node in view.nodes
        if node.group == bond.group
        and node.id in names
        and node.hop is not None
        and "victim" not in node.marks
    )
    return own.intersection(bond.shared[0].by) if bond.shared else own


def sum_received(view: ChartView, accounts: Collection[str]) -> int:
    """Satang that these accounts received from outside them."""
    return sum(tie.traced for tie in view.ties if tie.end in accounts and tie.start not in accounts)


def format_hull_title(group: int, members: Collection[ChartThing], view: ChartView, say: Say) -> str:
    """The group's name, accounts and amount: `Group 1: 3 accounts, 231,000`."""
    accounts = sum(one.kind == ACCOUNT for one in members)
    count = say.catalog.ngettext("%(num)s account", "%(num)s accounts", accounts) % {
        "num": say.count(accounts)
    }
    received = sum_received(view, {one.key for one in members})
    return f"{format_group_name(group, say)}: {count}, {format_sum(received, view.currency, say)}"


def explain_bond(bond: ChartBond, say: Say) -> str:
    """Why the accounts form a group: the thing they share, else how many payment ways they have and chance would put there."""
    ngettext = say.catalog.ngettext
    if bond.shared:
        shared_thing = bond.shared[0]
        words = ngettext(
            "%(num)s account has one %(thing)s", "%(num)s accounts have one %(thing)s", len(shared_thing.by)
        )
        return words % {
            "num": say.count(len(shared_thing.by)),
            "thing": make_chart_words(say).format_kind(shared_thing.kind).lower(),
        }
    return ngettext(
        "%(num)s payment way; %(chance)s expected by chance",
        "%(num)s payment ways; %(chance)s expected by chance",
        bond.within,
    ) % {"num": say.count(bond.within), "chance": f"{bond.by_chance:.1f}"}


def _draw_lines(
    view: ChartView,
    say: Say,
    things: Mapping[str, ChartThing],
    sums: Sums,
    at: Points,
    radius: Mapping[str, float],
    shrunk: float,
    board: Board,
) -> tuple[ChartLine, ...]:
    """One line per pair and direction, money separate from other ties; the widest are drawn first, below the others."""
    widths = {
        key: max(THINNEST, key[2] * satang / 100 / BY_WIDTH * shrunk**2)
        for key, (satang, _, _) in sums.items()
    }
    leaves, comes = _stack_lines(widths, at, 0), _stack_lines(widths, at, 1)
    order = sorted(sums, key=lambda key: (not key[2], -sums[key][0], key))
    lines: list[ChartLine] = []
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
        path, points = _bend_line(x0, y0, x1, y1)
        label = None
        if (widths[key] >= NAMED or not money) and len(lines) < MOST_NAMED:
            label = board.place_on_line(make_label(words, "", *points[0], 0.0, "m"), points)
        lines.append(ChartLine(start, end, path, round(widths[key], 1), tone, words, label))
    return tuple(lines)


def choose_line_tone(end: ChartThing, money: bool) -> str:
    """The colour of a line by where its money went: on the trail, out of reach, or to an honest shop; "tie" without money."""
    if not money:
        return "tie"
    if end.hop is None and "exited" in end.marks:
        return "gone"
    return "shop" if "shop" in end.marks else "money"


def _stack_lines(
    widths: Mapping[tuple[str, str, bool], float], at: Points, side: int
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


def _bend_line(x0: float, y0: float, x1: float, y1: float) -> tuple[str, list[tuple[float, float]]]:
    """The SVG path of a line, and points on it for its label: an S between columns, a bow to the right within one."""
    middle = (x0 + x1) / 2
    if abs(x1 - x0) > BACK:
        points = []
        for t in (0.5, 0.38, 0.62, 0.28, 0.72):
            # The point at t of the cubic Bézier curve whose control points are at half the width (Bernstein
            # polynomials).
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            points.append((a * x0 + (b + c) * middle + d * x1, (a + b) * y0 + (c + d) * y1))
        return f"M{x0:.1f} {y0:.1f}C{middle:.1f} {y0:.1f} {middle:.1f} {y1:.1f} {x1:.1f} {y1:.1f}", points
    out = max(x0, x1) + 24 + abs(y1 - y0) / 6
    path = f"M{x0:.1f} {y0:.1f}C{out:.1f} {y0:.1f} {out:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
    return path, [(out - 14, (y0 + y1) / 2)]


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
