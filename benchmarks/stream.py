"""A soak: transfers pushed at a steady rate while the server is killed again and again; nothing may be lost or doubled.

`python -m benchmarks.stream [--quick] [--minutes N] [--rate ROWS] [--kill-every SECONDS] [--json FILE]`

The server is the one that serves in earnest, with a data folder and a PostgreSQL of its own. Senders keep to a
timetable: what is due while nobody answers is sent afterwards, each push with its own key until it is answered for.
Some pushes are sent twice on purpose, and some by two senders at once.
"""

import argparse
import json
import os
import queue
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from benchmarks.harness import ROOT, Figure, at_least, at_most, percentile, start_run

ROWS_A_PUSH = 1_000
SENDERS = 4
AGAIN = 0.02
"""This share of pushes is sent again though it was answered for."""
SAMPLE_SECONDS = 0.5
MIB = 1 << 20
CATCH_UP = 45.0
"""Seconds after the timetable's end by which all must be answered for: a start after the last kill, and its backlog."""
WARM_SECONDS = 20
"""Memory is not judged before a server has lived so long."""


@dataclass
class Course:
    """What happened: pushes answered for, answers that said so again, when to come later, and every sample of memory."""

    pushes: int = 0
    again: int = 0
    later: int = 0
    broken: int = 0
    kills: int = 0
    slowest: float = 0.0
    cpu: float = 0.0
    """Seconds of processors that the servers used."""
    waits: list[float] = field(default_factory=list)
    memory: list[tuple[float, float, int, int]] = field(default_factory=list)
    """(seconds since the start, the server's age, bytes of its own, bytes with mapped files)."""


