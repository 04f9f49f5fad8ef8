"""A payer who says on the telephone that they were cheated: a report in the lake, which opens a case as any other does."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from warroom.incoming.schema import WaitingPayment
from warroom.records.mapping import DeliveryTerms

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

SOURCE = "call-back"
TERMS = DeliveryTerms(
    legal_basis="victim's own report by telephone", purpose="holding and sending back the money"
)


def write_payer_report(lake: "Lake", payment: WaitingPayment, scam_type: str, now: datetime) -> str:
    """Write the report of a payment's payer, naming its transfer; returns the report's number, the same each time."""
    number = f"call-{payment.id}"
    row = {
        "record_id": number,
        "time": now,
        "realised_at": now,
        "scam_type": scam_type or "unknown",
        "transfer_ids": [payment.transfer],
        "loss": Decimal(payment.amount) / 100,
        "channel": SOURCE,
    }
    lake.write_rows("reports", [row], source=SOURCE, terms=TERMS)
    return f"{SOURCE}/{number}"
