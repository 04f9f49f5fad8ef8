"""Who else hangs on this feeder? Each building once, clinics first, and what would replace the line."""

from datetime import timedelta

import pytest

from tests.actions.room import Room
from tests.cases.scenes import Scene
from tests.room.map.town import line, tie
from warroom.errors import NotAllowed, NotFound
from warroom.room.map import line_page
from warroom.room.map.views import SupplyView
from warroom.sites import dependents
from warroom.sites.views import LineDependents


def of(town: Scene, name: str) -> SupplyView:
    return line_page.read_supply(town.ledger, town.lake, town.boon, name, now=town.now)


def test_every_building_on_a_feeder_and_its_branches_counts_once(town: Scene) -> None:
    assert of(town, "F1").hanging == LineDependents(homes=6, clinics=2, dark_clinics=1, schools=1, others=1)
    assert of(town, "B1").hanging == LineDependents(homes=0, clinics=1, dark_clinics=1, schools=1, others=1)
    assert of(town, "F1").uses["compound"] == 1


def test_what_a_source_states_beside_the_lines_counts_too_until_it_ends(town: Scene) -> None:
    assert of(town, "F2").hanging.clinics == 1
    town._write("ties", [tie("C2", "F2", until=town.now), tie("S1", "F2")], "grid")
    assert of(town, "F2").hanging == LineDependents(homes=0, clinics=1, dark_clinics=0, schools=1, others=0)


def test_the_clinic_that_goes_dark_first_stands_first(town: Scene) -> None:
    guarded = of(town, "F1").protected
    assert [(one.id, one.backup_hours, one.other_feed) for one in guarded] == [
        ("C2", None, False),
        ("C1", 8.0, True),
        ("S1", None, False),
    ]


def test_a_line_knows_what_feeds_it_what_it_feeds_and_what_replaces_it(town: Scene) -> None:
    feeder, branch = of(town, "F1"), of(town, "B1")
    assert [one.id for one in branch.path] == ["F1"]
    assert [one.id for one in feeder.branches] == ["B1"]
    assert feeder.leaves == {"feeder": 7}
    found = [(one.kind, one.count, one.capacity, one.soonest_days) for one in feeder.replacing]
    assert found == [("feeder", 1, 3.0, 3.0), ("generator", 1, 0.2, 0.0)]
    # What takes over for the source takes over for its branches too.
    assert branch.replacing[0].kind == "feeder"
    assert of(town, "F9").stands_in_for == "F1"


def test_a_link_is_replaced_by_satellite_and_not_by_a_generator(town: Scene) -> None:
    link = of(town, "L1")
    assert [one.kind for one in link.replacing] == ["satellite"]
    assert [(one.id, one.kind) for one in link.branches] == [("M1", "mast")]
    assert link.hanging.clinics == 1


def test_records_that_run_in_a_circle_are_shown_and_do_not_hang(town: Scene) -> None:
    town._write("supply", [line("A", "feeder", upstream="B"), line("B", "feeder", upstream="A")], "grid")
    assert of(town, "A").hanging.all == 0
    assert [one.id for one in of(town, "A").path] == ["B"]


def test_a_correction_of_the_grid_counts_from_the_next_look(town: Scene) -> None:
    assert of(town, "F2").branches == ()
    town._write("supply", [line("B1", "feeder", upstream="F2", capacity=1.0)], "grid")
    assert [one.id for one in of(town, "F2").branches] == ["B1"]
    assert of(town, "F1").hanging.clinics == 1


def test_readings_are_sums_of_local_days_with_gaps_left_out(town: Scene) -> None:
    # 18:00 UTC is the next day in Bangkok.
    evening = (town.now - timedelta(days=9)).replace(hour=18, minute=0, second=0, microsecond=0)
    rows = [(evening, 10.0), (evening + timedelta(hours=5), 2.5), (evening + timedelta(days=3), 7.0)]
    rows.append((town.now - timedelta(days=40), 99.0))
    town._write(
        "readings",
        [
            {"record_id": f"R{at}", "supply_id": "F1", "time": time, "quantity": sum_, "unit": "kWh"}
            for at, (time, sum_) in enumerate(rows)
        ],
        "grid",
    )
    found = of(town, "F1")
    assert (found.unit, [(one.quantity, one.count) for one in found.readings]) == (
        "kWh",
        [(12.5, 2), (7.0, 1)],
    )
    assert found.readings[0].day == (evening + timedelta(days=1)).date()
    assert (found.readings[1].day - found.readings[0].day).days == 3


def test_actions_on_a_line_stand_with_it_and_with_what_feeds_it(room: Room) -> None:
    cut = room.cut("F1")
    assert [one.reference for one in of(room.scene, "F1").actions] == [cut.reference]
    assert [one.reference for one in of(room.scene, "B1").actions] == [cut.reference]
    assert of(room.scene, "L1").actions == ()


def test_an_unknown_line_is_not_found_and_the_look_at_a_known_one_is_logged(town: Scene) -> None:
    with pytest.raises(NotFound, match="choose one on the map"):
        of(town, "nothing")
    with pytest.raises(NotAllowed):
        line_page.read_supply(town.ledger, town.lake, town.officer("root", "admin"), "F1")
    of(town, "F1")
    rows = town.sql("SELECT officer, subject FROM audit WHERE verb = 'supply.read'")
    assert [tuple(row) for row in rows] == [("boon", "supply:F1")]


def test_a_mast_whose_users_nobody_counted_is_not_said_to_have_none(town: Scene) -> None:
    assert dependents.count_dependents(town.lake, ["M1"]) is None
    assert dependents.count_dependents(town.lake, ["F1", "B1", "unknown"]) == of(town, "F1").hanging
