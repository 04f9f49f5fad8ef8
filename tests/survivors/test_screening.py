"""Screening: consent first, doubt means victim, and two screeners where it goes the other way."""

import pytest

from tests.survivors.conftest import INDICATED, OPENING, REASONS, SECRET, Shelter, marks
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.survivors import forms, queries
from warroom.survivors.decisions import clocks, identification, register, screening
from warroom.survivors.views import AnswerIn


def test_whoever_is_found_is_presumed_a_victim_and_no_suspect(shelter: Shelter) -> None:
    line = shelter.page(shelter.looked_after()).line
    assert (line.number, line.victim, line.suspect, line.screened) == ("P-1", "presumed", "none", False)
    kinds = {one.kind: one.due_at - shelter.now for one in shelter.page("P-1").deadlines}
    assert {kind: span.days for kind, span in kinds.items()} == {"reflection": 15, "identification": 45}


def test_doubt_about_the_age_makes_a_child(shelter: Shelter) -> None:
    doubtful = (("child", "stated"), ("25-34", "doubted"), ("unknown", "assessed"))
    assert all(shelter.page(shelter.found(*age), shelter.com).line.child for age in doubtful)
    assert not shelter.page(shelter.found("18-24", "stated"), shelter.com).line.child


def test_act_means_and_purpose_together_are_shown_trafficking() -> None:
    assert forms.decide_outcome(marks(**INDICATED), child=False) == "indicated"


def test_for_a_child_act_and_purpose_suffice_whatever_the_means() -> None:
    answers = marks(recruited="yes", forced_work="yes")
    assert forms.decide_outcome(answers, child=True) == "indicated"
    assert forms.decide_outcome(answers, child=False) == "doubt"


@pytest.mark.parametrize(
    "answers",
    [{}, marks(default="unsure"), marks(moved="not_said"), marks(debt="yes"), marks(forced_work="yes")],
    ids=["nothing asked", "unsure", "one left out", "a means alone", "a purpose alone"],
)
def test_every_doubt_means_presumed_victim(answers: dict[str, AnswerIn]) -> None:
    assert forms.decide_outcome(answers, child=False) == "doubt"


def test_only_a_whole_form_without_doubt_shows_no_indication() -> None:
    assert forms.decide_outcome(marks(recruited="yes"), child=False) == "no_indication"


def test_the_form_asks_in_two_languages_and_covers_all_three_elements() -> None:
    questions = forms.load_form().questions
    assert {one.element for one in questions} == {"act", "means", "purpose"}
    for one in questions:
        assert one.ask.en != one.shows.en
        assert all((one.ask.th, one.ask.en, one.shows.th, one.shows.en))
    asked = {one.id for one in questions}
    assert asked >= {"deceived", "papers_taken", "debt", "movement", "violence", "forced_crime"}
    assert asked >= {"leaving", "sold", "punishment"}


def test_nothing_is_asked_before_consent_rights_and_an_independent_interpreter(shelter: Shelter) -> None:
    number = shelter.looked_after()
    for opening, said in (
        (screening.Opening(False, True, "wanted"), "consent"),
        (screening.Opening(True, False, "wanted"), "rights"),
        (screening.Opening(True, True, "wanted", interpreter="I-7"), "interpreter"),
    ):
        with pytest.raises(NotPossible, match=said):
            screening.begin_screening(
                shelter.ledger, shelter.siri, number, opening, "key-12345", now=shelter.now
            )
    with pytest.raises(NotPossible, match="No screening"):
        screening.save_draft(shelter.ledger, shelter.siri, number, marks(), now=shelter.now)


def test_for_a_child_the_guardian_consents_too(shelter: Shelter) -> None:
    number = shelter.looked_after("child")
    with pytest.raises(NotPossible, match="guardian"):
        screening.begin_screening(shelter.ledger, shelter.siri, number, OPENING, "key-12345", now=shelter.now)


def test_a_screening_leaves_the_person_presumed_a_victim(shelter: Shelter) -> None:
    number = shelter.begun()
    assert shelter.complete(number) == "no_indication"
    page = shelter.page(number)
    assert (page.line.victim, page.line.screened, page.screenings[0].outcome) == (
        "presumed",
        True,
        "no_indication",
    )


def test_towards_the_victim_one_screener_decides_against_the_form(shelter: Shelter) -> None:
    number = shelter.screened(identify=True)
    assert shelter.victim(number) == "identified"
    assert "met" in [one.state for one in shelter.page(number).deadlines]


def test_the_other_way_needs_two_screeners_and_the_days_of_rest(shelter: Shelter) -> None:
    number = shelter.screened()
    with pytest.raises(NotPossible, match="days of rest"):
        shelter.no_victim(number, days=14)
    identification.not_identify(
        shelter.ledger, shelter.siri, number, REASONS, shelter.key(), now=shelter.later(16)
    )
    assert shelter.victim(number) == "presumed"
    with pytest.raises(NotAllowed, match="twice"):
        identification.not_identify(
            shelter.ledger, shelter.siri, number, REASONS, shelter.key(), now=shelter.later(16)
        )
    identification.not_identify(
        shelter.ledger, shelter.tara, number, REASONS, shelter.key(), now=shelter.later(17)
    )
    assert shelter.victim(number) == "not_identified"


def test_nobody_is_found_no_victim_without_a_full_screening(shelter: Shelter) -> None:
    number = shelter.looked_after()
    with pytest.raises(NotPossible, match="full screening"):
        shelter.no_victim(number)


def test_an_identified_victim_stays_one(shelter: Shelter) -> None:
    number = shelter.screened(identify=True)
    with pytest.raises(NotPossible, match="not taken back"):
        shelter.no_victim(number)


