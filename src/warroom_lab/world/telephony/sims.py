"""Cards: who registered each, when, from which batch of which dealer, and what it is used for."""

from dataclasses import dataclass

import numpy as np

from warroom_lab.world.drawing.columns import COMPANY, DAY, PERSON, Array, ColumnTable
from warroom_lab.world.drawing.mixing import mix_bits
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.population.nation import Nation

OPERATORS = ("T1", "T2", "T3", "T4")
PRIVATE, CENTRE, RIDER, MARKETER, FLEET, BOX = range(6)
NO_GANG = -1


@dataclass
class Sims(ColumnTable):
    """Row number = card number. `use` and `gang` are truth; two cards may carry one number, one after the other."""

    number: Array  # int64 telephone number's number
    holder: Array  # int32
    registered: Array  # int64
    batch: Array  # int64
    dealer: Array  # int32
    operator: Array  # uint8
    device: Array  # int64
    use: Array  # uint8
    gang: Array  # int32
    since: Array  # int64 in use from
    until: Array  # int64 in use until


def make_sims(nation: Nation, gangs: int) -> Sims:
    """Everybody's cards: private ones first (the first of each person at `first_of`), then lines, then boxes."""
    rng = make_generator(nation.seed, "sims")
    parts = [_make_private_sims(nation, rng), _make_business_sims(nation, rng), _make_box_sims(nation, gangs)]
    for before, after in ((0, 1), (1, 2)):
        parts[after].number += parts[before].number.max() + 1 if len(parts[after]) else 0
    return Sims.concat_parts([*parts, _make_recycled_sims(nation, parts[0], rng)])


def find_persons(nation: Nation) -> Array:
    """The holder numbers of persons."""
    return np.flatnonzero(nation.holders.kind == PERSON).astype(np.int32)


