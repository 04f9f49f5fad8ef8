"""The dossier of one suspected building: what the records say, what speaks against it, and what no record covers.

It says nothing of a home: what tips say of homes is read elsewhere, with a purpose, and stands on no map.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import ibis
import numpy as np

from warroom.errors import NotFound, NotPossible
from warroom.sites import doubts as judging
from warroom.sites.dossier_views import (
    SITE_GAPS,
    SiteAccount,
    SiteGapCode,
    SiteLine,
    SiteLoad,
    SiteRecords,
    SiteSource,
    TiedThing,
)
from warroom.sites.gazetteer import load_gazetteer
from warroom.sites.load import compare_load
from warroom.sites.network import HOME, STANDBY, USES, SupplyNetwork, load_network, nan_to_none
from warroom.sites.relations import (
    PERSONS,
    list_site_accounts,
    list_tied_things,
    load_batches,
    load_companies,
)
from warroom.sites.suspected import WINDOW, TippedBuilding
from warroom.sites.views import NamedPlace

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

FEWEST_COUNTED = 5
"""A smaller count of a province's trips or adverts could name somebody."""
AREA_WINDOW = timedelta(days=30)
VILLA = USES.index("villa")


def require_site_row(lines: SupplyNetwork, site: str) -> int:
    """The building's row. Raises NotFound for one that no record names, NotPossible for a home."""
    row = lines.building_row.get(site)
    if row is None:
        raise NotFound("sites.no-such-site", site=site[:80])
    if lines.use[row] == HOME:
        raise NotPossible("sites.home")
    return row


def build_dossier(lake: "Lake", site: str, as_of: datetime, zone: ZoneInfo) -> SiteRecords:
    """Everything known of a building at a moment. Raises what `require_site_row` raises."""
    lines = load_network(lake)
    row = require_site_row(lines, site)
    places = load_gazetteer(lake.home.exercise)
    at = lines.get_place(row)
    near = places.find_nearest_province(at)
    tips = _load_tips(lake, site, row, as_of)
    tied = _add_notes(lake, list_tied_things(lake, site, as_of), as_of)
    companies = load_companies(lake, (thing.id for thing in tied if thing.kind == "company"), as_of)
    accounts = _load_accounts(lake, tied, as_of)
    load = compare_load(lake, lines, row, as_of, zone)
    judged = [
        judging.judge_tips(tips, as_of),
        judging.judge_load(load),
        judging.judge_standby(lines, row),
        judging.judge_tenants(tied, companies, accounts, as_of),
    ]
    own_lines = _list_lines(lines, row)
    trips, adverts = _count_trips(lake, near, as_of), _count_adverts(lake, near, as_of)
    return SiteRecords(
        id=site,
        use=USES[lines.use[row]],
        near=near,
        # A villa is somebody's home, so it stands on no map and no paper says where it is.
        at=None if lines.use[row] == VILLA else (round(at[0], 4), round(at[1], 4)),
        is_abroad=places.is_across_border(at),
        backup_hours=nan_to_none(lines.backup[row]),
        tips=tips.tips if tips else 0,
        first_tip=tips.first if tips else None,
        last_tip=tips.last if tips else None,
        lines=own_lines,
        load=load,
        tied=tied,
        accounts=accounts,
        trips=trips,
        adverts=adverts,
        findings=tuple(finding for findings, _ in judged for finding in findings),
        doubts=tuple(doubt for _, against in judged for doubt in against),
        gaps=_list_gaps(own_lines, load, tied, accounts, tips, (trips, adverts)),
        sources=_list_sources(lake, tied, accounts),
        as_of=as_of,
    )


def list_tied_accounts(lake: "Lake", site: str, as_of: datetime) -> tuple[str, ...]:
    """The accounts of a building's tenants, as bank:number, for a plan."""
    tied = [thing for thing in list_tied_things(lake, site, as_of) if thing.step == 1]
    return tuple(f"{account.bank}:{account.account}" for account in _load_accounts(lake, tied, as_of))


def _load_accounts(lake: "Lake", tied: Iterable[TiedThing], as_of: datetime) -> tuple[SiteAccount, ...]:
    """Accounts of tenants; not of landlords, who are most often honest and hold their rents there."""
    tenants = {thing.id for thing in tied if thing.relation == "tenant"}
    # A register names a company by its number, a bank by the token of its holder, which is the register's record.
    companies = load_companies(lake, tenants, as_of)
    return list_site_accounts(lake, tenants | {body["record_id"] for body in companies.values()}, as_of)


def _load_tips(lake: "Lake", site: str, row: int, as_of: datetime) -> TippedBuilding | None:
    """The tips of the last thirty days that name this building: also a single one, which the map does not draw."""
    start = (as_of - WINDOW).astimezone(UTC)
    table = lake.query_rows("tips", as_of=as_of, days=(start.date(), as_of.astimezone(UTC).date()))
    mine = table.filter([table.about == site, table.time > ibis.literal(start)])
    times = mine.select("time").to_pyarrow()["time"].to_pylist()
    return TippedBuilding(row, len(times), min(times), max(times)) if times else None


