"""Payments of the exercise's opening scene: people who pay into accounts whose incoming payments wait since the morning.

Gangs move on to other accounts within hours, so that a room might wait a whole exercise for the first such payment. These few are
played, as in any rehearsal: they are in the banks' records and wait like any other. The country itself knows nothing of them.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from warroom import clock
from warroom.home import Home
from warroom_lab.demo.incoming import iter_incoming_orders
from warroom_lab.world.drawing.columns import MINUTE, TRANSFER, Array, TransferColumns

if TYPE_CHECKING:
    from warroom_lab.demo.desk import ExerciseDesk
    from warroom_lab.demo.stage import StageArrivals
    from warroom_lab.world.population.country import Country

SCENE = 1 << 61
"""Numbers from here on are the scene's: ordinary payments are below, crime's above."""
FIRST_MINUTES = 5
"""Accounts asked about so soon are the morning officers'."""
PAYMENTS = ((2, 48_000), (3, 3_200), (4, 86_500), (6, 12_000), (9, 27_900), (14, 150_000))
"""Minute after the beginning, and baht: one account after the other."""


def add_scene_payments(
    home: Home,
    country: "Country",
    desk: "ExerciseDesk",
    begins: int,
    since: int,
    until: int,
    arrived: "StageArrivals",
) -> tuple[TransferColumns, Array]:
    """What arrived between two moments (microseconds), with the scene's payments among it, in the order of arrival."""
    rows = list(_iter_payments(home, country, desk, begins, since, until))
    if not rows:
        return arrived.rows, arrived.arrival
    scene = _to_columns(rows)
    every = TransferColumns.concat_parts([arrived.rows, scene])
    arrival = np.concatenate([arrived.arrival, scene.time])
    order = np.lexsort((every.uid, arrival))
    return every.select_rows(order), arrival[order]


def _iter_payments(
    home: Home, country: "Country", desk: "ExerciseDesk", begins: int, since: int, until: int
) -> Iterator[tuple[int, int, int, int, int]]:
    """Number, time, payer, payee and satang of each."""
    due = [
        (place, begins + minute * MINUTE, baht)
        for place, (minute, baht) in enumerate(PAYMENTS)
        if since < begins + minute * MINUTE <= until
    ]
    accounts = _list_payees(home, desk, begins) if due else []
    for place, time, baht in due if accounts else ():
        payee = accounts[place % len(accounts)]
        yield SCENE + place, time, _choose_payer(country, place), payee, 100 * baht


def _list_payees(home: Home, desk: "ExerciseDesk", begins: int) -> list[int]:
    latest = clock.from_micros(begins + FIRST_MINUTES * MINUTE)
    found = [
        desk.find_account(order.bank, order.account)
        for order in iter_incoming_orders(home)
        if order.kind == "incoming-hold" and order.issued_at <= latest
    ]
    return [account for account in found if account is not None]


def _choose_payer(country: "Country", place: int) -> int:
    """Somebody who works for no gang, and whose account is as old as the country."""
    accounts = country.accounts
    honest = accounts.opened <= country.nation.start
    honest[country.underworld.mules.account] = False
    there = np.flatnonzero(honest)
    return int(there[(place + 1) * 7_919 % len(there)])


def _to_columns(rows: list[tuple[int, int, int, int, int]]) -> TransferColumns:
    numbers, times, payers, payees, amounts = (
        np.array(column, np.int64) for column in zip(*rows, strict=True)
    )
    count = len(rows)
    return TransferColumns(
        numbers,
        times,
        payers.astype(np.int32),
        payees.astype(np.int32),
        amounts,
        np.full(count, TRANSFER, np.uint8),
        np.zeros(count, np.uint8),
        np.full(count, -1, np.int32),
    )
