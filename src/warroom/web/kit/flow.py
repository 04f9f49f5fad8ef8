"""The chart of an account's payments: in above, out below, by hour or day, and the balance as a step
line. Heights are baht to the power 0.6, which the page states: on a linear scale a salary would be invisible next to a
fraud, and a meal next to a salary.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol, get_args

from warroom.reasons.reason import Reason
from warroom.signals.signal import Signal
from warroom.web.kit.formats import Say

Tone = Literal["in", "out"]
Window = Literal["day", "two", "all"]
WINDOWS: tuple[Window, ...] = get_args(Window)
SPANS = {"day": timedelta(hours=24), "two": timedelta(hours=48)}
BY_DAY = timedelta(days=8)
"""From this span on a bar is a day, else an hour: about 190 bars at most."""
# Bars in the drawing, the newest; more would be thinner than 4 units. Chosen, not measured.
MOST_BARS = 240
WIDTH, LEFT, RIGHT, TOP = 960.0, 10.0, 10.0, 40.0
HIGH, LOW, GAP, LINE = 96.0, 74.0, 34.0, 46.0
"""The height of what came and of what went, the space for words between, and the height of the balance."""
# Exponent of the height scale (see above). Chosen by eye.
POWER = 0.6
TOP_OF = 3.0
"""Full height is at most so many times the sum below which nine of ten bars stay: a larger bar is cut and says its sum, or
one payment of millions would make all others lines. Chosen by eye.
"""
FEWEST_BARS = 4
# Height of a badge in units of the view box, of the words of a cut bar, and their width with a gap.
BADGE = 19.0
CUT_WORDS = 13.0
CUT_WIDTH = 52.0
LABELS, LABEL_WIDTH = 5, 70.0
"""Days named below the drawing at most, and the width of a name with its gap."""
OF_REGISTERS = ("opened_lately", "named_in_reports")
"""Reasons of a signal that records of accounts and reports show, and no payments."""


class PassedPayment(Protocol):
    """A transfer: above zero came, below went, in satang."""

    @property
    def time(self) -> datetime: ...
    @property
    def amount(self) -> int: ...
    @property
    def record_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class FlowBar:
    """A bar from `y` down: `tone` is in or out, `pale` where none of it belongs to the signal; `words` say it."""

    x: float
    y: float
    width: float
    height: float
    tone: Tone
    pale: bool
    words: str


@dataclass(frozen=True, slots=True)
class Badge:
    """The numbers of the signal's payments in a bar."""

    x: float
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class CutBar:
    """Where a bar beyond the scale is cut, and its whole sum in words; empty where a larger one's words stand in the way."""

    x: float
    y: float
    satang: int
    words: str


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One part of the time as the table says it; satang."""

    start: datetime
    received: int
    sent: int
    balance: int
    numbers: str


@dataclass(frozen=True, slots=True)
class PaymentFlow:
    """The drawing in units of its view box. `zero` is the line between what came and what went, `line` the balance. `rows`
    say the same.
    """

    width: float
    height: float
    zero: float
    floor: float
    bars: tuple[FlowBar, ...]
    badges: tuple[Badge, ...]
    cuts: tuple[CutBar, ...]
    line: str
    marks: tuple[tuple[float, str], ...]
    rows: tuple[FlowRow, ...]
    window: Window
    by_day: bool


def number_payments(signal: Signal | None, passed: Sequence[PassedPayment]) -> dict[str, int]:
    """The payments that show a signal's reasons, numbered by time; those that are not drawn have no number."""
    if signal is None:
        return {}
    shown = {name for reason in signal.reasons if reason.code not in OF_REGISTERS for name in reason.evidence}
    ordered = sorted((one.time, one.record_id) for one in passed if one.record_id in shown)
    return {name: at for at, name in enumerate(dict.fromkeys(name for _, name in ordered), 1)}


def format_ranges(evidence: Sequence[str], numbers: Mapping[str, int]) -> list[str]:
    """The numbers of a reason's payments, those that follow one another as one: `1–4`, `27`."""
    runs: list[list[int]] = []
    for number in sorted({numbers[name] for name in evidence if name in numbers}):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [_format_numbers(set(run)) for run in runs]


def choose_window(asked: str, passed: Sequence[PassedPayment], numbers: Mapping[str, int]) -> Window:
    """The span asked for; else the last 48 hours where they hold all of the signal's payments, else everything."""
    if asked in WINDOWS:
        return asked
    times = [one.time for one in passed]
    marked = [one.time for one in passed if one.record_id in numbers]
    whole = not times or not marked or min(marked) > max(times) - SPANS["two"]
    return "two" if whole else "all"


def choose_reason(asked: str, signal: Signal | None, numbers: Mapping[str, int]) -> Reason | None:
    """The reason whose payments carry their numbers in the drawing: the one asked for by its code, else the strongest with any."""
    shown = [
        reason
        for reason in (signal.reasons if signal else ())
        if reason.code not in OF_REGISTERS and any(name in numbers for name in reason.evidence)
    ]
    return next((reason for reason in shown if reason.code == asked), shown[0] if shown else None)


