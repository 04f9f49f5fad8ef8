"""Help is asked where the person wishes, embassies hear nothing without consent, and nobody returns into danger."""

import pytest

from tests.survivors.conftest import REASONS, Shelter
from warroom.errors import NotPossible
from warroom.survivors.decisions import consents, referrals
from warroom.survivors.opening import open_confidential


def test_a_shelter_is_asked_and_answers(shelter: Shelter) -> None:
    number = shelter.looked_after()
    referral = shelter.refer(number, "shelter", "SH-1")
    for state in ("accepted", "done"):
        referrals.answer_referral(
            shelter.ledger,
            shelter.siri,
            number,
            referral,
            state,
            now=shelter.later(1),  # type: ignore[arg-type]
        )
    assert [(one.kind, one.agency, one.state) for one in shelter.page(number).referrals] == [
        ("shelter", "SH-1", "done")
    ]
    with pytest.raises(NotPossible, match="does not fit the state"):
        referrals.answer_referral(shelter.ledger, shelter.siri, number, referral, "accepted", now=shelter.now)


def test_an_agency_that_does_not_fit_is_not_asked(shelter: Shelter) -> None:
    number = shelter.looked_after()
    for kind, to in (("shelter", "EMB-A"), ("embassy", "SH-1"), ("medical", "NOWHERE")):
        with pytest.raises(NotPossible, match="not known or not fit"):
            shelter.refer(number, kind, to)


def test_nobody_is_referred_against_their_wish(shelter: Shelter) -> None:
    with pytest.raises(NotPossible, match="where they wish"):
        shelter.refer(shelter.looked_after(), "shelter", "SH-1", wished=False)


def test_an_embassy_hears_nothing_without_consent_for_that_very_embassy(shelter: Shelter) -> None:
    number = shelter.looked_after()
    for consented in ("", "EMB-B"):
        if consented:
            shelter.consent(number, "embassy", consented)
        with pytest.raises(NotPossible, match="recorded consent"):
            shelter.refer(number, "embassy", "EMB-A")
    shelter.consent(number, "embassy", "EMB-A")
    assert shelter.refer(number, "embassy", "EMB-A") == 1


def test_an_embassy_is_told_nothing_of_the_case_and_its_name_stays_behind_the_wall(shelter: Shelter) -> None:
    shelter.scene.case()
    number = shelter.looked_after(case="C-1")
    shelter.consent(number, "embassy", "EMB-A")
    shelter.refer(number, "embassy", "EMB-A")
    things = open_confidential(shelter.ledger, shelter.siri, number, ["referral"], now=shelter.now).things
    assert things[0].body == {
        "to": "EMB-A",
        "told": {"exercise": True, "help": "embassy", "referral": "RF-1"},
    }
    assert shelter.page(number).referrals[0].agency == ""
    rows = shelter.scene.sql("SELECT (referrals, consents)::text FROM referrals, consents")
    leaves = b"".join(bytes(row.leaf) for row in shelter.scene.sql("SELECT leaf FROM audit"))
    assert "EMB" not in str(rows)
    assert b"EMB" not in leaves


def test_a_consent_taken_back_takes_the_embassy_back(shelter: Shelter) -> None:
    number = shelter.looked_after()
    shelter.consent(number, "embassy", "EMB-A")
    shelter.refer(number, "embassy", "EMB-A")
    consents.withdraw_consent(shelter.ledger, shelter.siri, number, "embassy", now=shelter.now)
    assert shelter.page(number).referrals[0].state == "withdrawn"
    with pytest.raises(NotPossible, match="recorded consent"):
        shelter.refer(number, "embassy", "EMB-A")


def test_for_a_child_the_guardian_consents_to_an_embassy(shelter: Shelter) -> None:
    number = shelter.looked_after("child")
    with pytest.raises(NotPossible, match="guardian"):
        shelter.consent(number, "embassy", "EMB-A")
    shelter.consent(number, "embassy", "EMB-A", given_by="guardian")
    assert shelter.refer(number, "embassy", "EMB-A") == 1


def test_nobody_returns_into_danger_or_without_an_assessment(shelter: Shelter) -> None:
    number = shelter.looked_after()
    shelter.consent(number, "return", "NGO-1")
    with pytest.raises(NotPossible, match="returned into danger"):
        shelter.refer(number, "return", "NGO-1")
    for verdict in ("safe", "danger", "unclear"):
        referrals.assess_return(
            shelter.ledger,
            shelter.siri,
            number,
            verdict,  # type: ignore[arg-type]
            REASONS,
            now=shelter.now,
        )
        if verdict != "safe":
            with pytest.raises(NotPossible, match="returned into danger"):
                shelter.refer(number, "return", "NGO-1")


def test_a_return_needs_consent_and_a_fresh_assessment(shelter: Shelter) -> None:
    number = shelter.looked_after()
    referrals.assess_return(shelter.ledger, shelter.siri, number, "safe", REASONS, now=shelter.now)
    with pytest.raises(NotPossible, match="recorded consent"):
        shelter.refer(number, "return", "NGO-1")
    shelter.consent(number, "return", "NGO-1")
    with pytest.raises(NotPossible, match="too old"):
        shelter.refer(number, "return", "NGO-1", days=31)
    assert shelter.refer(number, "return", "NGO-1", days=29) == 1


def test_danger_found_later_stops_a_return_on_its_way(shelter: Shelter) -> None:
    number = shelter.looked_after()
    referrals.assess_return(shelter.ledger, shelter.siri, number, "safe", REASONS, now=shelter.now)
    shelter.consent(number, "return", "NGO-1")
    referral = shelter.refer(number, "return", "NGO-1")
    referrals.answer_referral(shelter.ledger, shelter.siri, number, referral, "accepted", now=shelter.now)
    referrals.assess_return(shelter.ledger, shelter.tara, number, "danger", REASONS, now=shelter.later(1))
    assert shelter.page(number).referrals[0].state == "withdrawn"
    with pytest.raises(NotPossible, match="does not fit the state"):
        referrals.answer_referral(shelter.ledger, shelter.siri, number, referral, "done", now=shelter.now)
