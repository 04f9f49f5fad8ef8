"""Journeys as legs: what airports, road checkpoints and crossings saw, and the vehicles they saw them in."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from warroom.sites.centres import CROSSINGS
from warroom.sites.provinces import BORDER, PROVINCES
from warroom_lab.world.drawing.columns import HOUR, Array, ColumnTable
from warroom_lab.world.drawing.mixing import hash_to_uniform, mix_bits
from warroom_lab.world.drawing.rows import TablePart, make_part
from warroom_lab.world.drawing.tokens import make_token, make_tokens
from warroom_lab.world.jobs.adverts import PostedAdvert
from warroom_lab.world.travel.journeys import COMMUTER, JOB, Journeys
from warroom_lab.world.travel.recruits import Recruit

TRAVELLER_SALT, VEHICLE_SALT, BOOKING_SALT, PAYER_SALT = 0x67, 0x6B, 0x6D, 0x6F
AIRPORT, ROAD, BORDER_POST = range(3)
VEHICLES = ("car", "van", "pickup", "taxi", "bus")
OWN_CARS = 1 << 22
"""Vehicles from here on are gangs' own; the others carry travellers for money, again and again."""

FIRST_ORDINARY = 1 << 20
"""Travellers below are recruits; the numbers are hidden behind tokens."""


@dataclass
class Legs(ColumnTable):
    """One row a leg. Numbers of traveller, vehicle, booking and payer; `advert`: index in a list, -1 for none."""

    time: Array
    traveller: Array
    vehicle: Array
    booking: Array
    payer: Array
    advert: Array
    leg: Array
    place: Array  # AIRPORT, ROAD, BORDER_POST
    border: Array  # position in BORDER, -1 inland
    province: Array


