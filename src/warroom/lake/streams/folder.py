"""The drop folder: whole files that partners put into `drop/SOURCE/`, each taken in or refused as a whole.

A file is looked at once it lies still: its size and time have not changed for some seconds. Whoever can, writes under
a name that ends in .part and renames; such names and hidden ones are never taken. A file of another table than
transfers lies in a folder of the table's name. What was taken in moves to `done/`, what cannot be read to `refused/`,
with the reason in a file beside it. A crash between the lake's commit and the move costs nothing: the file is read
again, and all of it is known.
"""

import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from warroom import clock, files
from warroom.errors import RecordsError
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.lake.streams.agreed import agreed
from warroom.lake.terms import IngestJob, IngestSummary
from warroom.records import TABLES

DONE, REFUSED = "done", "refused"
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")
STILL_SECONDS = 5.0
KEPT = timedelta(days=7)
"""How long a file stays in done/: its rows live on in the lake, by the lake's retention."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file that waits: of which source, which table."""

    path: Path
    source: str
    table: str


@dataclass(frozen=True, slots=True)
class WaitingFiles:
    """What of a source lies in the folder, and since when the oldest does."""

    source: str
    files: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: a summary, or the sentence for which it was refused."""

    dropped: Dropped
    summary: IngestSummary | None = None
    refused: str = ""


Mark = tuple[int, int, int]


class Folder:
    """Looks into the drop folder of a home again and again."""

    def __init__(
        self, lake: Lake, *, still: float = STILL_SECONDS, timer: Callable[[], float] = time.monotonic
    ):
        self._lake, self._home = lake, lake.home
        self._still, self._timer = still, timer
        self._seen: dict[Path, tuple[Mark, float]] = {}

    def turn(self) -> list[Taken]:
        """Take in every file that lies still, each by a commit of its own; what became of each.

        Raises LakeError or HomeBusy where the lake takes nothing now: the file stays where it is.
        """
        self._tidy()
        waiting = list(dropped(self._home))
        self._seen = {one.path: self._seen[one.path] for one in waiting if one.path in self._seen}
        return [self._take(one) for one in waiting if self._lies_still(one.path)]

    def _lies_still(self, path: Path) -> bool:
        now = self._timer()
        try:
            status = path.lstat()
        except FileNotFoundError:
            return False
        mark = (status.st_ino, status.st_size, status.st_mtime_ns)
        before, since = self._seen.get(path, (None, now))
        if mark != before:
            self._seen[path] = (mark, now)
            return self._still <= 0
        return now - since >= self._still

    def _take(self, one: Dropped) -> Taken:
        try:
            if not stat.S_ISREG(one.path.lstat().st_mode):
                raise RecordsError(f"{one.path.name} is no plain file; put the file itself here.")
            mapping = agreed(self._home, one.source, one.table)
            job = IngestJob(one.table, one.path, mapping, one.source)
            taken = Taken(one, self._lake.ingest([job])[0])
        except RecordsError as problem:
            taken = Taken(one, refused=problem.sentence)
        _put_away(one.path, self._home.drop / one.source, taken.refused)
        return taken

    def _tidy(self) -> None:
        """Files that were taken in long enough ago go: they hold what the lake keeps on its own terms."""
        oldest = clock.wall().timestamp() - KEPT.total_seconds()
        for path in self._home.drop.glob(f"*/{DONE}/*"):
            if path.lstat().st_mtime < oldest:
                path.unlink(missing_ok=True)


def dropped(home: Home) -> Iterator[Dropped]:
    """The files that wait, by source and name; unfinished ones are not among them."""
    for place in sorted(home.drop.glob("*/")):
        yield from (Dropped(path, place.name, "transfers") for path in _finished(place))
        for table in TABLES:
            yield from (Dropped(path, place.name, table) for path in _finished(place / table))


def waiting(home: Home) -> list[WaitingFiles]:
    """What lies in the folder, by source."""
    found: dict[str, list[float]] = {}
    for one in dropped(home):
        try:
            found.setdefault(one.source, []).append(one.path.lstat().st_mtime)
        except FileNotFoundError:
            continue
    return [
        WaitingFiles(source, len(times), datetime.fromtimestamp(min(times), UTC))
        for source, times in found.items()
    ]


def _finished(place: Path) -> list[Path]:
    if not place.is_dir() or place.is_symlink():
        return []
    return sorted(
        path
        for path in place.iterdir()
        if not path.name.startswith(".")
        and path.suffix.lower() not in (*UNFINISHED, ".problem")
        and (path.is_symlink() or not path.is_dir())
    )


def _put_away(path: Path, source: Path, problem: str) -> None:
    """Move a file out of the way, beside its problem where it has one, never over another file."""
    place = source / (REFUSED if problem else DONE)
    place.mkdir(mode=0o700, exist_ok=True)
    goal = place / path.name
    number = 1
    while os.path.lexists(goal):
        number += 1
        goal = place / f"{path.stem}-{number}{path.suffix}"
    if problem:
        files.write(goal.with_name(f"{goal.name}.problem"), f"{problem}\n".encode())
    else:
        os.utime(path)  # done/ counts from here
    path.rename(goal)
    files.sync(place)