def _count_dealers(nation: Nation) -> int:
    return max(12, nation.size.people // 900)


def _make_use_sims(
    nation: Nation, holder: Array, registered: Array, use: int, rng: np.random.Generator
) -> Sims:
    """Cards with numbers 0 on, each sold from a dealer's batch of its week."""
    count = len(holder)
    numbers = np.arange(count)
    dealer = rng.integers(0, _count_dealers(nation), count).astype(np.int32)
    end = nation.start + 400 * DAY
    return Sims(
        numbers,
        holder.astype(np.int32),
        registered,
        _number_batches(dealer, registered),
        dealer,
        rng.choice(4, count, p=[0.4, 0.33, 0.17, 0.1]).astype(np.uint8),
        (mix_bits(numbers + use * (1 << 40), nation.seed & 0xFF) >> np.uint64(4)).astype(np.int64),
        np.full(count, use, np.uint8),
        np.full(count, NO_GANG, np.int32),
        registered,
        np.full(count, end),
    )


def _number_batches(dealer: Array, registered: Array) -> Array:
    """A dealer sells one batch in about three weeks."""
    batch: Array = dealer.astype(np.int64) * 1024 + (registered // (21 * DAY)) % 1024
    return batch


def _make_private_sims(nation: Nation, rng: np.random.Generator) -> Sims:
    """One card a person, a second for some; a few are registered while the days run; families share a phone."""
    who = find_persons(nation)
    extra = rng.choice(who, int(len(who) * (get_number("telephony", "sims_per_person") - 1)))
    holder = np.concatenate([who, extra])
    age = rng.lognormal(np.log(700), 1.0, len(holder))
    age[len(who) :] = rng.uniform(-nation.size.days, 1500, len(extra))
    sims = _make_use_sims(
        nation, holder, nation.start - (np.clip(age, -60, 5000) * DAY).astype(np.int64), PRIVATE, rng
    )
    shared = np.flatnonzero(rng.random(len(sims)) < get_number("telephony", "shared_phone"))
    sims.device[shared] = sims.device[np.maximum(shared - 1, 0)]
    return sims


def _make_business_sims(nation: Nation, rng: np.random.Generator) -> Sims:
    """Call centres of banks, insurers and hospitals; riders' fleets; marketers; gateways bought in one go."""
    firms = np.flatnonzero(nation.holders.kind == COMPANY)
    million = nation.size.people / 1e6
    parts = []
    for use, name, least in ((CENTRE, "centres", 8), (RIDER, "riders", 6), (MARKETER, "marketing", 3)):
        count = max(least, round(get_number("telephony", f"{name}_million") * million))
        parts.append(_make_bought_sims(nation, firms, count, use, 8 if use != MARKETER else 3, rng))
    parts.append(_make_bought_sims(nation, firms, max(2, round(40 * million)) * 32, FLEET, 32, rng))
    lines = Sims.concat_parts(parts)
    lines.number = np.arange(len(lines))
    return lines


def _make_bought_sims(
    nation: Nation, firms: Array, count: int, use: int, together: int, rng: np.random.Generator
) -> Sims:
    """Cards that firms bought `together` at a time: one holder, one dealer, one batch, one morning."""
    group = np.arange(count) // together
    firm = rng.choice(firms, group[-1] + 1)
    bought = nation.start - (rng.uniform(-5, 900, group[-1] + 1) * DAY).astype(np.int64)
    sims = _make_use_sims(nation, firm[group], bought[group] + rng.integers(0, DAY // 8, count), use, rng)
    sims.dealer = sims.dealer[group * together]
    sims.operator = sims.operator[group * together]
    sims.batch = _number_batches(sims.dealer, bought[group])
    return sims


def count_box_sims(nation: Nation, gangs: int) -> int:
    """Cards a gang has in use at a time."""
    calls = get_number("telephony", "scam_calls_day") * nation.size.crime
    return max(1, round(calls / get_number("telephony", "scam_sim_calls_day") / max(1, gangs)))


def _make_box_sims(nation: Nation, gangs: int) -> Sims:
    """Each gang's cards, a lot every few days, registered a week before to nominees by a few willing dealers."""
    life = get_number("telephony", "scam_sim_days")
    lots = int(np.ceil(nation.size.days / life)) + 1
    nominees = find_persons(nation)
    parts = [
        _make_box_lot(nation, nominees, gang, lot, count_box_sims(nation, gangs), life)
        for gang in range(gangs)
        for lot in range(lots)
    ]
    if not parts:
        return _make_use_sims(
            nation,
            np.zeros(0, np.int32),
            np.zeros(0, np.int64),
            BOX,
            make_generator(nation.seed, "sims", "none"),
        )
    sims = Sims.concat_parts(parts)
    sims.number = np.arange(len(sims))
    return sims


def _make_box_lot(nation: Nation, nominees: Array, gang: int, lot: int, count: int, life: float) -> Sims:
    rng = make_generator(nation.seed, "box", gang, lot)
    since = nation.start + int((lot - rng.random()) * life * DAY)
    registered = since - (rng.uniform(0.5, 12) * DAY * np.ones(count)).astype(np.int64)
    registered += rng.integers(-DAY // 2, DAY // 2, count)
    sims = _make_use_sims(nation, rng.choice(nominees, count), registered, BOX, rng)
    # Half the lots are one batch of one dealer; the others were collected card by card, like anybody's.
    if rng.random() < 0.5:
        sims.dealer[:] = rng.integers(0, _count_dealers(nation))
        sims.batch[:] = sims.dealer[0] * 1024 + (since // (21 * DAY)) % 1024
    sims.gang[:] = gang
    sims.since[:] = since
    sims.until = since + (life * DAY * rng.lognormal(0, 0.3, count)).astype(np.int64)
    # A box has its own channels: the cards of all lots speak through the same few devices.
    sims.device = (mix_bits(np.full(count, gang) * 64 + np.arange(count) % 8, 77) >> np.uint64(4)).astype(
        np.int64
    )
    return sims


def _make_recycled_sims(nation: Nation, private: Sims, rng: np.random.Generator) -> Sims:
    """Earlier holders of numbers that were given out again."""
    rows = np.flatnonzero(rng.random(len(private)) < get_number("telephony", "recycled_share"))
    old = private.select_rows(rows)
    old.holder = rng.choice(find_persons(nation), len(rows))
    old.registered = old.registered - rng.integers(200 * DAY, 2000 * DAY, len(rows))
    # Numbers rest for three months before they are given out again (A).
    old.until = private.registered[rows] - 90 * DAY
    old.since, old.device = old.registered, old.device ^ 0x5A5A
    return old
