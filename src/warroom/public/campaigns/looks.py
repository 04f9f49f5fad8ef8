"""The weekly look at rising threats: repeated looks would sooner or later find a rise by chance.

The first request for approval in a week counts all threats of its source, and the result is used until Monday for
every further request and renewal.
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
    """Take this week's look for a draft, in a transaction of its own: the look stays also where the draft is then refused."""
    with open_decision(ledger, officer, *role_groups.CAMPAIGN_WRITERS, now=now) as this:
        row = this.session.get(Campaign, campaign)
        if row is not None and row.state == "draft":
            ensure_look(this, lake, row.source)  # type: ignore[arg-type]


def ensure_look(this: Decision, lake: "Lake", source: Source) -> tuple[Rise, ...]:
    """The result of this week's look, which is taken now if it was not yet. Raises NotPossible under a doubted clock."""
    kept = find_look(this.session, source, this.now)
    if kept is not None:
        return kept.rows
    rises = [rise_to_json(rise) for rise in compute_rises(this.session, lake, source, this.now)]
    if not rises:
        return ()
    this.require_trusted_clock()
    week = week_of(this.now)
    row = insert(CampaignLook).values(source=source, week=week, at=this.now, found=rises)
    # Of two requests at the same moment the second reads the result of the first.
    taken = this.session.execute(row.on_conflict_do_nothing().returning(CampaignLook.at)).all()
    if taken:
        this.log_entry(
            "campaign.looked", f"campaigns:{source}", {"week": week.isoformat(), "threats": len(rises)}
        )
    kept = find_look(this.session, source, this.now)
    return kept.rows if kept else ()


def find_look(session: Session, source: Source, now: datetime) -> RiseList | None:
    """The result of this week's look and its time; None if it was not taken yet."""
    row = session.get(CampaignLook, (source, week_of(now)))
    if row is None:
        return None
    return RiseList(tuple(one for said in row.found if (one := rise_from_json(said))), row.at)
