"""The timeline drawing of a joint operation: what each agency does when, relative to the hour of entry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from warroom.actions.operations.views import LineView, Need, OperationView
from warroom.web.actions.operation_grid import AgencyColumn, is_in_column
from warroom.web.kit.formats import Say
from warroom.web.kit.tables import Tables

COURSE = {
    "search": (-30, 90),
    "arrest": (0, 60),
    "screening": (10, 120),
    "shelter": (60, 240),
    "languages": (10, 120),
    "children": (10, 120),
    "clinics": (-15, 120),
    "cut": (0, 240),
    "evidence": (10, 210),
    "partner": (0, 60),
    "by_hand": (0, 120),
}
"""Minutes from the hour at which each part usually begins and ends. For display only; chosen, not measured."""
STEP, WIDTH, ROW, HEAD, LABEL, EDGE = 30, 1300.0, 26.0, 30.0, 240.0, 20.0
"""Minutes between marks, and the drawing's measures in units of its view box."""


@dataclass(frozen=True, slots=True)
class OperationHourPart:
    """What an agency does from when to when; `x`, `y` and `width` in units of the drawing's view box."""

    agency: str
    what: str
    start: datetime
    end: datetime
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class OperationHourMark:
    """A moment of the drawing: its place and its words."""

    x: float
    words: str


@dataclass(frozen=True, slots=True)
class OperationHour:
    """The drawing in units of its view box; `hour` and `now` are where those moments lie, `said` what was told since."""

    width: float
    height: float
    hour: float
    now: float | None
    parts: tuple[OperationHourPart, ...]
    marks: tuple[OperationHourMark, ...]
    said: tuple[OperationHourMark, ...]


def build_hour(
    operation: OperationView,
    needs: Sequence[Need],
    columns: Sequence[AgencyColumn],
    lines: Sequence[LineView],
    say: Say,
) -> OperationHour | None:
    """The drawing; None where the plan did not say who is needed for what."""
    spans = [COURSE[need.why] for need in needs]
    if not spans:
        return None
    first = min(span[0] for span in spans) // STEP * STEP
    last = -(-max(span[1] for span in spans) // STEP) * STEP
    start, end = (operation.hour + timedelta(minutes=minutes) for minutes in (first, last))

    def compute_x(at: datetime) -> float:
        return round(LABEL + (at - start) / (end - start) * (WIDTH - LABEL - EDGE), 1)

    parts = _build_parts(operation, needs, columns, compute_x, say)
    inside = [line for line in lines if line.kind in ("said", "result") and start <= line.at <= end]
    every = range(first, last + 1, STEP if last - first <= 6 * STEP else 2 * STEP)
    return OperationHour(
        WIDTH,
        HEAD + ROW * len(parts) + EDGE / 2,
        compute_x(operation.hour),
        compute_x(say.now) if start <= say.now <= end else None,
        parts,
        tuple(_make_mark(operation.hour + timedelta(minutes=minutes), compute_x, say) for minutes in every),
        tuple(OperationHourMark(compute_x(line.at), f"{say.time(line.at)} {line.agency}") for line in inside),
    )


def _make_mark(at: datetime, x: Callable[[datetime], float], say: Say) -> OperationHourMark:
    return OperationHourMark(x(at), f"{say.to_local(at):%H:%M}")


def _build_parts(
    operation: OperationView,
    needs: Sequence[Need],
    columns: Sequence[AgencyColumn],
    x: Callable[[datetime], float],
    say: Say,
) -> tuple[OperationHourPart, ...]:
    """A row for each sort of thing that an agency does, at however many places, in the order of the columns."""
    tables = Tables(say, "actions")
    pairs = [
        (column, why)
        for column in columns
        for why in dict.fromkeys(need.why for need in needs if is_in_column(need, column))
    ]
    made = []
    for row, (column, why) in enumerate(pairs):
        begins, ends = COURSE[why]
        start, end = (operation.hour + timedelta(minutes=minutes) for minutes in (begins, ends))
        made.append(
            OperationHourPart(
                column.name, tables("course", why), start, end, x(start), HEAD + ROW * row, x(end) - x(start)
            )
        )
    return tuple(made)
