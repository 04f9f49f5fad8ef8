"""Forecasts of cases: what is likely to leave within the hour, until when to decide, and from when on a bank
counts as silent.

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
from warroom.cases.answer_times import AnswerTimes, get_answer_times
from warroom.cases.decide_by import WhyLater, explain_later, find_first_deadlines, give_deadlines
from warroom.ledger.ledger import Ledger
from warroom.money.forecast.choice import load_active_forecast
from warroom.money.forecast.facts import CHANNEL_OF, MINUTE, NO_CHANNEL, UNKNOWN, Floats, Ints, MoneyFacts
from warroom.money.forecast.forecast import LAST, Forecast, Risk

Bools = npt.NDArray[np.bool_]
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
SELECT c.id, c.leaves, c.leaves_low, c.leaves_high, c.leaves_rough, c.savable, c.decide_by, c.decide_bank, c.asked_since,
       c.silent_since, c.is_silent, c.part_left, c.forecast_at, coalesce(told.gone, 0) AS gone, c.snapshot_id, c.traced_at,
       c.decide_by_of, c.decide_by_was, c.decide_by_seen, c.decide_by_why, setter.state AS set_by
FROM cases c
LEFT JOIN proposals setter ON setter.id = c.decide_by_of
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
  SELECT id, traced_at, records_end, to_decide FROM cases
  WHERE state = 'open' AND (cast(:ids AS bigint[]) IS NULL OR id = ANY(cast(:ids AS bigint[])))),
lying AS (
  SELECT p.id AS proposal_id, p.case_id, NULL AS hold_id,
         p.there - coalesce((SELECT sum(h.amount - h.held)::bigint FROM holds h
           WHERE h.case_id = p.case_id AND h.bank = p.bank AND h.account = p.account
             AND h.state IN ('partly', 'refused') AND h.left_settled_at IS NULL), 0) AS there,
         p.doubt <> 'holder' AS worth
  FROM proposals p JOIN wanted ON wanted.id = p.case_id WHERE p.state = 'open'
  UNION ALL
  SELECT h.proposal_id, h.case_id, h.id, least(h.amount, p.there), h.state = 'proposed'
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
       lying.proposal_id,
       (extract(epoch FROM p.decide_by) * 1000000)::bigint,
       (extract(epoch FROM coalesce(p.seen_at, wanted.traced_at)) * 1000000)::bigint,
       p.decide_by_was, p.decide_by_seen,
       lying.worth AND wanted.to_decide > 0
FROM lying JOIN wanted ON wanted.id = lying.case_id JOIN proposals p ON p.id = lying.proposal_id
LEFT JOIN orders asked ON asked.hold_id = lying.hold_id AND asked.kind = 'hold'
WHERE (p.arrived_at IS NOT NULL AND lying.there > 0) OR lying.hold_id IS NOT NULL
ORDER BY lying.case_id, lying.proposal_id
"""
)
# Not where the case was followed since it was read: what was written then knows more.
KEEP = text(
    """
UPDATE cases SET leaves = n.leaves, leaves_low = n.low, leaves_high = n.high, leaves_rough = n.rough,
  savable = n.savable, decide_by = n.decide_by, decide_bank = n.decide_bank, decide_by_of = n.decide_by_of, decide_by_was = n.decide_by_was,
  decide_by_seen = n.decide_by_seen, decide_by_why = n.decide_by_why, asked_since = n.asked_since,
  silent_since = n.silent_since, is_silent = n.is_silent, part_left = n.part_left, forecast_at = :now
FROM unnest(cast(:id AS bigint[]), cast(:leaves AS bigint[]), cast(:low AS bigint[]), cast(:high AS bigint[]),
            cast(:rough AS boolean[]), cast(:savable AS bigint[]), cast(:decide_by AS timestamptz[]),
            cast(:decide_bank AS text[]), cast(:decide_by_of AS bigint[]), cast(:decide_by_was AS timestamptz[]),
            cast(:decide_by_seen AS timestamptz[]), cast(:decide_by_why AS text[]), cast(:asked_since AS timestamptz[]),
            cast(:silent_since AS timestamptz[]), cast(:is_silent AS boolean[]), cast(:part_left AS bigint[]), cast(:snapshot AS bigint[]))
  AS n(id, leaves, low, high, rough, savable, decide_by, decide_bank, decide_by_of, decide_by_was, decide_by_seen, decide_by_why,
       asked_since, silent_since, is_silent, part_left, snapshot)
WHERE cases.id = n.id AND cases.snapshot_id IS NOT DISTINCT FROM n.snapshot
"""
)
# After the rows of their cases, which every decision locks first.
KEEP_DEADLINES = text(
    """
UPDATE proposals SET decide_by = n.decide_by, decide_by_was = n.was, decide_by_seen = n.seen
FROM unnest(cast(:id AS bigint[]), cast(:decide_by AS timestamptz[]), cast(:was AS timestamptz[]),
            cast(:seen AS timestamptz[])) AS n(id, decide_by, was, seen)
WHERE proposals.id = n.id AND proposals.state = 'open'
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
    if forecasts.new_deadlines:
        session.execute(KEEP_DEADLINES, forecasts.build_deadline_columns())
    return len(kept)


@dataclass(frozen=True, slots=True)
class ExpectedExit:
    """For one amount: satang that leave within the hour if nobody acts, and until when its bank must be
    asked; `decide_by_was` is the deadline before, after which records to `decide_by_seen` showed it still there.
    """

    leaves: int
    decide_by: datetime | None
    decide_by_was: datetime | None = None
    decide_by_seen: datetime | None = None


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
    leaves = np.zeros(len(facts), np.int64)
    mine = facts.select_rows(lies)
    leaves[lies] = np.rint(forecast.estimate_leaving_shares(mine, micros) * mine.amount)
    return {
        int(row[13]): ExpectedExit(
            int(amount), None if row[14] is None else clock.from_micros(row[14]), row[16], row[17]
        )
        for row, amount, is_lying in zip(rows, leaves, lies, strict=True)
        if is_lying
    }


@dataclass(frozen=True, slots=True)
class _GivenTime:
    """The deadline of an amount of a case, the one before it, and until when records showed it still there after that."""

    case: int
    at: datetime | None
    was: datetime | None
    seen: datetime | None


class _CaseForecasts:
    """The forecasts of cases, by their place in `cases`."""

    def __init__(self, cases: Any, rows: Any, forecast: Forecast, times: AnswerTimes, now: datetime) -> None:
        self.cases, self.now, self.micros = cases, now, clock.to_micros(now)
        self.ids = np.array([row.id for row in cases], np.int64)
        count = len(cases)
        self.leaves, self.low, self.high, self.savable = (np.zeros(count, np.int64) for _ in range(4))
        self.rough = np.zeros(count, bool)
        # Until when to decide each case, and the proposal that says so; 0 where none does.
        self.decide, self.decide_of = np.full(count, LAST), np.zeros(count, np.int64)
        self.banks = [""] * count
        self.before = _to_micros_array([_to_micros(row.decide_by) for row in cases], LAST)
        self.new_deadlines: dict[int, _GivenTime] = {}
        self.asked, self.silent = np.full(count, LAST), np.full(count, LAST)
        self.part_left = np.array([int(row.gone) for row in cases], np.int64)
        if rows:
            self._add_rows(rows, forecast, times)

    def _add_rows(self, rows: Any, forecast: Forecast, times: AnswerTimes) -> None:
        columns = list(zip(*rows, strict=True))
        place = np.searchsorted(self.ids, np.array(columns[0], np.int64))
        usual = _list_usual_minutes(columns[9], times, self.now)
        asked = np.array(columns[10], bool)
        np.minimum.at(self.asked, place, _to_micros_array(columns[12], LAST))
        # Kept ahead of its time, so that every list says the same at any moment, and not a turn later.
        np.minimum.at(self.silent, place, _find_silent_from(columns[9], columns[11], times))
        facts, lies = _build_facts(columns)
        if not lies.any():
            return
        # An amount that a decision can still save: its clock is the case's.
        is_worth = np.array(columns[18], bool)
        facts, waits, worth = facts.select_rows(lies), ~asked[lies], is_worth[lies]
        leaves = self._add_forecast(facts, worth, forecast)
        if waits.any():
            is_undecided = lies & ~asked
            undecided = [row for row, is_mine in zip(rows, is_undecided, strict=True) if is_mine]
            core = (is_in_core(facts.case, leaves) & worth)[waits]
            self._add_deadlines(undecided, facts.select_rows(waits), core, usual[is_undecided], forecast)

    def _add_forecast(self, facts: MoneyFacts, worth: Bools, forecast: Forecast) -> Floats:
        """What leaves of all amounts and of those that a decision can still save (`worth`); returns the satang of each."""
        risk: Risk = forecast.estimate_risk(facts, self.micros)
        place = np.searchsorted(self.ids, risk.case)
        self.leaves[place] = np.rint(risk.mean)
        self.low[place], self.high[place] = np.floor(risk.low), np.ceil(risk.high)
        self.rough[place] = risk.rough
        leaves: Floats = forecast.estimate_leaving_shares(facts, self.micros) * facts.amount
        savable = np.bincount(
            np.searchsorted(self.ids, facts.case), np.where(worth, leaves, 0.0), len(self.ids)
        )
        self.savable = np.minimum(np.rint(savable).astype(np.int64), self.leaves)
        return leaves

    def _add_deadlines(
        self, rows: list[Any], facts: MoneyFacts, core: Bools, usual: Floats, forecast: Forecast
    ) -> None:
        """The deadlines of undecided amounts, and of each case the first among its largest ones and the one that set it before."""
        columns = list(zip(*rows, strict=True))
        proposals, kept = np.array(columns[13], np.int64), _to_micros_array(columns[14], LAST)
        seen = _to_micros_array(columns[15], 0)
        fresh = forecast.estimate_leaving_times(facts) - (usual * MINUTE).astype(np.int64)
        fresh = np.where(fresh > self.micros + FAR, LAST, fresh)
        deadlines = give_deadlines(kept, fresh, seen, self.micros)
        for at in np.flatnonzero(deadlines.at != kept):
            self.new_deadlines[int(proposals[at])] = _GivenTime(
                int(facts.case[at]),
                self._to_time(deadlines.at[at]),
                clock.from_micros(int(kept[at])) if deadlines.renewed[at] else columns[16][at],
                clock.from_micros(int(seen[at])) if deadlines.renewed[at] else columns[17][at],
            )
        place = np.searchsorted(self.ids, facts.case)
        setters = np.array([row.decide_by_of or 0 for row in self.cases], np.int64)
        is_worth = np.array(columns[18], bool)
        counts = (core | (proposals == setters[place])) & is_worth
        first = find_first_deadlines(place[counts], deadlines.at[counts], len(self.ids))
        self.decide = first.at
        is_set = first.place >= 0
        self.decide_of[is_set] = proposals[counts][first.place[is_set]]
        banks_of_deadlines = [columns[9][row] for row in np.flatnonzero(counts)]
        for place_of_case in np.flatnonzero(is_set):
            self.banks[place_of_case] = banks_of_deadlines[first.place[place_of_case]]

    def list_changed_places(self) -> Ints:
        """The places of cases whose forecast differs visibly from what is kept, or is old."""
        before = np.array(
            [(row.leaves, row.leaves_low, row.leaves_high, row.savable) for row in self.cases], np.float64
        )
        after = np.column_stack([self.leaves, self.low, self.high, self.savable]).astype(np.float64)
        moved = (np.abs(after - before) > CHANGED * np.maximum(before, 100.0)).any(axis=1)
        other = [
            (row.leaves_rough, row.part_left, row.decide_bank)
            != (bool(self.rough[at]), int(self.part_left[at]), self.banks[at])
            or row.forecast_at is None
            or self.now - row.forecast_at >= STALE
            or row.asked_since != self._to_time(self.asked[at])
            or row.silent_since != self._to_time(self.silent[at])
            or row.is_silent != bool(self.silent[at] <= self.micros)
            or (row.decide_by_of or 0) != self.decide_of[at]
            or _is_far_apart(row.decide_by, self._to_time(self.decide[at]))
            for at, row in enumerate(self.cases)
        ]
        given = np.isin(self.ids, [new.case for new in self.new_deadlines.values()])
        changed_places: Ints = np.flatnonzero(moved | given | np.array(other, bool))
        return changed_places

    def build_columns(self, kept: Ints) -> dict[str, list[Any]]:
        """The columns of these cases, to be written."""
        later = [self._explain_deadline(int(at)) for at in kept]
        return {
            "id": self.ids[kept].tolist(),
            "leaves": self.leaves[kept].tolist(),
            "low": self.low[kept].tolist(),
            "high": self.high[kept].tolist(),
            "rough": self.rough[kept].tolist(),
            "savable": self.savable[kept].tolist(),
            "decide_by": [self._to_time(at) for at in self.decide[kept]],
            "decide_bank": [self.banks[at] for at in kept],
            "decide_by_of": [int(proposal_id) or None for proposal_id in self.decide_of[kept]],
            "decide_by_was": [was for was, _, _ in later],
            "decide_by_seen": [seen for _, seen, _ in later],
            "decide_by_why": [why for _, _, why in later],
            "snapshot": [self.cases[at].snapshot_id for at in kept],
            "asked_since": [self._to_time(at) for at in self.asked[kept]],
            "silent_since": [self._to_time(at) for at in self.silent[kept]],
            "is_silent": (self.silent[kept] <= self.micros).tolist(),
            "part_left": self.part_left[kept].tolist(),
        }

    def build_deadline_columns(self) -> dict[str, list[Any]]:
        """The columns of the amounts whose deadlines are new, to be written."""
        given = self.new_deadlines.items()
        return {
            "id": [proposal_id for proposal_id, _ in given],
            "decide_by": [new.at for _, new in given],
            "was": [new.was for _, new in given],
            "seen": [new.seen for _, new in given],
        }

    def _explain_deadline(self, at: int) -> tuple[datetime | None, datetime | None, WhyLater]:
        """The deadline of a case before it became later, the records that say so, and why; nothing where it never did.

        Kept also while nothing is to be decided, so that the next amount's deadline is not a later one without a word.
        """
        row, deadline = self.cases[at], self.decide[at]
        if self.before[at] >= deadline or row.decide_by_of is None:
            is_later = row.decide_by_was is not None and clock.to_micros(row.decide_by_was) < deadline
            return (
                (row.decide_by_was, row.decide_by_seen, row.decide_by_why) if is_later else (None, None, "")
            )
        renewed = self.new_deadlines.get(row.decide_by_of)
        why = explain_later(row.set_by, renewed is not None)
        return (row.decide_by, renewed.seen if renewed else row.traced_at, why) if why else (None, None, "")

    def _to_time(self, micros: np.int64) -> datetime | None:
        return None if micros > self.micros + FAR else clock.from_micros(int(micros))


def is_in_core(case: Ints, leaves: Floats) -> Bools:
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


def _list_usual_minutes(banks: tuple[str, ...], times: AnswerTimes, now: datetime) -> Floats:
    """Minutes in which the bank of each row has usually answered."""
    usual = {bank: times.get_times(bank, now).early for bank in set(banks)}
    return np.array([usual[bank] for bank in banks], np.float64)


def _find_silent_from(banks: tuple[str, ...], sent: tuple[int | None, ...], times: AnswerTimes) -> Ints:
    """From when on the bank of each row counts as silent, in microseconds; LAST for what was not sent."""
    return np.array(
        [
            LAST if at is None else clock.to_micros(times.silent_from(bank, clock.from_micros(at)))
            for bank, at in zip(banks, sent, strict=True)
        ],
        np.int64,
    )


def _to_micros_array(column: Any, missing: int | np.int64) -> Ints:
    return np.array([missing if one is None else one for one in column], np.int64)


def _to_micros(at: datetime | None) -> int | None:
    return None if at is None else clock.to_micros(at)


def _is_far_apart(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return one is not other
    # Half a minute: a page shows minutes.
    return abs(one - other) >= timedelta(seconds=30)
