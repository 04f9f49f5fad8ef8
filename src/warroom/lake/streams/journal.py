"""The journal of partners' pushes: each is on the disk before it is confirmed, and kept until the lake has
it.

One SQLite file in WAL mode, synced at every commit; one thread writes all waiting pushes as one transaction,
so that they share one sync (group commit). Pushes are numbered in order, and the lake's commit holds the
number up to which it has them: only that number decides what is still to be taken in, so a crash anywhere
neither loses nor doubles a push. Each journal has a random name, kept with the position: a position of
another lake or of a lost journal is ignored.

A push below the position without a recorded outcome was set aside: it could not be taken in, while later ones
were. It still waits, with its body.
"""

import json
import os
import queue
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from warroom import clock
from warroom.errors import IntakeBusy, KeyUsedBefore
from warroom.home import Home
from warroom.lake.stream_load import RowProblem, SendingOutcome

KEYS_KEPT = timedelta(days=7)
"""How long a key and its receipt are kept; a push is not repeated later than that."""
TOGETHER = 64
"""Pushes that share a sync."""
PATIENCE = 30.0
"""Seconds a writer waits for another process."""
RESTART_SECONDS = 10
"""When a sender comes again who was turned away by a room that closes."""

_TABLES = """
CREATE TABLE IF NOT EXISTS journal (name TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS pushes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, key TEXT NOT NULL, sha256 TEXT NOT NULL,
    records INTEGER NOT NULL, at INTEGER NOT NULL, mapping TEXT NOT NULL, outcome TEXT, UNIQUE (source, key)
) STRICT;
CREATE TABLE IF NOT EXISTS bodies (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
"""
_KEPT = "SELECT id, source, key, sha256, records, mapping, body FROM bodies CROSS JOIN pushes USING (id)"
# CROSS: from the bodies on, which are few; the receipts of seven days are many.
_DROP = (
    "DELETE FROM bodies WHERE id <= ? AND id NOT IN "
    "(SELECT id FROM bodies CROSS JOIN pushes USING (id) WHERE outcome IS NULL)"
)


@dataclass(frozen=True, slots=True)
class Push:
    """What a partner pushes: the source it speaks for, the key of the push, its bytes and their hash, and how they are
    to be read (a mapping as JSON, as it stood when they came).
    """

    source: str
    key: str
    sha256: str
    records: int
    body: bytes
    mapping: str = "{}"


@dataclass(frozen=True, slots=True)
class PushReceipt:
    """What a push was answered with: its number, and when it was on the disk; the same whenever it is asked."""

    number: int
    key: str
    records: int
    at: datetime
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class StoredPush:
    """A push as the journal holds it."""

    number: int
    source: str
    key: str
    sha256: str
    records: int
    mapping: str
    body: bytes


@dataclass(frozen=True, slots=True)
class WaitingPushes:
    """What of a source the lake does not have yet: rows, and since when the oldest waits."""

    source: str
    rows: int
    since: datetime


