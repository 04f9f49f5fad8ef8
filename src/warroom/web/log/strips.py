"""A day of one officer as a strip: above the line what they read in each hour, below it what they did."""

from markupsafe import Markup

from warroom.room.worklist.log_sessions import HOURS, OfficerDay

WIDTH, HALF = 10, 14
"""Units of an hour's width, and of the height above and below the line."""
MOST = 60
"""Rows in an hour at which a bar is full: one a minute."""


def draw_strip(day: OfficerDay) -> Markup:
    """The strip as SVG; the heights go by the square root, so that one read is seen beside sixty."""
    bars = [
        _draw_bar(hour, count, is_look)
        for counts, is_look in ((day.looks, True), (day.deeds, False))
        for hour, count in enumerate(counts)
        if count
    ]
    ticks = "".join(f"M{hour * WIDTH} {HALF - 2}v4" for hour in range(0, HOURS + 1, 6))
    line = f'<path class="axis" d="M0 {HALF}h{HOURS * WIDTH}{ticks}"/>'
    box = f"0 0 {HOURS * WIDTH} {2 * HALF}"
    # Numbers alone: nothing of the log's text is put into the markup.
    return Markup(  # noqa: S704
        f'<svg viewBox="{box}" preserveAspectRatio="none" aria-hidden="true">{"".join(bars)}{line}</svg>'
    )


def _draw_bar(hour: int, count: int, is_look: bool) -> str:
    height = max(2.0, HALF * min(1.0, (count / MOST) ** 0.5))
    top = HALF - height if is_look else HALF
    name = "look" if is_look else "deed"
    return f'<rect class="{name}" x="{hour * WIDTH + 1}" y="{top:.1f}" width="{WIDTH - 2}" height="{height:.1f}"/>'
