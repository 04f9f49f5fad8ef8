"""Computes the shapes of the river: each lane's money over time, the answers of banks and officers, and ribbons between lanes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from warroom.cases.known_until import KnownUntil
from warroom.cases.views import HoldView
from warroom.web.cases.river.axis import Axis
from warroom.web.cases.rows import CaseTableRow, Place

FlowKind = Literal["still", "held", "gone", "spent", "beyond", "freed", "declined", "unknown"]
WIDTH, LEFT, RIGHT, ROW = 476.0, 10.0, 466.0, 36.0
NOW_WORDS, CLOCK_WORDS, SPAN_WORDS = 70.0, 20.0, 34.0
"""Widths in units: of "now 14:12" at the end of the axis, half of a time, and half of a span ("+2 h 30 min")."""
APART_WORDS = 110.0
"""Units between two labels of the axis: a few are enough to read it by."""
THINNEST, SCALE, THICKEST = 1.6, 13.0, 26.0
HOLLOW = 7.0
"""Thickness of the empty outline that stands for released or declined money."""
STRONG = 5
"""Ribbons that are always drawn in full, the thickest: all of twenty holds would hide the lanes."""
MERGE = 4.0
"""Ribbons between the same lanes closer than this many units are drawn as one, and so are a lane's changes if they are many."""
MOST_RIBBONS = 300
"""More than these are merged further: a trail of 20,000 payments would be megabytes of lines that nobody can tell apart."""
APART = timedelta(minutes=5)
"""If a bank's records end this much before those of the others, its lane is hatched from there on. Chosen, not measured."""
OF_END: Mapping[str, FlowKind] = {"spent": "spent", "exited": "gone", "beyond_horizon": "beyond"}


@dataclass(frozen=True, slots=True)
class RiverBar:
    """A segment of a lane. `thinner`: drawn thinner than to scale, because it would not fit."""

    kind: FlowKind
    x: float
    y: float
    width: float
    height: float
    thinner: bool = False


@dataclass(frozen=True, slots=True)
class Ribbon:
    """Money moving from one lane to another: an SVG path with stroke width `width`. `rows`: the keys of both lanes' rows;
    `faint` ones are drawn in full only while one of their rows is lit.
    """

    path: str
    width: float
    kind: FlowKind
    satang: int
    minute: float
    rows: tuple[str, str] = ("", "")
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """The shapes of one row: bars, the ring at a bank's answer, the branch of money that had left; `asked`: the bank owes an answer."""

    row: CaseTableRow
    y: float
    bars: tuple[RiverBar, ...]
    ring: float | None = None
    branch: str = ""
    branch_width: float = 0.0
    asked: bool = False


@dataclass(frozen=True, slots=True)
class River:
    """All shapes of the drawing, in user units. `known_x`: the end of the known records. `turn`: (x, minutes) from where on the
    axis is even, None where it has one scale.
    """

    height: float
    lanes: tuple[Lane, ...]
    ribbons: tuple[Ribbon, ...]
    marks: tuple[tuple[float, float], ...]
    known_x: float
    now_x: float
    compressed: bool
    turn: tuple[float, float] | None = None

    @property
    def labels(self) -> tuple[tuple[float, float], ...]:
        """The marks whose labels overlap neither each other nor the label "now" at the end."""
        half = SPAN_WORDS if self.compressed else CLOCK_WORDS
        kept, end = list(self.marks[:1]), LEFT + 2 * CLOCK_WORDS
        last = self.now_x - NOW_WORDS if self.turn is None else self.turn[0] - CLOCK_WORDS
        for x, minutes in self.marks[1:]:
            if end <= x - half and x + half <= last:
                kept.append((x, minutes))
                end = x + max(half, APART_WORDS - half)
        # Its own label: a time of day, since from here on the officer's clock counts.
        return tuple(kept) if self.turn is None else (*kept, self.turn)


