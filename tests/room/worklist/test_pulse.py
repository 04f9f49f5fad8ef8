"""The pulse: who listens hears that something of a kind has changed, and of what they may not see not even that."""

import pytest

from tests.actions.room import Room
from tests.cases.scenes import Scene
from tests.survivors.conftest import Shelter
from warroom.access.officers import deactivate_officer
from warroom.cases.decisions import cases
from warroom.cases.decisions.cases import take_case
from warroom.cases.queries.case_list import read_board
from warroom.cases.queries.case_page import case_page
from warroom.ledger.audit import writing
from warroom.room.worklist.pulse import Pulse


@pytest.fixture
def pulse(scene: Scene) -> Pulse:
    """Begun, with one case there."""
    scene.case()
    pulse = Pulse(scene.ledger)
    assert pulse.read_changes([scene.anna.id]) == {}
    return pulse


def test_a_change_is_told_once_by_its_kind(scene: Scene, pulse: Pulse) -> None:
    take_case(scene.ledger, scene.anna, "C-1", now=scene.now)
    told = pulse.read_changes([scene.anna.id, scene.boon.id])
    assert told[scene.boon.id] == {"case": 1}
    assert pulse.read_changes([scene.anna.id]) == {}


def test_who_reads_changes_nothing(scene: Scene, pulse: Pulse) -> None:
    case_page(scene.ledger, scene.anna, "C-1")
    read_board(scene.ledger, scene.anna)
    assert pulse.read_changes([scene.boon.id]) == {}


def test_actions_are_told_as_such_and_many_are_counted(scene: Scene, pulse: Pulse) -> None:
    room = Room.of(scene)
    pulse.read_changes([])
    made = room.propose()
    room.approve(made, room.sup)
    assert pulse.read_changes([room.com.id])[room.com.id] == {"action": 2}


def test_a_change_in_a_sealed_case_is_told_to_its_agencies_alone(scene: Scene, pulse: Pulse) -> None:
    com, stranger = scene.officer("com", "commander"), scene.officer("stranger", agency="Elsewhere")
    cases.seal_case(scene.ledger, com, "C-1", ["Police"], "A source is at risk.", now=scene.now)
    pulse.read_changes([])
    take_case(scene.ledger, scene.anna, "C-1", now=scene.now)
    told = pulse.read_changes([scene.boon.id, stranger.id])
    assert told[scene.boon.id] == {"case": 1}
    assert told[stranger.id] == {}


def test_who_may_not_read_requests_hears_nothing_of_them(scene: Scene, pulse: Pulse) -> None:
    screener = scene.officer("screen", "screener")
    with scene.ledger.open_session() as session:
        writing.write_audit_row(session, scene.anna, "request.drafted", "request:1", at=scene.now)
    told = pulse.read_changes([screener.id, scene.anna.id])
    assert told == {screener.id: {}, scene.anna.id: {"request": 1}}


def test_whose_access_has_ended_is_told_to_go(scene: Scene, pulse: Pulse) -> None:
    scene.officer("root", "admin")
    deactivate_officer(scene.ledger, "anna")
    take_case(scene.ledger, scene.boon, "C-1", now=scene.now)
    assert pulse.read_changes([scene.anna.id, scene.boon.id]) == {
        scene.anna.id: None,
        scene.boon.id: {"case": 1},
    }


def test_of_people_only_their_own_screeners_hear(shelter: Shelter) -> None:
    number = shelter.looked_after()
    pulse = Pulse(shelter.ledger)
    pulse.read_changes([])
    shelter.page(number)
    assert pulse.read_changes([shelter.siri.id]) == {}
    shelter.strike(days=100)
    told = pulse.read_changes([shelter.siri.id, shelter.ying.id, shelter.com.id])
    assert (told[shelter.siri.id] or {}).get("person", 0) > 0
    assert told[shelter.ying.id] == told[shelter.com.id] == {}


def test_who_names_screeners_hears_of_a_person_who_has_none(shelter: Shelter) -> None:
    pulse = Pulse(shelter.ledger)
    pulse.read_changes([])
    shelter.found()
    told = pulse.read_changes([shelter.siri.id, shelter.com.id])
    assert (told[shelter.com.id] or {}).get("person", 0) > 0
    assert told[shelter.siri.id] == {}
