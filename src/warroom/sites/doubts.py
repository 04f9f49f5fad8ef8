"""What speaks for a building's being a site, and what speaks against: codes with numbers, weighed by nobody here.

Every finding has its base rate: how many honest buildings show the same. No sum, no score.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from warroom.sites.dossier_views import SiteAccount, SiteFinding, SiteLoad, TiedThing
from warroom.sites.network import HOME, STANDBY, SupplyNetwork
from warroom.sites.suspected import FEWEST, OLD, TippedBuilding

FLAT = 0.8
"""A night of at least this share of the evening's load counts as flat; chosen, and its base rate is always shown."""
YOUNG = timedelta(days=365)
BUSY = 3
"""Companies of one director."""
PAYROLL = 10
"""Payees of a company's account in 60 days."""
DAY = timedelta(days=1)
Findings = tuple[SiteFinding, ...]


def _find(code: Any, **figures: int | float) -> SiteFinding:
    return SiteFinding(code, figures)


def judge_tips(tips: TippedBuilding | None, as_of: datetime) -> tuple[Findings, Findings]:
    """Tips, and what weakens them."""
    if tips is None or not tips.tips:
        return (), ()
    doubts = []
    if tips.tips <= FEWEST:
        doubts.append(_find("few-tips", count=tips.tips))
    if tips.tips > 1 and tips.last - tips.first < DAY:
        doubts.append(_find("same-day-tips", count=tips.tips))
    if as_of - tips.last > OLD:
        doubts.append(_find("old-tips", days=(as_of - tips.last).days))
    return (_find("tips", count=tips.tips),), tuple(doubts)


def judge_load(load: SiteLoad | None) -> tuple[Findings, Findings]:
    """A flat load, and how many honest buildings have one."""
    if load is None or load.night_share is None:
        return (), ()
    share = round(100 * load.night_share)
    if load.night_share < FLAT:
        return (), (_find("evening-load", share=share),)
    return (_find("flat-load", share=share),), (
        (_find("many-as-flat", count=load.as_flat, all=load.metered),) if load.as_flat else ()
    )


def judge_standby(lines: SupplyNetwork, building: int) -> tuple[Findings, Findings]:
    """A satellite terminal or a generator, and how many other buildings of the same network have one."""
    findings, doubts = [], []
    others = np.flatnonzero((lines.use != HOME) & (np.arange(len(lines.use)) != building))
    for kind, code, common in (
        ("satellite", "terminal", "terminal-common"),
        ("generator", "generator", "generator-common"),
    ):
        assert kind in STANDBY
        at = lines.premises[(lines.kind == kind) & (lines.premises >= 0)]
        if building in at:
            findings.append(_find(code, count=int((at == building).sum())))
            doubts.append(_find(common, count=int(np.isin(others, at).sum()), all=len(others)))
    return tuple(findings), tuple(doubts)


def judge_tenants(
    tied: Sequence[TiedThing],
    companies: Mapping[str, Mapping[str, Any]],
    accounts: Sequence[SiteAccount],
    as_of: datetime,
) -> tuple[Findings, Findings]:
    """Young tenants, directors of several firms, accounts that pay many; and long-standing tenants and owners."""
    findings, doubts = [], []
    tenants = [thing for thing in tied if thing.kind == "company" and thing.step == 1]
    ages = [
        as_of - body["founded"] for thing in tenants if (body := companies.get(thing.id)) and body["founded"]
    ]
    if any(age < YOUNG for age in ages):
        findings.append(_find("young-company", count=sum(age < YOUNG for age in ages)))
    if any(age >= YOUNG for age in ages):
        doubts.append(_find("old-company", years=int(max(ages).days // 365)))
    firms: dict[str, int] = {}
    for thing in tied:
        if thing.relation == "director" and thing.kind == "company":
            firms[thing.via] = firms.get(thing.via, 0) + 1
    if firms and max(firms.values()) + 1 >= BUSY:
        findings.append(_find("busy-director", count=max(firms.values()) + 1))
    payees = max((account.payees for account in accounts), default=0)
    if payees >= PAYROLL:
        findings.append(_find("payroll", count=payees))
    others = sum(thing.kind == "premises" for thing in tied)
    if others:
        doubts.append(_find("landlord-of-others", count=others))
    if not tenants:
        doubts.append(_find("no-tenant"))
    return tuple(findings), tuple(doubts)