class Server:
    """A `warroom serve` that can be killed and started again."""

    def __init__(self, home: Path, log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.env = os.environ | {"WARROOM_HOME": str(home), "WARROOM_LOG_LEVEL": "warning"}
        self._log = log.open("ab")
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "warroom", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=self.env, stdout=self._log, stderr=self._log, cwd=ROOT)
        self.started = time.monotonic()

    def kill(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        assert self.process
        self.process.terminate()
        self.process.wait(timeout=120)

    def cpu(self) -> float:
        """Seconds of processor that it has used."""
        assert self.process
        words = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> tuple[int, int]:
        """Bytes of its own, and with the files it has mapped."""
        assert self.process
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        facts = {
            line.split(":")[0]: line.split()[1] for line in lines if line.startswith(("RssAnon", "VmRSS"))
        }
        return int(facts["RssAnon"]) * 1024, int(facts["VmRSS"]) * 1024


class Senders:
    """Senders that keep to a timetable, each push until it is answered for."""

    def __init__(self, server: Server, key: str, rate: int, seconds: float, course: Course) -> None:
        self._server, self._key, self._rate, self._course = server, key, rate, course
        self.seconds = seconds
        self._pushes = int(rate * seconds / ROWS_A_PUSH)
        self._due: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._guard = threading.Lock()
        self._chance = random.Random(20_261_125)
        self.rows = self._pushes * ROWS_A_PUSH

    def run(self) -> None:
        threads = [threading.Thread(target=self._send_all) for _ in range(SENDERS)]
        for thread in threads:
            thread.start()
        began = time.monotonic()
        for number in range(self._pushes):
            due = began + number * ROWS_A_PUSH / self._rate
            time.sleep(max(0.0, due - time.monotonic()))
            self._due.put(number)
            if self._chance.random() < AGAIN:
                self._due.put(number)
        for _ in threads:
            self._due.put(None)
        for thread in threads:
            thread.join()

    def _send_all(self) -> None:
        with httpx.Client(base_url=self._server.address, timeout=60) as client:
            while (number := self._due.get()) is not None:
                self._send(client, number)

    def _send(self, client: httpx.Client, number: int) -> None:
        """One push until it is answered for."""
        body, first = body_of(number), time.monotonic()
        headers = {"authorization": f"Bearer {self._key}", "idempotency-key": f"soak-{number:08}"}
        while True:
            began = time.monotonic()
            try:
                answer = client.post("/api/v1/transfers", content=body, headers=headers)
            except httpx.TransportError:
                with self._guard:
                    self._course.broken += 1
                time.sleep(0.25)
                continue
            if answer.status_code == 202:
                with self._guard:
                    self._course.pushes += 1
                    self._course.waits.append(time.monotonic() - began)
                    self._course.slowest = max(self._course.slowest, time.monotonic() - first)
                return
            if answer.status_code not in (429, 503):
                raise SystemExit(f"push {number}: {answer.status_code} {answer.text}")
            with self._guard:
                self._course.later += 1
            time.sleep(min(5.0, float(answer.headers.get("retry-after", 1))))


def body_of(number: int) -> bytes:
    """The records of a push: the same for the same number. One in fifty is late by hours or days."""
    moment = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    moment = _MOMENTS.setdefault(number, moment)
    lines = []
    for row in range(ROWS_A_PUSH):
        serial = number * ROWS_A_PUSH + row
        behind = (serial % 7 + 1) * 3_600 * 9 if serial % 50 == 0 else serial % 240
        at = moment - timedelta(seconds=behind)
        lines.append(
            f'{{"record_id":"S{serial}","time":"{at:%Y-%m-%dT%H:%M:%SZ}","payer_bank":"B01",'
            f'"payer":"1{serial * 7919 % 1_000_003:09}","payee_bank":"B0{serial % 6 + 2}",'
            f'"payee":"2{serial * 104_729 % 1_000_003:09}","amount":"{serial % 90_000 + 10}.{serial % 100:02}",'
            f'"channel":"transfer","end_to_end_id":"E{serial:012}"}}'
        )
    return "\n".join(lines).encode()


_MOMENTS: dict[int, datetime] = {}


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, quick="60 seconds with a kill every 15", options=add_options)
    given = run.given
    seconds = 60.0 if run.is_quick else given.minutes * 60
    every = given.kill_every or (15.0 if run.is_quick else 60.0)
    with tempfile.TemporaryDirectory(prefix="warroom-soak-", dir=given.folder) as name:
        home, log = Path(name) / "home", Path(given.log) if given.log else Path(name) / "server.log"
        key = _founded(home)
        server, course = Server(home, log), Course()
        server.start()
        _await(server)
        senders = Senders(server, key, given.rate, seconds, course)
        began = time.monotonic()
        took = _soak(server, senders, course, began, seconds, every)
        settled = _settle(server, senders, key, course)
        server.stop()
        facts = _count(home, senders.rows)
    title = f"Transfers pushed, {seconds / 60:g} minutes, killed every {every:g} s"
    return run.finish(title, _figures(course, facts, senders, took, settled))


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--rate", type=int, default=5_000, help="transfers a second")
    parser.add_argument("--kill-every", type=float, help="seconds between two kills")
    parser.add_argument("--log", help="a file for what the server says")
    parser.add_argument("--folder", help="where the data folder is made")


def _founded(home: Path) -> str:
    """A home with a bank's key that has no narrow quota."""
    child = (
        "import sys; from pathlib import Path; from warroom.home import open_home\n"
        "from warroom.access import agencies\n"
        "from warroom.access.api_keys import keys\n"
        "from warroom.ledger.ledger import Ledger\n"
        "with Ledger.open(open_home(Path(sys.argv[1]), 'exercise')) as ledger:\n"
        "    agencies.seed_exercise(ledger)\n"
        "    made = keys.add_key(ledger, 'B01', ['transfers:write'], per_minute=10**6, per_day=10**8)\n"
        "    print(made.secret)"
    )
    done = subprocess.run(
        [sys.executable, "-c", child, str(home)], check=True, capture_output=True, text=True, cwd=ROOT
    )
    return done.stdout.strip().splitlines()[-1]


def _await(server: Server) -> float:
    began = time.monotonic()
    while time.monotonic() - began < 120:
        try:
            if httpx.get(f"{server.address}/healthz", timeout=5).status_code == 200:
                return time.monotonic() - began
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("the server did not come up")


