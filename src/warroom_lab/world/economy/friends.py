"""Person to person: a circle of habit; share circles, group orders, donations, tickets, coins, travel."""

import numpy as np

from warroom_lab.world.drawing.columns import ABROAD, BAHT, CRYPTO, HOUR, MINUTE, QR, Array, Transfers
from warroom_lab.world.drawing.mixing import mixed, uniform
from warroom_lab.world.drawing.params import values
from warroom_lab.world.drawing.streams import stream
from warroom_lab.world.economy.base import (
    Day,
    drawn,
    flow,
    groups,
    habit,
    moments,
    neighbours,
    nothing,
    person_behind,
    rounded,
    some,
    sums,
)

CHARITY, SAVING, SERVICE = 6, 7, 5


def person_to_person(day: Day, count: int) -> Transfers:
    """To the same few people, the nearest of them most; one in eight to someone new."""
    rng, nation = day.rng("friends"), day.nation
    payer = drawn(rng, nation.traits["tickets"], count)
    payee = neighbours(person_behind(day, payer), habit(rng, count, 8), day.people, 100)
    new = rng.random(count) < values("friends")["strangers"]
    payee = np.where(new, rng.integers(0, day.people, count), payee)
    sizes = values("friends")
    satang = rounded(sums(rng, count, sizes["median"], sizes["sigma"], 10, 2_000_000), rng, 0.1)
    return flow(day, payer, payee, satang, moments(rng, count, "evening"))


def share_circles(day: Day) -> Transfers:
    """Members pay the collector the same sum; within the hour the pot goes to whose turn it is."""
    rng, collectors = day.rng("circles"), day.role("savings_circles")
    chosen = collectors[(mixed(collectors, 110) % np.uint64(7)).astype(int) == day.weekday]
    if not len(chosen):
        return nothing(day)
    leader, member = groups(rng, chosen, 8, 20)
    members = neighbours(chosen[leader], member, day.people, 111)
    share = (
        np.array([200, 500, 500, 1_000, 2_000, 5_000])[(mixed(chosen, 112) % np.uint64(6)).astype(int)] * BAHT
    )
    began = moments(rng, len(chosen), "evening") - 4 * HOUR
    moment = began[leader] + rng.random(len(leader)) * 3.5 * HOUR
    # Exactly what members paid in, to be gone within the hour: in the records
    # the collector looks like a mule.
    pot = np.bincount(leader, minlength=len(chosen)) * share
    turn = neighbours(chosen, rng.integers(0, 8, len(chosen)), day.people, 111)
    last = began + (3.5 + 0.9 * rng.random(len(chosen))) * HOUR
    return Transfers.joined(
        [
            flow(day, members, chosen[leader], share[leader], moment, purpose=SAVING),
            flow(day, chosen, turn, pot, last, purpose=SAVING),
        ]
    )


def group_orders(day: Day) -> Transfers:
    """Someone orders for many: strangers pay in, and the sum goes on to a store or a person in minutes."""
    rng = day.rng("orders")
    chosen = some(rng, day.role("collectors"), values("friends")["orders_a_day"])
    leader, _ = groups(rng, chosen, 4, 24)
    payer = drawn(rng, day.nation.traits["tickets"], len(leader))
    satang = rounded(sums(rng, len(leader), 450, 0.9, 50, 8_000), rng)
    began = moments(rng, len(chosen), "night") - 3 * HOUR
    came = began[leader] + np.sort(rng.random(len(leader))) * 2 * HOUR
    total = np.bincount(leader, satang, len(chosen))
    away = rng.random(len(chosen)) < 0.5
    seller = np.where(
        away, drawn(rng, day.role("stores_online"), len(chosen)), rng.integers(0, day.people, len(chosen))
    )
    parts = 1 + (total > 1_000_000).astype(int) + (rng.random(len(chosen)) < 0.3)
    each = np.repeat(np.arange(len(chosen)), parts)
    sent = np.rint(total[each] / parts[each] * 0.95 / 1_000) * 1_000
    went = began[each] + (2 + rng.random(len(each)) * 0.9) * HOUR
    return Transfers.joined(
        [
            flow(day, payer, chosen[leader], satang, came),
            flow(day, chosen[each], seller[each], sent, went),
        ]
    )


