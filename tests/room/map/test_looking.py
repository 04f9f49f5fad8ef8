"""The map of a day: what is drawn, what is not told, and what had not happened yet."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from tests.actions.room import Room
from tests.cases.scenes import Scene, hour
from tests.room.map.town import MIDDLE, wire
from warroom.actions.decisions import course
from warroom.actions.operations.decisions import plans
from warroom.actions.operations.decisions.plans import OperationPlan
from warroom.actions.operations.views import PlannedPlace
from warroom.cases.decisions.cases import seal_case
from warroom.errors import NotAllowed
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.officers import Officer
from warroom.room.map import map_layers
from warroom.room.map.days import find_day_end, get_day_zone
from warroom.room.map.views import MapView
from warroom.sites import gazetteer, outline
from warroom.sites.network import load_network

WEST, SOUTH, EAST, NORTH = outline.compute_bounds()


def look(scene: Scene, officer: Officer | None = None, days: int = 0) -> MapView:
    """The map now, or at the end of a day some days before."""
    day = (scene.now - timedelta(days=days)).astimezone(get_day_zone()).date()
    return map_layers.read_map(scene.ledger, scene.lake, officer or scene.boon, day, now=scene.now)


def test_lines_stand_in_the_middle_of_who_hangs_on_them_and_homes_are_never_drawn(town: Scene) -> None:
    view = look(town)
    feeder = next(one for one in view.supply if one.id == "F1")
    assert feeder.at is not None
    assert abs(feeder.at[0] - MIDDLE[0]) < 0.01
    assert (feeder.hanging.homes, feeder.generators, feeder.satellites) == (6, 1, 1)
    assert {one.id for one in view.supply} == {"F1", "F9", "F2", "B1", "L1", "M1"}
    mast = next(one for one in view.supply if one.id == "M1")
    assert mast.at == next(one for one in view.supply if one.id == "L1").at
    assert {one.id for one in view.buildings} == {"C1", "C2", "S1", "K1"}
    assert view.supply[0].id == "F1"


def test_an_exercise_with_real_places_is_drawn_on_the_invented_country_alone(scene: Scene) -> None:
    wire(scene, middle=(16.7, 98.6))
    view = look(scene)
    assert view.exercise
    seen = [one.at for one in (*view.supply, *view.buildings, *view.standby) if one.at]
    assert seen
    assert all(SOUTH < lat < NORTH and WEST < lon < EAST for lat, lon in seen)
    assert gazetteer.load_gazetteer(True).find_place("Tak") is None


def test_in_earnest_places_are_where_they_are(live_home: Home) -> None:
    lake = Lake.open(live_home)
    row = {"record_id": "C1", "class": "clinic", "lat": 16.7, "lon": 98.6}
    lake.write_rows("premises", [row], source="land-office")
    assert load_network(lake).place.tolist() == [[16.7, 98.6]]


def test_the_gazetteer_knows_every_province_by_its_names() -> None:
    known = gazetteer.load_gazetteer(False)
    assert len(known.provinces) == 77
    for name in ("ตาก", "จ.ตาก", "จังหวัดตาก", "Tak", "TH-63", "63", "Changwat Tak"):
        spot = known.find_place(name)
        assert spot is not None
        assert spot.name.en == "Tak", name
    assert known.find_place("Atlantis") is None
    assert known.find_nearest_province((16.71, 98.57)).name.en == "Tak"
    assert all(5 < one.lat < 21 and 97 < one.lon < 106 for one in known.provinces)


def inside(lon: float, lat: float, ring: list[tuple[float, float]]) -> bool:
    """Whether a point lies in a ring: how often a ray to the east crosses it."""
    crossed = False
    for (x0, y0), (x1, y1) in itertools.pairwise(ring):
        if (y0 > lat) != (y1 > lat) and lon < x0 + (lat - y0) / (y1 - y0) * (x1 - x0):
            crossed = not crossed
    return crossed


def test_the_invented_country_holds_its_provinces_and_leaves_the_towns_across_the_line_outside() -> None:
    shapes, spots = outline.build_rings(), gazetteer.load_gazetteer(True).spots
    (land,), cells = shapes["land"], shapes["line"]
    assert all(ring[0] == ring[-1] for found in shapes.values() for ring in found)
    provinces = [one for one in spots if one.province]
    assert len(provinces) == len(cells) == 24
    for one in provinces:
        assert inside(one.lon, one.lat, land), one.code
        assert sum(inside(one.lon, one.lat, cell) for cell in cells) == 1, one.code
    towns = [one for one in spots if one.code.startswith("Crossing")]
    assert len(towns) == 8
    assert not any(inside(one.lon, one.lat, land) for one in towns)


@pytest.fixture
def banked(scene: Scene) -> Scene:
    """Accounts with holders in two provinces, and a case of each of seven reports: six pay from P01, one from P02."""
    numbers = [f"10{number}" for number in range(7)]
    scene._write(
        "accounts",
        [{"record_id": n, "bank": "B01", "account": n, "holder_id": f"holder-{n}"} for n in numbers],
        "register",
    )
    scene._write(
        "holders",
        [
            {"record_id": f"holder-{n}", "kind": "person", "province": "P02" if n == "106" else "P01"}
            for n in numbers
        ],
        "register",
    )
    for n in numbers:
        scene.transfer(f"T{n}", payer=n)
        scene.report(f"R{n}", [f"T{n}"])
    scene.money.own_accounts = True
    scene.sync()
    return scene


def told(view: MapView) -> dict[str, int | None]:
    return {one.province: one.count for one in view.reports}


def test_reports_count_by_the_victims_province_and_fewer_than_five_are_not_told(banked: Scene) -> None:
    assert told(look(banked)) == {"P01": 6, "P02": None}


def test_reports_of_a_case_sealed_to_others_are_not_counted(banked: Scene) -> None:
    outsider = banked.officer("olga", "investigator", agency="Elsewhere")
    sealed = banked.sql(
        "SELECT c.number FROM cases c JOIN claims k ON k.case_id = c.id WHERE k.payer = '106'"
    )
    seal_case(banked.ledger, banked.boon, sealed[0][0], ["Police"], "The holder is one of ours.")
    assert told(look(banked, outsider)) == {"P01": 6}
    assert told(look(banked)) == {"P01": 6, "P02": None}


def test_a_week_later_a_report_is_on_the_map_of_its_day_and_on_todays_no_more(banked: Scene) -> None:
    made = banked.now
    banked.now += timedelta(days=9)
    assert look(banked).reports == ()
    later = look(banked, days=8)
    assert later.as_of > made
    assert told(later) == {"P01": 6, "P02": None}


def test_journeys_count_by_where_they_led_and_not_for_whom(scene: Scene) -> None:
    def leg(number: int, start: str, end: str, days: float) -> dict[str, object]:
        time = scene.now - timedelta(days=days)
        return {
            "record_id": f"J{number}",
            "time": time,
            "traveller_id": f"TR{number}",
            "from": start,
            "to": end,
        }

    rows = [leg(number, "abroad", "P01", 1) for number in range(8)]
    rows += [leg(number, "P01", "P15", 1) for number in range(10, 13)]
    rows += [leg(number, "P01", "P02", 20) for number in range(20, 29)]
    scene._write("trips", rows, "immigration")
    found = look(scene).corridors
    assert [(one.start, one.end, one.count) for one in found] == [("abroad", "P01", 8), ("P01", "P15", None)]
    assert all(one.start_at and one.end_at for one in found)


def test_an_action_is_on_the_map_from_its_approval_to_its_end(room: Room) -> None:
    scene = room.scene
    cut = room.cut("B1")
    assert look(scene).actions == ()
    room.approve(cut, room.sup)
    room.approve(cut, room.com)
    (shown,) = look(scene).actions
    assert (shown.reference, shown.state, shown.supply) == (cut.reference, "approved", "B1")
    assert shown.at == next(one for one in look(scene).supply if one.id == "B1").at
    course.withdraw_action(
        scene.ledger, room.ines, cut.id, "The clinic asked.", key=room.key(), now=scene.now + hour(1)
    )
    scene.now += hour(2)
    assert look(scene).actions == ()


def test_an_action_of_a_case_sealed_to_others_is_not_there(room: Room) -> None:
    scene = room.scene
    scene.case()
    cut = room.cut("B1", case="C-1")
    room.approve(cut, room.sup)
    room.approve(cut, room.com)
    outsider = scene.officer("olga", "investigator", agency="Elsewhere")
    seal_case(scene.ledger, scene.boon, "C-1", ["Police"], "Its people are at risk.")
    assert len(look(scene).actions) == 1
    assert look(scene, outsider).actions == ()


def test_an_operation_stands_in_its_province_and_opens_with_a_purpose(room: Room) -> None:
    scene = room.scene
    scene.case()
    for case in (None, "C-1"):
        wanted = OperationPlan(
            "Lights", scene.now + hour(10), (PlannedPlace("House 1", "P05"),), ("POLICE",), False, case=case
        )
        plans.plan_operation(scene.ledger, room.ines, wanted, key=room.key(), now=scene.now)
    free, bound = look(scene, scene.officer("lawyer", "lawyer")).operations
    spot = gazetteer.load_gazetteer(True).find_place("P05")
    assert spot is not None
    assert (free.place, free.at) == ("House 1", (spot.lat, spot.lon))
    assert (bound.title, bound.place, bound.province, bound.at) == ("Lights", "", "", None)


def test_a_day_out_of_reach_becomes_the_nearest_and_ends_at_midnight_here(town: Scene) -> None:
    far = map_layers.read_map(town.ledger, town.lake, town.boon, datetime(1999, 1, 1).date(), now=town.now)
    assert far.day == far.first
    assert far.first <= far.last == town.now.astimezone(get_day_zone()).date()
    assert find_day_end(far.last, town.now) == town.now
    yesterday = far.last - timedelta(days=1)
    assert find_day_end(yesterday, town.now).astimezone(UTC).hour == 17


def test_who_looks_is_logged_once_an_hour_and_an_administrator_does_not_look(town: Scene) -> None:
    look(town)
    look(town)
    rows = town.sql("SELECT subject FROM audit WHERE verb = 'list.read'")
    assert [row[0] for row in rows] == ["map"]
    with pytest.raises(NotAllowed):
        look(town, town.officer("root", "admin"))


def test_an_empty_room_has_an_empty_map(scene: Scene) -> None:
    view = look(scene)
    assert (view.supply, view.buildings, view.reports, view.corridors, view.actions) == ((), (), (), (), ())
    assert view.first == view.last
    assert view.window == 7
