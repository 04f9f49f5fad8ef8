"""The frontier as a picture: hours that honest payers wait to the right, money that is asked back upwards, each with its band."""

import math
from dataclasses import dataclass

from warroom.payee.views import FrontierDay, FrontierView

WIDTH, HEIGHT = 640.0, 320.0
"""Of the drawing in its own units, margins for the scales included."""
LEFT, RIGHT, TOP, BOTTOM = 104.0, 24.0, 20.0, 56.0
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class FrontierMark:
    """One setting: its place, and the ends of its bands, in the drawing's units. `held`: the height of all that waits."""

    day: FrontierDay
    x: float
    y: float
    left: float
    right: float
    upper: float
    lower: float
    held: float


@dataclass(frozen=True, slots=True)
class FrontierDrawing:
    """All settings, the line through them, and both scales: places with hours, and with satang."""

    marks: tuple[FrontierMark, ...]
    line: str
    hours: tuple[tuple[float, float], ...]
    money: tuple[tuple[float, float], ...]


def draw_frontier(view: FrontierView) -> FrontierDrawing:
    """The three settings on one pair of scales that begin at nothing."""
    most_hours = max((day.hours.high for day in view.days), default=0.0) or 1.0
    most_money = max((max(day.saved.high, day.held.middle) for day in view.days), default=0.0) or 100.0
    hour_step, money_step = choose_step(most_hours, 5), choose_step(most_money, 4)
    across = (WIDTH - LEFT - RIGHT) / (hour_step * math.ceil(most_hours / hour_step))
    up = (HEIGHT - TOP - BOTTOM) / (money_step * math.ceil(most_money / money_step))

    def to_x(hours: float) -> float:
        return round(LEFT + hours * across, 1)

    def to_y(satang: float) -> float:
        return round(HEIGHT - BOTTOM - satang * up, 1)

    marks = tuple(
        FrontierMark(
            day,
            to_x(day.hours.middle),
            to_y(day.saved.middle),
            to_x(day.hours.low),
            to_x(day.hours.high),
            to_y(day.saved.high),
            to_y(day.saved.low),
            to_y(day.held.middle),
        )
        for day in view.days
    )
    return FrontierDrawing(
        marks,
        " ".join(f"{mark.x},{mark.y}" for mark in marks),
        tuple((to_x(at * hour_step), at * hour_step) for at in range(math.ceil(most_hours / hour_step) + 1)),
        tuple(
            (to_y(at * money_step), at * money_step) for at in range(math.ceil(most_money / money_step) + 1)
        ),
    )


def choose_step(most: float, parts: int) -> float:
    """A round step of which about `parts` reach `most`; `most` is above 0."""
    rough = most / parts
    power: float = 10.0 ** math.floor(math.log10(rough))
    return next(step for step in STEPS if step * power >= rough * 0.999) * power
