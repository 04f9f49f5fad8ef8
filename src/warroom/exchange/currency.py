"""In which currency the money of an order is told, where the order does not say it itself."""

from warroom.errors import ExchangeError, LakeError
from warroom.exchange.compose import known_to_bank, other_currency
from warroom.exchange.message import LETS_GO
from warroom.exchange.post import TryLaterError
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.orders.views import OrderView


def ask_lake(home: Home, order: OrderView) -> None:
    """See that an order made before orders said their currency holds no foreign money.

    Raises ExchangeError where the lake tells the transfer that its message names in another currency, TryLaterError
    where the lake cannot be read.
    """
    if order.about != "hold" or order.kind in LETS_GO or order.facts.get("currency"):
        return
    transfer = known_to_bank(order)
    named = {"source": transfer.source, "record_id": transfer.record_id}
    try:
        rows = Lake.open(home).find("transfers", named)
    except LakeError:
        raise TryLaterError("orders.lake-away", order=order.order_id) from None
    for told in rows["currency"].to_pylist():
        if other := other_currency(order, told):
            raise ExchangeError("orders.of-other-currency", order=order.order_id, currency=other)
