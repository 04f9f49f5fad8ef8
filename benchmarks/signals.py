"""How right signals are: `python -m benchmarks.signals [--quick]`.

On countries the shipped model never saw, at life's density: precision at the day's budget (a nation's thousand accounts a day,
scaled by the country's share of a nation's crime) and at ten times that, each account counted once, on the day it first came
up; live mules named in time; and what is left of these against each gang of the red team. On
AMLSim's 20,000 accounts (WARROOM_SHARED) account-level AUPRC beside a degree baseline, measured on the last fifth of time.
"""

import itertools
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.harness import Figure, at_least, at_most, start_run
from benchmarks.outside import found
from warroom.money.index.references import DAY
from warroom.money.index.transfer_graph import NEVER, Array
from warroom.signals.model.model import TreeModel
from warroom.signals.mules.models import load_shipped_model
from warroom.signals.mules.run import BUDGET
from warroom_lab.evaluation.alerts import count_alerts
from warroom_lab.evaluation.background import CountryBackground, found_background
from warroom_lab.evaluation.looks import Signals
from warroom_lab.evaluation.policies.by_signal import KEPT
from warroom_lab.evaluation.policy import SignalLook
from warroom_lab.evaluation.teaching import find_working_times
from warroom_lab.world.crime.strategies import ADAPTING, list_red_team
from warroom_lab.world.drawing.sizes import SIZES, Size
from warroom_lab.world.play.run import CountryRun

SCENARIO = "bot-2025"
DRAWS = 100
PROMISED = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1.01)
"""Probabilities between which what was promised is held against what came true."""
NEAR = 0.1
"""How far what comes true may lie from what was promised, on either side."""
FRESH = (201, 202, 203)
"""Seeds that nothing here was trained or tuned on."""


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, quick="one country")
    figures = _fresh(SIZES["small"], FRESH[: 1 if run.is_quick else 3])
    if folder := found("data/money/amlsim_20k"):
        figures += _amlsim(folder)
    return run.finish("Signals", figures)


def _fresh(size: Size, seeds: Sequence[int]) -> list[Figure]:
    """What the shipped model names over the days of countries, the rule beside, and what is left of it against each gang."""
    made = [found_background(size, seed, SCENARIO) for seed in seeds]
    ours, rule = zip(*(_seen(one, ADAPTING, (load_shipped_model(), None)) for one in made), strict=True)
    figures = [
        at_least(
            name, value[part], "share", bar, f"{_told(ours, size, times, part)}; the rule {other[part]:.3f}"
        )
        for name, times, part, bar in (
            ("Precision at the day's budget", 1, 0, 0.75),
            ("Precision at ten times", 10, 0, 0.25),
            ("Live mules named in time at ten times", 10, 1, 0.45),
        )
        for value, other in [(_named(ours, size, times), _named(rule, size, times))]
    ]
    figures += _reliability(ours, size.density)
    for gang in list_red_team():
        against = [_seen(one, gang, (load_shipped_model(),))[0] for one in made]
        figures.append(_left(gang, against, ours, size))
    return figures


def _left(gang: str, against: "Sequence[Seen]", ours: "Sequence[Seen]", size: Size) -> Figure:
    """How much of what is named in time is left against a gang of the red team."""
    (precision, left), (_, before) = _named(against, size, 10), _named(ours, size, 10)
    share = left / before if before else 0.0
    beside = (
        f"{left:.3f} of {before:.3f}; precision at ten times {precision:.3f}; {_told(against, size, 10, 1)}"
    )
    return at_least(f"Of what is named in time, left against {gang}", share, "share", 2 / 3, beside)


@dataclass(frozen=True)
class Seen:
    """The looks at a country over its days, and by account in a gang's hands when it first and last took stolen money.

    `base`: over all looks, account-days of mules, and all account-days as many as in life.
    """

    looks: Sequence[SignalLook]
    first: dict[int, int]
    last: dict[int, int]
    gangs: frozenset[int]
    start: int
    accounts: int
    base: tuple[float, float]


def _seen(background: CountryBackground, gang: str, models: Sequence[TreeModel | None]) -> list[Seen]:
    """Play a country in which nobody acts, and look each day, by each model, at what had been received."""
    run = CountryRun(background.country, gangs=gang)
    news = run.advance_to(background.end)
    accounts, density = len(background.books.number), background.country.nation.size.density
    since, last = find_working_times(run.truth, news.transfers, accounts)
    gangs = np.array([run.truth.find_mule(account) is not None for account in range(accounts)])
    signals, before = Signals(background.ordinary_looks), 0
    looks: list[list[SignalLook]] = [[] for _ in models]
    base = np.zeros(2)
    for moment in range(background.start + DAY, background.end + 1, DAY):
        signals.add_payments(news.transfers.select_rows((news.received > before) & (news.received <= moment)))
        before = moment
        for model, made in zip(models, looks, strict=True):
            found = signals.build_ranking(moment, model)
            first = found.rank_accounts(KEPT)
            made.append(
                SignalLook(
                    moment, found.accounts[first].astype(np.int32), found.chance[first].astype(np.float32)
                )
            )
        right = since[found.accounts] <= moment
        base += right.sum(), np.where(gangs[found.accounts], 1.0, density).sum()
    worked = np.flatnonzero(since < NEVER).tolist()
    first_at, last_at = ({account: int(times[account]) for account in worked} for times in (since, last))
    theirs = frozenset(np.flatnonzero(gangs).tolist())
    return [
        Seen(made, first_at, last_at, theirs, background.start, accounts, (base[0], base[1]))
        for made in looks
    ]


