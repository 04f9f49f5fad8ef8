"""How right signals are: `python -m benchmarks.signals [--quick]`.

On countries the shipped model never saw, at life's density: precision at the day's budget (a nation's thousand accounts a day,
scaled by the country's share of a nation's crime) and at ten times that, each account counted once, on the day it first came
up; live mules named in time; and what is left of these against each gang of the red team. On
AMLSim's 20,000 accounts (WARROOM_SHARED) account-level AUPRC beside a degree baseline, measured on the last fifth of time.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.figures import Figure, show
from warroom import settings
from warroom.evaluation.alerts import counted
from warroom.evaluation.background import Background, settle
from warroom.evaluation.looks import Signals
from warroom.evaluation.policies.by_signal import KEPT
from warroom.evaluation.policy import Look
from warroom.evaluation.teaching import working
from warroom.money.index.transfer_graph import NEVER, Array
from warroom.money.trace.history import DAY
from warroom.signals.model.model import Model
from warroom.signals.models import shipped
from warroom.signals.mules.run import BUDGET
from warroom.world.crime.strategies import ADAPTING, red_team
from warroom.world.drawing.sizes import SIZES, Size
from warroom.world.play.run import Run

SCENARIO = "bot-2025"
FRESH = (201, 202, 203)
"""Seeds that nothing here was trained or tuned on."""


def main(arguments: list[str]) -> int:
    quick = "--quick" in arguments
    figures = _fresh(SIZES["small"], FRESH[: 1 if quick else 3])
    folder = settings.folder("WARROOM_SHARED") / "data/money/amlsim_20k"
    if folder.is_dir():
        figures += _amlsim(folder)
    show("Signals", figures)
    return 0 if all(figure.holds for figure in figures) else 1


def _fresh(size: Size, seeds: Sequence[int]) -> list[Figure]:
    """What the shipped model names over the days of countries, the rule beside, and what is left of it against each gang."""
    made = [settle(size, seed, SCENARIO) for seed in seeds]
    plain = [[_seen(one, ADAPTING, model) for one in made] for model in (shipped(), None)]
    ours, rule = ([_named(seen, size, times) for times in (1, 10)] for seen in plain)
    told = f"{len(seeds)} countries, each honest account counts {size.density:g} times, seeds {seeds[0]} to {seeds[-1]}"
    figures = [
        Figure(name, value, "share", bar, beside=f"the rule {other:.3f}; {told}")
        for name, value, bar, other in (
            ("Precision at the day's budget", ours[0][0], 0.75, rule[0][0]),
            ("Precision at ten times", ours[1][0], 0.25, rule[1][0]),
            ("Live mules named in time at ten times", ours[1][1], 0.45, rule[1][1]),
        )
    ]
    for gang in red_team():
        precision, left = _named([_seen(one, gang, shipped()) for one in made], size, 10)
        share = left / ours[1][1] if ours[1][1] else 0.0
        beside = f"{left:.3f} of {ours[1][1]:.3f}; precision at ten times {precision:.3f}"
        figures.append(
            Figure(f"Of what is named in time, left against {gang}", share, "share", 2 / 3, beside=beside)
        )
    return figures


@dataclass(frozen=True)
class Seen:
    """The looks at a country over its days, and by account in a gang's hands when it first and last took stolen money."""

    looks: Sequence[Look]
    first: dict[int, int]
    last: dict[int, int]
    gangs: frozenset[int]
    start: int


def _seen(background: Background, gang: str, model: Model | None) -> Seen:
    """Play a country in which nobody acts, and look each day at what had been received."""
    run = Run(background.country, gangs=gang)
    news = run.advance(background.end)
    signals, looks, before = Signals(background.looks), [], 0
    for moment in range(background.start + DAY, background.end + 1, DAY):
        signals.hear(news.transfers.take((news.received > before) & (news.received <= moment)))
        found, before = signals.ranking(moment, model), moment
        first = found.first(KEPT)
        looks.append(
            Look(moment, found.accounts[first].astype(np.int32), found.chance[first].astype(np.float32))
        )
    accounts = len(background.books.number)
    since, last = working(run.truth, news.transfers, accounts)
    worked = np.flatnonzero(since < NEVER).tolist()
    gangs = frozenset(account for account in range(accounts) if run.truth.mule(account) is not None)
    times = ({account: int(each[account]) for account in worked} for each in (since, last))
    return Seen(looks, *times, gangs, background.start)


def _named(seen: Sequence[Seen], size: Size, times: float) -> tuple[float, float]:
    """Precision, and recall in time, of what `times` the day's budget names: of all countries together."""
    found = [
        counted(
            one.looks,
            one.first,
            one.last,
            times * BUDGET * size.crime,
            partial(_weight, one.gangs, size.density),
            one.start,
        )
        for one in seen
    ]
    right, live = sum(one.right for one in found), sum(one.live for one in found)
    named = right + sum(one.wrong for one in found)
    return right / named if named else 0.0, sum(one.in_time for one in found) / live if live else 0.0


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
    return [
        Figure("AMLSim 20k, account-level AUPRC on the last fifth of time", mine, "", base, beside=beside)
    ]


def _transfers(folder: Path) -> tuple[Array, ...]:
    from pyarrow import csv

    rows = csv.read_csv(folder / "transactions.csv").sort_by("time")
    nodes = csv.read_csv(folder / "nodes.csv")
    fraud = np.zeros(int(nodes["nodeid"].to_numpy().max()) + 1, bool)
    fraud[nodes["nodeid"].to_numpy()] = nodes["isFraud"].to_numpy() == 1
    columns = (rows[name].to_numpy() for name in ("time", "sourceNodeId", "targetNodeId", "value"))
    time, payer, payee, amount = columns
    return time.astype(np.int64) * 86_400, payer, payee, amount.astype(np.float64), fraud


def _chances(time: Array, payer: Array, payee: Array, amount: Array, label: Array) -> Array:
    """The probability of each transfer of the last fifth."""
    from warroom.money.features.table import feature_names
    from warroom.money.features.transfers import Transfers
    from warroom.money.features.window import Window
    from warroom.signals.model.fit import Parts, fit

    rows = Window().take(Transfers(time=time, payer=payer, payee=payee, amount=amount))
    cuts = [int(share * len(time)) for share in (0.6, 0.8)]
    model = fit(rows, label, feature_names(), Parts(slice(0, cuts[0]), slice(*cuts)))
    found: Array = model.score(rows[cuts[1] :])
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
