"""What an account's movements say, against a plain count of the same rows."""

from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.money.reference import Row
from tests.money.worlds import make_world
from warroom.money.index.transfer_graph import pack_graph
from warroom.money.trace.movements import CUSTOM, INCOME, MONTH, RECEIPTS, SHOWN, TURNOVER, summarise_pasts


def rows_of(random: Random) -> list[Row]:
    times = sorted(random.randrange(6 * MONTH) for _ in range(random.randint(0, 120)))
    return [
        Row(number, t, *random.sample([0, *range(1, random.choice((4, 40)))], 2), random.randint(1, 300))
        for number, t in enumerate(times)
    ]


@given(st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_past_of_an_account_is_what_its_rows_say(random: Random) -> None:
    rows, start = rows_of(random), random.randrange(6 * MONTH)
    first, friends = start + random.randrange(MONTH), sorted(random.sample(range(1, 40), 3))
    world, _ = make_world(rows, 6 * MONTH, split=random.randint(0, len(rows)))
    one = np.array([0])
    (past,) = summarise_pasts(
        pack_graph(world), one, np.array([first]), start, np.array(friends), one, np.array([3])
    )
    came = [row for row in rows if row.payee == 0]
    before = [row for row in came if row.t < first]
    custom = [row.number for row in came if row.t < start and row.payer in friends]
    assert (past.custom, past.get_transfers_of_kind(CUSTOM)) == (len(custom), custom[:SHOWN])
    assert past.payers == len({row.payer for row in before})
    assert past.get_transfers_of_kind(RECEIPTS) == [row.number for row in before][:SHOWN]
    near = [row for row in before if row.t >= first - MONTH]
    assert past.turnover == sum(row.amount for row in near)
    assert past.get_transfers_of_kind(TURNOVER) == [row.number for row in near][:SHOWN]
    # Months count in spans of 30 days since 1970.
    months: dict[int, set[int]] = {}
    for row in before:
        months.setdefault(row.payer, set()).add(row.t // MONTH)
    best = min(months, key=lambda payer: (-len(months[payer]), payer), default=None)
    assert past.months == (len(months[best]) if best is not None else 0)
    assert past.get_transfers_of_kind(INCOME) == [row.number for row in before if row.payer == best][:SHOWN]
    if past.payers >= 20:
        assert past.median == 2 * np.median([row.amount for row in before])
