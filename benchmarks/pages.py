"""The pages with 10,000 open cases: `python -m benchmarks.pages [--quick]`.

The demo's cases, with their real trails and proposals, are copied until 10,000 are open; then `warroom serve`
runs on that home with all its background work, and one officer reads. Times are as the reader's machine sees
them over loopback, so they are a little more than the server's own.
"""

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import psutil
import sqlalchemy as sa

from benchmarks import office
from benchmarks.figures import Figure, show
from warroom.home import Home, open_home
from warroom.ledger.ledger import Ledger
from warroom.web.kit.pages import STATIC
from warroom_lab.demo import founding, staff

CASES = 10_000
BAR_MS = 150.0
BAR_MB = 600.0
BAR_PLAYING = 750.0
SETTLED = timedelta(seconds=15)
"""Until the background work has had its first turns."""
# What a browser loads once: style, scripts, and two weights of a text face in both scripts and of the digits.
FIRST_LOAD = re.compile(r"(room|board|room-style)-|ibm-plex-(sans-latin|sans-thai-thai|mono-latin)")

COPY = """
WITH base AS (SELECT c.*, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS whole FROM cases c
              WHERE snapshot_id IS NOT NULL AND undecided > 0),
     made AS (SELECT n, base.id AS old, base.snapshot_id AS old_snapshot FROM generate_series({start}, {stop}) n
              JOIN base ON base.place = n % base.whole),
     new_cases AS (
       INSERT INTO cases (id, number, {case_columns}, exit_at, next_due, next_kind, lapse_at, snapshot_id)
       SELECT made.n, 'C-' || made.n, {case_values}, :now + make_interval(mins => 60 + made.n % 3000),
              :now + make_interval(mins => 60 + made.n % 3000), 'exit', NULL, {snapshots} + made.n
       FROM made JOIN cases c ON c.id = made.old RETURNING id),
     new_snapshots AS (
       INSERT INTO case_snapshots (id, case_id, sha256, content, trail, as_of, taken_at)
       SELECT {snapshots} + made.n, made.n, s.sha256, s.content, s.trail, s.as_of, s.taken_at
       FROM made JOIN case_snapshots s ON s.id = made.old_snapshot),
     new_reports AS (
       INSERT INTO case_reports ({report_columns}, record_id, case_id, transfer_ids)
       SELECT {report_values}, r.record_id || '-' || made.n, made.n, '{{}}' FROM made JOIN case_reports r ON r.case_id = made.old)
INSERT INTO proposals ({proposal_columns}, case_id, snapshot_id)
SELECT {proposal_values}, made.n, {snapshots} + made.n
FROM made JOIN proposals p ON p.case_id = made.old AND p.state IN ('open', 'not_held')
"""
KEPT = {
    "cases": {"id", "number", "exit_at", "next_due", "next_kind", "lapse_at", "snapshot_id"},
    "case_reports": {"record_id", "case_id", "transfer_ids"},
    "proposals": {"id", "case_id", "snapshot_id"},
}


def fill(home: Home, cases: int) -> None:
    """The demo's cases copied until `cases` are on the board."""
    founding.build(home)
    with Ledger.open(home) as ledger:
        owner = sa.create_engine(_owner(ledger))
        with owner.begin() as connection:
            start = connection.scalar(sa.text("SELECT max(id) + 1 FROM cases"))
            names = {table: _columns(connection, table, kept) for table, kept in KEPT.items()}
            text = COPY.format(
                start=start,
                stop=cases,
                snapshots=1_000_000,
                **{f"{word}_columns": ", ".join(names[table]) for word, table in WORDS.items()},
                **{
                    f"{word}_values": ", ".join(f"{word[0]}.{name}" for name in names[table])
                    for word, table in WORDS.items()
                },
            )
            # Copies neither name nor claim a transfer, which the ledger's guards would not let a decision rest on;
            # reading is the same. One that named what it does not own would be looked up by every turn of the work.
            connection.execute(sa.text("SET session_replication_role = replica"))
            connection.execute(sa.text(text), {"now": office.starts()})
        owner.dispose()


WORDS = {"case": "cases", "report": "case_reports", "proposal": "proposals"}


def _columns(connection: sa.Connection, table: str, kept: set[str]) -> list[str]:
    found = sa.inspect(connection).get_columns(table)
    return [column["name"] for column in found if column["name"] not in kept]


def _owner(ledger: Ledger) -> str:
    assert ledger.server is not None
    return ledger.server.url("postgres", "warroom").replace("postgresql://", "postgresql+psycopg://")


