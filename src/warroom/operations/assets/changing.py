"""One step of an asset: one transaction, once by its key, logged."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from warroom.operations import officers, once
from warroom.operations.assets import base
from warroom.operations.assets.reading import asset_view
from warroom.operations.canon import plain
from warroom.operations.ledger import Ledger
from warroom.operations.requests.base import open_to
from warroom.operations.schema import OfficerRow
from warroom.operations.schema.assets import Asset
from warroom.operations.views import Officer
from warroom.operations.views.assets import AssetView

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
        asset = base.locked(session, asset_id)
        person = officers.require(session, officer, *roles)
        open_to(session, person, asset.case_id, now, base.GONE)
        if once.first_time(session, person, key, [verb, asset_id, *plain(asked)], now) is None:
            detail = act(session, asset, person)
            base.log(session, officer, verb, asset, now, detail)
        return asset_view(session, asset_id)
