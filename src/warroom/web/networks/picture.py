"""The picture of a group: who is tied most in the middle, the others on rings around it, one mark a member.

Rings and no forces: three hundred members never lie on each other, and the same group is drawn the same. A member's angle is that of its neighbours
further in, so that ties are short.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from warroom.room.networks.views import GroupMember, GroupTie

APART = 26.0
"""Between two marks on a ring, and between rings, in the picture's units."""
NAMED = 12
"""Members whose place is written beside their mark: those with the most ties."""


@dataclass(frozen=True, slots=True)
class MemberDot:
    """A member's mark: where, how large, its tone, and its place in the table where it is written."""

    place: int
    x: float
    y: float
    radius: float
    tone: str
    label: str


@dataclass(frozen=True, slots=True)
class TieLine:
    """The ties of two members as one line."""

    start: int
    end: int
    x1: float
    y1: float
    x2: float
    y2: float
    layer: str


@dataclass(frozen=True, slots=True)
class GroupPicture:
    """A square picture of this width, the middle at 0, 0."""

    width: float
    dots: tuple[MemberDot, ...]
    lines: tuple[TieLine, ...]


def draw_group(members: Sequence[GroupMember], ties: Sequence[GroupTie]) -> GroupPicture:
    """The picture of a group; of several ties of two members the rarest layer colours the line."""
    near: dict[int, set[int]] = defaultdict(set)
    for tie in ties:
        near[tie.start].add(tie.end)
        near[tie.end].add(tie.start)
    order = sorted((member.place for member in members), key=lambda place: (-len(near[place]), place))
    points = _place_on_rings(order, near)
    named = set(order[:NAMED])
    dots = tuple(
        MemberDot(
            member.place,
            *points[member.place],
            4 + min(6.0, math.sqrt(len(near[member.place]))),
            _choose_tone(member),
            str(member.place + 1) if member.place in named else "",
        )
        for member in members
    )
    outer = max((math.hypot(*point) for point in points.values()), default=0.0)
    return GroupPicture(2 * (outer + APART), dots, _draw_lines(ties, points))


def _choose_tone(member: GroupMember) -> str:
    if member.grounds:
        return "ground"
    return "person" if member.kind in ("holder", "account") else "thing"


def _place_on_rings(order: Sequence[int], near: dict[int, set[int]]) -> dict[int, tuple[float, float]]:
    points: dict[int, tuple[float, float]] = {}
    angles: dict[int, float] = {}
    at, ring = 0, 0
    while at < len(order):
        room = 1 if ring == 0 else max(6, int(2 * math.pi * ring * APART / APART))
        inside = list(order[at : at + room])
        # Towards the neighbours that have a place already.
        inside.sort(key=lambda place: (_find_angle(place, near, angles), place))
        for number, place in enumerate(inside):
            angle = 2 * math.pi * number / len(inside) + 0.3 * ring
            angles[place] = angle % (2 * math.pi)
            points[place] = (ring * APART * math.cos(angle), ring * APART * math.sin(angle))
        at, ring = at + room, ring + 1
    return points


def _find_angle(place: int, near: dict[int, set[int]], angles: dict[int, float]) -> float:
    known = [angles[other] for other in sorted(near[place]) if other in angles]
    if not known:
        return math.pi
    # The mean direction: the mean of 359 and 1 degree is 0, not 180.
    x, y = sum(map(math.cos, known)), sum(map(math.sin, known))
    return math.atan2(y, x) % (2 * math.pi)


def _draw_lines(ties: Sequence[GroupTie], points: dict[int, tuple[float, float]]) -> tuple[TieLine, ...]:
    layers: dict[tuple[int, int], str] = {}
    # The strongest statement last, so that it colours the line: money, then all others.
    for tie in sorted(ties, key=lambda tie: tie.layer != "money"):
        layers[min(tie.start, tie.end), max(tie.start, tie.end)] = tie.layer
    return tuple(
        TieLine(start, end, *points[start], *points[end], layer)
        for (start, end), layer in sorted(layers.items())
    )
