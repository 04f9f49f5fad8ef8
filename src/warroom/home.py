"""The data folder (home): its layout, the version that wrote it, and its locks.

A home is `live`, `exercise` or `demo`. An exercise or demo home can send nothing outside, and a live home never
turns into one. Folders are 0700: a home holds other people's bank records.
"""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from warroom import clock, settings
from warroom.errors import HomeBusy, HomeError, HomeVersion

# Version of the data folder's layout; a program opens only its own.
FORMAT = 1
HomeKind = Literal["live", "exercise", "demo"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Home:
    """An open data folder. `kind` decides whether anything may ever be sent from it."""

    root: Path
    kind: HomeKind

    @property
    def exercise(self) -> bool:
        """Whether this is a rehearsal: nothing leaves, every message is marked."""
        return self.kind != "live"

    @property
    def card(self) -> Path:
        """The file that marks this folder as a home: format, kind, and the fingerprints of its keys."""
        return self.root / "home.json"

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    @property
    def index(self) -> Path:
        return self.root / "index"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def outbox(self) -> Path:
        return self.root / "outbox"

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def evidence(self) -> Path:
        return self.root / "evidence"

    @property
    def subjects(self) -> Path:
        """Records that were resolved, a folder for each kind of subject; made when the first file comes."""
        return self.root / "subjects"

    @property
    def streams(self) -> Path:
        """What came by streams and is on its way into the lake; made when the first one comes."""
        return self.root / "streams"

    @property
    def drop(self) -> Path:
        """Where partners' files are put to be taken in, a folder for each source."""
        return self.root / "drop"

    @property
    def mappings(self) -> Path:
        """How each source's records are to be read when they come by themselves, and on what terms: SOURCE.toml."""
        return self.root / "mappings"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @contextmanager
    def turn_clock(self, source: clock.Source) -> Iterator[None]:
        """Make this process use an exercise's time within a block; raises HomeError for a live home."""
        _refuse_simulated_clock(self.root, self.kind)
        clock.follow_source(source)
        try:
            yield
        finally:
            clock.follow_source(None)

    @contextmanager
    def open_stage(self, kind: str) -> Iterator[Path]:
        """A private folder below `run` within a block, for data that must not outlive it; folders of the same
        kind that killed programs left are removed first.
        """
        with _lock_file(self.run / "stages.lock"):
            self._remove_stages(kind)
            folder = Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=self.run))
            # The folder's own lock shows that its program is alive: the kernel releases it when that
            # dies.
            lock = os.open(folder, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)

    def remove_killed_stages(self, *kinds: str) -> None:
        """Remove stages that killed programs left: the kernel has released their locks. They hold copies of
        the ledger and of evidence, which would otherwise stay for ever, even of what a court ordered
        destroyed.
        """
        with _lock_file(self.run / "stages.lock"):
            for kind in kinds:
                self._remove_stages(kind)

    def _remove_stages(self, kind: str) -> None:
        for folder in [path for path in self.run.glob(f"{kind}-*") if path.is_dir()]:
            with suppress(BlockingIOError), _lock_file(folder, fcntl.LOCK_EX | fcntl.LOCK_NB):
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def take_lock(self, what: str) -> Iterator[None]:
        """Hold a named lock of this home for the length of a block; raises HomeBusy where another process has it."""
        # A file lock: the kernel releases it when the process dies.
        handle = os.open(self.run / f"{what}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            raise HomeBusy(
                f"Another warroom process is using {self.root} ({what}); wait for it or stop it, then try again."
            ) from None
        try:
            yield
        finally:
            os.close(handle)


STAGES = ("backup", "bundle")
"""Kinds of stages that hold copies of protected data."""

FOLDERS = ("lake", "index", "ledger", "keys", "outbox", "inbox", "evidence", "run")


class LastHomes(dict[Path, T]):
    """A cache by home folder that keeps the last two homes only, so that no file of an earlier home stays
    mapped.
    """

    # Homes kept open; chosen, not measured.
    MOST = 2

    def __setitem__(self, root: Path, opened: T) -> None:
        self.pop(root, None)
        super().__setitem__(root, opened)
        for former in list(self)[: -self.MOST]:
            self.pop(former, None)


def open_home(root: Path | None = None, create: HomeKind | None = "live") -> Home:
    """Open the data folder, making it as `create` where there is none.

    Raises HomeError where it cannot be made or read, HomeVersion where another version wrote it.
    """
    root = root or settings.get_folder("WARROOM_HOME")
    card = root / "home.json"
    if not card.exists():
        if create is None:
            raise HomeError(
                f"There is no warroom data folder at {root}; set WARROOM_HOME to yours, "
                "or run 'warroom doctor', which says how one is made."
            )
        _make_home(root, create)
    facts = _read_card(card)
    if facts["format"] != FORMAT:
        raise HomeVersion(
            f"{root} has format {facts['format']} and this program reads format {FORMAT}; "
            "use the version of warroom that wrote it, or restore a backup into an empty folder."
        )
    if clock.is_simulated():
        _refuse_simulated_clock(root, facts["kind"])
    return Home(root, facts["kind"])


@contextmanager
def _lock_file(path: Path, how: int = fcntl.LOCK_EX) -> Iterator[None]:
    """Hold the lock of a folder, or of a file that is made; raises BlockingIOError where asked not to wait for it."""
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)


def _refuse_simulated_clock(root: Path, kind: HomeKind) -> None:
    if kind == "live":
        raise HomeError(
            f"{root} is a live home and goes by the real clock alone; turn it in an exercise home."
        )


def _make_home(root: Path, kind: HomeKind) -> None:
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Never in a folder with other files: a mistyped WARROOM_HOME could be somebody's own folder.
        if any(path.name not in FOLDERS for path in root.iterdir()):
            raise HomeError(f"{root} is not empty and is no warroom data folder; choose an empty one.")
        _refuse_lost_card(root)
        for name in FOLDERS:
            (root / name).mkdir(mode=0o700, exist_ok=True)
        facts: dict[str, Any] = {
            "format": FORMAT,
            "kind": kind,
            "made_at": clock.get_real_now().isoformat(),
            "keys": {},
        }
        # Renamed last: a folder without a card is not yet a home.
        draft = root / "run" / "home.json.draft"
        draft.write_text(json.dumps(facts))
        draft.rename(root / "home.json")
    except OSError as problem:
        raise HomeError(
            f"Cannot make a data folder at {root}: {problem.strerror}; choose another one."
        ) from problem


def _refuse_lost_card(root: Path) -> None:
    """Refuse records and keys without a card: a new card could turn an exercise into a live home."""
    if any(path.is_dir() and any(path.iterdir()) for path in (root / "keys", root / "lake" / "commits")):
        raise HomeError("home.card-lost", root=root)


def _read_card(card: Path) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = json.loads(card.read_text())
        # Looked up only to raise KeyError for a card that lacks one of them.
        facts["format"], facts["kind"]
    except (OSError, ValueError, KeyError) as problem:
        raise HomeError(f"{card} cannot be read; restore it from a backup ('warroom restore').") from problem
    return facts
