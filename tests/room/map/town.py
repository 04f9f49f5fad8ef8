"""A town: a feeder with a second feed, a branch, homes, two clinics, a school and a compound; a link with a mast.

F1 -> home H1..H6, clinic C1 (8 h of its own, also on F2), B1 -> clinic C2 (nothing of its own), school S1, compound K1
F9 stands in for F1 after three days; G1 is C1's generator, T1 the compound's satellite terminal
L1 -> link to C1 and K1, mast M1
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.cases.scenes import Scene

HOMES = tuple(f"H{number}" for number in range(1, 7))
MIDDLE = (-42.0, -126.0)
"""Within the invented country."""


def wire(scene: Scene, middle: tuple[float, float] = MIDDLE) -> None:
    """Write the town down, the buildings a little apart."""
    uses = {**dict.fromkeys(HOMES, "home"), "C1": "clinic", "C2": "clinic", "S1": "school", "K1": "compound"}
    backup = {"C1": 8.0, "K1": 60.0}
    scene._write(
        "premises",
        [
            {
                "record_id": name,
                "class": use,
                "lat": middle[0] + at / 1000,
                "lon": middle[1] + at / 1000,
                "backup_hours": backup.get(name),
            }
            for at, (name, use) in enumerate(uses.items())
        ],
        "land-office",
    )
    scene._write("supply", lines(), "grid")
    scene._write("ties", [tie("C1", "F2")], "grid")


def lines() -> list[dict[str, Any]]:
    services = [line(f"X{name}", "feeder", premises_id=name, upstream="F1") for name in (*HOMES, "C1")]
    return [
        line("F1", "feeder", capacity=4.5, delay_days=3.0),
        line("F9", "feeder", supply_id="F1", capacity=3.0, delay_days=3.0),
        line("F2", "feeder", capacity=1.0),
        line("B1", "feeder", upstream="F1", capacity=1.0),
        *services,
        *(line(f"X{name}", "feeder", premises_id=name, upstream="B1") for name in ("C2", "S1", "K1")),
        line("G1", "generator", premises_id="C1", capacity=0.2, delay_days=0.0),
        line("T1", "satellite", premises_id="K1", capacity=150.0),
        line("L1", "fibre", capacity=10_000.0, delay_days=90.0),
        *(line(f"Y{name}", "fibre", premises_id=name, upstream="L1") for name in ("C1", "K1")),
        line("M1", "mast", upstream="L1", capacity=300.0),
    ]


def tip(number: int, about: str | None, time: datetime) -> dict[str, Any]:
    """What somebody says about a place."""
    return {
        "record_id": f"tip-{number}",
        "time": time,
        "kind": "place",
        "about": about,
        "text": "People never leave.",
    }


def suspect(scene: Scene, building: str = "K1", days: tuple[float, ...] = (1, 3)) -> None:
    """Tips about a building, each so many days before now."""
    scene._write(
        "tips",
        [tip(number, building, scene.now - timedelta(days=ago)) for number, ago in enumerate(days)],
        "citizens",
    )


def line(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"record_id": name, "kind": kind, **more}


def tie(building: str, supply: str, **more: Any) -> dict[str, Any]:
    """A source's word that a building hangs on a line."""
    return {
        "record_id": f"tie-{building}-{supply}",
        "time": datetime(2026, 1, 1, tzinfo=UTC),
        "from_kind": "premises",
        "from_id": building,
        "relation": "fed_by",
        "to_kind": "supply",
        "to_id": supply,
        **more,
    }
