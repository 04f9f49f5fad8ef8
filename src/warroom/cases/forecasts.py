"""Forecasts of cases: what is likely to leave within the hour, until when to decide, and since when a bank is
silent.

Kept as columns of the case, so that every list reads one index. A change of a case updates them in the same
transaction; a step of the server updates all cases, since time alone changes what leaves.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import text
from sqlalchemy.orm import Session

from warroom import clock
from warroom.cases.answer_times import LEAST_SILENCE, AnswerTimes, get_answer_times
from warroom.ledger.ledger import Ledger
from warroom.money.forecast.choice import load_active_forecast
from warroom.money.forecast.facts import CHANNEL_OF, MINUTE, NO_CHANNEL, UNKNOWN, Floats, Ints, MoneyFacts
from warroom.money.forecast.forecast import LAST, Forecast, Risk

CORE = 0.8
"""The time to decide of a case is that of its largest amounts, which together are this share of what leaves."""
STALE = timedelta(minutes=10)
"""A forecast that hardly changes is written again after this, so that its age stays small."""
CHANGED = 0.01
"""Relative change of what leaves; smaller ones are not written: nobody sees them, and they would be ten
thousand rows a minute.
"""
# Microseconds (ten years): a later moment counts as never.
FAR = 3650 * 24 * 60 * MINUTE

CASES = text(
    """
SELECT c.id, c.leaves, c.leaves_low, c.leaves_high, c.leaves_rough, c.decide_by, c.asked_since, c.silent_since,
       c.part_left, c.forecast_at, coalesce(told.gone, 0) AS gone
FROM cases c
LEFT JOIN (SELECT h.case_id, sum(h.amount - h.held) AS gone FROM holds h
           WHERE h.state IN ('partly', 'refused') AND h.left_settled_at IS NULL
           GROUP BY h.case_id) told ON told.case_id = c.id
WHERE CASE WHEN cast(:ids AS bigint[]) IS NULL THEN c.state = 'open' ELSE c.id = ANY(cast(:ids AS bigint[])) END
ORDER BY c.id
"""
)
AMOUNTS = text(
    """
WITH wanted AS (
  SELECT id, traced_at, records_end FROM cases
  WHERE state = 'open' AND (cast(:ids AS bigint[]) IS NULL OR id = ANY(cast(:ids AS bigint[])))),
lying AS (
  SELECT p.id AS proposal_id, p.case_id, NULL AS hold_id,
         p.there - coalesce((SELECT sum(h.amount - h.held)::bigint FROM holds h
           WHERE h.case_id = p.case_id AND h.bank = p.bank AND h.account = p.account
             AND h.state IN ('partly', 'refused') AND h.left_settled_at IS NULL), 0) AS there
  FROM proposals p JOIN wanted ON wanted.id = p.case_id WHERE p.state = 'open'
  UNION ALL
  SELECT h.proposal_id, h.case_id, h.id, least(h.amount, p.there)
  FROM holds h JOIN wanted ON wanted.id = h.case_id JOIN proposals p ON p.id = h.proposal_id
  WHERE h.state IN ('proposed', 'approved', 'sent'))
SELECT lying.case_id, lying.there, coalesce(p.hop, 1), p.channel,
       -- Where the records ended days ago the money may be anywhere by now, and nothing is said of when it leaves.
       CASE WHEN wanted.records_end IS NULL THEN (extract(epoch FROM p.arrived_at) * 1000000)::bigint END,
       (extract(epoch FROM p.opened_at) * 1000000)::bigint,
       (extract(epoch FROM wanted.traced_at) * 1000000)::bigint,
       coalesce(p.passed, 0), least(1, lying.there / greatest(p.balance, 1)::float8), p.bank,
       lying.hold_id IS NOT NULL,
       (extract(epoch FROM asked.sent_at) * 1000000)::bigint,
       (extract(epoch FROM coalesce(asked.sent_at, asked.made_at)) * 1000000)::bigint,
       lying.proposal_id
FROM lying JOIN wanted ON wanted.id = lying.case_id JOIN proposals p ON p.id = lying.proposal_id
LEFT JOIN orders asked ON asked.hold_id = lying.hold_id AND asked.kind = 'hold'
WHERE (p.arrived_at IS NOT NULL AND lying.there > 0) OR lying.hold_id IS NOT NULL
ORDER BY lying.case_id, lying.proposal_id
"""
)
KEEP = text(
    """
UPDATE cases SET leaves = n.leaves, leaves_low = n.low, leaves_high = n.high, leaves_rough = n.rough,
  decide_by = n.decide_by, asked_since = n.asked_since, silent_since = n.silent_since, part_left = n.part_left,
  forecast_at = :now
FROM unnest(cast(:id AS bigint[]), cast(:leaves AS bigint[]), cast(:low AS bigint[]), cast(:high AS bigint[]),
            cast(:rough AS boolean[]), cast(:decide_by AS timestamptz[]), cast(:asked_since AS timestamptz[]),
            cast(:silent_since AS timestamptz[]), cast(:part_left AS bigint[]))
  AS n(id, leaves, low, high, rough, decide_by, asked_since, silent_since, part_left)
