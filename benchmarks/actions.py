"""200 officers and 50 actions a second: `python -m benchmarks.actions [--quick]`.

An action is a decision: a proposal, an approval (with the look at the table before it), or taking one back. They are
due 50 a second whether or not those before are done, and each is timed from the moment it was due, so waiting counts.
One approval in 40 is raced by another officer on the same action. Once the services are called, once `warroom serve`
is asked over HTTP; server, PostgreSQL and load share the machine. Afterwards the ledger is searched for a lost or
doubled decision. Then operations of 200 actions, a mass measure, are planned, approved by two officers and sent, each step in one
transaction.
"""

import hashlib
import itertools
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import psutil
import sqlalchemy as sa

from benchmarks.harness import (
    Figure,
    at_most,
    at_percentile,
    measure_time,
    open_scratch_home,
    start_run,
    time_ms,
)
from benchmarks.served_room import serve_home
from warroom import clock
from warroom.access.agencies import seed_exercise
from warroom.actions import queries
from warroom.actions.decisions import approvals, course, proposals
from warroom.actions.decisions.proposals import ActionDraft
from warroom.actions.operations import queries as operation_queries
from warroom.actions.operations.decisions import go_ahead, plans, preparation
from warroom.actions.operations.decisions.plans import OperationPlan
from warroom.actions.operations.views import PlannedPlace
from warroom.errors import NotPossible
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.verify import verify_audit
from warroom.orders.order_content import OrderSubject

OFFICERS = 200
PROPOSERS = 160
RATE = 50.0  # actions a second
ACTIONS = 200  # of one joint operation
THREADS = 32
BAR_SERVICE, BAR_HTTP, BAR_OPERATION = 300.0, 400.0, 2_000.0
PAGE = {"scheme": "job", "copy_sha256": "ab" * 32, "copied_at": "2026-11-20T09:00:00+07:00", "preserve": True}
REASON = "It deceives people who look for work."
# Decisions that are missing, doubled or at odds with each other; each must find nothing.
FAULTS = {
    "approvals by one officer twice": """
        SELECT action_id FROM action_approvals GROUP BY action_id, officer_id HAVING count(*) > 1""",
    "decided with another number of approvals than asked": """
        SELECT m.id FROM actions m WHERE m.approved_at IS NOT NULL
        AND (SELECT count(*) FROM action_approvals WHERE action_id = m.id) <> m.needed""",
    "orders twice or missing": """
        SELECT m.id FROM actions m WHERE m.approved_at IS NOT NULL AND m.operation_id IS NULL
        AND (SELECT count(*) FROM orders WHERE about = 'measure' AND about_id = m.id AND kind = 'measure') <> 1""",
    "histories with a gap": """
        SELECT id FROM (SELECT id, before, lag(after) OVER (PARTITION BY action_id ORDER BY id) AS last
                        FROM action_transitions) t WHERE before IS DISTINCT FROM last""",
    "the same action twice at once": """
        SELECT 1 FROM action_subjects WHERE active GROUP BY action, partner, kind, subject HAVING count(*) > 1""",
}


