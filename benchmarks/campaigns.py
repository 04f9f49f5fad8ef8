"""How often a quiet week is called a rise and a doubling is seen, and how often the interval of a hold-out holds the true effect.

python -m benchmarks.campaigns [TRIALS]

Quiet weeks are drawn from the very model that is fitted to them (a gamma's means), and from three that it does not know: a
skewed swing (log-normal), one that lasts from week to week (autoregressive, 0.7 on), and a slow growth of half in half a year, which is no wave either.
"""

import sys
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Figure, at_least, at_most, start_run
from warroom.public.campaigns import events, holdout, measuring
from warroom.public.campaigns.holdout import Area
from warroom.public.campaigns.noise import MOST_FALSE, estimate_usual, is_rising

THREATS, WEEKS = 8, 27
SEED = 90_901
LASTS = 0.7
"""How much of a week's swing the next week keeps, where swings last."""
GROWS = 0.5
"""By how much a mean grows from the first week to the last, where it grows."""
SEEN, HELD, SAID = 0.8, 0.93, 0.07
"""Bars: doublings and effects of three tenths that should be found, intervals of 95 in 100 that should hold the truth, effects that may be said where there is none."""

Means = NDArray[np.float64]
Draw = Callable[[np.random.Generator, float, float], Means]


def gamma(generator: np.random.Generator, mean: float, swing: float) -> Means:
    """Means by week that swing as the model has them."""
    if not swing:
        return np.full((THREATS, WEEKS), mean)
    shape = 1 / swing**2
    return generator.gamma(shape, mean / shape, (THREATS, WEEKS))


def lognormal(generator: np.random.Generator, mean: float, swing: float, lasts: float = 0.0) -> Means:
    """Means with a heavier tail; of `lasts` of a week's swing the next week has its share."""
    spread = float(np.sqrt(np.log(1 + swing**2)))
    steps = generator.normal(0.0, spread, (THREATS, WEEKS))
    for week in range(1, WEEKS):
        steps[:, week] = lasts * steps[:, week - 1] + np.sqrt(1 - lasts**2) * steps[:, week]
    means: Means = mean * np.exp(steps - spread**2 / 2)
    return means


def lasting(generator: np.random.Generator, mean: float, swing: float) -> Means:
    """Means whose swing lasts."""
    return lognormal(generator, mean, swing, LASTS)


def growing(generator: np.random.Generator, mean: float, swing: float) -> Means:
    """Means that grow by half in half a year, beside their swing."""
    return gamma(generator, mean, swing) * np.linspace(1, 1 + GROWS, WEEKS)


def weeks(draw: Draw, mean: float, swing: float, trials: int) -> list[Figure]:
    """Quiet weeks of eight threats, whose means swing from week to week; and one of them doubled."""
    generator = np.random.default_rng(SEED)
    above = false = found = 0
    for _ in range(trials):
        means = draw(generator, mean, swing)
        counts = generator.poisson(means)
        told = [(int(row[-1]), estimate_usual(row[:-1].tolist(), int(row[-1]))) for row in counts]
        above += sum(count > one.high for count, one in told if one is not None)
        false += any(is_rising(count, one, THREATS) for count, one in told)
        doubled = int(generator.poisson(2 * means[0, -1]))
        found += is_rising(doubled, estimate_usual(counts[0, :-1].tolist(), doubled), THREATS)
    what = f"{mean:g} a week, swing {swing:g}, {draw.__name__}"
    beside = f"above the band {above / THREATS / trials:.3f}; {false} of {trials}"
    return [
        at_most(f"{what}: weeks with a false rise", false / trials, "share", MOST_FALSE, beside),
        at_least(f"{what}: doublings found", found / trials, "share", SEEN),
    ]  # fmt: skip


def trial(areas: int, mean: float, swing: float, factor: float, seed: int) -> measuring.EffectEstimate:
    """Provinces of unlike size, a quarter held out, and an effect where it was heard."""
    generator = np.random.default_rng(seed)
    size = generator.lognormal(np.log(mean), 0.8, areas)
    blocks = holdout.blocks_of([Area(f"{n:02d}", int(one), 0) for n, one in enumerate(size)], 0.25)
    held = holdout.draw_held_areas(blocks, str(seed))
    swings = generator.lognormal(0.0, swing, (2, areas))
    before = generator.poisson(size * swings[0]).astype(float)
    after = generator.poisson(size * swings[1] * np.where(held, 1.0, factor)).astype(float)
    return measuring.estimate_effect(before, after, blocks, held)


def effects(areas: int, mean: float, swing: float, factor: float, trials: int) -> list[Figure]:
    """How often the interval holds the true effect, and what is said."""
    found = [trial(areas, mean, swing, factor, SEED + n) for n in range(trials)]
    told = [one for one in found if one.low is not None and one.high is not None]
    inside = sum(
        one.low <= factor <= one.high for one in told if one.low is not None and one.high is not None
    )
    said = [events.judge_effect(one) for one in found]
    fewer, more = said.count("fewer"), said.count("more")
    what = f"{areas} provinces, {mean:g} each, swing {swing:g}, effect {factor:g}"
    spoke = (
        at_most(f"{what}: an effect said", (fewer + more) / trials, "share", SAID)
        if factor == 1
        else at_least(f"{what}: found", fewer / trials, "share", SEEN)
    )
    return [at_least(f"{what}: intervals that hold it", inside / len(told), "share", HELD), spoke]


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(
        __doc__,
        arguments,
        options=lambda parser: parser.add_argument("trials", nargs="?", type=int, default=600),
    )
    trials = run.given.trials
    figures = []
    for mean in (3, 15, 60):
        for swing in (0.0, 0.2, 0.4):
            figures += weeks(gamma, mean, swing, trials)
    for draw in (lognormal, lasting, growing):
        for mean in (15, 60):
            figures += weeks(draw, mean, 0.4, trials)
    for areas, mean, swing in ((77, 3, 0.2), (77, 20, 0.2), (77, 20, 0.4), (24, 20, 0.2)):
        for factor in (1.0, 0.7):
            figures += effects(areas, mean, swing, factor, trials)
    return run.finish("Campaigns", figures)


if __name__ == "__main__":
    sys.exit(main())
