"""Officers' decisions about campaigns: write, request approval, approve, open to all, withdraw; `renewals` has the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from warroom.access import role_groups
from warroom.errors import NotPossible
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.public.campaigns import areas, drawing, holdout, measuring
from warroom.public.campaigns.looks import ensure_look, take_draft_look
from warroom.public.campaigns.publication import issue_message, parse_wordings
from warroom.public.campaigns.rows import (
    digest_of,
    find_asker,
    load_campaign_for_update,
    rise_to_json,
    view_of,
)
from warroom.public.campaigns.schema import Campaign
from warroom.public.campaigns.views import (
    AUDIENCES,
    CHANNELS,
    MEASURES,
    SOURCES,
    THREATS,
    CampaignView,
    Rise,
)
from warroom.public.campaigns.wording import read_wording, require_complete
from warroom.public.channels import list_official_numbers

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

RUNS = timedelta(days=7)
"""How long an alert runs after its release or its renewal. Chosen, not measured."""
LATE = timedelta(hours=1)
"""How late an alert may be released: after a longer outage approval is requested again. Chosen, not measured."""
ASKED_FOR = timedelta(days=2)
"""How long a request for approval is valid: an older rise may be over, and is counted again. Chosen, not measured."""
AHEAD = 30
"""Days ahead that a release may be scheduled. Chosen, not measured."""
# The largest share of areas held out: blocks of two, of which one hears of the alert.
MOST_HELD = 0.5
HOLD_DAYS = (7, 14, 21, 28)
LONGEST = 1_000  # characters of a reason


@dataclass(frozen=True, slots=True)
class CampaignDraft:
    """An officer's draft. `wording` is by language; `held_share` of the areas is held out for `hold_days`, none where it is 0."""

    threat: str
    source: str
    audience: str
    channels: Sequence[str]
    wording: Mapping[str, Mapping[str, Any]]
    release_at: datetime | None = None
    held_share: float = 0.0
    hold_days: int = 7
    measure: str = "reports"


def save_draft(
    ledger: Ledger,
    officer: Officer,
    draft: CampaignDraft,
    key: str,
    campaign: int = 0,
    *,
    now: datetime | None = None,
) -> int:
    """Save a new draft, or replace the unapproved one with the number `campaign`; returns its number. Raises NotAllowed, NotFound,
    NotPossible.
    """
    wording = _check_draft(draft, list_official_numbers(ledger.home))
    with open_decision(ledger, officer, *role_groups.CAMPAIGN_WRITERS, now=now) as this:
        _check_release_time(draft, this.now)
        known = this.find_earlier_result(key, "campaign.written", campaign, asdict(draft))
        if known is not None:
            return int(known[0])
        row = load_campaign_for_update(this.session, campaign) if campaign else _build_campaign(this)
        if row.state not in ("draft", "waiting"):
            raise NotPossible("campaigns.state-unfit")
        row.state, row.asked_at, row.digest, row.seen, row.power = "draft", None, "", None, None
        row.draw_week, row.seed, row.seed_digest = None, "", ""
        row.written_by, row.written_at, row.declined = this.person.id, this.now, ""
        row.threat, row.source, row.audience = draft.threat, draft.source, draft.audience
        row.channels, row.wording = (
            list(draft.channels),
            {name: asdict(language_wording) for name, language_wording in wording.items()},
        )
        row.release_at, row.measure = draft.release_at, draft.measure
        row.held_share, row.hold_days = draft.held_share, draft.hold_days
        this.session.add(row)
        this.session.flush()
        this.save_result(row.id)
        detail = {"threat": row.threat, "languages": sorted(wording), "held": row.held_share}
        this.log_entry("campaign.written", f"campaign:{row.id}", detail)
        return row.id


def request_approval(
    ledger: Ledger, lake: "Lake", officer: Officer, campaign: int, key: str, *, now: datetime | None = None
) -> CampaignView:
    """Request another officer's approval. The rise found by this week's look is frozen with it. Raises NotAllowed, NotFound, and
    NotPossible for an incomplete wording and for a threat within its usual range.
    """
    take_draft_look(ledger, lake, officer, campaign, now)
    with open_decision(ledger, officer, *role_groups.CAMPAIGN_WRITERS, now=now) as this:
        row = load_campaign_for_update(this.session, campaign)
        if this.find_earlier_result(key, "campaign.asked", campaign) is None:
            if row.state != "draft":
                raise NotPossible("campaigns.state-unfit")
            require_complete(parse_wordings(row))
            row.seen = rise_to_json(_require_rise(this, lake, row))
            drawing.seal_draw(this.session, ledger.home, row, this.now)
            row.power = _estimate_power(this, lake, row)
            row.state, row.asked_at, row.until = "waiting", this.now, _compute_end(row, this.now)
            row.digest = digest_of(row)
            this.save_result(campaign)
            detail = {"digest": row.digest, "count": row.seen["count"], "high": row.seen["high"]}
            if row.draw_week is not None:
                detail |= {"seed_digest": row.seed_digest, "week": row.draw_week.isoformat()}
            this.log_entry("campaign.asked", f"campaign:{row.id}", detail)
        return view_of(this.session, row, ledger.home.exercise)


