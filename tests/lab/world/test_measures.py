"""Measures act, cost and are substituted; what an order does not touch stays as it was."""

import numpy as np
import pytest

from tests.lab.world.beside import order, sides, site_feeder, tables
from warroom_lab.world.beside.connections import DOMAINS, TRAVELLERS
from warroom_lab.world.drawing.columns import DAY, HOUR
from warroom_lab.world.drawing.tokens import make_token
from warroom_lab.world.measures.awareness import CALL, EVERYWHERE, MESSAGE
from warroom_lab.world.measures.run import SideRun
from warroom_lab.world.play.orders import CountryOrder
from warroom_lab.world.sites.premises import CLINIC, NOBODY
from warroom_lab.world.sites.readings import SUPPLY_SALT
from warroom_lab.world.sites.supply import FIBRE, GENERATOR, SATELLITE
from warroom_lab.world.telephony.sims import CENTRE
from warroom_lab.world.travel.legs import FIRST_ORDINARY


def _moments(last: int = 180) -> range:
    start = sides("small").start
    return range(start, start + last * DAY, 6 * HOUR)


def test_nobody_loses_power_while_nobody_acts() -> None:
    run = SideRun(sides("small"))
    assert run.advance_to(sides("small").end) == {}
    assert all(
        run.compute_capacity(gang.number, time) == 1 for gang in sides("small").gangs for time in _moments(40)
    )
    assert run.truth.site_mwh_denied == run.truth.people_helped == run.truth.wrongly_charged == 0


