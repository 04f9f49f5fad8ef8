"""The journal of checks: one line each, on the disk before the answer is sent.

One append-only file an hour (UTC). An answer waits for the next flush, which takes all lines that came meanwhile at
once (group commit): a thousand checks a second cost a hundred flushes, and all answers take equally long. A line
without a line feed belongs to an answer that was never sent; opening the file removes it.
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from warroom import clock, files
from warroom.errors import WarroomError
from warroom.home import Home

HOUR = "%Y-%m-%dT%H"
OPEN, DONE = ".open", ".jsonl"
GATHER = 0.001
"""Seconds to wait for further lines after the first one of a batch: fewer flushes, and no thread switch for each
check. Chosen, not measured.
"""
Tell = Callable[[WarroomError | None], None]
Sort = tuple[str, str]
"""Partner and outcome of a check, as the log counts them."""


class JournalError(WarroomError):
    """A check could not be written to the disk, and so is not answered."""

    http_status = 503


def journal_folder(home: Home) -> Path:
    """The folder of the journal; the file of the current hour is hidden from backups until it is finished."""
    return home.evidence / "payee"


@dataclass(slots=True)
class JournalPart:
    """Lines of one file that are on the disk and not yet sealed in the log; `first` counts from 0."""

    name: str
    first: int
    lines: list[bytes] = field(default_factory=list)
    sorts: Counter[Sort] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class UnwrittenLine:
    """A line (without its line feed) that is to be written."""

    line: bytes
    sort: Sort
    tell: Tell


class PayeeJournal:
    """Appends lines and reports when they are on the disk. Only one process writes a home's journal."""

    def __init__(self, home: Home) -> None:
        self._folder = journal_folder(home)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._waiting: list[UnwrittenLine] = []
        self._news = threading.Condition()
        self._parts: list[JournalPart] = []
        self._handle, self._name, self._count, self._size = -1, "", 0, 0
        self._over = False
        self._thread = threading.Thread(target=self._run_writer, name="payee-journal", daemon=True)

    def open(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Write pending lines, then stop the thread."""
        with self._news:
            self._over = True
            self._news.notify()
        if self._thread.is_alive():
            # Bounded: a disk that hangs must not keep the server from stopping.
            self._thread.join(timeout=30)
        self._let_go()

    def add_line(self, line: bytes, sort: Sort, tell: Tell) -> None:
        """Write a line (without its line feed); `tell` is called from the journal's thread with None once it is on the
        disk, or with the error.
        """
        with self._news:
            self._waiting.append(UnwrittenLine(line, sort, tell))
            self._news.notify()

    def take_parts(self) -> list[JournalPart]:
        """Take the lines on the disk that were not taken yet; return unused ones by `give_back`."""
        with self._news:
            taken, self._parts = self._parts, []
            return taken

    def give_back(self, parts: list[JournalPart]) -> None:
        with self._news:
            self._parts = parts + self._parts

    def _run_writer(self) -> None:
        while True:
            # Only if the queue was empty: lines that came during the last write have waited long enough.
            if self._wait_for_lines():
                time.sleep(GATHER)
            with self._news:
                batch, self._waiting = self._waiting, []
                if not batch:
                    return
            self._write_batch(batch)

    def _wait_for_lines(self) -> bool:
        """Wait until there is a line; False where lines came during the last write and need no further waiting."""
        with self._news:
            if self._waiting:
                return False
            while not self._waiting and not self._over:
                self._news.wait()
            return True

    def _write_batch(self, batch: list[UnwrittenLine]) -> None:
        problem: WarroomError | None = None
        try:
            self._write_lines(batch)
        except OSError:
            self._undo_write()
            problem = JournalError("payee.unwritten")
        for waiting_line in batch:
            with suppress(Exception):  # one caller is gone; the others still wait for their answers
                waiting_line.tell(problem)

    def _write_lines(self, batch: list[UnwrittenLine]) -> None:
        self._open_hour_file(clock.get_real_now())
        whole = data = b"".join(waiting_line.line + b"\n" for waiting_line in batch)
        while data:
            data = data[os.write(self._handle, data) :]
        # Data and length without the file's times: this saves a second write to the file system's journal.
        os.fdatasync(self._handle)
        with self._news:
            if not self._parts or self._parts[-1].name != self._name:
                self._parts.append(JournalPart(self._name, self._count))
            self._parts[-1].lines += [waiting_line.line for waiting_line in batch]
            self._parts[-1].sorts.update(waiting_line.sort for waiting_line in batch)
        self._count += len(batch)
        self._size += len(whole)

    def _undo_write(self) -> None:
        """Remove the lines of a failed write, whose answers are not sent; the next write reopens the file."""
        if self._handle >= 0:
            with suppress(OSError):
                # Back to the last answered line: the rest of a partial write would be read as lines after a
                # restart.
                os.ftruncate(self._handle, self._size)
        self._let_go()

    def _open_hour_file(self, now: datetime) -> None:
        """Open the file of the current hour; if the clock is set back, the file stays the same."""
        # Names of hours sort as text, so `max` keeps the later one.
        name = max(now.strftime(HOUR), self._name)
        if name == self._name:
            return
        self._let_go()
        name = _find_unfinished_hour(self._folder, name)
        # Hidden while it grows: backups take only files that never change again, and skip names with a dot.
        path = self._folder / f".{name}{OPEN}"
        self._count = repair_file(path)
        self._handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        files.sync_path(self._folder)
        self._name, self._size = name, path.stat().st_size

    def _let_go(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
        self._handle, self._name = -1, ""


def _find_unfinished_hour(folder: Path, hour: str) -> str:
    """The first hour from this one on whose file is not finished: a finished file is sealed and takes no more lines."""
    newest = max((parse_hour(path) for path in folder.glob(f"*{DONE}")), default="")
    if hour > newest:
        return hour
    return (datetime.strptime(newest, HOUR).replace(tzinfo=UTC) + timedelta(hours=1)).strftime(HOUR)


def repair_file(path: Path) -> int:
    """Truncate a file after its last whole line; returns its number of lines."""
    if not path.exists():
        return 0
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        os.truncate(path, whole)
    return content.count(b"\n")


def iter_lines(path: Path) -> Iterator[bytes]:
    """The whole lines of a file, without line feeds."""
    with path.open("rb") as opened:
        for line in opened:
            if line.endswith(b"\n"):
                yield line[:-1]


def list_open_files(home: Home) -> list[Path]:
    """Files that were not finished, the oldest first."""
    return sorted(journal_folder(home).glob(f".*{OPEN}"))


def parse_hour(path: Path) -> str:
    """The hour in a file's name, in the form of `HOUR`."""
    return path.name.removeprefix(".").removesuffix(OPEN).removesuffix(DONE)


def finish_file(path: Path) -> None:
    """Give a finished file its final name, which backups include."""
    path.rename(path.with_name(f"{parse_hour(path)}{DONE}"))
    files.sync_path(path.parent)