def _named(
    seen: Sequence[Seen], size: Size, times: float, copies: Sequence[Array] | None = None
) -> tuple[float, float]:
    """Precision, and recall in time, of what `times` the day's budget names: of all countries together. `copies`: of each
    country, by account, how often it was drawn."""
    found = [
        count_alerts(
            one.looks,
            one.first,
            one.last,
            times * BUDGET * size.crime,
            partial(_weight, one.gangs, size.density),
            one.start,
            *([each.__getitem__] if each is not None else []),
        )
        for one, each in zip(seen, copies or itertools.repeat(None, len(seen)), strict=True)
    ]
    right, live = sum(one.right for one in found), sum(one.live for one in found)
    named = right + sum(one.wrong for one in found)
    return right / named if named else 0.0, sum(one.in_time for one in found) / live if live else 0.0


def _told(seen: Sequence[Seen], size: Size, times: float, part: int) -> str:
    """The interval of a figure over accounts drawn again within their countries, the countries, and the base rate."""
    rng = np.random.default_rng(7)
    drawn = [
        _named(seen, size, times, [rng.poisson(1.0, one.accounts).tolist() for one in seen])[part]
        for _ in range(DRAWS)
    ]
    low, high = np.percentile(drawn, (5, 95))
    each = ", ".join(f"{_named([one], size, times)[part]:.3f}" for one in seen)
    mules, all_ = np.sum([one.base for one in seen], axis=0)
    return f"90 % {low:.3f} to {high:.3f}; by country {each}; base rate {mules / all_:.5f}"


def _reliability(seen: Sequence[Seen], density: float) -> list[Figure]:
    """Of account-days by what was promised, how far from it the share lies of those that had worked for a gang, at life's density."""
    chance = np.concatenate([look.chance for one in seen for look in one.looks])
    right = np.array(
        [
            one.first.get(account, NEVER) <= look.time
            for one in seen
            for look in one.looks
            for account in look.accounts.tolist()
        ]
    )
    gang = np.concatenate([np.isin(look.accounts, list(one.gangs)) for one in seen for look in one.looks])
    each = np.where(gang, 1.0, density)
    rows = []
    for low, high in itertools.pairwise(PROMISED):
        here = (chance >= low) & (chance < high)
        if here.any():
            promised = float(np.average(chance[here], weights=each[here]))
            came = float(np.average(right[here], weights=each[here]))
            beside = f"promised {promised:.3f}, came true {came:.3f}; {here.sum():,} account-days, {each[here].sum():,.0f} in life"
            name = f"Distance of what came true from what was promised at {low:g} to {min(high, 1):g}"
            rows.append(at_most(name, abs(came - promised), "share", NEAR, beside))
    return rows


def _weight(gangs: frozenset[int], density: float, account: int) -> float:
    return 1.0 if account in gangs else density


def _amlsim(folder: Path) -> list[Figure]:
    """Transfers train on the first three fifths of time and calibrate on the next; accounts are ranked on the last."""
    from sklearn.metrics import average_precision_score

    time, payer, payee, amount, fraud = _transfers(folder)
    test = int(0.8 * len(time))
    chance = _chances(time, payer, payee, amount, fraud[payer] & fraud[payee])
    ours, degree = np.zeros(len(fraud)), np.zeros(len(fraud))
    for side in (payer[test:], payee[test:]):
        np.maximum.at(ours, side, chance)
        np.add.at(degree, side, 1)
    met = degree > 0
    mine = float(average_precision_score(fraud[met], ours[met]))
    base = float(average_precision_score(fraud[met], degree[met]))
    beside = f"degree {base:.3f}, chance {fraud[met].mean():.3f}, {int(met.sum()):,} accounts"
    return [at_least("AMLSim 20k, account-level AUPRC on the last fifth of time", mine, "", base, beside)]


def _transfers(folder: Path) -> tuple[Array, ...]:
    from benchmarks.external import read_amlsim

    transactions, fraud = read_amlsim(folder)
    rows = transactions.sort_by("time")
    columns = (rows[name].to_numpy() for name in ("time", "sourceNodeId", "targetNodeId", "value"))
    time, payer, payee, amount = columns
    return time.astype(np.int64) * 86_400, payer, payee, amount.astype(np.float64), fraud


def _chances(time: Array, payer: Array, payee: Array, amount: Array, label: Array) -> Array:
    """The probability of each transfer of the last fifth."""
    from warroom.signals.payments.features.table import list_feature_names
    from warroom.signals.payments.features.transfers import FeatureTransfers
    from warroom.signals.payments.features.window import Window
    from warroom_lab.mules.fit import TrainingSplit, fit_model

    rows = Window().compute_and_remember(FeatureTransfers(time=time, payer=payer, payee=payee, amount=amount))
    cuts = [int(share * len(time)) for share in (0.6, 0.8)]
    model = fit_model(rows, label, list_feature_names(), TrainingSplit(slice(0, cuts[0]), slice(*cuts)))
    found: Array = model.predict_probabilities(rows[cuts[1] :])
    return found


if __name__ == "__main__":
    sys.exit(main())
