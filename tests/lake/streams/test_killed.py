"""A room that is killed at any moment has lost no push it answered for, and doubled none."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.killing import MOMENTS
from tests.lake.files import seen
from tests.lake.streams.pushing import pushing, rows
from warroom.home import Home

ROWS = 40
TIME = "2026-10-01T03:00:00Z"

NURSERY = """
import os, sys, threading
from pathlib import Path
from tests.lake.streams.pushing import Pushing, rows
from warroom.home import open_home
import warroom.lake.hashing, warroom.lake.runs, warroom.records.jsonl
while line := sys.stdin.readline():
    home, first = line.split()
    child = os.fork()
    if child == 0:
        room = Pushing(open_home(Path(home)))
        def drain():
            while True:
                room.front.drain_journal()
        threading.Thread(target=drain, daemon=True).start()
        number = int(first)
        while True:
            room.push(f"key-{number:08}", rows(*range(number * ROWS, number * ROWS + ROWS), time=TIME))
            os.write(1, f"{number}\\n".encode())
            number += 1
    os.write(1, f"pid {child}\\n".encode())
    os.waitpid(child, 0)
    os.write(1, b"over\\n")
""".replace("ROWS", str(ROWS)).replace("TIME", repr(TIME))


class Nursery:
    """A process that has everything loaded and forks a room when it is told to."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", NURSERY],
            cwd=Path(__file__).parents[3],
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def pushed_until_killed(self, home: Home, first: int, chance: random.Random) -> int:
        """Let a room push from a number on, and kill it; the number after the last it answered for."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{home.root} {first}\n")
        self._process.stdin.flush()
        answered, child = first, 0
        enough = first + chance.randint(1, 30)
        for line in self._process.stdout:
            if line == "over\n":
                return answered
            if line.startswith("pid"):
                child = int(line.split()[1])
            else:
                answered = int(line) + 1
            if child and answered >= enough:
                time.sleep(chance.uniform(0, 0.05))
                os.kill(child, signal.SIGKILL)
                enough = sys.maxsize
        raise AssertionError("the nursery died")

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


def test_killed_again_and_again_no_push_is_lost_or_doubled(home: Home, nursery: Nursery) -> None:
    chance = random.Random(20_261_125)
    number = 0
    for _ in range(MOMENTS):
        # The push that was on its way is sent again with its key, as a sender does who got no answer.
        number = nursery.pushed_until_killed(home, number, chance)
    with pushing(home) as room:
        last = room.push(f"key-{number:08}", rows(*range(number * ROWS, number * ROWS + ROWS), time=TIME))
        room.front.drain_journal()
        outcome = room.became(last)
        assert outcome.accepted == ROWS
        assert outcome.duplicates == 0, (
            "what stands in the journal is taken by its position, not found out later"
        )
        assert set(seen(room.lake)) == {f"T{n}" for n in range((number + 1) * ROWS)}
        stats = {one.table: one.rows for one in room.lake.list_table_stats()}
        assert stats["transfers"] == (number + 1) * ROWS
        assert sum(one.accepted for one in room.lake.list_deliveries()) == (number + 1) * ROWS
        assert sum(one.duplicates for one in room.lake.list_deliveries()) == 0
        assert room.lake.verify() == []
