"""Telephones: heavy callers are not all gangs, numbers cannot be assigned, records have their gaps."""

import numpy as np
import pyarrow.compute as pc

from tests.lab.world.beside import sides, tables
from warroom_lab.world.beside.planned import Contacts, Gang, plan_sides
from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.drawing.sizes import SIZES
from warroom_lab.world.population.settling import plan_nation as settle_nation
from warroom_lab.world.telephony.sims import BOX, CENTRE, FLEET, MARKETER, RIDER


def _busiest(use: int, day: int = 1) -> int:
    country = sides("small")
    calls = country.phones.net.make_day_calls(day)
    counts = np.bincount(calls.caller[calls.caller >= 0], minlength=len(country.phones.sims))
    return int(counts[country.phones.sims.use == use].max())


def test_legal_call_centres_riders_and_marketers_call_more_than_a_hundred_numbers_a_day_too() -> None:
    assert all(_busiest(use) > 100 for use in (CENTRE, RIDER, MARKETER))


def test_more_honest_cards_than_gangs_cards_pass_a_hundred_calls_a_day() -> None:
    country = sides("small")
    calls = country.phones.net.make_day_calls(1)
    counts = np.bincount(calls.caller[calls.caller >= 0], minlength=len(country.phones.sims))
    over = counts > 100
    gang = country.phones.sims.gang >= 0
    assert (over & ~gang).sum() > (over & gang).sum() > 0


def test_call_centres_rest_at_the_weekend_and_riders_do_not() -> None:
    net, sims = sides("small").phones.net, sides("small").phones.sims
    monday, sunday = (np.bincount(sims.use[net.make_day_calls(day).caller], minlength=6) for day in (0, 6))
    assert sunday[CENTRE] < monday[CENTRE] / 2
    assert sunday[RIDER] > monday[RIDER] / 2


def test_telephone_numbers_begin_with_a_zero_that_no_number_has_and_devices_pass_their_check_digit() -> None:
    calls = next(sides().phones.iter_call_rows(0)).rows
    assert pc.all(pc.starts_with(calls["to"], "+660")).as_py()
    imei = next(each for each in calls["imei"].to_pylist() if each)
    digits = [int(each) for each in imei]
    doubled = [each if at % 2 == 0 else sum(divmod(2 * each, 10)) for at, each in enumerate(digits)]
    assert imei.startswith("00")
    assert sum(doubled) % 10 == 0


def test_some_calls_have_no_cell_and_some_numbers_had_an_earlier_holder() -> None:
    rows = tables("small")
    missing = rows["calls"]["cell"].null_count / rows["calls"].num_rows
    numbers = rows["sims"]["msisdn"]
    assert 0.04 < missing < 0.09
    assert pc.count_distinct(numbers).as_py() < len(numbers)


def test_fleets_buy_cards_in_one_lot_like_gangs_do() -> None:
    sims = sides("small").phones.sims
    for use in (FLEET, BOX):
        own = sims.batch[sims.use == use]
        assert np.bincount(np.unique(own, return_inverse=True)[1]).max() > 1


def test_a_victim_is_called_before_the_case_begins_to_cost() -> None:
    nation = settle_nation(SIZES["tiny"], 7)
    first = nation.start + 3 * DAY
    holder = int(np.flatnonzero(nation.holders.kind == 0)[5])
    contacts = Contacts(*(np.array([value]) for value in (first, holder, 0, 0)))
    country = plan_sides(nation, [Gang(0, 0)], contacts)
    calls = country.phones.net.make_day_calls(3)
    card = country.phones.net.firsts[holder]
    assert ((calls.time == first) & (calls.called == card)).sum() == 1


def test_messages_come_only_from_reports_and_some_were_reported_by_mistake() -> None:
    rows = tables("small")["messages"]
    assert set(rows["source"].to_pylist()) == {"hotline"}
    honest = sum(sender.startswith("SENDER-") for sender in rows["from"].to_pylist())
    assert 0.05 < honest / rows.num_rows < 0.3
