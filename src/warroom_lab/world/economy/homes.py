"""What homes pay: rent, bills, family, students, instalments, one's own other account, cash, the state."""

import numpy as np

from warroom_lab.world.drawing.columns import BAHT, BATCH, CASH, HOUR, Array, Transfers
from warroom_lab.world.drawing.mixing import mixed, uniform
from warroom_lab.world.drawing.params import values
from warroom_lab.world.economy.base import (
    Day,
    drawn,
    flow,
    moments,
    neighbours,
    ordered_with,
    rounded,
    some,
    sums,
)

RENT, BILL, LOAN, STUDY, STATE = 2, 3, 8, 9, 11


def rent(day: Day) -> Transfers:
    """A landlord's tenants pay in the first days of a month: fan-in to a person."""
    rng = day.rng("rent")
    persons = np.arange(day.people)
    tenants = persons[uniform(persons, 40) < values("rent")["tenants"]]
    paying = day.due(tenants, 41, 30) if day.of_month > 10 else day.due(tenants, 42, 10)
    kept = uniform(paying, 43) < 0.8
    paying = paying[kept] if day.of_month <= 10 else paying[~kept]
    landlords = day.role("landlords")
    # Persons are numbered by where they live: a landlord's tenants are neighbours.
    payee = landlords[paying * len(landlords) // day.people]
    satang = np.rint(_own(paying, 44, 3_300, 0.5) / 100) * 100 * BAHT
    return flow(day, paying, payee, satang, moments(rng, len(paying), "evening"), purpose=RENT)


def bills(day: Day) -> Transfers:
    """Power, water, telephone: each on its own day of the month."""
    parts = []
    billers = day.role("billers")
    for kind in range(3):
        rng = day.rng(f"bills {kind}")
        persons = np.arange(day.people)
        payers = persons[uniform(persons, 50 + kind) < values("bills")["by_transfer"]]
        paying = day.due(payers, 55 + kind)
        # One of two companies of each kind, always the same for a person.
        biller = billers[(kind + 3 * (mixed(paying, 58) % np.uint64(2)).astype(int)) % len(billers)]
        satang = rounded(sums(rng, len(paying), (650, 220, 480)[kind], 0.6, 40, 8_000), rng, 0.9)
        parts.append(flow(day, paying, biller, satang, moments(rng, len(paying), "evening"), purpose=BILL))
    return Transfers.joined(parts)


def family(day: Day) -> Transfers:
    """Grown children send money home each month; students are given theirs each week."""
    rng = day.rng("family")
    persons = np.arange(day.people)
    age = day.nation.holders.age[: day.people]
    senders = day.due(
        persons[(age >= 2) & (age <= 4) & (uniform(persons, 60) < values("family")["sends"])], 61
    )
    parents = neighbours(senders, np.full(len(senders), 63), day.people, 62)
    home = rounded(sums(rng, len(senders), 3_000, 0.5, 500, 20_000), rng)
    students = day.role("students")
    today = students[(mixed(students, 65) % np.uint64(7)).astype(int) == day.weekday]
    giver = neighbours(today, np.full(len(today), 62), day.people, 66)
    given = rounded(_own(today, 67, 900, 0.4), rng)
    return Transfers.joined(
        [
            flow(day, senders, parents, home, moments(rng, len(senders), "evening")),
            flow(day, giver, today, given, moments(rng, len(today), "evening")),
        ]
    )


def helped(day: Day) -> Transfers:
    """A child pays for an old parent from the parent's own account, with the child's telephone."""
    rng = day.rng("helped")
    persons = np.arange(day.people)
    old = persons[day.nation.holders.age[: day.people] >= 7]
    paying = some(rng, old, values("family")["helped"])
    child = neighbours(paying, np.full(len(paying), 61), day.people, 68)
    shop = drawn(rng, day.nation.traits["shop_tickets"], len(paying))
    satang = rounded(sums(rng, len(paying), 700, 0.9, 50, 20_000), rng)
    made = flow(day, paying, shop, satang, moments(rng, len(paying), "shops"))
    # One device that orders from two persons' accounts is also what is left by someone who runs mules.
    made.device = ordered_with(day, child[paying != shop], made.payer)
    return made


def counters(day: Day) -> Transfers:
    """At a shop that sells and mends telephones, and at other tills, a clerk's device orders for the customer."""
    rng = day.rng("counters")
    tills = np.concatenate([day.role("phone_shops"), day.role("shops")[::10]])
    till = np.repeat(tills, rng.poisson(values("devices")["counter_orders"], len(tills)))
    payer = neighbours(
        till * day.people // len(day.nation.holders), rng.integers(0, 60, len(till)), day.people, 74
    )
    payee = np.where(rng.random(len(till)) < 0.5, till, rng.integers(0, day.people, len(till)))
    satang = rounded(sums(rng, len(till), 600, 1.3, 20, 30_000), rng)
    made = flow(day, payer, payee, satang, moments(rng, len(till), "shops"))
    kept = payer != payee
    made.device = ordered_with(day, day.nation.accounts.holder[till[kept]], made.payer)
    return made


def instalments(day: Day) -> Transfers:
    """Loans are paid out, and paid back each month."""
    rng, lenders = day.rng("loans"), day.role("lenders")
    persons = np.arange(day.people)
    paying = day.due(persons[uniform(persons, 70) < values("loans")["borrowers"]], 71)
    back = np.rint(_own(paying, 72, 2_400, 0.6)) * BAHT
    new = some(rng, persons, values("loans")["new_a_day"])
    lent = np.rint(sums(rng, len(new), 18_000, 0.8, 2_000, 300_000) / 1_000) * 1_000 * BAHT
    return Transfers.joined(
        [
            flow(
                day,
                paying,
                lenders[paying % len(lenders)],
                back,
                moments(rng, len(paying), "evening"),
                purpose=LOAN,
            ),
            flow(
                day,
                lenders[new % len(lenders)],
                new,
                lent,
                moments(rng, len(new), "office"),
                purpose=LOAN,
                device=False,
            ),
        ]
    )


def own_accounts(day: Day) -> Transfers:
    """From one of one's accounts to another: not to be taken for a stranger's."""
    rng, second = day.rng("own"), day.role("second")
    used = some(rng, second, values("own_accounts")["a_day"])
    used = used[day.nation.accounts.opened[used] < day.start]
    main = day.nation.accounts.holder[used]
    out = rng.random(len(used)) < 0.6
    satang = rounded(sums(rng, len(used), 900, 1.6, 50, 200_000), rng)
    payer, payee = np.where(out, main, used), np.where(out, used, main)
    return flow(day, payer, payee, satang, moments(rng, len(used), "evening"))


def cash(day: Day) -> Transfers:
    """Withdrawals at machines, more on pay-days, and cash paid in; each bank's machines have one account."""
    rng, atms = day.rng("cash"), day.role("atms")
    rate = values("cash")["withdrawals_a_day"] * (1.5 if day.of_month in (1, 5, 16, 25, 30, 31) else 1.0)
    taker = _payers(day, rng, round(day.people * rate))
    took = np.rint(sums(rng, len(taker), 1_400, 0.9, 100, 30_000) / 100) * 100 * BAHT
    giver = _payers(day, rng, round(day.people * values("cash")["deposits_a_day"]))
    gave = np.rint(sums(rng, len(giver), 2_500, 1.0, 100, 200_000) / 100) * 100 * BAHT
    bank = day.nation.accounts.bank
    return Transfers.joined(
        [
            flow(day, taker, atms[bank[taker]], took, moments(rng, len(taker), "shops"), CASH, device=False),
            flow(day, atms[bank[giver]], giver, gave, moments(rng, len(giver), "office"), CASH, device=False),
        ]
    )


def state(day: Day) -> Transfers:
    """The state pays the old on one day of the month, and others week by week."""
    rng, persons = day.rng("state"), np.arange(day.people)
    old = persons[day.nation.holders.age[: day.people] >= 7]
    paid = old if day.of_month == 10 else persons[:0]
    others = some(rng, persons, values("state")["others_a_day"])
    people = np.concatenate([paid, others])
    agencies = day.role("agencies")
    satang = (
        np.concatenate([np.full(len(paid), 700), np.rint(sums(rng, len(others), 900, 0.4, 200, 3_000))])
        * BAHT
    )
    moment = (3 + 2 * rng.random(len(people))) * HOUR
    return flow(day, agencies[people % 2], people, satang, moment, BATCH, STATE, device=False)


def _payers(day: Day, rng: np.random.Generator, count: int) -> Array:
    return drawn(rng, day.nation.traits["tickets"], count)


def _own(persons: Array, salt: int, median: float, sigma: float) -> Array:
    """A lognormal sum that is a person's own, the same every month."""
    first, second = uniform(persons, salt), uniform(persons, salt + 1000)
    # Box and Muller's transform of two hashes of the person, not a generator: the same sum every month
    # without being stored. `1 - first` since a hash may be 0, of which there is no logarithm.
    normal = np.sqrt(-2 * np.log(1 - first)) * np.cos(2 * np.pi * second)
    found: Array = median * np.exp(normal * sigma)
    return found
