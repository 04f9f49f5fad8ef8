"""What ties things to each other, stands on lists and is told of: drawn over everything beside money."""

import numpy as np

from warroom.sites.provinces import PROVINCES
from warroom_lab.world.beside.planned import SidePlan
from warroom_lab.world.beside.ties import PartnerTie
from warroom_lab.world.drawing.columns import DAY, Array
from warroom_lab.world.drawing.numbers import make_holder_tokens
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.drawing.tokens import make_imeis, make_mobile_numbers, make_token, make_tokens
from warroom_lab.world.jobs.companies import make_registrations
from warroom_lab.world.jobs.hints import ListEntry, TipSubjects
from warroom_lab.world.jobs.pages import HONEST
from warroom_lab.world.sites.plan import PREMISES_SALT
from warroom_lab.world.sites.premises import CLINIC, COMPOUND, HOME, HOTEL, NOBODY, OFFICE, VILLA
from warroom_lab.world.sites.readings import SUPPLY_SALT
from warroom_lab.world.telephony.plan import make_cell_names
from warroom_lab.world.telephony.sims import BOX, CENTRE, FLEET, RIDER, find_persons
from warroom_lab.world.travel.legs import FIRST_ORDINARY, TRAVELLER_SALT

DOMAINS = 1 << 40
"""Orders name a domain by this and its number, so that it is not taken for a page."""

TRAVELLERS = 1 << 40
"""Orders name a traveller by this and the traveller's number, so that nobody is taken for a holder."""


def make_all_ties(sides: SidePlan) -> list[PartnerTie]:
    """Ties of every relation, honest ones in the majority."""
    rng = make_generator(sides.seed, "ties")
    return [
        *_make_director_ties(sides, rng),
        *_make_house_ties(sides, rng),
        *_make_card_ties(sides),
        *_make_contact_ties(sides, rng),
    ]