@dataclass(frozen=True, slots=True)
class _RiverScene:
    """The scales shared by all lanes."""

    axis: Axis
    started: datetime
    now: float
    known: KnownUntil
    largest: int

    def to_minute(self, moment: datetime) -> float:
        return min(self.now, max(0.0, (moment - self.started).total_seconds() / 60))

    def to_x(self, minute: float) -> float:
        return self.axis.to_x(minute)

    def scale_thickness(self, satang: int) -> tuple[float, bool]:
        """The thickness of an amount, and whether it is thinner than to scale."""
        wanted = SCALE * satang / self.largest
        return min(THICKEST, max(THINNEST, wanted)), wanted > THICKEST


def draw_river(
    trail: dict[str, Any],
    rows: list[CaseTableRow],
    known: KnownUntil,
    now: datetime,
    reported_at: datetime | None = None,
) -> River:
    """The river of a trail with these rows as its lanes, up to `now`. The end of its axis belongs to the time since the first
    order, before one was given to that since the report.
    """
    started = datetime.fromisoformat(trail["started_at"])
    # At least one minute: an axis of length zero would divide by zero.
    span = max(1.0, (now - started).total_seconds() / 60)
    since = find_first_order(rows) or reported_at
    turn = (since - started).total_seconds() / 60 if since is not None else None
    axis = Axis(LEFT, RIGHT, span, turn)
    largest = max((row.amount for row in rows if row.sort not in ("victim", "passed", *OF_END)), default=1)
    scene = _RiverScene(axis, started, span, known, max(1, largest))
    flows = _list_flows(trail, rows, scene)
    moves = _list_moves(flows, len(rows))
    lanes = tuple(_draw_lane(row, ROW * (at + 0.5), moves[at], scene) for at, row in enumerate(rows))
    seen = known.seen or datetime.fromisoformat(trail["as_of"])
    return River(
        height=ROW * len(rows),
        lanes=lanes,
        ribbons=_draw_ribbons(flows, rows, scene),
        marks=tuple((round(x, 1), minutes) for x, minutes in axis.list_marks()),
        known_x=round(scene.to_x(scene.to_minute(seen)), 1),
        now_x=RIGHT,
        compressed=axis.compressed,
        turn=None if (at := axis.break_minute) is None else (round(axis.to_x(at), 1), at),
    )


def find_first_order(rows: Iterable[CaseTableRow]) -> datetime | None:
    """When the first hold of these rows was approved; None where none was."""
    return min((row.hold.approved_at for row in rows if row.hold is not None), default=None)


Moves = list[tuple[float, int]]


def _map_lanes(rows: list[CaseTableRow]) -> dict[tuple[str, Place], int]:
    """Map (kind, account) to its row, separately for where money lies and for where it ended."""
    places: dict[tuple[str, Place], int] = {}
    for at, row in enumerate(rows):
        kinds = (row.sort,) if row.sort in OF_END and not row.proposal else ("lies", "spent")
        for place in row.places:
            for kind in kinds:
                places.setdefault((kind, place), at)
    return places


Flows = list[tuple[float, int, int, int, FlowKind]]


def _list_flows(trail: dict[str, Any], rows: list[CaseTableRow], scene: _RiverScene) -> Flows:
    """(minute, source row, target row, satang, kind) of each step between two lanes, in order of time."""
    places = _map_lanes(rows)
    flows: Flows = []
    for step in trail["steps"]:
        source = places.get(("lies", (step["payer"]["bank"], step["payer"]["number"])))
        target = places.get((step["end"] or "lies", (step["payee"]["bank"], step["payee"]["number"])))
        # Steps within one lane (a folded row) have no ribbon.
        if source is None or target is None or source == target:
            continue
        minute = scene.to_minute(datetime.fromisoformat(step["time"]))
        flows.append((minute, source, target, step["traced"], OF_END.get(step["end"] or "", "still")))
    return sorted(flows)


def _list_moves(flows: Flows, rows: int) -> list[Moves]:
    """For each row (minute, satang) of its inflows (> 0) and outflows (< 0)."""
    moves: list[Moves] = [[] for _ in range(rows)]
    for minute, source, target, satang, _ in flows:
        moves[source].append((minute, -satang))
        moves[target].append((minute, satang))
    return moves


