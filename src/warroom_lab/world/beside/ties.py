"""Ties: who directs, rents, uses what; honest ones of each relation beside gangs'."""

from dataclasses import dataclass

import numpy as np

from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.drawing.rows import NEVER, Part, part
from warroom_lab.world.drawing.tokens import token


@dataclass(frozen=True, slots=True)
class Tie:
    """One tie as a partner states it; `until` NEVER while it holds."""

    partner: str
    since: int
    start: tuple[str, str]
    relation: str
    end: tuple[str, str]
    until: int = NEVER


def rows(ties: list[Tie], start: int, end: int) -> list[Part]:
    """Rows by partner: what held before day 0 came five days before it, the rest two days after it began."""
    made = []
    for partner in sorted({each.partner for each in ties}):
        own = [each for each in ties if each.partner == partner and each.since < end - 2 * DAY]
        own.sort(key=lambda each: (each.since, each.start, each.relation, each.end))
        made.append(_part(partner, own, start))
    return made


def _part(partner: str, own: list[Tie], start: int) -> Part:
    return part(
        partner,
        "ties",
        [token(f"N{partner[:1].upper()}", at, 0x35) for at in range(len(own))],
        np.array([max(each.since + 2 * DAY, start - 5 * DAY) for each in own], np.int64),
        time=np.array([each.since for each in own], np.int64),
        until=np.array([each.until for each in own], np.int64),
        from_kind=[each.start[0] for each in own],
        from_id=[each.start[1] for each in own],
        relation=[each.relation for each in own],
        to_kind=[each.end[0] for each in own],
        to_id=[each.end[1] for each in own],
    )
