"""The drop folder: whole files that partners put into `drop/SOURCE/`, each taken in or refused as a whole.

A file is read once its size and time have not changed for some seconds. Safer for a partner is to write under
a name that ends in .part and to rename; such names and hidden ones are never taken. A file of another table
than transfers goes into a folder of the table's name. A file that was taken in moves to `done/`, one that
cannot be read to `refused/`, with the reason in a file next to it. One that breaks the program stays where it
was, is tried again later, and keeps no other waiting. A crash between the lake's commit and the move costs
nothing: the file is read again, and all its rows are duplicates.
"""

import errno
import logging
import os
import stat
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from warroom import clock, files
from warroom.errors import HomeError, LakeError, RecordsError
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.lake.streams.agreed import load_source_mapping
from warroom.lake.terms import IngestJob, IngestSummary
from warroom.records.tables import TABLES
from warroom.unwell import PROBLEM

DONE, REFUSED = "done", "refused"
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")
# Chosen: copies over a network write in bursts less far apart; a partner who renames needs no such guess.
STILL_SECONDS = 5.0
KEPT = timedelta(days=7)
"""How long a file stays in done/: its rows live on in the lake, by the lake's retention."""
TURN_SECONDS = 5.0
"""After which a turn ends: what else waits in the folder lets pushes and the rest of the house go first."""
AGAIN_SECONDS = 300.0
"""When a file that broke the program is tried again."""
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """A file that waits: of which source, which table."""

    path: Path
    source: str
    table: str


@dataclass(frozen=True, slots=True)
class WaitingFiles:
    """How many files of a source wait in the folder, and since when the oldest does."""

    source: str
    files: int
    since: datetime


@dataclass(frozen=True, slots=True)
class DroppedFileResult:
    """What became of a file: its summary (an archive's: one for each file in it), or the sentence for which it was refused or left where it was."""

    dropped: DroppedFile
    summaries: tuple[IngestSummary, ...] = ()
    refused: str = ""


Mark = tuple[int, int, int]


class DropFolder:
    """Looks into the drop folder of a home again and again."""

    def __init__(
        self, lake: Lake, *, still: float = STILL_SECONDS, timer: Callable[[], float] = time.monotonic
    ):
        self._lake, self._home = lake, lake.home
        self._still, self._timer = still, timer
        self._seen: dict[Path, tuple[Mark, float]] = {}

    def take_settled_files(self) -> list[DroppedFileResult]:
        """Take in the files that no longer change, each by a commit of its own; returns the outcome of each.
        The smallest go first, and after some seconds the others wait for the next turn, so that one long file
        delays no other source.

        Raises LakeError, HomeError or OSError if the lake cannot be written now (it is busy, a key is lost,
        the disk is full): no file is at fault, and all are tried again at the next turn.
        """
        self._delete_old_files()
        waiting = list(iter_dropped_files(self._home))
        self._seen = {
            dropped_file.path: self._seen[dropped_file.path]
            for dropped_file in waiting
            if dropped_file.path in self._seen
        }
        still = [dropped_file for dropped_file in waiting if self._is_settled(dropped_file.path)]
        started, taken = self._timer(), list[DroppedFileResult]()
        for dropped_file in sorted(still, key=lambda dropped_file: _estimate_bytes(dropped_file.path)):
            if taken and self._timer() - started >= TURN_SECONDS:
                break
            taken.append(self._try_file(dropped_file))
        return taken

    def _is_settled(self, path: Path) -> bool:
        now = self._timer()
        try:
            status = path.lstat()
        except OSError:  # gone, or in a folder that is not ours to look into
            return False
        # The inode too: a file that replaces another under its name has to settle again.
        mark = (status.st_ino, status.st_size, status.st_mtime_ns)
        before, since = self._seen.get(path, (None, now))
        if mark != before:
            self._seen[path] = (mark, now)
            return self._still <= 0
        return now - since >= self._still

    def _try_file(self, dropped_file: DroppedFile) -> DroppedFileResult:
        """The outcome of a file; an error is reported as its problem, and the next file is still tried."""
        try:
            return self._take_file(dropped_file)
        except (HomeError, LakeError):
            raise
        except Exception as fault:
            if isinstance(fault, OSError) and fault.errno in NO_ROOM:
                raise
            kind = type(fault).__name__
            log.error("a file of %s in the drop folder cannot be taken in: %s", dropped_file.source, kind)
            mark, _ = self._seen[dropped_file.path]
            # As if it had changed in five minutes: no second table of files that wait for another try.
            self._seen[dropped_file.path] = mark, self._timer() + AGAIN_SECONDS - self._still
            return DroppedFileResult(
                dropped_file, refused=f"It lies where it was and is tried again: a fault at it ({kind})."
            )

    def _take_file(self, dropped_file: DroppedFile) -> DroppedFileResult:
        try:
            # A link could point at any file that the program may read, a pipe would never end.
            if not stat.S_ISREG(dropped_file.path.lstat().st_mode):
                raise RecordsError(f"{dropped_file.path.name} is no plain file; put the file itself here.")
            if not _is_text(dropped_file.path.name):
                raise RecordsError("The file's name is not valid UTF-8; give it another name.")
            mapping = load_source_mapping(self._home, dropped_file.source, dropped_file.table)
            job = IngestJob(dropped_file.table, dropped_file.path, mapping, dropped_file.source)
            taken = DroppedFileResult(dropped_file, tuple(self._lake.ingest([job])))
        except RecordsError as problem:
            taken = DroppedFileResult(dropped_file, refused=problem.sentence)
        _put_away(dropped_file.path, self._home.drop / dropped_file.source, taken.refused)
        return taken

    def _delete_old_files(self) -> None:
        """Files that were taken in long enough ago go: they hold what the lake keeps on its own terms."""
        oldest = clock.get_real_now().timestamp() - KEPT.total_seconds()
        for path in self._home.drop.glob(f"*/{DONE}/*"):
            try:
                status = path.lstat()
                if stat.S_ISREG(status.st_mode) and status.st_mtime < oldest:
                    path.unlink(missing_ok=True)
            except OSError as fault:
                log.warning("a file in done/ cannot be deleted: %s", type(fault).__name__)


