"""Until when a trail knows what banks recorded, and whether newer records have come since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from warroom import clock
from warroom.cases.record_ends import find_record_ends, newest_by_bank
from warroom.subjects import spelling

if TYPE_CHECKING:
    from warroom.lake.lake import Lake


@dataclass(frozen=True, slots=True)
class KnownUntil:
    """`seen` is when the newest transfer that the look knew happened, `by_bank` the same of each source that has a name;
    `newest` is that of what has come since, None where nothing has.
    """

    seen: datetime | None
    by_bank: Mapping[str, datetime]
    newest: datetime | None

    def find_for_bank(self, bank: str) -> datetime | None:
        """Until when a bank's records were known."""
        return self.by_bank.get(spelling.spell_bank(bank), self.seen)


def find_known_until(lake: "Lake", looked_at: datetime, now: datetime) -> KnownUntil:
    """Until when the records known at `looked_at` reach, and the newest record that came since, as of `now`."""
    look, present = clock.to_micros(looked_at), clock.to_micros(now)
    newer = [
        file.last_time
        for file in lake.state.files.values()
        if file.table == "transfers" and look < file.last_received and file.first_received <= present
    ]
    # A bookkeeper that writes its days ahead of time has seen nothing of them.
    ends = find_record_ends(lake, looked_at, looked_at)
    newest = clock.from_micros(min(max(newer), present)) if newer else None
    return KnownUntil(max(ends.values(), default=None), newest_by_bank(ends), newest)