def build_flow(
    passed: Sequence[PassedPayment],
    numbers: Mapping[str, int],
    window: Window,
    say: Say,
    reason: Reason | None = None,
) -> PaymentFlow | None:
    """The drawing of transfers in any order; `numbers` names those of a signal by their record ids. None without any.

    Only the payments of `reason` carry their numbers; without one, none does.
    """
    ordered = sorted(passed, key=lambda transfer: (transfer.time, -transfer.amount))
    if not ordered:
        return None
    last = ordered[-1].time
    start = ordered[0].time if window == "all" else max(ordered[0].time, last - SPANS[window])
    by_day = last - start > BY_DAY
    begins = _list_bin_starts(start, last, by_day, say)
    rows, marked = _sum_rows(ordered, begins, numbers)
    badged = {numbers[name] for name in (reason.evidence if reason else ()) if name in numbers}
    named = [
        _format_numbers({number for number in row_numbers if number in badged})
        for row_numbers in _list_numbers(ordered, begins, numbers)
    ]
    return _draw_flow(rows, marked, named, window, by_day, say)


def _list_bin_starts(start: datetime, last: datetime, by_day: bool, say: Say) -> list[datetime]:
    """Where each part of the time begins, in the reader's own hours and days."""
    step, here = timedelta(days=1) if by_day else timedelta(hours=1), say.to_local(start)
    at = here.replace(hour=0 if by_day else here.hour, minute=0, second=0, microsecond=0)
    part_starts = []
    while at <= last:
        part_starts.append(at)
        at += step
    return part_starts[-MOST_BARS:]


def _sum_rows(
    ordered: Sequence[PassedPayment], begins: Sequence[datetime], numbers: Mapping[str, int]
) -> tuple[list[FlowRow], list[tuple[int, int]]]:
    """Each part's sums, and of them what belongs to the signal."""
    incoming, went = defaultdict[int, int](int), defaultdict[int, int](int)
    own_in, own_out = incoming.copy(), incoming.copy()
    named: dict[int, set[int]] = defaultdict(set)
    at: dict[int, int] = {}
    balance, least, place = 0, 0, -1
    for transfer in ordered:
        balance += transfer.amount
        least = min(least, balance)
        while place + 1 < len(begins) and begins[place + 1] <= transfer.time:
            place += 1
            at[place] = balance - transfer.amount
        at[place] = balance
        (incoming if transfer.amount > 0 else went)[place] += abs(transfer.amount)
        if transfer.record_id in numbers:
            (own_in if transfer.amount > 0 else own_out)[place] += abs(transfer.amount)
            named[place].add(numbers[transfer.record_id])
    # The opening balance is unknown: the least one is assumed with which the account never goes below zero.
    after = [at.get(0, at.get(-1, 0))]
    for place in range(1, len(begins)):
        after.append(at.get(place, after[-1]))
    rows = [
        FlowRow(begin, incoming[n], went[n], after[n] - least, _format_numbers(named[n]))
        for n, begin in enumerate(begins)
    ]
    return rows, [(own_in[n], own_out[n]) for n in range(len(begins))]


def _list_numbers(
    ordered: Sequence[PassedPayment], begins: Sequence[datetime], numbers: Mapping[str, int]
) -> list[set[int]]:
    """The numbers of the signal's payments in each part of the time."""
    named: list[set[int]] = [set() for _ in begins]
    for transfer in ordered:
        if transfer.record_id in numbers and transfer.time >= begins[0]:
            named[bisect_right(begins, transfer.time) - 1].add(numbers[transfer.record_id])
    return named


def _format_numbers(found: set[int]) -> str:
    if not found:
        return ""
    low, high = min(found), max(found)
    return str(low) if low == high else f"{low}–{high}" if len(found) == high - low + 1 else f"{low}…{high}"


