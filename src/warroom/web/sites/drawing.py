"""48 hours of power as three lines: the building, homes, factories, each as a multiple of its own mean."""

from dataclasses import dataclass
from datetime import datetime

from warroom.sites.dossier_views import LoadHour, SiteLoad

WIDTH, HEIGHT = 720.0, 200.0
LEFT, RIGHT, TOP, BOTTOM = 40.0, 712.0, 12.0, 168.0
MARKED_HOURS = 12


@dataclass(frozen=True, slots=True)
class LoadLine:
    """One line: `site`, `homes` or `factories`."""

    code: str
    path: str


@dataclass(frozen=True, slots=True)
class LoadDrawing:
    """In units of the view box; `mean` is the height of each line's own mean, `marks` moments along the axis."""

    width: float
    height: float
    lines: tuple[LoadLine, ...]
    mean: float
    low: float
    marks: tuple[tuple[float, datetime], ...]
    left: float = LEFT
    right: float = RIGHT


def draw_load(load: SiteLoad | None) -> LoadDrawing | None:
    """The drawing; None where nothing was read."""
    if load is None or not load.hours:
        return None
    values = [
        share for hour in load.hours for share in (hour.site, hour.homes, hour.factories) if share is not None
    ]
    top = max([1.5, *values])
    step = (RIGHT - LEFT) / max(1, len(load.hours) - 1)
    return LoadDrawing(
        WIDTH,
        HEIGHT,
        tuple(
            LoadLine(code, path)
            for code in ("homes", "factories", "site")
            if (path := _draw_path(load.hours, code, step, top))
        ),
        _find_height(1.0, top),
        BOTTOM,
        tuple(
            (round(LEFT + step * number, 1), load.hours[number].time)
            for number in range(0, len(load.hours), MARKED_HOURS)
        ),
    )


def _find_height(share: float, top: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * share / top, 1)


def _draw_path(hours: tuple[LoadHour, ...], code: str, step: float, top: float) -> str:
    """A line broken where nothing was read."""
    parts, is_on = [], False
    for number, hour in enumerate(hours):
        share = getattr(hour, code)
        if share is not None:
            parts.append(f"{'L' if is_on else 'M'}{LEFT + step * number:.1f} {_find_height(share, top):g}")
        is_on = share is not None
    return "".join(parts)
