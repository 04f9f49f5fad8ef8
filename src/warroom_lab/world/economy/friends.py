"""Person to person: a circle of habit; share circles, group orders, donations, tickets, coins, travel."""

import numpy as np

from warroom_lab.world.drawing.columns import ABROAD, BAHT, CRYPTO, HOUR, MINUTE, QR, Array, TransferColumns
from warroom_lab.world.drawing.mixing import hash_to_uniform, mix_bits
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.drawing.streams import make_generator
from warroom_lab.world.economy.base import (
    EconomyDay,
    choose_neighbours,
    draw_among,
    draw_groups,
    draw_habits,
    draw_moments,
    draw_subset,
    draw_sums,
    find_persons_behind,
    make_no_payments,
    make_transfers,
    round_sums,
)

CHARITY, SAVING, SERVICE = 6, 7, 5


def make_friend_payments(day: EconomyDay, count: int) -> TransferColumns:
    """To the same few people, the nearest of them most; one in eight to someone new."""
    rng, nation = day.make_process_generator("friends"), day.nation
    payer = draw_among(rng, nation.traits["tickets"], count)
    payee = choose_neighbours(find_persons_behind(day, payer), draw_habits(rng, count, 8), day.people, 100)
    new = rng.random(count) < get_values("friends")["strangers"]
    payee = np.where(new, rng.integers(0, day.people, count), payee)
    sizes = get_values("friends")
    satang = round_sums(draw_sums(rng, count, sizes["median"], sizes["sigma"], 10, 2_000_000), rng, 0.1)
    return make_transfers(day, payer, payee, satang, draw_moments(rng, count, "evening"))


def make_share_circle_payments(day: EconomyDay) -> TransferColumns:
    """Members pay the collector the same sum; within the hour the pot goes to whose turn it is."""
    rng, collectors = day.make_process_generator("circles"), day.get_role_accounts("savings_circles")
    chosen = collectors[(mix_bits(collectors, 110) % np.uint64(7)).astype(int) == day.weekday]
    if not len(chosen):
        return make_no_payments(day)
    leader, member = draw_groups(rng, chosen, 8, 20)
    members = choose_neighbours(chosen[leader], member, day.people, 111)
    share = (
        np.array([200, 500, 500, 1_000, 2_000, 5_000])[(mix_bits(chosen, 112) % np.uint64(6)).astype(int)]
        * BAHT
    )
    began = draw_moments(rng, len(chosen), "evening") - 4 * HOUR
    moment = began[leader] + rng.random(len(leader)) * 3.5 * HOUR
    # Exactly what members paid in, to be gone within the hour: in the records
    # the collector looks like a mule.
    pot = np.bincount(leader, minlength=len(chosen)) * share
    turn = choose_neighbours(chosen, rng.integers(0, 8, len(chosen)), day.people, 111)
    last = began + (3.5 + 0.9 * rng.random(len(chosen))) * HOUR
    return TransferColumns.concat_parts(
        [
            make_transfers(day, members, chosen[leader], share[leader], moment, purpose=SAVING),
            make_transfers(day, chosen, turn, pot, last, purpose=SAVING),
        ]
    )


def make_group_order_payments(day: EconomyDay) -> TransferColumns:
    """Someone orders for many: strangers pay in, and the sum goes on to a store or a person in minutes."""
    rng = day.make_process_generator("orders")
    chosen = draw_subset(rng, day.get_role_accounts("collectors"), get_values("friends")["orders_a_day"])
    leader, _ = draw_groups(rng, chosen, 4, 24)
    payer = draw_among(rng, day.nation.traits["tickets"], len(leader))
    satang = round_sums(draw_sums(rng, len(leader), 450, 0.9, 50, 8_000), rng)
    began = draw_moments(rng, len(chosen), "night") - 3 * HOUR
    paid_at = began[leader] + np.sort(rng.random(len(leader))) * 2 * HOUR
    total = np.bincount(leader, satang, len(chosen))
    away = rng.random(len(chosen)) < 0.5
    seller = np.where(
        away,
        draw_among(rng, day.get_role_accounts("stores_online"), len(chosen)),
        rng.integers(0, day.people, len(chosen)),
    )
    parts = 1 + (total > 1_000_000).astype(int) + (rng.random(len(chosen)) < 0.3)
    part_owner = np.repeat(np.arange(len(chosen)), parts)
    sent = np.rint(total[part_owner] / parts[part_owner] * 0.95 / 1_000) * 1_000
    went = began[part_owner] + (2 + rng.random(len(part_owner)) * 0.9) * HOUR
    return TransferColumns.concat_parts(
        [
            make_transfers(day, payer, chosen[leader], satang, paid_at),
            make_transfers(day, chosen[part_owner], seller[part_owner], sent, went),
        ]
    )


