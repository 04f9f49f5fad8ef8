"""The gangs of the country, planned from the seed alone: syndicates, mules, cases, chains of payments, and reports.

Nothing here is a guide: shares, sums and delays are published figures or stated assumptions (params.toml), there is no
wording, no method of approach and no real place. What measures change is played in `flow` and decided in `adversary`.
"""

import numpy as np

from warroom_lab.world.crime.cases import cases_of
from warroom_lab.world.crime.chain import chain_of
from warroom_lab.world.crime.columns import Cases, Chain, Mules, Persons, Syndicates
from warroom_lab.world.crime.cover import Covers, covers_of
from warroom_lab.world.crime.mules import live_of, market_of
from warroom_lab.world.crime.reports import Report, reports_of
from warroom_lab.world.crime.syndicates import persons_of, syndicates_of
from warroom_lab.world.crime.underworld import Underworld
from warroom_lab.world.population.nation import Nation

__all__ = ["Cases", "Chain", "Covers", "Mules", "Persons", "Report", "Syndicates", "Underworld", "settle"]


def settle(nation: Nation) -> Underworld:
    """Plan all crime of a nation: a function of its seed alone."""
    syndicates = syndicates_of(nation)
    persons = persons_of(nation, syndicates, live_of(nation, syndicates))
    market = market_of(nation, syndicates, persons)
    cases, payments = cases_of(nation, syndicates, market.mules.holder)
    chain = chain_of(nation, cases, payments, market.mules)
    savings = np.zeros(len(nation.accounts) + len(market.accounts), np.int64)
    np.add.at(savings, cases.account[payments.case], payments.amount)
    covers = covers_of(nation, market.mules, market.accounts)
    # Who pays a new account for the look of it has the money for it, as victims have.
    theirs = covers.payer < len(nation.accounts)
    np.add.at(savings, covers.payer[theirs], covers.amount[theirs])
    return Underworld(
        market.holders,
        market.accounts,
        savings,
        syndicates,
        persons,
        market.mules,
        cases,
        chain,
        covers,
        reports_of(nation, cases, chain),
    )
