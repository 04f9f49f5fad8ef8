"""What people buy: at shops by QR, by card, online, games, gold and telephones; and what shops pay on."""

import numpy as np

from warroom_lab.world.drawing.columns import BAHT, BATCH, CARD, GOODS, HOUR, MINUTE, QR, TransferColumns
from warroom_lab.world.drawing.mixing import hash_to_uniform
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.economy.base import (
    EconomyDay,
    choose_local_places,
    choose_neighbours,
    draw_among,
    draw_habits,
    draw_moments,
    draw_subset,
    draw_sums,
    find_persons_behind,
    make_transfers,
    round_sums,
)

GOODS_PURPOSE = 4


def make_retail_payments(day: EconomyDay, count: int) -> TransferColumns:
    """QR at the shops one always goes to: fan-in to small shops."""
    rng, nation = day.make_process_generator("retail"), day.nation
    payer = draw_among(rng, nation.traits["tickets"], count)
    which = draw_habits(rng, count, 12)
    shop = choose_local_places(
        find_persons_behind(day, payer), which, day.people, nation.traits["shop_tickets"], 80
    )
    sizes = get_values("retail")
    satang = round_sums(
        draw_sums(rng, count, sizes["median"], sizes["sigma"], 5, 40_000), rng, sizes["exact"]
    )
    return make_transfers(day, payer, shop, satang, draw_moments(rng, count, "shops"), QR)


def make_card_payments(day: EconomyDay, count: int) -> TransferColumns:
    """Cards: the money goes to the card companies, which pay the shops at night."""
    rng, nation = day.make_process_generator("cards"), day.nation
    payer = draw_among(rng, nation.traits["tickets"], count)
    acquirers = day.get_role_accounts("acquirers")
    sizes = get_values("cards")
    satang = round_sums(draw_sums(rng, count, sizes["median"], sizes["sigma"], 20, 100_000), rng, 0.7)
    payee = acquirers[rng.integers(0, len(acquirers), count)]
    return make_transfers(day, payer, payee, satang, draw_moments(rng, count, "shops"), CARD)


def make_settlement_payments(day: EconomyDay) -> TransferColumns:
    """Card companies pay each shop what its customers paid: one sum a day."""
    rng, shops = day.make_process_generator("settlements"), day.get_role_accounts("shops")
    paid = draw_subset(rng, shops, get_values("cards")["shops_settled"])
    acquirers = day.get_role_accounts("acquirers")
    # A multiple of 25 satang, the smallest coin in use: a shop's takings are not round as a person's payments
    # are.
    satang = np.rint(draw_sums(rng, len(paid), 2_200, 1.0, 100, 200_000) * 4) * 25
    moment = (2 + rng.random(len(paid))) * HOUR
    return make_transfers(day, acquirers[paid % len(acquirers)], paid, satang, moment, BATCH, device=False)


def make_online_payments(day: EconomyDay, count: int) -> TransferColumns:
    """Sellers on the net, stores and persons alike, are paid by strangers from everywhere."""
    rng, nation = day.make_process_generator("online"), day.nation
    payer = draw_among(rng, nation.traits["tickets"], count)
    seller = draw_among(rng, nation.traits["seller_tickets"], count)
    sizes = get_values("online")
    satang = round_sums(draw_sums(rng, count, sizes["median"], sizes["sigma"], 20, 50_000), rng, 0.25)
    return make_transfers(day, payer, seller, satang, draw_moments(rng, count, "night"))


def make_sideline_payments(day: EconomyDay) -> TransferColumns:
    """Food, repairs, lessons, old clothes: people who sell a little beside what they live from, on their own account,
    and buy what they need for it here and there, from shops and from each other."""
    rng, rates = day.make_process_generator("sidelines"), get_values("work")
    sellers, tickets = len(day.get_role_accounts("sidelines")), day.nation.traits["sideline_tickets"]
    count = rng.poisson(sellers * rates["sideline_sales_a_day"])
    seller = draw_among(rng, tickets, count)
    near = choose_neighbours(seller, rng.integers(0, 40, count), day.people, 85)
    payer = np.where(rng.random(count) < 0.5, near, draw_among(rng, day.nation.traits["tickets"], count))
    sold = round_sums(draw_sums(rng, count, 100, 1.2, 10, 20_000), rng, 0.1)
    bought = rng.poisson(sellers * rates["sideline_purchases_a_day"])
    buyer = draw_among(rng, tickets, bought)
    other = np.where(
        rng.random(bought) < 0.5,
        draw_among(rng, tickets, bought),
        draw_among(rng, day.get_role_accounts("shops"), bought),
    )
    paid = round_sums(draw_sums(rng, bought, 130, 1.0, 10, 20_000), rng, 0.1)
    return TransferColumns.concat_parts(
        [
            make_transfers(day, payer, seller, sold, draw_moments(rng, count, "evening")),
            make_transfers(day, buyer, other, paid, draw_moments(rng, bought, "shops")),
        ]
    )


def make_game_payments(day: EconomyDay, count: int) -> TransferColumns:
    """Top-ups: small round sums, often several in a row, to few payees."""
    rng, nation = day.make_process_generator("games"), day.nation
    payer = draw_among(rng, nation.traits["tickets"], count)
    # Three of the four platforms, always the same for a person; the fourth sells tickets (`friends`).
    payee = day.get_role_accounts("platforms")[payer % 3]
    satang = np.array([35, 50, 100, 100, 149, 300, 500])[rng.integers(0, 7, count)] * BAHT
    return make_transfers(day, payer, payee, satang, draw_moments(rng, count, "night"), QR)


