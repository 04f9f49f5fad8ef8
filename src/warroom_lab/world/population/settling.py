"""Settling a country: who lives in it, what they do and have, and what lies in their accounts when its days begin."""

import numpy as np

from warroom_lab.world.drawing.columns import DAY, AccountColumns, Array, HolderColumns
from warroom_lab.world.drawing.mixing import hash_to_uniform
from warroom_lab.world.drawing.params import POLICE_2018, get_values, require_scenario
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.economy import count_filler_payments
from warroom_lab.world.population.nation import START, Nation, make_bank_device_numbers
from warroom_lab.world.population.openings import compute_openings
from warroom_lab.world.population.people import make_accounts, make_holders

FIRMS = ("companies", "companies_new", "shops", "stores_online", "tour_operators")
"""Bodies that buy what they need as people do."""
TILLS = 0.7
"""Share of those who trade and have two accounts that trade with the second (A)."""


def plan_nation(size: Size, seed: int, scenario: str = POLICE_2018, start: int | None = None) -> Nation:
    """The country of this size and seed, with what lies in each account when its days begin.

    What lies there is enough that ordinary life never makes an account negative, and some savings more.
    """
    begin = START if start is None else start
    holders, bodies = make_holders(size.people, seed, begin)
    accounts = make_accounts(holders, size.people, seed, begin, size.days)
    nation = Nation(
        size,
        seed,
        begin,
        holders,
        accounts,
        _assign_roles(size.people, seed, begin, holders, accounts, bodies),
        scenario=require_scenario(scenario),
    )
    nation.traits = _draw_traits(nation)
    nation.traits["fill"] = count_filler_payments(nation)
    accounts.opening = compute_openings(nation)
    return nation


def _assign_roles(
    people: int,
    seed: int,
    start: int,
    holders: HolderColumns,
    accounts: AccountColumns,
    bodies: dict[str, Array],
) -> dict[str, Array]:
    persons = np.arange(people, dtype=np.int32)
    adults = persons[(holders.age[:people] >= 2) & (holders.age[:people] <= 6)]
    young = persons[(holders.age[:people] >= 1) & (holders.age[:people] <= 2)]
    roles = {
        "persons": persons,
        "second": np.arange(len(holders), len(accounts), dtype=np.int32),
        **bodies,
        "employers": np.concatenate([bodies["companies"], bodies["agencies"]]),
    }
    for name, section, key, among in (
        ("landlords", "work", "landlords", adults),
        ("foremen", "work", "foremen", adults),
        ("sidelines", "work", "sidelines", adults),
        ("riders", "riders", "share", adults),
        ("students", "family", "students", young),
        ("sellers", "online", "sellers", adults),
        ("savings_circles", "friends", "circles", adults),
        ("collectors", "friends", "collectors", adults),
        ("ticket_sellers", "friends", "ticket_sellers", adults),
        ("crypto_traders", "coins", "traders", adults),
        ("resellers", "traders", "resellers", adults),
        ("treasurers", "traders", "treasurers", adults),
        ("lenders_informal", "traders", "lenders_informal", adults),
        ("betting_agents", "traders", "betting_agents", adults),
        ("brokers", "traders", "brokers", adults),
        ("peer_traders", "traders", "peer_traders", adults),
    ):
        # At least four: even the smallest country has some of every look-alike.
        count = min(len(among), max(4, round(people * float(get_values(section)[key]))))
        chosen = make_generator(seed, "people", name).choice(len(among), count, replace=False)
        roles[name] = np.sort(among[chosen])
        if section == "traders":
            roles[name] = _choose_tills(roles[name], holders, accounts, start)
    roles["firms"] = np.concatenate([bodies[name] for name in FIRMS])
    both = roles["second"]
    roles["purses"] = np.concatenate([both, np.unique(accounts.holder[both])])
    roles["merchants_online"] = np.concatenate([bodies["stores_online"], roles["sellers"]])
    return roles


def _choose_tills(persons: Array, holders: HolderColumns, accounts: AccountColumns, start: int) -> Array:
    """The account that each of these persons trades with: a second one, where there is one, more often than not."""
    till = persons.copy()
    second = np.arange(len(holders), len(accounts))
    second = second[(accounts.opened[second] < start) & (hash_to_uniform(second, 170) < TILLS)]
    other = np.full(len(holders), -1, np.int32)
    other[accounts.holder[second]] = second
    return np.where(other[persons] >= 0, other[persons], till).astype(np.int32)


