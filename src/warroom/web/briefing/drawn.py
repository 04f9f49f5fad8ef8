"""The chart of a briefing: reported, held and gone above the axis, released below it, the usual range behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from warroom.room.briefing.views import BriefingHour
from warroom.web.kit.formats import Say

WIDTH, HEIGHT, BELOW = 880.0, 220.0, 48.0
"""Of the drawing in its own units; `BELOW` is kept for what was released and for the times."""
# Labels of times: more would overlap on a phone. Chosen, not measured.
LABELS = 6


@dataclass(frozen=True, slots=True)
class BriefingBar:
    """One hour (day, week): places and heights in the drawing's units, and what it is in words."""

    x: float
    width: float
    held: float
    gone: float
    released: float
    reported: float
    label: str
    said: BriefingHour


@dataclass(frozen=True, slots=True)
class BriefingDrawing:
    """All bars, lines of the scale as (height, satang), and the usual as the points of a polygon ("" where unknown)."""

    bars: tuple[BriefingBar, ...]
    lines: tuple[tuple[float, int], ...]
    usual: str


def draw_briefing(hours: Sequence[BriefingHour], say: Say) -> BriefingDrawing:
    """The period's drawing; the same scale above and below the line, so that what was given back is seen for what it is."""
    top = (
        max(
            (max(hour.reported, hour.held + hour.gone, hour.high or 0, hour.released) for hour in hours),
            default=0,
        )
        or 1
    )
    scale, step = (HEIGHT - 10) / top, WIDTH / max(1, len(hours))
    every = -(-len(hours) // LABELS)
    daily = len(hours) > 1 and hours[1].at - hours[0].at >= timedelta(days=1)
    bars = tuple(
        BriefingBar(
            x=round(place * step + 0.2 * step, 1),
            width=round(0.6 * step, 1),
            held=round(hour.held * scale, 1),
            gone=round(hour.gone * scale, 1),
            released=round(min(hour.released * scale, BELOW - 22), 1),
            reported=round(HEIGHT - hour.reported * scale, 1),
            label=_format_label(hour, say, daily=daily) if place % every == 0 else "",
            said=hour,
        )
        for place, hour in enumerate(hours)
    )
    return BriefingDrawing(bars, tuple(_list_scale_lines(top, scale)), _draw_usual_band(hours, scale, step))


def _format_label(one: BriefingHour, say: Say, *, daily: bool) -> str:
    here = say.to_local(one.at)
    return say.format_day(here) if daily else f"{here:%H:%M}"


def _list_scale_lines(top: int, scale: float) -> list[tuple[float, int]]:
    """Two or three round amounts to read the heights by."""
    unit = 10 ** max(2, len(str(top // 2)) - 1)
    step = max(1, top // 2 // unit) * unit
    return [(round(HEIGHT - amount * scale, 1), amount) for amount in range(step, top + 1, step)][:4]


def _draw_usual_band(found: Sequence[BriefingHour], scale: float, step: float) -> str:
    if not found or any(one.low is None or one.high is None for one in found):
        return ""
    at = [(round((place + 0.5) * step, 1), one) for place, one in enumerate(found)]
    upper = [f"{x},{HEIGHT - (one.high or 0) * scale:.1f}" for x, one in at]
    lower = [f"{x},{HEIGHT - (one.low or 0) * scale:.1f}" for x, one in reversed(at)]
    return " ".join(upper + lower)