def donations(day: Day) -> Transfers:
    """A flood: for some days a whole country sends small sums to one account, which pays them on."""
    nation = day.nation
    plan = stream(nation.seed, "economy", "donation plan")
    events = max(1, round(nation.size.people * nation.size.days * values("donations")["events_a_person_day"]))
    begin, who = plan.integers(0, nation.size.days, events), plan.integers(0, 1 << 30, events)
    private = plan.random(events) < 0.5
    reach = np.exp(plan.standard_normal(events)) * 30
    rng = day.rng("donations")
    age = day.number - begin
    # A wave that halves almost daily, as news does; the plan is of the seed, so
    # that each day knows how old it is.
    mean = np.where((age >= 0) & (age < 6), reach * 0.55 ** np.maximum(age, 0), 0)
    count = rng.poisson(mean)
    account = np.where(
        private, day.role("collectors")[who % len(day.role("collectors"))], _of(day.role("charities"), who)
    )
    event = np.repeat(np.arange(events), count)
    donor = drawn(rng, nation.traits["tickets"], len(event))
    satang = rounded(sums(rng, len(event), 150, 1.0, 10, 20_000), rng)
    total = np.bincount(event, satang, events)
    spent = np.flatnonzero(total > 100_000)
    paid = np.rint(total[spent] * 0.9 / 1_000) * 1_000
    supplier = _of(day.role("wholesalers"), who[spent])
    return Transfers.joined(
        [
            flow(day, donor, account[event], satang, moments(rng, len(event), "evening") - HOUR, QR, CHARITY),
            flow(day, account[spent], supplier, paid, 23 * HOUR + rng.random(len(spent)) * 50 * MINUTE),
        ]
    )


def tickets(day: Day) -> Transfers:
    """Tickets go on sale: in minutes many strangers pay one seller, who pays the organiser an hour later."""
    rng = day.rng("tickets")
    chosen = some(rng, day.role("ticket_sellers"), values("friends")["ticket_sales_a_day"])
    leader, _ = groups(rng, chosen, 6, 40)
    payer = drawn(rng, day.nation.traits["tickets"], len(leader))
    price = np.array([1_200, 2_500, 3_500, 5_800])[(mixed(chosen, 120) % np.uint64(4)).astype(int)] * BAHT
    began = moments(rng, len(chosen), "office")
    came = began[leader] + rng.exponential(9, len(leader)) * MINUTE
    total = np.bincount(leader, price[leader], len(chosen))
    organiser = day.role("platforms")[np.full(len(chosen), 3)]
    went = began + (70 + rng.random(len(chosen)) * 60) * MINUTE
    return Transfers.joined(
        [
            flow(day, payer, chosen[leader], price[leader], came),
            flow(day, chosen, organiser, np.rint(total * 0.9 / 100) * 100, went),
        ]
    )


def coins(day: Day) -> Transfers:
    """People buy and sell coins at exchanges; traders buy for strangers and pass the money on at once."""
    rng, exchanges = day.rng("coins"), day.role("exchanges")
    rates = values("coins")
    buyers = drawn(rng, day.nation.traits["tickets"], round(day.people * rates["buyers_a_day"]))
    out = rng.random(len(buyers)) < 0.6
    venue = drawn(rng, exchanges, len(buyers))
    satang = rounded(sums(rng, len(buyers), 2_500, 1.4, 100, 2_000_000), rng, 0.1)
    own = flow(
        day,
        np.where(out, buyers, venue),
        np.where(out, venue, buyers),
        satang,
        moments(rng, len(buyers), "night"),
        CRYPTO,
    )
    traders = day.role("crypto_traders")
    deals = np.repeat(traders, rng.poisson(rates["deals_a_day"], len(traders)))
    client = drawn(rng, day.nation.traits["tickets"], len(deals))
    came = moments(rng, len(deals), "night")
    paid = rounded(sums(rng, len(deals), 8_000, 1.2, 500, 400_000), rng)
    bought = flow(day, client, deals, paid, came)
    # A median of eight minutes: almost as quick as a controlled mule, which is why pace alone accuses nobody.
    went = came + np.exp(rng.standard_normal(len(deals)) * 0.9) * 8 * MINUTE
    cut = np.rint(paid * (0.985 + 0.01 * rng.random(len(deals))) / 100) * 100
    passed = flow(day, deals, drawn(rng, exchanges, len(deals)), cut, went, CRYPTO)
    return Transfers.joined([own, bought, passed])