def make_donation_payments(day: EconomyDay) -> TransferColumns:
    """A flood: for some days a whole country sends small sums to one account, which pays them on."""
    nation = day.nation
    plan = make_generator(nation.seed, "economy", "donation plan")
    events = max(
        1, round(nation.size.people * nation.size.days * get_values("donations")["events_a_person_day"])
    )
    begin, who = plan.integers(0, nation.size.days, events), plan.integers(0, 1 << 30, events)
    private = plan.random(events) < 0.5
    reach = np.exp(plan.standard_normal(events)) * 30
    rng = day.make_process_generator("donations")
    age = day.number - begin
    # A wave that halves almost daily, as news does; the plan is of the seed, so
    # that each day knows how old it is.
    mean = np.where((age >= 0) & (age < 6), reach * 0.55 ** np.maximum(age, 0), 0)
    count = rng.poisson(mean)
    account = np.where(
        private,
        day.get_role_accounts("collectors")[who % len(day.get_role_accounts("collectors"))],
        _pick_by_number(day.get_role_accounts("charities"), who),
    )
    event = np.repeat(np.arange(events), count)
    donor = draw_among(rng, nation.traits["tickets"], len(event))
    satang = round_sums(draw_sums(rng, len(event), 150, 1.0, 10, 20_000), rng)
    total = np.bincount(event, satang, events)
    spent = np.flatnonzero(total > 100_000)
    paid = np.rint(total[spent] * 0.9 / 1_000) * 1_000
    supplier = _pick_by_number(day.get_role_accounts("wholesalers"), who[spent])
    return TransferColumns.concat_parts(
        [
            make_transfers(
                day,
                donor,
                account[event],
                satang,
                draw_moments(rng, len(event), "evening") - HOUR,
                QR,
                CHARITY,
            ),
            make_transfers(
                day, account[spent], supplier, paid, 23 * HOUR + rng.random(len(spent)) * 50 * MINUTE
            ),
        ]
    )


def make_ticket_payments(day: EconomyDay) -> TransferColumns:
    """Tickets go on sale: in minutes many strangers pay one seller, who pays the organiser an hour later."""
    rng = day.make_process_generator("tickets")
    chosen = draw_subset(
        rng, day.get_role_accounts("ticket_sellers"), get_values("friends")["ticket_sales_a_day"]
    )
    leader, _ = draw_groups(rng, chosen, 6, 40)
    payer = draw_among(rng, day.nation.traits["tickets"], len(leader))
    price = np.array([1_200, 2_500, 3_500, 5_800])[(mix_bits(chosen, 120) % np.uint64(4)).astype(int)] * BAHT
    began = draw_moments(rng, len(chosen), "office")
    paid_at = began[leader] + rng.exponential(9, len(leader)) * MINUTE
    total = np.bincount(leader, price[leader], len(chosen))
    organiser = day.get_role_accounts("platforms")[np.full(len(chosen), 3)]
    went = began + (70 + rng.random(len(chosen)) * 60) * MINUTE
    return TransferColumns.concat_parts(
        [
            make_transfers(day, payer, chosen[leader], price[leader], paid_at),
            make_transfers(day, chosen, organiser, np.rint(total * 0.9 / 100) * 100, went),
        ]
    )


def make_coin_payments(day: EconomyDay) -> TransferColumns:
    """People buy and sell coins at exchanges; traders buy for strangers and pass the money on at once."""
    rng, exchanges = day.make_process_generator("coins"), day.get_role_accounts("exchanges")
    rates = get_values("coins")
    buyers = draw_among(rng, day.nation.traits["tickets"], round(day.people * rates["buyers_a_day"]))
    out = rng.random(len(buyers)) < 0.6
    venue = draw_among(rng, exchanges, len(buyers))
    satang = round_sums(draw_sums(rng, len(buyers), 2_500, 1.4, 100, 2_000_000), rng, 0.1)
    own = make_transfers(
        day,
        np.where(out, buyers, venue),
        np.where(out, venue, buyers),
        satang,
        draw_moments(rng, len(buyers), "night"),
        CRYPTO,
    )
    traders = day.get_role_accounts("crypto_traders")
    deals = np.repeat(traders, rng.poisson(rates["deals_a_day"], len(traders)))
    client = draw_among(rng, day.nation.traits["tickets"], len(deals))
    paid_at = draw_moments(rng, len(deals), "night")
    paid = round_sums(draw_sums(rng, len(deals), 8_000, 1.2, 500, 400_000), rng)
    bought = make_transfers(day, client, deals, paid, paid_at)
    # A median of eight minutes: almost as quick as a controlled mule, which is why pace alone accuses nobody.
    went = paid_at + np.exp(rng.standard_normal(len(deals)) * 0.9) * 8 * MINUTE
    cut = np.rint(paid * (0.985 + 0.01 * rng.random(len(deals))) / 100) * 100
    passed = make_transfers(day, deals, draw_among(rng, exchanges, len(deals)), cut, went, CRYPTO)
    return TransferColumns.concat_parts([own, bought, passed])


