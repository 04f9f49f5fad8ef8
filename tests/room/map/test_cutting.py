"""Suspected places, and what a cut of the line that feeds one would reach before anybody proposes it."""

from tests.cases.scenes import Scene
from tests.room.map.town import MIDDLE, suspect, tie, tip
from warroom.room.map import cutting, map_layers
from warroom.room.map.views import CutView, MapView
from warroom.sites.views import LineDependents


def look(town: Scene) -> MapView:
    return map_layers.read_map(town.ledger, town.lake, town.boon, now=town.now)


def reach(town: Scene, feeder: str, at: str = "") -> CutView:
    found = cutting.preview_cut(town.lake, look(town), feeder, at=at)
    assert found is not None
    return found


def test_a_building_is_suspected_once_two_tips_name_it_and_a_home_never(town: Scene) -> None:
    suspect(town, "H1")
    ago = town.now - town.now.resolution
    town._write("tips", [tip(10, "C1", ago), tip(11, None, ago), tip(12, "nowhere", ago)], "citizens")
    assert look(town).places == ()
    town._write("tips", [tip(20, "K1", ago), tip(21, "K1", ago)], "hotline")
    (place,) = look(town).places
    assert (place.id, place.use, place.tips) == ("K1", "compound", 2)
    assert set(place.against) == {"few", "same-day"}


def test_tips_of_longer_ago_than_a_month_name_no_place_and_old_ones_say_so(town: Scene) -> None:
    suspect(town, days=(31, 40))
    assert look(town).places == ()
    suspect(town, days=(16, 20, 25))
    assert look(town).places[0].against == ("old",)


def test_the_room_screen_sees_no_suspected_place(town: Scene) -> None:
    suspect(town)
    assert map_layers.load_wall_map(town.ledger, town.lake, now=town.now).places == ()


def test_choosing_a_feeder_says_who_goes_dark_and_names_the_point_that_harms_least(town: Scene) -> None:
    suspect(town)
    found = reach(town, "F1")
    # C1 is on F2 as well: it stays lit.
    assert found.cut.dark == LineDependents(homes=6, clinics=1, dark_clinics=1, schools=1, others=1)
    assert (found.cut.lit, found.cut.second, found.cut.second_days) == (1, "F9", 3.0)
    assert [one.line for one in found.points] == ["F1", "B1", "XK1"]
    assert found.aim is not None
    assert found.least is not None
    assert (found.aim.id, found.least.line) == ("K1", "XK1")
    assert found.least.dark == LineDependents(homes=0, clinics=0, dark_clinics=0, schools=0, others=1)
    assert {one.id for one in found.guarded} == {"C2", "S1"}
    assert len(found.homes) == 1
    assert abs(found.homes[0][0] - MIDDLE[0]) < 0.01


def test_a_point_further_down_the_line_darkens_less(town: Scene) -> None:
    suspect(town)
    found = reach(town, "F1", at="B1")
    assert (found.cut.line, found.cut.dark.homes, found.homes) == ("B1", 0, ())
    assert reach(town, "F1", at="not-on-it").cut.line == "F1"


def test_where_no_suspected_place_hangs_on_a_line_no_point_is_named(town: Scene) -> None:
    found = reach(town, "F1")
    assert (found.aim, found.points, found.least) == (None, (), None)
    assert reach(town, "F2").cut.dark.all == 0
    assert cutting.preview_cut(town.lake, look(town), "L1") is None
    assert cutting.preview_cut(town.lake, look(town), "nothing") is None


def test_a_place_on_two_feeders_is_reached_by_no_single_cut(town: Scene) -> None:
    suspect(town)
    town._write("ties", [tie("K1", "F2")], "grid")
    found = reach(town, "F1")
    assert found.aim is not None
    assert found.least is None
    assert not any(one.reaches for one in found.points)


def test_a_building_knows_its_feeder(town: Scene) -> None:
    assert cutting.find_feeder(town.lake, look(town), "K1") == "F1"
    assert cutting.find_feeder(town.lake, look(town), "nothing") == ""
