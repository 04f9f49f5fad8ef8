"""Each policy on a country known by heart: what it saves, whom it harms, what it may not see."""

from dataclasses import replace

import pytest

from tests.lab.evaluation import stand_in as country
from warroom.errors import WorldError
from warroom_lab.evaluation.background import CountryBackground
from warroom_lab.evaluation.missing import Missing
from warroom_lab.evaluation.play import PolicyPlay, play_policy, replay_orders
from warroom_lab.evaluation.policies import RULES, equipped, make_policy, make_rule
from warroom_lab.evaluation.policies.suspensions import make_suspensions
from warroom_lab.evaluation.policies.warroom import WarRoom
from warroom_lab.evaluation.scores import compute_figures, get_value
from warroom_lab.evaluation.where import PLACES, measure_where


@pytest.fixture
def many_officers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough, and worried by anything: in so small a country a day's share of a nation's officers is a thousandth of one, and
    nobody's account works as busily as a real mule's."""
    monkeypatch.setattr("warroom_lab.evaluation.policies.warnings.count_warnings_a_day", lambda size: 1_000.0)
    monkeypatch.setattr("warroom_lab.evaluation.policies.warnings.WARN", 0.0)
    monkeypatch.setattr(
        equipped,
        "make_suspensions",
        lambda size: replace(make_suspensions(size), threshold=0.0, daily=1_000.0),
    )


def held(played: PolicyPlay) -> dict[int, int]:
    """Account -> stolen baht bound there."""
    found: dict[int, int] = {}
    for each in played.truth.list_holds():
        found[each.account] = found.get(each.account, 0) + each.stolen // 100
    return found


def test_who_does_nothing_saves_and_harms_nothing(known: CountryBackground) -> None:
    played = play_policy(known, "none")
    figures = compute_figures(played)
    assert (get_value(figures, "money_saved"), get_value(figures, "innocent_hours")) == (0.0, 0.0)
    assert get_value(figures, "orders_that_bound") == Missing("nothing was held")
    assert not played.orders


def test_who_sees_all_holds_what_still_lies_where_it_lies(known: CountryBackground) -> None:
    played = play_policy(known, make_rule("informed"))
    assert held(played) == {
        country.MULE: 18_000, country.SECOND: 26_000, country.SELLER: 4_000, country.THIRD: 9_000,
    }  # fmt: skip
    assert all(order.kind == "hold" for order in played.orders)


def test_the_war_room_holds_the_exact_amounts_that_its_records_show(known: CountryBackground) -> None:
    played = play_policy(known, "warroom")
    found = held(played)
    assert {account: found[account] for account in (country.MULE, country.SECOND, country.THIRD)} == {
        country.MULE: 18_000, country.SECOND: 26_000, country.THIRD: 9_000,
    }  # fmt: skip
    assert all(order.amount > 0 for order in played.orders if order.kind == "hold")


@pytest.mark.usefixtures("many_officers")
def test_a_warning_binds_nothing_and_a_signal_alone_gives_no_hold(known: CountryBackground) -> None:
    ours = play_policy(known, make_policy("warroom", country.SIZE, {"holds", "warnings"}))
    without = play_policy(known, make_policy("warroom", country.SIZE, {"holds"}))
    warned = {order.subject for order in ours.orders if order.kind == "warning"}
    assert warned
    assert {order.kind for order in without.orders} <= {"hold", "release"}
    assert held(ours) == held(without)
    assert all(order.reports for order in ours.orders if order.kind == "hold")
    assert {order.amount for order in ours.orders if order.kind == "warning"} == {0}


def test_practice_blocks_whole_accounts_along_the_trail_and_the_shop_too(known: CountryBackground) -> None:
    played = play_policy(known, "practice-2025")
    assert {order.kind for order in played.orders} <= {"block", "warning", "listing", "freeze"}
    assert country.SHOP in held(played)
    assert country.VICTIM not in held(played)


def test_the_war_room_harms_innocents_far_less_than_practice(known: CountryBackground) -> None:
    ours, theirs = (
        get_value(compute_figures(play_policy(known, name)), "innocent_hours")
        for name in ("warroom", "practice-2025")
    )
    assert ours < theirs / 20


def test_a_second_report_of_the_same_payment_holds_nothing_twice(known: CountryBackground) -> None:
    played = play_policy(known, "warroom")
    assert sum(order.amount for order in played.orders if order.subject == country.THIRD) == 900_000
    assert {report for order in played.orders for report in order.reports} == {"REPORT0", "REPORT2"}


def test_with_the_evidence_for_innocents_switched_off_innocent_hours_rise(
    known: CountryBackground, monkeypatch: pytest.MonkeyPatch
) -> None:
    careful = get_value(compute_figures(play_policy(known, "warroom")), "innocent_hours")
    monkeypatch.setitem(RULES, "warroom", lambda: WarRoom(weighs_innocence=False))
    careless = get_value(compute_figures(play_policy(known, "warroom")), "innocent_hours")
    assert isinstance(careful, float)
    assert isinstance(careless, float)
    assert careless > careful


def test_a_policy_that_asks_for_the_truth_is_refused(
    known: CountryBackground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WarRoom, "decide_orders", lambda self, room, heard: room.truth)
    with pytest.raises(
        WorldError, match=r"'warroom' asked for the world's truth, which only informed, knows-mules may see"
    ):
        play_policy(known, "warroom")


def test_there_is_nothing_of_the_truth_in_a_told_report(known: CountryBackground) -> None:
    seen = []

    def decide(self: WarRoom, room: object, heard: object) -> object:
        seen.extend(heard.reports)  # type: ignore[attr-defined]
        from warroom_lab.evaluation.policy import NOTHING

        return NOTHING

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WarRoom, "decide_orders", decide)
        play_policy(known, "warroom")
    assert len(seen) == 3
    assert not hasattr(seen[0], "case")
    assert not hasattr(seen[0], "uids")


def test_the_same_orders_on_the_twin_give_the_same_figures(known: CountryBackground) -> None:
    played = play_policy(known, "warroom")
    again = replay_orders(known, played.script, "warroom")
    first, second = compute_figures(played), compute_figures(again)
    names = ("money_saved", "innocent_hours", "minutes_to_hold")
    assert [first[name] for name in names] == [second[name] for name in names]


def test_playing_again_gives_the_same_orders(known: CountryBackground) -> None:
    assert play_policy(known, "warroom").orders == play_policy(known, "warroom").orders


def test_practice_of_2026_holds_amounts_alone_and_weighs_nobodys_innocence(known: CountryBackground) -> None:
    played = play_policy(known, "practice-2026")
    found = held(played)
    assert {order.kind for order in played.orders} <= {"hold", "warning", "listing", "freeze"}
    assert (found[country.MULE], found[country.SECOND]) == (18_000, 26_000)
    assert country.SELLER in found
    assert country.VICTIM not in found


@pytest.mark.usefixtures("many_officers")
def test_every_policy_with_the_tool_warns_of_the_same_accounts(known: CountryBackground) -> None:
    warned = {
        name: {
            order.subject
            for order in play_policy(known, make_policy(name, country.SIZE, {"warnings"})).orders
        }
        for name in ("practice-2026", "practice-2025", "warroom")
    }
    assert all(warned.values())
    assert len({frozenset(accounts) for accounts in warned.values()}) == 1


@pytest.mark.usefixtures("many_officers")
def test_a_policy_without_the_tool_of_holds_holds_nothing(known: CountryBackground) -> None:
    played = play_policy(known, make_policy("practice-2025", country.SIZE, {"warnings"}))
    assert {order.kind for order in played.orders} == {"warning"}
    assert get_value(compute_figures(played), "trail_recall") == Missing("the policy was given no holds")


@pytest.mark.usefixtures("many_officers")
def test_practice_lists_all_on_a_trail_and_suspends_on_a_signal_and_the_war_room_lists_nobody(
    known: CountryBackground,
) -> None:
    ordered = {
        name: play_policy(known, make_policy(name, country.SIZE, {"refusals", "suspensions"})).orders
        for name in ("practice-2026", "warroom")
    }
    listed, stopped = (
        {name: {order.subject for order in orders if order.kind in kinds} for name, orders in ordered.items()}
        for kinds in (("listing",), ("freeze", "intake"))
    )
    assert {country.MULE, country.SECOND, country.THIRD} <= listed["practice-2026"]
    assert not listed["warroom"]
    assert {order.kind for order in ordered["practice-2026"]} == {"listing", "freeze"}
    assert {order.kind for order in ordered["warroom"]} <= {"intake", "release"}
    assert all(order.reports for order in ordered["practice-2026"] if order.kind == "listing")
    assert stopped["practice-2026"]
    assert stopped["warroom"] <= listed["practice-2026"]


def test_who_knows_mules_suspends_each_once_and_nobody_else(known: CountryBackground) -> None:
    orders = play_policy(known, "knows-mules").orders
    assert [order.subject for order in orders] == [country.MULE, country.SECOND, country.THIRD]
    assert {order.kind for order in orders} == {"freeze"}


def test_every_stolen_baht_was_lost_or_held_in_one_place(known: CountryBackground) -> None:
    for name in ("none", "practice-2026", "warroom", "knows-mules"):
        played = play_policy(known, name)
        places = measure_where(played)
        assert set(places) == set(PLACES)
        stolen = get_value(compute_figures(played), "money_stolen")
        assert sum(places.values()) == pytest.approx(stolen)
    ours = measure_where(play_policy(known, "warroom"))
    # What lay with the three mules when the report came, what a seller had got who is spared, and what a shop had got by then.
    assert ours["held_on_report"] == 53_000
    assert ours["still_free"] == 4_000
    assert ours["left_before_report"] == 2_000


def test_a_mules_account_of_somebody_who_was_tricked_counts_as_a_victims(known: CountryBackground) -> None:
    figures = compute_figures(play_policy(known, "warroom"))
    assert get_value(figures, "victims_among_mules_held") == 1.0
    assert get_value(figures, "innocents_held") == 0.0
