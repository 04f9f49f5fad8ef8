"""The public check under load, and what one who asks for all numbers gets: `python -m benchmarks.public_load [--quick]`.

The public pages are served as `warroom serve --public` does, a process of its own with its own login, over a table of ten million
identifiers that several reported. People on as many networks as are needed ask for numbers at 500 a second (an open loop: a
question is due when it is due), each of at most twenty; every number is asked once, half of them are known. Then one network asks on
and on, and the median times of reported and of unknown numbers are put beside each other; what few reported is no row of the table
and so one of the unknown. `--quick`: a hundred thousand and 60 a second.
"""

import asyncio
import gzip
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from sqlalchemy import text

from benchmarks.harness import at_most, percentile, start_run
from warroom import clock
from warroom.home import open_home
from warroom.ledger.ledger import Ledger
from warroom.public.channels import publish_channels
from warroom.public.keys import card_of
from warroom.public.outside.card import write_card
from warroom.public.outside.identifiers import digest_of, number_of
from warroom.web.public.check_pages import ADDRESS_LIMIT
from warroom.web.public.languages import load_sentences

KNOWN, RATE, SECONDS = 10_000_000, 500, 60
QUICK_KNOWN, QUICK_RATE, QUICK_SECONDS = 100_000, 60, 10
UNSEEN = re.compile(r"<[^>]+>|[\s\u200b\u2060]")
EACH = 20
"""Questions of each person."""
VISITORS = 64
BAR_MS, BAR_BYTES = 50.0, 2 * 2**30
SAME = 300
"""Questions of each of three numbers, for their times."""


