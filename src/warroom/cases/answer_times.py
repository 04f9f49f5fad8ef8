"""How long banks take to answer an order to hold, from their last answers; published figures fill up where
these are too few.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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
LATEST = datetime.max.replace(tzinfo=UTC)
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
SELECT banks.bank, answered.sent_at, answered.acknowledged_at
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


@dataclass(frozen=True, slots=True)
class BankAnswer:
    """One answer of a bank to an order to hold."""

    at: datetime
    is_night: bool
    minutes: float


class AnswerTimes:
    """How long every bank takes to answer, by its last answers, day and night apart where each has enough."""

    def __init__(self, answers: Mapping[str, Sequence[BankAnswer]], zone: ZoneInfo) -> None:
        """`answers` are each bank's, the newest first."""
        self.zone, self._answers = zone, answers
        self._usual: dict[tuple[str, bool, datetime], BankAnswerTimes] = {}

    def list_banks(self) -> frozenset[str]:
        """The banks with enough answers for an estimate of their own."""
        return frozenset(bank for bank, answers in self._answers.items() if len(answers) >= LAST)

    def get_times(self, bank: str, at: datetime) -> BankAnswerTimes:
        """How long a bank takes with what it is sent at a moment, by all that is known today."""
        return self._get_times_before(bank, is_night(at, self.zone), LATEST)

    def answered_by(self, bank: str, sent_at: datetime) -> datetime:
        """When the bank has usually answered an order, by what was known when it was sent."""
        return sent_at + timedelta(minutes=self._get_times_when_sent(bank, sent_at).early)

    def silent_from(self, bank: str, sent_at: datetime) -> datetime:
        """From when on the bank is silent about an order: later than it nearly always answers.

        By what was known when it was sent: no later answer moves it, so that a silent bank stays silent until it answers.
        This is the only rule for silence; every page, alert and clock asks here.
        """
        late = self._get_times_when_sent(bank, sent_at).late
        return sent_at + timedelta(minutes=max(late, LEAST_SILENCE))

    def _get_times_when_sent(self, bank: str, sent_at: datetime) -> BankAnswerTimes:
        # By the minute: orders of one minute share an estimate.
        minute = sent_at.replace(second=0, microsecond=0)
        return self._get_times_before(bank, is_night(sent_at, self.zone), minute)

    def _get_times_before(self, bank: str, night: bool, before: datetime) -> BankAnswerTimes:
        key = (bank, night, before)
        if key not in self._usual:
            own = _estimate_for_bank(_list_before(self._answers.get(bank, ()), before), night)
            self._usual[key] = own or self._get_pooled_before(before)
        return self._usual[key]

    def _get_pooled_before(self, before: datetime) -> BankAnswerTimes:
        """The times of all banks together, of each its last answers."""
        key = ("", False, before)
        if key not in self._usual:
            newest = (_list_before(answers, before)[:LAST] for answers in self._answers.values())
            self._usual[key] = _estimate_times([answer.minutes for answers in newest for answer in answers])
        return self._usual[key]


def _list_before(answers: Sequence[BankAnswer], before: datetime) -> Sequence[BankAnswer]:
    return [answer for answer in answers if answer.at <= before]


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
    answers_by_bank: dict[str, list[BankAnswer]] = defaultdict(list)
    # Enough for thirty of the rarer half: a bank that answers at night once in ten times is measured by day alone.
    for bank, sent_at, at in session.execute(ANSWERED, {"most": 10 * LAST}):
        minutes = max((at - sent_at) / timedelta(minutes=1), 0.0)
        answers_by_bank[bank].append(BankAnswer(at, is_night(sent_at, zone), minutes))
    return AnswerTimes(answers_by_bank, zone)


def _estimate_for_bank(answers: Sequence[BankAnswer], night: bool) -> BankAnswerTimes | None:
    """Day and night apart where each has enough; all of a bank's together; None where those are too few."""
    halves = [
        [answer.minutes for answer in answers if answer.is_night == half][:LAST] for half in (False, True)
    ]
    if all(len(half) == LAST for half in halves):
        return _estimate_times(halves[night])
    newest = [answer.minutes for answer in answers[:LAST]]
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
