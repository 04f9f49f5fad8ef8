"""The rows that partners send of everything beside money, when nobody acts."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from warroom_lab.world.beside import connections, ties
from warroom_lab.world.beside.planned import SidePlan
from warroom_lab.world.drawing.numbers import make_holder_tokens
from warroom_lab.world.drawing.rows import TablePart
from warroom_lab.world.jobs import adverts as posts
from warroom_lab.world.jobs import companies as firms
from warroom_lab.world.jobs import domains as names
from warroom_lab.world.jobs import hints
from warroom_lab.world.telephony import messages
from warroom_lab.world.travel import legs as travel
from warroom_lab.world.travel.journeys import make_ordinary_journeys


def iter_parts(sides: SidePlan) -> Iterator[TablePart]:
    """All rows for the run's days when nobody acts: what stands first, then calls and readings day by day."""
    yield from sides.places.iter_parts(sides.start)
    yield from sides.phones.iter_card_rows()
    yield from _iter_job_parts(sides)
    yield from _iter_people_parts(sides)
    for day in range(sides.size.days):
        yield from sides.phones.iter_call_rows(day)
        yield from sides.places.meters.list_day_parts(day)


def _iter_job_parts(sides: SidePlan) -> Iterator[TablePart]:
    yield posts.make_advert_rows(
        [advert for advert in sides.adverts if advert.received < sides.end], sides.write, sides.end
    )
    yield names.make_domain_rows(sides.domains, sides.start, sides.end)
    yield firms.make_company_rows(sides.companies, sides.start, sides.end)
    yield messages.make_message_rows(
        sides.nation, sides.phones, sides.domains, sides.contacts.select_by_medium(1)
    )
    yield hints.make_tip_rows(sides.nation, connections.list_tip_subjects(sides))


def _iter_people_parts(sides: SidePlan) -> Iterator[TablePart]:
    index = {advert.number: at for at, advert in enumerate(sides.adverts)}
    open_ = sum(advert.time < sides.end for advert in sides.adverts)
    others = make_ordinary_journeys(sides.size, sides.seed, sides.start)
    going = travel.make_recruit_legs(sides.recruits, sides.borders, index, travel.count_vehicles(others))
    legs = travel.Legs.concat_parts([travel.make_journey_legs(others, open_), going])
    yield travel.make_leg_rows(legs, sides.adverts, "J", sides.end)
    holders = np.arange(len(sides.nation.holders))
    owners = holders[:: max(1, len(holders) // 900)]
    yield travel.make_vehicle_rows(legs, make_holder_tokens(owners).to_pylist(), sides.start)
    yield from ties.make_tie_rows(connections.make_all_ties(sides), sides.start, sides.end)
    yield from hints.make_listing_rows(connections.make_list_entries(sides), sides.end)


def build_tables(sides: SidePlan) -> dict[str, pa.Table]:
    """The parts joined by table, with the partner as `source`: for small sizes and tests."""
    found: dict[str, list[pa.Table]] = {}
    for partner, table, rows in iter_parts(sides):
        source = pa.array([partner] * rows.num_rows, pa.string())
        found.setdefault(table, []).append(rows.append_column("source", source))
    return {name: pa.concat_tables(tables) for name, tables in found.items()}