@dataclass
class Asked:
    taken: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    learned: int = 0
    """Pages that say whether a number was reported."""


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments)
    known, rate, seconds = (
        (QUICK_KNOWN, QUICK_RATE, QUICK_SECONDS) if run.is_quick else (KNOWN, RATE, SECONDS)
    )
    with (
        tempfile.TemporaryDirectory() as root,
        Ledger.open(open_home(Path(root) / "home", "exercise")) as ledger,
    ):
        card = card_of(ledger)
        publish_channels(ledger, clock.get_now())
        reported = [f"08{number:08d}" for number in range(rate * seconds // 2)]
        _fill(ledger, known, [digest_of(number_of(one), card.numbers) for one in reported])
        write_card(Path(root) / "card.json", card)
        with _served(Path(root) / "card.json") as (process, port):
            asyncio.run(_load(port, rate, 3, "127.8", Asked()))
            asked = Asked()
            asyncio.run(_load(port, rate, seconds, "127.9", asked))
            memory = process.memory_info().rss + _of_database(ledger)
            one = Asked()
            asyncio.run(_enumerate(port, one))
            times = asyncio.run(_times(port, reported[:SAME]))
    p50, p99 = (1000 * percentile(asked.taken, share) for share in (0.5, 0.99))
    figures = [
        at_most(f"Check, p99 at {rate} a second, {known:,} known", p99, "ms", BAR_MS, f"p50 {p50:.1f}"),
        at_most("Answers that are none", len(asked.taken) - asked.statuses[200], "", 0),
        at_most("Memory of process and table", memory / 2**20, "MiB", BAR_BYTES / 2**20),
        at_most("Numbers that one address learns in an hour", one.learned, "", ADDRESS_LIMIT.most, f"{one.statuses[200]} pages, the others say that it was not looked up"),
        at_most("Reported beside unknown, difference of the medians", 1000 * abs(times[0] - times[1]), "ms", 1.0, f"{1000 * times[1]:.1f} ms"),
    ]  # fmt: skip
    return run.finish("Public check", figures)


def _fill(ledger: Ledger, known: int, reported: list[bytes]) -> None:
    """As many rows as are said, and those of some numbers that are asked for."""
    with ledger.open_session() as session:
        session.execute(
            text(
                "INSERT INTO outside_reported SELECT sha256(n::text::bytea), 30, '', now() FROM generate_series(1, :known) n"
            ),
            {"known": known - len(reported)},
        )
        rows = [{"digest": digest} for digest in reported]
        session.execute(text("INSERT INTO outside_reported VALUES (:digest, 30, '', now())"), rows)


class _served:
    """The public pages in a process of their own, until left."""

    def __init__(self, card: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        words = ["-m", "warroom", "serve", "--public", "--card", str(card), "--port", str(self.port)]
        self.process = subprocess.Popen([sys.executable, *words], stderr=subprocess.DEVNULL)

    def __enter__(self) -> tuple[psutil.Process, int]:
        for _ in range(600):
            with socket.socket() as door:
                if door.connect_ex(("127.0.0.1", self.port)) == 0:
                    return psutil.Process(self.process.pid), self.port
            time.sleep(0.1)
        raise SystemExit("the public pages do not answer")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(30)


def _of_database(ledger: Ledger) -> int:
    """Bytes of the table and its indexes: what would have to be in memory for every question."""
    with ledger.open_session() as session:
        return int(session.execute(text("SELECT pg_total_relation_size('outside_reported')")).scalar_one())


async def _load(port: int, rate: int, seconds: int, networks: str, asked: Asked) -> None:
    visitors = [_Visitor(port, networks, place) for place in range(VISITORS)]
    began, jobs = time.monotonic(), []
    for number in range(rate * seconds):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        # Every second one is known.
        wanted = f"0{8 + number % 2}{number // 2:08d}"
        jobs.append(asyncio.create_task(visitors[number % VISITORS].ask(wanted, due, asked)))
    await asyncio.gather(*jobs)
    for visitor in visitors:
        visitor.leave()


async def _enumerate(port: int, asked: Asked) -> None:
    one, said = (
        _Visitor(port, "127.7", 0, each=10**9),
        UNSEEN.sub("", load_sentences("th")("check.not_asked_one")),
    )
    for number in range(2 * ADDRESS_LIMIT.most):
        await one.ask(f"08{number:08d}", time.monotonic(), asked)
        page = gzip.decompress(one.page).decode() if one.page else ""
        # Pages keep Thai words whole by tags and signs that nobody sees.
        asked.learned += bool(page) and said not in UNSEEN.sub("", page)
    one.leave()


async def _times(port: int, reported: list[str]) -> list[float]:
    """Median seconds of reported numbers and of others."""
    known, unknown = Asked(), Asked()
    visitor = _Visitor(port, "127.6", 0)
    for place, number in enumerate(reported):
        await visitor.ask(number, time.monotonic(), known)
        await visitor.ask(f"09{place:08d}", time.monotonic(), unknown)
    visitor.leave()
    return [percentile(one.taken, 0.5) for one in (known, unknown)]


class _Visitor:
    """People one after the other on one line, each on a network of their own."""

    def __init__(self, port: int, networks: str, place: int, each: int = EACH) -> None:
        self.port, self.networks, self.place, self.each = port, networks, place, each
        self.line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.done = self.people = 0
        self.page = b""
        self.alone = asyncio.Lock()

    async def ask(self, number: str, due: float, asked: Asked) -> None:
        async with self.alone:
            if self.line is None or self.done == self.each:
                await self._next()
            assert self.line is not None
            self.done += 1
            body = f"q={number}".encode()
            head = (
                f"POST /check?l=th HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Length: {len(body)}\r\n"
            )
            kind = "Accept-Encoding: gzip\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"
            status = await self._answer((head + kind).encode() + body)
            asked.taken.append(time.monotonic() - due)
            asked.statuses[status] += 1

    async def _answer(self, question: bytes) -> int:
        """The status of the answer; 0 where the line was dropped, which is an answer that is none."""
        assert self.line is not None
        reader, writer = self.line
        try:
            writer.write(question)
            said = await reader.readuntil(b"\r\n\r\n")
            self.page = await reader.readexactly(
                int(said.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            )
        except (asyncio.IncompleteReadError, ConnectionError):
            self.leave()
            return 0
        return int(said[9:12])

    async def _next(self) -> None:
        self.leave()
        network = self.place + VISITORS * self.people
        here = f"127.{int(self.networks[4:]) * 16 + network // 250}.{network % 250}.1"
        self.line = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(here, 0))
        self.people, self.done = self.people + 1, 0

    def leave(self) -> None:
        if self.line is not None:
            self.line[1].close()
        self.line = None


if __name__ == "__main__":
    sys.exit(main())
