"""How often a quiet week is called a rise and a doubling is seen, and how often the interval of a hold-out holds the true effect.

python -m benchmarks.campaigns [TRIALS]
"""

import sys

import numpy as np

from warroom.public.campaigns import events, holdout, measuring
from warroom.public.campaigns.holdout import Area
from warroom.public.campaigns.noise import rises, usual

THREATS, WEEKS = 8, 27
SEED = 90_901


def weeks(mean: float, swing: float, trials: int) -> str:
    """Quiet weeks of eight threats, whose means swing from week to week; and one of them doubled."""
    generator = np.random.default_rng(SEED)
    above = false = found = 0
    for _ in range(trials):
        shape = 1 / swing**2 if swing else 0.0
        means = (
            generator.gamma(shape, mean / shape, (THREATS, WEEKS))
            if swing
            else np.full((THREATS, WEEKS), mean)
        )
        counts = generator.poisson(means)
        told = [(int(row[-1]), usual(row[:-1].tolist(), int(row[-1]))) for row in counts]
        above += sum(count > one.high for count, one in told if one is not None)
        false += any(rises(count, one, THREATS) for count, one in told)
        doubled = int(generator.poisson(2 * means[0, -1]))
        found += rises(doubled, usual(counts[0, :-1].tolist(), doubled), THREATS)
    return f"{mean:g} a week, swing {swing:g}: above {above / THREATS / trials:.3f}, weeks with a false rise {false / trials:.3f}, doubling found {found / trials:.3f}"


def trial(areas: int, mean: float, swing: float, factor: float, seed: int) -> measuring.Found:
    """Provinces of unlike size, a quarter held out, and an effect where it was heard."""
    generator = np.random.default_rng(seed)
    size = generator.lognormal(np.log(mean), 0.8, areas)
    blocks = holdout.blocks_of([Area(f"{n:02d}", int(one), 0) for n, one in enumerate(size)], 0.25)
    held = holdout.draw(blocks, str(seed))
    swings = generator.lognormal(0.0, swing, (2, areas))
    before = generator.poisson(size * swings[0]).astype(float)
    after = generator.poisson(size * swings[1] * np.where(held, 1.0, factor)).astype(float)
    return measuring.effect(before, after, blocks, held)


def effects(areas: int, mean: float, swing: float, factor: float, trials: int) -> str:
    """How often the interval holds the true effect, and what is said."""
    found = [trial(areas, mean, swing, factor, SEED + n) for n in range(trials)]
    told = [one for one in found if one.low is not None and one.high is not None]
    inside = sum(
        one.low <= factor <= one.high for one in told if one.low is not None and one.high is not None
    )
    said = [events.verdict(one) for one in found]
    return (
        f"{areas} provinces, {mean:g} each, swing {swing:g}, effect {factor:g}: held {inside / len(told):.3f}, "
        f"fewer {said.count('fewer') / trials:.3f}, more {said.count('more') / trials:.3f}"
    )


def main() -> None:
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    for mean in (3, 15, 60):
        for swing in (0.0, 0.2, 0.4):
            print(weeks(mean, swing, trials), flush=True)
    for areas, mean, swing in ((77, 3, 0.2), (77, 20, 0.2), (77, 20, 0.4), (24, 20, 0.2)):
        for factor in (1.0, 0.7):
            print(effects(areas, mean, swing, factor, trials), flush=True)


if __name__ == "__main__":
    main()
