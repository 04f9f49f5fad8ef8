"""A signal's trail as a drawing: who paid in at the left, then account after account by hops, and at the right where it ended.

A column is a hop; the accounts with the most money stand in it by themselves, the rest as one. The table beside it says the same.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from warroom.triage.views import SignalTrail

Tone = Literal["payer", "own", "on", "end"]
Key = tuple[int, str, str]
"""A place: its column, and the bank and number of its account; both empty for the rest of a column."""
WIDTH, NODE, ROW, TOP = 960.0, 124.0, 44.0, 24.0
MOST = 8
"""Accounts per column with a box of their own; the rest share one. Chosen, not measured."""
# What fits into `WIDTH`; hops beyond it are drawn in the last column.
MOST_COLUMNS = 7
THICKEST, THINNEST = 16.0, 1.0


@dataclass(frozen=True, slots=True)
class TrailNode:
    """A box: `count` accounts, of which `satang` came there in all."""

    x: float
    y: float
    bank: str
    number: str
    satang: int
    count: int
    tone: Tone


@dataclass(frozen=True, slots=True)
class TrailRibbon:
    """A ribbon from box to box, as thick as its share of the largest."""

    path: str
    width: float
    satang: int


@dataclass(frozen=True, slots=True)
class TrailDrawing:
    """Everything the template writes, in user units; `node` is the width of a box."""

    width: float
    height: float
    node: float
    nodes: tuple[TrailNode, ...]
    ways: tuple[TrailRibbon, ...]


def draw_trail(trail: SignalTrail) -> TrailDrawing:
    """Draw a trail."""
    columns = _assign_columns(trail)
    flows = _sum_flows(trail, columns)
    sums: dict[Key, int] = defaultdict(int)
    for (payer, payee), satang in flows.items():
        sums[payee] += satang
        # Payers have no inflow on the trail; their box shows what they paid.
        if payer[0] == 0:
            sums[payer] += satang
    placed, counts = _assign_boxes(sums)
    last = max((key[0] for key in placed.values()), default=1)
    rows: dict[int, list[Key]] = defaultdict(list)
    for key in sorted(set(placed.values()), key=lambda box: (not box[1], -_sum_box(sums, placed, box), box)):
        rows[key[0]].append(key)
    step = (WIDTH - NODE - 4) / max(1, last)
    spots = {
        key: (2 + key[0] * step, TOP + at * ROW) for keys in rows.values() for at, key in enumerate(keys)
    }
    nodes = [
        TrailNode(
            *spots[key],
            key[1],
            key[2],
            _sum_box(sums, placed, key),
            counts[key],
            _choose_tone(key, trail, columns),
        )
        for key in sorted(spots)
    ]
    height = TOP + ROW * max((len(keys) for keys in rows.values()), default=1)
    return TrailDrawing(WIDTH, height, NODE, tuple(nodes), _draw_ribbons(flows, placed, spots))


def _assign_columns(trail: SignalTrail) -> dict[tuple[str, str], int]:
    """The column of each account: its hop; all from `MOST_COLUMNS` on share the last column."""
    return {(one.bank, one.account): min(one.hops, MOST_COLUMNS) for one in trail.reached}


def _sum_flows(trail: SignalTrail, columns: Mapping[tuple[str, str], int]) -> dict[tuple[Key, Key], int]:
    flows: dict[tuple[Key, Key], int] = defaultdict(int)
    for step in trail.steps:
        payer, payee = (step.payer_bank, step.payer), (step.payee_bank, step.payee)
        start = columns.get(payer, 0) if step.hops > 1 else 0
        end = min(step.hops, MOST_COLUMNS) if step.end else columns.get(payee, step.hops)
        # Circular money returns to an earlier column; ribbons back and forth would be less clear than the
        # table.
        if end > start:
            flows[(start, *payer), (end, *payee)] += step.traced
    return flows


def _assign_boxes(sums: Mapping[Key, int]) -> tuple[dict[Key, Key], dict[Key, int]]:
    """The box of each place, itself or the rest of its column, and how many accounts stand in each box."""
    by_column: dict[int, list[Key]] = defaultdict(list)
    for key in sorted(sums, key=lambda box: (-sums[box], box)):
        by_column[key[0]].append(key)
    placed: dict[Key, Key] = {}
    counts: dict[Key, int] = defaultdict(int)
    for column, keys in by_column.items():
        for at, key in enumerate(keys):
            box = key if at < MOST or len(keys) == MOST + 1 else (column, "", "")
            placed[key] = box
            counts[box] += 1
    return placed, counts


def _sum_box(sums: Mapping[Key, int], placed: Mapping[Key, Key], box: Key) -> int:
    return sum(satang for key, satang in sums.items() if placed[key] == box)


def _choose_tone(key: Key, trail: SignalTrail, columns: Mapping[tuple[str, str], int]) -> Tone:
    if key[0] == 0:
        return "payer"
    if (key[1], key[2]) == (trail.bank, trail.account):
        return "own"
    return "on" if not key[1] or (key[1], key[2]) in columns else "end"


def _draw_ribbons(
    flows: Mapping[tuple[Key, Key], int], placed: Mapping[Key, Key], spots: Mapping[Key, tuple[float, float]]
) -> tuple[TrailRibbon, ...]:
    sums: dict[tuple[Key, Key], int] = defaultdict(int)
    for (payer, payee), satang in flows.items():
        if payer in placed and payee in placed:
            sums[placed[payer], placed[payee]] += satang
    largest = max(sums.values(), default=1)
    ways = []
    for (start, end), satang in sorted(sums.items()):
        (x0, y0), (x1, y1) = spots[start], spots[end]
        left, right, half = x0 + NODE, x1, (x1 - x0 - NODE) / 2
        low, high = y0 + 15, y1 + 15
        path = f"M{left:.0f} {low:.0f}C{left + half:.0f} {low:.0f} {right - half:.0f} {high:.0f} {right:.0f} {high:.0f}"
        ways.append(TrailRibbon(path, round(max(THINNEST, THICKEST * satang / largest), 1), satang))
    return tuple(ways)
