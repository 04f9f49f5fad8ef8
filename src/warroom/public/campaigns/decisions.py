"""What officers do with campaigns: write one, have another officer approve it, open it to all, take it back; `renewals` let it run on."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from warroom.access import role_groups
from warroom.errors import NotPossible
from warroom.ledger import deadlines
from warroom.ledger.decision import Decision, decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.public.campaigns import areas, drawing, holdout, measuring
from warroom.public.campaigns.looks import look, take
from warroom.public.campaigns.publication import issue, wordings
from warroom.public.campaigns.rows import asked_by, digest_of, locked, rise_as_kept, view_of
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
from warroom.public.campaigns.wording import read_wording, whole
from warroom.public.channels import our_numbers

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

RUNS = timedelta(days=7)
"""An alert ends by itself so long after it went out, or after an officer said that it still holds."""
LATE = timedelta(hours=1)
"""So long after its hour an alert goes out no more: after an outage it is asked for anew."""
ASKED_FOR = timedelta(days=2)
"""What rose longer ago may rise no more: it is counted and asked for anew."""
AHEAD = 30
"""Days ahead that a release may lie."""
MOST_HELD = 0.5
HOLD_DAYS = (7, 14, 21, 28)
LONGEST = 1_000  # characters of a reason


@dataclass(frozen=True, slots=True)
class Draft:
    """What an officer wrote. `wording` by language; `held_share` of the areas hears nothing for `hold_days`; none where it is 0."""

    threat: str
    source: str
    audience: str
    channels: Sequence[str]
    wording: Mapping[str, Mapping[str, Any]]
    release_at: datetime | None = None
    held_share: float = 0.0
    hold_days: int = 7
    measure: str = "reports"


def write(
    ledger: Ledger,
    officer: Officer,
    draft: Draft,
    key: str,
    campaign: int = 0,
    *,
    now: datetime | None = None,
) -> int:
    """Keep a draft, or write one anew (`campaign`) that nobody has approved; its number. Raises NotAllowed, NotFound, NotPossible."""
    wording = _fit(draft, our_numbers(ledger.home))
    with decision(ledger, officer, *role_groups.CAMPAIGN_WRITERS, now=now) as this:
        _times(draft, this.now)
        known = this.before(key, "campaign.written", campaign, asdict(draft))
        if known is not None:
            return int(known[0])
        row = locked(this.session, campaign) if campaign else _new(this)
        if row.state not in ("draft", "waiting"):
            raise NotPossible("campaigns.state-unfit")
        row.state, row.asked_at, row.digest, row.seen, row.power = "draft", None, "", None, None
        row.draw_week, row.seed, row.seed_digest = None, "", ""
        row.written_by, row.written_at, row.declined = this.person.id, this.now, ""
        row.threat, row.source, row.audience = draft.threat, draft.source, draft.audience
        row.channels, row.wording = list(draft.channels), {name: asdict(one) for name, one in wording.items()}
        row.release_at, row.measure = draft.release_at, draft.measure
        row.held_share, row.hold_days = draft.held_share, draft.hold_days
        this.session.add(row)
        this.session.flush()
        this.keep(row.id)
        detail = {"threat": row.threat, "languages": sorted(wording), "held": row.held_share}
        this.log("campaign.written", f"campaign:{row.id}", detail)
        return row.id


def ask(
    ledger: Ledger, lake: "Lake", officer: Officer, campaign: int, key: str, *, now: datetime | None = None
) -> CampaignView:
    """Ask another officer to approve it. What this week's look found is frozen beside it. Raises NotAllowed, NotFound, and
    NotPossible for a wording that is not whole, and for a threat inside its usual ups and downs.
    """
    take(ledger, lake, officer, campaign, now)
    with decision(ledger, officer, *role_groups.CAMPAIGN_WRITERS, now=now) as this:
        row = locked(this.session, campaign)
        if this.before(key, "campaign.asked", campaign) is None:
            if row.state != "draft":
                raise NotPossible("campaigns.state-unfit")
            whole(wordings(row))
            row.seen = rise_as_kept(_rise(this, lake, row))
            drawing.seal(this.session, ledger.home, row, this.now)
            row.power = _power(this, lake, row)
            row.state, row.asked_at, row.until = "waiting", this.now, _until(row, this.now)
            row.digest = digest_of(row)
            this.keep(campaign)
            detail = {"digest": row.digest, "count": row.seen["count"], "high": row.seen["high"]}
            if row.draw_week is not None:
                detail |= {"seed_digest": row.seed_digest, "week": row.draw_week.isoformat()}
            this.log("campaign.asked", f"campaign:{row.id}", detail)
        return view_of(this.session, row, ledger.home.exercise)


def approve(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    campaign: int,
    digest: str,
    key: str,
    *,
    now: datetime | None = None,
) -> CampaignView:
    """Approve what another officer wrote, as it was read (`digest`): it goes out at its hour. Who is held out was sealed when it was asked for.

    Raises NotAllowed, NotFound, and NotPossible for what one wrote or asked for, one that has changed, one that was asked for days ago,
    and an hour that has passed.
    """
    with decision(ledger, officer, *role_groups.CAMPAIGN_APPROVERS, now=now) as this:
        row = locked(this.session, campaign)
        if this.before(key, "campaign.approved", campaign, digest) is None:
            _approvable(this, row, digest)
            this.trust_clock()
            row.state, row.decided_by, row.decided_at = "scheduled", this.person.id, this.now
            row.release_at = max(row.release_at or this.now, this.now)
            row.until = row.release_at + RUNS
            held = _draw(this, lake, row)
            deadlines.start(this.session, "campaign", row.id, "release", row.release_at)
            this.keep(campaign)
            detail = {
                "digest": digest,
                "release_at": row.release_at,
                "seed_digest": row.seed_digest,
                "held": held,
                "measure": row.measure,
                "days": row.hold_days if held else 0,
            }
            this.log("campaign.approved", f"campaign:{row.id}", detail)
        return view_of(this.session, row, ledger.home.exercise)


def decline(
    ledger: Ledger, officer: Officer, campaign: int, reason: str, key: str, *, now: datetime | None = None
) -> CampaignView:
    """Give it back to be written anew, with why. Raises NotAllowed, NotFound, NotPossible."""
    reason = _reason(reason)
    with decision(ledger, officer, *role_groups.CAMPAIGN_APPROVERS, now=now) as this:
        row = locked(this.session, campaign)
        if this.before(key, "campaign.declined", campaign, reason) is None:
            if row.state != "waiting":
                raise NotPossible("campaigns.state-unfit")
            row.state, row.declined = "draft", reason
            this.keep(campaign)
            this.log("campaign.declined", f"campaign:{row.id}", {"reason": reason})
        return view_of(this.session, row, ledger.home.exercise)


def open_to_all(
    ledger: Ledger, officer: Officer, campaign: int, reason: str, key: str, *, now: datetime | None = None
) -> CampaignView:
    """End the hold-out before its time: areas that were held out hear of it now. Raises NotAllowed, NotFound, NotPossible."""
    reason = _reason(reason)
    with decision(ledger, officer, *role_groups.CAMPAIGN_ENDERS, now=now) as this:
        row = locked(this.session, campaign)
        if this.before(key, "campaign.opened", campaign, reason) is None:
            running(row)
            if not row.held_share or row.opened_at is not None:
                raise NotPossible("campaigns.state-unfit")
            row.opened_at = this.now
            deadlines.stop(this.session, "campaign", row.id, "open")
            sent = issue(this.session, ledger.home, row, "Update", this.now)
            this.keep(campaign)
            detail = {"reason": reason, "message": sent.identifier}
            this.log("campaign.opened", f"campaign:{row.id}", detail)
        return view_of(this.session, row, ledger.home.exercise)


def end(
    ledger: Ledger, officer: Officer, campaign: int, reason: str, key: str, *, now: datetime | None = None
) -> CampaignView:
    """Take it back: before it went out it never does; afterwards it ends by a CAP cancel. Raises NotAllowed, NotFound, NotPossible."""
    reason = _reason(reason)
    with decision(ledger, officer, *role_groups.CAMPAIGN_ENDERS, now=now) as this:
        row = locked(this.session, campaign)
        if this.before(key, "campaign.ended", campaign, reason) is None:
            if row.state in ("ended", "withdrawn"):
                raise NotPossible("campaigns.state-unfit")
            deadlines.stop(this.session, "campaign", row.id)
            detail = {"reason": reason, "was": row.state}
            row.ended_at, row.ended_by, row.reason = this.now, this.person.id, reason
            if row.state == "released":
                row.state, row.cause = "ended", "cancelled"
                # An end is after its beginning, also of what is taken back in the same second.
                row.until = max(this.now, row.release_at or this.now) + timedelta(seconds=1)
                detail["message"] = issue(this.session, ledger.home, row, "Cancel", this.now).identifier
            else:
                row.state = "withdrawn"
            this.keep(campaign)
            this.log("campaign.ended", f"campaign:{row.id}", detail)
        return view_of(this.session, row, ledger.home.exercise)


def _fit(draft: Draft, signed: Sequence[str]) -> Mapping[str, Any]:
    known = (draft.threat in THREATS, draft.source in SOURCES, draft.audience in AUDIENCES)
    if not all(known) or not draft.channels or not set(draft.channels) <= set(CHANNELS):
        raise NotPossible("campaigns.threat-unfit")
    share = draft.held_share
    if not 0 <= share <= MOST_HELD or draft.hold_days not in HOLD_DAYS or draft.measure not in MEASURES:
        raise NotPossible("campaigns.hold-unfit")
    return read_wording(draft.wording, signed)


def _times(draft: Draft, now: datetime) -> None:
    if draft.release_at is not None and not now - RUNS < draft.release_at <= now + timedelta(days=AHEAD):
        raise NotPossible("campaigns.times-unfit", most=AHEAD)


def _new(this: Decision) -> Campaign:
    empty = dict.fromkeys(("declined", "digest", "seed", "seed_digest", "cause", "reason"), "")
    return Campaign(state="draft", written_by=this.person.id, **empty)


def _until(row: Campaign, now: datetime) -> datetime:
    return max(row.release_at or now, now) + RUNS


def _rise(this: Decision, lake: "Lake", row: Campaign) -> Rise:
    """The threat as this week's look found it; raises NotPossible where it is inside its band. Before a band is known that is said in the alert."""
    found = {one.threat: one for one in look(this, lake, row.source)}  # type: ignore[arg-type]
    one = found.get(row.threat)
    if one is None or one.count == 0:
        raise NotPossible("campaigns.nothing-counted")
    if one.high is not None and one.low is not None and one.count <= one.high:
        raise NotPossible("campaigns.inside-band", count=one.count, low=one.low, high=one.high)
    return one


