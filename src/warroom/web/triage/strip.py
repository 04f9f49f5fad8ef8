"""A signal's 48 hours as a strip of one line: what came above, what went below, by the hour."""

from collections import defaultdict
from dataclasses import dataclass
from math import log10

from warroom.triage.passing import SPAN, PassedThrough
from warroom.web.kit.formats import Say

HOURS = SPAN.total_seconds() / 3600
STEP, WIDE = 6.0, 4.4
WIDTH, MIDDLE, REACH = HOURS * STEP, 20.0, 18.0
# Baht at which a bar is seen at all, and at which it is full: each power of ten between them is a quarter of its height.
LEAST, MOST = 100, 1_000_000


@dataclass(frozen=True, slots=True)
class SignalStrip:
    """Paths of strokes in units of a view box 288 by 40, and the same in words. `over`: hours whose sum goes beyond the scale."""

    came: str
    went: str
    over: str
    words: str


def draw_strip(passed: PassedThrough, say: Say) -> SignalStrip:
    """The strip of an account; one scale for all, so that rows can be compared."""
    received, sent = defaultdict[int, int](int), defaultdict[int, int](int)
    start = passed.until - SPAN
    for at, amount in passed.moves:
        hour = min(int((at - start).total_seconds() // 3600), int(HOURS) - 1)
        (received if amount > 0 else sent)[hour] += abs(amount)
    over = "".join(
        f"M{_compute_middle(hour):.1f} {y}h0"
        for sums, y in ((received, MIDDLE - REACH - 1), (sent, MIDDLE + REACH + 1))
        for hour, satang in sorted(sums.items())
        if satang > MOST * 100
    )
    _ = say.catalog.gettext
    words = _("48 h to {time}: {received} in, {sent} out").format(
        time=say.moment(passed.until), received=say.baht(passed.received), sent=say.baht(passed.sent)
    )
    return SignalStrip(_draw_bars(received, -1), _draw_bars(sent, 1), over, words)


def _compute_middle(hour: int) -> float:
    return hour * STEP + STEP / 2


def _draw_bars(sums: dict[int, int], way: int) -> str:
    return "".join(
        f"M{_compute_middle(hour):.1f} {MIDDLE + way:.0f}v{way * compute_height(satang):.1f}"
        for hour, satang in sorted(sums.items())
    )


def compute_height(satang: int) -> float:
    """The height of a bar, by powers of ten: a salary is seen beside a payment of millions."""
    share = log10(max(satang / 100, LEAST) / LEAST) / log10(MOST / LEAST)
    return 1.5 + (REACH - 1.5) * min(share, 1.0)