def _add_notes(lake: "Lake", tied: Sequence[TiedThing], as_of: datetime) -> tuple[TiedThing, ...]:
    """With the lot and the dealer of cards."""
    batches = load_batches(lake, (thing.id for thing in tied if thing.kind == "sim"), as_of)
    return tuple(
        replace(thing, note=" · ".join(filter(None, batches[thing.id])))
        if thing.kind == "sim" and thing.id in batches
        else thing
        for thing in tied
    )


def _list_lines(lines: SupplyNetwork, row: int) -> tuple[SiteLine, ...]:
    """The building's own lines and standbys, and every line above them, each once, from the building up."""
    own = [int(at) for at in lines.pairs[lines.pairs[:, 1] == row, 0]]
    standby = [int(at) for at in np.flatnonzero(np.isin(lines.kind, STANDBY) & (lines.premises == row))]
    above = [
        at
        for line in own
        for at in lines.find_path_from_source(line)[-2::-1]
        if len(lines.find_path_from_source(line)) > 1
    ]
    masts = [
        child
        for at in above
        if lines.kind[at] == "fibre"
        for child in lines.children.get(at, ())
        if lines.kind[child] == "mast"
    ]
    seconds = [int(at) for line in (*own, *above) for at in lines.seconds_of(line)]
    rows = dict.fromkeys([*own, *standby, *above, *seconds, *masts])
    return tuple(_make_line(lines, at, at in own or at in standby) for at in rows)


def _make_line(lines: SupplyNetwork, at: int, is_own: bool) -> SiteLine:
    upstream = int(lines.upstream[at])
    return SiteLine(
        id=lines.ids[at],
        kind=lines.kind[at],
        above=lines.ids[upstream] if upstream >= 0 else "",
        capacity=nan_to_none(lines.capacity[at]),
        delay_days=nan_to_none(lines.delay[at]),
        is_own=is_own,
        hanging=lines.count_buildings(lines.buildings_of(lines.find_rows_below(at))),
    )


def _count_trips(lake: "Lake", near: NamedPlace, as_of: datetime) -> int | None:
    """Legs that ended in the building's province; whose they were is nobody's business here."""
    start = (as_of - AREA_WINDOW).astimezone(UTC)
    table = lake.query_rows("trips", as_of=as_of, days=(start.date(), as_of.astimezone(UTC).date()))
    names = sorted({near.code, near.name.th, near.name.en})
    return _hide_small_count(table.filter(table["to"].isin(names)).count().to_pyarrow().as_py())


def _count_adverts(lake: "Lake", near: NamedPlace, as_of: datetime) -> int | None:
    start = (as_of - AREA_WINDOW).astimezone(UTC)
    table = lake.query_rows("adverts", as_of=as_of, days=(start.date(), as_of.astimezone(UTC).date()))
    names = sorted({near.code, near.name.th, near.name.en})
    return _hide_small_count(table.filter(table.place.isin(names)).count().to_pyarrow().as_py())


def _hide_small_count(count: int) -> int | None:
    return count if count >= FEWEST_COUNTED else None


def _list_gaps(
    lines: Sequence[SiteLine],
    load: SiteLoad | None,
    tied: Sequence[TiedThing],
    accounts: Sequence[SiteAccount],
    tips: TippedBuilding | None,
    area: tuple[int | None, int | None],
) -> tuple[SiteGapCode, ...]:
    """What no record covers: said first of all to those who would read silence as innocence or as guilt."""
    own, kinds = {line.kind for line in lines}, {thing.kind for thing in tied}
    relations = {thing.relation for thing in tied if thing.step == 1}
    is_missing: dict[SiteGapCode, Callable[[], bool]] = {
        "meter": lambda: load is None,
        "feeder": lambda: "feeder" not in own,
        "link": lambda: not own & {"fibre", "satellite"},
        "mast": lambda: "mast" not in own,
        "sim": lambda: not kinds & {"sim", "phone"},
        "tenant": lambda: "tenant" not in relations,
        "landlord": lambda: "landlord" not in relations,
        "account": lambda: not accounts,
        "handle": lambda: not kinds & {"contact", "page", "handle"},
        "person": lambda: not any(thing.kind in PERSONS and thing.relation == "seen_at" for thing in tied),
        "tip": lambda: tips is None,
        "trip": lambda: area[0] is None,
        "advert": lambda: area[1] is None,
    }
    return tuple(code for code in SITE_GAPS if is_missing[code]())


def _list_sources(
    lake: "Lake", tied: Sequence[TiedThing], accounts: Sequence[SiteAccount]
) -> tuple[SiteSource, ...]:
    """The files behind ties and accounts, and those of supply and buildings that the network is made of."""
    used = Counter((thing.source, thing.delivery) for thing in tied)
    used.update((account.source, account.delivery) for account in accounts)
    for table in ("premises", "supply"):
        for name in sorted({name for file in lake.list_files(table) for name in file.deliveries}):
            delivery = lake.state.deliveries.get(name)
            if delivery:
                used[delivery.partner or table, name] += 0
    rows = [
        SiteSource(source, delivery.sha256, count)
        for (source, name), count in used.items()
        if (delivery := lake.state.deliveries.get(name))
    ]
    return tuple(sorted(rows, key=lambda row: (-row.records, row.source, row.sha256)))
