"""Scoring an account without a trained model: a sum of points, each for one habit of mules.

| fact of the last seven days | points |
|---|---|
| money passed on within the hour, as a share of what came (full from 5,000 baht on) | 4, or 2.4 where it stayed over 20 minutes |
| other accounts ordered for from the same device, where money was passed on | 1.5 for two, up to 3 for four and more |
| payments just under 50,000 baht | 0.75 each, at most two |
| share of payers never met before, where 30 % or more was passed on | 1 |
| twelve or more different payers within six hours: a shop, a share circle, a seller of tickets | -3 |

CHANCE turns points into a probability. Points and chances were set by hand on synthetic countries; they are a rule of
thumb, and every signal made by them says so by its version.
"""

import numpy as np
import numpy.typing as npt

from warroom.money.index.transfer_graph import Array

VERSION = "rule-1"
DENSITY = 20.0
"""Density of crime in the synthetic countries on which CHANCE was set, relative to life."""
FULL = 500_000
"""Satang (5,000 baht) from which passed-on money counts in full."""
# Points, set by hand; the table in the module's docstring explains each.
PASSED, SLOW, DEVICE, UNDER, STRANGERS, CROWD = 4.0, 0.6, 1.5, 0.75, 1.0, -3.0
# Minutes of mean stay above which passed-on money counts less (SLOW).
SLOW_MINUTES = 20
# Shares of what came: devices and strangers only count where money was passed on.
PASSES, PASSES_ON = 0.05, 0.3
# Payers within six hours from which on it is a shop or a share circle.
MANY = 12
# Points and the probability at each; interpolated between them.
CHANCE = ((0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0), (0.01, 0.05, 0.3, 0.65, 0.8, 0.9, 0.94, 0.97))

Points = npt.NDArray[np.float64]


def compute_points(facts: Array) -> dict[str, Points]:
    """The points that each fact brought, by its name, from rows of `account_features.TABLE`."""
    passed = facts["passed"]
    quick = PASSED * np.minimum(1.0, facts["came"] / FULL) * passed
    devices = np.minimum(2.0, np.log2(1 + np.maximum(0, facts["others"] - 1)))
    strangers = facts["new_payers"] / np.maximum(1, facts["payers"])
    return {
        "passed": quick * np.where(facts["minutes"] <= SLOW_MINUTES, 1.0, SLOW),
        "others": DEVICE * devices * (passed > PASSES),
        "under": UNDER * np.minimum(2, facts["under"]),
        "new_payers": STRANGERS * strangers * (passed > PASSES_ON),
        "burst": CROWD * (facts["burst"] >= MANY),
    }


def predict_probabilities(facts: Array) -> Points:
    """The probability of each account, in [0, 1]."""
    total = sum(compute_points(facts).values(), np.zeros(len(facts)))
    return np.interp(total, *CHANCE)