def count_vehicles(journeys: Journeys) -> int:
    """How many vehicles carry all travellers: each some three times in the days (A)."""
    return max(60, int(journeys.group.max(initial=0)) // 3)


def make_journey_legs(journeys: Journeys, adverts: int) -> Legs:
    """Two to three legs each: landing or setting out, a road checkpoint for some, the border or a province."""
    count, fleet = len(journeys.group), count_vehicles(journeys)
    traveller = FIRST_ORDINARY + np.arange(count)
    regular = journeys.kind == COMMUTER
    # Commuters come again and again: few persons, many journeys.
    traveller = np.where(
        regular, FIRST_ORDINARY + (mix_bits(journeys.group, 1) % np.uint64(60)).astype(np.int64), traveller
    )
    vehicle = (mix_bits(journeys.group, 2) % np.uint64(fleet)).astype(np.int64)
    payer = np.where(
        journeys.own_pay,
        traveller,
        (1 << 22) + (mix_bits(journeys.group, 3) % np.uint64(50)).astype(np.int64),
    )
    names_advert = (journeys.kind == JOB) & (hash_to_uniform(traveller, 4) < 0.5) & (adverts > 0)
    advert = np.where(
        names_advert, (mix_bits(traveller, 5) % np.uint64(max(1, adverts))).astype(np.int64), -1
    )
    facts = (traveller, vehicle, FIRST_ORDINARY + journeys.group, payer, advert)
    return _make_legs(journeys.start, journeys.hours, facts, journeys.border, regular)


def make_recruit_legs(people: list[Recruit], borders: Array, adverts: dict[int, int], fleet: int) -> Legs:
    """Recruits' legs up to the border; nobody sees the crossing itself. `borders`: of each gang, -1 in the country;
    `fleet`: vehicles for hire."""
    group = np.array([recruit.group for recruit in people], np.int64)
    traveller = np.array([recruit.number for recruit in people], np.int64)
    gang = np.array([recruit.gang for recruit in people], np.int64)
    start = np.array([recruit.landed for recruit in people], np.int64)
    hours = (np.array([recruit.crossing for recruit in people], np.int64) - start) / HOUR
    # Half go in one of the gang's own cars, the others in anybody's.
    own = OWN_CARS + gang * 2 + group % 2
    hired = (mix_bits(group, 2) % np.uint64(fleet)).astype(np.int64)
    vehicle = np.where(hash_to_uniform(group, 8) < 0.5, own, hired)
    # The gang pays for six in ten, through a few cards of its own: numbers beyond those of the fifty employers
    # and agencies that pay for ordinary journeys.
    paid = hash_to_uniform(group, 3) < 0.6
    payer = np.where(paid, (1 << 22) + 100 + gang * 4 + group % 3, traveller)
    names_advert = hash_to_uniform(traveller, 4) < 0.35
    index = np.array(
        [adverts.get(recruit.advert.number, -1) if recruit.advert else -1 for recruit in people], np.int64
    )
    facts = (traveller, vehicle, group, payer, np.where(names_advert, index, -1))
    border = borders[gang] if len(people) else np.zeros(0, np.int64)
    return _make_legs(start, hours, facts, border, np.zeros(len(people), bool))


def _make_legs(start: Array, hours: Array, facts: tuple[Array, ...], border: Array, regular: Array) -> Legs:
    """A landing, a checkpoint half way for two of three, an arrival; who commutes only crosses."""
    traveller = facts[0]
    province = (mix_bits(facts[2], 6) % np.uint64(len(PROVINCES))).astype(np.int64)
    half = start + (hours * 0.55 * HOUR).astype(np.int64)
    end = start + (hours * HOUR).astype(np.int64)
    parts = []
    for leg, (time, place) in enumerate(((start, AIRPORT), (half, ROAD), (end, BORDER_POST)), 1):
        seen = (
            ~regular
            if place == AIRPORT
            else ~regular & (border >= 0) & (hash_to_uniform(traveller, 7) < 0.67)
        )
        seen = np.ones(len(time), bool) if place == BORDER_POST else seen
        rows = np.flatnonzero(seen)
        who, vehicle, booking, payer, advert = (column[rows] for column in facts)
        leg_, place_ = np.full(len(rows), leg), np.full(len(rows), place)
        seen_at = (border[rows], province[rows])
        parts.append(Legs(time[rows], who, vehicle, booking, payer, advert, leg_, place_, *seen_at))
    return Legs.concat_parts(parts)


def make_leg_rows(legs: Legs, adverts: list[PostedAdvert], head: str, before: int) -> TablePart:
    """Legs as immigration and highway police sent them, those known before `before`."""
    legs = legs.select_rows(np.lexsort((legs.leg, legs.traveller, legs.time)))
    known = legs.select_rows(np.flatnonzero(legs.time < before))
    away = known.border >= 0
    crossing = [CROSSINGS[int(at)] if at >= 0 else "" for at in known.border]
    inland = [PROVINCES[int(at)] for at in known.province]
    edge = [PROVINCES[BORDER[int(at)]] if at >= 0 else "" for at in known.border]
    names = {AIRPORT: "Airport 1", ROAD: "Road checkpoint", BORDER_POST: ""}
    origins, went, saw = [], [], []
    for at, place in enumerate(known.place.tolist()):
        target = edge[at] if away[at] else inland[at]
        origins.append("abroad" if place == AIRPORT else "Airport 1" if place == ROAD else "P01")
        went.append("P01" if place == AIRPORT else target)
        post = crossing[at] if away[at] else None
        saw.append(
            f"{names[ROAD]} {edge[at]}" if place == ROAD else names[AIRPORT] if place == AIRPORT else post
        )
    return make_part(
        "immigration",
        "trips",
        _make_leg_numbers(known, head),
        known.time // HOUR * HOUR + 2 * HOUR,
        time=known.time,
        traveller_id=make_tokens("TR", known.traveller, TRAVELLER_SALT),
        vehicle_id=make_tokens("V", known.vehicle, VEHICLE_SALT),
        booking=make_tokens("BK", known.booking, BOOKING_SALT),
        payer=make_tokens("PY", known.payer, PAYER_SALT),
        advert_id=[adverts[int(at)].record_id if at >= 0 else None for at in known.advert],
        leg=known.leg,
        from_=origins,
        to=went,
        checkpoint=saw,
    )


def _make_leg_numbers(legs: Legs, head: str) -> list[str]:
    """The record number of each leg; a commuter may cross twice within one hour, and each crossing is a record of its own."""
    taken: Counter[str] = Counter()
    numbers = []
    for who, when, leg in zip(legs.traveller, legs.time, legs.leg, strict=True):
        number = f"{head}{make_token('', int(who), TRAVELLER_SALT)}-{int(when) // HOUR % 100000}-{int(leg)}"
        taken[number] += 1
        numbers.append(number if taken[number] == 1 else f"{number}-{taken[number]}")
    return numbers


def make_vehicle_rows(legs: Legs, owners: list[str], start: int) -> TablePart:
    """Every vehicle that was seen, its plate of a series nobody gives out, and its owner."""
    seen = np.unique(legs.vehicle)
    kinds = [VEHICLES[int(kind_number)] for kind_number in mix_bits(seen, 9) % np.uint64(len(VEHICLES))]
    return make_part(
        "transport-registry",
        "vehicles",
        make_tokens("V", seen, VEHICLE_SALT),
        np.full(len(seen), start - 24 * HOUR),
        plate=[
            f"00-{plate[-4:]} {PROVINCES[int(plate[-2:]) % 24]}"
            for plate in make_tokens("", seen, 0x71).to_pylist()
        ],
        type=kinds,
        owner=[owners[int(vehicle_number) % len(owners)] for vehicle_number in seen],
    )
