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
from warroom_lab.demo.after import Missed, Strip

WIDTH, MINUTES = 760.0, 160
"""Of a strip: its width in the drawing's units, and the minutes that it shows."""
OLD = timedelta(minutes=MINUTES / 2)
"""A report that old when officers could first act on it stands before the strip, which then begins at that moment."""
TALL, ROW, LETTER = 30.0, 14.0, 6.2
"""The height of the area, of a row of words, and the width of a letter, in the drawing's units."""
Kind = Literal["plain", "gone", "other"]


@dataclass(frozen=True, slots=True)
class Mark:
    """One moment on a strip: where it stands, where its words stand and on which side, and what they say."""

    kind: Kind
    at: float
    x: float
    y: float
    ends: bool
    time: str
    words: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A strip in the drawing's units: the line lies at `base`, `area` is a path. `before`: reported long before it begins;
    `later`: what came after its end, as words.
    """

    height: float
    base: float
    area: str
    marks: tuple[Mark, ...]
    others: tuple[Mark, ...]
    before: str
    later: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    kind: Kind
    moment: datetime
    words: str


def drawn(one: Missed, say: Say) -> Drawn:
    """The strip of a missed case."""
    strip = one.strip
    begins = strip.board if strip.board - strip.reported > OLD else strip.reported
    told = [said for said in _told(strip, say) if said.moment >= begins]
    others = [one for one in _others(strip, say) if one.moment >= begins]
    ends = begins + timedelta(minutes=MINUTES)

    def place(moment: datetime) -> float:
        return round((moment - begins) / timedelta(minutes=MINUTES) * WIDTH, 1)

    above, rows = _placed([one for one in told if one.moment <= ends], place, say)
    below, under = _placed([one for one in others if one.moment <= ends], place, say)
    top = rows * ROW + 6
    base = top + TALL
    return Drawn(
        height=base + 10 + under * ROW,
        base=base,
        area=_area(strip, begins, ends, place, base),
        marks=tuple(_moved(mark, row * ROW + 11) for mark, row in above),
        others=tuple(_moved(mark, base + 15 + row * ROW) for mark, row in below),
        before=_said(say, _Said("plain", strip.reported, say.catalog.gettext("reported")))
        if begins > strip.reported
        else "",
        later=tuple(_said(say, one) for one in (*told, *others) if one.moment > ends),
    )


def _told(strip: Strip, say: Say) -> list[_Said]:
    """What happened, in its order; nothing that did not."""
    _ = say.catalog.gettext
    # A bank may have held an account holder's own money too: what is said is what it answered.
    answer = _("{bank}: {held} held") if strip.held else _("{bank}: nothing left")
    found: list[tuple[Kind, datetime | None, str]] = [
        ("plain", strip.reported, _("reported")),
        ("plain", strip.board, _("on the board")),
        ("plain", strip.decided, _("decided")),
        ("plain", strip.answered, answer.format(bank=strip.bank, held=say.headline(strip.held))),
        ("gone", strip.gone, _("gone")),
    ]
    said = [_Said(kind, moment, words) for kind, moment, words in found if moment is not None]
    return sorted(said, key=lambda one: one.moment)


def _others(strip: Strip, say: Say) -> list[_Said]:
    """When other players decided; those of one minute are one mark."""
    told, found = Tables(say, "exercise"), dict[str, _Said]()
    for name, at in strip.others:
        minute, words = f"{say.local(at):%d %H:%M}", told("short", name)
        before = found.get(minute)
        found[minute] = (
            _Said("other", before.moment, f"{before.words}, {words}") if before else _Said("other", at, words)
        )
    return sorted(found.values(), key=lambda one: one.moment)


def _said(say: Say, one: _Said) -> str:
    return f"{say.local(one.moment):%H:%M} {one.words}"


def _placed(
    told: Sequence[_Said], place: Callable[[datetime], float], say: Say
) -> tuple[list[tuple[Mark, int]], int]:
    """Each mark with the first row in which its words cover no others', and how many rows that takes."""
    rows: list[list[tuple[float, float]]] = []
    found = []
    for one in told:
        at, time = place(one.moment), f"{say.local(one.moment):%H:%M}"
        wide = _width(f"{time} {one.words}")
        # Near the right edge words stand to the left of their mark.
        ends = at + 4 + wide > WIDTH + 6
        span = (at - 4 - wide, at) if ends else (at, at + 4 + wide)
        row = next((number for number, taken in enumerate(rows) if _free(span, taken)), len(rows))
        if row == len(rows):
            rows.append([])
        rows[row].append(span)
        found.append((Mark(one.kind, at, at - 4 if ends else at + 4, 0.0, ends, time, one.words), row))
    return found, len(rows)


def _free(span: tuple[float, float], taken: list[tuple[float, float]]) -> bool:
    return all(span[1] < low or span[0] > high for low, high in taken)


def _width(words: str) -> float:
    """Thai vowels and tones above and below a letter take no room of their own."""
    return LETTER * sum(1 for letter in words if unicodedata.category(letter) != "Mn")


def _moved(mark: Mark, y: float) -> Mark:
    return Mark(mark.kind, mark.at, mark.x, y, mark.ends, mark.time, mark.words)


def _area(
    strip: Strip, begins: datetime, ends: datetime, place: Callable[[datetime], float], base: float
) -> str:
    """What lay there as steps, its largest amount as high as the area; "" where nothing did."""
    steps = list(_within(strip, begins, ends))
    most = max((lies for _, lies in steps), default=0)
    if not most:
        return ""
    corners = [f"M{place(steps[0][0])} {base}"]
    for at, lies in steps:
        corners.append(f"H{place(at)}V{round(base - lies / most * TALL, 1)}")
    return "".join([*corners, f"H{WIDTH}V{base}Z"])


def _within(strip: Strip, begins: datetime, ends: datetime) -> Iterator[tuple[datetime, int]]:
    """The steps of the strip's minutes; what lay there as they began stands at their beginning."""
    for number, (at, lies) in enumerate(strip.there):
        after = strip.there[number + 1][0] if number + 1 < len(strip.there) else None
        if at <= ends and (after is None or after > begins):
            yield max(at, begins), lies
