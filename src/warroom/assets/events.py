"""The law's clock on assets: a warning, and then the asset must go back."""

from datetime import datetime

from sqlalchemy.orm import Session

from warroom.assets import rows
from warroom.assets.schema import Asset
from warroom.cases import alerts
from warroom.ledger.schema import Deadline

HELD = ("frozen", "seized", "in-custody")


def handle_asset_deadline(session: Session, deadline: Deadline, now: datetime) -> None:
    """A warning is an alert on the case; the end means that nobody may keep the asset any longer."""
    asset = rows.lock_asset(session, deadline.about_id)
    # A deadline may strike while a decision waits for the lock: the first to get it wins, and what was given
    # back or forfeited meanwhile does not lapse any more.
    if asset.state not in HELD:
        return
    if deadline.kind == rows.FREEZE_WARNING:
        rows.add_event(session, asset, "lapse-warning", now, now)
        _raise_alert(session, asset, "asset_warning", now)
    elif deadline.kind == rows.FREEZE:
        asset.state = "lapsed"
        rows.add_event(session, asset, "lapsed", deadline.due_at, now)
        _raise_alert(session, asset, "asset_lapsed", now)


def _raise_alert(session: Session, asset: Asset, kind: str, now: datetime) -> None:
    alerts.raise_alert(session, asset.case_id, None, kind, {"reference": asset.number}, now)


def handle_proceeding_deadline(session: Session, deadline: Deadline, now: datetime) -> None:
    """The time to register a loss has ended: the log says so, and a pay-out may be drafted."""