WHERE cases.id = n.id
"""
)


# The last value within each hour: the board draws the day from these.
HOUR = text(
    """
INSERT INTO leaving_hours (hour, leaves)
SELECT date_trunc('hour', cast(:now AS timestamptz)), coalesce(sum(leaves), 0) FROM cases WHERE state = 'open'
ON CONFLICT (hour) DO UPDATE SET leaves = excluded.leaves
"""
)


def refresh_forecasts(ledger: Ledger, now: datetime) -> int:
    """Update the forecasts of all open cases; returns how many changed visibly."""
    with ledger.open_session() as session:
        written = update_forecasts(session, now)
        # In the same transaction: the hour's sum is of the rows just written.
        session.execute(HOUR, {"now": now})
        return written


def update_forecasts(session: Session, now: datetime, case_ids: Collection[int] | None = None) -> int:
    """Update the forecasts of all open cases, or of `case_ids`; returns how many were written. A closed case
    has none.
    """
    ids = None if case_ids is None else list(case_ids)
    cases = session.execute(CASES, {"ids": ids}).all()
    if not cases:
        return 0
    rows = session.execute(AMOUNTS, {"ids": ids}).all()
    forecasts = _CaseForecasts(
        cases, rows, load_active_forecast(session.info["home"], now), get_answer_times(session, now), now
    )
    # A named case in any event, since somebody has just decided; of all cases only visible changes.
    kept = forecasts.list_changed_places() if case_ids is None else np.arange(len(cases))
    if len(kept):
        session.execute(KEEP, forecasts.build_columns(kept) | {"now": now})
    return len(kept)


@dataclass(frozen=True, slots=True)
class ExpectedExit:
    """For one amount: satang that leave within the hour if nobody acts, and until when its bank must be
    asked.
    """

    leaves: int
    decide_by: datetime | None


def forecast_case(session: Session, case_id: int, now: datetime) -> dict[int, ExpectedExit]:
    """The forecast of each undecided or asked amount of an open case, by its proposal's id."""
    rows = session.execute(AMOUNTS, {"ids": [case_id]}).all()
    if not rows:
        return {}
    columns = list(zip(*rows, strict=True))
    facts, lies = _build_facts(columns)
    if not lies.any():
        return {}
    forecast, micros = load_active_forecast(session.info["home"], now), clock.to_micros(now)
    facts, proposals = facts.select_rows(lies), np.array(columns[13], np.int64)[lies]
    usual = _list_bank_times(columns[9], get_answer_times(session, now), now)[lies, 0]
    leaves = np.rint(forecast.estimate_leaving_shares(facts, micros) * facts.amount)
    by = forecast.estimate_leaving_times(facts) - (usual * MINUTE).astype(np.int64)
    return {
        int(proposal_id): ExpectedExit(int(amount), None if at > micros + FAR else clock.from_micros(int(at)))
        for proposal_id, amount, at in zip(proposals, leaves, by, strict=True)
    }