class PushJournal:
    """The journal of a home, open for writing; `close` it. Threads may share it."""

    def __init__(self, home: Home) -> None:
        self._path = get_journal_path(home)
        self._path.parent.mkdir(mode=0o700, exist_ok=True)
        with closing(_open_database(self._path)) as db:
            self.name = _create_tables(db)
        self._waiting: queue.SimpleQueue[tuple[Push, Future[PushReceipt]] | None] = queue.SimpleQueue()
        self._closing, self._closed = threading.Lock(), False
        self._writer = threading.Thread(target=self._write_pushes, name="journal", daemon=True)
        self._writer.start()

    def append_push(self, push: Push) -> "Future[PushReceipt]":
        """Have a push written; done once it is on the disk, or KeyUsedBefore where its key came with other content.

        Raises IntakeBusy once the journal is closed: its writing thread has ended.
        """
        done: Future[PushReceipt] = Future()
        with self._closing:
            if self._closed:
                raise IntakeBusy(
                    "streams.closing",
                    RESTART_SECONDS,
                )
            # Inside the lock: behind the None of `close` it would never be written, and
            # its sender would wait for ever.
            self._waiting.put((push, done))
        return done

    def find_receipt_by_key(self, source: str, key: str, sha256: str) -> PushReceipt | None:
        """The receipt of a push that came before; raises KeyUsedBefore where the key came with other content."""
        with self._open_reader() as db:
            return _find_receipt(db, source, key, sha256)

    def list_pushes_after(self, position: int, most_rows: int) -> list[StoredPush]:
        """The pushes after a position in their order, up to so many rows but at least one."""
        with self._open_reader() as db:
            taken: list[StoredPush] = []
            rows = 0
            for row in db.execute(f"{_KEPT} WHERE id > ? ORDER BY id", (position,)):
                push = StoredPush(*row)
                if taken and rows + push.records > most_rows:
                    break
                taken.append(push)
                rows += push.records
            return taken

    def list_set_aside(self, position: int) -> list[int]:
        """The numbers of pushes that were set aside."""
        with self._open_reader() as db:
            found = db.execute(
                "SELECT id FROM bodies CROSS JOIN pushes USING (id) WHERE id <= ? AND outcome IS NULL ORDER BY id",
                (position,),
            )
            return [number for (number,) in found]

    def load_push(self, number: int) -> StoredPush:
        """A push that waits."""
        with self._open_reader() as db:
            return StoredPush(*db.execute(f"{_KEPT} WHERE id = ?", (number,)).fetchone())

    def record_outcomes(self, position: int, outcomes: Sequence[tuple[int, SendingOutcome]]) -> None:
        """Note what becomes of pushes when the lake's next commit stands; drop the bodies it has already (`position`),
        and receipts that are too old.
        """
        # The wall's clock, not an exercise's: partners repeat a push in real time.
        old = clock.to_micros(clock.get_real_now() - KEYS_KEPT)
        with closing(_open_database(self._path)) as db, db:
            db.execute(_DROP, (position,))
            db.execute("DELETE FROM pushes WHERE id <= ? AND at < ? AND outcome IS NOT NULL", (position, old))
            db.executemany(
                "UPDATE pushes SET outcome = ? WHERE id = ?",
                [(json.dumps(asdict(outcome)), number) for number, outcome in outcomes],
            )

    def clear_outcome(self, number: int) -> None:
        """Take back what was noted of a push whose commit broke: others may pass it, and it is not in the lake."""
        with closing(_open_database(self._path)) as db, db:
            db.execute("UPDATE pushes SET outcome = NULL WHERE id = ?", (number,))

    def drop_taken_bodies(self, position: int) -> None:
        """Drop the bodies that the lake has, also from SQLite's own log; nothing is written where there are none."""
        with closing(_open_database(self._path)) as db:
            with db:
                dropped = db.execute(_DROP, (position,)).rowcount
            if dropped:
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def find_receipt(
        self, source: str, number: int, position: int
    ) -> tuple[PushReceipt, SendingOutcome | None] | None:
        """A source's receipt, and what became of the push if the lake has it (`position`); None where there is none."""
        with self._open_reader() as db:
            row = db.execute(
                "SELECT key, records, at, outcome FROM pushes WHERE id = ? AND source = ?", (number, source)
            ).fetchone()
        if row is None:
            return None
        receipt = PushReceipt(number, row[0], row[1], clock.from_micros(row[2]))
        return receipt, _parse_outcome(row[3]) if number <= position and row[3] else None

    def list_waiting(self, position: int) -> list[WaitingPushes]:
        """What the lake does not have yet, by source."""
        with self._open_reader() as db:
            return _list_waiting(db, position)

    def close(self) -> None:
        """Write what waits, then let go."""
        with self._closing:
            self._closed = True
            self._waiting.put(None)
        self._writer.join()

    def _write_pushes(self) -> None:
        """Whatever waits is one transaction: its sync is shared."""
        with closing(_open_database(self._path)) as db:
            while (first := self._waiting.get()) is not None:
                asked = [first]
                while len(asked) < TOGETHER and not self._waiting.empty():
                    if (more := self._waiting.get()) is None:
                        # Put back: what was asked before it is written first, then the loop ends.
                        self._waiting.put(None)
                        break
                    asked.append(more)
                _insert_pushes(db, asked)

    @contextmanager
    def _open_reader(self) -> Iterator[sqlite3.Connection]:
        with closing(_open_database(self._path)) as db:
            yield db


def get_journal_path(home: Home) -> Path:
    """The path of a home's journal."""
    return home.streams / "journal.sqlite"


def list_waiting_pushes(home: Home, positions: Mapping[str, int]) -> list[WaitingPushes]:
    """What waits in a home's journal; read-only: a journal that does not exist is not created."""
    path = get_journal_path(home)
    if not path.exists():
        return []
    with closing(_open_database(path)) as db:
        name = db.execute("SELECT name FROM journal").fetchone()
        return _list_waiting(db, positions.get(name[0], 0)) if name else []


