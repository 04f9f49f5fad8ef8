"""The usual ups and downs of a count, against a library of distributions."""

import numpy as np
import pytest
from scipy.stats import nbinom, poisson

from warroom.public.campaigns.noise import TENTH, estimate_usual


@pytest.mark.parametrize("mean", [0.2, 3.0, 15.0, 60.0, 900.0, 40_000.0])
@pytest.mark.parametrize("swing", [0.0, 0.4, 2.0])
def test_band_and_chance_are_those_of_the_distribution(mean: float, swing: float) -> None:
    generator = np.random.default_rng(7)
    means = generator.gamma(1 / swing**2, mean * swing**2, 26) if swing else np.full(26, mean)
    before = [int(one) for one in generator.poisson(means)]
    middle = max(sum(before) / 26, 0.5 / 26)
    variance = max(sum((one - middle) ** 2 for one in before) / 23, middle) * (1 + 1 / 26)
    size = middle**2 / (variance - middle)
    model = nbinom(size, size / (size + middle)) if variance > middle * 1.001 else poisson(middle)
    for count in (0, 1, round(middle), round(3 * middle) + 4):
        found = estimate_usual(before, count)
        assert found is not None
        assert (found.low, found.high) == (int(model.ppf(TENTH)), int(model.ppf(1 - TENTH)))
        assert found.chance == pytest.approx(model.sf(count - 1), rel=1e-4, abs=1e-12)
