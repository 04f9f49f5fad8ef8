"""Learning a home's own forecast: every amount that arrived by a reported trail, and when it left.

The earlier reports teach and the last ones measure, the forecast in use beside the new one on the same questions. What a
bank held is watched until then and no longer: it could not leave.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from warroom import clock
from warroom.cases.reports import VictimReport, read_reports
from warroom.cases.schema import Hold
from warroom.errors import ModelError, TraceError
from warroom.home import Home
from warroom.ledger.ledger import Ledger
from warroom.money.forecast.choice import (
    archive_own_model,
    get_archived_path,
    load_active_forecast,
    load_shipped_model,
    own_path,
)
from warroom.money.forecast.facts import MINUTE
from warroom.money.forecast.file import save_model
from warroom.money.forecast.forecast import FEW, Forecast
from warroom.money.trace.tracing import trace
from warroom.money.trail import BankAccount, Trail
from warroom_lab.forecasting import card
from warroom_lab.forecasting.history import Episodes, list_episodes, make_balance_lookup, map_moves_by_account
from warroom_lab.forecasting.learn import calibrate_model, estimate_shared_chance, fit_model
from warroom_lab.forecasting.measures import ForecastWorth, measure_forecast
from warroom_lab.forecasting.questions import WITHIN, ForecastQuestions, Row, iter_question_rows

if TYPE_CHECKING:
    from warroom.lake.lake import Lake
    from warroom.money.index.account_index import Index

TEACH = 0.7
"""The share of the reports, in the order of time, that teach; the others measure."""
LOOKS = (0, 60, 240)
"""Minutes after a report at which the forecasts are asked."""
ENOUGH = 300
"""Reports of those that teach by which the pace is calibrated, and by which it is found what the amounts of a case have in common: the newest."""
Said = Callable[[str], None]


class _Past:
    """A lake, and its trails as known at any moment."""

    def __init__(self, lake: "Lake", index: "Index", held: dict[BankAccount, int], until: datetime) -> None:
        self.lake, self.index, self.held, self.until = lake, index, held, until
        self.balance = make_balance_lookup(index, clock.to_micros(until))
        self.rows: list[Row] = []
        self.asked: list[Row] = []

    def add_report(self, report: VictimReport, case: int, asks: bool) -> None:
        """The episodes of a report's money, or what would have been asked of it and what came of that."""
        whole = self._find_trail(report, self.until)
        if whole is None:
            return
        if not asks:
            self.rows += list_episodes(whole, case, self.balance, self.held)
            return
        moves = map_moves_by_account(whole)
        for look, minutes in enumerate(LOOKS):
            at = report.reported_at + timedelta(minutes=minutes)
            seen = self._find_trail(report, at) if at + timedelta(minutes=WITHIN) < self.until else None
            if seen is not None:
                self.asked += iter_question_rows(
                    self._drop_held(seen, at), moves, clock.to_micros(at), case, look
                )

    def _drop_held(self, trail: Trail, at: datetime) -> Trail:
        """Without what a bank held before the hour was over: what became of it says nothing."""
        end = clock.to_micros(at) + WITHIN * MINUTE
        return replace(
            trail, holds=tuple(one for one in trail.holds if self.held.get(one.account, end + 1) > end)
        )

    def _find_trail(self, report: VictimReport, at: datetime) -> Trail | None:
        try:
            return trace(self.lake, self.index, list(report.transfer_ids), as_of=at)
        except TraceError:
            return None


def train_forecast(
    home: Home,
    lake: "Lake",
    index: "Index",
    held: dict[BankAccount, int],
    until: datetime,
    out: Path | None,
    say: Said,
) -> tuple[Path, dict[str, Any]]:
    """Learn from the lake's reports known by `until`; where the forecast was written, and its card.

    Into the home it goes as the one in use, unless that one is better on the same questions: then it lies beside it. Raises
    ModelError where there is too little to learn from.
    """
    reports = [lake_report for lake_report in read_reports(lake, until) if lake_report.transfer_ids]
    past = _Past(lake, index, held, until)
    teach = round(TEACH * len(reports))
    for number, report in enumerate(reports):
        past.add_report(report, number, asks=number >= teach)
    rows = Episodes.from_rows(past.rows)
    amounts = int(rows.began.sum())
    if amounts < FEW:
        raise ModelError("cases.few-amounts-to-learn", amounts=amounts, few=FEW)
    say(f"{amounts:,} amounts of {teach:,} reports teach, {len(reports) - teach:,} reports measure")
    used = load_active_forecast(home, until)
    made: dict[str, object] = {
        "from": f"the lake of {home.root.name}, commit {lake.head}",
        "until": until.isoformat(),
    }
    new = _fit_forecast(rows, _select_teaching_questions(past, reports[:teach][-ENOUGH:]), used, made)
    return _save_forecast(home, out, new, used, ForecastQuestions.from_rows(past.asked))


def _select_teaching_questions(past: _Past, reports: Sequence[VictimReport]) -> ForecastQuestions:
    """Questions of what teaches, for what the amounts of a case have in common."""
    asking = _Past(past.lake, past.index, past.held, past.until)
    for number, report in enumerate(reports):
        asking.add_report(report, number, asks=True)
    return ForecastQuestions.from_rows(asking.asked)


def _fit_forecast(
    rows: Episodes, asked: ForecastQuestions, used: Forecast, made: dict[str, object]
) -> Forecast:
    model = fit_model(rows, load_shipped_model(), used.zone, made)
    if len(asked):
        model = calibrate_model(model, used.zone, asked.facts, asked.now, asked.left, WITHIN)
        common = estimate_shared_chance(model, used.zone, asked.facts, asked.now, asked.left, WITHIN)
        model = replace(model, shared=common)
    return Forecast(model, used.zone)


def _save_forecast(
    home: Home, out: Path | None, new: Forecast, used: Forecast, asked: ForecastQuestions
) -> tuple[Path, dict[str, Any]]:
    worth, before = (_measure_worth(forecast, asked) for forecast in (new, used))
    worse = worth is None or (before is not None and worth.brier > before.brier)
    path = out or (get_archived_path(home, new.model) if worse else own_path(home))
    if path == own_path(home):
        archive_own_model(home)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    save_model(new.model, path)
    body = card.card_as_json(new.model, worth, (used.model.version, before), worse)
    card.write_card(path, body)
    return path, body


def _measure_worth(forecast: Forecast, asked: ForecastQuestions) -> ForecastWorth | None:
    return measure_forecast(forecast, asked) if len(asked) else None


def map_hold_times(ledger: Ledger) -> dict[BankAccount, int]:
    """By account from when money there was asked to be held first: from then on a bank may have bound it."""
    query = select(Hold.bank, Hold.account, func.min(Hold.approved_at)).group_by(Hold.bank, Hold.account)
    with ledger.open_session() as session:
        return {BankAccount(bank, number): clock.to_micros(at) for bank, number, at in session.execute(query)}