def _draw_traits(nation: Nation) -> dict[str, Array]:
    shares, people, roles = get_values("people"), nation.size.people, nation.roles
    rng = make_generator(nation.seed, "people", "traits")
    normal = rng.standard_normal(people, np.float32)
    income = shares["income"] * np.exp(normal * np.float32(shares["income_sigma"]))
    tempo = np.exp(
        rng.standard_normal(people, np.float32) * np.float32(shares["activity_sigma"]) + 0.3 * normal
    )
    return {
        "income": np.clip(income, 4_000, 400_000).astype(np.float32),
        "tickets": _repeat_by_weight(rng, *_find_purses(nation, tempo), 4.0 * people),
        "employer": _assign_employers(nation, rng),
        **_assign_devices(nation),
        "other_account": _find_other_accounts(nation),
        "shop_tickets": _draw_visited(rng, roles["shops"], 1.1),
        "seller_tickets": _draw_visited(rng, roles["merchants_online"], 1.3),
        "sideline_tickets": _draw_visited(
            make_generator(nation.seed, "people", "sidelines visited"), roles["sidelines"], 0.6
        ),
    }


def _find_purses(nation: Nation, tempo: Array) -> tuple[Array, Array]:
    """The accounts that people pay from, with how often each is used: who has more than one pays from each of them."""
    accounts, persons, second = nation.accounts, nation.roles["persons"], nation.roles["second"]
    second = second[accounts.opened[second] < nation.start]
    share = hash_to_uniform(second, 171) * 2 * get_values("people")["spent_from_second"]
    used = share * tempo[accounts.holder[second]]
    main = tempo - np.bincount(accounts.holder[second], used, len(persons))
    return np.concatenate([persons, second]), np.concatenate([np.maximum(main, 0.05 * tempo), used])


def _repeat_by_weight(rng: np.random.Generator, accounts: Array, weight: Array, total: float) -> Array:
    """The accounts, about `total` of them in proportion to their weights."""
    expected = weight * (total / weight.sum())
    return np.repeat(accounts, (expected + rng.random(len(accounts))).astype(np.int64)).astype(np.int32)


def _draw_visited(rng: np.random.Generator, accounts: Array, sigma: float) -> Array:
    return _repeat_by_weight(
        rng, accounts, np.exp(rng.standard_normal(len(accounts)) * sigma), 12.0 * len(accounts)
    )


def _assign_employers(nation: Nation, rng: np.random.Generator) -> Array:
    """Who employs each person: mostly an employer nearby, and a few employers have most people."""
    people, employers = nation.size.people, nation.roles["employers"]
    size = np.exp(rng.standard_normal(len(employers)) * 1.4)
    seats = _repeat_by_weight(rng, np.arange(len(employers)), size, 20.0 * len(employers))
    here = np.arange(people) * len(seats) // people
    near = (here + rng.integers(0, 60, people)) % len(seats)
    anywhere = rng.integers(0, len(seats), people)
    seat = np.where(rng.random(people) < 0.3, anywhere, near)
    age = nation.holders.age[:people]
    works = (age >= 2) & (age <= 6) & (rng.random(people) < get_values("people")["employed"])
    return np.where(works, seats[seat], -1).astype(np.int32)


def _assign_phones(nation: Nation) -> Array:
    """Whose telephone each holder uses: the own one; some families share one."""
    phone = np.arange(len(nation.holders), dtype=np.int32)
    people = nation.size.people
    shares = (
        make_generator(nation.seed, "people", "devices").random(people)
        < get_values("people")["shared_device"]
    )
    # Person 0 has no neighbour before it to share with.
    shares[0] = False
    phone[:people][shares] = phone[:people][np.flatnonzero(shares) - 1]
    return phone


def _assign_devices(nation: Nation) -> dict[str, Array]:
    """The device of each account, as its bank numbers it; since when it is a new one; and who has two."""
    facts, accounts = get_values("devices"), np.arange(len(nation.accounts))
    phone = _assign_phones(nation)
    kept = hash_to_uniform(accounts, 301) * facts["days_kept"] * DAY
    return {
        "phone": phone,
        "device": make_bank_device_numbers(phone[nation.accounts.holder], nation.accounts.bank).astype(
            np.int32
        ),
        "renewed": nation.start + kept.astype(np.int64),
        "two_devices": hash_to_uniform(accounts, 302) < facts["second"],
    }


def _find_other_accounts(nation: Nation) -> Array:
    """Another account of the same holder, for each account; -1 where there is none."""
    holder, second = nation.accounts.holder, nation.roles["second"]
    other = np.full(len(holder), -1, np.int32)
    other[second] = holder[second]
    other[holder[second]] = second
    return other
