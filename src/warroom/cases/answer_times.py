"""How long banks take to answer an order to hold, from their last answers; published figures fill up where
these are too few.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import NormalDist
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from warroom import settings

LAST = 30
"""Answers of a bank that its times are taken from; with fewer, those of all banks together."""
USUAL, SPREAD = 20.0, 0.45
"""Assumed until a room knows its banks: a median of twenty minutes, most between ten and sixty (lognormal). Published are
ten to fifteen in the mean, from the report to the hold: slow is assumed, so that a clock strikes early rather than late.
"""
NIGHT = (20, 6)
"""Hours of the house's clock between which banks have their night staff."""
# How long a process reuses the estimate: one more answer hardly moves a quantile of thirty.
KEPT = timedelta(minutes=1)
# Quantiles: four of five orders are answered by EARLY, nineteen of twenty by LATE.
EARLY, LATE = 0.8, 0.95
LEAST_SILENCE = 15.0
"""Minutes: no bank is called silent sooner, however fast it usually is."""

# Jumps from bank to bank along the index, and reads of each its newest answers alone: the outbox grows for years.
ANSWERED = text(
    """
WITH RECURSIVE banks AS (
  (SELECT min(bank) AS bank FROM orders WHERE about = 'hold' AND kind = 'hold' AND acknowledged_at IS NOT NULL)
  UNION ALL
  SELECT (SELECT min(o.bank) FROM orders o
          WHERE o.about = 'hold' AND o.kind = 'hold' AND o.acknowledged_at IS NOT NULL AND o.bank > banks.bank)
  FROM banks WHERE banks.bank IS NOT NULL)
SELECT banks.bank, answered.sent_at, extract(epoch FROM answered.acknowledged_at - answered.sent_at)::float8 / 60
FROM banks CROSS JOIN LATERAL (
  SELECT sent_at, acknowledged_at FROM orders
  WHERE bank = banks.bank AND about = 'hold' AND kind = 'hold' AND acknowledged_at IS NOT NULL
  ORDER BY acknowledged_at DESC LIMIT :most) answered
WHERE answered.sent_at IS NOT NULL
ORDER BY banks.bank, answered.acknowledged_at DESC
"""
)


@dataclass(frozen=True, slots=True)
class BankAnswerTimes:
    """Minutes in which a bank has answered with four of five orders, and with nineteen of twenty."""

    early: float
    late: float


@dataclass(frozen=True)
class AnswerTimes:
    """Answer times of every bank by day and by night; `pooled` are those of all banks together."""

    by_bank: Mapping[tuple[str, bool], BankAnswerTimes]
    pooled: BankAnswerTimes
    zone: ZoneInfo

    def get_times(self, bank: str, at: datetime) -> BankAnswerTimes:
        """How long a bank takes with what it is sent at a moment."""
        return self.by_bank.get((bank, is_night(at, self.zone)), self.pooled)

    def answered_by(self, bank: str, sent_at: datetime) -> datetime:
        """When the bank has usually answered."""
        return sent_at + timedelta(minutes=self.get_times(bank, sent_at).early)

    def silent_from(self, bank: str, sent_at: datetime) -> datetime:
        """From when on the bank counts as silent: later than it nearly always answers."""
        return sent_at + timedelta(minutes=max(self.get_times(bank, sent_at).late, LEAST_SILENCE))


def is_night(at: datetime, zone: ZoneInfo) -> bool:
    """Whether a moment is in the banks' night hours."""
    hour = at.astimezone(zone).hour
    return hour >= NIGHT[0] or hour < NIGHT[1]


# By home: a process may have two open.
_kept: dict[Path, tuple[datetime, AnswerTimes]] = {}


def get_answer_times(session: Session, now: datetime) -> AnswerTimes:
    """How long banks take, as known at most a minute ago."""
    root = session.info["home"].root
    kept = _kept.get(root)
    if kept is None or not timedelta(0) <= now - kept[0] < KEPT:
        kept = _kept[root] = (now, load_answer_times(session))
    return kept[1]


def load_answer_times(session: Session) -> AnswerTimes:
    """How long banks take, read from the ledger."""
    zone = ZoneInfo(settings.get_text("WARROOM_TIMEZONE"))
    answers_by_bank: dict[str, list[tuple[bool, float]]] = defaultdict(list)
    # Enough for thirty of the rarer half: a bank that answers at night once in ten times is measured by day alone.
    for bank, sent_at, minutes in session.execute(ANSWERED, {"most": 10 * LAST}):
        answers_by_bank[bank].append((is_night(sent_at, zone), max(minutes, 0.0)))
    pooled = _estimate_times([minutes for rows in answers_by_bank.values() for _, minutes in rows[:LAST]])
    by_bank = {}
    for bank, rows in answers_by_bank.items():
        for night in (False, True):
            if times := _of_bank(rows, night):
                by_bank[bank, night] = times
    return AnswerTimes(by_bank, pooled, zone)


def _of_bank(rows: list[tuple[bool, float]], night: bool) -> BankAnswerTimes | None:
    """Day and night apart where each has enough; all of a bank's together; None where those are too few."""
    halves = [[minutes for dark, minutes in rows if dark == half][:LAST] for half in (False, True)]
    if all(len(half) == LAST for half in halves):
        return _estimate_times(halves[night])
    newest = [minutes for _, minutes in rows[:LAST]]
    return _estimate_times(newest) if len(newest) == LAST else None


def _estimate_times(minutes: list[float]) -> BankAnswerTimes:
    """Quantiles of answer times in minutes; fewer than thirty answers are filled up with evenly spaced
    quantiles of the published distribution.
    """
    missing = max(LAST - len(minutes), 0)
    normal = NormalDist(np.log(USUAL), SPREAD)
    usual = [float(np.exp(normal.inv_cdf((at + 0.5) / missing))) for at in range(missing)]
    early, late = np.quantile([*minutes, *usual], (EARLY, LATE))
    return BankAnswerTimes(float(early), float(late))
