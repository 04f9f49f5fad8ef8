"""A small gang in a lake: three accounts that took reported money, who calls their holders, and who meets that one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from warroom.lake.lake import Lake
from warroom.records.mapping import DeliveryTerms

TERMS = DeliveryTerms(partner="Police", legal_basis="A case", purpose="A case", retention_days=365)
BOSS, HANDLER, AUNT = "holder:BOSS", "holder:HAND", "holder:AUNT"
MULES = tuple(f"holder:M{number}" for number in range(4))
OTHER_MULES = tuple(f"holder:N{number}" for number in range(4))


def write_gang(
    lake: Lake, start: datetime, letter: str = "M", size: int = 4, bank: str = "B01", **holder: Any
) -> None:
    """`size` mules whose accounts victims paid and reported, all called by one handler, whom a boss meets; an aunt calls one of them."""

    def write(table: str, rows: Sequence[dict[str, Any]]) -> None:
        lake.write_rows(table, rows, source="police", terms=TERMS)

    handler, boss, aunt = (
        ("HAND", "BOSS", "AUNT") if letter == "M" else (f"{letter}H", f"{letter}B", f"{letter}A")
    )
    names = [f"{letter}{number}" for number in range(size)]
    people = [*names, handler, boss, aunt]
    write("holders", [{"record_id": name, "kind": "person", **holder} for name in people])
    accounts = [
        {
            "record_id": f"A{name}",
            "bank": bank,
            "account": f"1000{name}",
            "holder_id": name,
            "opened_at": start,
        }
        for name in names
    ]
    write("accounts", accounts)
    transfers, reports, ties = [], [], []
    for number, name in enumerate(names):
        paid = start + timedelta(hours=number)
        transfers.append(_transfer(f"T{name}", paid, f"2000{name}", f"1000{name}", 50_000, bank))
        after = names[(number + 1) % size]
        transfers.append(
            _transfer(f"U{name}", paid + timedelta(minutes=9), f"1000{name}", f"1000{after}", 49_000, bank)
        )
        reports.append(
            {"record_id": f"R{name}", "time": paid, "transfer_ids": [f"T{name}"], "loss": Decimal(50_000)}
        )
        ties += [
            _tie(f"{name}{again}", start - timedelta(days=2), handler, "calls", name) for again in range(2)
        ]
    ties += [_tie(f"{letter}boss{again}", start, boss, "meets", handler) for again in range(3)]
    # A boss who is called by nobody but the handler, and a second way to the mules' handler that keeps him in the group.
    ties += [_tie(f"{letter}deputy", start, boss, "meets", names[-1])]
    ties += [_tie(f"{letter}aunt", start, aunt, "calls", names[0])]
    write("transfers", transfers)
    write("reports", reports)
    write("ties", ties)


def _transfer(name: str, time: datetime, payer: str, payee: str, baht: int, bank: str) -> dict[str, Any]:
    return {
        "record_id": name,
        "time": time,
        "payer_bank": bank,
        "payer": payer,
        "payee_bank": bank,
        "payee": payee,
        "amount": Decimal(baht),
        "currency": "THB",
        "channel": "transfer",
    }


def _tie(name: str, time: datetime, start: str, relation: str, end: str) -> dict[str, Any]:
    ends = {"from_kind": "holder", "from_id": start, "to_kind": "holder", "to_id": end}
    return {"record_id": f"K{name}", "time": time, "relation": relation, **ends}
