"""Screens on the wall: a device that no officer signs in on, opened once by a code, and until somebody ends it.

It sees the wall alone. Whoever finds it unlocked can look and press nothing; the token stays on the device, and the ledger
keeps a hash of it.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups, tickets
from warroom.access.schema import WallDeviceRow
from warroom.access.views import NewWallDevice, WallDevice
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.ledger.decision import logged_read, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import make_view
from warroom.ledger.schema import OfficerRow

CODE_LASTS = timedelta(hours=1)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""None that is taken for another when it is read off a screen and typed at the next."""
LONGEST = 60
SEEN_EVERY = timedelta(minutes=1)


def make_device(ledger: Ledger, officer: Officer | None, name: str) -> NewWallDevice:
    """A screen with a code that opens it once, within the hour. Raises NotAllowed, NotPossible without a name."""
    name = " ".join(name.split())[:LONGEST]
    if not name:
        raise NotPossible("access.wall-unnamed")
    code = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))
    with open_decision(ledger, officer, *role_groups.WALL_HANGERS) as this:
        # By the wall's own clock, as all sign-ins: an exercise's hour may be a minute.
        until = clock.get_real_now() + CODE_LASTS
        row = WallDeviceRow(
            name=name,
            code_hash=tickets.hash_token(_normalise_code(code)),
            code_until=until,
            made_by=officer.id if officer else None,
            made_at=this.now,
        )
        this.session.add(row)
        this.session.flush()
        this.log_entry("wall.made", f"wall:{row.id}", {"name": name})
        return NewWallDevice(row.id, name, code, until)


def open_device(ledger: Ledger, code: str) -> str:
    """The token with which the screen goes on; the code is used up. Raises NotAllowed for no such code or one that is over."""
    with open_decision(ledger, "public") as this:
        given = tickets.hash_token(_normalise_code(code))
        wanted = select(WallDeviceRow).where(WallDeviceRow.code_hash == given).with_for_update()
        row = this.session.scalars(wanted).first()
        if row is None or row.ended_at is not None or row.code_until <= clock.get_real_now():
            raise NotAllowed("access.wall-code-over")
        token = secrets.token_urlsafe(32)
        row.code_hash, row.token_hash, row.opened_at = None, tickets.hash_token(token), this.now
        this.log_entry("wall.opened", f"wall:{row.id}", {"name": row.name})
        return token


def device_of(ledger: Ledger, token: str) -> WallDevice | None:
    """The screen behind a token; None for none or one that was ended."""
    with ledger.open_session() as session:
        mine = (WallDeviceRow.token_hash == tickets.hash_token(token), WallDeviceRow.ended_at.is_(None))
        row = session.scalars(select(WallDeviceRow).where(*mine)).first()
        if row is None:
            return None
        _record_seen(session, row, clock.get_real_now())
        return _build_view(session, row)


def list_devices(ledger: Ledger, officer: Officer) -> tuple[WallDevice, ...]:
    """Every screen that was not ended, the newest first. Raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.WALL_HANGERS) as this:
        query = (
            select(WallDeviceRow).where(WallDeviceRow.ended_at.is_(None)).order_by(WallDeviceRow.id.desc())
        )
        return tuple(_build_view(this.session, row) for row in this.session.scalars(query))


def end_device(ledger: Ledger, officer: Officer, device_id: int) -> None:
    """Let a screen go: it sees nothing from then on. Raises NotAllowed, NotFound."""
    with open_decision(ledger, officer, *role_groups.WALL_HANGERS) as this:
        row = this.session.get(WallDeviceRow, device_id, with_for_update=True)
        if row is None:
            raise NotFound("access.no-such-wall")
        if row.ended_at is None:
            row.ended_at = this.now
            this.log_entry("wall.ended", f"wall:{row.id}", {"name": row.name})


def _normalise_code(code: str) -> str:
    """As it was made, however it was typed."""
    return "".join(one for one in code.upper() if one in LETTERS)[:40]


def _record_seen(session: Session, row: WallDeviceRow, now: datetime) -> None:
    # Once a minute: a screen asks every five seconds, and a row that is written so often is no use to anybody.
    if row.seen_at is None or abs(now - row.seen_at) >= SEEN_EVERY:
        session.execute(update(WallDeviceRow).where(WallDeviceRow.id == row.id).values(seen_at=now))


def _build_view(session: Session, row: WallDeviceRow) -> WallDevice:
    maker = session.get(OfficerRow, row.made_by) if row.made_by else None
    return make_view(WallDevice, row, made_by=maker.name if maker else "")
