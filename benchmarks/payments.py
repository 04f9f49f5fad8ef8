"""The look at payments: `python -m benchmarks.payments [--quick]`.

On made countries that nothing was learned or tuned on, with each kind of gang: the share of stolen baht moving between accounts that
is flagged where half of what is flagged is stolen, each honest payment counted as often as in life; beside a plain rule of
the payment's sum, the payer's usual one and whether the two ever met. And what one look takes, and the memory of its facts. Intervals are of countries
drawn again (95 %).
"""

import itertools
import sys
import time
from collections.abc import Sequence

import numpy as np

from benchmarks.harness import Figure, at_least, at_most, percentile, start_run
from warroom.signals.model.trees import Matrix
from warroom.signals.payments.facts import AT
from warroom.signals.payments.look import PaymentLook
from warroom.signals.payments.models import load_shipped_model, predict_shares
from warroom_lab.evaluation.payment_learning import measure_flagged
from warroom_lab.evaluation.payment_lessons import TOWN, PaymentLesson, build_trial
from warroom_lab.world.crime.strategies import ADAPTING
from warroom_lab.world.drawing.columns import Array
from warroom_lab.world.drawing.params import POLICE_2018

COUNTRIES = (
    (701, "bot-2025", ADAPTING),
    (702, "bot-2025", "straighteners"),
    (703, "bot-2025", "structurers"),
    (704, "bot-2025", "spreaders"),
    (705, "bot-2025", "agers"),
    (706, "bot-2025", "insiders"),
    (707, "bot-2025", "testers"),
    (708, POLICE_2018, ADAPTING),
)
"""Seed, clock and gangs; no other program names these seeds."""
PRECISION = 0.5
BAR = 0.5
DRAWS = 200
LOOKS = 20_000
PROMISED = (0.05, 0.1, 0.25, 0.5, 0.75, 1.01)


def score_by_rule(rows: Matrix) -> Array:
    """A plain rule: sums to strangers, in multiples of what the payer usually pays."""
    usual = np.nan_to_num(rows[:, AT["payer_unusual_out"]], nan=3.0)
    strangers = (rows[:, AT["pair_count"]] == 0) & (rows[:, AT["back_count"]] == 0)
    return np.where(strangers, np.log1p(rows[:, AT["amount"]]) * (1 + np.maximum(usual, 0)), 0.0)


def measure_quality(countries: Sequence[tuple[int, str, str]]) -> list[Figure]:
    """Shares of stolen baht, over all countries and by gang."""
    model = load_shipped_model()
    assert model is not None
    trials = [build_trial(TOWN, seed, scenario, gangs) for seed, scenario, gangs in countries]
    ours = [predict_shares(model, trial.rows) for trial in trials]
    rules = [score_by_rule(trial.rows) for trial in trials]
    found, rule = (measure_flagged(np.concatenate(scores), trials, PRECISION) for scores in (ours, rules))
    low, high = _draw_interval(ours, trials)
    each = {
        f"{gangs} {seed}": measure_flagged(score, [trial], PRECISION)
        for (seed, _, gangs), score, trial in zip(countries, ours, trials, strict=True)
    }
    worst = min(each, key=lambda name: each[name].baht)
    beside = ", ".join(f"{name} {flagged.baht:.3f}" for name, flagged in each.items())
    return [
        at_least(
            "Stolen baht flagged at precision .5",
            found.baht,
            "share",
            BAR,
            f"95 % {low:.3f} to {high:.3f}; payments {found.payments:.3f}; the rule {rule.baht:.3f}",
        ),
        at_least(f"The same, worst gang ({worst})", each[worst].baht, "share", BAR, beside),
        at_most(
            "Honest payments flagged of 10,000", found.honest, "payments", 5, f"the rule {rule.honest:.2f}"
        ),
        *_measure_reliability(ours, trials),
    ]


def _draw_interval(scores: Sequence[Array], trials: Sequence[PaymentLesson]) -> tuple[float, float]:
    """Of the share of stolen baht, over countries drawn again."""
    rng = np.random.default_rng(7)
    shares = []
    for _ in range(DRAWS if len(trials) > 1 else 0):
        copies = rng.multinomial(len(trials), np.full(len(trials), 1 / len(trials)))
        chosen = [place for place in range(len(trials)) if copies[place]]
        drawn = np.concatenate([np.full(len(trials[place]), copies[place]) for place in chosen])
        score = np.concatenate([scores[place] for place in chosen])
        shares.append(measure_flagged(score, [trials[place] for place in chosen], PRECISION, drawn).baht)
    return (float(np.percentile(shares, 2.5)), float(np.percentile(shares, 97.5))) if shares else (0.0, 1.0)


def _measure_reliability(scores: Sequence[Array], trials: Sequence[PaymentLesson]) -> list[Figure]:
    """Of payments by what was promised, how far from it the share lies that were stolen, as in life."""
    chance = np.concatenate(scores)
    stolen = np.concatenate([trial.stolen for trial in trials])
    each = np.concatenate([np.where(trial.crime, 1.0, trial.density) for trial in trials])
    figures = []
    for low, high in itertools.pairwise(PROMISED):
        here = (chance >= low) & (chance < high)
        if here.any():
            promised = float(np.average(chance[here], weights=each[here]))
            came = float(np.average(stolen[here], weights=each[here]))
            name = f"Distance of what came true from what was promised at {low:g} to {min(high, 1):g}"
            beside = f"promised {promised:.3f}, came true {came:.3f}; {here.sum():,} payments"
            figures.append(at_most(name, abs(came - promised), "share", 0.1, beside))
    return figures


def measure_look() -> list[Figure]:
    """What a look and remembering the payment take, one after the other, and the memory of the facts."""
    look, rng = PaymentLook(lambda bank, number: 0), np.random.default_rng(5)
    ends = (rng.random((2, LOOKS)) ** 2 * LOOKS).astype(np.int64) * 7_919 + 13
    taken = []
    for place in range(LOOKS):
        payer, payee = int(ends[0, place]), int(ends[1, place])
        began = time.thread_time()
        look.look_at(1_790_000_000 + place, payer, payee, 120_000 + place)
        look.remember_asked(1_790_000_000 + place, payer, payee, 120_000 + place)
        taken.append(1e6 * (time.thread_time() - began))
    usual = sorted(taken[1_000:])
    return [
        at_most("A look and remembering it, processor time, median", percentile(usual, 0.5), "us", 300),
        at_most("The same, 99th percentile", percentile(usual, 0.99), "us", 2_000),
        at_most("Memory of the facts of 20,000 payments", look.memory_bytes / 2**20, "MiB", 600),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, quick="two countries")
    countries = COUNTRIES[:2] if run.is_quick else COUNTRIES
    return run.finish("Payments", measure_quality(countries) + measure_look())


if __name__ == "__main__":
    sys.exit(main())