class Room:
    """A ledger with 200 officers who propose or approve, each signed in. Four in five propose, so that nobody proposes
    as many takedowns in a day as make a mass measure.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        seed_exercise(ledger)
        self.proposers = [self._officer(number, "logistics") for number in range(PROPOSERS)]
        self.approvers = [self._officer(number, "supervisor") for number in range(OFFICERS - PROPOSERS)]
        self.others = {role: self._officer(0, role) for role in ("investigator", "prosecutor", "commander")}

    def _officer(self, number: int, role: str) -> Officer:
        name = f"{role}-{number}"
        made = {"name": name, "role": [role], "now": clock.get_now()}
        insert = """
            INSERT INTO officers (username, name, agency, password_hash, roles, active, made_at)
            VALUES (:name, :name, 'POLICE', 'none', :role, true, :now) RETURNING id"""
        with self.ledger.open_session() as session:
            number = session.execute(sa.text(insert), made).scalar_one()
            session.execute(
                sa.text(
                    "INSERT INTO sessions (token_hash, officer_id, made_at, expires_at, way, enrolling, address, device)"
                    " VALUES (:hash, :id, now(), now() + interval '1 day', 'password', false, '', '')"
                ),
                {"hash": hashlib.sha256(name.encode()).digest(), "id": number},
            )
        return Officer(number, name, name, "POLICE", frozenset([role]))


@dataclass
class Tally:
    """What was tried and what came of it; times in milliseconds from the moment something was due."""

    taken: list[float] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str) -> None:
        with self.lock:
            self.done[what] = self.done.get(what, 0) + 1

    def time(self, due: float) -> None:
        with self.lock:
            self.taken.append((time.perf_counter() - due) * 1000)


class Desk:
    """How officers decide: over the services."""

    def __init__(self, room: Room) -> None:
        self.ledger = room.ledger

    def propose(self, officer: Officer, page: str, key: str) -> int:
        draft = ActionDraft("page-takedown", (OrderSubject("page", page),), PAGE, REASON, "PLATFORM")
        return proposals.propose_action(self.ledger, officer, draft, key=key).id

    def approve(self, officer: Officer, number: int, key: str) -> bool:
        seen = queries.load_action(self.ledger, officer, number)
        return self._decides(
            lambda: approvals.approve_action(self.ledger, officer, number, seen.digest, key=key)
        )

    def withdraw(self, officer: Officer, number: int, key: str) -> bool:
        return self._decides(
            lambda: course.withdraw_action(self.ledger, officer, number, "A mistake.", key=key)
        )

    def _decides(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except NotPossible:
            return False
        return True


class Line:
    """How officers decide: over HTTP, each thread with a connection of its own."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.own = threading.local()

    def _ask(self, officer: Officer, method: str, path: str, key: str = "", **body: Any) -> httpx.Response:
        if not hasattr(self.own, "client"):
            self.own.client = httpx.Client(base_url=f"{self.address}/api/v1", timeout=60)
        headers = {"authorization": f"Bearer {officer.username}", "Idempotency-Key": key or "none-none"}
        answer: httpx.Response = self.own.client.request(method, path, headers=headers, json=body or None)
        assert answer.status_code in (200, 201, 409), (path, answer.status_code, answer.text)
        return answer

    def propose(self, officer: Officer, page: str, key: str) -> int:
        subjects = [{"kind": "page", "id": page}]
        body = {"kind": "page-takedown", "subjects": subjects, "details": PAGE, "reason": REASON}
        answer = self._ask(officer, "POST", "/measures", key, **body, partner="PLATFORM")
        return int(answer.json()["id"])

    def approve(self, officer: Officer, number: int, key: str) -> bool:
        seen = self._ask(officer, "GET", f"/measures/{number}").json()["digest"]
        return self._ask(officer, "POST", f"/measures/{number}/approve", key, digest=seen).status_code == 200

    def withdraw(self, officer: Officer, number: int, key: str) -> bool:
        path = f"/measures/{number}/withdraw"
        return self._ask(officer, "POST", path, key, reason="A mistake.").status_code == 200


def load(room: Room, way: Desk | Line, seconds: float, name: str) -> Tally:
    """Decisions at the rate for so long: of ten, five proposals, four approvals (of them one in 40 raced), and one
    that takes a proposal back.
    """
    tally, waiting, keys = Tally(), list[int](), (f"{name}-{number:09d}" for number in itertools.count())
    proposers, approvers = itertools.cycle(room.proposers), itertools.cycle(room.approvers)

    def propose(due: float, officer: Officer, page: str, key: str) -> None:
        made = way.propose(officer, page, key)
        tally.time(due)
        tally.count("proposed")
        waiting.append(made)

    def decide(due: float, what: str, officer: Officer, number: int, key: str) -> None:
        act = way.approve if what == "approved" else way.withdraw
        fine = act(officer, number, key)
        tally.time(due)
        tally.count(what if fine else "refused")

    with ThreadPoolExecutor(THREADS) as pool:
        began, jobs = time.perf_counter(), []
        for place in range(int(seconds * RATE)):
            due = began + place / RATE
            time.sleep(max(0.0, due - time.perf_counter()))
            step = place % 10
            if step % 2 == 0 or not waiting:
                page = f"{name}-page-{place}"
                jobs.append(pool.submit(propose, due, next(proposers), page, next(keys)))
                continue
            number = waiting.pop(0)
            if step == 9:
                jobs.append(pool.submit(decide, due, "withdrawn", next(approvers), number, next(keys)))
                continue
            jobs += [
                pool.submit(decide, due, "approved", next(approvers), number, next(keys))
                for _ in range(2 if place % 100 == 51 else 1)
            ]
        for job in jobs:
            job.result()
    return tally


