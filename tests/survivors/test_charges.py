"""Nobody is charged before a screening, nobody for what they were made to do, and no child at all."""

import pytest
import sqlalchemy as sa

from tests.survivors.conftest import INDICATED, OPENING, REASONS, STATEMENT, Shelter
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.survivors.decisions import break_glass, charges, identification, register, screening
from warroom.survivors.opening import open_confidential


def not_a_victim(shelter: Shelter) -> str:
    number = shelter.screened()
    shelter.no_victim(number)
    return number


def test_a_person_is_victim_and_suspect_at_the_same_time(shelter: Shelter) -> None:
    number = shelter.looked_after()
    charges.record_suspicion(shelter.ledger, shelter.pim, number, now=shelter.now)
    assert (shelter.victim(number), shelter.suspect(number)) == ("presumed", "suspected")


def test_nobody_is_charged_before_a_screening(shelter: Shelter) -> None:
    number = shelter.begun()
    with pytest.raises(NotPossible, match="before a screening is completed"):
        shelter.charge(number)
    assert shelter.suspect(number) == "none"


def test_a_screening_by_somebody_who_then_took_the_case_carries_no_charge(shelter: Shelter) -> None:
    shelter.scene.case()
    number = shelter.begun(case="C-1")
    shelter.complete(number)
    shelter.no_victim(number)
    shelter.scene.sql("UPDATE cases SET owner_id = :o", o=shelter.siri.id)
    with pytest.raises(NotPossible, match="before a screening is completed"):
        shelter.charge(number)


def test_nobody_is_charged_during_the_days_of_rest_or_in_doubt(shelter: Shelter) -> None:
    number = shelter.screened()
    with pytest.raises(NotPossible, match="nobody is charged before"):
        shelter.charge(number, days=14)
    with pytest.raises(NotPossible, match="Doubt means presumed victim"):
        shelter.charge(number, days=16)


def test_two_officers_charge_and_never_the_same_twice(shelter: Shelter) -> None:
    number = not_a_victim(shelter)
    charge = shelter.charge(number)
    assert shelter.suspect(number) == "suspected"
    with pytest.raises(NotAllowed, match="second officer must confirm"):
        shelter.confirm(number, charge, by=shelter.pim)
    shelter.confirm(number, charge)
    assert shelter.suspect(number) == "charged"
    charges.drop_charge(shelter.ledger, shelter.pim, number, charge, now=shelter.later(17))
    assert shelter.suspect(number) == "dropped"


def test_only_a_prosecutor_asks_for_a_charge_with_a_statement(shelter: Shelter) -> None:
    number = not_a_victim(shelter)
    with pytest.raises(NotAllowed, match="prosecutor"):
        shelter.charge(number, by=shelter.com)
    with pytest.raises(NotPossible, match="no consequence of trafficking"):
        charges.request_charge(
            shelter.ledger, shelter.pim, number, "other", "He did it.", "key-12345", now=shelter.later(16)
        )


def test_a_victim_is_not_charged_for_what_they_were_made_to_do(shelter: Shelter) -> None:
    number = shelter.screened(identify=True, acts=("online_fraud",), **INDICATED)
    for act in ("online_fraud", "border", "work", "papers"):
        with pytest.raises(NotPossible, match="this act is protected"):
            shelter.charge(number, act)
    assert shelter.charge(number, "guarding") == 1


def test_who_turns_out_a_victim_is_charged_no_longer_for_it(shelter: Shelter) -> None:
    number = not_a_victim(shelter)
    shelter.confirm(number, shelter.charge(number, "online_fraud"))
    identification.identify_victim(
        shelter.ledger,
        shelter.tara,
        number,
        REASONS,
        shelter.key(),
        acts=("online_fraud",),
        now=shelter.later(20),
    )
    assert (shelter.victim(number), shelter.suspect(number)) == ("identified", "dropped")


def test_a_child_is_neither_suspected_nor_charged(shelter: Shelter) -> None:
    number = shelter.screened("child", **INDICATED)
    with pytest.raises(NotPossible, match="A child found in exploitation"):
        shelter.charge(number)
    with pytest.raises(NotPossible, match="A child found in exploitation"):
        charges.record_suspicion(shelter.ledger, shelter.pim, number, now=shelter.now)


