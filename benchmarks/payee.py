"""Checks before payments over HTTP: `python -m benchmarks.payee [--quick] [--seconds N] [--rate N]`.

The demo's home is served by `warroom serve` with its background work going on, as an office runs it, and with its clock in the
days that the lake's records are of: by the real one their time would be over, and nothing would be known of any payee. The checks
count only once the analysis judges them. A bank's program in a process of its own asks at a fixed rate over connections that it keeps (an open loop: a check is due when it is due, and its clock
runs from then on, whether or not the answers before it have come), first to warm up and then to be measured. Half of the
payees and half of the payers are accounts that the lake knows. Processor time of both sides is told beside: on a machine with other work, it says more than
the clock.
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from io import FileIO
from pathlib import Path
from typing import Any

import ibis
import uvloop

from benchmarks import office
from benchmarks.harness import (
    Figure,
    at_most,
    measure_time,
    open_scratch_home,
    percentile,
    start_run,
    time_ms,
)
from benchmarks.served_room import serve_home, without_a_country
from warroom.access import agencies
from warroom.access.api_keys.keys import add_key
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.ledger.ledger import Ledger
from warroom.payee.journal import iter_lines, journal_folder
from warroom.payee.scorer import RULE
from warroom_lab.demo import founding

RATE = 1_000
SECONDS, QUICK_SECONDS, WARM_SECONDS = 60, 10, 5
CONNECTIONS = 64
ASKED_OF_ONE = 8
"""Payees about whom one payer asks: two more and the door takes it for probing."""
BAR_MS = 10.0
STEP = 0.001
SHARES = ("0.5", "0.99", "0.999")
BANK = "B01"
HEAD = (
    "POST /api/v1/payee-check HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n"
    "Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
)


@dataclass
class Asked:
    """What came of the checks: seconds from when each was due, by what was answered."""

    taken: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)

    def note(self, seconds: float, head: bytes) -> None:
        self.taken.append(seconds)
        status = head[9:12].decode()
        self.statuses[status] = self.statuses.get(status, 0) + 1


class Line(asyncio.Protocol):
    """One connection: one check at a time."""

    def __init__(self, program: "Program") -> None:
        self.program, self.due, self.buffer = program, 0.0, b""
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.program.free(self)

    def ask(self, due: float, request: bytes) -> None:
        self.due = due
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        self.buffer = b""
        self.program.asked.note(time.perf_counter() - self.due, head)
        self.program.free(self)


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])


class Program:
    """A bank's program that asks at a rate, whatever comes back."""

    def __init__(self, given: dict[str, Any]) -> None:
        host, port = given["address"].removeprefix("http://").split(":")
        self.host, self.port, self.key, self.now = host, int(port), given["key"], given["now"]
        self.payees: list[list[str]] = given["payees"]
        self.payers: list[str] = given["payers"]
        self.lines: deque[Line] = deque()
        self.due: deque[tuple[float, bytes]] = deque()
        self.asked = Asked()
        self.random = random.Random(20261124)
        self.number = 0

    def free(self, line: Line) -> None:
        """Give a connection its next check, or let it rest."""
        if self.due:
            line.ask(*self.due.popleft())
        else:
            self.lines.append(line)

    def put(self, due: float) -> None:
        """A check is due: over a connection that rests, or over the first that will."""
        request = self.request()
        if self.lines:
            self.lines.popleft().ask(due, request)
        else:
            self.due.append((due, request))

    def request(self) -> bytes:
        self.number += 1
        bank, number = self.random.choice(self.payees) if self.number % 2 else ("B09", f"8{self.number:09d}")
        payment = {
            "payment_id": f"P{self.number}",
            "payer_bank": BANK,
            "payer": self.payer(),
            "payee_bank": bank,
            "payee": number,
            "amount": f"{self.random.randrange(20, 60_000)}.00",
            "currency": "THB",
            "time": self.now,
            "channel": "transfer",
        }
        body = json.dumps(payment).encode()
        head = HEAD.format(host=f"{self.host}:{self.port}", key=self.key, length=len(body))
        return head.encode() + body

    def payer(self) -> str:
        """Every other payer is one that the lake knows, as often as a payer may be asked for; the rest are new."""
        half, known = divmod(self.number // 2, 2)
        if known and half < ASKED_OF_ONE * len(self.payers):
            return self.payers[half % len(self.payers)]
        return f"7{self.number % 200_000:09d}"

    async def run(self, rate: float, seconds: float) -> Asked:
        """Ask for some seconds, then wait for the last answers."""
        self.asked, count = Asked(), int(rate * seconds)
        began = time.perf_counter() + STEP
        for place in range(count):
            due = began + place / rate
            while (left := due - time.perf_counter()) > 0:
                await asyncio.sleep(left)
            self.put(due)
        while len(self.asked.taken) < count:
            await asyncio.sleep(STEP)
        return self.asked


async def ask(given: dict[str, Any]) -> dict[str, Any]:
    """Warm up, then measure: what the program's own process does."""
    program = Program(given)
    loop = asyncio.get_running_loop()
    for _ in range(CONNECTIONS):
        await loop.create_connection(lambda: Line(program), program.host, program.port)
    await program.run(given["rate"], WARM_SECONDS)
    print("warm", flush=True)
    with measure_time() as spent:
        asked = await program.run(given["rate"], given["seconds"])
    taken = sorted(seconds * 1000 for seconds in asked.taken)
    return {
        "count": len(taken),
        "ms": {share: percentile(taken, float(share)) for share in SHARES},
        "statuses": asked.statuses,
        "cpu": spent.cpu,
    }


def payees(lake: Lake, count: int = 5_000) -> list[tuple[str, str]]:
    """Accounts that the lake knows."""
    rows = lake.query_rows("transfers").select("payee_bank", "payee").distinct().limit(count)
    return [(row["payee_bank"], row["payee"]) for row in rows.to_pyarrow().to_pylist()]


def payers(lake: Lake, count: int = 5_000) -> list[str]:
    """The bank's accounts that paid most."""
    rows = lake.query_rows("transfers")
    paid = rows.filter(rows.payer_bank == BANK).group_by("payer").agg(times=ibis._.count())
    return [
        str(one) for one in paid.order_by(ibis.desc("times")).limit(count).to_pyarrow()["payer"].to_pylist()
    ]


def judges(home: Home, count: int) -> set[str]:
    """What judged the last `count` checks of the journal: the analysis, or the plain rule where nothing is known."""
    lines = [line for path in sorted(journal_folder(home).iterdir()) for line in iter_lines(path)]
    return {str(told["model"]) for told in map(json.loads, lines[-count:]) if "model" in told}


def _write_and_sync(file: FileIO) -> None:
    file.write(b"x" * 2_000)
    os.fdatasync(file.fileno())


def sync_ms(folder: Path) -> float:
    """What a disk takes to keep a few lines, in milliseconds: the 99th percentile of 200 writes. No answer is faster."""
    with (folder / "sync.draft").open("ab", buffering=0) as file:
        taken = [time_ms(partial(_write_and_sync, file)) for _ in range(200)]
    (folder / "sync.draft").unlink()
    return percentile(taken, 0.99)


def figures(given: argparse.Namespace) -> list[Figure]:
    """Build, serve, ask."""
    with open_scratch_home("demo") as home:
        founding.build_demo_home(home)
        home = without_a_country(home)
        with Ledger.open(home) as ledger:
            agencies.seed_exercise(ledger)
            key = add_key(ledger, BANK, ["payee-check"], per_minute=10**6, per_day=10**9).secret
        lake = Lake.open(home)
        known = {"payees": payees(lake), "payers": payers(lake)}
        with serve_home(home, office.PROGRAM) as (address, server):
            began = time.monotonic()
            time.sleep(given.settle)
            now = office.starts() + timedelta(seconds=time.monotonic() - began)
            asked = {"address": address, "key": key, "now": now.isoformat()} | known
            asked |= {"rate": given.rate, "seconds": given.seconds}
            program = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.payee", "--child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            assert program.stdin
            assert program.stdout
            program.stdin.write(json.dumps(asked) + "\n")
            program.stdin.flush()
            assert program.stdout.readline() == "warm\n"
            before = server.cpu_times()
            answered = json.loads(program.stdout.readline())
            after = server.cpu_times()
            program.wait()
            memory = server.memory_info().rss / 2**20
            disk = sync_ms(home.evidence)
            judged = judges(home, answered["count"])
    used = after.user + after.system - before.user - before.system
    if RULE in judged:
        raise SystemExit(
            "Checks were judged by the plain rule: nothing was known of the lake; settle longer."
        )
    return _figures(answered, used, memory, disk, given)


def _figures(
    answered: dict[str, Any], used: float, memory: float, disk: float, given: argparse.Namespace
) -> list[Figure]:
    ms, count = answered["ms"], answered["count"]
    per = 1e6 / count
    refused = count - answered["statuses"].get("200", 0)
    beside = f"a write of this disk alone: {disk:.1f} ms"
    return [
        at_most(f"a check at {given.rate:,}/s, 99th percentile", ms["0.99"], "ms", BAR_MS, beside),
        at_most("the same, median", ms["0.5"], "ms", BAR_MS),
        at_most("the same, slowest of a thousand", ms["0.999"], "ms", 10 * BAR_MS),
        at_most("checks not answered with 200", refused, "checks", 0, str(answered["statuses"])),
        at_most("processor time of the server a check, background too", used * per, "us", 1_000),
        at_most("processor time of the asking program a check", answered["cpu"] * per, "us", 1_000),
        at_most("memory of the server", memory, "MiB", 1_500),
    ]


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--settle", type=float, default=20.0, help="seconds before the first check")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, quick=f"{QUICK_SECONDS} seconds", options=add_options)
    given = run.given
    if given.child:
        print(json.dumps(uvloop.run(ask(json.loads(sys.stdin.readline())))), flush=True)
        return 0
    given.seconds = given.seconds or (QUICK_SECONDS if run.is_quick else SECONDS)
    return run.finish("Checks before payments", figures(given))


if __name__ == "__main__":
    sys.exit(main())
