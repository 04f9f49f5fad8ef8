"""Renewals of alerts: one officer decides on a second week, two on every further one.

A request for a further week includes this week's look at the threat, and another officer decides.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from warroom.access import role_groups
from warroom.errors import NotPossible
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.public.campaigns.decisions import ASKED_FOR, RUNS, require_running
from warroom.public.campaigns.looks import ensure_look
from warroom.public.campaigns.publication import issue_message
from warroom.public.campaigns.rows import load_campaign_for_update, rise_to_json, view_of
from warroom.public.campaigns.schema import Campaign, CampaignMessage, CampaignRenewal
from warroom.public.campaigns.views import CampaignView

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

ALONE = timedelta(days=14)
"""The total time that an approved alert may run by one officer's renewal: two weeks. Chosen, not measured."""


def renew_campaign(
    ledger: Ledger, lake: "Lake", officer: Officer, campaign: int, key: str, *, now: datetime | None = None
) -> CampaignView:
    """Renew an alert. The first time it runs seven more days, by a CAP Update; after that another officer must approve.
    Raises NotAllowed, NotFound, NotPossible.
    """
    with open_decision(ledger, officer, *role_groups.CAMPAIGN_WRITERS, now=now) as this:
        row = load_campaign_for_update(this.session, campaign)
        if this.find_earlier_result(key, "campaign.renewed", campaign) is None:
            require_running(row)
            this.require_trusted_clock()
            renewal = _ensure_renewal(this, row)
            renewal.asked_by, renewal.asked_at = this.person.id, this.now
            assert row.released_at is not None
            if renewal.number == 1 and this.now + RUNS <= row.released_at + ALONE:
                _run_on(this, ledger, row, renewal)
            else:
                _request_renewal(this, lake, row, renewal)
        return view_of(this.session, row, ledger.home.exercise)


def approve_renewal(
    ledger: Ledger, officer: Officer, campaign: int, key: str, *, now: datetime | None = None
) -> CampaignView:
    """Approve another officer's request for seven more days, by a CAP Update. Raises NotAllowed, NotFound, and NotPossible for one's
    own request and for an expired one.
    """
    with open_decision(ledger, officer, *role_groups.CAMPAIGN_APPROVERS, now=now) as this:
        row = load_campaign_for_update(this.session, campaign)
        if this.find_earlier_result(key, "campaign.renewal-approved", campaign) is None:
            require_running(row)
            this.require_trusted_clock()
            renewal = _ensure_renewal(this, row)
            if not renewal.asked_by:
                raise NotPossible("campaigns.state-unfit")
            if renewal.asked_by == this.person.id:
                raise NotPossible("campaigns.same-asker")
            if renewal.asked_at < this.now - ASKED_FOR:
                raise NotPossible("campaigns.asked-long-ago")
            renewal.approved_by, renewal.approved_at = this.person.id, this.now
            _run_on(this, ledger, row, renewal)
        return view_of(this.session, row, ledger.home.exercise)


def _ensure_renewal(this: Decision, row: Campaign) -> CampaignRenewal:
    """The open request for a renewal, or a new one."""
    rows = this.session.scalars(
        select(CampaignRenewal)
        .where(CampaignRenewal.campaign_id == row.id)
        .order_by(CampaignRenewal.number.desc())
    ).all()
    if rows and rows[0].until is None:
        return rows[0]
    # Alerts renewed before renewals had a table have only Update messages; one of them may be the opening
    # to all.
    updates = select(CampaignMessage).where(
        CampaignMessage.campaign_id == row.id, CampaignMessage.kind == "Update"
    )
    earlier = len(rows) or max(0, len(this.session.scalars(updates).all()) - (row.opened_at is not None))
    return CampaignRenewal(campaign_id=row.id, number=earlier + 1)


def _run_on(this: Decision, ledger: Ledger, row: Campaign, renewal: CampaignRenewal) -> None:
    row.until = renewal.until = this.now + RUNS
    this.session.add(renewal)
    deadlines.start_deadline(this.session, "campaign", row.id, "end", row.until)
    sent = issue_message(this.session, ledger.home, row, "Update", this.now)
    this.save_result(row.id)
    detail = {"until": row.until, "message": sent.identifier, "number": renewal.number}
    verb = "campaign.renewal-approved" if renewal.approved_by else "campaign.renewed"
    this.log_entry(verb, f"campaign:{row.id}", detail)


def _request_renewal(this: Decision, lake: "Lake", row: Campaign, renewal: CampaignRenewal) -> None:
    found = ensure_look(this, lake, row.source)  # type: ignore[arg-type]
    seen = next((one for one in found if one.threat == row.threat), None)
    renewal.seen = rise_to_json(seen) if seen else None
    this.session.add(renewal)
    this.save_result(row.id)
    detail = {"number": renewal.number, "count": seen.count if seen else 0}
    this.log_entry("campaign.renewal-asked", f"campaign:{row.id}", detail)
