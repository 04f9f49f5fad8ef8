"""A missed case as a strip: what lay in accounts from the report on, what the room did when, and when others decided.

All strips are 160 minutes wide, so that they can be set beside each other; what came later is said and not drawn.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from warroom.web.kit.formats import Say
from warroom.web.kit.tables import Tables
from warroom_lab.demo.after import CaseStrip, Missed

WIDTH, MINUTES = 760.0, 160
"""Of a strip: its width in the drawing's units, and the minutes that it shows."""
OLD = timedelta(minutes=MINUTES / 2)
"""A report that old when officers could first act on it stands before the strip, which then begins at that moment."""
TALL, ROW, LETTER = 30.0, 14.0, 6.2
"""The height of the area, of a row of words, and the width of a letter, in the drawing's units."""
Kind = Literal["plain", "gone", "other"]


@dataclass(frozen=True, slots=True)
class CaseStripMark:
    """One moment on a strip: where it stands, where its words stand and on which side, and what they say."""

    kind: Kind
    at: float
    x: float
    y: float
    ends: bool
    time: str
    words: str


@dataclass(frozen=True, slots=True)
class DrawnStrip:
    """A strip in the drawing's units: the line lies at `base`, `area` is a path. `before`: reported long before it begins;
    `later`: what came after its end, as words.
    """

    height: float
    base: float
    area: str
    marks: tuple[CaseStripMark, ...]
    others: tuple[CaseStripMark, ...]
    before: str
    later: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    kind: Kind
    moment: datetime
    words: str


def draw_strip(missed_case: Missed, say: Say) -> DrawnStrip:
    """The strip of a missed case."""
    strip = missed_case.strip
    begins = strip.board if strip.board - strip.reported > OLD else strip.reported
    own_events = [own_event for own_event in _list_events(strip, say) if own_event.moment >= begins]
    others = [event for event in _list_other_decisions(strip, say) if event.moment >= begins]
    ends = begins + timedelta(minutes=MINUTES)

    def compute_x(moment: datetime) -> float:
        return round((moment - begins) / timedelta(minutes=MINUTES) * WIDTH, 1)

    above, rows = _place_marks([event for event in own_events if event.moment <= ends], compute_x, say)
    below, under = _place_marks([event for event in others if event.moment <= ends], compute_x, say)
    top = rows * ROW + 6
    base = top + TALL
    return DrawnStrip(
        height=base + 10 + under * ROW,
        base=base,
        area=_draw_area_path(strip, begins, ends, compute_x, base),
        marks=tuple(_move_mark(mark, row * ROW + 11) for mark, row in above),
        others=tuple(_move_mark(mark, base + 15 + row * ROW) for mark, row in below),
        before=_format_event(say, _Said("plain", strip.reported, say.catalog.gettext("reported")))
        if begins > strip.reported
        else "",
        later=tuple(_format_event(say, event) for event in (*own_events, *others) if event.moment > ends),
    )


def _list_events(strip: CaseStrip, say: Say) -> list[_Said]:
    """What happened, in its order; nothing that did not."""
    _ = say.catalog.gettext
    # A bank may have held an account holder's own money too: what is said is what it answered.
    answer = _("{bank}: {held} held") if strip.held else _("{bank}: nothing left")
    candidates: list[tuple[Kind, datetime | None, str]] = [
        ("plain", strip.reported, _("reported")),
        ("plain", strip.board, _("on the board")),
        ("plain", strip.decided, _("decided")),
        ("plain", strip.answered, answer.format(bank=strip.bank, held=say.headline(strip.held))),
        ("gone", strip.gone, _("gone")),
    ]
    events = [_Said(kind, moment, words) for kind, moment, words in candidates if moment is not None]
    return sorted(events, key=lambda event: event.moment)


def _list_other_decisions(strip: CaseStrip, say: Say) -> list[_Said]:
    """When other players decided; those of one minute are one mark."""
    tables, events_by_minute = Tables(say, "exercise"), dict[str, _Said]()
    for name, at in strip.others:
        minute, words = f"{say.to_local(at):%d %H:%M}", tables("short", name)
        before = events_by_minute.get(minute)
        events_by_minute[minute] = (
            _Said("other", before.moment, f"{before.words}, {words}") if before else _Said("other", at, words)
        )
    return sorted(events_by_minute.values(), key=lambda event: event.moment)


def _format_event(say: Say, one: _Said) -> str:
    return f"{say.to_local(one.moment):%H:%M} {one.words}"


def _place_marks(
    events: Sequence[_Said], place: Callable[[datetime], float], say: Say
) -> tuple[list[tuple[CaseStripMark, int]], int]:
    """Each mark with the first row in which its words cover no others', and how many rows that takes."""
    rows: list[list[tuple[float, float]]] = []
    placed_marks = []
    for event in events:
        at, time = place(event.moment), f"{say.to_local(event.moment):%H:%M}"
        wide = _estimate_width(f"{time} {event.words}")
        # Near the right edge words stand to the left of their mark.
        ends = at + 4 + wide > WIDTH + 6
        span = (at - 4 - wide, at) if ends else (at, at + 4 + wide)
        row = next((number for number, taken in enumerate(rows) if _is_free(span, taken)), len(rows))
        if row == len(rows):
            rows.append([])
        rows[row].append(span)
        placed_marks.append(
            (CaseStripMark(event.kind, at, at - 4 if ends else at + 4, 0.0, ends, time, event.words), row)
        )
    return placed_marks, len(rows)


def _is_free(span: tuple[float, float], taken: list[tuple[float, float]]) -> bool:
    return all(span[1] < low or span[0] > high for low, high in taken)


def _estimate_width(words: str) -> float:
    """Thai vowels and tones above and below a letter take no room of their own."""
    return LETTER * sum(1 for letter in words if unicodedata.category(letter) != "Mn")


def _move_mark(mark: CaseStripMark, y: float) -> CaseStripMark:
    return CaseStripMark(mark.kind, mark.at, mark.x, y, mark.ends, mark.time, mark.words)


def _draw_area_path(
    strip: CaseStrip, begins: datetime, ends: datetime, place: Callable[[datetime], float], base: float
) -> str:
    """What lay there as steps, its largest amount as high as the area; "" where nothing did."""
    steps = list(_iter_visible_steps(strip, begins, ends))
    most = max((lies for _, lies in steps), default=0)
    if not most:
        return ""
    corners = [f"M{place(steps[0][0])} {base}"]
    for at, lies in steps:
        corners.append(f"H{place(at)}V{round(base - lies / most * TALL, 1)}")
    return "".join([*corners, f"H{WIDTH}V{base}Z"])


def _iter_visible_steps(strip: CaseStrip, begins: datetime, ends: datetime) -> Iterator[tuple[datetime, int]]:
    """The steps of the strip's minutes; what lay there as they began stands at their beginning."""
    for number, (at, lies) in enumerate(strip.there):
        after = strip.there[number + 1][0] if number + 1 < len(strip.there) else None
        if at <= ends and (after is None or after > begins):
            yield max(at, begins), lies
