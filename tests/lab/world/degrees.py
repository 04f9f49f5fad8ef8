"""What the numbers of payers, payees and payments of each account say of it, and a small tree that learns from them."""

from dataclasses import dataclass

import numpy as np

from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.play.run import CountryRun
from warroom_lab.world.population.country import Country

NAMES = ("payments in", "payments out", "payers", "payees")


def degrees(country: Country) -> tuple[np.ndarray, np.ndarray]:
    """(accounts x NAMES, whether a gang had the account in its hands), over all days when nobody acts."""
    run = CountryRun(country)
    news = run.advance_to(country.nation.start + country.nation.size.days * DAY)
    days = [news.transfers, *(country.get_day(number) for number in range(country.nation.size.days))]
    payer = np.concatenate([day.payer for day in days]).astype(np.int64)
    payee = np.concatenate([day.payee for day in days]).astype(np.int64)
    accounts = len(country.accounts)
    pairs = np.unique(payer * accounts + payee)
    counts = (payee, payer, pairs % accounts, pairs // accounts)
    seen = np.stack([np.bincount(each, minlength=accounts) for each in counts], axis=1)
    mules = country.underworld.mules
    mule = np.zeros(accounts, bool)
    mule[mules.account[~mules.reserve]] = True
    return seen, mule


@dataclass
class Tree:
    """A tree of yes-or-no questions on the columns; `value`: the share of mules at a leaf."""

    value: float
    column: int = -1
    bound: float = 0.0
    below: "Tree | None" = None
    above: "Tree | None" = None

    def score(self, seen: np.ndarray) -> np.ndarray:
        if self.below is None or self.above is None:
            return np.full(len(seen), self.value)
        left = seen[:, self.column] <= self.bound
        return np.where(left, self.below.score(seen), self.above.score(seen))


def grown(seen: np.ndarray, mule: np.ndarray, depth: int, least: int = 50) -> Tree:
    """Split where Gini's impurity falls most, until a leaf would hold fewer than `least` accounts."""
    tree = Tree(float(mule.mean()))
    best = (tree.value * (1 - tree.value) * len(mule), -1, 0.0)
    for column in range(seen.shape[1] if depth else 0):
        order = np.argsort(seen[:, column], kind="stable")
        values, found = seen[order, column], np.cumsum(mule[order])
        at = np.arange(least, len(mule) - least)
        at = at[values[at - 1] < values[at]]
        if len(at):
            low, high = found[at - 1], found[-1] - found[at - 1]
            impure = low * (1 - low / at) + high * (1 - high / (len(mule) - at))
            place = int(np.argmin(impure))
            best = min(best, (float(impure[place]), column, float(values[at[place] - 1])))
    _, tree.column, tree.bound = best
    if tree.column >= 0:
        left = seen[:, tree.column] <= tree.bound
        tree.below = grown(seen[left], mule[left], depth - 1, least)
        tree.above = grown(seen[~left], mule[~left], depth - 1, least)
    return tree


def precision_at(scores: np.ndarray, mule: np.ndarray, budget: int) -> float:
    """Of the `budget` highest scores the share of mules; among equal scores by chance."""
    order = np.lexsort((np.random.default_rng(1).random(len(scores)), -scores))
    return float(mule[order[:budget]].mean())
