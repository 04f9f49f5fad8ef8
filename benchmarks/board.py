"""The board with 100,000 open cases, and how soon it can be used in a slow browser: `python -m benchmarks.board [--quick]`.

The demo's cases are copied until 100,000 are open (their trails are shared: the board reads none), some of them taken,
silent or over their time; `warroom serve` runs on that home with its background work. Chromium is slowed to a quarter
of its speed and opens the board as an officer does, with nothing kept from before.
"""

import sys
import time
from collections.abc import Sequence

import sqlalchemy as sa

from benchmarks.harness import Figure, at_percentile, open_scratch_home, start_run
from benchmarks.served_room import (
    CHROMIUM,
    OFFICER,
    launch_chromium,
    list_columns,
    open_client,
    owner_url,
    serve_home,
    sign_in_browser,
    time_pages,
)
from warroom import clock
from warroom.home import Home
from warroom.ledger.ledger import Ledger
from warroom_lab.demo import founding

CASES = 100_000
BAR_MS = 300.0
BAR_INTERACTIVE_MS = 1_500.0
SLOWER = 4
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
    founding.build_demo_home(home)
    with Ledger.open(home) as ledger:
        owner = sa.create_engine(owner_url(ledger))
        with owner.begin() as connection:
            start = connection.scalar(sa.text("SELECT max(id) + 1 FROM cases"))
            names = list_columns(connection, "cases", KEPT)
            columns, values = ", ".join(names), ", ".join(f"base.{name}" for name in names)
            text = COPY.format(columns=columns, values=values, start=start, stop=cases)
            connection.execute(sa.text("SET session_replication_role = replica"))
            connection.execute(sa.text(text), {"now": clock.get_now()})
        with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM ANALYZE cases"))
        owner.dispose()


def time_lists(address: str, cases: int, rounds: int) -> list[Figure]:
    paths = {
        "board": "/",
        "my work": "/work",
        "all work that is late": "/work?sort=late",
        "list of cases": "/cases",
        "wall screen": "/wall",
    }
    with open_client(address) as client:
        return [
            at_percentile(
                f"{name} with {cases:,} open cases", time_pages(client, [path] * rounds), 0.95, BAR_MS
            )
            for name, path in paths.items()
        ]


def interactive(address: str, rounds: int) -> list[Figure]:
    """From asking for the board until its scripts have run and a key is heard, in Chromium at a quarter of its speed."""
    from playwright.sync_api import sync_playwright

    taken = []
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright, ["--no-sandbox"])
        for _ in range(rounds):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            page = context.new_page()
            sign_in_browser(page, address, OFFICER.username, OFFICER.password)
            tools = context.new_cdp_session(page)
            tools.send("Network.clearBrowserCache")
            tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            page.goto(f"{address}/", wait_until="domcontentloaded")
            page.keyboard.press("j")
            page.wait_for_function("document.activeElement.matches('[data-open]')")
            taken.append(float(page.evaluate("performance.now()")))
            context.close()
        browser.close()
    name = f"until a key is heard on the board, Chromium slowed {SLOWER} times"
    return [at_percentile(name, taken, 0.5, BAR_INTERACTIVE_MS)]


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, quick="10,000 cases")
    cases, rounds = (10_000, 20) if run.is_quick else (CASES, 60)
    with open_scratch_home("demo") as home:
        fill(home, cases)
        with serve_home(home) as (address, _):
            time.sleep(10)  # until the background work has had its first turns
            figures = time_lists(address, cases, rounds)
            figures += interactive(address, 5) if CHROMIUM else []
    return run.finish("The board", figures)


if __name__ == "__main__":
    sys.exit(main())
