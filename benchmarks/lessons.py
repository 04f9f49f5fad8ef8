"""How many learners show what a lesson is worth: `python -m benchmarks.lessons [--draws N]`.

Learners are simulated, and their numbers say what a study could see and nothing of what a lesson does. Half of them take a lesson; weeks later
all meet eight scams. Each learner falls for scams with a share of their own; after the lesson it is that share times the effect. The study
looks at the ratio of both halves' means with a 95 % interval (delta method on the learners' own means, so that eight items of
one learner count as one observation), and sees an effect where the interval leaves 1 out.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import start_run

EFFECTS = (0.75, 0.95, 1.0)
"""What is left of the scams that people fall for after a lesson: domain.md's middle, a large field trial's, and none."""
HALVES = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
ITEMS = 8
SHARE, SPREAD = 0.35, 4.0
"""Of eight scams untaught people fall for so many in the middle; how much people differ (the sum of a beta's two parameters)."""
DRAWS = 1_000
SEED = 20_261_128


@dataclass(frozen=True, slots=True)
class Study:
    """What studies with `half` learners a side find where the effect is `effect`: how often they see one, and the middle
    interval of the ratio.
    """

    effect: float
    half: int
    seen: float
    low: float
    high: float


def study(effect: float, half: int, draws: int = DRAWS, seed: int = SEED) -> Study:
    """Play so many studies."""
    chance = np.random.default_rng([seed, half, round(effect * 1000)])
    fallen = [np.array([_half(chance, half, times) for _ in range(draws)]) for times in (1.0, effect)]
    (untaught, spread), (taught, spread_taught) = ((one[:, 0], one[:, 1]) for one in fallen)
    log = np.log(taught / untaught)
    error = 1.96 * np.sqrt(spread / untaught**2 + spread_taught / taught**2)
    low, high = np.exp(log - error), np.exp(log + error)
    return Study(
        effect, half, float(np.mean((high < 1) | (low > 1))), float(np.median(low)), float(np.median(high))
    )


def _half(chance: np.random.Generator, size: int, effect: float) -> tuple[float, float]:
    """The mean share of scams that this half falls for, and the variance of that mean."""
    own: NDArray[np.float64] = chance.beta(SHARE * SPREAD, (1 - SHARE) * SPREAD, size)
    fell = chance.binomial(ITEMS, own * effect) / ITEMS
    return float(fell.mean()), float(fell.var(ddof=1) / size)


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(
        __doc__, arguments, options=lambda parser: parser.add_argument("--draws", type=int, default=DRAWS)
    )
    print("effect  learners in each half  effect seen in  middle interval of the ratio")
    for effect in EFFECTS:
        for half in HALVES:
            found = study(effect, half, run.given.draws)
            print(f"{effect:>6}  {half:>21,}  {found.seen:>13.1%}  {found.low:.3f} to {found.high:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
