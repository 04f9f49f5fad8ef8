"""From an order of the ledger to what the bank is to read: the transfer it can find, the clocks, the notice."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from warroom.errors import ExchangeError
from warroom.exchange.message import Original, OrderMessage
from warroom.operations import law
from warroom.operations.views import OrderView, TransferRef

_HOUR = timedelta(hours=1)


def compose(order: OrderView) -> OrderMessage:
    """The message of an order; raises ExchangeError where it goes back to no transfer."""
    if not order.transfers:
        raise ExchangeError(f"Order {order.order_id} goes back to no transfer; a bank could not find it.")
    appeal = law.rule_at(law.APPEAL, order.made_at)
    return OrderMessage(
        order_id=order.order_id,
        hold_id=order.reference,
        case_id=order.case,
        kind=order.kind,
        bank=order.bank,
        account=order.account,
        amount=_baht(order.amount),
        currency=order.currency,
        issued_at=order.made_at,
        expires_at=order.until,
        legal_basis=order.legal_basis,
        notice_thai=order.notice.th,
        notice_english=order.notice.en,
        appeal_aim_hours=appeal.period // _HOUR,
        appeal_limit_hours=(appeal.limit or appeal.period) // _HOUR,
        exercise=order.exercise,
        original=_original(order, known_to_bank(order)),
    )


def known_to_bank(order: OrderView) -> TransferRef:
    """The transfer the bank can find: the largest into the ordered account, else the first reported one."""
    into: Sequence[TransferRef] = [
        transfer
        for transfer in order.transfers
        if (transfer.payee_bank, transfer.payee) == (order.bank, order.account)
    ]
    if not into:
        return order.transfers[0]
    return min(into, key=lambda transfer: (-transfer.amount, transfer.record_id))


def _original(order: OrderView, transfer: TransferRef) -> Original:
    return Original(
        time=transfer.time or order.made_at,
        amount=_baht(transfer.amount),
        payer_bank=transfer.payer_bank,
        payer=transfer.payer,
        payee_bank=transfer.payee_bank,
        payee=transfer.payee,
        currency=order.currency,
        end_to_end_id=transfer.end_to_end_id or None,
        uetr=transfer.uetr or None,
        transaction_id=transfer.record_id or None,
    )


def _baht(satang: int) -> Decimal:
    return Decimal(satang) / 100
