"""The rows that partners send of everything beside money, when nobody acts."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from warroom_lab.world.beside import connections, ties
from warroom_lab.world.beside.planned import Sides
from warroom_lab.world.drawing.numbers import holder_tokens
from warroom_lab.world.drawing.rows import Part
from warroom_lab.world.jobs import adverts as posts
from warroom_lab.world.jobs import companies as firms
from warroom_lab.world.jobs import domains as names
from warroom_lab.world.jobs import hints
from warroom_lab.world.telephony import messages
from warroom_lab.world.travel import legs as travel
from warroom_lab.world.travel.journeys import ordinary


def parts(sides: Sides) -> Iterator[Part]:
    """All rows for the run's days when nobody acts: what stands first, then calls and readings day by day."""
    yield from sides.places.parts(sides.start)
    yield from sides.phones.card_rows()
    yield from _jobs(sides)
    yield from _people(sides)
    for day in range(sides.size.days):
        yield from sides.phones.call_rows(day)
        yield from sides.places.meters.parts(day)


def _jobs(sides: Sides) -> Iterator[Part]:
    yield posts.rows([each for each in sides.adverts if each.received < sides.end], sides.write, sides.end)
    yield names.rows(sides.domains, sides.start, sides.end)
    yield firms.rows(sides.companies, sides.start, sides.end)
    yield messages.rows(sides.nation, sides.phones, sides.domains, sides.contacts.by(1))
    yield hints.tips(sides.nation, connections.things(sides))


def _people(sides: Sides) -> Iterator[Part]:
    index = {each.number: at for at, each in enumerate(sides.adverts)}
    open_ = sum(each.time < sides.end for each in sides.adverts)
    others = ordinary(sides.size, sides.seed, sides.start)
    going = travel.of_recruits(sides.recruits, sides.borders, index, travel.fleet_of(others))
    legs = travel.Legs.joined([travel.of_journeys(others, open_), going])
    yield travel.rows(legs, sides.adverts, "J", sides.end)
    holders = np.arange(len(sides.nation.holders))
    owners = holders[:: max(1, len(holders) // 900)]
    yield travel.vehicles(legs, holder_tokens(owners).to_pylist(), sides.start)
    yield from ties.rows(connections.all_ties(sides), sides.start, sides.end)
    yield from hints.listings(connections.listed(sides), sides.end)


def tables(sides: Sides) -> dict[str, pa.Table]:
    """The parts joined by table, with the partner as `source`: for small sizes and tests."""
    found: dict[str, list[pa.Table]] = {}
    for partner, table, rows in parts(sides):
        source = pa.array([partner] * rows.num_rows, pa.string())
        found.setdefault(table, []).append(rows.append_column("source", source))
    return {name: pa.concat_tables(tables) for name, tables in found.items()}
