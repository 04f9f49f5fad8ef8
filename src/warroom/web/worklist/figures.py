"""The tiles and figures of the board, with their small drawings."""

from dataclasses import dataclass
from datetime import timedelta

from warroom.room.queue.views import CaseQueue
from warroom.room.today.queries import Today
from warroom.room.today.views import HourlySeries, LastHour
from warroom.web.kit.formats import Say
from warroom.web.queue.lines import format_forecast

WIDTH, HEIGHT, EDGE = 120.0, 26.0, 2.0
# Units of the drawing: the width of one slice of time, and the base line of its bar.
SLICE = 20.0
BAR = 40.0
# Circles in the width of a slice; more would reach into the next one.
MOST_CIRCLES = 4
# Between two marks of the time axis.
HALF = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A line by the hour and the band of what is usual, as points of an SVG 120 by 26."""

    line: str
    band: str


@dataclass(frozen=True, slots=True)
class LastHourBars:
    """The last hour as paths of strokes in an SVG 242 by 42: reports, held and gone."""

    reports: str
    held: str
    gone: str


class DayFigures:
    """The figures around the queue for one reader."""

    def __init__(self, today: Today, queue: CaseQueue, say: Say) -> None:
        self.day, self.hour, self.room, self.silent = today.day, today.hour, today.room, today.silent
        self.queue, self.say = queue, say

    def draw_sparkline(self, line: HourlySeries) -> Sparkline | None:
        """Draw a series with at least two hours; None for a shorter one."""
        return draw_sparkline(line)

    def format_forecast(self, satang: float) -> str:
        return format_forecast(satang, self.say)

    def format_minutes(self, minutes: float | None) -> str:
        """A median in words, or a text that there is none yet."""
        return self.say.minutes(minutes) if minutes is not None else "–"

    def format_hours(self, hours: float) -> str:
        """Hours, with one decimal if they are few."""
        return f"{hours:,.1f}" if hours < 100 else f"{hours:,.0f}"

    @property
    def late_summary(self) -> str:
        """The worst delay: a silent bank by name, else the number of overdue tasks."""
        _, queue = self.say.catalog.gettext, self.queue
        if silent := next((bank for bank in self.silent if bank.asks), None):
            over = self.say.span(self.say.now - silent.since)
            return _("{bank} silent, {span} over").format(bank=silent.bank, span=over)
        late = next((row for row in queue.rows if row.late and row.pill.bank), None)
        return _("call {bank}").format(bank=late.pill.bank) if late else ""

    @property
    def bars(self) -> LastHourBars:
        """Draw the last hour: both amounts on one scale, reports on another."""
        slices = self.hour.slices
        most = max((max(time_slice.held, time_slice.gone) for time_slice in slices), default=0) or 1
        many = max((time_slice.reports for time_slice in slices), default=0) or 1
        return LastHourBars(
            _draw_strokes([time_slice.reports / many for time_slice in slices], 4),
            _draw_strokes([time_slice.held / most for time_slice in slices], 10),
            _draw_strokes([time_slice.gone / most for time_slice in slices], 16),
        )

    @property
    def bars_words(self) -> str:
        """The last hour in words, the drawing's text alternative."""
        pattern = self.say.catalog.gettext("{time}: reports {reports}, held {held}, gone {gone}")
        return "; ".join(
            pattern.format(
                time=f"{self.say.to_local(time_slice.start):%H:%M}",
                reports=self.say.count(time_slice.reports),
                held=self.say.headline(time_slice.held),
                gone=self.say.headline(time_slice.gone),
            )
            for time_slice in self.hour.slices
        )


@dataclass(frozen=True, slots=True)
class WallColumn:
    """Five minutes on the wall: the heights of two bars, and a circle per report, at most `MOST_CIRCLES`."""

    x: float
    held: float
    gone: float
    circles: tuple[float, ...]


class WallDrawing:
    """The last hour as the wall draws it, in an SVG 1062 by 132."""

    def __init__(self, hour: LastHour, say: Say) -> None:
        self.hour, self.say = hour, say
        most = max((max(time_slice.held, time_slice.gone) for time_slice in hour.slices), default=0) or 1
        self.columns = tuple(
            WallColumn(
                6 + 88.0 * place,
                66 * time_slice.held / most,
                66 * time_slice.gone / most,
                tuple(18 + 88.0 * place + 17 * at for at in range(min(time_slice.reports, MOST_CIRCLES))),
            )
            for place, time_slice in enumerate(hour.slices)
        )

    def format_times(self) -> tuple[str, str, str]:
        """The start, middle and end of the hour."""
        first = self.hour.slices[0].start
        moments = (first, first + HALF, first + 2 * HALF)
        return tuple(f"{self.say.to_local(one):%H:%M}" for one in moments)  # type: ignore[return-value]


def draw_sparkline(line: HourlySeries) -> Sparkline | None:
    """Draw a series on a scale of its own from zero, with the band of usual values behind it."""
    if len(line.points) < 2 or not any(line.points):
        return None
    most = max((*line.points, *line.high)) or 1.0
    step = WIDTH / (len(line.points) - 1)

    def format_points(values: tuple[float, ...]) -> list[str]:
        drawn = (HEIGHT - EDGE) - 0.0
        return [
            f"{at * step:.0f},{HEIGHT - EDGE / 2 - (drawn - EDGE) * one / most:.1f}"
            for at, one in enumerate(values)
        ]

    band = [*format_points(line.high), *reversed(format_points(line.low))]
    return Sparkline(" ".join(format_points(line.points)), " ".join(band))


def _draw_strokes(shares: list[float], at: int) -> str:
    """Vertical strokes, one per slice of time; none for 0."""
    return "".join(
        f"M{at + SLICE * place:.0f} {BAR:.0f}v-{max(1.5, 36 * share):.1f}"
        for place, share in enumerate(shares)
        if share > 0
    )
