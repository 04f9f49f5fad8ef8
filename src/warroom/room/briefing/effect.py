"""Whether a figure of the period differs from chance: its expected range, computed from the spans before it.

Weekly losses swing by 40 % by themselves, because a few large cases make the sum. The spans are of the
period's own length and start whole weeks apart, so that a Monday is compared with Mondays. A draw takes one
of them, as many cases as a Poisson variable with that span's count, and for each an amount out of all that
were seen (a compound Poisson bootstrap with over-dispersion between spans). The band holds the middle nine
tenths of the draws.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from warroom.bilingual.texts import Texts
from warroom.cases.schema import Case, Hold
from warroom.orders.schema import Order
from warroom.room.briefing.figures import BriefingScope, get_figure_title, word_of
from warroom.room.briefing.views import BandedFigure, Unit, Verdict

if TYPE_CHECKING:
    import numpy as np

# Spans before the period; with a period of a week a quarter of a year. Chosen, not measured.
SPANS = 12
FEWEST = 4
"""Spans; with fewer no range is given, since it would rest on chance events in them. Chosen, not measured."""
# Bootstrap draws: the ends of a 90 % range rest on 200 draws each.
DRAWS = 4_000
# Fixed, so that the same briefing always has the same ranges.
SEED = 20_261_124
# Quantiles: the middle nine tenths.
LOW, HIGH = 0.05, 0.95
ONE_BY_ONE = 400
"""Cases in a draw; above this their sum is drawn from its normal limit (central limit theorem), for speed."""
# Spans start whole weeks apart; see the module's docstring.
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Span:
    """What one span before the period brought: the amounts of its cases in satang."""

    amounts: tuple[int, ...]


def compute_effects(asked: BriefingScope) -> tuple[BandedFigure, ...]:
    """Reports, reported losses and money held in the period, each with its expected range."""
    reported = _list_span_amounts(asked, Case.opened_at, Case.loss)
    held = _list_span_amounts(asked, Order.acknowledged_at, Hold.held)
    return (
        _compute_effect("reported", "", reported),
        _compute_effect("loss", "satang", reported),
        _compute_effect("held", "satang", held),
    )


def share_before(asked: BriefingScope) -> float | None:
    """Share of the reported losses that was held in the span before this one, in [0, 1]; None without losses
    in it.
    """
    losses = _list_span_amounts(asked, Case.opened_at, Case.loss)
    held = _list_span_amounts(asked, Order.acknowledged_at, Hold.held)
    lost = sum(losses[1].amounts) if len(losses) > 1 else 0
    return sum(held[1].amounts) / lost if lost else None


def _compute_effect(code: str, unit: Unit, spans: list[Span]) -> BandedFigure:
    """The sum of the amounts (their count where `unit` is empty) with its expected range and the verdict."""
    (this, *before), counts = spans, not unit
    value = len(this.amounts) if counts else sum(this.amounts)
    band = _bootstrap_band(before, counts=counts) if len(before) >= FEWEST else None
    low, high = band or (None, None)
    return BandedFigure(
        code,
        get_figure_title("effects", code),
        unit,
        value,
        low,
        high,
        len(before),
        _judge_value(value, band),
    )


def _judge_value(value: int, band: tuple[int, int] | None) -> Verdict:
    if band is None:
        return "unknown"
    return "below" if value < band[0] else "above" if value > band[1] else "inside"


def _bootstrap_band(before: list[Span], *, counts: bool) -> tuple[int, int]:
    import numpy as np

    chance = np.random.default_rng(SEED)
    sizes = np.array([len(span.amounts) for span in before])
    drawn = chance.poisson(chance.choice(sizes, DRAWS))
    if not counts:
        drawn = _draw_sums(
            np.array([amount for span in before for amount in span.amounts], float), drawn, chance
        )
    low, high = np.quantile(drawn, (LOW, HIGH))
    return math.floor(low), math.ceil(high)


def _draw_sums(
    amounts: "np.ndarray[Any, Any]", numbers: "np.ndarray[Any, Any]", chance: Any
) -> "np.ndarray[Any, Any]":
    """The sum of so many amounts drawn with replacement, for each draw."""
    import numpy as np

    if not len(amounts):
        return np.zeros(len(numbers))
    # Of fewer cases a few large ones make the sum, and it is far from normal.
    many = numbers > ONE_BY_ONE
    sums = numbers * amounts.mean() + np.sqrt(numbers) * amounts.std() * chance.standard_normal(len(numbers))
    few = np.flatnonzero(~many)
    drawn = chance.choice(amounts, int(numbers[few].sum()))
    ends = np.cumsum(numbers[few])
    total = np.concatenate(([0.0], np.cumsum(drawn)))
    sums[few] = total[ends] - total[ends - numbers[few]]
    # The normal limit has values below zero, which no sum of losses has.
    floored_sums: np.ndarray[Any, Any] = np.maximum(sums, 0)
    return floored_sums


def _list_span_amounts(asked: BriefingScope, at: Any, amount: Any) -> list[Span]:
    """Amounts of the period first, then of each earlier span since the ledger's first case."""
    # Whole weeks, so that spans do not overlap and begin on the same weekday.
    step = math.ceil(asked.period.length / WEEK) * WEEK
    first = asked.session.scalar(select(func.min(Case.opened_at)).where(asked.is_visible(Case.id)))
    starts = [asked.period.since - step * back for back in range(SPANS + 1)]
    # A span from before the first case would count as a quiet one.
    kept = [
        starts[0],
        *(earlier_start for earlier_start in starts[1:] if first is not None and earlier_start >= first),
    ]
    rows = _load_amount_rows(asked, at, amount, kept[-1])
    return [Span(tuple(_filter_between(rows, start, start + asked.period.length))) for start in kept]


def _load_amount_rows(
    asked: BriefingScope, at: Any, amount: Any, since: datetime
) -> list[tuple[datetime, int]]:
    query = select(at, amount).where(at >= since, at < asked.period.until, asked.is_visible(Case.id))
    if amount is Hold.held:
        # A hold's release is an order too; joined with all of them its money would count again.
        ordered = (Order.hold_id == Hold.id) & (Order.kind == "hold")
        query = query.select_from(Hold).join(Case, Case.id == Hold.case_id).join(Order, ordered)
        query = query.where(Hold.held > 0)
    return [(row[0], int(row[1])) for row in asked.session.execute(query)]


def _filter_between(rows: list[tuple[datetime, int]], since: datetime, until: datetime) -> list[int]:
    return [amount for at, amount in rows if since <= at < until]


def describe_band_method() -> Texts:
    """How the bands are made, in a sentence."""
    return word_of("page", "method")
