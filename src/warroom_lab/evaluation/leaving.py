"""How money left in synthetic countries where nobody acts: what forecasts learn from, and what they are tried on.

What is learned from are the records alone, as a room's own lake has them. What a forecast is asked at a moment is what
the room would see then; what came of it is what the same records say once all of them have arrived.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from warroom import clock
from warroom.errors import TraceError
from warroom.money.forecast.facts import MINUTE
from warroom.money.forecast.forecast import Forecast
from warroom.money.forecast.model import Model
from warroom.money.trace.tracing import trace
from warroom.money.trail import Method, Trail
from warroom_lab.evaluation.background import Background, settle
from warroom_lab.forecasting.history import Episodes, balances, episodes, moves_of
from warroom_lab.forecasting.learn import fit, published, shared
from warroom_lab.forecasting.measures import Worth, measure
from warroom_lab.forecasting.questions import WITHIN, Asked, Row, ask, joined
from warroom_lab.world.crime.reports import Report
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.play.run import Run

LOOKS = (0, 60, 240)
"""Minutes after a report at which a case is looked at."""
MOST = 150
"""Cases of a country that forecasts are asked of, evenly over its days: following each again and again takes the time."""
METHOD: Method = "fifo"
ZONE = 7 * 60 * MINUTE
"""The clock of the synthetic country is so far ahead of UTC."""


@dataclass(frozen=True)
class Seen:
    """One country: its episodes and its questions."""

    episodes: Episodes
    asked: Asked


def see(size: Size, seed: int, *, learns: bool = True) -> Seen:
    """Play a country in which nobody acts, and write down what its records say of stolen money; without `learns` there
    are questions alone, which take a fraction of the time.
    """
    background = settle(size, seed)
    run = Run(background.country)
    news = run.advance(background.end)
    background.records.add("transfers", background.books.transfers(news.transfers, news.received))
    rows: list[Row] = []
    asked: list[Row] = []
    end = max(background.end, background.records.index.last_received)
    balance = balances(background.records.index, end)
    reports = list(_first(news.reports))
    every = max(1, -(-len(reports) // MOST))
    for number, report in enumerate(reports):
        whole = _follow(background, report, end) if learns or not number % every else None
        if whole is None:
            continue
        case = seed * 100_000 + number
        if learns:
            rows += episodes(whole, case, balance)
        if number % every:
            continue
        moves = moves_of(whole)
        for place, minutes in enumerate(LOOKS):
            now = report.received_at + minutes * MINUTE
            seen = _follow(background, report, now) if now + WITHIN * MINUTE < background.end else None
            if seen is not None:
                asked += ask(seen, moves, now, case, place)
    return Seen(Episodes.of(rows), Asked.of(asked))


def _first(reports: Sequence[Report]) -> Iterator[Report]:
    """The first report of each true case."""
    told: set[int] = set()
    for report in sorted(reports, key=lambda one: (one.received_at, one.record_id)):
        if report.case >= 0 and report.case not in told:
            told.add(report.case)
            yield report


def _follow(background: Background, report: Report, now: int) -> Trail | None:
    try:
        return trace(
            background.records,
            background.records.index,
            sorted(report.transfer_ids),
            method=METHOD,
            as_of=clock.from_micros(now),
        )
    except TraceError:
        return None


def teach(size: Size, seeds: Sequence[int], say: Callable[[str], None]) -> Model:
    """The forecast that ships: learned from countries of these seeds, beginning with the published pace."""
    seen = []
    for seed in seeds:
        seen.append(see(size, seed))
        say(f"seed {seed}: {len(seen[-1].episodes):,} episodes, {len(seen[-1].asked.left):,} questions")
    made = {"from": f"synthetic countries of size {size.name}, seeds {', '.join(map(str, seeds))}"}
    model = fit(joined([one.episodes for one in seen]), published(), ZONE, made)
    asked = joined([one.asked for one in seen])
    common = shared(model, ZONE, asked.facts, asked.now, asked.left, WITHIN)
    return replace(model, shared=common)


def check(model: Model, size: Size, seeds: Sequence[int], say: Callable[[str], None]) -> Worth:
    """What a forecast is worth in countries that it never saw."""
    asked = []
    for seed in seeds:
        asked.append(see(size, seed, learns=False).asked)
        say(f"seed {seed}: {len(asked[-1]):,} questions")
    return measure(Forecast(model, ZONE), joined(asked))
