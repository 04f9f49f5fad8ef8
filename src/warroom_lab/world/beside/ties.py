"""Ties: who directs, rents, uses what; honest ones of each relation beside gangs'."""

from dataclasses import dataclass

import numpy as np

from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.drawing.rows import NEVER, TablePart, make_part
from warroom_lab.world.drawing.tokens import make_token


@dataclass(frozen=True, slots=True)
class PartnerTie:
    """One tie as a partner states it; `until` NEVER while it holds."""

    partner: str
    since: int
    start: tuple[str, str]
    relation: str
    end: tuple[str, str]
    until: int = NEVER


def make_tie_rows(ties: list[PartnerTie], start: int, end: int) -> list[TablePart]:
    """Rows by partner: what held before day 0 came five days before it, the rest two days after it began."""
    made = []
    for partner in sorted({each.partner for each in ties}):
        own = [each for each in ties if each.partner == partner and each.since < end - 2 * DAY]
        own.sort(key=lambda each: (each.since, each.start, each.relation, each.end))
        made.append(_make_tie_part(partner, own, start))
    return made


def _make_tie_part(partner: str, own: list[PartnerTie], start: int) -> TablePart:
    return make_part(
        partner,
        "ties",
        [make_token(f"N{partner[:1].upper()}", at, 0x35) for at in range(len(own))],
        np.array([max(tie.since + 2 * DAY, start - 5 * DAY) for tie in own], np.int64),
        time=np.array([tie.since for tie in own], np.int64),
        until=np.array([tie.until for tie in own], np.int64),
        from_kind=[tie.start[0] for tie in own],
        from_id=[tie.start[1] for tie in own],
        relation=[tie.relation for tie in own],
        to_kind=[tie.end[0] for tie in own],
        to_id=[tie.end[1] for tie in own],
    )
