"""Checks the currency of older orders, whose facts do not include it, against the lake."""

from warroom.errors import ExchangeError, LakeError
from warroom.exchange.compose import choose_original_transfer, find_other_currency
from warroom.exchange.message import LETS_GO
from warroom.exchange.post import TryLaterError
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.orders.views import OrderView


def check_currency(home: Home, order: OrderView) -> None:
    """Check that an order made before orders recorded their currency does not hold foreign money.

    Raises ExchangeError where the lake has the order's transfer in another currency, TryLaterError
    where the lake cannot be read.
    """
    if order.about != "hold" or order.kind in LETS_GO or order.facts.get("currency"):
        return
    transfer = choose_original_transfer(order)
    named = {"source": transfer.source, "record_id": transfer.record_id}
    try:
        rows = Lake.open(home).find_rows("transfers", named)
    except LakeError:
        raise TryLaterError("orders.lake-away", order=order.order_id) from None
    for currency in rows["currency"].to_pylist():
        if other := find_other_currency(order, currency):
            raise ExchangeError("orders.of-other-currency", order=order.order_id, currency=other)