def travel(day: Day) -> Transfers:
    """Tour operators take deposits and pay hotels here and abroad; border casinos and hotels are paid."""
    rng, rates = day.rng("travel"), values("travel")
    operators, casinos = day.role("tour_operators"), day.role("casinos")
    seller = np.repeat(operators, rng.poisson(rates["bookings_a_day"], len(operators)))
    guest = drawn(rng, day.nation.traits["tickets"], len(seller))
    price = rounded(sums(rng, len(seller), 6_500, 0.8, 500, 200_000), rng)
    booked = flow(day, guest, seller, price, moments(rng, len(seller), "evening"), purpose=SERVICE)
    paying = some(rng, np.repeat(operators, 3), 0.4)
    abroad = rng.random(len(paying)) < 0.4
    payee = np.where(
        abroad, drawn(rng, day.role("abroad"), len(paying)), drawn(rng, day.role("companies"), len(paying))
    )
    paid = rounded(sums(rng, len(paying), 16_000, 0.8, 1_000, 400_000), rng)
    sent = flow(day, paying, payee, paid, moments(rng, len(paying), "office"))
    sent.channel[abroad] = ABROAD
    players = drawn(rng, day.nation.traits["tickets"], round(day.people * rates["casino_a_day"]))
    staked = rounded(sums(rng, len(players), 2_500, 1.0, 100, 100_000), rng)
    played = flow(
        day, players, drawn(rng, casinos, len(players)), staked, moments(rng, len(players), "night"), SERVICE
    )
    return Transfers.joined([booked, sent, played])


def remittance(day: Day) -> Transfers:
    """Money sent abroad, to families and for studies: the same senders each month."""
    rng = day.rng("remittance")
    persons = np.arange(day.people)
    sending = day.due(persons[uniform(persons, 130) < values("travel")["senders_abroad"]], 131)
    houses = day.role("abroad")
    satang = rounded(sums(rng, len(sending), 5_500, 0.7, 500, 300_000), rng)
    return flow(
        day, sending, houses[sending % len(houses)], satang, moments(rng, len(sending), "evening"), ABROAD
    )


def new_companies(day: Day) -> Transfers:
    """Young companies with little capital: busy from the first week, paid by strangers, paying on quickly."""
    rng, firms = day.rng("new companies"), day.role("companies_new")
    firm = np.repeat(firms, rng.poisson(values("new_companies")["customers_a_day"], len(firms)))
    payer = drawn(rng, day.nation.traits["tickets"], len(firm))
    came = moments(rng, len(firm), "office")
    paid = rounded(sums(rng, len(firm), 2_800, 1.2, 100, 300_000), rng, 0.2)
    busy = some(rng, firms, 0.8)
    out = rounded(sums(rng, len(busy), 14_000, 1.0, 500, 500_000), rng, 0.3)
    payee = drawn(rng, np.concatenate([day.role("wholesalers"), day.role("companies")]), len(busy))
    return Transfers.joined(
        [
            flow(day, payer, firm, paid, came, purpose=SERVICE),
            flow(day, busy, payee, out, 15 * HOUR + rng.random(len(busy)) * 4 * HOUR),
        ]
    )


def _of(accounts: Array, number: Array) -> Array:
    found: Array = accounts[number % len(accounts)]
    return found
