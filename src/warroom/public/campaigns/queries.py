"""Reads campaigns for officers: rises, the list, one campaign, one message."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from warroom.access import role_groups
from warroom.errors import NotFound
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow
from warroom.public.campaigns.looks import find_look
from warroom.public.campaigns.rising import compute_rises as counted
from warroom.public.campaigns.rows import line_of, view_of
from warroom.public.campaigns.schema import Campaign, CampaignEffect, CampaignMessage
from warroom.public.campaigns.views import OPEN, STATES, CampaignList, CampaignView, RiseList, Source

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

SHOWS = ("open", *STATES)


def list_rises(
    ledger: Ledger, lake: "Lake", officer: Officer, source: Source, *, now: datetime | None = None
) -> RiseList:
    """Every threat's last whole week with its usual range, rising ones first; from this week's look, if one was
    taken. Raises NotAllowed.
    """
    with logged_read(ledger, officer, *role_groups.CAMPAIGN_READERS, now=now) as this:
        this.log_list_read("campaigns")
        kept = find_look(this.session, source, this.now)
        return kept or RiseList(counted(this.session, lake, source, this.now), None)


def list_campaigns(
    ledger: Ledger,
    officer: Officer,
    show: str = "open",
    *,
    limit: int = 50,
    offset: int = 0,
    now: datetime | None = None,
) -> CampaignList:
    """Campaigns in a state, or all that have not ended (`open`), the newest first. Raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.CAMPAIGN_READERS, now=now) as this:
        this.log_list_read("campaigns")
        query = select(Campaign.state, func.count()).group_by(Campaign.state)
        many: dict[str, int] = {state: count for state, count in this.session.execute(query)}  # noqa: C416
        counts = {"open": sum(many.get(state_name, 0) for state_name in OPEN)} | {
            state_name: many.get(state_name, 0) for state_name in STATES
        }
        chosen = show if show in SHOWS else "open"
        chosen_ones = (
            select(Campaign, OfficerRow.name, CampaignEffect)
            .join(OfficerRow, OfficerRow.id == Campaign.written_by)
            .outerjoin(CampaignEffect, CampaignEffect.campaign_id == Campaign.id)
            .where(Campaign.state.in_(OPEN if chosen == "open" else (chosen,)))
            .order_by(Campaign.id.desc())
        )
        rows = this.session.execute(chosen_ones.limit(limit).offset(offset)).all()
        return CampaignList(tuple(line_of(*row) for row in rows), counts[chosen], counts)


def load_campaign(
    ledger: Ledger, officer: Officer, campaign: int, *, now: datetime | None = None
) -> CampaignView:
    """One campaign with everything about it; the access is logged. Raises NotAllowed, NotFound."""
    with logged_read(ledger, officer, *role_groups.CAMPAIGN_READERS, now=now) as this:
        row = this.session.get(Campaign, campaign)
        if row is None:
            raise NotFound("campaigns.no-such-campaign")
        this.log_entry("campaign.read", f"campaign:{campaign}")
        return view_of(this.session, row, ledger.home.exercise)


def load_message(
    ledger: Ledger, officer: Officer, campaign: int, number: int, *, now: datetime | None = None
) -> str:
    """The XML of a CAP message as it was sent. Raises NotAllowed, NotFound."""
    with logged_read(ledger, officer, *role_groups.CAMPAIGN_READERS, now=now) as this:
        row = this.session.get(CampaignMessage, (campaign, number))
        if row is None:
            raise NotFound("campaigns.no-such-campaign")
        this.log_entry("campaign.read", f"campaign:{campaign}", {"message": row.identifier})
        return row.text
