"""Who of a gang meets and calls whom, as far as police learn it, with honest circles around the same people.

The world's own records show no organiser: money never reaches one, and no list names one. This adds what casework brings
(contacts of seized telephones, meetings seen), on demand and apart from the countries that are built, so that ranks can be
measured. Shares are assumptions, from what is published: of ten bosses of the Montagna case five are in its telephones and nine
in its meetings; a handler works some twenty accounts (`syndicates.ACCOUNTS_A_HANDLER`). Every member has family and
friends in the same records; foremen, lenders and landlords know several members of several gangs, and are nobody's organiser.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from warroom_lab.world.beside.ties import PartnerTie
from warroom_lab.world.crime.columns import FORCED, HANDLER, ORGANISER, RECRUITER, STOLEN_ID
from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.drawing.numbers import make_holder_tokens
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.drawing.tokens import make_token
from warroom_lab.world.population.country import Country
from warroom_lab.world.telephony.sims import find_persons
from warroom_lab.world.travel.legs import TRAVELLER_SALT

CALLED, MET = 0.5, 0.9
"""Shares of organisers that telephones, and meetings, show at all."""
PAIR_CALLED, PAIR_MET, HANDLERS_MET = 0.6, 0.5, 0.2
"""Of two who deal with each other: how likely a call, and a meeting, is known; of two handlers a meeting."""
MULE_KNOWN, FORCED_KNOWN, RECRUITED_KNOWN, WORKER_KNOWN = 0.45, 0.5, 0.3, 0.4
FAMILY = (2, 6)
"""Honest contacts of each member, from and to."""
FAMILY_TIED = 0.25
"""How likely two honest contacts of one member deal with each other as well."""
HUB_MEMBERS = (4, 10)
"""Members that an honest foreman, lender or landlord knows."""
MEMBERS_A_HUB = 12
"""There is one such for so many members."""
PARTNER = "police-casework"


def draw_circles(country: Country) -> list[PartnerTie]:
    """The ties that police know of at the end of the country's days, the same for the same country."""
    rng = make_generator(country.nation.seed, "circles")
    ties = [*_draw_gang_ties(country, rng), *_draw_honest_ties(country, rng)]
    return sorted(set(ties), key=lambda tie: (tie.since, tie.start, tie.relation, tie.end))


def list_coerced(country: Country) -> set[str]:
    """Node ids of those who were forced: holders of forced accounts, and workers who did not come or stay freely."""
    mules = country.underworld.mules
    forced = make_holder_tokens(np.unique(mules.holder[mules.type == FORCED])).to_pylist()
    workers = [person.number for person in country.sides.recruits if person.consent != 3]
    return {f"holder:{name}" for name in forced} | {_name_worker(number) for number in workers}


def list_gang_members(country: Country) -> dict[int, dict[str, str]]:
    """Syndicate -> node id of each member -> its part: organiser, handler, recruiter or mule."""
    world, members = country.underworld, dict[int, dict[str, str]]()
    mules = zip(
        world.mules.syndicate.tolist(), make_holder_tokens(world.mules.holder).to_pylist(), strict=True
    )
    for syndicate, name in mules:
        members.setdefault(syndicate, {})[f"holder:{name}"] = "mule"
    names = make_holder_tokens(world.persons.holder).to_pylist()
    parts = {ORGANISER: "organiser", HANDLER: "handler", RECRUITER: "recruiter"}
    for syndicate, role, name in zip(
        world.persons.syndicate.tolist(), world.persons.role.tolist(), names, strict=True
    ):
        members.setdefault(syndicate, {})[f"holder:{name}"] = parts[role]
    return members


def _name_worker(number: int) -> str:
    return f"holder:{make_token('TR', number, TRAVELLER_SALT)}"