PROGRAM = "from warroom.cli.app import main; main()"


@contextmanager
def served(home: Home, program: str = PROGRAM) -> Iterator[tuple[str, psutil.Process]]:
    """`warroom serve` on a free port: its address and its process. `program`: what starts it, as Python."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = os.environ | {"WARROOM_HOME": str(home.root), "WARROOM_LOG_LEVEL": "error"}
    command = [sys.executable, "-c", program, "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address)
        yield address, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


def without_a_country(home: Home) -> Home:
    """The same room and cases, but nobody plays a country beside it: what an office runs."""
    card = home.root / "home.json"
    card.write_text(json.dumps(json.loads(card.read_text()) | {"kind": "exercise"}))
    return open_home(home.root)


def _wait_for(address: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            httpx.get(f"{address}/healthz")
            return
        except httpx.TransportError:
            time.sleep(0.2)
    raise SystemExit("warroom serve did not start")


def sign_in(client: httpx.Client) -> None:
    token = re.search(r'name="csrf" value="([^"]+)"', client.get("/sign-in").text)
    assert token
    who = next(person for person in staff.STAFF if person.username == "officer")
    answer = client.post(
        "/sign-in", data={"csrf": token[1], "username": who.username, "password": who.password}
    )
    assert answer.url.path == "/", answer.status_code


def times(client: httpx.Client, paths: list[str], **headers: str) -> list[float]:
    """Milliseconds of each page, the first two left out: they warm the server."""
    taken = []
    for path in paths:
        began = time.perf_counter()
        answer = client.get(path, headers=headers)
        taken.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, (path, answer.status_code)
    return sorted(taken[2:])


def percentile(taken: list[float], share: float) -> float:
    return taken[min(len(taken) - 1, int(len(taken) * share))]


def figures(address: str, server: psutil.Process, cases: int, rounds: int) -> list[Figure]:
    idle = server.memory_info().rss / 2**20
    step = max(1, cases // rounds)
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        sign_in(client)
        board = times(client, ["/"] * rounds)
        pages = times(client, [f"/cases?offset={50 * number}" for number in range(0, cases // 50, 5)])
        refresh = times(client, ["/"] * rounds, **{"HX-Request": "true"})
        case = times(client, [f"/cases/C-{number}" for number in range(1, cases, step)])
    weight = sum(path.stat().st_size for path in STATIC.iterdir() if FIRST_LOAD.match(path.name)) / 1024
    after = server.memory_info().rss / 2**20
    return [
        Figure(
            f"board with {cases:,} open cases, 95th percentile", percentile(board, 0.95), "ms", BAR_MS, False
        ),
        Figure("board, median", percentile(board, 0.5), "ms", BAR_MS, False),
        Figure(
            "later pages of the list of cases, 95th percentile", percentile(pages, 0.95), "ms", BAR_MS, False
        ),
        Figure("board's own refresh, 95th percentile", percentile(refresh, 0.95), "ms", BAR_MS, False),
        Figure("case page, 95th percentile", percentile(case, 0.95), "ms", BAR_MS, False),
        Figure("case page, median", percentile(case, 0.5), "ms", BAR_MS, False),
        Figure("memory of the server, which plays no country", idle, "MiB", BAR_MB, False),
        Figure("memory after all these pages", after, "MiB", BAR_MB, False),
        Figure(
            "styles, scripts and fonts of the first visit",
            weight,
            "KiB",
            300,
            False,
            "then kept by the browser",
        ),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 cases")
    parser.add_argument("--soak", action="store_true", help="as without")
    parser.add_argument("--full", action="store_true", help="as without")
    given = parser.parse_args()
    cases, rounds = (1_000, 40) if given.quick else (CASES, 200)
    with tempfile.TemporaryDirectory(prefix="warroom-pages-") as folder:
        home = open_home(Path(folder) / "home", "demo")
        fill(home, cases)
        with served(home) as (_, server):
            time.sleep(SETTLED.total_seconds())
            plays = server.memory_info().rss / 2**20
        with served(without_a_country(home), office.PROGRAM) as (address, server):
            time.sleep(SETTLED.total_seconds())
            found = figures(address, server, cases, rounds)
    beside = "no bar of its own: its country's 30,000 people live in it"
    found.append(
        Figure("memory of a server that plays an exercise", plays, "MiB", BAR_PLAYING, False, beside)
    )
    show("Pages", found)
    return int(not all(figure.holds for figure in found))


if __name__ == "__main__":
    sys.exit(main())
