"""A run: the most likely accounts as of a moment, each with reasons for and against and the records that show
both.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from warroom import clock
from warroom.lake.lake import Lake
from warroom.money.index.account_index import Index
from warroom.money.trace.findings import DraftReason, list_needed_transfers, resolve_reasons
from warroom.signals.bounds import RECORDS, check_budget, find_last_received
from warroom.signals.model.model import TreeModel
from warroom.signals.mules.doubts import list_doubts
from warroom.signals.mules.scoring import ScoredAccounts, score_accounts
from warroom.signals.mules.why import list_reasons, look_at_account
from warroom.signals.signal import Signal
from warroom.subjects.subject import make_account_subject

BUDGET = 1_000
"""Accounts a day that a nation's officers can look at."""
MULE_THRESHOLD = 0.02
"""Below this probability, at life's density of crime, an account is nobody's work, whatever the budget leaves room for."""


def find_newest_time(lake: Lake) -> datetime:
    """When the newest records came that signals are made from, at most now."""
    # By the newest record and not by the clock: run twice on the same records, the
    # signals are the same and add nothing.
    return min(find_last_received(lake, RECORDS), clock.get_now())


def run(index: Index, as_of: datetime, budget: int = BUDGET, *, model: TreeModel | None) -> list[Signal]:
    """The signals of mule accounts as of a moment, the likeliest first; see `models.load_chosen_model` for
    the model.

    Raises SignalError for a budget or a moment that makes no sense.
    """
    check_budget(budget)
    scores = score_accounts(index, clock.to_micros(as_of), model)
    # The budget is how much people can look at, not how much must be found.
    places = [int(place) for place in scores.list_likeliest(budget) if scores.chance[place] >= MULE_THRESHOLD]
    return _make_signals(scores, places)


def _make_signals(scores: ScoredAccounts, places: Sequence[int]) -> list[Signal]:
    if not places:
        return []
    looks = [look_at_account(scores, place) for place in places]
    weights = scores.explain_scores(places)
    why = [
        list_reasons(account_look, {name: float(w[i]) for name, w in weights.items()})
        for i, account_look in enumerate(looks)
    ]
    why_not = list_doubts(looks)
    records = _map_records(scores.index, [*why, *why_not])
    names = scores.index.list_accounts([account_look.account for account_look in looks])
    return [
        Signal(
            kind="mules",
            subject=make_account_subject(names[i].bank, names[i].number),
            probability=float(scores.chance[place]),
            rank=i + 1,
            reasons=resolve_reasons(why[i], records),
            innocent=resolve_reasons(why_not[i], records),
            as_of=clock.from_micros(scores.as_of),
            model_version=scores.version,
        )
        for i, place in enumerate(places)
    ]


def _map_records(index: Index, drafts: Sequence[Sequence[DraftReason]]) -> Mapping[int, tuple[str, str]]:
    """(source, record id) of every transfer that a draft shows."""
    numbers = sorted(set().union(*(list_needed_transfers(each) for each in drafts)))
    return dict(zip(numbers, index.list_record_ids(numbers), strict=True))
