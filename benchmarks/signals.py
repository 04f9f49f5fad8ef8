"""How right signals are: `python -m benchmarks.signals [--quick]`.

On countries the shipped model never saw, precision at the day's budget: a nation's thousand accounts a day, scaled by the
country's share of a nation's crime (15 a day on `small`), each account counted once, on the day it first came up. On
AMLSim's 20,000 accounts (WARROOM_SHARED) account-level AUPRC beside a degree baseline, measured on the last fifth of time.
"""

import sys
from pathlib import Path

import numpy as np

from benchmarks.figures import Figure, show
from warroom import settings
from warroom.evaluation.teaching import Lesson, lesson
from warroom.money.index.transfer_graph import NEVER, Array
from warroom.money.trace.history import DAY
from warroom.signals.models import shipped
from warroom.signals.mules.run import BUDGET
from warroom.signals.mules.scoring import scored
from warroom.world.drawing.sizes import SIZES, Size

FRESH = (201, 202, 203)
"""Seeds that nothing here was trained or tuned on."""
FIRST_DAY = 7


def main(arguments: list[str]) -> int:
    quick = "--quick" in arguments
    size = SIZES["small"]
    figures = [one for seed in FRESH[: 1 if quick else 3] for one in _fresh(size, seed)]
    folder = settings.folder("WARROOM_SHARED") / "data/money/amlsim_20k"
    if folder.is_dir():
        figures += _amlsim(folder)
    show("Signals", figures)
    return 0 if all(figure.holds for figure in figures) else 1


def _fresh(size: Size, seed: int) -> list[Figure]:
    """Precision of new alerts over the days, by the shipped model and by the rule."""
    one = lesson(size, seed)
    budget = round(BUDGET * size.crime)
    mules = {account: int(time) for account, time in enumerate(one.worked.tolist()) if time < NEVER}
    return [
        Figure(
            f"Precision at {budget} new accounts a day, small seed {seed}, {name}",
            _alerted(one, mules, budget, model),
            "share",
            0.80,
        )
        for name, model in (("shipped model", shipped()), ("rule", None))
    ]


def _alerted(one: Lesson, mules: dict[int, int], budget: int, model: object) -> float:
    """Of all alerts of all days the share of accounts that had worked for a gang by then."""
    seen: set[int] = set()
    right = count = 0
    days = range(one.end - (SIZES["small"].days - FIRST_DAY) * DAY, one.end + 1, DAY)
    for moment in days:
        found = scored(one.records.index, moment, model)  # type: ignore[arg-type]
        ranked = [int(found.accounts[place]) for place in found.first(budget + len(seen))]
        fresh = [account for account in ranked if account not in seen][:budget]
        seen.update(fresh)
        right += sum(mules.get(account, moment + 1) <= moment for account in fresh)
        count += len(fresh)
    return right / count if count else 0.0


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
