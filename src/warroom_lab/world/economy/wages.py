"""Pay-day: employers pay all their people in one batch, monthly or weekly; platforms pay riders every night."""

import numpy as np

from warroom_lab.world.drawing.columns import BAHT, BATCH, HOUR, MINUTE, Array, TransferColumns
from warroom_lab.world.drawing.mixing import hash_to_uniform
from warroom_lab.world.drawing.params import get_values
from warroom_lab.world.economy.base import (
    EconomyDay,
    choose_neighbours,
    draw_groups,
    draw_moments,
    draw_subset,
    draw_sums,
    make_transfers,
    round_sums,
)
from warroom_lab.world.economy.payday import make_payday_payments

SALARY, SERVICE = 1, 5


def make_payroll_payments(day: EconomyDay) -> TransferColumns:
    """Fan-out: on an employer's pay-day everyone it employs is paid within minutes."""
    nation, rng = day.nation, day.make_process_generator("payroll")
    employer = nation.traits["employer"]
    share = _compute_pay_shares(day, np.arange(len(nation.roles["employers"])))
    portion = np.where(employer >= 0, share[employer], 0.0)
    staff = np.flatnonzero(portion)
    number = employer[staff]
    began = (4 + hash_to_uniform(number, 31) * 5) * HOUR
    moment = began + rng.random(len(staff)) * 20 * MINUTE
    pay = nation.traits["income"][staff] * portion[staff] * (0.95 + 0.1 * rng.random(len(staff)))
    satang = np.rint(pay) * BAHT
    payer = nation.roles["employers"][number]
    paid = make_transfers(day, payer, staff, satang, moment, BATCH, SALARY, device=False)
    return TransferColumns.concat_parts([paid, *make_payday_payments(day, staff, moment, satang)])


def _compute_pay_shares(day: EconomyDay, employers: Array) -> Array:
    """Which part of a month's pay each employer pays today: all, half or a quarter."""
    shares = get_values("payroll")
    draw = hash_to_uniform(employers, 30)
    weekly, halves = shares["weekly"], shares["twice_a_month"]
    today = np.zeros(len(employers))
    today[(draw < weekly) & (day.weekday == 5)] = 0.25
    today[(draw >= weekly) & (draw < weekly + halves) & (day.of_month in (1, 16))] = 0.5
    monthly = draw >= weekly + halves
    late = (hash_to_uniform(employers, 32) * 10).astype(int) + 21
    early = (hash_to_uniform(employers, 32) * 10).astype(int) == 0
    today[monthly & np.where(early, day.of_month == 5, late == day.of_month)] = 1.0
    return today


def make_rider_payments(day: EconomyDay) -> TransferColumns:
    """Gig work is paid out every night."""
    rng, people = day.make_process_generator("riders"), day.get_role_accounts("riders")
    working = people[rng.random(len(people)) < get_values("riders")["working"]]
    payer = day.get_role_accounts("platforms")[working % len(day.get_role_accounts("platforms"))]
    satang = np.rint(draw_sums(rng, len(working), 480, 0.5, 40, 2_500)) * BAHT
    moment = (1.5 + rng.random(len(working)) * 0.5) * HOUR
    return make_transfers(day, payer, working, satang, moment, BATCH, SERVICE, device=False)


def make_foreman_payments(day: EconomyDay) -> TransferColumns:
    """A builder pays a foreman, who pays the crew within the hour: a person's account that passes money on."""
    rng = day.make_process_generator("foremen")
    chosen = draw_subset(rng, day.get_role_accounts("foremen"), 1 / 7)
    leader, member = draw_groups(rng, chosen, 4, 9)
    wage = np.rint(draw_sums(rng, len(leader), 2_600, 0.3, 1_200, 6_000) / 50) * 50 * BAHT
    total = np.bincount(leader, wage, len(chosen))
    paid_at = draw_moments(rng, len(chosen), "office")
    builder = day.get_role_accounts("companies")[
        chosen.astype(np.int64) * 7919 % len(day.get_role_accounts("companies"))
    ]
    crew = choose_neighbours(chosen[leader], member, day.people, 33)
    went = paid_at[leader] + (2 + rng.random(len(leader)) * 50) * MINUTE
    return TransferColumns.concat_parts(
        [
            make_transfers(
                day, builder, chosen, round_sums(total / BAHT * 1.08, rng), paid_at, purpose=SERVICE
            ),
            make_transfers(day, chosen[leader], crew, wage, went),
        ]
    )