def test_a_power_cut_darkens_clinic_and_site_until_the_generator_starts() -> None:
    country = sides("small")
    building, feeder = site_feeder(country)
    run = SideRun(country)
    answer = run.carry_out_order(order("cut", feeder), country.start)
    assert answer.status == "done"
    before, during, later = (
        run.compute_capacity(0, answer.time + wait) for wait in (-HOUR, HOUR // 4, 12 * HOUR)
    )
    assert before == 1
    assert during < 0.2
    assert country.places.find_supply(building, GENERATOR) != NOBODY
    assert during < later < 1
    run.advance_to(country.start + 2 * DAY)
    truth = run.truth
    assert 0 < truth.site_mwh_denied < truth.civilian_mwh_denied
    assert truth.clinic_hours > 0


def test_a_second_grid_feeds_the_town_again_after_some_three_days() -> None:
    country = sides("small")
    _, feeder = site_feeder(country)
    run = SideRun(country)
    done = run.carry_out_order(order("cut", feeder), country.start).time
    assert run.compute_capacity(0, done + 5 * DAY) == 1
    stubborn = SideRun(country, adapts=False)
    stubborn.carry_out_order(order("cut", feeder), country.start)
    assert stubborn.compute_capacity(0, done + 5 * DAY) < 1


def test_a_cut_shows_as_corrected_readings_of_zero() -> None:
    country = sides("small")
    _, feeder = site_feeder(country)
    run = SideRun(country)
    done = run.carry_out_order(order("cut", feeder), country.start).time
    rows = run.advance_to(country.start + 3 * DAY)["readings"]
    planned = tables("small")["readings"]["record_id"].to_pylist()
    head = [row for row in rows if row["supply_id"] == make_token("S", feeder, SUPPLY_SALT)]
    assert {row["record_id"] for row in rows} <= set(planned)
    assert any(row["quantity"] == 0 for row in head)
    assert all(row["time"].timestamp() * 1e6 > done - HOUR for row in head)


def test_a_cut_ends_when_its_time_is_over_or_when_it_is_lifted() -> None:
    country = sides("small")
    _, feeder = site_feeder(country)
    run = SideRun(country, adapts=False)
    first = run.carry_out_order(
        CountryOrder("O-1", "cut", 0, feeder, until=country.start + 2 * DAY), country.start
    )
    assert run.compute_capacity(0, country.start + 2 * DAY + HOUR) == 1
    second = run.carry_out_order(CountryOrder("O-2", "cut", 0, feeder), country.start + 5 * DAY)
    lifted = run.carry_out_order(
        CountryOrder("O-3", "release", 0, feeder, lifts="O-2"), country.start + 8 * DAY
    )
    assert (first.status, second.status, lifted.status) == ("done", "done", "lifted")
    assert run.compute_capacity(0, lifted.time + HOUR) == 1


def test_a_house_abroad_cannot_be_cut_alone_nor_anybodys_generator() -> None:
    country = sides("small")
    building, _ = site_feeder(country)
    run = SideRun(country)
    for supply in (country.places.find_supply(building, 0), country.places.find_supply(building, GENERATOR)):
        answer = run.carry_out_order(order("cut", supply), country.start)
        assert answer.status == "refused"
        assert answer.text


def test_a_cut_fibre_is_replaced_by_a_satellite_terminal_after_months() -> None:
    country = sides("small")
    places = country.places
    gang = next(
        each
        for each in country.gangs
        if places.find_supply(int(places.first[each.site]), SATELLITE) == NOBODY
    )
    run = SideRun(country)
    fibre = places.find_supply(int(places.first[gang.site]), FIBRE)
    done = run.carry_out_order(order("cut", fibre), country.start).time
    weak = run.compute_capacity(gang.number, done + DAY)
    assert weak < 0.6
    assert run.compute_capacity(gang.number, done + 170 * DAY) > weak
    seen = run.advance_to(country.start + 180 * DAY)["supply"]
    assert seen[0]["kind"] == "satellite"


def test_a_gang_whose_site_stays_dark_moves_within_one_to_three_months() -> None:
    country = sides("small")
    places = country.places
    gang = next(
        each
        for each in country.gangs
        if places.find_supply(int(places.first[each.site]), SATELLITE) == NOBODY
    )
    run = SideRun(country)
    done = run.carry_out_order(
        order("cut", places.find_supply(int(places.first[gang.site]), FIBRE)), country.start
    ).time
    shares = [run.compute_capacity(gang.number, done + day * DAY) for day in range(180)]
    back = next(day for day, share in enumerate(shares) if day > 2 and share == 1)
    assert 30 <= back <= 100


def test_a_takedown_closes_the_page_and_the_gang_opens_another_after_its_delay() -> None:
    country = sides("small")
    page = next(
        each for each in country.pages[0, 0] if each.opened <= country.start + 3 * DAY < each.closed - 5 * DAY
    )
    run = SideRun(country)
    answer = run.carry_out_order(order("takedown", page.number), country.start)
    assert answer.status == "done"
    assert 2 * DAY <= answer.time - country.start <= 3 * DAY
    assert run.compute_capacity(0, answer.time + HOUR) < 1
    assert run.compute_capacity(0, answer.time + 20 * DAY) == 1
    rows = run.advance_to(country.end)["adverts"]
    assert any(row["page"] == page.name and row["removed_at"] for row in rows)
    assert {row["page"] for row in rows} - {page.name}
    gone = run.list_unhappened_rows()["adverts"]
    assert gone
    assert gone <= {each.record_id for each in country.adverts}
    stubborn = SideRun(country, adapts=False)
    stubborn.carry_out_order(order("takedown", page.number), country.start)
    assert stubborn.compute_capacity(0, answer.time + 20 * DAY) < 1


def test_a_page_or_name_that_is_gone_is_refused_and_an_honest_one_is_counted() -> None:
    country = sides("small")
    run = SideRun(country)
    past = country.pages[0, 0][-1]
    assert run.carry_out_order(order("takedown", past.number), country.start).status == "refused"
    honest = next(each for each in country.honest_pages if each.closed > country.start + 9 * DAY)
    assert run.carry_out_order(order("takedown", honest.number), country.start).status == "done"
    crooked = next(
        each for each in country.domains if each.gang == 0 and each.removed > country.start + 5 * DAY
    )
    assert run.carry_out_order(order("takedown", DOMAINS + crooked.number), country.start).status == "done"
    assert run.truth.honest_stopped == 1


def test_suspended_cards_cost_the_gang_calls_until_a_new_lot_works() -> None:
    country = sides("small")
    sims = country.phones.sims
    own = np.flatnonzero(
        (sims.gang == 2) & (sims.since <= country.start + DAY) & (sims.until > country.start + 2 * DAY)
    )
    run = SideRun(country)
    answers = [run.carry_out_order(order("suspension", int(card)), country.start) for card in own]
    last = max(answer.time for answer in answers)
    assert run.compute_capacity(2, last + 1) < 1
    assert run.compute_capacity(2, last + 60 * DAY) == 1
    run.carry_out_order(order("suspension", int(np.flatnonzero(sims.use == CENTRE)[0])), country.start)
    assert run.truth.honest_stopped == 1


def test_an_order_leaves_every_other_gang_as_in_the_twin_without_it() -> None:
    country = sides("small")
    page = next(each for each in country.pages[0, 0] if each.opened <= country.start + 3 * DAY < each.closed)
    run, twin = SideRun(country), SideRun(country)
    run.carry_out_order(order("takedown", page.number), country.start)
    for gang in country.gangs[1:]:
        assert [run.compute_capacity(gang.number, time) for time in _moments(60)] == [
            twin.compute_capacity(gang.number, time) for time in _moments(60)
        ]
    assert twin.advance_to(country.end) == {}
    assert tables("small")["adverts"] == tables("small")["adverts"]


def test_screening_before_arrest_keeps_victims_from_being_charged() -> None:
    country = sides("small")
    here = [
        each
        for each in country.people.values()
        if country.borders[each.gang] < 0 and each.held < country.start
    ]
    victims = [each for each in here if each.is_victim]
    rough, careful = SideRun(country), SideRun(country)
    for each in victims:
        rough.carry_out_order(order("arrest", TRAVELLERS + each.number), country.start)
        careful.carry_out_order(order("screening", TRAVELLERS + each.number), country.start)
        careful.carry_out_order(order("arrest", TRAVELLERS + each.number), country.start + 30 * DAY)
    for run in (rough, careful):
        run.advance_to(country.start + 120 * DAY)
    assert rough.truth.wrongly_charged > 0.3 * len(victims)
    assert careful.truth.wrongly_charged == 0
    assert careful.truth.people_helped > rough.truth.people_helped


def test_who_was_wrongly_charged_is_freed_by_a_screening() -> None:
    country = sides("small")
    run = SideRun(country)
    victims = [
        each
        for each in country.people.values()
        if each.is_victim and country.borders[each.gang] < 0 and each.held < country.start
    ]
    for each in victims:
        run.carry_out_order(order("arrest", TRAVELLERS + each.number), country.start)
        run.carry_out_order(order("screening", TRAVELLERS + each.number), country.start + 40 * DAY)
    run.advance_to(country.start + 120 * DAY)
    assert 0 < run.truth.freed <= run.truth.wrongly_charged


def test_a_warning_turns_some_recruits_back_before_the_border_and_reaches_nobody_after_it() -> None:
    country = sides("small")
    run = SideRun(country)
    on_the_way = [each for each in country.recruits if each.hotel and each.landed > country.start]
    for each in on_the_way:
        run.carry_out_order(order("warning", TRAVELLERS + each.number), each.landed)
    run.advance_to(country.start + 200 * DAY)
    assert 0 < run.truth.people_helped < len(on_the_way)
    late = run.carry_out_order(
        order("warning", TRAVELLERS + on_the_way[0].number), on_the_way[0].crossing + DAY
    )
    assert late.status == "refused"


def test_stopping_an_honest_traveller_is_counted_as_trouble() -> None:
    run = SideRun(sides("small"))
    run.carry_out_order(order("screening", TRAVELLERS + FIRST_ORDINARY + 3), sides("small").start)
    assert run.truth.troubled == 1


def test_a_lesson_lowers_conversion_by_a_quarter_and_half_of_that_is_left_after_45_days() -> None:
    run = SideRun(sides())
    done = run.carry_out_order(order("lesson", 3 + 100 * (CALL + 1)), sides().start).time
    assert run.awareness.compute_conversion(3, done, CALL) == pytest.approx(0.75)
    assert run.awareness.compute_conversion(3, done + 45 * DAY, CALL) == pytest.approx(0.875)
    assert run.awareness.compute_conversion(3, done, MESSAGE) == pytest.approx(1 - 0.25 * 0.4)
    assert run.awareness.compute_conversion(4, done, CALL) == 1
    assert run.compute_capacity(0, done, province=3) < 1
    assert 0 < run.awareness.compute_false_alarms(3, done) <= 0.02


def test_a_reminder_after_a_month_makes_a_lesson_last() -> None:
    run = SideRun(sides())
    first = run.carry_out_order(order("lesson", EVERYWHERE), sides().start).time
    again = run.carry_out_order(order("lesson", EVERYWHERE), first + 30 * DAY).time
    assert run.awareness.compute_conversion(5, again + 150 * DAY, CALL) == pytest.approx(0.875, abs=0.01)


def test_an_alert_is_weaker_than_a_lesson_and_soon_forgotten() -> None:
    run = SideRun(sides())
    done = run.carry_out_order(order("alert", EVERYWHERE), sides().start).time
    assert 0.75 < run.awareness.compute_conversion(0, done) < 1
    assert run.awareness.compute_conversion(0, done + 40 * DAY) > 0.99


def test_no_partner_beside_the_banks_takes_a_hold() -> None:
    answer = SideRun(sides()).carry_out_order(order("hold", 1), sides().start)
    assert answer.status == "refused"
    assert "hold" in answer.text


def test_a_struck_gang_goes_on_with_a_third_until_it_has_moved() -> None:
    country = sides("small")
    run = SideRun(country)
    run.record_lost_organiser(1, country.start)
    assert run.compute_capacity(1, country.start + DAY) == pytest.approx(0.3)
    assert run.compute_capacity(1, country.start + 91 * DAY) == 1
    assert 1 in _after(run, country.start + 100 * DAY).moved


def _after(run: SideRun, time: int):  # type: ignore[no-untyped-def]
    run.advance_to(time)
    return run.truth


def test_clinics_with_backup_are_dark_for_less_than_the_cut() -> None:
    country = sides("small")
    _, feeder = site_feeder(country)
    run = SideRun(country, adapts=False)
    done = run.carry_out_order(
        CountryOrder("O", "cut", 0, feeder, until=country.start + 3 * DAY), country.start
    ).time
    run.advance_to(country.start + 5 * DAY)
    houses = country.places.premises
    clinics = int(((houses.kind == CLINIC) & (houses.feeder == feeder)).sum())
    whole = clinics * (country.start + 3 * DAY - done) / HOUR
    assert 0 < run.truth.clinic_hours < whole


def test_what_gangs_lose_to_a_power_cut_is_back_within_a_month() -> None:
    country = sides("small")
    _, feeder = site_feeder(country)
    run = SideRun(country)
    assert run.compute_displacement(30) is None
    run.carry_out_order(order("cut", feeder), country.start)
    assert run.compute_displacement(1) < run.compute_displacement(30) == 1


def test_without_substitutes_nothing_comes_back() -> None:
    country = sides("small")
    run = SideRun(country, adapts=False)
    run.record_lost_organiser(0, country.start)
    assert run.compute_displacement(180) == 0
