"""The map of a whole grid: `python -m benchmarks.map [--quick]`.

Forty thousand buildings on feeders and links, and two hundred thousand legs of journeys, are written beside the demo's
records; then `warroom serve` runs on that home and one officer reads. Times are as the reader's machine sees them over
loopback; the map is drawn in Chromium by software, as on a machine without a graphics card.
"""

import gzip
import re
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from playwright.sync_api import sync_playwright

from benchmarks.harness import Figure, at_most, at_percentile, measure_time, open_scratch_home, start_run
from benchmarks.pages import FIRST_LOAD
from benchmarks.served_room import (
    OFFICER,
    launch_chromium,
    open_client,
    serve_home,
    sign_in_browser,
    time_pages,
)
from warroom import clock
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.web.kit.manifest import STATIC
from warroom_lab.demo import founding

BUILDINGS, QUICK = 40_000, 4_000
ON_A_FEEDER = 320
LEGS = 5
"""Legs of journeys a building."""
USES = ("home", "clinic", "school", "shop", "office", "hotel", "villa", "compound")
SHARES = (0.82, 0.012, 0.012, 0.085, 0.03, 0.015, 0.016, 0.01)
FLAGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]


def fill(home: Home, buildings: int) -> None:
    """A demo with a grid of so many buildings: a service line each, links to half, a generator to one in ten."""
    founding.build_demo_home(home)
    lake, rng = Lake.open(home), np.random.default_rng(7)
    numbers = np.arange(buildings)
    feeder = numbers // ON_A_FEEDER
    middle = rng.uniform((-49, -130), (-43, -122), (feeder.max() + 1, 2))
    place = middle[feeder] + rng.normal(0, 0.02, (buildings, 2))
    own = np.where(rng.random(buildings) < 0.1, 8.0, np.nan)
    houses = {
        "record_id": [f"ZL{at}" for at in numbers],
        "class": rng.choice(USES, buildings, p=SHARES).tolist(),
        "lat": place[:, 0],
        "lon": place[:, 1],
        "backup_hours": pa.array(own, from_pandas=True),
    }
    lake.write_rows("premises", pa.table(houses), source="land-office")
    lake.write_rows("supply", _lines(feeder, own), source="grid")
    lake.write_rows("trips", _legs(buildings * LEGS, rng), source="immigration")


def _lines(feeder: np.ndarray, own: np.ndarray) -> pa.Table:
    rows: list[tuple[str, str | None, str, str | None, float]]
    rows = [(f"ZF{at}", None, "feeder", None, 20.0) for at in range(int(feeder.max()) + 1)]
    rows += [(f"ZT{at}", None, "fibre", None, 10_000.0) for at in range(int(feeder.max()) + 1)]
    rows += [(f"ZS{at}", f"ZL{at}", "feeder", f"ZF{one}", 0.01) for at, one in enumerate(feeder)]
    rows += [(f"ZN{at}", f"ZL{at}", "fibre", f"ZT{one}", 300.0) for at, one in enumerate(feeder) if at % 2]
    rows += [(f"ZG{at}", f"ZL{at}", "generator", None, 0.1) for at in np.flatnonzero(~np.isnan(own))]
    names = ("record_id", "premises_id", "kind", "upstream", "capacity")
    return pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


def _legs(count: int, rng: np.random.Generator) -> pa.Table:
    now = clock.get_now()
    moments = [now - timedelta(minutes=float(back)) for back in rng.uniform(1, 10_000, count)]
    towns = [f"P{number:02d}" for number in range(1, 25)]
    columns: dict[str, Any] = {
        "record_id": [f"ZJ{at}" for at in range(count)],
        "time": pa.array(moments, pa.timestamp("us", "UTC")),
        "from": rng.choice(towns, count).tolist(),
        "to": rng.choice(towns, count).tolist(),
    }
    return pa.table(columns)


def figures(address: str, buildings: int, rounds: int) -> list[Figure]:
    with open_client(address) as client:
        page = time_pages(client, ["/map"] * rounds)
        data = time_pages(client, ["/map/data"] * rounds)
        line = time_pages(client, [f"/supply/ZF{at}" for at in range(min(rounds, buildings // ON_A_FEEDER))])
        sent = len(gzip.compress(client.get("/map/data").content)) / 1024
        day = time_pages(client, [f"/map?day={_day(back)}" for back in range(8)])
    return [
        at_percentile(f"map of {buildings:,} buildings", page, 0.95, 500),
        at_percentile("map of another day", day, 0.95, 1_000),
        at_percentile("its layers for the browser", data, 0.95, 800),
        at_percentile("who hangs on a feeder", line, 0.95, 300),
        at_most("the layers as sent", sent, "KiB", 600),
        at_most("map drawn in Chromium, from the click", drawn(address), "s", 6, "by software"),
        *weights(),
    ]


def _day(back: int) -> str:
    return (clock.get_now() - timedelta(days=back)).date().isoformat()


def drawn(address: str) -> float:
    """Seconds from asking for the page to a map that stands still."""
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright, FLAGS)
        page = browser.new_page()
        sign_in_browser(page, address, OFFICER.username, OFFICER.password)
        with measure_time() as spent:
            page.goto(f"{address}/map")
            page.wait_for_selector("[data-map][data-ready=yes]")
        browser.close()
    return spent.wall


def weights() -> list[Figure]:
    """What a browser loads once, as sent: the first page without the map, and what the map adds."""
    own = re.compile(r"map-.*\.(js|css)$|land-.*\.json$")
    first = sum(_sent(path) for path in STATIC.iterdir() if FIRST_LOAD.match(path.name))
    more = sum(_sent(path) for path in STATIC.iterdir() if own.match(path.name))
    return [
        at_most("first page: styles, scripts and fonts as sent", first, "KiB", 250, "without the map"),
        at_most("what a first visit to the map adds", more, "KiB", 500, "then kept by the browser"),
    ]


def _sent(path: Path) -> float:
    whole = path.read_bytes()
    return len(whole if path.suffix == ".woff2" else gzip.compress(whole)) / 1024


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, quick=f"{QUICK:,} buildings")
    buildings, rounds = (QUICK, 12) if run.is_quick else (BUILDINGS, 40)
    with open_scratch_home("demo") as home:
        fill(home, buildings)
        with serve_home(home) as (address, _):
            time.sleep(5)
            return run.finish("Map", figures(address, buildings, rounds))


if __name__ == "__main__":
    sys.exit(main())
