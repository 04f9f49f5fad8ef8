"""A suspected building with something of everything: tips, a young tenant, a landlord, an account, and a meter that was read."""

from datetime import timedelta

from tests.room.map.town import suspect, tie, wire
from tests.web.conftest import Night
from warroom.access.agencies import seed_exercise


def let(kind: str, name: str, relation: str) -> dict[str, object]:
    """A source's word on who has to do with K1."""
    return {
        **tie("K1", name),
        "record_id": f"let-{relation}",
        "from_kind": kind,
        "from_id": name,
        "relation": relation,
        "to_kind": "premises",
        "to_id": "K1",
    }


def furnish(night: Night) -> None:
    """The town of the map's tests, whose large premises K1 two tips name."""
    night.officer("first", "admin")
    seed_exercise(night.ledger)
    wire(night)
    suspect(night)
    since = night.now - timedelta(days=60)
    company = {"record_id": "Y1", "registration": "0001", "name": "Front", "founded": since}
    night._write("companies", [company], "registry")
    director = {**let("holder", "H-7", "director"), "to_kind": "company", "to_id": "0001"}
    night._write(
        "ties", [let("company", "0001", "tenant"), let("holder", "H-9", "landlord"), director], "land-office"
    )
    account = {"record_id": "A1", "bank": "B01", "account": "7700012345", "holder_id": "0001"}
    night._write("accounts", [account], "B01")


def read_meters(night: Night) -> None:
    """Two days of power: K1 flat, the homes high in the evening, the clinic by day."""
    end = night.now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    rows = [
        {
            "record_id": f"R-{line}-{hours}",
            "supply_id": line,
            "time": end - timedelta(hours=hours),
            "quantity": 40.0
            if line == "XK1"
            else 1.0 + ((end - timedelta(hours=hours)).hour in range(11, 15)) * 2,
            "unit": "kWh",
        }
        for line in ("XK1", "XH1", "XH2", "XC1")
        for hours in range(50)
    ]
    night._write("readings", rows, "grid")
