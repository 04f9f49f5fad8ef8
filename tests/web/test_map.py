"""The map and the page of a line: tables that say what the layers say, nothing loaded elsewhere, nothing prefilled wrongly."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from httpx import Client

from tests.room.map.town import suspect, tie, wire
from tests.web.conftest import Night, Visitor, served
from tests.web.leftovers import whole_in_both
from warroom.access.agencies import seed_exercise
from warroom.actions.views import ACTION_STATES
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.room.map.views import LAYERS
from warroom.web.kit import language
from warroom.web.kit.formats import Say
from warroom.web.kit.manifest import STATIC
from warroom.web.map.words import MapWords

Enter = Callable[..., Visitor]


@pytest.fixture
def ines(night: Night, enter: Enter) -> Visitor:
    """An infrastructure officer in a room whose lake knows one town and a case."""
    night.officer("first", "admin")
    seed_exercise(night.ledger)
    wire(night)
    suspect(night)
    night.case()
    night.officer("ines", "infrastructure")
    return enter("ines")


def rows(page: str, layer: str) -> int:
    """How many rows of the tables stand for a layer's shapes."""
    return page.count(f'data-row="{layer}"')


def test_the_tables_say_what_the_layers_draw(ines: Visitor) -> None:
    page, data = ines.page("/map"), ines.get("/map/data").json()
    assert set(data) == {*LAYERS, "labels"}
    for layer in ("places", "actions", "operations", "supply", "reports", "corridors"):
        assert rows(page, layer) == len(data[layer]["features"]), layer
    assert rows(page, "places") == 1
    counts = re.findall(r"data-buildings>([0-9,]+)<", page)
    assert sum(int(one.replace(",", "")) for one in counts) == len(data["buildings"]["features"]) == 4
    feeder = next(one for one in data["supply"]["features"] if one["properties"]["id"] == "F1")
    assert feeder["properties"]["homes"] == 6
    assert "homes 6, clinics 2, schools 1" in feeder["properties"]["title"]
    assert '<a href="/supply/F1">' in page
    assert all("home" not in str(one["properties"]) for one in data["buildings"]["features"])


def test_the_drawing_shows_the_chosen_layers_and_needs_no_script(ines: Visitor) -> None:
    page = ines.page("/map")
    assert 'class="of-supply feeder"' in page.split("data-canvas")[0].split('class="drawing"')[1]
    one = ines.page("/map?layer=buildings").split('class="drawing"')[1].split("</svg>")[0]
    assert "of-buildings clinic" in one
    assert "of-supply" not in one
    none = ines.page("/map?layer=").split('class="drawing"')[1].split("</svg>")[0]
    assert "of-" not in none
    assert "<path" in none


def test_a_slider_gets_the_drawing_and_the_tables_alone(ines: Visitor) -> None:
    part = ines.get("/map?day=not-a-day", **{"x-part": "tables"})
    assert part.status_code == 200
    assert "<html" not in part.text
    assert 'class="drawing"' in part.text
    assert rows(part.text, "supply") == rows(ines.page("/map"), "supply")


def panel(page: str) -> str:
    """The panel beside the map as text."""
    return re.sub(
        r"\s+",
        " ",
        re.sub(r"<[^>]+>", " ", page.split("data-panel ")[1].split("</aside>")[0].partition(">")[2]),
    )


def test_suspected_places_are_drawn_at_first_sight_and_listed_beside_the_map(ines: Visitor) -> None:
    page = ines.page("/map")
    assert "of-places" in page.split('class="drawing"')[1].split("</svg>")[0]
    said = panel(page)
    assert "large premise K1" in said
    assert "2 tips" in said
    # The tables stand behind a summary, closed.
    assert '<details class="sheet" data-behind>' in page


def test_an_address_opens_the_panel_with_all_that_lies_there_the_largest_harm_first(ines: Visitor) -> None:
    town = ines.get("/map/data").json()["supply"]["features"]
    lon, lat = next(one for one in town if one["properties"]["id"] == "F1")["geometry"]["coordinates"]
    said = panel(ines.page(f"/map?at={lat},{lon},9"))
    # The empty second feed does not hide the one with six homes.
    assert said.index("large premise K1") < said.index("feeder F1") < said.index("feeder F9")
    assert "nobody else on it" in said
    assert "6 homes, 2 clinics, 1 school" in said
    for nonsense in ("1,2", "x,y,z", "nan,nan,nan", "99,0,3", "1e400,0,1"):
        assert "Select anything on the map" in panel(ines.page(f"/map?at={nonsense}")), nonsense
    assert "Select anything on the map" in panel(ines.page("/map?chosen=supply:gone"))


def test_choosing_a_feeder_draws_the_reach_of_a_cut_before_anybody_proposes(ines: Visitor) -> None:
    page = ines.page("/map?chosen=supply:F1")
    said = panel(page)
    assert "If F1 is cut not proposed" in said
    assert "6 homes dark" in said
    assert "1 clinic without a generator: this stops the cut" in said
    assert "F9 takes over after 3 days unless cut too" in said
    assert "Nothing has been proposed" in said
    drawing = page.split('class="drawing"')[1].split("</svg>")[0]
    assert 'class="reach"' in drawing
    assert 'class="home"' in drawing
    assert 'class="guarded dark"' in drawing
    assert "Points on the line towards K1" in said


