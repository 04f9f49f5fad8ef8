"""One step of an asset: one transaction, once by its key, logged."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from warroom.assets import rows
from warroom.assets.queries import asset_view
from warroom.assets.schema import Asset
from warroom.assets.views import AssetView
from warroom.cases.belonging import open_to
from warroom.ledger import idempotency, officers
from warroom.ledger.canonical_json import plain
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow

Act = Callable[[Session, Asset, OfficerRow], dict[str, Any]]


def change(
    ledger: Ledger,
    officer: Officer,
    asset_id: int,
    verb: str,
    key: str,
    asked: list[Any],
    roles: tuple[str, ...],
    now: datetime,
    act: Act,
) -> AssetView:
    """Do `act` to the locked asset and return it as it then is; `act` returns what the log says.

    The same key again does nothing and answers the same. Raises NotFound, NotAllowed, or what `act` raises.
    """
    with ledger.session() as session:
        asset = rows.locked(session, asset_id)
        person = officers.require(session, officer, *roles)
        open_to(session, person, asset.case_id, now, "assets.no-such-asset")
        if idempotency.first_time(session, person, key, [verb, asset_id, *plain(asked)], now) is None:
            detail = act(session, asset, person)
            rows.log(session, officer, verb, asset, now, detail)
        return asset_view(session, asset_id)
