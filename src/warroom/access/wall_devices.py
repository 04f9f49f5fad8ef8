"""Wall screens: devices without a signed-in officer, opened once by a code and valid until they are ended.

A device reads the wall pages alone and can do nothing else. The token stays on the device; the ledger keeps its hash.
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

# Long enough to walk to a screen and type the code. Chosen, not measured.
CODE_LASTS = timedelta(hours=1)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without 0, 1, I and O, which are mistaken for one another when a code is read off one screen and typed at another."""
# Characters of a screen's name. Chosen, not measured.
LONGEST = 60
# How often the time of the last request is written (see `_record_seen`).
SEEN_EVERY = timedelta(minutes=1)


def make_device(ledger: Ledger, officer: Officer | None, name: str) -> NewWallDevice:
    """A screen with a code that opens it once, within the hour. Raises NotAllowed, NotPossible without a name."""
    name = " ".join(name.split())[:LONGEST]
    if not name:
        raise NotPossible("access.wall-unnamed")
    # 12 characters of 32: 60 bits, valid once and for an hour, so that no lockout is needed.
    code = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))
    with open_decision(ledger, officer, *role_groups.WALL_HANGERS) as this:
        # By the real clock, as all sign-ins: an exercise's hour may last a minute.
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
    """Use up a code and return the screen's token. Raises NotAllowed for an unknown or expired code."""
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
    """The screen of a token; None for an unknown token or an ended screen."""
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
    """The code as it was made: upper case, without dashes and spaces, at most 40 characters."""
    return "".join(one for one in code.upper() if one in LETTERS)[:40]


def _record_seen(session: Session, row: WallDeviceRow, now: datetime) -> None:
    # Once a minute: a screen asks every five seconds, and a write each time would serve nobody.
    if row.seen_at is None or abs(now - row.seen_at) >= SEEN_EVERY:
        session.execute(update(WallDeviceRow).where(WallDeviceRow.id == row.id).values(seen_at=now))


def _build_view(session: Session, row: WallDeviceRow) -> WallDevice:
    maker = session.get(OfficerRow, row.made_by) if row.made_by else None
    return make_view(WallDevice, row, made_by=maker.name if maker else "")
