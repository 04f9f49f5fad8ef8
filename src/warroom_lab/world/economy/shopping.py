"""What people buy: at shops by QR, by card, online, games, gold and telephones; and what shops pay on."""

import numpy as np

from warroom_lab.world.drawing.columns import BAHT, BATCH, CARD, GOODS, HOUR, MINUTE, QR, Transfers
from warroom_lab.world.drawing.mixing import uniform
from warroom_lab.world.drawing.params import values
from warroom_lab.world.economy.base import (
    Day,
    drawn,
    flow,
    habit,
    local,
    moments,
    neighbours,
    person_behind,
    rounded,
    some,
    sums,
)

GOODS_PURPOSE = 4


def retail(day: Day, count: int) -> Transfers:
    """QR at the shops one always goes to: fan-in to small shops."""
    rng, nation = day.rng("retail"), day.nation
    payer = drawn(rng, nation.traits["tickets"], count)
    which = habit(rng, count, 12)
    shop = local(person_behind(day, payer), which, day.people, nation.traits["shop_tickets"], 80)
    sizes = values("retail")
    satang = rounded(sums(rng, count, sizes["median"], sizes["sigma"], 5, 40_000), rng, sizes["exact"])
    return flow(day, payer, shop, satang, moments(rng, count, "shops"), QR)


def cards(day: Day, count: int) -> Transfers:
    """Cards: the money goes to the card companies, which pay the shops at night."""
    rng, nation = day.rng("cards"), day.nation
    payer = drawn(rng, nation.traits["tickets"], count)
    acquirers = day.role("acquirers")
    sizes = values("cards")
    satang = rounded(sums(rng, count, sizes["median"], sizes["sigma"], 20, 100_000), rng, 0.7)
    payee = acquirers[rng.integers(0, len(acquirers), count)]
    return flow(day, payer, payee, satang, moments(rng, count, "shops"), CARD)


def settlements(day: Day) -> Transfers:
    """Card companies pay each shop what its customers paid: one sum a day."""
    rng, shops = day.rng("settlements"), day.role("shops")
    paid = some(rng, shops, values("cards")["shops_settled"])
    acquirers = day.role("acquirers")
    # A multiple of 25 satang, the smallest coin in use: a shop's takings are not round as a person's payments
    # are.
    satang = np.rint(sums(rng, len(paid), 2_200, 1.0, 100, 200_000) * 4) * 25
    moment = (2 + rng.random(len(paid))) * HOUR
    return flow(day, acquirers[paid % len(acquirers)], paid, satang, moment, BATCH, device=False)


def online(day: Day, count: int) -> Transfers:
    """Sellers on the net, stores and persons alike, are paid by strangers from everywhere."""
    rng, nation = day.rng("online"), day.nation
    payer = drawn(rng, nation.traits["tickets"], count)
    seller = drawn(rng, nation.traits["seller_tickets"], count)
    sizes = values("online")
    satang = rounded(sums(rng, count, sizes["median"], sizes["sigma"], 20, 50_000), rng, 0.25)
    return flow(day, payer, seller, satang, moments(rng, count, "night"))


def sidelines(day: Day) -> Transfers:
    """Food, repairs, lessons, old clothes: people who sell a little beside what they live from, on their own account,
    and buy what they need for it here and there, from shops and from each other."""
    rng, rates = day.rng("sidelines"), values("work")
    sellers, tickets = len(day.role("sidelines")), day.nation.traits["sideline_tickets"]
    count = rng.poisson(sellers * rates["sideline_sales_a_day"])
    seller = drawn(rng, tickets, count)
    near = neighbours(seller, rng.integers(0, 40, count), day.people, 85)
    payer = np.where(rng.random(count) < 0.5, near, drawn(rng, day.nation.traits["tickets"], count))
    sold = rounded(sums(rng, count, 100, 1.2, 10, 20_000), rng, 0.1)
    bought = rng.poisson(sellers * rates["sideline_purchases_a_day"])
    buyer = drawn(rng, tickets, bought)
    other = np.where(
        rng.random(bought) < 0.5, drawn(rng, tickets, bought), drawn(rng, day.role("shops"), bought)
    )
    paid = rounded(sums(rng, bought, 130, 1.0, 10, 20_000), rng, 0.1)
    return Transfers.joined(
        [
            flow(day, payer, seller, sold, moments(rng, count, "evening")),
            flow(day, buyer, other, paid, moments(rng, bought, "shops")),
        ]
    )


def games(day: Day, count: int) -> Transfers:
    """Top-ups: small round sums, often several in a row, to few payees."""
    rng, nation = day.rng("games"), day.nation
    payer = drawn(rng, nation.traits["tickets"], count)
    # Three of the four platforms, always the same for a person; the fourth sells tickets (`friends`).
    payee = day.role("platforms")[payer % 3]
    satang = np.array([35, 50, 100, 100, 149, 300, 500])[rng.integers(0, 7, count)] * BAHT
    return flow(day, payer, payee, satang, moments(rng, count, "night"), QR)


