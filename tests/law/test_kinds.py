"""What is declared of every kind of action holds together and keeps to the house's rules."""

import re
from datetime import timedelta
from typing import get_args

import pytest

from warroom import clock
from warroom.access import role_groups
from warroom.access.views import AGENCY_KINDS
from warroom.actions.prerequisites import CHECKS
from warroom.bilingual.texts import Texts
from warroom.errors import NotFound
from warroom.law.kinds.declarations import (
    PILLARS,
    ActionKind,
    Emission,
    Ending,
    Input,
    load_kind,
    load_kind_words,
    load_kinds,
    load_prerequisite,
    load_prerequisites,
)
from warroom.law.rules import repository as law
from warroom.ledger.officers import ROLES
from warroom.payee.decisions import LASTS
from warroom.payee.proposing import DECIDED_WITHIN
from warroom.payee.rows import RULE

ALL = list(load_kinds().values())
NAMES = [kind.id for kind in ALL]
DESIGN = {
    "infrastructure": [
        "power-cut",
        "internet-cut",
        "satellite-terminal-report",
        "mast-adjustment",
        "sim-suspension",
        "domain-block",
    ],
    "logistics": [
        "page-takedown",
        "account-hold",
        "incoming-hold",
        "payee-warning",
        "checkpoint-welfare-check",
        "traveller-warning",
    ],
    "enforcement": [
        "search",
        "arrest-warrant-request",
        "asset-freeze",
        "seizure",
        "whole-account-block",
        "forfeiture",
        "victim-payout",
    ],
    "technology": ["lead", "watch", "screening-referral"],
    "international": [
        "information-request",
        "preservation-request",
        "stop-payment-request",
        "notice-draft",
        "share",
    ],
    "resilience": ["alert", "campaign", "lesson", "call-back"],
}
THAI = re.compile(r"[\u0e00-\u0e7f]")
# Words that would make a person's origin or belief a field of an action.
ORIGIN = re.compile(r"nationalit|ethnic|religio|\bsex\b|gender|\brace\b|สัญชาติ|เชื้อชาติ|ศาสนา|เพศ")


def in_both(said: Texts) -> bool:
    return bool(THAI.search(said.th)) and bool(said.en) and not THAI.search(said.en)


def every_input() -> list[tuple[str, Input]]:
    declared = [*ALL, *load_prerequisites().values()]
    return [(one.id, field) for one in declared for field in one.inputs]


def test_the_design_names_these_kinds_and_no_other() -> None:
    found = {pillar: [kind.id for kind in ALL if kind.pillar == pillar] for pillar in PILLARS}
    assert found == DESIGN


@pytest.mark.parametrize("kind", ALL, ids=NAMES)
def test_a_kind_stands_on_rules_that_are_in_force_and_asks_for_documents_that_exist(kind: ActionKind) -> None:
    assert kind.rules
    for rule in kind.rules:
        law.rule_at(rule, clock.get_now())
    for name in kind.requires:
        load_prerequisite(name)
    assert len(set(kind.requires)) == len(kind.requires)


@pytest.mark.parametrize("kind", ALL, ids=NAMES)
def test_a_kind_is_proposed_approved_and_carried_out_by_roles_that_exist(kind: ActionKind) -> None:
    for roles in (kind.proposes, kind.approves, kind.carries_out):
        assert roles
        assert set(roles) <= set(ROLES)
    assert not {"auditor", "admin", "lawyer"} & {*kind.proposes, *kind.approves, *kind.carries_out}


@pytest.mark.parametrize("kind", ALL, ids=NAMES)
def test_a_kind_speaks_both_languages(kind: ActionKind) -> None:
    for said in (kind.title, kind.purpose, kind.asked, kind.undoes):
        assert in_both(said), said


def test_a_document_and_every_field_speak_both_languages() -> None:
    for one in load_prerequisites().values():
        assert in_both(one.title)
        assert in_both(one.why)
    for owner, field in every_input():
        assert in_both(field.label) or "SHA" in field.label.en, (owner, field.name)


