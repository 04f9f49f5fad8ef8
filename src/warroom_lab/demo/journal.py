"""What the room ordered, line by line, on disk before the country hears of it.

The country lives in memory; played again from its seed with this journal it comes to where it was, to the satang.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from warroom.errors import HomeError
from warroom_lab.world.play.orders import CountryOrder


@dataclass(frozen=True, slots=True)
class OrderEntry:
    """Orders that reached the country's desk at one moment (microseconds UTC). `hold_ids`: the room's code of each."""

    time: int
    orders: tuple[CountryOrder, ...]
    hold_ids: tuple[str, ...]


class OrderJournal:
    """The orders of one exercise, oldest first."""

    def __init__(self, path: Path) -> None:
        """Read what is there; a last line that was cut off never counted and is dropped."""
        self._path = path
        whole, kept = _read_whole_lines(path)
        self.entries = [_parse_entry(path, line) for line in whole]
        # Cut off, not only skipped: the next entry would be written behind the torn line and be lost with it.
        if path.exists() and path.stat().st_size != kept:
            os.truncate(path, kept)
        self._holds = {code: order for entry in self.entries for code, order in _iter_holds(entry)}
        self._known = {order.order_id for entry in self.entries for order in entry.orders}

    def __contains__(self, order_id: str) -> bool:
        return order_id in self._known

    def __len__(self) -> int:
        return len(self._known)

    def get_hold(self, hold_id: str) -> CountryOrder | None:
        """The hold that a code of the room stands for."""
        return self._holds.get(hold_id)

    def append(self, entry: OrderEntry) -> None:
        """Keep an entry; when this returns it survives a power cut."""
        with self._path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(asdict(entry)) + "\n")
            out.flush()
            os.fsync(out.fileno())
        self.entries.append(entry)
        self._holds.update(_iter_holds(entry))
        self._known.update(order.order_id for order in entry.orders)


def _iter_holds(entry: OrderEntry) -> Iterator[tuple[str, CountryOrder]]:
    pairs = zip(entry.hold_ids, entry.orders, strict=True)
    return ((code, one) for code, one in pairs if one.kind == "hold")


def _read_whole_lines(path: Path) -> tuple[list[bytes], int]:
    """Whole lines, and how many bytes they take."""
    content = path.read_bytes() if path.exists() else b""
    kept = content.rfind(b"\n") + 1
    return content[:kept].splitlines(), kept


def _parse_entry(path: Path, line: bytes) -> OrderEntry:
    try:
        body: dict[str, Any] = json.loads(line)
        orders = tuple(CountryOrder(**{**one, "reports": tuple(one["reports"])}) for one in body["orders"])
        return OrderEntry(body["time"], orders, tuple(body["hold_ids"]))
    except (ValueError, TypeError, KeyError) as problem:
        raise HomeError(f"{path} has a line that is no order; run 'warroom demo --fresh'.") from problem
