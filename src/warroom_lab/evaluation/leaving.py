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
from warroom.money.forecast.model import ForecastModel
from warroom.money.trace.tracing import trace
from warroom.money.trail import Method, Trail
from warroom_lab.evaluation.background import CountryBackground, found_background
from warroom_lab.forecasting.history import Episodes, list_episodes, make_balance_lookup, map_moves_by_account
from warroom_lab.forecasting.learn import (
    calibrate_model,
    estimate_shared_chance,
    fit_model,
    make_published_model,
)
from warroom_lab.forecasting.measures import ForecastWorth, measure_forecast
from warroom_lab.forecasting.questions import WITHIN, ForecastQuestions, Row, concat_rows, iter_question_rows
from warroom_lab.world.crime.reports import CountryReport
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.play.run import CountryRun

LOOKS = (0, 60, 240)
"""Minutes after a report at which a case is looked at."""
MOST = 150
"""Cases of a country that forecasts are asked of, evenly over its days: following each again and again takes the time."""
METHOD: Method = "fifo"
ZONE = 7 * 60 * MINUTE
"""The clock of the synthetic country is so far ahead of UTC."""


@dataclass(frozen=True)
class LeavingSamples:
    """One country: its episodes and its questions."""

    episodes: Episodes
    asked: ForecastQuestions


def collect_samples(size: Size, seed: int, *, learns: bool = True) -> LeavingSamples:
    """Play a country in which nobody acts, and write down what its records say of stolen money; without `learns` there
    are questions alone, which take a fraction of the time.
    """
    background = found_background(size, seed)
    run = CountryRun(background.country)
    news = run.advance_to(background.end)
    background.records.add_rows(
        "transfers", background.books.build_transfers_table(news.transfers, news.received)
    )
    rows: list[Row] = []
    asked: list[Row] = []
    end = max(background.end, background.records.current_index.last_received)
    balance = make_balance_lookup(background.records.current_index, end)
    reports = list(_iter_first_reports(news.reports))
    every = max(1, -(-len(reports) // MOST))
    for number, report in enumerate(reports):
        whole = _find_trail(background, report, end) if learns or not number % every else None
        if whole is None:
            continue
        case = seed * 100_000 + number
        if learns:
            rows += list_episodes(whole, case, balance)
        if number % every:
            continue
        moves = map_moves_by_account(whole)
        for place, minutes in enumerate(LOOKS):
            now = report.received_at + minutes * MINUTE
            seen = _find_trail(background, report, now) if now + WITHIN * MINUTE < background.end else None
            if seen is not None:
                asked += iter_question_rows(seen, moves, now, case, place)
    return LeavingSamples(Episodes.from_rows(rows), ForecastQuestions.from_rows(asked))


def _iter_first_reports(reports: Sequence[CountryReport]) -> Iterator[CountryReport]:
    """The first report of each true case."""
    told: set[int] = set()
    for report in sorted(reports, key=lambda one: (one.received_at, one.record_id)):
        if report.case >= 0 and report.case not in told:
            told.add(report.case)
            yield report


def _find_trail(background: CountryBackground, report: CountryReport, now: int) -> Trail | None:
    try:
        return trace(
            background.records,
            background.records.current_index,
            sorted(report.transfer_ids),
            method=METHOD,
            as_of=clock.from_micros(now),
        )
    except TraceError:
        return None


def train_forecast(size: Size, seeds: Sequence[int], say: Callable[[str], None]) -> ForecastModel:
    """The forecast that ships: learned from countries of these seeds, beginning with the published pace."""
    seen = []
    for seed in seeds:
        seen.append(collect_samples(size, seed))
        say(f"seed {seed}: {len(seen[-1].episodes):,} episodes, {len(seen[-1].asked.left):,} questions")
    made = {"from": f"synthetic countries of size {size.name}, seeds {', '.join(map(str, seeds))}"}
    model = fit_model(concat_rows([country.episodes for country in seen]), make_published_model(), ZONE, made)
    asked = concat_rows([country.asked for country in seen])
    model = calibrate_model(model, ZONE, asked.facts, asked.now, asked.left, WITHIN)
    common = estimate_shared_chance(model, ZONE, asked.facts, asked.now, asked.left, WITHIN)
    return replace(model, shared=common)


def check_forecast(
    model: ForecastModel, size: Size, seeds: Sequence[int], say: Callable[[str], None]
) -> ForecastWorth:
    """What a forecast is worth in countries that it never saw."""
    asked = []
    for seed in seeds:
        asked.append(collect_samples(size, seed, learns=False).asked)
        say(f"seed {seed}: {len(asked[-1]):,} questions")
    return measure_forecast(Forecast(model, ZONE), concat_rows(asked))