def approve_campaign(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    campaign: int,
    digest: str,
    key: str,
    *,
    now: datetime | None = None,
) -> CampaignView:
    """Approve another officer's campaign, as it was read (`digest`): it is released at its time. The draw of held-out areas was

    sealed with the request.
    Raises NotAllowed, NotFound, and NotPossible for one's own draft or request, a changed campaign, an expired request
    and a release time that has passed.
    """
    with open_decision(ledger, officer, *role_groups.CAMPAIGN_APPROVERS, now=now) as this:
        row = load_campaign_for_update(this.session, campaign)
        if this.find_earlier_result(key, "campaign.approved", campaign, digest) is None:
            _require_approvable(this, row, digest)
            this.require_trusted_clock()
            row.state, row.decided_by, row.decided_at = "scheduled", this.person.id, this.now
            row.release_at = max(row.release_at or this.now, this.now)
            row.until = row.release_at + RUNS
            held = _draw_held_out(this, lake, row)
            deadlines.start_deadline(this.session, "campaign", row.id, "release", row.release_at)
            this.save_result(campaign)
            detail = {
                "digest": digest,
                "release_at": row.release_at,
                "seed_digest": row.seed_digest,
                "held": held,
                "measure": row.measure,
                "days": row.hold_days if held else 0,
            }
            this.log_entry("campaign.approved", f"campaign:{row.id}", detail)
        return view_of(this.session, row, ledger.home.exercise)


def decline_campaign(
    ledger: Ledger, officer: Officer, campaign: int, reason: str, key: str, *, now: datetime | None = None
) -> CampaignView:
    """Return it to draft, with a reason. Raises NotAllowed, NotFound, NotPossible."""
    reason = _require_reason(reason)
    with open_decision(ledger, officer, *role_groups.CAMPAIGN_APPROVERS, now=now) as this:
        row = load_campaign_for_update(this.session, campaign)
        if this.find_earlier_result(key, "campaign.declined", campaign, reason) is None:
            if row.state != "waiting":
                raise NotPossible("campaigns.state-unfit")
            row.state, row.declined = "draft", reason
            this.save_result(campaign)
            this.log_entry("campaign.declined", f"campaign:{row.id}", {"reason": reason})
        return view_of(this.session, row, ledger.home.exercise)


def open_to_all(
    ledger: Ledger, officer: Officer, campaign: int, reason: str, key: str, *, now: datetime | None = None
) -> CampaignView:
    """End the hold-out early: the held-out areas are alerted now. Raises NotAllowed, NotFound, NotPossible."""
    reason = _require_reason(reason)
    with open_decision(ledger, officer, *role_groups.CAMPAIGN_ENDERS, now=now) as this:
        row = load_campaign_for_update(this.session, campaign)
        if this.find_earlier_result(key, "campaign.opened", campaign, reason) is None:
            require_running(row)
            if not row.held_share or row.opened_at is not None:
                raise NotPossible("campaigns.state-unfit")
            row.opened_at = this.now
            deadlines.stop_deadlines(this.session, "campaign", row.id, "open")
            sent = issue_message(this.session, ledger.home, row, "Update", this.now)
            this.save_result(campaign)
            detail = {"reason": reason, "message": sent.identifier}
            this.log_entry("campaign.opened", f"campaign:{row.id}", detail)
        return view_of(this.session, row, ledger.home.exercise)


def end_campaign(
    ledger: Ledger, officer: Officer, campaign: int, reason: str, key: str, *, now: datetime | None = None
) -> CampaignView:
    """Withdraw a campaign: before its release it is never sent, afterwards a CAP Cancel ends it. Raises NotAllowed, NotFound,
    NotPossible.
    """
    reason = _require_reason(reason)
    with open_decision(ledger, officer, *role_groups.CAMPAIGN_ENDERS, now=now) as this:
        row = load_campaign_for_update(this.session, campaign)
        if this.find_earlier_result(key, "campaign.ended", campaign, reason) is None:
            if row.state in ("ended", "withdrawn"):
                raise NotPossible("campaigns.state-unfit")
            deadlines.stop_deadlines(this.session, "campaign", row.id)
            detail = {"reason": reason, "was": row.state}
            row.ended_at, row.ended_by, row.reason = this.now, this.person.id, reason
            if row.state == "released":
                row.state, row.cause = "ended", "cancelled"
                # One second later: the table requires an end after the release, also when both are in the
                # same second.
                row.until = max(this.now, row.release_at or this.now) + timedelta(seconds=1)
                detail["message"] = issue_message(
                    this.session, ledger.home, row, "Cancel", this.now
                ).identifier
            else:
                row.state = "withdrawn"
            this.save_result(campaign)
            this.log_entry("campaign.ended", f"campaign:{row.id}", detail)
        return view_of(this.session, row, ledger.home.exercise)


