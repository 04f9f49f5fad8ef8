"""Buildings that tips name.

A tip accuses and may be wrong or malicious, so the evidence against it is shown with it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import ibis

from warroom.sites.network import HOME, SupplyNetwork

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

# Chosen: older tips speak of people who may have moved out since.
WINDOW = timedelta(days=30)
FEWEST = 2
"""One tip alone makes no place suspected: most tips name honest neighbours."""
# Chosen: the map marks a building as old where its newest tip was given before this.
OLD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class TippedBuilding:
    """A building, by row, with how many tips name it, and when the first and the newest was given."""

    building: int
    tips: int
    first: datetime
    last: datetime


def list_buildings_in_tips(lake: "Lake", lines: SupplyNetwork, as_of: datetime) -> tuple[TippedBuilding, ...]:
    """Buildings that two tips or more of the last thirty days name, the most named first; never a home."""
    start = (as_of - WINDOW).astimezone(UTC)
    tips = lake.query_rows("tips", as_of=as_of, days=(start.date(), as_of.astimezone(UTC).date()))
    about = tips.filter([tips.kind == "place", tips.time > ibis.literal(start), tips.about.notnull()])
    counted = about.group_by("about").agg(tips=about.count(), first=about.time.min(), last=about.time.max())
    named_places = [
        TippedBuilding(lines.building_row[row["about"]], row["tips"], row["first"], row["last"])
        for row in counted.filter(counted.tips >= FEWEST).to_pyarrow().to_pylist()
        if row["about"] in lines.building_row
    ]
    # A reported home may be an innocent person's: it is never drawn.
    kept = [place for place in named_places if lines.use[place.building] != HOME]
    return tuple(sorted(kept, key=lambda place: (-place.tips, lines.building_ids[place.building])))