def test_a_charge_falls_when_the_person_turns_out_a_child(shelter: Shelter) -> None:
    number = not_a_victim(shelter)
    shelter.confirm(number, shelter.charge(number))
    register.set_age(shelter.ledger, shelter.siri, number, "child", "assessed", now=shelter.later(17))
    assert shelter.suspect(number) == "dropped"
    assert shelter.page(number).charges[0].state == "dropped"


def test_the_database_itself_charges_no_child_and_nobody_unscreened(shelter: Shelter) -> None:
    child, grown = shelter.looked_after("child"), shelter.looked_after()
    words = (
        "INSERT INTO charges (person_id, act, statement, prosecutor_id, at, state) "
        "VALUES (:p, 'other', :s, :o, now(), 'waiting')"
    )
    for number, said in ((child, "is not charged"), (grown, "before a screening")):
        with pytest.raises(NotPossible, match=said):
            shelter.scene.sql(words, p=int(number[2:]), s=STATEMENT, o=shelter.pim.id)
    charged = "UPDATE people SET suspect = 'charged'"
    with pytest.raises(sa.exc.IntegrityError, match="no_child_charged"):
        shelter.scene.sql(f"{charged}, victim = 'identified' WHERE number = :n", n=child)
    with pytest.raises(sa.exc.IntegrityError, match="doubt"):
        shelter.scene.sql(f"{charged} WHERE number = :n", n=grown)


def test_whoever_read_what_was_said_takes_no_part_in_a_charge(shelter: Shelter) -> None:
    number = not_a_victim(shelter)
    break_glass.break_glass(shelter.ledger, shelter.pim, number, REASONS, "key-12345", now=shelter.now)
    open_confidential(shelter.ledger, shelter.pim, number, now=shelter.now)
    with pytest.raises(NotAllowed, match="takes no part"):
        shelter.charge(number, by=shelter.pim)
    charge = shelter.charge(number, by=shelter.pong)
    with pytest.raises(NotAllowed, match="takes no part"):
        shelter.confirm(number, charge, by=shelter.pim)


def test_a_charge_by_who_read_what_was_said_afterwards_is_not_confirmed(shelter: Shelter) -> None:
    number = not_a_victim(shelter)
    charge = shelter.charge(number, by=shelter.pim)
    break_glass.break_glass(shelter.ledger, shelter.pim, number, REASONS, "key-12345", now=shelter.later(16))
    open_confidential(shelter.ledger, shelter.pim, number, now=shelter.later(16))
    with pytest.raises(NotAllowed, match="has read what the survivor said since"):
        shelter.confirm(number, charge, by=shelter.pong)
    assert shelter.suspect(number) == "suspected"


def test_an_investigator_sees_people_of_their_own_case_alone(shelter: Shelter) -> None:
    shelter.scene.case()
    number = shelter.looked_after(case="C-1")
    with pytest.raises(NotFound, match="or not for you"):
        shelter.page(number, shelter.ying)
    shelter.scene.sql("UPDATE cases SET owner_id = :o", o=shelter.ying.id)
    page = shelter.page(number, shelter.ying)
    assert (page.line.number, page.mine, page.consents, page.looks) == (number, False, (), ())


def test_whoever_suspected_a_person_never_screens_them(shelter: Shelter) -> None:
    number = shelter.looked_after()
    turned = shelter.officer("turned", "prosecutor")
    charges.record_suspicion(shelter.ledger, turned, number, now=shelter.now)
    shelter.scene.sql("UPDATE officers SET roles = ARRAY['screener'] WHERE username = 'turned'")
    with pytest.raises(NotPossible, match="may not screen"):
        register.assign_screener(shelter.ledger, shelter.com, number, "turned", now=shelter.now)


def test_a_screening_taken_up_again_after_a_charge_is_possible(shelter: Shelter) -> None:
    number = not_a_victim(shelter)
    shelter.confirm(number, shelter.charge(number))
    screening.begin_screening(
        shelter.ledger, shelter.siri, number, OPENING, shelter.key(), now=shelter.later(18)
    )
    shelter.complete(number, identify=True, **INDICATED)
    assert (shelter.victim(number), shelter.suspect(number)) == ("identified", "charged")
