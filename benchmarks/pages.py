"""The pages with 10,000 open cases: `python -m benchmarks.pages [--quick]`.

The demo's cases, with their real trails and proposals, are copied until 10,000 are open; then `warroom serve`
runs on that home with all its background work, and one officer reads. Times are as the reader's machine sees
them over loopback, so they are a little more than the server's own.
"""

import re
import sys
import time
from collections.abc import Sequence
from datetime import timedelta

import httpx
import psutil
import sqlalchemy as sa

from benchmarks import log, office
from benchmarks.harness import Figure, at_most, at_percentile, open_scratch_home, start_run
from benchmarks.served_room import (
    list_columns,
    open_client,
    owner_url,
    serve_home,
    time_pages,
    without_a_country,
)
from warroom.home import Home
from warroom.ledger.ledger import Ledger
from warroom.web.kit.manifest import STATIC
from warroom_lab.demo import founding, staff

CASES = 10_000
BAR_MS = 150.0
BAR_FOLLOW_MS = 1_000.0
"""A form whose answer is a new trail: a second is what keeps a thought whole (Nielsen 1993)."""
BAR_MB = 600.0
LOGGED = 10
"""Rows of the log for each case."""
FOLLOWED = 20
"""Of the demo's own cases: copies name no transfer to follow."""
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
HIDDEN = re.compile(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"')
"""The hidden fields of a page's forms."""
PEOPLE = """
WITH made AS (
       INSERT INTO people (number, found, found_at, made_by, made_at, age_band, age_basis, child, victim, suspect)
       SELECT 'P-' || (1000 + n), 'self', :now - make_interval(mins => n % 9000), officers.id, :now, '25-34', 'stated', false,
              CASE WHEN n % 5 = 0 THEN 'presumed' ELSE 'identified' END, 'none'
       FROM generate_series(1, :people) n, officers WHERE officers.username = 'screener' RETURNING id, made_by, made_at),
     due AS (
       INSERT INTO deadlines (about, about_id, kind, due_at, state)
       SELECT 'person', id, 'identification', made_at + make_interval(hours => (id % 96)::int), 'running' FROM made)
INSERT INTO person_team (person_id, officer_id, lead, since) SELECT id, made_by, true, made_at FROM made
"""
KEPT = {
    "cases": {"id", "number", "exit_at", "next_due", "next_kind", "lapse_at", "snapshot_id"},
    "case_reports": {"record_id", "case_id", "transfer_ids"},
    "proposals": {"id", "case_id", "snapshot_id"},
}


def fill(home: Home, cases: int) -> None:
    """The demo's cases copied until `cases` are on the board."""
    founding.build_demo_home(home)
    with Ledger.open(home) as ledger:
        owner = sa.create_engine(owner_url(ledger))
        with owner.begin() as connection:
            start = connection.scalar(sa.text("SELECT max(id) + 1 FROM cases"))
            names = {table: list_columns(connection, table, kept) for table, kept in KEPT.items()}
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
            connection.execute(sa.text(PEOPLE), {"now": office.starts(), "people": cases})
        owner.dispose()
        log.fill(ledger, LOGGED * cases)


WORDS = {"case": "cases", "report": "case_reports", "proposal": "proposals"}


def figures(address: str, server: psutil.Process, cases: int, rounds: int) -> list[Figure]:
    idle = server.memory_info().rss / 2**20
    step = max(1, cases // rounds)
    with open_client(address) as client:
        board = time_pages(client, ["/"] * rounds)
        pages = time_pages(client, [f"/cases?offset={50 * number}" for number in range(0, cases // 50, 5)])
        refresh = time_pages(client, ["/"] * rounds, **{"HX-Request": "true"})
        case = time_pages(client, [f"/cases/C-{number}" for number in range(1, cases, step)])
        follow = time_follow(client, [f"C-{number}" for number in range(1, FOLLOWED + 3)])
    with open_client(address, who=find_role("auditor")) as client:
        log_page = time_pages(client, ["/audit"] * rounds)
    with open_client(address, who=find_role("screener")) as client:
        people = time_pages(client, ["/people"] * rounds)
    weight = sum(path.stat().st_size for path in STATIC.iterdir() if FIRST_LOAD.match(path.name)) / 1024
    after = server.memory_info().rss / 2**20
    return [
        at_percentile(f"board with {cases:,} open cases", board, 0.95, BAR_MS),
        at_percentile("board", board, 0.5, BAR_MS),
        at_percentile("later pages of the list of cases", pages, 0.95, BAR_MS),
        at_percentile("board's own refresh", refresh, 0.95, BAR_MS),
        at_percentile("case page", case, 0.95, BAR_MS),
        at_percentile("case page", case, 0.5, BAR_MS),
        at_percentile("page of the log", log_page, 0.95, BAR_MS),
        at_percentile("list of people found", people, 0.95, BAR_MS),
        at_percentile("money of a case followed again, and its page", follow, 0.95, BAR_FOLLOW_MS),
        at_most("memory of the server, which plays no country", idle, "MiB", BAR_MB),
        at_most("memory after all these pages", after, "MiB", BAR_MB),
        at_most(
            "styles, scripts and fonts of the first visit", weight, "KiB", 300, "then kept by the browser"
        ),
    ]


def find_role(role: str) -> staff.DemoSignIn:
    """The first of the demo's staff who has a role."""
    return next(person for person in staff.STAFF if role in person.roles)


def time_follow(client: httpx.Client, cases: Sequence[str]) -> list[float]:
    """Milliseconds of each form that follows a case's money again, with the page that it leads to."""

    def follow_money(case: str) -> None:
        page = client.get(f"/cases/{case}").text
        if f'/cases/{case}/follow"' not in page:
            return  # nothing to follow: no transfer of its report is known
        fields = dict(HIDDEN.findall(page))
        began = time.perf_counter()
        answer = client.post(f"/cases/{case}/follow", data=fields)
        taken.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, (case, answer.status_code, answer.text[-2000:])

    taken: list[float] = []
    for case in cases:
        follow_money(case)
    return taken[2:]


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, quick="1,000 cases")
    cases, rounds = (1_000, 40) if run.is_quick else (CASES, 200)
    with open_scratch_home("demo") as home:
        fill(home, cases)
        with serve_home(home) as (_, server):
            time.sleep(SETTLED.total_seconds())
            plays = server.memory_info().rss / 2**20
        with serve_home(without_a_country(home), office.PROGRAM) as (address, server):
            time.sleep(SETTLED.total_seconds())
            found = figures(address, server, cases, rounds)
    beside = "no bar of its own: its country's 30,000 people live in it"
    found.append(at_most("memory of a server that plays an exercise", plays, "MiB", BAR_PLAYING, beside))
    return run.finish("Pages", found)


if __name__ == "__main__":
    sys.exit(main())
