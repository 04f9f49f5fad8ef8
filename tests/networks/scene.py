"""A small network: a victim, a mule who splits the money, and where it goes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from warroom.networks.shapes import MONEY, Network, NetworkNode, NetworkTie, TieTransfer

START = datetime(2026, 11, 20, 8, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def money(start: str, end: str, *moves: tuple[float, int]) -> NetworkTie:
    """A tie of transfers, each as (minutes since the start, satang)."""
    made = tuple(
        TieTransfer(at(minute), amount, amount, "bank", f"{start[-1]}{end[-1]}{n}")
        for n, (minute, amount) in enumerate(moves)
    )
    return NetworkTie(f"account:{start}", f"account:{end}", MONEY, made[0].time, made[-1].time, made)


def network(ties: Sequence[NetworkTie], **hops: int) -> Network:
    """A network of these ties; `hops` by the last letter of an account's name."""
    names = {name for tie in ties for name in (tie.start, tie.end)}
    nodes = {name: NetworkNode(*name.split(":", 1), hop=hops.get(name[-1])) for name in names}
    return Network(at(600), nodes, {tie.id: tie for tie in ties})