def _draw_flow(
    rows: Sequence[FlowRow],
    marked: Sequence[tuple[int, int]],
    named: Sequence[str],
    window: Window,
    by_day: bool,
    say: Say,
) -> PaymentFlow:
    step = (WIDTH - LEFT - RIGHT) / len(rows)
    wide = min(step * 0.78, 26.0)
    top = choose_scale_top([amount for row in rows for amount in (row.received, row.sent)])
    zero = TOP + HIGH
    # Without a signal no payment is highlighted, and all bars are drawn alike.
    signalled = any(row.numbers for row in rows)
    bars: list[FlowBar] = []
    badges: list[Badge] = []
    cuts: list[CutBar] = []
    for n, (row, own, numbers) in enumerate(zip(rows, marked, named, strict=True)):
        x = LEFT + n * step + (step - wide) / 2
        up = HIGH * min(row.received / top, 1.0) ** POWER
        down = LOW * min(row.sent / top, 1.0) ** POWER
        for amount, y in ((row.received, zero - up), (row.sent, zero + down)):
            if amount > top:
                cuts.append(CutBar(x + wide / 2, y, amount, say.headline(amount)))
        sides: tuple[tuple[int, int, float, Tone], ...] = (
            (row.received, own[0], up, "in"),
            (row.sent, own[1], down, "out"),
        )
        for total, mine, height, tone in sides:
            if total:
                bars += _draw_bar(
                    x,
                    zero,
                    wide,
                    height,
                    tone,
                    mine / total if signalled else 1.0,
                    f"{_format_bin_start(row, by_day, say)}: {say.baht(total)}",
                )
        if numbers:
            # A cut bar has its sum there: the numbers stand beyond it.
            y = zero - up - 11 if own[0] else zero + down + 12
            is_cut = (row.received if own[0] else row.sent) > top
            y += (-CUT_WORDS if own[0] else CUT_WORDS) if is_cut else 0.0
            badges.append(_place_badge(x + wide / 2, y, numbers, badges, zero))
    floor = zero + LOW + GAP + LINE
    most = choose_scale_top([row.balance for row in rows])
    heights = [floor - LINE * min(row.balance / most, 1.0) ** POWER for row in rows]
    steps = "".join(
        f"{'L' if n else 'M'}{LEFT + n * step:.1f} {y:.1f}H{LEFT + (n + 1) * step:.1f}"
        for n, y in enumerate(heights)
    )
    marks = _place_labels(rows, step, by_day, say)
    return PaymentFlow(
        WIDTH,
        floor + 26,
        zero,
        floor,
        tuple(bars),
        tuple(badges),
        _hide_crowded_sums(cuts),
        steps,
        marks,
        tuple(rows),
        window,
        by_day,
    )


def _hide_crowded_sums(cuts: Sequence[CutBar]) -> tuple[CutBar, ...]:
    """The cut bars, the words of each left out where those of a larger one on the same side would lie over them."""
    worded: list[CutBar] = []
    for cut in sorted(cuts, key=lambda cut: -cut.satang):
        if not any(abs(cut.x - other.x) < CUT_WIDTH and cut.y == other.y for other in worded):
            worded.append(cut)
    return tuple(cut if cut in worded else replace(cut, words="") for cut in cuts)


def choose_scale_top(amounts: Sequence[int]) -> int:
    """The sum at full height: the largest, or less where few large ones would flatten all others."""
    ordered = sorted(amount for amount in amounts if amount)
    if not ordered:
        return 1
    usual = ordered[int(0.9 * (len(ordered) - 1))]
    flattened = len(ordered) >= FEWEST_BARS and ordered[-1] > 2 * TOP_OF * usual
    return round(TOP_OF * usual) if flattened else ordered[-1]


def _place_badge(x: float, y: float, words: str, before: Sequence[Badge], zero: float) -> Badge:
    """Place a badge beside its bar, moved further out while it would overlap another."""
    away = -BADGE if y < zero else BADGE
    while any(
        abs(one.y - y) < BADGE and abs(one.x - x) < 12 + 3.6 * (len(one.words) + len(words)) for one in before
    ):
        y += away
    return Badge(min(max(x, LEFT + 20), WIDTH - RIGHT - 20), y, words)


def _draw_bar(
    x: float, zero: float, wide: float, height: float, tone: Tone, own: float, words: str
) -> list[FlowBar]:
    """A bar away from the line: next to it what belongs to the signal, pale beyond it all else."""
    mine = height * own
    bars = []
    for low, high, pale in ((0.0, mine, False), (mine, max(height, 1.5), True)):
        if high > low and (not pale or own < 1):
            y = zero - high if tone == "in" else zero + low
            bars.append(FlowBar(x, y, wide, high - low, tone, pale, words))
    return bars


def _format_bin_start(row: FlowRow, by_day: bool, say: Say) -> str:
    return say.date(row.start) if by_day else say.moment(row.start)


def _place_labels(
    rows: Sequence[FlowRow], step: float, by_day: bool, say: Say
) -> tuple[tuple[float, str], ...]:
    """The words below: days, each second or third where there are many, and in two days' drawing noons as well."""
    names: list[tuple[int, str]] = []
    midnights = [n for n, row in enumerate(rows) if by_day or say.to_local(row.start).hour == 0]
    days = midnights[:: -(-len(midnights) // LABELS) or 1]
    hours = 24 if len(rows) > 54 else 12 if len(rows) > 30 else 6
    for n, row in enumerate(rows):
        here = say.to_local(row.start)
        if n in days or (n == 0 and (not days or (days[0] * step) > LABEL_WIDTH)):
            names.append((n, say.date(row.start).rsplit(" ", 1)[0]))
        elif not by_day and hours < 24 and here.hour and here.hour % hours == 0:
            names.append((n, f"{here:%H:%M}"))
    return tuple((LEFT + n * step, words) for n, words in names)
