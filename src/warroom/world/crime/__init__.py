"""The gangs of the country, planned from the seed alone: syndicates, mules, cases, chains of payments, and reports.

Nothing here is a guide: shares, sums and delays are published figures or stated assumptions (params.toml), there is no
wording, no method of approach and no real place. What measures change is played in `flow` and decided in `adversary`.
"""

from dataclasses import dataclass

from warroom.world.crime.columns import Cases, Chain, Mules, Syndicates
from warroom.world.crime.reports import Report
from warroom.world.money import Accounts, Array, Holders

__all__ = ["Cases", "Chain", "Mules", "Report", "Syndicates", "Underworld"]


@dataclass
class Underworld:
    """What is planned, the same for every policy. `holders` and `accounts` are numbered on from the nation's.

    `savings`: account -> satang that victims need on top of `opening`; as long as nation and crime accounts together.
    `reports`: of true cases, by time of arrival; a report is made only if its case happened.
    """

    holders: Holders
    accounts: Accounts
    savings: Array  # int64 satang, by account
    syndicates: Syndicates
    mules: Mules
    cases: Cases
    chain: Chain
    reports: list[Report]