def make_gold_and_phone_payments(day: EconomyDay) -> TransferColumns:
    """Gold and telephones: large sums from strangers to small shops, which pay their wholesaler the same day."""
    parts = []
    for name, median, sigma in (("gold_shops", 16_000, 0.7), ("phone_shops", 9_500, 0.6)):
        rng = day.make_process_generator(name)
        shops = day.get_role_accounts(name)
        count = rng.poisson(get_values(name)["sales_a_day"], len(shops))
        shop = np.repeat(shops, count)
        payer = draw_among(rng, day.nation.traits["tickets"], len(shop))
        sold = np.rint(draw_sums(rng, len(shop), median, sigma, 900, 400_000) / 50) * 50 * BAHT
        parts.append(
            make_transfers(
                day, payer, shop, sold, draw_moments(rng, len(shop), "shops"), GOODS, GOODS_PURPOSE
            )
        )
        takings = np.bincount(np.repeat(np.arange(len(shops)), count), sold, len(shops))
        # Always the same supplier: what comes in from strangers leaves within hours to one account, as from a
        # mule, and is honest. Signals are measured on it.
        supplier = day.get_role_accounts("wholesalers")[shops % len(day.get_role_accounts("wholesalers"))]
        stocked = takings > 0
        moment = 20.5 * HOUR + rng.random(len(shops)) * HOUR
        # A margin of seven in a hundred stays with the shop; the sum is rounded to 100 baht.
        paid = np.rint(takings * 0.93 / 10_000) * 10_000
        parts.append(make_transfers(day, shops[stocked], supplier[stocked], paid[stocked], moment[stocked]))
    return TransferColumns.concat_parts(parts)


def make_supply_payments(day: EconomyDay) -> TransferColumns:
    """Shops, stores and companies pay suppliers; suppliers pay farmers and makers."""
    rng, rates = day.make_process_generator("supplies"), get_values("supplies")
    shops = draw_subset(
        rng,
        np.concatenate([day.get_role_accounts("shops"), day.get_role_accounts("stores_online")]),
        rates["shops_a_day"],
    )
    wholesalers, companies = day.get_role_accounts("wholesalers"), day.get_role_accounts("companies")
    trade = draw_subset(rng, companies, rates["companies_a_day"])
    farms = draw_subset(rng, np.arange(day.people), rates["farmers_a_day"])
    parts = [
        make_transfers(
            day,
            shops,
            draw_among(rng, wholesalers, len(shops)),
            round_sums(draw_sums(rng, len(shops), 5_000, 1.0, 200, 500_000), rng, 0.5),
            draw_moments(rng, len(shops), "office"),
            purpose=GOODS_PURPOSE,
        ),
        make_transfers(
            day,
            trade,
            draw_among(rng, companies, len(trade)),
            round_sums(draw_sums(rng, len(trade), 22_000, 1.3, 500, 5_000_000), rng, 0.6),
            draw_moments(rng, len(trade), "office"),
            purpose=GOODS_PURPOSE,
        ),
        make_transfers(
            day,
            draw_among(rng, wholesalers, len(farms)),
            farms,
            round_sums(draw_sums(rng, len(farms), 9_000, 0.9, 500, 200_000), rng, 0.3),
            draw_moments(rng, len(farms), "office"),
            purpose=GOODS_PURPOSE,
        ),
    ]
    return TransferColumns.concat_parts(parts)


def make_refund_payments(day: EconomyDay) -> TransferColumns:
    """Shops and sellers pay back: money that comes from where it usually goes."""
    rng = day.make_process_generator("refunds")
    sellers = np.concatenate([day.get_role_accounts("stores_online"), day.get_role_accounts("sellers")])
    count = round(day.people * get_values("online")["refunds_a_day"])
    payee = draw_among(rng, day.nation.traits["tickets"], count)
    satang = round_sums(draw_sums(rng, count, 320, 0.9, 20, 20_000), rng, 0.25)
    return make_transfers(
        day, draw_among(rng, sellers, count), payee, satang, draw_moments(rng, count, "office")
    )


def make_split_payments(day: EconomyDay) -> TransferColumns:
    """A car, land, a harvest: paid in parts just under the sum that asks for a face, within minutes, to a stranger."""
    rng = day.make_process_generator("split")
    count = rng.poisson(day.people * get_values("split_payments")["a_day"])
    buyer = draw_among(rng, day.nation.traits["tickets"], count)
    seller = rng.integers(0, day.people, count)
    parts = rng.integers(2, 7, count)
    sale = np.repeat(np.arange(count), parts)
    number = np.arange(len(sale)) - np.repeat(np.cumsum(parts) - parts, parts)
    # Just under the sum from which a bank asks for a face: honest people split sums too.
    satang = np.rint(49_990 - rng.exponential(400, len(sale))) * BAHT
    began = draw_moments(rng, count, "office")
    moment = began[sale] + number * (1 + 3 * rng.random(len(sale))) * MINUTE
    bought = make_transfers(day, buyer[sale], seller[sale], satang, moment)
    # Half of the sellers pay most of it on within hours: to a rule of amounts and minutes that is a mule.
    spends = np.flatnonzero(hash_to_uniform(seller, 90) < 0.5)
    onward = draw_among(rng, day.get_role_accounts("lenders"), len(spends))
    paid = np.rint(np.bincount(sale, satang, count)[spends] * 0.9 / 100_000) * 100_000
    later = began[spends] + (30 + rng.random(len(spends)) * 200) * MINUTE
    return TransferColumns.concat_parts([bought, make_transfers(day, seller[spends], onward, paid, later)])
