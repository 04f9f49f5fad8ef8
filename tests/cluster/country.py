"""A small lake with rows in every table that partners send: repeated names, nulls, corrections, several deliveries."""

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from tests.money.lakes import START, put
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.records.table import Table, TableColumn
from warroom.records.tables import TABLES
from warroom.sites.gazetteer import load_gazetteer

OURS = ("deliveries", "quarantine")
"""Tables that the lake itself writes."""
CHOICES = {
    "from_kind": ("premises", "holder", "account"),
    "to_kind": ("supply", "account", "sim"),
    "relation": ("fed_by", "uses_sim"),
}

PROVINCES = tuple(spot.code for spot in load_gazetteer(True).provinces[:3])


def value(column: TableColumn, r: Random) -> Any:
    """A value that the column takes, of few, so that rows of different tables meet; not always one."""
    if not column.required and r.random() < 0.2:
        return None
    if column.values or column.name in CHOICES:
        return r.choice(column.values or CHOICES[column.name])
    low = column.low if column.low is not None else 1.0
    high = min(column.high if column.high is not None else 50.0, low + 50)
    kinds: dict[str, Any] = {
        **dict.fromkeys(("text", "account", "bank"), lambda: f"X{r.randint(1, 9)}"),
        "currency": lambda: "THB",
        "time": lambda: START + timedelta(seconds=r.randint(0, 300_000), microseconds=r.randint(0, 999_999)),
        "money": lambda: Decimal(r.randint(100, 9_999_999)) / 100,
        "integer": lambda: r.randint(max(1, int(low)), max(1, int(high))),
        "number": lambda: r.uniform(low, high),
        "flag": lambda: r.random() < 0.5,
        "list": lambda: [f"X{r.randint(1, 30)}" for _ in range(r.randint(0, 3))],
    }
    return kinds[column.kind]()


def row(table: Table, number: int, r: Random) -> dict[str, Any]:
    made = {column.name: value(column, r) for column in table.columns}
    if table.name == "transfers":
        made |= {"channel": r.choice(["transfer", "cash"]), "uetr": r.choice([None, f"u{number % 5}"])}
        made["amount"] = r.choice(["100.00", "100.50", "99999.99"])
    if table.name == "holders" and made["province"]:
        # Provinces that the exercise knows, so that what is counted by them is something.
        made["province"] = PROVINCES[number % len(PROVINCES)]
    if table.name == "tips":
        made["kind"] = "place"
    if made.get("amount") is not None:
        made["amount"] = str(made["amount"])
    received = START + timedelta(minutes=number)
    return {**made, "record_id": f"X{number}", "received_at": received}


def fill(home: Home, seed: int = 20261125, rows: int = 30) -> Lake:
    """Every table in three commits: what one source sent, what another did, and corrections of the first."""
    lake, r = Lake.open(home), Random(seed)
    for name, table in TABLES.items():
        if name in OURS:
            continue
        sent = [row(table, number, r) for number in range(1, rows + 1)]
        put(lake, name, sent, "S1")
        put(lake, name, [row(table, number, r) for number in range(rows // 2, rows + 5)], "S2")
        late = {"received_at": START + timedelta(days=2)}
        put(lake, name, [{**row(table, n, r), **late} for n in range(1, rows, 4)], "S1")
    return lake
