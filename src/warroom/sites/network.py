"""What feeds what, as the grid and the operators say: read once from the lake, asked many times.

A line is a row of `supply`, named by its record number. `upstream` and `supply_id` say the same thing from both ends, but
a line has one main feed: another line that names it by `supply_id` is a second feed, which takes over.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warroom import clock
from warroom.sites import outline
from warroom.sites.views import LineDependents, Position, SupplyKind

if TYPE_CHECKING:
    from warroom.lake.lake import Lake
from typing import TYPE_CHECKING

Array = np.ndarray
TABLES = ("supply", "premises", "ties")
USES = ("home", "clinic", "school", "shop", "office", "hotel", "villa", "compound")
HOME, CLINIC, SCHOOL = range(3)
STANDBY = ("generator", "satellite")
"""They serve one building and start when its line fails."""
DEEPEST = 64
"""No line hangs so many lines below its source; where records run in a circle, looking stops here."""
# Networks in memory, chosen: that of now and a few past moments that officers compare.
KEPT = 4


@dataclass(frozen=True, eq=False)
class SupplyNetwork:
    """Lines and buildings as arrays. A line's or building's number is its row; -1 means none.

    Two networks are equal only where they are the same object, so that results can be cached by network.
    """

    ids: list[str]
    kind: Array  # of SupplyKind
    premises: Array  # int, the building it feeds
    feeds: Array  # int, the line it feeds, as it says itself
    upstream: Array  # int, what feeds it
    capacity: Array  # float, MW or Mbit/s; nan where unknown
    delay: Array  # float days; nan where unknown
    building_ids: list[str]
    use: Array  # int, position in USES
    place: Array  # (n, 2) latitude and longitude
    backup: Array  # float hours; nan where none
    pairs: Array  # (m, 2) line and building that hangs on it, each pair once

    @cached_property
    def line_row(self) -> dict[str, int]:
        """Lines by their number."""
        return {name: at for at, name in enumerate(self.ids)}

    @cached_property
    def building_row(self) -> dict[str, int]:
        """Buildings by their number."""
        return {name: at for at, name in enumerate(self.building_ids)}

    @cached_property
    def root_rows(self) -> Array:
        """The line at the source of each line: where no record says what feeds it."""
        found = np.where(self.upstream >= 0, self.upstream, np.arange(len(self.ids)))
        # Pointer doubling: each round doubles the distance, so 64 levels take seven rounds and no recursion.
        for _ in range(DEEPEST.bit_length()):
            found = found[found]
        return found

    @cached_property
    def children(self) -> dict[int, list[int]]:
        """The lines directly below each line."""
        found: dict[int, list[int]] = {}
        for at in np.flatnonzero(self.upstream >= 0).tolist():
            found.setdefault(int(self.upstream[at]), []).append(at)
        return found

    @cached_property
    def shared_lines(self) -> Array:
        """Lines that feed more than one building, by row: no line of a single building, no standby."""
        return np.flatnonzero((self.premises < 0) & ~np.isin(self.kind, STANDBY))

    def find_rows_below(self, line: int) -> Array:
        """The rows of the line and of everything below it."""
        found, front = {line}, [line]
        while front:
            front = [one for at in front for one in self.children.get(at, ()) if one not in found]
            found.update(front)
        return np.array(sorted(found))

    def find_path_from_source(self, line: int) -> list[int]:
        """From the source down to the line."""
        way = [line]
        while (above := int(self.upstream[way[-1]])) >= 0 and above not in way and len(way) < DEEPEST:
            way.append(above)
        return way[::-1]

    def buildings_of(self, lines: Array) -> Array:
        """The buildings on any of these lines, each once."""
        return np.unique(self.pairs[np.isin(self.pairs[:, 0], lines), 1])

    def standby_of(self, buildings: Array | list[int], kind: SupplyKind) -> Array:
        """The generators or satellite terminals at these buildings."""
        return np.flatnonzero((self.kind == kind) & np.isin(self.premises, buildings) & (self.premises >= 0))

    def seconds_of(self, line: int) -> Array:
        """The other lines that feed this one."""
        return np.flatnonzero((self.feeds == line) & (np.arange(len(self.ids)) != self.upstream[line]))

    def get_place(self, building: int) -> Position:
        """Where a building stands: for the program alone, since a home is shown to nobody."""
        lat, lon = self.place[building]
        return float(lat), float(lon)

    def compute_middle(self, buildings: Array) -> Position | None:
        """The middle of some buildings; None for none."""
        if not len(buildings):
            return None
        lat, lon = self.place[buildings].mean(axis=0)
        return round(float(lat), 4), round(float(lon), 4)

    def count_buildings(self, buildings: Array) -> LineDependents:
        """These buildings counted by use."""
        use = self.use[buildings]
        homes, clinics, schools = (int((use == one).sum()) for one in (HOME, CLINIC, SCHOOL))
        dark = int(((use == CLINIC) & np.isnan(self.backup[buildings])).sum())
        return LineDependents(homes, clinics, dark, schools, len(buildings) - homes - clinics - schools)


_kept: "OrderedDict[tuple[object, ...], SupplyNetwork]" = OrderedDict()
_lock = threading.Lock()


def load_network(lake: "Lake", as_of: datetime | None = None) -> SupplyNetwork:
    """The network as known at a moment, now by default; kept until one of its tables has another file."""
    files = [file for table in TABLES for file in lake.list_files(table)]
    if as_of is not None and all(file.last_received <= clock.to_micros(as_of) for file in files):
        as_of = None  # nothing came since: what was known then is what is known now
    key = (lake.home.root, as_of, tuple(file.name for file in files))
    # The network is built outside the lock: building takes seconds, and two threads that build the same do no
    # harm.
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = _build_network(lake, as_of)
    with _lock:
        _kept[key] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def _build_network(lake: "Lake", as_of: datetime | None) -> SupplyNetwork:
    lines = _load_rows(
        lake, "supply", ("premises_id", "supply_id", "kind", "upstream", "capacity", "delay_days"), as_of
    )
    houses = _load_rows(lake, "premises", ("class", "lat", "lon", "backup_hours"), as_of)
    stated = _load_stated_feeds(lake, lines["record_id"], houses["record_id"], as_of)
    return build_network(lines, houses, stated, lake.home.exercise)


def build_network(lines: pa.Table, houses: pa.Table, stated: Array, exercise: bool) -> SupplyNetwork:
    """The network of rows of `supply` and `premises`, and of stated feeds (n, 2) as `pairs`; an exercise's places are moved
    onto the invented country.
    """
    ids, building_ids = lines["record_id"], houses["record_id"]
    place = np.column_stack([_to_float_array(houses["lat"]), _to_float_array(houses["lon"])])
    premises = _find_row_numbers(lines["premises_id"], building_ids)
    kind = np.array(lines["kind"].to_pylist(), dtype=object)
    return SupplyNetwork(
        ids=ids.to_pylist(),
        kind=kind,
        premises=premises,
        feeds=_find_row_numbers(lines["supply_id"], ids),
        upstream=_find_row_numbers(lines["upstream"], ids),
        capacity=_to_float_array(lines["capacity"]),
        delay=_to_float_array(lines["delay_days"]),
        building_ids=building_ids.to_pylist(),
        use=_find_row_numbers(houses["class"], pa.array(USES)),
        place=outline.fit_onto_country(place) if exercise else place,
        backup=_to_float_array(houses["backup_hours"]),
        pairs=_feed_pairs(premises, kind, stated),
    )


def _load_rows(lake: "Lake", table: str, columns: tuple[str, ...], as_of: datetime | None) -> pa.Table:
    """One row a record number, in its order; two sources may use the same, and then the first one's counts."""
    rows = lake.query_rows(table, as_of=as_of).select("record_id", "source", *columns).to_pyarrow()
    rows = rows.sort_by([("record_id", "ascending"), ("source", "ascending")]).combine_chunks()
    names = rows["record_id"].to_pylist()
    first = [at for at, name in enumerate(names) if at == 0 or names[at - 1] != name]
    return rows if len(first) == len(names) else rows.take(first)


