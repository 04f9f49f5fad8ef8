"""The board with 100,000 open cases, and how soon it can be used in a slow browser: `python -m benchmarks.board [--quick]`.

The demo's cases are copied until 100,000 are open (their trails are shared: the board reads none), some of them taken,
silent or over their time; `warroom serve` runs on that home with its background work. Chromium is slowed to a quarter
of its speed and opens the board as an officer does, with nothing kept from before.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

import httpx
import sqlalchemy as sa

from benchmarks.figures import Figure, show
from benchmarks.pages import _columns, _owner, percentile, served, sign_in, times
from warroom import clock
from warroom.home import Home, open_home
from warroom.ledger.ledger import Ledger
from warroom_lab.demo import founding, staff

CASES = 100_000
BAR_MS = 300.0
BAR_INTERACTIVE_MS = 1_500.0
SLOWER = 4
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
KEPT = {"id", "number", "exit_at", "next_due", "next_kind", "owner_id", "silent", "undecided"}
COPY = """
WITH base AS (SELECT c.*, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS whole FROM cases c
              WHERE snapshot_id IS NOT NULL AND undecided > 0)
INSERT INTO cases (id, number, exit_at, next_due, next_kind, owner_id, silent, undecided, {columns})
SELECT n, 'C-' || n, :now + make_interval(mins => n % 60000 - 600), :now + make_interval(mins => n % 60000 - 600),
       CASE WHEN n % 5 = 0 THEN 'lapse' ELSE 'exit' END, CASE WHEN n % 3 = 0 THEN 1 + n % 4 END, (n % 97 = 0)::int,
       CASE WHEN n % 4 = 0 THEN 0 ELSE base.undecided END, {values}
FROM generate_series({start}, {stop}) n JOIN base ON base.place = n % base.whole
"""


def fill(home: Home, cases: int) -> None:
    """The demo's cases copied until so many are on the board."""
    founding.build(home)
    with Ledger.open(home) as ledger:
        owner = sa.create_engine(_owner(ledger))
        with owner.begin() as connection:
            start = connection.scalar(sa.text("SELECT max(id) + 1 FROM cases"))
            names = _columns(connection, "cases", KEPT)
            columns, values = ", ".join(names), ", ".join(f"base.{name}" for name in names)
            text = COPY.format(columns=columns, values=values, start=start, stop=cases)
            connection.execute(sa.text("SET session_replication_role = replica"))
            connection.execute(sa.text(text), {"now": clock.now()})
        with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM ANALYZE cases"))
        owner.dispose()


def figures(address: str, cases: int, rounds: int) -> list[Figure]:
    paths = {
        "board": "/",
        "my work": "/work",
        "all work that is late": "/work?sort=late",
        "list of cases": "/cases",
        "wall screen": "/wall",
    }
    found = []
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        sign_in(client)
        for name, path in paths.items():
            taken = times(client, [path] * rounds)
            said = f"{name} with {cases:,} open cases, 95th percentile"
            found.append(Figure(said, percentile(taken, 0.95), "ms", BAR_MS, False))
    return found


def interactive(address: str, rounds: int) -> list[Figure]:
    """From asking for the board until its scripts have run and a key is heard, in Chromium at a quarter of its speed."""
    from playwright.sync_api import sync_playwright

    who = next(person for person in staff.STAFF if person.username == "officer")
    taken = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for _ in range(rounds):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            page = context.new_page()
            page.goto(f"{address}/sign-in")
            page.fill("[name=username]", who.username)
            page.fill("[name=password]", who.password)
            page.click("form[action='/sign-in'] button")
            page.wait_for_url(f"{address}/")
            tools = context.new_cdp_session(page)
            tools.send("Network.clearBrowserCache")
            tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            page.goto(f"{address}/", wait_until="domcontentloaded")
            page.keyboard.press("j")
            page.wait_for_function("document.activeElement.matches('[data-open]')")
            taken.append(float(page.evaluate("performance.now()")))
            context.close()
        browser.close()
    said = f"until a key is heard on the board, Chromium slowed {SLOWER} times, median"
    return [Figure(said, percentile(sorted(taken), 0.5), "ms", BAR_INTERACTIVE_MS, False)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 cases")
    parser.add_argument("--soak", action="store_true", help="as without")
    parser.add_argument("--full", action="store_true", help="as without")
    given = parser.parse_args()
    cases, rounds = (10_000, 20) if given.quick else (CASES, 60)
    with tempfile.TemporaryDirectory(prefix="warroom-board-") as folder:
        home = open_home(Path(folder) / "home", "demo")
        fill(home, cases)
        with served(home) as (address, _):
            time.sleep(10)  # until the background work has had its first turns
            found = figures(address, cases, rounds)
            found += interactive(address, 5) if CHROMIUM else []
    show("The board", found)
    return int(not all(figure.holds for figure in found))


if __name__ == "__main__":
    sys.exit(main())