def _draw_lane(row: CaseTableRow, y: float, moves: Moves, scene: _RiverScene) -> Lane:
    kind = OF_END.get(row.sort, "still")
    if row.sort == "victim":
        return Lane(row, y, (RiverBar("still", 4, y - 12, 10, 24),))
    levels = _thin_levels(_compute_levels(moves), scene)
    until = _find_records_end_minute(row, scene)
    bars = _draw_bars(levels, y, until, kind, row, scene)
    hold = row.hold
    if hold is not None and (answer := find_answer_time(hold)) is not None:
        return _draw_answered_lane(row, hold, answer, y, bars, scene)
    if hold is not None and hold.ended_at is not None:
        return Lane(row, y, (*bars, _draw_hollow_bar("freed", hold.ended_at, y, scene)))
    if row.sort == "declined" and row.proposal is not None and row.proposal.decided_at is not None:
        return Lane(row, y, (*bars, _draw_hollow_bar("declined", row.proposal.decided_at, y, scene)))
    return Lane(row, y, bars, asked=row.sort in ("asked", "silent"))


def _find_records_end_minute(row: CaseTableRow, scene: _RiverScene) -> float:
    """The minute up to which a lane is drawn from the records; after it, the answer of a bank or officer is drawn."""
    hold, decided = row.hold, row.proposal.decided_at if row.proposal is not None else None
    moments = [scene.now]
    if hold is not None and (answer := find_answer_time(hold)) is not None:
        moments.append(scene.to_minute(answer))
    elif hold is not None and hold.ended_at is not None:
        moments.append(scene.to_minute(hold.ended_at))
    elif row.sort == "declined" and decided is not None:
        moments.append(scene.to_minute(decided))
    return min(moments)


def find_answer_time(hold: HoldView) -> datetime | None:
    """The time of the bank's first answer to the hold order; None if there is none."""
    first = {order.order_id for order in hold.orders if order.kind == "hold"}
    said = [one.time for one in hold.answers if one.order_id in first and one.status != "received"]
    return min(said, default=None)


def _compute_levels(moves: Moves) -> Moves:
    """(minute, satang in the lane from then on), one entry for each minute with a change."""
    levels: Moves = []
    level = 0
    for minute, satang in moves:
        # The trail leaves out small steps, so outflows may exceed the inflows seen; a level is never
        # negative.
        level = max(0, level + satang)
        if levels and levels[-1][0] == minute:
            levels[-1] = (minute, level)
        else:
            levels.append((minute, level))
    return levels


def _thin_levels(levels: Moves, scene: _RiverScene) -> Moves:
    """At most two levels in `MERGE` units: of more the largest, and the last, which goes on."""
    columns: dict[int, Moves] = defaultdict(list)
    for minute, satang in levels:
        columns[int(scene.to_x(minute) / MERGE)].append((minute, satang))
    thinned: Moves = []
    for column in columns.values():
        largest = (column[0][0], max(satang for _, satang in column))
        thinned += column if len(column) <= 2 else (largest, column[-1])
    return thinned


def _draw_bars(
    levels: Moves, y: float, until: float, kind: FlowKind, row: CaseTableRow, scene: _RiverScene
) -> tuple[RiverBar, ...]:
    """A lane's money as consecutive bars; "unknown" from where its bank's records end long before those of the others."""
    bars = []
    ends = scene.known.find_for_bank(row.bank) if row.bank else None
    late = ends is not None and scene.known.seen is not None and scene.known.seen - ends > APART
    silent_from = scene.to_minute(ends) if late and ends is not None and kind == "still" else until
    # A lane without steps has no levels and no bars; the bank's answer is drawn by `_draw_answered_lane`
    # all the same.
    for (minute, satang), (after, _) in zip(levels, [*levels[1:], (until, 0)], strict=False):
        start, stop = min(minute, until), min(after, until)
        if not satang or stop <= start:
            continue
        for piece_kind, low, high in (
            (kind, start, min(stop, max(start, silent_from))),
            ("unknown", max(start, min(stop, silent_from)), stop),
        ):
            if high > low:
                bars.append(_draw_bar(piece_kind, low, high, satang, y, scene))
    return tuple(bars)


def _draw_bar(
    kind: FlowKind, start: float, stop: float, satang: int, y: float, scene: _RiverScene
) -> RiverBar:
    thick, thinner = scene.scale_thickness(satang)
    x = scene.to_x(start)
    return RiverBar(
        kind, round(x, 1), round(y - thick / 2, 2), round(scene.to_x(stop) - x, 1), round(thick, 2), thinner
    )


