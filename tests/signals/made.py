"""Invented payments for signals: an account that passes everything on, a shop, and people who live from their wages."""

from datetime import UTC, datetime, timedelta
from typing import Any

from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.lake.terms import DeliveryTerms
from warroom.money.index.account_index import Index
from warroom.money.index.opening import open_index
from warroom.reasons.reason import Reason
from warroom.signals.signal import Signal
from warroom.subjects.subject import make_account_subject

START = datetime(2026, 3, 1, 2, tzinfo=UTC)
MULE, NEXT, SHOP = ("B01", "M-1"), ("B02", "M-2"), ("B03", "SHOP")


def at(day: float, minutes: float = 0) -> datetime:
    return START + timedelta(days=day, minutes=minutes)


PAST = DeliveryTerms(backfill=True)
RUN = at(20)
"""When the signals made up here were made."""


class Payments:
    """Payments to be written to a lake, each received a minute after it was made."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.told: list[dict[str, Any]] = []

    def pay(
        self, time: datetime, payer: tuple[str, str], payee: tuple[str, str], baht: float, **more: Any
    ) -> str:
        name = f"T-{len(self.rows)}"
        row = {
            "record_id": name,
            "time": time,
            "payer_bank": payer[0],
            "payer": payer[1],
            "payee_bank": payee[0],
            "payee": payee[1],
            "amount": f"{baht:.2f}",
            "currency": "THB",
            "channel": "transfer",
        }
        self.rows.append(row | more)
        return name

    def mule(self, account: tuple[str, str], day: float, device: str = "") -> None:
        """Five victims pay in, and all of it is passed on within ten minutes."""
        for one in range(5):
            self.pay(at(day, 40 * one), ("B05", f"V-{account[1]}-{one}"), account, 49_900)
            for half in range(2):
                more = {"device_id": device} if device else {}
                self.pay(
                    at(day, 40 * one + 8 + half), account, ("B06", f"N-{account[1]}-{half}"), 24_900, **more
                )

    def report(self, time: datetime, *payments: str) -> None:
        """A victim names payments; the report is known at once."""
        self.told.append(
            {
                "record_id": f"C-{len(self.told)}",
                "time": time,
                "received_at": time,
                "transfer_ids": list(payments),
            }
        )

    def ordinary(self, people: int = 30, days: int = 20) -> None:
        """People who pay a shop now and then."""
        for day in range(days):
            for person in range(people):
                if (person + day) % 3 == 0:
                    self.pay(at(day, 7 * person), ("B04", f"P-{person}"), SHOP, 80 + person)

    def write(self, home: Home) -> tuple[Lake, Index]:
        """A lake with these payments, and its index."""
        import pyarrow as pa

        from warroom.records.tables import TABLES

        lake = Lake.open(home)
        schema = TABLES["transfers"].schema
        ordered = sorted(self.rows, key=lambda row: row["time"])
        if self.told:
            # Where it matters what was known when: each a minute after it was made.
            ordered = [row | {"received_at": row["time"] + timedelta(minutes=1)} for row in ordered]
        names = [name for name in schema.names if any(name in row for row in ordered)]
        rows = [{name: row.get(name) for name in names} for row in ordered]
        for row in rows:
            from decimal import Decimal

            row["amount"] = Decimal(row["amount"])
        lake.write_rows(
            "transfers",
            pa.Table.from_pylist(rows, pa.schema([schema.field(n) for n in names])),
            source="B00",
            terms=PAST if self.told else None,
        )
        if self.told:
            kept = TABLES["reports"].schema
            columns = pa.schema([kept.field(name) for name in self.told[0]])
            lake.write_rows("reports", pa.Table.from_pylist(self.told, columns), source="POLICE", terms=PAST)
        return lake, open_index(home, lake)


def signal(number: str = "M-1", rank: int = 1, *, screening: bool = False, as_of: datetime = RUN) -> Signal:
    """A signal as a run would make it."""
    params = {"amount": 249_500.0, "payers": 5, "percent": 99.0, "minutes": 8.0}
    reasons = [Reason("passes_on", params, ("T-1",))]
    reasons += [Reason("propose_screening", {}, ("T-2",))] if screening else []
    return Signal(
        kind="mules",
        subject=make_account_subject("B01", number),
        probability=0.9 - rank / 100,
        rank=rank,
        reasons=tuple(reasons),
        innocent=(Reason("nothing_found"),),
        as_of=as_of,
        model_version="rule-1",
    )
