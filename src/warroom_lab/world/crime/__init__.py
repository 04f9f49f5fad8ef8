"""The gangs of the country, planned from the seed alone: syndicates, mules, cases, chains of payments, and reports.

Nothing here is a guide: shares, sums and delays are published figures or stated assumptions (params.toml), there is no
wording, no method of approach and no real place. What measures change is played in `flow` and decided in `adversary`.
"""

import numpy as np

from warroom_lab.world.crime.cases import plan_cases
from warroom_lab.world.crime.chain import plan_chain
from warroom_lab.world.crime.columns import Chain, CrimeCases, Mules, Persons, Syndicates
from warroom_lab.world.crime.cover import Covers, plan_covers
from warroom_lab.world.crime.mules import count_live_accounts, plan_market
from warroom_lab.world.crime.reports import CountryReport, plan_reports
from warroom_lab.world.crime.syndicates import plan_persons, plan_syndicates
from warroom_lab.world.crime.underworld import Underworld
from warroom_lab.world.population.nation import Nation

__all__ = [
    "Chain",
    "CountryReport",
    "Covers",
    "CrimeCases",
    "Mules",
    "Persons",
    "Syndicates",
    "Underworld",
    "plan_underworld",
]


def plan_underworld(nation: Nation) -> Underworld:
    """Plan all crime of a nation: a function of its seed alone."""
    syndicates = plan_syndicates(nation)
    persons = plan_persons(nation, syndicates, count_live_accounts(nation, syndicates))
    market = plan_market(nation, syndicates, persons)
    cases, payments = plan_cases(nation, syndicates, market.mules.holder)
    chain = plan_chain(nation, cases, payments, market.mules)
    savings = np.zeros(len(nation.accounts) + len(market.accounts), np.int64)
    np.add.at(savings, cases.account[payments.case], payments.amount)
    covers = plan_covers(nation, market.mules, market.accounts)
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
        plan_reports(nation, cases, chain),
    )