def _soak(
    server: Server, senders: Senders, course: Course, began: float, seconds: float, every: float
) -> float:
    """Send, sample and kill until all is answered for; the seconds that took."""
    sending = threading.Thread(target=senders.run)
    sending.start()
    next_kill = began + every
    while sending.is_alive():
        time.sleep(SAMPLE_SECONDS)
        now = time.monotonic()
        if now >= next_kill and now - began < seconds:
            course.cpu += server.cpu()
            server.kill()
            course.kills += 1
            server.start()
            next_kill += every
            continue
        try:
            own, whole = server.memory()
            course.memory.append((now - began, now - server.started, own, whole))
        except (OSError, KeyError):
            pass
    sending.join()
    course.cpu += server.cpu()
    return time.monotonic() - began


def _settle(server: Server, senders: Senders, key: str, course: Course) -> float:
    """Wait until the last push is in the lake; the seconds that took."""
    began = time.monotonic()
    headers = {"authorization": f"Bearer {key}"}
    last = senders.rows // ROWS_A_PUSH - 1
    body = body_of(last)
    with httpx.Client(base_url=server.address, timeout=60, headers=headers) as client:
        again = client.post("/api/v1/transfers", content=body, headers={"idempotency-key": f"soak-{last:08}"})
        receipt = again.json()["receipt"]
        course.again += again.status_code == 202
        while time.monotonic() - began < 300:
            told = client.get(f"/api/v1/transfers/receipts/{receipt}").json()
            if told["state"] == "taken":
                return time.monotonic() - began
            time.sleep(0.2)
    raise SystemExit("the last push did not come into the lake within five minutes")


def _count(home: Path, sent: int) -> dict[str, int]:
    """What the lake holds now, by a process of its own."""
    child = (
        "import json, sys; from pathlib import Path; from warroom.home import open_home; from warroom.lake.lake import Lake\n"
        "lake = Lake.open(open_home(Path(sys.argv[1])))\n"
        "rows = lake.query_rows('transfers')\n"
        "stored = {t.table: (t.rows, t.corrections, t.files) for t in lake.list_table_stats()}\n"
        "one = lambda what: int(what.to_pyarrow().as_py())\n"
        "print(json.dumps({'rows': one(rows.count()), 'distinct': one(rows.record_id.nunique()),"
        " 'stored': stored['transfers'][0], 'corrections': stored['transfers'][1], 'files': stored['transfers'][2],"
        " 'quarantined': stored.get('quarantine', (0,))[0], 'commits': lake.head, 'faults': len(lake.verify())}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", child, str(home)], check=True, capture_output=True, text=True, cwd=ROOT
    )
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def _figures(
    course: Course, facts: dict[str, int], senders: Senders, took: float, settled: float
) -> list[Figure]:
    rows, due = senders.rows, senders.seconds
    said = f"{course.kills} kills, {course.broken} broken requests, {course.later} told to come later"
    own = [(at, own) for at, age, own, _ in course.memory if age >= WARM_SECONDS] or [
        (at, own) for at, _, own, _ in course.memory
    ]
    third = max(at for at, _ in own) / 3
    early = max(size for at, size in own if at <= 2 * third)
    late = max([size for at, size in own if at > 2 * third] or [early])
    whole = max(whole for *_, whole in course.memory)
    return [
        at_least("Transfers sent and answered for", rows / took, "rows/s", rows / (due + CATCH_UP), said),
        at_most("Processors used by the server", course.cpu / took, "cores", 1.5, f"{1e6 * course.cpu / rows:.0f} s a million rows"),
        at_most("Transfers lost", rows - facts["distinct"], "rows", 0, f"of {rows:,}"),
        at_most("Transfers doubled", facts["stored"] - facts["distinct"], "rows", 0, f"{facts['commits']:,} commits, {facts['files']} files"),
        at_most("Transfers quarantined or corrected", facts["quarantined"] + facts["corrections"], "rows", 0),
        at_most("Faults found by lake verify", facts["faults"], "faults", 0),
        at_most("Own memory, last third over the rest", late / early, "times", 1.1, f"{early / MIB:,.0f} and {late / MIB:,.0f} MiB; with mapped files at most {whole / MIB:,.0f} MiB"),
        at_most("Answer to a push, p50", 1000 * percentile(course.waits, 0.5), "ms", 250),
        at_most("Answer to a push, p99", 1000 * percentile(course.waits, 0.99), "ms", 2_000, f"slowest with kills {course.slowest:.1f} s"),
        at_most("From the last answer into the lake", settled, "s", 30),
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