def test_the_button_proposes_the_least_harmful_point_that_reaches_the_place(ines: Visitor) -> None:
    page = ines.page("/map?chosen=places:K1")
    link = re.search(r'<a class="button do" href="(/actions/new[^"]+)">([^<]+)<', page)
    assert link
    assert link[2] == "Propose the cut at XK1, nobody else dark"
    form = ines.page(link[1].replace("&amp;", "&"))
    assert 'value="XK1"' in form
    assert 'value="P16"' in form


def test_no_button_where_nobody_who_is_suspected_hangs_on_the_line_or_no_cut_reaches_him(
    ines: Visitor, night: Night
) -> None:
    assert "would affect only neighbours" in panel(ines.page("/map?chosen=supply:F2"))
    night._write("ties", [tie("K1", "F2")], "grid")
    page = ines.page("/map?chosen=places:K1")
    assert "No single cut here reaches K1" in panel(page)
    assert "/actions/new" not in page.split("data-panel ")[1].split("</aside>")[0]


def test_who_may_not_propose_a_cut_reads_where_it_would_harm_least(
    ines: Visitor, night: Night, enter: Enter
) -> None:
    page = enter("anna").page("/map?chosen=places:K1")
    assert "The least harmful point that reaches K1 is XK1" in panel(page)
    assert "/actions/new" not in page


def test_a_press_gets_the_panel_alone(ines: Visitor) -> None:
    part = ines.get("/map?chosen=supply:F1", **{"x-part": "panel"})
    assert "<html" not in part.text
    assert "If F1 is cut" in panel(part.text)
    reach = json.loads(unescape(part.text.split('data-reach="')[1].split('"')[0]))
    kinds = {one["properties"]["kind"] for one in reach["features"]}
    assert kinds == {"chosen", "around", "home", "clinic", "school", "cut"}


def test_a_clinic_leads_to_the_line_that_feeds_it(ines: Visitor) -> None:
    page = ines.page("/map?chosen=buildings:C2")
    assert re.search(r'href="/map\?chosen=supply%3AF1" data-choose>See the line that feeds it', page)


def test_the_map_alone_loads_the_island_and_a_worker_of_this_server(ines: Visitor) -> None:
    drawn = ines.get("/map")
    assert re.search(r'src="/static/map-\w+\.js"', drawn.text)
    assert "worker-src 'self'" in drawn.headers["content-security-policy"]
    for path in ("/", "/actions", "/operations", "/supply/F1"):
        other = ines.get(path)
        assert "/static/map-" not in re.sub(r"/static/map-page-\w+\.css", "", other.text), path
        assert "worker-src" not in other.headers["content-security-policy"], path


def test_without_the_islands_the_first_page_is_light() -> None:
    """The board's own files, compressed as they are sent; MapLibre is a visit to the map."""
    first = re.compile(r"(room|board|room-page|room-style)-\w+\.(js|css)$")
    sent = sum(len(gzip.compress(path.read_bytes())) for path in STATIC.iterdir() if first.match(path.name))
    fonts = sum(
        path.stat().st_size
        for path in STATIC.iterdir()
        if re.match(r"ibm-plex-(sans-latin|sans-thai-thai|mono-latin)", path.name)
    )
    assert sent + fonts < 250 * 1024
    maps = sum(len(gzip.compress(path.read_bytes())) for path in STATIC.glob("map-*.js"))
    assert maps < 500 * 1024
    assert len(gzip.compress(next(STATIC.glob("land-*.json")).read_bytes())) < 40 * 1024


def test_an_exercise_is_drawn_on_its_invented_ground(ines: Visitor) -> None:
    page, ground = ines.page("/map"), ines.get("/map/ground").json()
    assert "An invented country: no real place is drawn in an exercise" in page
    assert 'data-ground="/map/ground"' in page
    corners = [corner for one in ground["features"] for corner in _corners(one["geometry"]["coordinates"])]
    assert all(-52 < lat < -40 and -134 < lon < -118 for lon, lat in corners)
    assert ines.get("/map/tiles").status_code == 404


def _corners(shape: list[object]) -> Iterator[tuple[float, float]]:
    for one in shape:
        assert isinstance(one, list)
        if isinstance(one[0], list):
            yield from _corners(one)
        else:
            yield one[0], one[1]


def test_the_page_of_a_feeder_answers_who_else_hangs_on_it(ines: Visitor) -> None:
    page = ines.page("/supply/F1")
    facts = dict(re.findall(r'data-fact="(\w+)">([0-9,]+)<', page))
    assert facts == {"homes": "6", "clinics": "2", "dark": "1", "schools": "1", "others": "1"}
    assert page.index("C2") < page.index(">C1<")
    assert "second feed" in page
    assert "No meter of this line has been read" in page
    assert ines.get("/supply/none%2Fhere").status_code == 404