def faults(room: Room, tallies: list[Tally]) -> Iterator[str]:
    """What the ledger holds that must not be, and what was answered as done and is not there."""
    with room.ledger.open_session() as session:
        for name, query in FAULTS.items():
            if found := len(session.execute(sa.text(query)).all()):
                yield f"{found} {name}"
        kept = session.execute(
            sa.text(
                "SELECT count(*), count(*) FILTER (WHERE approved_at IS NOT NULL),"
                " count(*) FILTER (WHERE state = 'withdrawn') FROM actions"
            )
        ).one()
    for what, there in zip(("proposed", "approved", "withdrawn"), kept, strict=True):
        answered = sum(one.done.get(what, 0) for one in tallies)
        if answered != there:
            yield f"{answered} {what} as answered, {there} in the ledger"
    if not verify_audit(room.ledger).ok:
        yield "the log does not verify"


def operations(room: Room, rounds: int) -> list[Figure]:
    """Milliseconds to plan, approve and send a joint operation of 200 actions, the slowest of some rounds."""
    steps = ("planned", "approved by the first officer", "approved by the last officer", "sent")
    slowest = dict.fromkeys(steps, 0.0)
    for number in range(rounds):
        for what, taken in _operation(room, number):
            slowest[what] = max(slowest[what], taken)
    name = f"operation of {ACTIONS} actions"
    return [at_most(f"{name} {what}", taken, "ms", BAR_OPERATION) for what, taken in slowest.items()]


def _operation(room: Room, number: int) -> Iterator[tuple[str, float]]:
    ledger, planner, boss = room.ledger, room.proposers[0], room.approvers[0]
    drafts = tuple(
        ActionDraft(
            "page-takedown", (OrderSubject("page", f"joint-{number}-{one}"),), PAGE, REASON, "PLATFORM"
        )
        for one in range(ACTIONS)
    )
    places = tuple(PlannedPlace(f"Place {one}", ("North", "East", "Middle")[one % 3]) for one in range(20))
    wanted = OperationPlan(
        "Two hundred pages", clock.get_now() + timedelta(hours=5), places, ("POLICE",), False, drafts
    )
    with measure_time() as spent:
        made = plans.plan_operation(ledger, planner, wanted, key=f"plan-{number}")
    yield "planned", 1000 * spent.wall
    preparation.say_readiness(ledger, room.others["investigator"], made.id, "ready", key=f"ready-{number}")
    for approver, which in ((room.approvers[1], "first"), (boss, "last")):
        taken = _approval(ledger, approver, made.id, f"approve-{number}")
        yield f"approved by the {which} officer", taken
    board = operation_queries.load_operation(ledger, boss, made.id).board
    go_ahead.give_go(ledger, boss, made.id, board, key=f"go-{number}")
    with measure_time() as spent:
        gone = go_ahead.give_go(ledger, room.others["commander"], made.id, board, key=f"go-{number}")
    assert gone.state == "go", gone.state
    yield "sent", 1000 * spent.wall


def _approval(ledger: Ledger, officer: Officer, number: int, key: str) -> float:
    table = operation_queries.load_operation(ledger, officer, number).table
    return time_ms(lambda: preparation.approve_all(ledger, officer, number, table, key=key))


def of_load(name: str, tally: Tally, bar: float) -> list[Figure]:
    done = ", ".join(f"{count} {what}" for what, count in sorted(tally.done.items()))
    return [at_percentile(name, tally.taken, 0.99, bar, done), at_percentile(name, tally.taken, 0.5, bar)]


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, quick="10 seconds of load in place of 60")
    seconds = 10.0 if run.is_quick else 60.0
    with open_scratch_home("exercise") as home, Ledger.open(home) as ledger:
        room = Room(ledger)
        before = psutil.cpu_percent(1.0)
        services = load(room, Desk(room), seconds, "service")
        with serve_home(home) as (address, _):
            time.sleep(5)  # until the background work has had its first turns
            lines = load(room, Line(address), seconds, "line")
        broken = list(faults(room, [services, lines]))
        figures = [
            *of_load("50 actions a second at the services", services, BAR_SERVICE),
            *of_load("50 actions a second over HTTP", lines, BAR_HTTP),
            *operations(room, 3),
            at_most("lost or doubled decisions", len(broken), "", 0, "; ".join(broken)),
            at_most("processor busy before the load", before, "%", 10, "others' work on this machine"),
        ]
    return run.finish("Actions", figures)


if __name__ == "__main__":
    sys.exit(main())
