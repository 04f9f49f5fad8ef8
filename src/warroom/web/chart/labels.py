"""Places the labels of a drawing so that none lies on another or on a dot: the most important first. What finds no place is
hidden, and shown when its dot is pointed at, focused or zoomed in on. The browser does the same again at every zoom, with the
same measures (`frontend/src/chart/labels.ts`).
"""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

NAME_SIZE, SUB_SIZE = 13.0, 11.0
"""Pixels of the two lines of a label."""
Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""
# Widths of IBM Plex Sans in parts of the size, rounded up: a label measured too wide is better than two on each other.
NARROW, WIDE = frozenset(" ,.:;·'|!()iljIft-"), frozenset("mwMW%@—…")
CELL = 64.0
"""Pixels of a square of the board: about a label's width, so that few are looked at."""


@dataclass(frozen=True, slots=True)
class Side:
    """Where a label stands: how far its point lies from the dot's middle, in radii; x and the two lines' y in pixels from that
    point; and how its text is anchored.
    """

    along: tuple[float, float]
    x: float
    name_y: float
    sub_y: float
    anchor: str


SIDES = {
    "r": Side((1, 0), 7, -1, 13, "start"),
    "l": Side((-1, 0), -7, -1, 13, "end"),
    "b": Side((0, 1), 0, 15, 28, "middle"),
    "a": Side((0, -1), 0, -20, -7, "middle"),
    "t": Side((0, -1), 0, -20, -6, "start"),
    "u": Side((0, 1), 0, 14, 27, "start"),
    "m": Side((0, 0), 0, 4, 4, "middle"),
}
"""Right of a dot, left, below, above; the title over a hull, or under it; and the middle of a line."""


@dataclass(frozen=True, slots=True)
class Label:
    """Words beside a dot with this middle and radius, on one of the `sides` that they may stand on. `width` is in pixels."""

    name: str
    sub: str
    x: float
    y: float
    radius: float
    sides: str
    width: float
    side: str = "r"
    is_shown: bool = False

    @property
    def chosen_side(self) -> Side:
        return SIDES[self.side]

    @property
    def text_point(self) -> tuple[float, float]:
        """The point that the lines are written from."""
        return self.x + self.chosen_side.along[0] * self.radius, self.y + self.chosen_side.along[
            1
        ] * self.radius


def measure_text(text: str, size: float) -> float:
    """The width of a text in pixels, or a little more."""
    return size * sum(map(_measure_sign, text))


def _measure_sign(sign: str) -> float:
    if unicodedata.category(sign) in ("Mn", "Cf"):
        return 0.0
    if sign in NARROW:
        return 0.4
    return 0.95 if sign in WIDE else 0.72 if sign.isupper() else 0.63


def make_label(name: str, sub: str, x: float, y: float, radius: float, sides: str) -> Label:
    """A label not placed yet."""
    width = max(measure_text(name, NAME_SIZE), measure_text(sub, SUB_SIZE))
    return Label(name, sub, x, y, radius, sides, width, sides[0])


def find_box(label: Label, side: str) -> Box:
    """The rectangle of a label on one of its sides, with a little air around it."""
    place = SIDES[side]
    x, y = label.x + place.along[0] * label.radius + place.x, label.y + place.along[1] * label.radius
    left = {"start": 0.0, "end": -label.width, "middle": -label.width / 2}[place.anchor]
    top, low = (place.name_y - 12, place.sub_y + 4) if label.sub else (place.name_y - 10, place.name_y + 4)
    return x + left - 2, y + top, x + left + label.width + 2, y + low


class Board:
    """The rectangles that are taken."""

    def __init__(self) -> None:
        self._taken: dict[tuple[int, int], list[Box]] = defaultdict(list)

    def take_box(self, box: Box) -> None:
        for cell in _list_cells(box):
            self._taken[cell].append(box)

    def has_room(self, box: Box) -> bool:
        return not any(_is_overlap(box, other) for cell in _list_cells(box) for other in self._taken[cell])

    def place_label(self, label: Label) -> Label:
        """The label on the first of its sides that is free, shown; or hidden on its first side."""
        for side in label.sides:
            box = find_box(label, side)
            if self.has_room(box):
                self.take_box(box)
                return _put_on_side(label, side, True)
        return _put_on_side(label, label.sides[0], False)

    def place_on_line(self, label: Label, points: Sequence[tuple[float, float]]) -> Label:
        """The label at the first of these points that is free, shown; or hidden at the first."""
        for x, y in points:
            there = Label(label.name, label.sub, x, y, 0.0, label.sides, label.width, label.side)
            box = find_box(there, there.side)
            if self.has_room(box):
                self.take_box(box)
                return _put_on_side(there, there.side, True)
        return label


def _put_on_side(label: Label, side: str, is_shown: bool) -> Label:
    return Label(
        label.name, label.sub, label.x, label.y, label.radius, label.sides, label.width, side, is_shown
    )


def _list_cells(box: Box) -> list[tuple[int, int]]:
    left, top, right, low = (int(edge // CELL) for edge in box)
    return [(x, y) for x in range(left, right + 1) for y in range(top, low + 1)]


def _is_overlap(box: Box, other: Box) -> bool:
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
