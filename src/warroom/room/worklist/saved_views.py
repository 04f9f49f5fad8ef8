"""Saved views: a list as an officer filtered it, under a name of their own. Nobody else sees them."""

import re
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from warroom.access import role_groups
from warroom.errors import NotPossible
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.room.worklist.schema import SavedViewRow
from warroom.room.worklist.views import SavedView

LISTS = ("/work", "/cases", "/actions")
"""The lists that can be kept; `KEYS` are what narrows them. Words that people typed are not kept."""
KEYS = ("filter", "sort", "pillar", "what", "order", "state", "kind")
# A filter's code: no name, number or other text of a person fits.
CODE = re.compile(r"[a-z0-9_-]{1,40}")
# Views of one officer, and characters of a name: what fits the side of a page.
MOST = 20
LONGEST = 60


def list_saved_views(ledger: Ledger, officer: Officer) -> tuple[SavedView, ...]:
    """The officer's views by name; raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.CASE_READERS) as this:
        query = select(SavedViewRow).where(SavedViewRow.officer_id == this.person.id)
        return tuple(_to_saved_view(row) for row in this.session.scalars(query.order_by(SavedViewRow.name)))


def save_view(
    ledger: Ledger, officer: Officer, name: str, address: str, *, now: datetime | None = None
) -> SavedView:
    """Save a list under a name; the same name again replaces it. Raises NotPossible without a name, for an
    address that is none of `LISTS`, or for more than `MOST` views.
    """
    name = " ".join(name.split())[:LONGEST]
    if not name:
        raise NotPossible("worklist.view-unnamed")
    kept = clean_address(address)
    # A read and no decision: a bookmark of one's own changes nothing for anybody else, so no row of the
    # log is written.
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        mine = SavedViewRow.officer_id == this.person.id
        others = select(func.count()).where(mine, SavedViewRow.name != name)
        if (this.session.scalar(others) or 0) >= MOST:
            raise NotPossible("worklist.too-many-views", most=MOST)
        newest = {"address": kept, "made_at": this.now}
        added = insert(SavedViewRow).values(officer_id=this.person.id, name=name, **newest)
        newer = added.on_conflict_do_update(index_elements=["officer_id", "name"], set_=newest)
        number = this.session.scalar(newer.returning(SavedViewRow.id))
        return SavedView(int(number or 0), name, kept)


def clean_address(address: str) -> str:
    """The address of a list with nothing but codes in it; raises NotPossible for what is no list."""
    parts = urlsplit(address)
    # A saved link is pressed without thinking: it must not lead out of the room, nor carry what somebody typed.
    if parts.scheme or parts.netloc or parts.path not in LISTS:
        raise NotPossible("worklist.list-not-saved")
    chosen = {key: value for key, value in parse_qsl(parts.query) if key in KEYS and CODE.fullmatch(value)}
    query = urlencode(sorted(chosen.items()))
    return f"{parts.path}?{query}" if query else parts.path


def delete_saved_view(ledger: Ledger, officer: Officer, view_id: int) -> None:
    """Delete a view; an unknown id, or another officer's, changes nothing."""
    with logged_read(ledger, officer, *role_groups.CASE_READERS) as this:
        mine = (SavedViewRow.id == view_id, SavedViewRow.officer_id == this.person.id)
        this.session.execute(delete(SavedViewRow).where(*mine))


def _to_saved_view(row: SavedViewRow) -> SavedView:
    return SavedView(row.id, row.name, row.address)