def test_a_cut_is_proposed_from_the_page_with_what_the_records_know(ines: Visitor) -> None:
    link = re.search(r'<a class="button do" href="([^"]+)"', ines.page("/supply/B1"))
    assert link
    address = link[1].replace("&amp;", "&")
    given = parse_qs(urlsplit(address).query)
    assert given["kind"] == ["power-cut"]
    assert given["subjects"][0].startswith("B1")
    form = ines.page(address)
    assert 'value="B1"' in form
    assert 'value="P16"' in form
    assert re.search(r'name="d-megawatts"[^>]*value="1"', form)
    made = ines.post(
        address,
        "/actions/new",
        **{
            "subjects": "B1",
            "subjects_kind": "supply",
            "d-from": "2027-12-01T06:00",
            "d-megawatts": "1",
            "partner": "POWER",
            "reason": "A site hangs on it.",
        },
    )
    page = re.sub(r"\s+", " ", made.text)
    said = "Connected to it, by the records: homes 0; clinics 1, without backup power 1; schools 1; other buildings 1"
    assert said in page
    assert re.search(r'name="d-clinics"[^>]*value="1"', page)
    # How many clinics last the whole time an officer says, not the records.
    assert re.search(r'name="d-clinics_with_backup"[^>]*value=""', page)


def test_a_link_that_fills_in_what_the_form_does_not_ask_changes_nothing(ines: Visitor) -> None:
    form = ines.page("/actions/new?kind=power-cut&partner=POWER&csrf=x&key=y&d-nothing=1&subjects=<b>")
    assert 'value="&lt;b&gt;"' in form
    assert 'value="y"' not in form
    assert '<option value="POWER" selected' not in form


def test_both_pages_are_whole_in_both_languages(ines: Visitor) -> None:
    # Where the invented country's people come from has its own word in Thai.
    whole_in_both(
        ines,
        ("/map", "/map?chosen=places:K1", "/map?chosen=supply:F1", "/supply/F1", "/supply/L1", "/supply/M1"),
    )


def test_programs_get_the_layers_as_geojson_and_lines_with_everyone_on_them(
    ines: Visitor, night: Night, address: str
) -> None:
    with Client(base_url=address, timeout=60) as client:
        body = {"username": "ines", "password": "correct horse battery"}
        token = client.post("/api/v1/sign-in", json=body).json()["token"]
        client.headers["authorization"] = f"Bearer {token}"
        for layer in LAYERS:
            found = client.get(f"/api/v1/map/{layer}")
            assert found.status_code == 200, found.text
            assert found.json()["type"] == "FeatureCollection"
            assert found.json()["exercise"] is True
        line = client.get("/api/v1/supply/F1").json()
        assert line["hanging"]["homes"] == 6
        assert client.get("/api/v1/supply/nothing").status_code == 404
        assert client.get("/api/v1/map/homes").status_code == 422


@pytest.fixture
def tiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """An operator's map: for the server a file like any other."""
    path = tmp_path / "own.pmtiles"
    content = b"PMTiles\x03" + bytes(range(256)) * 8
    path.write_bytes(content)
    monkeypatch.setenv("WARROOM_MAP_TILES", str(path))
    return content


def test_in_earnest_the_operators_own_tiles_are_served_by_ranges(
    live_home: Home, database: str, tiles: bytes
) -> None:
    with Ledger.open(live_home) as ledger:
        night = Night(live_home, ledger, Lake.open(live_home))
        night.staff()
        with (
            served(live_home, ledger) as address,
            Client(base_url=address, follow_redirects=True, timeout=60) as client,
        ):
            anna = Visitor(client)
            anna.sign_in("anna")
            page = anna.page("/map")
            assert 'data-tiles="/map/tiles"' in page
            assert re.search(r'data-ground="/static/land-\w+\.json"', page)
            assert "invented" not in page.lower()
            part = anna.get("/map/tiles", range="bytes=0-7")
            assert (part.status_code, part.content) == (206, b"PMTiles\x03")
            assert part.headers["content-range"] == f"bytes 0-7/{len(tiles)}"
            assert anna.get("/map/tiles", range="bytes=8-263").content == bytes(range(256))


def test_strangers_get_no_tiles_and_no_map(visitor: Visitor) -> None:
    for path in ("/map", "/map/data", "/map/tiles", "/supply/F1"):
        assert "/sign-in" in str(visitor.get(path).url), path


@pytest.mark.parametrize("state", ACTION_STATES)
def test_an_action_on_the_map_is_titled_with_its_state_in_thai(state: str) -> None:
    said = Say("th", language.load_catalog("th"), ZoneInfo("Asia/Bangkok"), True, datetime.now(UTC))
    facts = {"reference": "M-7", "state": state, "subject": "F1"}
    title = MapWords(said).format_title("actions", facts, None)  # type: ignore[arg-type]
    assert re.fullmatch("M-7 · [^·a-z_]+ · F1", title)
