"""What rises, looked at once a week: who looks until chance shows a rise finds one.

The first time that approval is asked in a week all threats of that source are counted, and what was found stands until Monday, for
everybody who asks and for every renewal.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.public.campaigns.drawing import week_of
from warroom.public.campaigns.rising import compute_rises
from warroom.public.campaigns.rows import rise_from_json, rise_to_json
from warroom.public.campaigns.schema import Campaign, CampaignLook
from warroom.public.campaigns.views import Rise, RiseList, Source

if TYPE_CHECKING:
    from warroom.lake.lake import Lake


def take_draft_look(
    ledger: Ledger, lake: "Lake", officer: Officer, campaign: int, now: datetime | None
) -> None:
    """Take the look by which a draft is judged. In a transaction of its own: it stands also where the draft is then refused."""
    with open_decision(ledger, officer, *role_groups.CAMPAIGN_WRITERS, now=now) as this:
        row = this.session.get(Campaign, campaign)
        if row is not None and row.state == "draft":
            ensure_look(this, lake, row.source)  # type: ignore[arg-type]


def ensure_look(this: Decision, lake: "Lake", source: Source) -> tuple[Rise, ...]:
    """What this week's look found; taken now where nobody took it before. Raises NotPossible where the clock is doubted."""
    kept = find_look(this.session, source, this.now)
    if kept is not None:
        return kept.rows
    rises = [rise_to_json(rise) for rise in compute_rises(this.session, lake, source, this.now)]
    if not rises:
        return ()
    this.require_trusted_clock()
    week = week_of(this.now)
    row = insert(CampaignLook).values(source=source, week=week, at=this.now, found=rises)
    # Of two who ask at one moment the second reads what the first found.
    taken = this.session.execute(row.on_conflict_do_nothing().returning(CampaignLook.at)).all()
    if taken:
        this.log_entry(
            "campaign.looked", f"campaigns:{source}", {"week": week.isoformat(), "threats": len(rises)}
        )
    kept = find_look(this.session, source, this.now)
    return kept.rows if kept else ()


def find_look(session: Session, source: Source, now: datetime) -> RiseList | None:
    """What this week's look found, and when; None where nobody took it."""
    row = session.get(CampaignLook, (source, week_of(now)))
    if row is None:
        return None
    return RiseList(tuple(one for said in row.found if (one := rise_from_json(said))), row.at)
