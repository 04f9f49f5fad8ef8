"""References to reported transfers as JSON values, as orders and snapshots keep them."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from warroom.ledger.canonical_json import to_json_value
from warroom.orders.views import TransferRef

if TYPE_CHECKING:
    pass


def to_ref_json(ref: TransferRef | None) -> dict[str, Any]:
    """A reference as JSON values; empty for none."""
    found: dict[str, Any] = to_json_value(ref) if ref is not None else {}
    return found


def from_ref_json(values: Mapping[str, Any]) -> TransferRef | None:
    """The inverse of `to_ref_json`."""
    if not values:
        return None
    time = values.get("time")
    return TransferRef(**{**values, "time": datetime.fromisoformat(time) if time else None})