def test_one_screener_who_sees_a_victim_ends_a_waiting_decision_the_other_way(shelter: Shelter) -> None:
    number = shelter.screened()
    identification.not_identify(
        shelter.ledger, shelter.siri, number, REASONS, shelter.key(), now=shelter.later(16)
    )
    identification.identify_victim(
        shelter.ledger, shelter.tara, number, REASONS, shelter.key(), now=shelter.later(16)
    )
    assert shelter.victim(number) == "identified"
    assert [one.state for one in shelter.page(number).identifications] == ["lapsed", "decided"]


def test_a_grown_person_may_withdraw_and_a_child_may_not(shelter: Shelter) -> None:
    grown, child = shelter.looked_after(), shelter.looked_after("child")
    words = "I do not want this status for myself."
    identification.withdraw_status(shelter.ledger, shelter.siri, grown, words, now=shelter.now)
    assert shelter.victim(grown) == "withdrawn"
    with pytest.raises(NotPossible, match="whatever the child says"):
        identification.withdraw_status(shelter.ledger, shelter.siri, child, words, now=shelter.now)


def test_consent_is_taken_back_at_any_time_and_the_draft_goes(shelter: Shelter) -> None:
    number = shelter.begun()
    screening.save_draft(shelter.ledger, shelter.siri, number, marks(), now=shelter.now)
    screening.withdraw_from_screening(shelter.ledger, shelter.siri, number, now=shelter.now)
    page = shelter.page(number)
    assert (page.screenings[0].state, page.line.victim) == ("stopped", "presumed")
    assert page.consents[0].withdrawn_at == shelter.now
    with pytest.raises(NotPossible, match="No screening"):
        shelter.complete(number)


def test_the_same_key_again_changes_nothing(shelter: Shelter) -> None:
    number = shelter.begun()
    again = [
        screening.complete_screening(
            shelter.ledger, shelter.siri, number, marks(**INDICATED), REASONS, "key-12345", now=shelter.now
        )
        for _ in range(2)
    ]
    assert again == ["indicated", "indicated"]
    assert len(shelter.page(number).screenings) == 1


@pytest.mark.parametrize("role", ["investigator", "prosecutor"])
def test_whoever_investigates_is_never_a_screener(shelter: Shelter, role: str) -> None:
    both = shelter.officer("both", "screener", role)
    with pytest.raises(NotPossible, match="does not investigate"):
        register.assign_screener(shelter.ledger, shelter.com, shelter.found(), both.username, now=shelter.now)


def test_the_owner_of_the_case_does_not_screen_its_people(shelter: Shelter) -> None:
    shelter.scene.case()
    number = shelter.looked_after(case="C-1")
    shelter.scene.sql("UPDATE cases SET owner_id = :o", o=shelter.siri.id)
    with pytest.raises(NotAllowed, match="may not screen"):
        screening.begin_screening(shelter.ledger, shelter.siri, number, OPENING, "key-12345", now=shelter.now)


def test_nobody_assigns_themselves(shelter: Shelter) -> None:
    sly = shelter.officer("sly", "screener", "commander")
    with pytest.raises(NotAllowed, match="themselves"):
        register.assign_screener(shelter.ledger, sly, shelter.found(), "sly", now=shelter.now)
    with pytest.raises(NotAllowed, match="role"):
        register.assign_screener(shelter.ledger, shelter.siri, "P-1", "siri", now=shelter.now)


def test_a_screener_of_somebody_else_does_not_even_know_of_the_person(shelter: Shelter) -> None:
    number, other = shelter.looked_after(), shelter.officer("other", "screener")
    with pytest.raises(NotFound, match="no person"):
        shelter.page(number, other)
    assert queries.list_survivors(shelter.ledger, other, now=shelter.now) == ((), 0)


def test_the_days_of_rest_grow_at_the_person_s_wish(shelter: Shelter) -> None:
    number = shelter.screened()
    clocks.extend_clock(shelter.ledger, shelter.siri, number, "reflection", 40, now=shelter.now)
    with pytest.raises(NotPossible, match="days of rest"):
        shelter.no_victim(number, days=50)
    due = {
        one.kind: (one.due_at - shelter.now).days
        for one in shelter.page(number).deadlines
        if one.state == "running"
    }
    assert due == {"reflection": 55, "identification": 55}
    with pytest.raises(NotPossible, match="grows by 1"):
        clocks.extend_clock(shelter.ledger, shelter.siri, number, "reflection", -3, now=shelter.now)


def test_a_decision_not_taken_in_time_is_late_and_the_lead_is_told(shelter: Shelter) -> None:
    number = shelter.looked_after()
    shelter.strike(days=46)
    due = shelter.page(number).line.next_due
    assert due is not None
    assert due.state == "struck"
    assert {one.kind for one in queries.list_notices(shelter.ledger, shelter.siri)} == {
        "reflection_over",
        "identification_late",
    }
    assert shelter.victim(number) == "presumed"


def test_a_child_found_out_grown_needs_a_paper_or_an_assessment(shelter: Shelter) -> None:
    number = shelter.looked_after("child")
    with pytest.raises(NotPossible, match="stays a child"):
        register.set_age(shelter.ledger, shelter.siri, number, "18-24", "stated", now=shelter.now)
    register.set_age(shelter.ledger, shelter.siri, number, "18-24", "document", now=shelter.now)
    assert shelter.page(number).line.child is False


def test_answers_to_unknown_questions_and_endless_words_are_refused(shelter: Shelter) -> None:
    number = shelter.begun()
    for answers in ({"hair": AnswerIn("yes")}, {"debt": AnswerIn("no", SECRET * 200)}):
        with pytest.raises(NotPossible, match="open the form again"):
            screening.save_draft(shelter.ledger, shelter.siri, number, answers, now=shelter.now)