def iter_dropped_files(home: Home) -> Iterator[DroppedFile]:
    """The files that wait, by source and name; unfinished ones are not among them."""
    for place in sorted(home.drop.glob("*/")):
        yield from (DroppedFile(path, place.name, "transfers") for path in _list_finished_files(place))
        for table in TABLES:
            yield from (DroppedFile(path, place.name, table) for path in _list_finished_files(place / table))


def list_waiting_files(home: Home) -> list[WaitingFiles]:
    """The files in the folder, by source."""
    times_by_source: dict[str, list[float]] = {}
    for dropped_file in iter_dropped_files(home):
        try:
            times_by_source.setdefault(dropped_file.source, []).append(dropped_file.path.lstat().st_mtime)
        except OSError:
            continue
    return [
        WaitingFiles(source, len(times), datetime.fromtimestamp(min(times), UTC))
        for source, times in times_by_source.items()
    ]


def _estimate_bytes(path: Path) -> int:
    """The bytes in a file as far as it says them itself, those within an archive or a workbook."""
    try:
        status = path.lstat()
        size = status.st_size
        if not stat.S_ISREG(status.st_mode):  # a pipe would never open
            return size
        with zipfile.ZipFile(path) as archive:
            return max(size, sum(info.file_size for info in archive.infolist()))
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return size
    except OSError:
        return 0


def _list_finished_files(place: Path) -> list[Path]:
    try:
        if not place.is_dir() or place.is_symlink():
            return []
        return sorted(
            path
            for path in place.iterdir()
            if not path.name.startswith(".")
            and path.suffix.lower() not in (*UNFINISHED, PROBLEM)
            and (path.is_symlink() or not path.is_dir())
        )
    except OSError as fault:  # one source's folder that is not ours to look into keeps no other waiting
        log.warning("a folder in the drop folder cannot be read: %s", type(fault).__name__)
        return []


def _put_away(path: Path, source: Path, problem: str) -> None:
    """Move a file out of the inbox, next to its problem's file if it has one, never over another file."""
    place = source / (REFUSED if problem else DONE)
    place.mkdir(mode=0o700, exist_ok=True)
    stem, suffix = files.shorten_name(path)
    goal = place / f"{stem}{suffix}"
    number = 1
    # `exists` says no of a dangling link, and the rename would replace it.
    while os.path.lexists(goal):
        number += 1
        goal = place / f"{stem}-{number}{suffix}"
    if problem:
        # The sentence may contain a file name that is no UTF-8.
        files.write_atomically(
            goal.with_name(f"{goal.name}{PROBLEM}"), f"{problem}\n".encode("utf-8", "backslashreplace")
        )
    else:
        os.utime(path)  # done/ counts from here
    # After the problem's file: a crash between the two must not leave a refused file without its reason.
    path.rename(goal)
    files.sync_path(place)


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
