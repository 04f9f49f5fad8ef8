"""Work and journeys: honest offers look like lures, and recruits travel like others do."""

from itertools import pairwise

import numpy as np

from tests.lab.world.beside import sides, tables
from warroom_lab.world.beside.planned import Gang, SidePlan, plan_sides
from warroom_lab.world.drawing.columns import DAY, HOUR, PERSON
from warroom_lab.world.drawing.sizes import SIZES
from warroom_lab.world.population.settling import plan_nation as settle_nation
from warroom_lab.world.travel.legs import FIRST_ORDINARY
from warroom_lab.world.travel.recruits import WILLING


def with_fronts() -> SidePlan:
    """A tiny country whose gang has forty companies."""
    nation = settle_nation(SIZES["tiny"], 7)
    fronts = tuple((len(nation.holders) + at, nation.start - 100 * DAY) for at in range(40))
    return plan_sides(nation, [Gang(0, 0, fronts=fronts)])


def _pay(text: str) -> int:
    figures = [part for part in text.replace("，", ",").split() for part in [part]]
    digits = "".join(each if each.isdigit() else " " for each in "".join(figures).replace(",", ""))
    return max(int(each) for each in digits.split() if len(each) <= 6)


def test_honest_adverts_outnumber_lures_and_some_pay_as_well() -> None:
    country = sides("small")
    now = [each for each in country.adverts if each.time < country.end]
    lures, honest = [each for each in now if each.lure], [each for each in now if not each.lure]
    assert len(honest) > len(lures) > 0
    middle = sorted(_pay(sides("small").write(each).text) for each in lures)[len(lures) // 2]
    assert sum(_pay(sides("small").write(each).text) >= middle for each in honest) > len(honest) / 10


def test_no_phrase_is_found_in_lures_alone() -> None:
    country = sides("small")
    phrases: dict[bool, set[str]] = {True: set(), False: set()}
    for each in country.adverts:
        phrases[each.lure] |= set(sides("small").write(each).text.split(", ")[2:-1])
    assert not phrases[True] - phrases[False]


def test_pages_of_a_gang_follow_each_other_under_new_names() -> None:
    pages = sides().pages[0, 0]
    assert len({page.name for page in pages}) == len(pages) > 2
    assert all(after.opened > before.closed for before, after in pairwise(pages))


def test_lures_use_pictures_of_honest_employers_now_and_then() -> None:
    country = sides("small")
    honest = {sides("small").write(each).image for each in country.adverts if not each.lure}
    copied = [sides("small").write(each).image in honest for each in country.adverts if each.lure]
    assert 0 < np.mean(copied) < 0.5


def test_domains_end_where_none_can_be_registered() -> None:
    assert all(each.name.endswith(".example") for each in sides().domains)


def test_new_companies_with_little_capital_are_mostly_honest() -> None:
    firms = sides("small").companies
    young = firms.founded > sides("small").start - 365 * DAY
    assert (firms.capital[young] <= 100_000_000).mean() > 0.5
    country = with_fronts()
    new = country.companies.founded > country.start - 365 * DAY
    assert 0 < (country.companies.front[new] >= 0).mean() < 0.4


def test_most_recruits_reach_the_border_within_eight_hours_and_the_others_sleep_on_the_way() -> None:
    people = sides("small").recruits
    hours = np.array([(each.crossing - each.landed) / HOUR for each in people])
    hotel = np.array([each.hotel for each in people])
    assert (hours[~hotel] <= 8).all()
    assert (hours[hotel] >= 12).all()
    assert 0.5 < (~hotel).mean() < 0.9


def test_recruits_come_in_groups_of_one_to_eight_who_share_a_booking() -> None:
    sizes = np.bincount([each.group for each in sides("small").recruits])
    assert sizes[sizes > 0].max() <= 8
    assert (sizes == 1).any()
    assert (sizes > 1).any()


def test_recruits_are_few_among_travellers() -> None:
    country = sides("small")
    trips = tables("small")["trips"]
    recruits = {each.number for each in country.recruits if each.landed < country.end}
    travellers = trips["traveller_id"].unique()
    assert max(recruits) < FIRST_ORDINARY
    assert len(recruits) < len(travellers) / 5


def test_consent_is_a_spectrum_and_some_victims_also_did_harm() -> None:
    people = sides("small").people.values()
    states = np.bincount([each.consent for each in people], minlength=4) / len(people)
    assert (states > 0.05).all()
    assert 0.5 < 1 - states[WILLING] < 0.7
    assert any(each.is_victim and each.harmed for each in people)


def test_most_tips_are_about_honest_things_and_rumours_come_in_bursts() -> None:
    rows = tables("small")["tips"].to_pylist()
    crooked = {page.name for run in sides("small").pages.values() for page in run}
    about = [row["about"] for row in rows if row["kind"] == "page" and row["about"]]
    assert sum(each in crooked for each in about) < len(about) / 2
    assert sum(row["kind"] == "rumour" for row in rows) >= 3


def test_every_relation_has_honest_ties() -> None:
    rows = tables()["ties"].to_pylist()
    told = {row["relation"] for row in rows}
    assert told >= {
        "director", "landlord", "tenant", "uses_device", "uses_sim", "in_cell", "contact_of_advert", "fed_by", "backed_by",
    }  # fmt: skip


def test_vehicles_and_companies_have_owners_who_exist() -> None:
    country = sides()
    owners = tables()["vehicles"]["owner"].to_pylist()
    assert all(owner.startswith("H") for owner in owners)
    assert (country.nation.holders.kind == PERSON).any()


def test_telephone_numbers_in_adverts_are_cards_that_an_operator_knows() -> None:
    country = sides("small")
    known = set(tables("small")["sims"]["msisdn"].to_pylist())
    told = {
        contact
        for each in country.adverts
        if each.time < country.end
        for contact in country.write(each).contacts
        if contact.startswith("+")
    }
    assert told
    assert told <= known


def test_a_gang_drives_recruits_in_its_own_cars_and_tour_operators_use_theirs_again_too() -> None:
    rows = tables("small")["trips"].to_pylist()
    loads: dict[str, set[str]] = {}
    for row in rows:
        loads.setdefault(row["vehicle_id"], set()).add(row["booking"])
    busy = [vehicle for vehicle, bookings in loads.items() if len(bookings) > 2]
    assert len(busy) > 10
