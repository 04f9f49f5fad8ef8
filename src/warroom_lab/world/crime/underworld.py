"""Everything that is planned of crime."""

from dataclasses import dataclass

from warroom_lab.world.crime.columns import Chain, CrimeCases, Mules, Persons, Syndicates
from warroom_lab.world.crime.cover import Covers
from warroom_lab.world.crime.reports import CountryReport
from warroom_lab.world.drawing.columns import AccountColumns, Array, HolderColumns


@dataclass
class Underworld:
    """What is planned, the same for every policy. `holders` and `accounts` are numbered on from the nation's.

    `savings`: account -> satang that victims need on top of `opening`; as long as nation and crime accounts together.
    `reports`: of true cases, by time of arrival; a report is made only if its case happened.
    """

    holders: HolderColumns
    accounts: AccountColumns
    savings: Array  # int64 satang, by account
    syndicates: Syndicates
    persons: Persons
    mules: Mules
    cases: CrimeCases
    chain: Chain
    covers: Covers
    reports: list[CountryReport]