def _check_draft(draft: CampaignDraft, signed: Sequence[str]) -> Mapping[str, Any]:
    known = (draft.threat in THREATS, draft.source in SOURCES, draft.audience in AUDIENCES)
    if not all(known) or not draft.channels or not set(draft.channels) <= set(CHANNELS):
        raise NotPossible("campaigns.threat-unfit")
    share = draft.held_share
    if not 0 <= share <= MOST_HELD or draft.hold_days not in HOLD_DAYS or draft.measure not in MEASURES:
        raise NotPossible("campaigns.hold-unfit")
    return read_wording(draft.wording, signed)


def _check_release_time(draft: CampaignDraft, now: datetime) -> None:
    if draft.release_at is not None and not now - RUNS < draft.release_at <= now + timedelta(days=AHEAD):
        raise NotPossible("campaigns.times-unfit", most=AHEAD)


def _build_campaign(this: Decision) -> Campaign:
    empty = dict.fromkeys(("declined", "digest", "seed", "seed_digest", "cause", "reason"), "")
    return Campaign(state="draft", written_by=this.person.id, **empty)


def _compute_end(row: Campaign, now: datetime) -> datetime:
    return max(row.release_at or now, now) + RUNS


def _require_rise(this: Decision, lake: "Lake", row: Campaign) -> Rise:
    """The rise found by this week's look; raises NotPossible where the count is within the usual range. Without a known range the
    alert is allowed and says so.
    """
    rises_by_threat = {rise.threat: rise for rise in ensure_look(this, lake, row.source)}  # type: ignore[arg-type]
    rise = rises_by_threat.get(row.threat)
    if rise is None or rise.count == 0:
        raise NotPossible("campaigns.nothing-counted")
    if rise.high is not None and rise.low is not None and rise.count <= rise.high:
        raise NotPossible("campaigns.inside-band", count=rise.count, low=rise.low, high=rise.high)
    return rise


def _compute_prior_span(row: Campaign, at: datetime) -> tuple[datetime, datetime]:
    """The span before `at` that is as long as the hold-out."""
    return at - timedelta(days=row.hold_days), at


def _estimate_power(this: Decision, lake: "Lake", row: Campaign) -> float | None:
    """The detectable effect of the hold-out, from the scatter of areas in the two spans before now; raises NotPossible for too few
    areas.
    """
    if not row.held_share:
        return None
    since, until = _compute_prior_span(row, this.now)
    draw_areas = areas.list_areas(this.session, lake, row.threat, since, until)
    blocks = drawing.choose_blocks(this.session, row, draw_areas, this.now)
    if holdout.count_draws(blocks) < holdout.FEWEST_DRAWS:
        raise NotPossible("campaigns.hold-too-few", ways=holdout.FEWEST_DRAWS)
    sums = [
        areas.count_by_province(this.session, lake, row.threat, *span, row.measure)  # type: ignore[arg-type]
        for span in (_compute_prior_span(row, since), (since, until))
    ]
    earlier, before = (
        np.array([float(area_counts.get(area.code, 0)) for area in draw_areas]) for area_counts in sums
    )
    return measuring.estimate_power(earlier, before, blocks, unit_of(row))


def unit_of(row: Campaign) -> float:
    """The unit of measurement: satang of a usual loss, or 1 report."""
    return float(areas.USUAL_LOSS) if row.measure == "losses" else 1.0


def _require_approvable(this: Decision, row: Campaign, digest: str) -> None:
    if row.state != "waiting":
        raise NotPossible("campaigns.state-unfit")
    if row.written_by == this.person.id:
        raise NotPossible("campaigns.same-officer")
    if find_asker(this.session, row) == this.officer.username:
        raise NotPossible("campaigns.same-asker")
    if digest != row.digest or digest != digest_of(row):
        raise NotPossible("campaigns.changed")
    if row.asked_at is None or row.asked_at < this.now - ASKED_FOR:
        raise NotPossible("campaigns.asked-long-ago")
    if row.release_at is not None and row.release_at < this.now - LATE:
        raise NotPossible("campaigns.late")


def _draw_held_out(this: Decision, lake: "Lake", row: Campaign) -> list[str]:
    """The codes of held-out areas. A campaign without a hold-out gets a seed too: its digest is part of message identifiers."""
    if not row.held_share:
        row.seed = holdout.new_seed()
        row.seed_digest = holdout.digest_of(row.seed)
        return []
    found = areas.list_areas(this.session, lake, row.threat, *_compute_prior_span(row, this.now))
    return drawing.record_draw(this.session, row, found, this.now)


def require_running(row: Campaign) -> None:
    """Raise NotPossible unless the campaign was released and has not ended."""
    if row.state != "released":
        raise NotPossible("campaigns.state-unfit")


def _require_reason(reason: str) -> str:
    kept = " ".join(reason.split())[:LONGEST]
    if not kept:
        raise NotPossible("campaigns.reason-missing")
    return kept