class _CaseForecasts:
    """The forecasts of cases, by their place in `cases`."""

    def __init__(self, cases: Any, rows: Any, forecast: Forecast, times: AnswerTimes, now: datetime) -> None:
        self.cases, self.now, self.micros = cases, now, clock.to_micros(now)
        self.ids = np.array([row.id for row in cases], np.int64)
        count = len(cases)
        self.leaves, self.low, self.high = (np.zeros(count, np.int64) for _ in range(3))
        self.rough, self.decide = np.zeros(count, bool), np.full(count, LAST)
        self.asked, self.silent = np.full(count, LAST), np.full(count, LAST)
        self.part_left = np.array([int(row.gone) for row in cases], np.int64)
        if rows:
            self._add_rows(rows, forecast, times)

    def _add_rows(self, rows: Any, forecast: Forecast, times: AnswerTimes) -> None:
        columns = list(zip(*rows, strict=True))
        place = np.searchsorted(self.ids, np.array(columns[0], np.int64))
        banks = _list_bank_times(columns[9], times, self.now)
        asked, sent = np.array(columns[10], bool), _to_micros_array(columns[11], LAST)
        np.minimum.at(self.asked, place, _to_micros_array(columns[12], LAST))
        late = np.maximum(banks[:, 1], LEAST_SILENCE) * MINUTE
        silent = np.where(sent < LAST, sent + late, float(LAST)).astype(np.int64)
        np.minimum.at(self.silent, place, np.where(silent <= self.micros, silent, LAST))
        self._keep_silent(place, sent)
        facts, lies = _build_facts(columns)
        if lies.any():
            self._add_forecast(facts.select_rows(lies), asked[lies], banks[lies, 0], forecast)

    def _keep_silent(self, place: Ints, sent: Ints) -> None:
        """A silent bank stays so until it answers, also where other answers have made the usual time longer."""
        before = _to_micros_array([_to_micros(row.silent_since) for row in self.cases], LAST)
        waits = np.full(len(self.cases), LAST)
        np.minimum.at(waits, place, sent)
        self.silent = np.where(waits < before, np.minimum(self.silent, before), self.silent)

    def _add_forecast(
        self, facts: MoneyFacts, asked: npt.NDArray[np.bool_], usual: Floats, forecast: Forecast
    ) -> None:
        risk: Risk = forecast.estimate_risk(facts, self.micros)
        place = np.searchsorted(self.ids, risk.case)
        self.leaves[place] = np.rint(risk.mean)
        self.low[place], self.high[place] = np.floor(risk.low), np.ceil(risk.high)
        self.rough[place] = risk.rough
        share = forecast.estimate_leaving_shares(facts, self.micros)
        by = forecast.estimate_leaving_times(facts) - (usual * MINUTE).astype(np.int64)
        core = is_in_core(facts.case, share * facts.amount) & ~asked
        np.minimum.at(self.decide, np.searchsorted(self.ids, facts.case[core]), by[core])

    def list_changed_places(self) -> Ints:
        """The places of cases whose forecast differs visibly from what is kept, or is old."""
        before = np.array([(row.leaves, row.leaves_low, row.leaves_high) for row in self.cases], np.float64)
        after = np.column_stack([self.leaves, self.low, self.high]).astype(np.float64)
        moved = (np.abs(after - before) > CHANGED * np.maximum(before, 100.0)).any(axis=1)
        other = [
            (row.leaves_rough, row.part_left) != (bool(self.rough[at]), int(self.part_left[at]))
            or row.forecast_at is None
            or self.now - row.forecast_at >= STALE
            or row.asked_since != self._to_time(self.asked[at])
            or row.silent_since != self._to_time(self.silent[at])
            or _is_far_apart(row.decide_by, self._to_time(self.decide[at]))
            for at, row in enumerate(self.cases)
        ]
        changed_places: Ints = np.flatnonzero(moved | np.array(other, bool))
        return changed_places

    def build_columns(self, kept: Ints) -> dict[str, list[Any]]:
        """The columns of these cases, to be written."""
        return {
            "id": self.ids[kept].tolist(),
            "leaves": self.leaves[kept].tolist(),
            "low": self.low[kept].tolist(),
            "high": self.high[kept].tolist(),
            "rough": self.rough[kept].tolist(),
            "decide_by": [self._to_time(at) for at in self.decide[kept]],
            "asked_since": [self._to_time(at) for at in self.asked[kept]],
            "silent_since": [self._to_time(at) for at in self.silent[kept]],
            "part_left": self.part_left[kept].tolist(),
        }

    def _to_time(self, micros: np.int64) -> datetime | None:
        return None if micros > self.micros + FAR else clock.from_micros(int(micros))


def is_in_core(case: Ints, leaves: Floats) -> npt.NDArray[np.bool_]:
    """Which amounts are among the fewest, the largest first, that make the larger part of what leaves of their case."""
    order = np.lexsort((-leaves, case))
    mine, sums = leaves[order], np.cumsum(leaves[order])
    _, first, count = np.unique(case[order], return_index=True, return_counts=True)
    before = np.repeat(sums[first] - mine[first], count)
    whole = np.repeat(np.add.reduceat(mine, first), count)
    core = np.zeros(len(case), bool)
    # Without the amount itself, so that the one that crosses the share still belongs to the core.
    core[order] = (sums - before - mine < CORE * whole) & (mine > 0)
    return core


def _build_facts(columns: list[Any]) -> tuple[MoneyFacts, npt.NDArray[np.bool_]]:
    """The facts of all rows, and which of them are known and have anything left."""
    arrived = _to_micros_array(columns[4], UNKNOWN)
    there = np.array([0 if amount is None else amount for amount in columns[1]], np.int64)
    facts = MoneyFacts.from_columns(
        columns[0],
        there,
        columns[2],
        [CHANNEL_OF.get(channel, NO_CHANNEL) for channel in columns[3]],
        arrived,
        _to_micros_array(columns[5], UNKNOWN),
        np.maximum(_to_micros_array(columns[6], 0), arrived),
        columns[7],
        [0.0 if share is None else share for share in columns[8]],
    )
    return facts, (there > 0) & (arrived != UNKNOWN)


def _list_bank_times(banks: tuple[str, ...], times: AnswerTimes, now: datetime) -> Floats:
    """float64 (rows, 2): minutes in which the bank of each row has usually, and nearly always, answered."""
    of = {bank: times.get_times(bank, now) for bank in set(banks)}
    return np.array([(of[bank].early, of[bank].late) for bank in banks], np.float64)


def _to_micros_array(column: Any, missing: int | np.int64) -> Ints:
    return np.array([missing if one is None else one for one in column], np.int64)


def _to_micros(at: datetime | None) -> int | None:
    return None if at is None else clock.to_micros(at)


def _is_far_apart(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return one is not other
    # Half a minute: a page shows minutes.
    return abs(one - other) >= timedelta(seconds=30)
