"""A suspected building's dossier and the plan for it, each look in the log."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from warroom import clock
from warroom.access import role_groups
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.plans.site_plan import SitePlanning, build_site_planning
from warroom.room.map.days import get_day_zone
from warroom.room.map.map_layers import load_suspected_places
from warroom.room.map.views import SuspectedPlace
from warroom.sites.dossier import build_dossier, list_tied_accounts, require_site_row
from warroom.sites.dossier_views import SiteRecords
from warroom.sites.gazetteer import load_gazetteer
from warroom.sites.network import load_network

if TYPE_CHECKING:
    from warroom.lake.lake import Lake


def read_sites(
    ledger: Ledger, lake: "Lake", officer: Officer, *, now: datetime | None = None
) -> tuple[SuspectedPlace, ...]:
    """The buildings that tips name, the most named first; logged once an hour. Raises NotAllowed."""
    now = now or clock.get_now()
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        this.log_list_read("sites")
    return load_suspected_places(lake, now=now)


def read_site(
    ledger: Ledger, lake: "Lake", officer: Officer, site: str, *, now: datetime | None = None
) -> SiteRecords:
    """A building's dossier; the look is logged. Raises NotAllowed, NotFound, or NotPossible for a home."""
    now = now or clock.get_now()
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        # After the role check: who may not look learns nothing about which buildings are known.
        require_site_row(load_network(lake), site)
        this.log_entry("site.read", f"premises:{site}")
    return build_dossier(lake, site, now, get_day_zone())


def log_site_paper(
    ledger: Ledger, officer: Officer, site: str, sha256: str, *, now: datetime | None = None
) -> None:
    """Note the fingerprint of a dossier that was taken out as a paper. Raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now or clock.get_now()) as this:
        this.log_entry("site.taken", f"premises:{site}", {"sha256": sha256})


def read_site_planning(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    site: str,
    budgets: Mapping[str, float] | None = None,
    limits: Mapping[str, float] | None = None,
    *,
    again: bool = False,
    now: datetime | None = None,
) -> SitePlanning:
    """What a plan for the building is computed from; `again` is a slider that moved and no new look, so it is not logged.

    Raises NotAllowed, NotFound, NotPossible for a home, or PlanError for a budget that makes no sense.
    """
    now = now or clock.get_now()
    with logged_read(ledger, officer, *role_groups.OPERATION_PLANNERS, now=now) as this:
        lines = load_network(lake)
        require_site_row(lines, site)
        if not again:
            this.log_entry("site.planned", f"premises:{site}")
    accounts = {site: list_tied_accounts(lake, site, now)}
    return build_site_planning(lines, (site,), load_gazetteer(lake.home.exercise), accounts, budgets, limits)
