"""A run: the most likely accounts as of a moment, each with why, why not, and the records that show both."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from warroom import clock
from warroom.lake.lake import Lake
from warroom.money.index.account_index import Index
from warroom.money.trace.findings import Draft, settle, wanted
from warroom.signals.bounds import RECORDS, check_budget, last_received
from warroom.signals.model.model import Model
from warroom.signals.mules.doubts import doubts
from warroom.signals.mules.scoring import Scored, scored
from warroom.signals.mules.why import look, reasons
from warroom.signals.signal import Signal
from warroom.subjects.subject import account

BUDGET = 1_000
"""Accounts a day that a nation's officers can look at."""
LEAST = 0.02
"""Below this probability, at life's density of crime, an account is nobody's work, whatever the budget leaves room for."""


def newest(lake: Lake) -> datetime:
    """When the newest records came that signals are made of; by it a run is the same until something else comes."""
    # By the newest record and not by the clock: run twice on the same records, the
    # signals are the same and add nothing.
    return min(last_received(lake, RECORDS), clock.now())


def run(index: Index, as_of: datetime, budget: int = BUDGET, *, model: Model | None) -> list[Signal]:
    """The signals of mule accounts as of a moment, the likeliest first; see `models.chosen` for the model.

    Raises SignalError for a budget or a moment that makes no sense.
    """
    check_budget(budget)
    found = scored(index, clock.to_micros(as_of), model)
    # The budget is how much people can look at, not how much must be found.
    places = [int(place) for place in found.first(budget) if found.chance[place] >= LEAST]
    return _signals(found, places)


def _signals(found: Scored, places: Sequence[int]) -> list[Signal]:
    if not places:
        return []
    looks = [look(found, place) for place in places]
    weights = found.moved(places)
    why = [reasons(one, {name: float(w[i]) for name, w in weights.items()}) for i, one in enumerate(looks)]
    why_not = doubts(looks)
    records = _records(found.index, [*why, *why_not])
    names = found.index.accounts([one.account for one in looks])
    return [
        Signal(
            kind="mules",
            subject=account(names[i].bank, names[i].number),
            probability=float(found.chance[place]),
            rank=i + 1,
            reasons=settle(why[i], records),
            innocent=settle(why_not[i], records),
            as_of=clock.from_micros(found.as_of),
            model_version=found.version,
        )
        for i, place in enumerate(places)
    ]


def _records(index: Index, drafts: Sequence[Sequence[Draft]]) -> Mapping[int, tuple[str, str]]:
    """(source, record id) of every transfer that a draft shows."""
    numbers = sorted(set().union(*(wanted(each) for each in drafts)))
    return dict(zip(numbers, index.records(numbers), strict=True))