def _find_row_numbers(values: Any, among: Any) -> Array:
    found = pc.fill_null(pc.index_in(values, value_set=_combine_chunks(among)), -1)
    return np.asarray(_combine_chunks(found)).astype(np.int64)


def _combine_chunks(values: Any) -> Any:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _to_float_array(values: Any) -> Array:
    return np.asarray(pc.fill_null(_combine_chunks(values), float("nan"))).astype(np.float64)


def _load_stated_feeds(lake: "Lake", ids: Any, building_ids: Any, as_of: datetime | None) -> Array:
    """Buildings that a source states a line feeds, (n, 2) as `pairs`."""
    table = lake.query_rows("ties", as_of=as_of)
    fed_by_ties = table.filter(
        [
            table.relation == "fed_by",
            table.from_kind == "premises",
            table.to_kind == "supply",
            table.until.isnull(),
        ]
    )
    rows = fed_by_ties.select("from_id", "to_id").to_pyarrow()
    pairs = np.column_stack(
        [_find_row_numbers(rows["to_id"], ids), _find_row_numbers(rows["from_id"], building_ids)]
    )
    return pairs[(pairs >= 0).all(axis=1)]


def _feed_pairs(premises: Array, kind: Array, told: Array) -> Array:
    """Feeds of buildings from their own rows and from stated ties; a standby feeds no building while the line
    works.
    """
    own = np.flatnonzero((premises >= 0) & ~np.isin(kind, STANDBY))
    told = told[~np.isin(kind[told[:, 0]], STANDBY)] if len(told) else told.reshape(0, 2)
    return np.unique(np.concatenate([np.column_stack([own, premises[own]]), told]).astype(np.int64), axis=0)


def group_by_source(found: SupplyNetwork) -> Iterator[tuple[int, Array]]:
    """Each line at a source with the buildings behind it: one pass over all."""
    roots = found.root_rows[found.pairs[:, 0]]
    order = np.argsort(roots, kind="stable")
    edges = np.flatnonzero(np.diff(roots[order])) + 1
    for group in np.split(order, edges):
        if len(group):
            yield int(roots[group[0]]), np.unique(found.pairs[group, 1])


def nan_to_none(value: float) -> float | None:
    """A number of a record; None where it has none."""
    return None if np.isnan(value) else float(value)
