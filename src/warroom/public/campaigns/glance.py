"""One line about campaigns for the board and the briefing: running alerts and rising threats; none where both are 0."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from warroom.access import role_groups
from warroom.bilingual.texts import Texts
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.public.campaigns.drawing import week_of
from warroom.public.campaigns.looks import find_look
from warroom.public.campaigns.rising import compute_rises
from warroom.public.campaigns.schema import Campaign
from warroom.sentences.catalogue import list_words

if TYPE_CHECKING:
    from warroom.lake.lake import Lake


def count_rising(ledger: Ledger, lake: "Lake", now: datetime) -> int:
    """The number of rising threats by reported losses, from this week's look if one was taken."""
    with ledger.open_session() as session:
        kept = find_look(session, "cases", now)
        found = kept.rows if kept else compute_rises(session, lake, "cases", now)
        return sum(one.rising for one in found)


def build_board_line(ledger: Ledger, officer: Officer, rising: int) -> Texts | None:
    """The current line, None for officers who may not read campaigns; `rising` as last counted."""
    if not officer.has_role(*role_groups.CAMPAIGN_READERS):
        return None
    with ledger.open_session() as session:
        running = select(func.count()).select_from(Campaign).where(Campaign.state == "released")
        return _format_line(session.scalar(running) or 0, rising)


def build_briefing_lines(
    ledger: Ledger, officer: Officer, rising: int, since: datetime, until: datetime, now: datetime
) -> tuple[Texts, ...]:
    """The line of a briefing: alerts running in its period; rising threats only if the period reaches into this week."""
    if not officer.has_role(*role_groups.CAMPAIGN_READERS):
        return ()
    ran = (Campaign.released_at < until, or_(Campaign.ended_at.is_(None), Campaign.ended_at > since))
    with ledger.open_session() as session:
        out = session.scalar(select(func.count()).select_from(Campaign).where(*ran)) or 0
    line = _format_line(out, rising if week_of(until) == week_of(now) else 0)
    return (line,) if line else ()


def _format_line(out: int, rising: int) -> Texts | None:
    phrases = [
        list_words("campaigns.glance")[f"{name}_{'one' if count == 1 else 'many'}"]
        for name, count in (("out", out), ("rising", rising))
        if count
    ]
    if not phrases:
        return None
    th, en = (", ".join(phrase[code] for phrase in phrases) for code in ("th", "en"))
    return Texts(th.format(out=out, rising=rising), en.format(out=out, rising=rising))