def gold_and_phones(day: Day) -> Transfers:
    """Gold and telephones: large sums from strangers to small shops, which pay their wholesaler the same day."""
    parts = []
    for name, median, sigma in (("gold_shops", 16_000, 0.7), ("phone_shops", 9_500, 0.6)):
        rng = day.rng(name)
        shops = day.role(name)
        count = rng.poisson(values(name)["sales_a_day"], len(shops))
        shop = np.repeat(shops, count)
        payer = drawn(rng, day.nation.traits["tickets"], len(shop))
        sold = np.rint(sums(rng, len(shop), median, sigma, 900, 400_000) / 50) * 50 * BAHT
        parts.append(flow(day, payer, shop, sold, moments(rng, len(shop), "shops"), GOODS, GOODS_PURPOSE))
        takings = np.bincount(np.repeat(np.arange(len(shops)), count), sold, len(shops))
        # Always the same supplier: what comes in from strangers leaves within hours to one account, as from a
        # mule, and is honest. Signals are measured on it.
        supplier = day.role("wholesalers")[shops % len(day.role("wholesalers"))]
        stocked = takings > 0
        moment = 20.5 * HOUR + rng.random(len(shops)) * HOUR
        # A margin of seven in a hundred stays with the shop; the sum is rounded to 100 baht.
        paid = np.rint(takings * 0.93 / 10_000) * 10_000
        parts.append(flow(day, shops[stocked], supplier[stocked], paid[stocked], moment[stocked]))
    return Transfers.joined(parts)


def supplies(day: Day) -> Transfers:
    """Shops, stores and companies pay suppliers; suppliers pay farmers and makers."""
    rng, rates = day.rng("supplies"), values("supplies")
    shops = some(rng, np.concatenate([day.role("shops"), day.role("stores_online")]), rates["shops_a_day"])
    wholesalers, companies = day.role("wholesalers"), day.role("companies")
    trade = some(rng, companies, rates["companies_a_day"])
    farms = some(rng, np.arange(day.people), rates["farmers_a_day"])
    parts = [
        flow(
            day,
            shops,
            drawn(rng, wholesalers, len(shops)),
            rounded(sums(rng, len(shops), 5_000, 1.0, 200, 500_000), rng, 0.5),
            moments(rng, len(shops), "office"),
            purpose=GOODS_PURPOSE,
        ),
        flow(
            day,
            trade,
            drawn(rng, companies, len(trade)),
            rounded(sums(rng, len(trade), 22_000, 1.3, 500, 5_000_000), rng, 0.6),
            moments(rng, len(trade), "office"),
            purpose=GOODS_PURPOSE,
        ),
        flow(
            day,
            drawn(rng, wholesalers, len(farms)),
            farms,
            rounded(sums(rng, len(farms), 9_000, 0.9, 500, 200_000), rng, 0.3),
            moments(rng, len(farms), "office"),
            purpose=GOODS_PURPOSE,
        ),
    ]
    return Transfers.joined(parts)


def refunds(day: Day) -> Transfers:
    """Shops and sellers pay back: money that comes from where it usually goes."""
    rng = day.rng("refunds")
    sellers = np.concatenate([day.role("stores_online"), day.role("sellers")])
    count = round(day.people * values("online")["refunds_a_day"])
    payee = drawn(rng, day.nation.traits["tickets"], count)
    satang = rounded(sums(rng, count, 320, 0.9, 20, 20_000), rng, 0.25)
    return flow(day, drawn(rng, sellers, count), payee, satang, moments(rng, count, "office"))


def split_payments(day: Day) -> Transfers:
    """A car, land, a harvest: paid in parts just under the sum that asks for a face, within minutes, to a stranger."""
    rng = day.rng("split")
    count = rng.poisson(day.people * values("split_payments")["a_day"])
    buyer = drawn(rng, day.nation.traits["tickets"], count)
    seller = rng.integers(0, day.people, count)
    parts = rng.integers(2, 7, count)
    each = np.repeat(np.arange(count), parts)
    number = np.arange(len(each)) - np.repeat(np.cumsum(parts) - parts, parts)
    # Just under the sum from which a bank asks for a face: honest people split sums too.
    satang = np.rint(49_990 - rng.exponential(400, len(each))) * BAHT
    began = moments(rng, count, "office")
    moment = began[each] + number * (1 + 3 * rng.random(len(each))) * MINUTE
    bought = flow(day, buyer[each], seller[each], satang, moment)
    # Half of the sellers pay most of it on within hours: to a rule of amounts and minutes that is a mule.
    spends = np.flatnonzero(uniform(seller, 90) < 0.5)
    onward = drawn(rng, day.role("lenders"), len(spends))
    paid = np.rint(np.bincount(each, satang, count)[spends] * 0.9 / 100_000) * 100_000
    later = began[spends] + (30 + rng.random(len(spends)) * 200) * MINUTE
    return Transfers.joined([bought, flow(day, seller[spends], onward, paid, later)])
