"""From lanes and flows to shapes: bands, ribbons, grid and labels, as numbers for SVG attributes."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from warroom.web.cases.river.axis import Axis
from warroom.web.cases.river.lanes import Flow, Kind, Lane, lanes_of, minutes_between

TOP = 56.0
THINNEST = 1.25
THICK = 9.0
MANY_LANES = 9
# Ribbons between the same lanes closer than this many units are drawn as one.
MERGE = 4.0
NOW_HEADROOM = 1.04


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a river is drawn, in user units; `reach` is half a ribbon's run by its width."""

    width: float
    left: float
    right: float
    thickest: float
    spacing: float
    close: float
    reach: float


# Right of a lane stands what is to be done there: the longest is the sum of a loss and "not followed further".
WIDE = Shape(1200, 250, 960, 30, 52, 38, 1.25)
# For a phone held upright.
NARROW = Shape(400, 140, 290, 18, 46, 38, 0.75)


@dataclass(frozen=True, slots=True)
class Ribbon:
    """Money going from one lane to another: an SVG path stroked `width` thick."""

    path: str
    width: str
    kind: Kind
    minute: float
    satang: int


@dataclass(frozen=True, slots=True)
class Band:
    """A lane drawn: its label's lane, its y, and the outline of the money in it over time."""

    lane: Lane
    y: float
    path: str


@dataclass(frozen=True, slots=True)
class River:
    """Everything the template writes, in user units of a view box `width` by `height`."""

    width: float
    height: float
    left: float
    right: float
    bottom: float
    bands: list[Band]
    ribbons: list[Ribbon]
    marks: list[tuple[float, float]]
    now_x: float
    now_minutes: float
    compressed: bool
    folded: int


def draw(trail: dict[str, Any], shape: Shape = WIDE) -> River:
    """The river of a frozen trail (`CasePage.trail`)."""
    lanes, flows = lanes_of(trail)
    # A report within the first minute still needs an axis of some length.
    now = max(1.0, minutes_between(trail["started_at"], trail["as_of"]))
    axis = Axis(shape.left, shape.right, now * NOW_HEADROOM)
    # By the loss: a ribbon says which part of the victim's money it is, on every river alike.
    scale = shape.thickest / max(1, trail["loss"])
    spacing = shape.spacing if len(lanes) <= MANY_LANES else shape.close
    bands = [
        Band(lane, y, _outline(lane, axis, y, scale, now))
        for lane, y in ((lane, TOP + spacing * position) for position, lane in enumerate(lanes))
    ]
    bottom = TOP + spacing * max(0, len(lanes) - 1) + spacing / 2
    return River(
        width=shape.width,
        height=bottom + 44,
        left=shape.left,
        right=shape.right,
        bottom=bottom,
        bands=bands,
        ribbons=_ribbons(flows, bands, axis, scale, shape.reach),
        marks=axis.marks(),
        now_x=round(axis.x(now), 1),
        now_minutes=now,
        compressed=axis.compressed,
        folded=sum(lane.folded for lane in lanes if lane.folded > 1),
    )


def _levels(lane: Lane) -> list[tuple[float, int]]:
    """(minute, satang in the lane from then on), one entry a minute mark at which it changes."""
    levels, level = [], 0
    for minute, moves in groupby(lane.moves, key=lambda move: move[0]):
        # Steps that the trail left out may bring money in unseen; a lane is never thinner than nothing.
        level = max(0, level + sum(satang for _, satang in moves))
        levels.append((minute, level))
    return levels


def _half(satang: int, scale: float) -> float:
    return max(THINNEST, satang * scale) / 2 if satang > 0 else 0.0


def _outline(lane: Lane, axis: Axis, y: float, scale: float, now: float) -> str:
    """The lane's money as boxes end to end, mirrored about its line; a victim's lane is a stub before each
    step.
    """
    if lane.kind == "victim":
        return ""
    boxes, levels = [], _levels(lane)
    for (minute, satang), (until, _) in zip(levels, [*levels[1:], (now, 0)], strict=True):
        half, x0, x1 = _half(satang, scale), axis.x(minute), axis.x(until)
        if half and x1 > x0:
            boxes.append(f"M{x0:.1f} {y - half:.1f}H{x1:.1f}V{y + half:.1f}H{x0:.1f}Z")
    return "".join(boxes)


def _ribbons(flows: list[Flow], bands: list[Band], axis: Axis, scale: float, reach: float) -> list[Ribbon]:
    merged: dict[tuple[int, int, int], list[Flow]] = defaultdict(list)
    for flow in flows:
        # By where they are drawn and not by their minute: on a compressed axis the hours of a late day are
        # one spot.
        merged[flow.source, flow.target, int(axis.x(flow.minute) / MERGE)].append(flow)
    return [_ribbon(group, bands, axis, scale, reach) for group in merged.values()]


def _start(x: float, run: float, source: Lane, axis: Axis) -> float:
    """Where a ribbon leaves its lane: never before money came there. A victim's lane was always there."""
    wanted = x - 2 * run
    return wanted if source.kind == "victim" else min(max(wanted, axis.x(source.first)), x - 6.0)


def _ribbon(group: list[Flow], bands: list[Band], axis: Axis, scale: float, reach: float) -> Ribbon:
    """An S from the edge of one lane to the edge of the other, ending where the money arrives."""
    first, satang = group[0], sum(flow.satang for flow in group)
    width = max(THINNEST, satang * scale)
    x, run = axis.x(first.minute), max(9.0, width * reach)
    y0, y1 = bands[first.source].y, bands[first.target].y
    # A thick ribbon bends gently, or its inner edge would fold over itself; a thin one drops almost straight.
    start = _start(x, run, bands[first.source].lane, axis)
    bend = (x - start) * (0.6 if width > THICK else 1.0)
    path = f"M{start:.1f} {y0:.1f}C{start + bend:.1f} {y0:.1f} {x - bend:.1f} {y1:.1f} {x:.1f} {y1:.1f}"
    return Ribbon(path, f"{width:.1f}", first.kind, first.minute, satang)
