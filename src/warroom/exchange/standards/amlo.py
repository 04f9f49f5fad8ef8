"""The report of a case's account data to the Anti-Money Laundering Office, by the fields of the ministerial regulation on refunds to
victims (Gazette of 14 May 2026, as secondary sources tell it: sender, receiver, identity numbers, firm numbers, references).

The regulation's own form was not to be had: a lawyer with the Gazette confirms the columns before the first report leaves. What it
cannot hold: everything that is no payment, no holder and no hold.
"""

import csv
import io

from warroom.exchange.standards.chart_csv import FORMULA
from warroom.exchange.standards.record import ExchangedThing, SharedRecord, count_kinds, format_amount

COLUMNS = (
    "case",
    "reference",
    "time",
    "sender_bank",
    "sender_account",
    "sender_name",
    "sender_identity_number",
    "sender_firm_number",
    "receiver_bank",
    "receiver_account",
    "receiver_name",
    "receiver_identity_number",
    "receiver_firm_number",
    "amount",
    "currency",
    "traced",
    "hold_reference",
    "held",
)
MEDIA = "text/csv"


def render(record: SharedRecord) -> bytes:
    """The report as comma-separated values, UTF-8 with a byte order mark; one row a payment."""
    things = {thing.key: thing for thing in record.things}
    owners = {
        tie.end: things[tie.start]
        for tie in record.ties
        if tie.relation in ("holds", "owns") and tie.start in things
    }
    holds = {hold.account: hold for hold in record.holds}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    exercise = ["exercise"] if record.is_exercise else []
    writer.writerow([*COLUMNS, *exercise])
    for payment in record.payments:
        hold = holds.get(payment.payee)
        row = [
            record.number,
            payment.id,
            payment.time.isoformat(),
            *_list_party(things[payment.payer], owners.get(payment.payer)),
            *_list_party(things[payment.payee], owners.get(payment.payee)),
            format_amount(payment.amount),
            payment.currency,
            format_amount(payment.traced),
            hold.reference if hold else "",
            format_amount(hold.held) if hold else "",
        ]
        writer.writerow([*(_fit_cell(cell) for cell in row), *exercise])
    return text.getvalue().encode("utf-8-sig")


def list_not_held(record: SharedRecord) -> dict[str, int]:
    """How many of what the report has no column for, by kind."""
    return count_kinds(
        thing.kind for thing in record.things if thing.kind not in ("account", "person", "company", "wallet")
    )


def _list_party(account: ExchangedThing, owner: ExchangedThing | None) -> tuple[str, str, str, str, str]:
    person = owner.value if owner and owner.kind == "person" else ""
    firm = owner.value if owner and owner.kind == "company" else ""
    return account.bank, account.value, owner.name if owner else "", person, firm


def _fit_cell(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