def _spans(row: Campaign, at: datetime) -> tuple[datetime, datetime]:
    """The span before, as long as the hold-out."""
    return at - timedelta(days=row.hold_days), at


def _power(this: Decision, lake: "Lake", row: Campaign) -> float | None:
    """What such a hold-out could find, by how areas scattered over the two spans before now; raises NotPossible for too few areas."""
    if not row.held_share:
        return None
    since, until = _spans(row, this.now)
    found = areas.areas(this.session, lake, row.threat, since, until)
    blocks = drawing.blocks(this.session, row, found, this.now)
    if holdout.ways(blocks) < holdout.FEWEST_DRAWS:
        raise NotPossible("campaigns.hold-too-few", ways=holdout.FEWEST_DRAWS)
    sums = [
        areas.counts(this.session, lake, row.threat, *span, row.measure)  # type: ignore[arg-type]
        for span in (_spans(row, since), (since, until))
    ]
    earlier, before = (np.array([float(one.get(area.code, 0)) for area in found]) for one in sums)
    return measuring.power(earlier, before, blocks, unit_of(row))


def unit_of(row: Campaign) -> float:
    """What counts as one."""
    return float(areas.USUAL_LOSS) if row.measure == "losses" else 1.0


def _approvable(this: Decision, row: Campaign, digest: str) -> None:
    if row.state != "waiting":
        raise NotPossible("campaigns.state-unfit")
    if row.written_by == this.person.id:
        raise NotPossible("campaigns.same-officer")
    if asked_by(this.session, row) == this.officer.username:
        raise NotPossible("campaigns.same-asker")
    if digest != row.digest or digest != digest_of(row):
        raise NotPossible("campaigns.changed")
    if row.asked_at is None or row.asked_at < this.now - ASKED_FOR:
        raise NotPossible("campaigns.asked-long-ago")
    if row.release_at is not None and row.release_at < this.now - LATE:
        raise NotPossible("campaigns.late")


def _draw(this: Decision, lake: "Lake", row: Campaign) -> list[str]:
    """Who does not hear of it. One that everybody hears has a seed too, by which its messages are named."""
    if not row.held_share:
        row.seed = holdout.new_seed()
        row.seed_digest = holdout.digest_of(row.seed)
        return []
    found = areas.areas(this.session, lake, row.threat, *_spans(row, this.now))
    return drawing.draw(this.session, row, found, this.now)


def running(row: Campaign) -> None:
    """Raises NotPossible for what has not gone out, or is over."""
    if row.state != "released":
        raise NotPossible("campaigns.state-unfit")


def _reason(reason: str) -> str:
    kept = " ".join(reason.split())[:LONGEST]
    if not kept:
        raise NotPossible("campaigns.reason-missing")
    return kept