def _make_director_ties(sides: SidePlan, rng: np.random.Generator) -> list[PartnerTie]:
    """One or two directors a company; some families and some nominees direct several."""
    firms = sides.companies
    count = min(len(firms.holder), 20_000)
    chosen = np.sort(rng.permutation(len(firms.holder))[:count])
    # Gangs' fronts always: few as they are, the cap would drop most of them in a large country.
    chosen = np.union1d(chosen, np.flatnonzero(firms.front != HONEST))
    pool = rng.choice(find_persons(sides.nation), max(2, len(chosen) * 4 // 5))
    who = pool[rng.integers(0, len(pool), len(chosen))]
    front = firms.front[chosen]
    # Two nominees for all fronts of a gang: that is what a registry shows of them.
    few = pool[(front * 3 + rng.integers(0, 2, len(chosen))) % len(pool)]
    who = np.where(front != HONEST, few, who)
    numbers = make_registrations(firms.holder[chosen]).to_pylist()  # type: ignore[attr-defined]
    names = make_holder_tokens(who).to_pylist()
    return [
        PartnerTie("company-registry", int(since), ("holder", name), "director", ("company", number))
        for since, name, number in zip(firms.founded[chosen], names, numbers, strict=True)
    ]


def _make_house_ties(sides: SidePlan, rng: np.random.Generator) -> list[PartnerTie]:
    """Landlords of all but homes; tenants of offices, hotels, villas and compounds, a gang's front among them."""
    houses = sides.places.premises
    let = np.flatnonzero((houses.kind != HOME) & (houses.landlord != NOBODY))[:20_000]
    owners = make_holder_tokens(houses.landlord[let]).to_pylist()
    names = make_tokens("L", let, PREMISES_SALT).to_pylist()
    since = (sides.start - rng.uniform(60, 2500, len(let)) * DAY).astype(np.int64)
    made = [
        PartnerTie("land-office", int(when), ("holder", owner), "landlord", ("premises", name))
        for when, owner, name in zip(since, owners, names, strict=True)
    ]
    rented = np.flatnonzero(np.isin(houses.kind[let], (OFFICE, HOTEL, VILLA, COMPOUND)))
    firms = sides.companies
    for at in rented.tolist():
        gangs = [gang.number for gang in sides.gangs if gang.site == houses.site[let[at]]]
        own = np.flatnonzero(np.isin(firms.front, gangs))
        pick = own if len(own) else np.arange(len(firms.holder))
        firm = int(firms.holder[pick[int(rng.integers(0, len(pick)))]])
        company = ("company", str(make_registrations(np.array([firm]))[0]))  # type: ignore[index]
        made.append(PartnerTie("land-office", int(since[at]), company, "tenant", ("premises", names[at])))
    return made


def _make_card_ties(sides: SidePlan) -> list[PartnerTie]:
    """Which device and cell heavy callers' cards are used in, and who uses riders' cards."""
    sims = sides.phones.sims
    rows = np.flatnonzero(np.isin(sims.use, (BOX, CENTRE, RIDER, FLEET)))[:20_000]
    numbers = make_mobile_numbers(sims.number[rows]).to_pylist()
    imeis = make_imeis(sims.device[rows]).to_pylist()
    cells = make_cell_names(sides.phones.net.find_home_cells(rows)).to_pylist()
    users = make_holder_tokens(sides.phones.sims.holder[rows]).to_pylist()
    made = []
    for at, row in enumerate(rows.tolist()):
        since, until = int(sims.since[row]), int(sims.until[row])
        known = max(since, sides.start - 30 * DAY)
        until = until if until < sides.end else -1
        made.append(
            PartnerTie("T1", known, ("sim", numbers[at]), "uses_device", ("device", imeis[at]), until)
        )
        made.append(PartnerTie("T1", known, ("sim", numbers[at]), "in_cell", ("cell", cells[at]), until))
        if sims.use[row] == RIDER:
            made.append(
                PartnerTie("T2", known, ("holder", users[at]), "uses_sim", ("sim", numbers[at]), until)
            )
    return made


def _make_contact_ties(sides: SidePlan, rng: np.random.Generator) -> list[PartnerTie]:
    """Contacts that adverts name, as the platforms tell for some."""
    return [
        PartnerTie(
            "platforms",
            advert.received,
            ("contact", contact),
            "contact_of_advert",
            ("advert", advert.record_id),
        )
        for advert in sides.adverts
        if advert.time < sides.end and rng.random() < 0.6
        for contact in sides.write(advert).contacts
    ]


def list_tip_subjects(sides: SidePlan) -> TipSubjects:
    """What tips may be about."""
    houses, sims = sides.places.premises, sides.phones.sims
    large = np.flatnonzero(
        np.isin(houses.kind, (HOTEL, VILLA, COMPOUND, OFFICE, CLINIC)) & (houses.site == NOBODY)
    )
    sites = np.flatnonzero(houses.site != NOBODY)
    busy = np.flatnonzero(np.isin(sims.use, (CENTRE, RIDER)))
    boxes = np.flatnonzero(sims.use == BOX)
    coming = [person.number for person in sides.people.values() if person.held < sides.end]
    return TipSubjects(
        {
            "place": make_tokens("L", large, PREMISES_SALT).to_pylist(),
            "number": make_mobile_numbers(sims.number[busy]).to_pylist(),
            "page": [page.name for page in sides.honest_pages],
            "person": _make_traveller_ids(FIRST_ORDINARY + np.arange(50)),
        },
        {
            "place": make_tokens("L", sites, PREMISES_SALT).to_pylist(),
            "number": make_mobile_numbers(sims.number[boxes]).to_pylist(),
            "page": sorted(
                {advert.page.name for advert in sides.adverts if advert.lure and advert.time < sides.end}
            ),
            "person": _make_traveller_ids(np.array(coming[:200], np.int64)),
        },
    )


def _make_traveller_ids(numbers: Array) -> list[str]:
    return [make_token("TR", int(each), TRAVELLER_SALT) for each in numbers]


def make_list_entries(sides: SidePlan) -> list[ListEntry]:
    """Licensed recruiters, suspected numbers, blocked names and missing persons; some entries are wrong."""
    rng = make_generator(sides.seed, "listings")
    made = [
        ListEntry("labour-office", "licensed recruiters", "page", page.name, "licence", page.opened + 9 * DAY)
        for page in sides.honest_pages
        if rng.random() < 0.6
    ]
    return [
        *made,
        *_make_number_entries(sides, rng),
        *_make_name_entries(sides, rng),
        *_make_missing_entries(sides, rng),
    ]


def _make_number_entries(sides: SidePlan, rng: np.random.Generator) -> list[ListEntry]:
    sims = sides.phones.sims
    rows = np.flatnonzero(np.isin(sims.use, (BOX, CENTRE, RIDER)))
    chance = np.where(sims.use[rows] == BOX, 0.25, 0.08)
    rows = rows[rng.random(len(rows)) < chance]
    names = make_mobile_numbers(sims.number[rows]).to_pylist()
    first = np.maximum(sims.since[rows], sides.start - 20 * DAY)
    return [
        ListEntry(
            "T1", "suspected numbers", "sim", name, str(rng.choice(["grey", "black"])), int(since) + 3 * DAY
        )
        for name, since in zip(names, first, strict=True)
    ]


def _make_name_entries(sides: SidePlan, rng: np.random.Generator) -> list[ListEntry]:
    return [
        ListEntry(
            "ministry",
            "blocked names",
            "domain",
            domain.name,
            "blocked",
            max(domain.seen, sides.start - 9 * DAY) + 6 * DAY,
        )
        for domain in sides.domains
        if rng.random() < (0.3 if domain.gang >= 0 else 0.01)
    ]


def _make_missing_entries(sides: SidePlan, rng: np.random.Generator) -> list[ListEntry]:
    """Families miss one in five of those held; some of the missing only forgot to write."""
    people = [person for person in sides.people.values() if person.held < sides.end]
    lost = [
        (person.number, max(person.held + int(rng.uniform(4, 40) * DAY), sides.start - 15 * DAY))
        for person in people
        if rng.random() < 0.2
    ]
    days = sides.size.days
    lost += [(FIRST_ORDINARY + at, sides.start + int(rng.uniform(0, days) * DAY)) for at in range(6)]
    return [
        ListEntry(
            "police", "missing persons", "traveller", make_token("TR", number, TRAVELLER_SALT), "open", since
        )
        for number, since in sorted(lost)
    ]


def map_order_numbers(sides: SidePlan, kind: str) -> dict[str, int]:
    """Names or record ids of one kind, and the numbers orders use for them."""
    match kind:
        case "sim":
            sims = sides.phones.sims
            # A number may be given out again: of cards that had it the one registered last is meant.
            order = np.argsort(sims.registered, kind="stable")
            return dict(zip(make_mobile_numbers(sims.number[order]).to_pylist(), order.tolist(), strict=True))
        case "page":
            gangs = [page for run in sides.pages.values() for page in run]
            return {page.name: page.number for page in [*sides.honest_pages, *gangs]}
        case "domain":
            return {domain.name: DOMAINS + domain.number for domain in sides.domains}
        case "supply":
            return _rows_of("S", len(sides.places.supply), SUPPLY_SALT)
        case "premises":
            return _rows_of("L", len(sides.places.premises), PREMISES_SALT)
        case "province":
            return {name: at for at, name in enumerate(PROVINCES)}
    travellers = [*sides.people, *(FIRST_ORDINARY + np.arange(100_000)).tolist()]
    names = make_tokens("TR", np.array(travellers), TRAVELLER_SALT).to_pylist()
    return dict(zip(names, (TRAVELLERS + traveller for traveller in travellers), strict=True))


def _rows_of(head: str, count: int, salt: int) -> dict[str, int]:
    return dict(zip(make_tokens(head, np.arange(count), salt).to_pylist(), range(count), strict=True))