def make_travel_payments(day: EconomyDay) -> TransferColumns:
    """Tour operators take deposits and pay hotels here and abroad; border casinos and hotels are paid."""
    rng, rates = day.make_process_generator("travel"), get_values("travel")
    operators, casinos = day.get_role_accounts("tour_operators"), day.get_role_accounts("casinos")
    seller = np.repeat(operators, rng.poisson(rates["bookings_a_day"], len(operators)))
    guest = draw_among(rng, day.nation.traits["tickets"], len(seller))
    price = round_sums(draw_sums(rng, len(seller), 6_500, 0.8, 500, 200_000), rng)
    booked = make_transfers(
        day, guest, seller, price, draw_moments(rng, len(seller), "evening"), purpose=SERVICE
    )
    paying = draw_subset(rng, np.repeat(operators, 3), 0.4)
    abroad = rng.random(len(paying)) < 0.4
    payee = np.where(
        abroad,
        draw_among(rng, day.get_role_accounts("abroad"), len(paying)),
        draw_among(rng, day.get_role_accounts("companies"), len(paying)),
    )
    paid = round_sums(draw_sums(rng, len(paying), 16_000, 0.8, 1_000, 400_000), rng)
    sent = make_transfers(day, paying, payee, paid, draw_moments(rng, len(paying), "office"))
    sent.channel[abroad] = ABROAD
    players = draw_among(rng, day.nation.traits["tickets"], round(day.people * rates["casino_a_day"]))
    staked = round_sums(draw_sums(rng, len(players), 2_500, 1.0, 100, 100_000), rng)
    played = make_transfers(
        day,
        players,
        draw_among(rng, casinos, len(players)),
        staked,
        draw_moments(rng, len(players), "night"),
        SERVICE,
    )
    return TransferColumns.concat_parts([booked, sent, played])


def make_remittance_payments(day: EconomyDay) -> TransferColumns:
    """Money sent abroad, to families and for studies: the same senders each month."""
    rng = day.make_process_generator("remittance")
    persons = np.arange(day.people)
    sending = day.select_due(
        persons[hash_to_uniform(persons, 130) < get_values("travel")["senders_abroad"]], 131
    )
    houses = day.get_role_accounts("abroad")
    satang = round_sums(draw_sums(rng, len(sending), 5_500, 0.7, 500, 300_000), rng)
    return make_transfers(
        day,
        sending,
        houses[sending % len(houses)],
        satang,
        draw_moments(rng, len(sending), "evening"),
        ABROAD,
    )


def make_new_company_payments(day: EconomyDay) -> TransferColumns:
    """Young companies with little capital: busy from the first week, paid by strangers, paying on quickly."""
    rng, firms = day.make_process_generator("new companies"), day.get_role_accounts("companies_new")
    firm = np.repeat(firms, rng.poisson(get_values("new_companies")["customers_a_day"], len(firms)))
    payer = draw_among(rng, day.nation.traits["tickets"], len(firm))
    paid_at = draw_moments(rng, len(firm), "office")
    paid = round_sums(draw_sums(rng, len(firm), 2_800, 1.2, 100, 300_000), rng, 0.2)
    busy = draw_subset(rng, firms, 0.8)
    out = round_sums(draw_sums(rng, len(busy), 14_000, 1.0, 500, 500_000), rng, 0.3)
    payee = draw_among(
        rng,
        np.concatenate([day.get_role_accounts("wholesalers"), day.get_role_accounts("companies")]),
        len(busy),
    )
    return TransferColumns.concat_parts(
        [
            make_transfers(day, payer, firm, paid, paid_at, purpose=SERVICE),
            make_transfers(day, busy, payee, out, 15 * HOUR + rng.random(len(busy)) * 4 * HOUR),
        ]
    )


def _pick_by_number(accounts: Array, number: Array) -> Array:
    found: Array = accounts[number % len(accounts)]
    return found
