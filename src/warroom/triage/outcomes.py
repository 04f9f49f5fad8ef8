"""Outcomes of similar signals: of the accounts that officers decided on, how many led on. A score alone says
little; how often such scores were right in this room says more.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.ledger.ledger import Ledger
from warroom.signals.bands import compute_wilson_interval
from warroom.triage.schema import SignalWordRow

ENOUGH = 100
"""Decided accounts with similar scores; fewer give no reliable share. Chosen: a share of 100 has a 95 %
interval of 20 points.
"""
# Verdicts that count as a hit; "set-aside" is a miss, all others decide nothing.
FOLLOWED = ("lead", "screening")


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Of `decided` accounts with scores like this one `followed` led to a lead or a screening, the others were set aside.

    Of 100 such, `of_hundred` with the band from `low` to `high`: 95 in 100 such bands hold the true share (Wilson, 1927). Zero
    all three where fewer than 100 are decided.
    """

    decided: int
    followed: int
    of_hundred: int = 0
    low: int = 0
    high: int = 0

    @property
    def has_enough(self) -> bool:
        """Whether there are enough decided accounts for a share."""
        return self.decided >= ENOUGH


def count_similar_outcomes(ledger: Ledger, probability: float) -> Outcomes:
    """Outcomes of accounts with scores near this one, in groups of at least `ENOUGH`."""
    return list_similar_outcomes(ledger, [probability])[0]


def list_similar_outcomes(ledger: Ledger, probabilities: Sequence[float]) -> list[Outcomes]:
    """The same of many scores, in their order."""
    with ledger.open_session() as session:
        bins = _group_by_score(_load_decided_scores(session))
    return [_count_outcomes_in(bins, probability) for probability in probabilities]


def count_outcomes_near(decided: Sequence[tuple[float, bool]], probability: float) -> Outcomes:
    """The outcomes near a score among (score, followed) pairs of decided accounts, in any order."""
    return _count_outcomes_in(_group_by_score(decided), probability)


def _group_by_score(decided: Sequence[tuple[float, bool]]) -> list[list[tuple[float, bool]]]:
    """Groups of at least `ENOUGH` decided accounts, those with the highest scores first."""
    bins: list[list[tuple[float, bool]]] = []
    # By the score alone, and equal scores together: else a group would begin where an outcome changes.
    for score, was in sorted(decided, key=lambda scored: -scored[0]):
        if not bins or (len(bins[-1]) >= ENOUGH and bins[-1][-1][0] != score):
            bins.append([])
        bins[-1].append((score, was))
    # What is left over at the low end is too few by itself, and belongs to the group above it.
    if len(bins) > 1 and len(bins[-1]) < ENOUGH:
        bins[-2:] = [bins[-2] + bins[-1]]
    return bins


def _count_outcomes_in(bins: Sequence[list[tuple[float, bool]]], probability: float) -> Outcomes:
    # The group that holds the score; below all groups, the last.
    mine = next((group for group in bins if group[-1][0] <= probability), bins[-1] if bins else [])
    followed = sum(was for _, was in mine)
    if len(mine) < ENOUGH:
        return Outcomes(len(mine), followed)
    low, high = compute_wilson_interval(followed, len(mine))
    return Outcomes(
        len(mine), followed, round(100 * followed / len(mine)), round(100 * low), round(100 * high)
    )


def _load_decided_scores(session: Session) -> list[tuple[float, bool]]:
    """(score, followed) of each account that officers decided on, by the last deciding verdict and the score
    they saw.
    """
    # Verdicts that ended the matter; a note decides nothing.
    words = (*FOLLOWED, "set-aside")
    query = select(SignalWordRow.subject, SignalWordRow.word, SignalWordRow.seen["probability"].as_float())
    last: dict[str, tuple[float, bool]] = {}
    for subject, word, score in session.execute(
        query.where(SignalWordRow.word.in_(words), SignalWordRow.subject.startswith("account:")).order_by(
            SignalWordRow.id
        )
    ):
        # In order of ids, so that the newest verdict on a subject stays.
        last[subject] = (score, word in FOLLOWED)
    return list(last.values())
