"""A demo that is killed in the middle of its work, with the very signal nobody can catch."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.demo.test_founding import SMALL
from warroom.access.officers import list_officers
from warroom.cases.decisions.holds import approve_holds
from warroom.cases.queries.case_list import read_board
from warroom.cases.queries.case_page import case_page
from warroom.home import Home, open_home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.ledger.verify import verify_audit
from warroom.room.worklist.order_list import list_orders_with_answers
from warroom_lab.demo.exercise import DemoExercise
from warroom_lab.demo.founding import build_demo_home
from warroom_lab.demo.pace import Pace
from warroom_lab.demo.place import get_exercise_folder
from warroom_lab.demo.stage import CountryStage

PATIENCE = 90.0


def serving(home: Home, log: Path) -> "subprocess.Popen[bytes]":
    """`warroom demo` on this home, three hundred times as fast as life."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WARROOM_")}
    command = [sys.executable, "-c", "from warroom.cli.app import main; main()"]
    options = ["demo", "--port", str(port), "--speed", "300"]
    with log.open("ab") as out:
        return subprocess.Popen(
            command + options,
            env=environment | {"WARROOM_HOME": str(home.root)},
            stdout=out,
            stderr=out,
        )


def wait(process: "subprocess.Popen[bytes]", log: Path, until: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not until():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < ends, log.read_text()
        time.sleep(0.1)


def moved_on(position: Path, journal: Path, before: str) -> bool:
    """Whether the country has played on and heard of the orders."""
    return journal.exists() and position.exists() and position.read_text() != before


def approve_some(home: Home) -> int:
    """Approve every hold of one case before anybody is served; how many."""
    pace = Pace.load_clock(get_exercise_folder(home) / "pace.json")
    with home.turn_clock(pace.get_now), Ledger.open(home) as ledger:
        officer = next(one for one in list_officers(ledger) if one.username == "officer")
        row = next(row for row in read_board(ledger, officer, limit=100).rows if row.undecided)
        page = case_page(ledger, officer, row.number)
        wanted = [one.id for one in page.proposals if one.state == "open"]
        return len(approve_holds(ledger, officer, row.number, wanted, page.snapshot, "before"))


@pytest.mark.soak
def test_a_killed_demo_goes_on_and_nothing_is_lost_or_doubled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WARROOM_DATABASE_URL", raising=False)
    home, log = open_home(tmp_path / "home", "demo"), tmp_path / "log"
    build_demo_home(home, SMALL)
    holds = approve_some(home)
    position, journal = get_exercise_folder(home) / "position", get_exercise_folder(home) / "journal.jsonl"
    for more in (1, 2):
        process = serving(home, log)
        before = position.read_text() if position.exists() else ""
        wait(process, log, partial(moved_on, position, journal, before))
        time.sleep(0.37 * more)
        process.send_signal(signal.SIGKILL)
        process.wait()
    process = serving(home, log)
    target = int(position.read_text()) + 3600 * 1_000_000
    wait(process, log, lambda: int(position.read_text()) > target)
    process.send_signal(signal.SIGINT)
    process.wait(timeout=60)

    exercise, lake = DemoExercise(home), Lake.open(home)
    assert len(exercise.journal) == holds
    assert exercise.pace.now_micros() >= exercise.position
    rows = lake.query_rows("transfers").to_pyarrow()
    assert rows.num_rows == len(
        set(zip(rows["source"].to_pylist(), rows["record_id"].to_pylist(), strict=True))
    )
    assert lake.verify() == []
    twin = CountryStage.from_journal(SMALL, exercise.journal.entries, exercise.position)
    told = twin.take_arrivals(SMALL.opens, exercise.position).reports
    assert set(lake.query_rows("reports").to_pyarrow()["record_id"].to_pylist()) == {
        one.record_id for one in told
    }
    with Ledger.open(home) as ledger:
        assert verify_audit(ledger).ok
        officer = next(one for one in list_officers(ledger) if one.username == "officer")
        lines, total = list_orders_with_answers(ledger, officer)
    assert total == holds
    held = {one.order_id: one.stolen + one.own for one in twin.run.truth.list_holds()}
    answered = {
        line.order.order_id: sum(one.amount or 0 for one in line.answers) for line in lines if line.answers
    }
    assert answered
    assert all(held.get(order, 0) == amount for order, amount in answered.items())
