"""Uploaded files before ingest: each in a folder of its own below the home's `run`, for its officer only, for
a day.

run/files/TOKEN/data         the bytes as they came, 0600
run/files/TOKEN/about.json   who brought it, its name, its table and its sha256
run/files/TOKEN/taken.json   in place of both once it was taken in: what became of its rows, for anyone who may bring files
"""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

from warroom import clock, files, timekeeping
from warroom.errors import HomeError, NotFound, NotPossible, TooLarge
from warroom.home import Home
from warroom.lake.terms import IngestSummary
from warroom.ledger.officers import Officer
from warroom.records.archive import measure_unpacked

MIB = 1 << 20
MOST = 32 * MIB
"""Bytes of an upload, since it is read while somebody waits; larger files are ingested by the command line."""
MOST_UNPACKED = 128 * MIB
"""Bytes that an upload may unpack to: what is read, not what is sent, costs time and memory."""
KEPT_SECONDS, TOLD_SECONDS = 86_400, 30 * 86_400
"""Seconds: how long a file waits for its officer's decision, and how long its result is shown."""
SPARE = 256 * MIB
"""Bytes that must stay free on the disk, so that the ledger can go on writing."""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """An uploaded file that waits for its officer's decision."""

    token: str
    path: Path
    officer: str
    name: str
    table: str
    sha256: str
    size: int


class UploadDraft:
    """An upload in progress: `write` blocks, then `finish`, then `save`; without `save` the context manager
    leaves nothing.

    Raises TooLarge, and HomeError for a full disk.
    """

    def __init__(self, home: Home, officer: Officer, table: str, name: str) -> None:
        self._home, self._officer, self._table, self._name = home, officer, table, name
        self._hash, self._size, self._kept = hashlib.sha256(), 0, False

    def __enter__(self) -> "UploadDraft":
        place = _get_uploads_folder(self._home)
        place.mkdir(mode=0o700, exist_ok=True)
        remove_expired_uploads(self._home)
        # Before the first byte: an upload must not fill the disk that the ledger writes to.
        if shutil.disk_usage(place).free < MOST + SPARE:
            raise HomeError("evidence.disk-full")
        self.token = secrets.token_hex(16)
        self._folder = place / self.token
        self._folder.mkdir(mode=0o700)
        self._out = (self._folder / "data").open("wb")
        (self._folder / "data").chmod(0o600)
        return self

    def write(self, block: bytes | memoryview) -> None:
        """Add bytes."""
        self._size += len(block)
        if self._size > MOST:
            raise TooLarge("deliveries.too-large", most=MOST // MIB)
        self._hash.update(block)
        self._out.write(block)

    def finish(self) -> None:
        """End the upload; raises NotPossible for an archive of several files, RecordsError for a damaged one,
        TooLarge.
        """
        self._out.close()
        many, size = measure_unpacked(self._folder / "data", self._name, MOST_UNPACKED)
        if size > MOST_UNPACKED:
            raise TooLarge("deliveries.unpacks-too-large", most=MOST_UNPACKED // MIB)
        if many > 1:
            # Each is looked at and answered for by itself: a mapping that is right for one need not be for the next.
            raise NotPossible("deliveries.several-files", many=many)

    def save(self) -> str:
        """Save the file for its officer; returns the token in the address of its page."""
        upload = UploadedFile(
            self.token,
            self._folder / "data",
            self._officer.username,
            self._name,
            self._table,
            self._hash.hexdigest(),
            self._size,
        )
        (self._folder / "about.json").write_text(json.dumps(asdict(upload), default=str), encoding="utf-8")
        self._kept = True
        return self.token

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._out.close()
        if not self._kept:
            shutil.rmtree(self._folder, ignore_errors=True)


def load_uploaded_file(home: Home, officer: Officer, token: str) -> UploadedFile:
    """The officer's uploaded file; raises NotFound for an unknown token and for another officer's."""
    try:
        about = json.loads((_get_uploads_folder(home) / token / "about.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise NotFound("deliveries.no-such-file") from None
    # The same answer as for an unknown token, so that a guessed one discloses nothing.
    if about["officer"] != officer.username:
        raise NotFound("deliveries.no-such-file")
    return UploadedFile(**about | {"path": Path(about["path"])})


@contextmanager
def lock_uploaded_file(found: UploadedFile) -> Iterator[None]:
    """Hold the file's lock: a second click waits for the first and gets its answer."""
    folder = os.open(found.path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def archive_uploaded_file(home: Home, found: UploadedFile, summary: IngestSummary) -> None:
    """Delete an ingested file; its summary stays for its page."""
    folder = _get_uploads_folder(home) / found.token
    files.write_atomically(
        folder / "taken.json", json.dumps({"file": found.name, **asdict(summary)}).encode()
    )
    for name in ("data", "about.json"):
        (folder / name).unlink(missing_ok=True)


def find_ingest_summary(home: Home, token: str) -> IngestSummary | None:
    """The summary of an ingested file, `file` as it was named and notes in English; None where it was not
    ingested.
    """
    try:
        kept = json.loads((_get_uploads_folder(home) / token / "taken.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return IngestSummary(**kept | {"notes": tuple(kept["notes"])})


def remove_expired_uploads(home: Home) -> None:
    """Delete uploads past their time; none while the machine's clock is doubted."""
    # By a clock that jumped ahead every waiting file would go.
    if timekeeping.is_clock_doubted(home, clock.get_now()):
        return
    place = _get_uploads_folder(home)
    for folder in place.iterdir() if place.is_dir() else ():
        with suppress(FileNotFoundError):  # another has put it away in the meantime
            kept = TOLD_SECONDS if (folder / "taken.json").exists() else KEPT_SECONDS
            if time.time() - folder.stat().st_mtime > kept:
                shutil.rmtree(folder, ignore_errors=True)


def _get_uploads_folder(home: Home) -> Path:
    return home.run / "files"