@pytest.mark.parametrize("kind", ALL, ids=NAMES)
def test_the_codes_of_a_kind_are_words(kind: ActionKind) -> None:
    assert set(kind.subjects) <= set(load_kind_words("subjects"))
    assert set(kind.partners) <= set(load_kind_words("partners")) & set(AGENCY_KINDS)
    assert set(kind.ends) <= set(load_kind_words("endings")) & set(get_args(Ending))
    assert set(kind.emits) <= set(load_kind_words("emissions")) & set(get_args(Emission))
    assert kind.undo in load_kind_words("undo")


def test_the_codes_and_units_of_fields_are_words() -> None:
    for owner, field in every_input():
        assert set(field.choices) <= set(load_kind_words("choices")), (owner, field.name)
        assert field.unit == "" or field.unit in load_kind_words("units"), (owner, field.name)
        assert (field.kind == "code") == bool(field.choices), (owner, field.name)
        assert set(field.must) <= set(field.choices or ("yes", "no")), (owner, field.name)


def test_no_field_and_no_text_asks_where_people_come_from_or_what_they_believe() -> None:
    for owner, field in every_input():
        assert not ORIGIN.search(f"{field.name} {field.label.en} {field.label.th}"), (owner, field.name)


def test_fields_of_one_form_have_different_names() -> None:
    for one in (*ALL, *load_prerequisites().values()):
        assert len({field.name for field in one.inputs}) == len(one.inputs), one.id


@pytest.mark.parametrize("kind", ["power-cut", "internet-cut", "search", "whole-account-block", "alert"])
def test_power_over_many_or_over_a_whole_life_takes_two_officers_who_did_not_propose(kind: str) -> None:
    assert load_kind(kind).count_approvers(1) == 2
    assert load_kind(kind).is_proposer_excluded(1)


@pytest.mark.parametrize("kind", [one for one in ALL if one.mass_above is not None], ids=lambda one: one.id)
def test_a_mass_measure_takes_two_officers_who_did_not_propose(kind: ActionKind) -> None:
    assert kind.mass_above is not None
    assert kind.count_approvers(kind.mass_above) == kind.approvers
    assert kind.count_approvers(kind.mass_above + 1) == 2
    assert kind.is_proposer_excluded(kind.mass_above + 1)


@pytest.mark.parametrize("kind", ["sim-suspension", "page-takedown", "domain-block"])
def test_what_is_done_to_many_at_once_is_a_mass_measure(kind: str) -> None:
    assert load_kind(kind).mass_above is not None


@pytest.mark.parametrize("kind", [one for one in ALL if one.approvers == 2], ids=lambda one: one.id)
def test_two_officers_are_never_the_proposer(kind: ActionKind) -> None:
    assert kind.apart


@pytest.mark.parametrize("kind", [one for one in ALL if one.pillar == "technology"], ids=lambda one: one.id)
def test_what_the_analysis_says_moves_nothing_by_itself(kind: ActionKind) -> None:
    assert set(kind.emits) <= {"notice", "share"}
    assert kind.approvers >= 1
    assert kind.inputs


def test_a_cut_needs_the_statement_of_harm() -> None:
    for kind in ("power-cut", "internet-cut", "satellite-terminal-report", "mast-adjustment"):
        assert "collateral-statement" in load_kind(kind).requires
    names = {one.name for one in load_prerequisite("collateral-statement").inputs}
    assert names >= {"homes", "clinics", "clinics_with_backup", "schools", "substitution", "exit_on"}


def test_nobody_is_searched_before_screening_shelter_and_warrant_are_ready() -> None:
    assert {"warrant", "screening-plan", "shelter", "rights-notice"} <= set(load_kind("search").requires)
    plan = {one.name for one in load_prerequisite("screening-plan").inputs}
    assert plan >= {"screeners", "interpreters", "interpretation", "childrens_officer"}


