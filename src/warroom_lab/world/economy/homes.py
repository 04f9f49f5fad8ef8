"""What homes pay: rent, bills, family, students, instalments, one's own other account, cash, the state."""

import numpy as np

from warroom_lab.world.drawing.columns import BAHT, BATCH, CASH, HOUR, Array, TransferColumns
from warroom_lab.world.drawing.mixing import hash_to_uniform, mix_bits
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.economy.base import (
    EconomyDay,
    choose_neighbours,
    draw_among,
    draw_moments,
    draw_subset,
    draw_sums,
    find_bank_devices,
    make_transfers,
    round_sums,
)

RENT, BILL, LOAN, STUDY, STATE = 2, 3, 8, 9, 11


def make_rent_payments(day: EconomyDay) -> TransferColumns:
    """A landlord's tenants pay in the first days of a month: fan-in to a person."""
    rng = day.make_process_generator("rent")
    persons = np.arange(day.people)
    tenants = persons[hash_to_uniform(persons, 40) < get_values("rent")["tenants"]]
    paying = day.select_due(tenants, 41, 30) if day.of_month > 10 else day.select_due(tenants, 42, 10)
    kept = hash_to_uniform(paying, 43) < 0.8
    paying = paying[kept] if day.of_month <= 10 else paying[~kept]
    landlords = day.get_role_accounts("landlords")
    # Persons are numbered by where they live: a landlord's tenants are neighbours.
    payee = landlords[paying * len(landlords) // day.people]
    satang = np.rint(_compute_own_sums(paying, 44, 3_300, 0.5) / 100) * 100 * BAHT
    return make_transfers(day, paying, payee, satang, draw_moments(rng, len(paying), "evening"), purpose=RENT)


def make_bill_payments(day: EconomyDay) -> TransferColumns:
    """Power, water, telephone: each on its own day of the month."""
    parts = []
    billers = day.get_role_accounts("billers")
    for kind in range(3):
        rng = day.make_process_generator(f"bills {kind}")
        persons = np.arange(day.people)
        payers = persons[hash_to_uniform(persons, 50 + kind) < get_values("bills")["by_transfer"]]
        paying = day.select_due(payers, 55 + kind)
        # One of two companies of each kind, always the same for a person.
        biller = billers[(kind + 3 * (mix_bits(paying, 58) % np.uint64(2)).astype(int)) % len(billers)]
        satang = round_sums(draw_sums(rng, len(paying), (650, 220, 480)[kind], 0.6, 40, 8_000), rng, 0.9)
        parts.append(
            make_transfers(
                day, paying, biller, satang, draw_moments(rng, len(paying), "evening"), purpose=BILL
            )
        )
    return TransferColumns.concat_parts(parts)


def make_family_payments(day: EconomyDay) -> TransferColumns:
    """Grown children send money home each month; students are given theirs each week."""
    rng = day.make_process_generator("family")
    persons = np.arange(day.people)
    age = day.nation.holders.age[: day.people]
    senders = day.select_due(
        persons[(age >= 2) & (age <= 4) & (hash_to_uniform(persons, 60) < get_values("family")["sends"])], 61
    )
    parents = choose_neighbours(senders, np.full(len(senders), 63), day.people, 62)
    home = round_sums(draw_sums(rng, len(senders), 3_000, 0.5, 500, 20_000), rng)
    students = day.get_role_accounts("students")
    today = students[(mix_bits(students, 65) % np.uint64(7)).astype(int) == day.weekday]
    giver = choose_neighbours(today, np.full(len(today), 62), day.people, 66)
    given = round_sums(_compute_own_sums(today, 67, 900, 0.4), rng)
    return TransferColumns.concat_parts(
        [
            make_transfers(day, senders, parents, home, draw_moments(rng, len(senders), "evening")),
            make_transfers(day, giver, today, given, draw_moments(rng, len(today), "evening")),
        ]
    )


def make_old_parent_payments(day: EconomyDay) -> TransferColumns:
    """A child pays for an old parent from the parent's own account, with the child's telephone."""
    rng = day.make_process_generator("helped")
    persons = np.arange(day.people)
    old = persons[day.nation.holders.age[: day.people] >= 7]
    paying = draw_subset(rng, old, get_values("family")["helped"])
    child = choose_neighbours(paying, np.full(len(paying), 61), day.people, 68)
    shop = draw_among(rng, day.nation.traits["shop_tickets"], len(paying))
    satang = round_sums(draw_sums(rng, len(paying), 700, 0.9, 50, 20_000), rng)
    made = make_transfers(day, paying, shop, satang, draw_moments(rng, len(paying), "shops"))
    # One device that orders from two persons' accounts is also what is left by someone who runs mules.
    made.device = find_bank_devices(day, child[paying != shop], made.payer)
    return made


def make_counter_payments(day: EconomyDay) -> TransferColumns:
    """At a shop that sells and mends telephones, and at other tills, a clerk's device orders for the customer."""
    rng = day.make_process_generator("counters")
    tills = np.concatenate([day.get_role_accounts("phone_shops"), day.get_role_accounts("shops")[::10]])
    till = np.repeat(tills, rng.poisson(get_values("devices")["counter_orders"], len(tills)))
    payer = choose_neighbours(
        till * day.people // len(day.nation.holders), rng.integers(0, 60, len(till)), day.people, 74
    )
    payee = np.where(rng.random(len(till)) < 0.5, till, rng.integers(0, day.people, len(till)))
    satang = round_sums(draw_sums(rng, len(till), 600, 1.3, 20, 30_000), rng)
    made = make_transfers(day, payer, payee, satang, draw_moments(rng, len(till), "shops"))
    kept = payer != payee
    made.device = find_bank_devices(day, day.nation.accounts.holder[till[kept]], made.payer)
    return made


def make_instalment_payments(day: EconomyDay) -> TransferColumns:
    """Loans are paid out, and paid back each month."""
    rng, lenders = day.make_process_generator("loans"), day.get_role_accounts("lenders")
    persons = np.arange(day.people)
    paying = day.select_due(persons[hash_to_uniform(persons, 70) < get_values("loans")["borrowers"]], 71)
    back = np.rint(_compute_own_sums(paying, 72, 2_400, 0.6)) * BAHT
    new = draw_subset(rng, persons, get_values("loans")["new_a_day"])
    lent = np.rint(draw_sums(rng, len(new), 18_000, 0.8, 2_000, 300_000) / 1_000) * 1_000 * BAHT
    return TransferColumns.concat_parts(
        [
            make_transfers(
                day,
                paying,
                lenders[paying % len(lenders)],
                back,
                draw_moments(rng, len(paying), "evening"),
                purpose=LOAN,
            ),
            make_transfers(
                day,
                lenders[new % len(lenders)],
                new,
                lent,
                draw_moments(rng, len(new), "office"),
                purpose=LOAN,
                device=False,
            ),
        ]
    )


def make_own_account_payments(day: EconomyDay) -> TransferColumns:
    """From one of one's accounts to another: not to be taken for a stranger's."""
    rng, second = day.make_process_generator("own"), day.get_role_accounts("second")
    used = draw_subset(rng, second, get_values("own_accounts")["a_day"])
    used = used[day.nation.accounts.opened[used] < day.start]
    main = day.nation.accounts.holder[used]
    out = rng.random(len(used)) < 0.6
    satang = round_sums(draw_sums(rng, len(used), 900, 1.6, 50, 200_000), rng)
    payer, payee = np.where(out, main, used), np.where(out, used, main)
    return make_transfers(day, payer, payee, satang, draw_moments(rng, len(used), "evening"))


def make_cash_payments(day: EconomyDay) -> TransferColumns:
    """Withdrawals at machines, more on pay-days, and cash paid in; each bank's machines have one account."""
    rng, atms = day.make_process_generator("cash"), day.get_role_accounts("atms")
    rate = get_values("cash")["withdrawals_a_day"] * (1.5 if day.of_month in (1, 5, 16, 25, 30, 31) else 1.0)
    taker = _draw_payers(day, rng, round(day.people * rate))
    took = np.rint(draw_sums(rng, len(taker), 1_400, 0.9, 100, 30_000) / 100) * 100 * BAHT
    giver = _draw_payers(day, rng, round(day.people * get_values("cash")["deposits_a_day"]))
    gave = np.rint(draw_sums(rng, len(giver), 2_500, 1.0, 100, 200_000) / 100) * 100 * BAHT
    bank = day.nation.accounts.bank
    return TransferColumns.concat_parts(
        [
            make_transfers(
                day,
                taker,
                atms[bank[taker]],
                took,
                draw_moments(rng, len(taker), "shops"),
                CASH,
                device=False,
            ),
            make_transfers(
                day,
                atms[bank[giver]],
                giver,
                gave,
                draw_moments(rng, len(giver), "office"),
                CASH,
                device=False,
            ),
        ]
    )


def make_state_payments(day: EconomyDay) -> TransferColumns:
    """The state pays the old on one day of the month, and others week by week."""
    rng, persons = day.make_process_generator("state"), np.arange(day.people)
    old = persons[day.nation.holders.age[: day.people] >= 7]
    paid = old if day.of_month == 10 else persons[:0]
    others = draw_subset(rng, persons, get_values("state")["others_a_day"])
    people = np.concatenate([paid, others])
    agencies = day.get_role_accounts("agencies")
    satang = (
        np.concatenate([np.full(len(paid), 700), np.rint(draw_sums(rng, len(others), 900, 0.4, 200, 3_000))])
        * BAHT
    )
    moment = (3 + 2 * rng.random(len(people))) * HOUR
    return make_transfers(day, agencies[people % 2], people, satang, moment, BATCH, STATE, device=False)


def _draw_payers(day: EconomyDay, rng: np.random.Generator, count: int) -> Array:
    return draw_among(rng, day.nation.traits["tickets"], count)


def _compute_own_sums(persons: Array, salt: int, median: float, sigma: float) -> Array:
    """A lognormal sum that is a person's own, the same every month."""
    first, second = hash_to_uniform(persons, salt), hash_to_uniform(persons, salt + 1000)
    # Box and Muller's transform of two hashes of the person, not a generator: the same sum every month
    # without being stored. `1 - first` since a hash may be 0, of which there is no logarithm.
    normal = np.sqrt(-2 * np.log(1 - first)) * np.cos(2 * np.pi * second)
    found: Array = median * np.exp(normal * sigma)
    return found