def _draw_gang_ties(country: Country, rng: np.random.Generator) -> Iterator[PartnerTie]:
    persons = country.underworld.persons
    names = make_holder_tokens(persons.holder).to_pylist()
    for syndicate in np.unique(persons.syndicate).tolist():
        rows = np.flatnonzero(persons.syndicate == syndicate)
        by_role = {
            role: [int(row) for row in rows if persons.role[row] == role]
            for role in (ORGANISER, HANDLER, RECRUITER)
        }
        below = [*by_role[HANDLER], *by_role[RECRUITER]]
        for boss in by_role[ORGANISER]:
            called, met = rng.random() < CALLED, rng.random() < MET
            for row in (*below, *(other for other in by_role[ORGANISER] if other > boss)):
                if called and rng.random() < PAIR_CALLED:
                    yield _draw_tie(country, rng, names[boss], "calls", names[row])
                if met and rng.random() < PAIR_MET:
                    yield _draw_tie(country, rng, names[boss], "meets", names[row])
        for person, other in combinations(by_role[HANDLER], 2):
            if rng.random() < HANDLERS_MET:
                yield _draw_tie(country, rng, names[person], "meets", names[other])
        yield from _draw_mule_ties(country, rng, syndicate, [names[row] for row in by_role[RECRUITER]], names)
        yield from _draw_worker_ties(country, rng, syndicate, [names[row] for row in below])


def _draw_mule_ties(
    country: Country, rng: np.random.Generator, syndicate: int, recruiters: list[str], names: list[str]
) -> Iterator[PartnerTie]:
    """Handlers and recruiters in the telephones of those who hold accounts; whose papers were stolen knows neither."""
    mules = country.underworld.mules
    rows = np.flatnonzero((mules.syndicate == syndicate) & (mules.type != STOLEN_ID) & ~mules.reserve)
    holders = make_holder_tokens(mules.holder[rows]).to_pylist()
    for row, holder in zip(rows.tolist(), holders, strict=True):
        known = FORCED_KNOWN if mules.type[row] == FORCED else MULE_KNOWN
        if rng.random() < known:
            yield _draw_tie(country, rng, names[int(mules.handler[row])], "calls", holder)
        if recruiters and rng.random() < RECRUITED_KNOWN:
            yield _draw_tie(country, rng, recruiters[int(rng.integers(0, len(recruiters)))], "calls", holder)


def _draw_worker_ties(
    country: Country, rng: np.random.Generator, syndicate: int, below: list[str]
) -> Iterator[PartnerTie]:
    for person in country.sides.recruits:
        if person.gang == syndicate and person.crossing < country.sides.end and rng.random() < WORKER_KNOWN:
            worker = _name_worker(person.number).partition(":")[2]
            yield _draw_tie(country, rng, below[int(rng.integers(0, len(below)))], "calls", worker)


def _draw_honest_ties(country: Country, rng: np.random.Generator) -> Iterator[PartnerTie]:
    """Family and friends of every member, and honest people who know many of them."""
    world = country.underworld
    people = np.unique(np.concatenate([world.persons.holder, world.mules.holder]))
    members = make_holder_tokens(people).to_pylist()
    honest = make_holder_tokens(np.setdiff1d(find_persons(country.nation), people)).to_pylist()
    for member in members:
        count = int(rng.integers(FAMILY[0], FAMILY[1] + 1))
        family = [honest[at] for at in rng.integers(0, len(honest), count).tolist()]
        for other in family:
            relation = "meets" if rng.random() < 0.5 else "calls"
            yield _draw_tie(country, rng, member, relation, other)
        for person, other in combinations(sorted(set(family)), 2):
            if rng.random() < FAMILY_TIED:
                yield _draw_tie(country, rng, person, "calls", other)
    for _ in range(max(1, len(members) // MEMBERS_A_HUB)):
        hub = honest[int(rng.integers(0, len(honest)))]
        count = int(rng.integers(HUB_MEMBERS[0], HUB_MEMBERS[1] + 1))
        for at in rng.integers(0, len(members), count).tolist():
            relation = "meets" if rng.random() < 0.3 else "calls"
            yield _draw_tie(country, rng, hub, relation, members[at])


def _draw_tie(country: Country, rng: np.random.Generator, start: str, relation: str, end: str) -> PartnerTie:
    since = int(country.nation.start + rng.uniform(-20, country.nation.size.days - 2.5) * DAY)
    return PartnerTie(PARTNER, since, ("holder", start), relation, ("holder", end))
