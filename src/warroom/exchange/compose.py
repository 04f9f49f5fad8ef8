"""Composes a bank's message from an order: the transfer that the bank can find, the notice, the deadlines of an appeal."""

from decimal import Decimal

from warroom.errors import ExchangeError
from warroom.exchange.message import LETS_GO, OrderMessage, Original
from warroom.orders.views import OrderView, TransferRef


def compose_message(order: OrderView) -> OrderMessage:
    """The message of a hold's order; raises ExchangeError where it goes back to no transfer, or is about no hold."""
    if order.about != "hold" or order.until is None:
        raise ExchangeError("orders.about-no-hold", order=order.order_id)
    if foreign_currency := find_other_currency(order, order.facts.get("currency")):
        raise ExchangeError("orders.of-other-currency", order=order.order_id, currency=foreign_currency)
    return OrderMessage(
        order_id=order.order_id,
        hold_id=order.reference,
        case_id=order.case,
        kind=order.kind,  # type: ignore[arg-type]  # one of a hold's kinds, as the table checks
        bank=order.bank,
        account=order.subject,
        amount=_to_baht(order.amount),
        currency=order.currency,
        issued_at=order.made_at,
        expires_at=order.until,
        rule=order.rule,
        citation_thai=order.citation.th,
        citation_english=order.citation.en,
        notice_thai=order.notice.th,
        notice_english=order.notice.en,
        appeal_aim_hours=round(order.hours),
        appeal_limit_hours=round(order.limit_hours),
        exercise=order.exercise,
        original=_build_original(order, choose_original_transfer(order)),
    )


def find_other_currency(order: OrderView, told: str | None) -> str:
    """The currency `told` of the money, where it differs from the order's; else empty.

    An order that releases money is never blocked: it ends a hold that was wrong.
    """
    return told if told and told != order.currency and order.kind not in LETS_GO else ""


def choose_original_transfer(order: OrderView) -> TransferRef:
    """The transfer into the ordered account that carried most of the money, else the first reported transfer."""
    if order.original is not None:
        return order.original
    if not order.reported:
        raise ExchangeError("orders.no-transfer", order=order.order_id)
    return order.reported[0]


def _build_original(order: OrderView, transfer: TransferRef) -> Original:
    return Original(
        time=transfer.time or order.made_at,
        amount=_to_baht(transfer.amount),
        payer_bank=transfer.payer_bank,
        payer=transfer.payer,
        payee_bank=transfer.payee_bank,
        payee=transfer.payee,
        currency=order.currency,
        end_to_end_id=transfer.end_to_end_id or None,
        uetr=transfer.uetr or None,
        transaction_id=transfer.record_id or None,
    )


def _to_baht(satang: int) -> Decimal:
    return Decimal(satang) / 100
