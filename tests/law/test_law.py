"""The law of every action: dated, sourced, unconfirmed until a lawyer says so, and kept as it was decided under."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.cases.scenes import Scene
from warroom.errors import NotPossible
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.law.decisions import confirm_law
from warroom.law.kinds.declarations import load_kinds
from warroom.law.rules import repository as law
from warroom.law.rules.repository import list_rules, usable_rule
from warroom.ledger.ledger import Ledger

ALL = law.written_rules()
CHANGED = sorted({one.id for one in ALL if one.valid_to is not None})
CHANGE = datetime(
    2025, 4, 12, 17, tzinfo=UTC
)  # 13 April 2025 in Bangkok: the second decree on technology crime
SECTION = re.compile(r"sections? \d|มาตรา \d")
# Sections that the sources or the codes themselves name; any other must be left to the confirming lawyer.
KNOWN = {
    "6",
    "7",
    "15",
    "20",
    "48",
    "49",
    "51",
    "69",
    "92",
    "96",
    "59/1",
    "66",
    "87",
    "132",
    "28",
    "29",
    "4",
    "19",
}


@pytest.mark.parametrize("rule", ALL, ids=lambda one: f"{one.id}-{one.valid_from:%Y%m%d}")
def test_a_rule_has_both_languages_and_a_source(rule: law.Rule) -> None:
    for said in (rule.title, rule.citation):
        assert re.search(r"[\u0e00-\u0e7f]", said.th)
        assert said.en
        assert not re.search(r"[\u0e00-\u0e7f]", said.en)
    assert rule.source
    assert rule.approvers in (1, 2)


@pytest.mark.parametrize("rule", ALL, ids=lambda one: f"{one.id}-{one.valid_from:%Y%m%d}")
def test_a_section_is_named_only_where_it_is_known_and_else_left_to_the_lawyer(rule: law.Rule) -> None:
    numbers = re.findall(r"section[s]? ([\d/, and]+)", rule.citation.en)
    found = {one for text in numbers for one in re.findall(r"\d+(?:/\d+)?", text)}
    assert found <= KNOWN
    dated = "2566" in rule.citation.en or "practice" in rule.citation.en.lower()
    assert found or "confirming lawyer" in rule.citation.en or dated or "I-GRIP" in rule.citation.en


def test_versions_of_a_rule_follow_each_other_without_gap_or_overlap() -> None:
    for name in CHANGED:
        versions = sorted((one for one in ALL if one.id == name), key=lambda one: one.valid_from)
        ends = [one.valid_to for one in versions]
        assert ends[:-1] == [one.valid_from for one in versions[1:]]
        assert ends[-1] is None


def test_some_rules_changed_with_the_second_decree() -> None:
    changed = {one.id for one in ALL if one.valid_from == CHANGE}
    assert changed >= {"sim-suspension", "domain-block", "victim-payout"}


@pytest.mark.parametrize("name", ["sim-suspension", "domain-block", "victim-payout"])
def test_the_day_decides_which_version_is_the_law(name: str) -> None:
    before = law.rule_at(name, CHANGE - timedelta(seconds=1))
    after = law.rule_at(name, CHANGE)
    assert before.digest != after.digest
    assert before.is_in_force(CHANGE - timedelta(seconds=1))
    assert not before.is_in_force(CHANGE)


def test_what_was_decided_keeps_the_version_it_was_decided_under() -> None:
    before = law.rule_at("victim-payout", CHANGE - timedelta(days=1))
    assert law.rule_under("victim-payout", before.digest) == before
    assert law.rule_under("victim-payout").valid_from == CHANGE


def test_a_rule_may_set_no_length_of_time_and_then_says_so() -> None:
    rule = law.rule_at("sim-suspension", CHANGE)
    assert rule.lasts is None
    with pytest.raises(NotPossible, match="sets no length of time"):
        _ = rule.period


def test_the_days_of_holds_and_freezes_are_those_of_the_law() -> None:
    assert law.rule_under("asset-freeze").period == timedelta(days=90)
    assert law.rule_under("victim-payout").period == timedelta(days=90)
    assert law.rule_under("screening-referral").period == timedelta(days=15)
    assert law.rule_under(law.HOLD_ON_REPORT).period == timedelta(hours=72)


def test_no_kind_lasts_longer_than_its_law_lets_it() -> None:
    for kind in load_kinds().values():
        spans = [law.rule_at(name, datetime(2026, 11, 24, tzinfo=UTC)).lasts for name in kind.rules[:1]]
        known = [span for span in spans if span is not None]
        assert (
            not known or "lapse" not in kind.ends or kind.lapse_after is None or kind.lapse_after <= known[0]
        ), kind.id


def test_every_rule_carries_a_kind_or_the_appeal() -> None:
    used = {name for kind in load_kinds().values() for name in kind.rules}
    assert {one.id for one in ALL} - used == {law.APPEAL, *law.WITHOUT_KIND}


def test_no_rule_ships_confirmed(scene: Scene) -> None:
    assert [one.id for one in list_rules(scene.ledger) if one.confirmed] == []


def test_in_earnest_no_rule_carries_an_action_before_a_lawyer_has_confirmed_this_very_text(
    live_home: Home, database: str
) -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    with Ledger.open(live_home) as ledger:
        scene = Scene(live_home, ledger, Lake.open(live_home))
        with ledger.open_session() as session, pytest.raises(NotPossible, match="not been confirmed"):
            usable_rule(session, "sim-suspension", now)
        found = confirm_law(ledger, scene.officer("lek", "lawyer"), "sim-suspension", now=now)
        assert (found.valid_from, found.confirmed_by) == (CHANGE, "Lek")
        older, newer = (one for one in list_rules(ledger) if one.id == "sim-suspension")
        assert (older.confirmed, newer.confirmed) == (False, True)
        with ledger.open_session() as session:
            assert usable_rule(session, "sim-suspension", now).valid_from == CHANGE
            with pytest.raises(NotPossible, match="not been confirmed"):
                usable_rule(session, "sim-suspension", CHANGE - timedelta(days=1))
