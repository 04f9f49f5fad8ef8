"""Pay-day: employers pay all their people in one batch, monthly or weekly; platforms pay riders every night."""

import numpy as np

from warroom_lab.world.drawing.columns import BAHT, BATCH, HOUR, MINUTE, Array, Transfers
from warroom_lab.world.drawing.mixing import uniform
from warroom_lab.world.drawing.params import values
from warroom_lab.world.economy.base import Day, flow, groups, moments, neighbours, rounded, some, sums
from warroom_lab.world.economy.payday import after_pay

SALARY, SERVICE = 1, 5


def payroll(day: Day) -> Transfers:
    """Fan-out: on an employer's pay-day everyone it employs is paid within minutes."""
    nation, rng = day.nation, day.rng("payroll")
    employer = nation.traits["employer"]
    share = _share(day, np.arange(len(nation.roles["employers"])))
    portion = np.where(employer >= 0, share[employer], 0.0)
    staff = np.flatnonzero(portion)
    number = employer[staff]
    began = (4 + uniform(number, 31) * 5) * HOUR
    moment = began + rng.random(len(staff)) * 20 * MINUTE
    pay = nation.traits["income"][staff] * portion[staff] * (0.95 + 0.1 * rng.random(len(staff)))
    satang = np.rint(pay) * BAHT
    payer = nation.roles["employers"][number]
    paid = flow(day, payer, staff, satang, moment, BATCH, SALARY, device=False)
    return Transfers.joined([paid, *after_pay(day, staff, moment, satang)])


def _share(day: Day, employers: Array) -> Array:
    """Which part of a month's pay each employer pays today: all, half or a quarter."""
    shares = values("payroll")
    draw = uniform(employers, 30)
    weekly, halves = shares["weekly"], shares["twice_a_month"]
    today = np.zeros(len(employers))
    today[(draw < weekly) & (day.weekday == 5)] = 0.25
    today[(draw >= weekly) & (draw < weekly + halves) & (day.of_month in (1, 16))] = 0.5
    monthly = draw >= weekly + halves
    late = (uniform(employers, 32) * 10).astype(int) + 21
    early = (uniform(employers, 32) * 10).astype(int) == 0
    today[monthly & np.where(early, day.of_month == 5, late == day.of_month)] = 1.0
    return today


def riders(day: Day) -> Transfers:
    """Gig work is paid out every night."""
    rng, people = day.rng("riders"), day.role("riders")
    working = people[rng.random(len(people)) < values("riders")["working"]]
    payer = day.role("platforms")[working % len(day.role("platforms"))]
    satang = np.rint(sums(rng, len(working), 480, 0.5, 40, 2_500)) * BAHT
    moment = (1.5 + rng.random(len(working)) * 0.5) * HOUR
    return flow(day, payer, working, satang, moment, BATCH, SERVICE, device=False)


def foremen(day: Day) -> Transfers:
    """A builder pays a foreman, who pays the crew within the hour: a person's account that passes money on."""
    rng = day.rng("foremen")
    chosen = some(rng, day.role("foremen"), 1 / 7)
    leader, member = groups(rng, chosen, 4, 9)
    wage = np.rint(sums(rng, len(leader), 2_600, 0.3, 1_200, 6_000) / 50) * 50 * BAHT
    total = np.bincount(leader, wage, len(chosen))
    came = moments(rng, len(chosen), "office")
    builder = day.role("companies")[chosen.astype(np.int64) * 7919 % len(day.role("companies"))]
    crew = neighbours(chosen[leader], member, day.people, 33)
    went = came[leader] + (2 + rng.random(len(leader)) * 50) * MINUTE
    return Transfers.joined(
        [
            flow(day, builder, chosen, rounded(total / BAHT * 1.08, rng), came, purpose=SERVICE),
            flow(day, chosen[leader], crew, wage, went),
        ]
    )