def _draw_hollow_bar(kind: FlowKind, since: datetime, y: float, scene: _RiverScene) -> RiverBar:
    x = scene.to_x(scene.to_minute(since))
    return RiverBar(kind, round(x, 1), y - HOLLOW / 2, round(max(2.0, RIGHT - x), 1), HOLLOW)


def _draw_answered_lane(
    row: CaseTableRow,
    hold: HoldView,
    answer: datetime,
    y: float,
    bars: tuple[RiverBar, ...],
    scene: _RiverScene,
) -> Lane:
    """Draw a lane with the bank's answer: the held part goes on, and what had left branches off."""
    answered_minute, ended = scene.to_minute(answer), hold.ended_at
    stop = scene.to_minute(ended) if ended is not None else scene.now
    after: list[RiverBar] = []
    if hold.held and stop > answered_minute:
        after.append(_draw_bar("held", answered_minute, stop, hold.held, y, scene))
    if ended is not None:
        after.append(_draw_hollow_bar("freed", ended, y, scene))
    left = (
        hold.amount - hold.held
        if hold.state in ("partly", "refused") and hold.held + hold.left_by_word
        else 0
    )
    x = scene.to_x(answered_minute)
    if not left:
        return Lane(row, y, (*bars, *after), ring=round(x, 1))
    width = min(12.0, scene.scale_thickness(left)[0])
    bend = min(x + 18, RIGHT)
    path = f"M{x:.1f} {y - 2:.1f}C{(x + bend) / 2:.1f} {y - 2:.1f} {(x + bend) / 2:.1f} {y - 12:.1f} {bend:.1f} {y - 12:.1f}H{RIGHT:.1f}"
    return Lane(row, y, (*bars, *after), ring=round(x, 1), branch=path, branch_width=round(width, 1))


Group = list[tuple[float, int, FlowKind]]


def _merge_flows(flows: Flows, scene: _RiverScene) -> dict[tuple[int, int, int], Group]:
    """The flows of each ribbon."""
    # Grouped by x and not by minute: on the compressed axis, hours of a late day have nearly the same x.
    placed = [(scene.to_x(flow[0]), flow) for flow in flows]
    width = MERGE
    while True:
        merged: dict[tuple[int, int, int], Group] = defaultdict(list)
        for x, (minute, source, target, satang, kind) in placed:
            merged[source, target, int(x / width)].append((minute, satang, kind))
        # One for each pair of lanes is the fewest.
        if len(merged) <= MOST_RIBBONS or width > RIGHT:
            return merged
        width *= 2


def _draw_ribbons(flows: Flows, rows: list[CaseTableRow], scene: _RiverScene) -> tuple[Ribbon, ...]:
    merged = _merge_flows(flows, scene)
    ribbons = [
        _draw_ribbon(source, target, group, rows, scene)
        for (source, target, _), group in sorted(merged.items())
    ]
    strong = sorted(range(len(ribbons)), key=lambda at: -ribbons[at].satang)[:STRONG]
    return tuple(replace(ribbon, faint=at not in strong) for at, ribbon in enumerate(ribbons))


def _draw_ribbon(
    source: int,
    target: int,
    group: Group,
    rows: list[CaseTableRow],
    scene: _RiverScene,
) -> Ribbon:
    """An S-curve from one lane to the other, ending at the time of the transfer."""
    minute, _, kind = group[0]
    satang = sum(amount_satang for _, amount_satang, _ in group)
    width = round(min(22.0, scene.scale_thickness(satang)[0]), 1)
    x = scene.to_x(minute)
    start = max(9.0 if rows[source].sort == "victim" else LEFT, x - max(9.0, width * 0.6))
    y0, y1 = ROW * (source + 0.5), ROW * (target + 0.5)
    bend = (start + x) / 2 + 4
    path = f"M{start:.1f} {y0:.1f}C{bend:.1f} {y0:.1f} {start:.1f} {y1:.1f} {x:.1f} {y1:.1f}"
    return Ribbon(path, width, kind, satang, minute, (rows[source].key, rows[target].key))