def test_a_whole_account_is_blocked_only_on_an_order_with_number_court_and_document() -> None:
    assert "seizure-order" in load_kind("whole-account-block").requires
    order = {one.name: one for one in load_prerequisite("seizure-order").inputs}
    assert {"number", "court", "document_sha256"} <= set(order)
    assert all(one.required for one in order.values())
    whole = [kind.id for kind in ALL if "account" in kind.subjects and kind.undo == "lift"]
    for kind in whole:
        takes_all = "order" in load_kind(kind).emits and kind == "whole-account-block"
        assert takes_all == ("seizure-order" in load_kind(kind).requires), kind


@pytest.mark.parametrize("result", ["possible-victim", "victim"])
def test_no_warrant_is_asked_for_somebody_who_may_be_a_victim(result: str) -> None:
    assert "screening-result" in load_kind("arrest-warrant-request").requires
    stopped = load_prerequisite("screening-result").find_blocking_input({"result": result, "adult": True})
    assert stopped is not None
    assert stopped.name == "result"


def test_no_warrant_is_asked_for_a_child() -> None:
    stopped = load_prerequisite("screening-result").find_blocking_input(
        {"result": "no-indicator", "adult": False}
    )
    assert stopped is not None
    assert stopped.name == "adult"


def test_a_public_message_names_nobody_and_asks_for_nothing() -> None:
    message = load_prerequisite("plain-message")
    assert message.find_blocking_input({"names_nobody": True, "asks_for_nothing": True}) is None
    assert message.find_blocking_input({"names_nobody": False, "asks_for_nothing": True}) is not None
    assert message.find_blocking_input({"names_nobody": True, "asks_for_nothing": False}) is not None


def test_what_people_said_where_they_shelter_and_who_lost_what_goes_to_no_partner() -> None:
    for name in ("screening-result", "shelter", "victim-register", "doubts", "consent-to-contact"):
        assert not load_prerequisite(name).goes_along


def test_checks_that_documents_name_exist() -> None:
    assert {one.check for one in load_prerequisites().values() if one.check} <= set(CHECKS)


@pytest.mark.parametrize("kind", ALL, ids=NAMES)
def test_clocks_run_in_order(kind: ActionKind) -> None:
    assert kind.decide_within > timedelta(0)
    assert kind.answer_within > timedelta(0)
    if kind.warn_before is not None:
        assert kind.warn_before < (kind.lapse_after or kind.answer_within)
    assert (kind.lapse_after is not None) == ("lapse" in kind.ends)


@pytest.mark.parametrize("kind", ALL, ids=NAMES)
def test_what_can_be_lifted_says_so(kind: ActionKind) -> None:
    if kind.undo == "lift":
        assert "lift" in kind.ends
    assert "refused" in kind.ends or not {"order", "letter", "recall", "share"} & set(kind.emits)


def test_holds_keep_their_own_engine() -> None:
    assert [kind.id for kind in ALL if kind.engine == "holds"] == ["account-hold"]
    hold = load_kind("account-hold")
    assert hold.rules == (law.HOLD_ON_REPORT, law.HOLD_AFTER_COMPLAINT)
    assert hold.lapse_after == law.rule_under(law.HOLD_ON_REPORT).period


def test_payers_are_warned_by_flags_and_in_no_other_way() -> None:
    assert [kind.id for kind in ALL if kind.engine == "flags"] == [RULE]
    warning = load_kind(RULE)
    assert warning.rules == (RULE,)
    assert (warning.lapse_after, warning.decide_within) == (LASTS, DECIDED_WITHIN)
    assert warning.approves == warning.proposes == role_groups.FLAG_DECIDERS


def test_an_unknown_kind_or_document_is_one_sentence() -> None:
    with pytest.raises(NotFound, match="no kind of action 'drone-strike'"):
        load_kind("drone-strike")
    with pytest.raises(NotFound, match="No action requires"):
        load_prerequisite("password")
