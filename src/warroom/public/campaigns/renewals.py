"""An alert that still holds: a second week by one officer's word, every further one by two.

Whoever asks for a further week has this week's look at the threat stand beside it, and another officer decides.
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
"""So long an alert runs in all by the word of one officer after it was approved."""


def renew_campaign(
    ledger: Ledger, lake: "Lake", officer: Officer, campaign: int, key: str, *, now: datetime | None = None
) -> CampaignView:
    """Say that it still holds. The first time that is seven days more, by a CAP update; after that it is asked of another officer.
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
    """Let it run on as another officer asked: seven days more, by a CAP update. Raises NotAllowed, NotFound, and NotPossible for what
    one asked for oneself, and for what was asked for days ago.
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
    """The renewal that was asked for and not approved, or a new one."""
    rows = this.session.scalars(
        select(CampaignRenewal)
        .where(CampaignRenewal.campaign_id == row.id)
        .order_by(CampaignRenewal.number.desc())
    ).all()
    if rows and rows[0].until is None:
        return rows[0]
    # Alerts that were renewed before renewals were written down have Updates alone.
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