def list_sources(home: Home) -> list[str]:
    """Whose pushes of the last seven days are known."""
    path = get_journal_path(home)
    if not path.exists():
        return []
    with closing(_open_database(path)) as db:
        # From one name to the next by the index: a busy house has millions of pushes of some dozen banks.
        return [
            name
            for (name,) in db.execute(
                "WITH RECURSIVE names(name) AS (SELECT min(source) FROM pushes UNION ALL "
                "SELECT (SELECT min(source) FROM pushes WHERE source > name) FROM names WHERE name IS NOT NULL) "
                "SELECT name FROM names WHERE name IS NOT NULL"
            )
        ]


def copy_journal(home: Home, folder: Path) -> None:
    """Copy a home's journal as it is at this moment into a folder, where it has one."""
    if get_journal_path(home).exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (
            closing(_open_database(get_journal_path(home))) as db,
            closing(_open_database(folder / get_journal_path(home).name)) as other,
        ):
            # SQLite's own backup reads one consistent state while others write.
            db.backup(other)
            other.execute("PRAGMA journal_mode = DELETE")  # one file, which is whole


def _open_database(path: Path) -> sqlite3.Connection:
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # SQLite's other files take after it
    db = sqlite3.connect(path, timeout=PATIENCE, check_same_thread=False)
    db.execute("PRAGMA journal_mode = WAL")
    # WAL with the usual NORMAL syncs only at a checkpoint: a power cut would lose
    # pushes that were answered for.
    db.execute("PRAGMA synchronous = FULL")
    # Bodies name account holders; a deleted page must not keep them until SQLite needs the room.
    db.execute("PRAGMA secure_delete = ON")
    return db


def _create_tables(db: sqlite3.Connection) -> str:
    db.executescript(_TABLES)
    with db:
        # Two servers may start at once; the second waits and then reads the first one's name.
        db.execute("BEGIN IMMEDIATE")
        row = db.execute("SELECT name FROM journal").fetchone()
        if row is None:
            row = (f"journal:{secrets.token_hex(8)}",)
            db.execute("INSERT INTO journal VALUES (?)", row)
    return str(row[0])


def _insert_pushes(db: sqlite3.Connection, asked: Sequence[tuple[Push, "Future[PushReceipt]"]]) -> None:
    """Write pushes in one transaction; each future gets its result once all of them are on the disk."""
    outcomes: list[tuple[Future[PushReceipt], PushReceipt | Exception]] = []
    try:
        with db:
            db.execute("BEGIN IMMEDIATE")
            for push, done in asked:
                try:
                    outcomes.append((done, _insert_push(db, push)))
                except KeyUsedBefore as problem:
                    outcomes.append((done, problem))
    except Exception as problem:  # a full disk: nothing of it stands
        outcomes = [(done, problem) for _, done in asked]
    # Only after the transaction: a receipt is a promise that the push is on the disk.
    for done, what in outcomes:
        done.set_exception(what) if isinstance(what, Exception) else done.set_result(what)


def _insert_push(db: sqlite3.Connection, push: Push) -> PushReceipt:
    before = _find_receipt(db, push.source, push.key, push.sha256)
    if before is not None:
        return before
    now = clock.to_micros(clock.get_real_now())
    row = (push.source, push.key, push.sha256, push.records, now, push.mapping)
    number = db.execute(
        "INSERT INTO pushes (source, key, sha256, records, at, mapping) VALUES (?, ?, ?, ?, ?, ?)", row
    ).lastrowid
    assert number is not None
    db.execute("INSERT INTO bodies VALUES (?, ?)", (number, push.body))
    return PushReceipt(number, push.key, push.records, clock.from_micros(now))


def _find_receipt(db: sqlite3.Connection, source: str, key: str, sha256: str) -> PushReceipt | None:
    row = db.execute(
        "SELECT id, sha256, records, at FROM pushes WHERE source = ? AND key = ?", (source, key)
    ).fetchone()
    if row is None:
        return None
    if row[1] != sha256:
        raise KeyUsedBefore("streams.key-used-before")
    return PushReceipt(row[0], key, row[2], clock.from_micros(row[3]), is_repeat=True)


def _list_waiting(db: sqlite3.Connection, position: int) -> list[WaitingPushes]:
    rows = db.execute(
        "SELECT source, sum(records), min(at) FROM bodies CROSS JOIN pushes USING (id) "
        "WHERE id > ? OR outcome IS NULL GROUP BY source ORDER BY source",
        (position,),
    )
    return [WaitingPushes(source, count, clock.from_micros(at)) for source, count, at in rows]


def _parse_outcome(text: str) -> SendingOutcome:
    tree = json.loads(text)
    return SendingOutcome(**{**tree, "problems": tuple(RowProblem(**one) for one in tree["problems"])})
