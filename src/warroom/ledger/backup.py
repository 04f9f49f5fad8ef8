"""`warroom backup`: ledger, lake, evidence, keys and messages as of one moment, in one file with a hash for
each part.

Every part but the ledger is a file that is never rewritten in place, so hard links under the lake's lock
freeze the moment; the copy into the tar then takes its time. What the ledger refers to is linked so that
the copy may know more than the ledger, never less: incoming mail and the log's checkpoints before the dump,
outgoing mail and keys after it, and evidence both times, since files come and (by a court's order) go. The index
is left out: it is derived. The journal of pushes is copied whole after the lake, so it holds whatever that lacks.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from sqlalchemy import URL, make_url

from warroom import clock, settings
from warroom.errors import HomeError, LedgerError
from warroom.files import make_draft_path
from warroom.home import FORMAT, Home
from warroom.keys import load_signing_key
from warroom.ledger.audit import checkpoints, reading, writing
from warroom.ledger.ledger import DATABASE, Ledger
from warroom.ledger.system_account import find_wheel_folder
from warroom.ledger.upgrade import REVISION

MANIFEST = "manifest.json"
DUMP = "ledger.dump"
# Version of the backup's layout, counted up when a restore would have to read it differently.
LAYOUT = 1
DRAFT = ".backup-draft"
BEFORE_DUMP = ("evidence", "inbox")
AFTER_DUMP = (
    "evidence/files",
    "lake",
    "outbox",
    # Before the keys: a key that the card does not know is taken as it lies there, one that it knows and is not
    # there is lost.
    "home.json",
    "keys",
    "mappings",
    # A register is a folder that nobody changes, and a small file that says which.
    "subjects",
    "banks.toml",
    "run/lake.head",
)
# Rebuilt from the rest, or half-written by a run that was killed.
LEFT_OUT = ("lake/keys", "lake/staging")


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What was written: the file, its bytes, parts and SHA-256, and the moment it shows."""

    file: Path
    bytes: int
    parts: int
    sha256: str
    made_at: datetime
    lake_head: int
    audit_rows: int


def write_backup(home: Home, ledger: Ledger, target: Path) -> BackupReport:
    """Write a backup to `target` (0600), whole or not at all.

    Raises HomeError where the file exists or the disk is full, HomeBusy where the lake is being written for
    long, LedgerError where the ledger cannot be dumped.
    """
    now = clock.get_now()
    target = target.expanduser().absolute()
    if target.exists():
        raise HomeError("files.exists-already", path=target)
    _remove_killed_backups(target.parent)
    draft = make_draft_path(target).with_suffix(DRAFT)
    try:
        with home.open_stage("backup") as stage:
            facts = _stage_parts(home, ledger, stage, now)
            size, parts, hashed = _write_tar(home, draft, stage, facts)
        draft.replace(target)
    except OSError as problem:
        raise HomeError(
            f"The backup could not be written to {target.parent} ({problem.strerror}); nothing was kept."
        ) from problem
    finally:
        draft.unlink(missing_ok=True)
    return BackupReport(target, size, parts, hashed, now, facts["lake_head"], facts["audit_rows"])


def _remove_killed_backups(folder: Path) -> None:
    """Take away what killed backups left beside their target: each holds the whole home, keys included."""
    for path in folder.glob(f".*{DRAFT}"):
        with suppress(OSError), path.open("rb") as left:
            fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)


def _stage_parts(home: Home, ledger: Ledger, stage: Path, now: datetime) -> dict[str, Any]:
    """Everything as of one moment, in a folder of this home."""
    from warroom.lake.lake import Lake
    from warroom.lake.streams import journal

    with ledger.open_session() as session:
        writing.write_audit_row(session, None, "backup.made", "home", {"at": now}, at=now)
    # Before the dump, so that the backup carries a signature over its own log,
    # the row of this backup included.
    checkpoints.sign_checkpoint(ledger, now)
    # Nobody writes the lake meanwhile; readers and officers go on. It is held while the ledger is
    # dumped, not while the tar is written.
    with home.take_lock("lake"):
        head = Lake.open(home).head
        for name in BEFORE_DUMP:
            _link_part(home.root, name, stage)
        dump_ledger(ledger, stage / DUMP)
        for name in AFTER_DUMP:
            _link_part(home.root, name, stage)
        journal.copy_journal(home, stage / "streams")
    return {
        "layout": LAYOUT,
        "format": FORMAT,
        "kind": home.kind,
        "revision": REVISION,
        "made_at": now.isoformat(),
        "lake_head": head,
        "audit_rows": reading.count_rows(ledger),
    }


def _link_part(root: Path, name: str, stage: Path) -> None:
    start = root / name
    paths = [start] if start.is_file() else sorted(start.rglob("*"))
    for path in paths:
        place = path.relative_to(root)
        if any(place.is_relative_to(left) for left in LEFT_OUT) or path.name.startswith("."):
            continue
        if path.is_symlink() or not path.is_file():
            continue
        goal = stage / place
        if goal.exists():
            continue
        goal.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            # Same bytes, no copy: parts are never rewritten in place, so what is
            # linked now is what will be packed.
            os.link(path, goal)
        except FileNotFoundError:
            continue  # a message taken out of the inbox just now: its answer is in the dump that follows
        except OSError:
            # No hard links here, or another file system below the home.
            shutil.copy2(path, goal)


def dump_ledger(ledger: Ledger, target: Path) -> None:
    """pg_dump in custom format: one consistent moment of the ledger, without owners and rights."""
    words = ["--format=custom", "--no-owner", "--no-privileges", "--file", str(target)]
    # The key of the day, under which reporters' networks stand, is for nobody who has a backup.
    words.append("--exclude-table-data=outside_keys")
    run_postgres_tool("pg_dump", get_owner_url(ledger), words)


def get_owner_url(ledger: Ledger) -> str:
    """The address of the login that may read and make everything."""
    if ledger.server is not None:
        return ledger.server.make_url("postgres", DATABASE)
    return settings.get_text("WARROOM_DATABASE_OWNER_URL") or settings.get_text("WARROOM_DATABASE_URL")


def run_postgres_tool(tool: str, url: str, words: Iterable[str]) -> None:
    """One of PostgreSQL's programs; the password goes by the environment, where no process list shows it."""
    address = make_url(url)
    password = {"PGPASSWORD": address.password or ""}
    plain = URL.create(
        "postgresql", address.username, None, address.host, address.port, address.database, address.query
    )
    command = [str(find_wheel_folder() / "bin" / tool), f"--dbname={plain.render_as_string()}", *words]
    done = subprocess.run(command, env=os.environ | password, capture_output=True, text=True)
    if done.returncode:
        error_lines = [line for line in done.stderr.splitlines() if line.strip()] or ["no reason given"]
        raise LedgerError(f"The ledger could not be copied ({error_lines[0].strip()}); nothing was changed.")


def _write_tar(home: Home, draft: Path, stage: Path, facts: dict[str, Any]) -> tuple[int, int, str]:
    """The parts in order of their names, then the signed manifest; returns bytes, parts and the file's SHA-256."""
    members: dict[str, dict[str, Any]] = {}
    handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w+b") as out:
        fcntl.flock(out, fcntl.LOCK_EX)  # see `_remove_killed_backups`
        with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for path in sorted(path for path in stage.rglob("*") if path.is_file()):
                name = str(path.relative_to(stage))
                members[name] = _add_file(tar, name, path)
            manifest = facts | {"members": members}
            signed = manifest | {"signature": load_signing_key(home).sign(get_signed_bytes(manifest)).hex()}
            _add_bytes(tar, MANIFEST, json.dumps(signed, sort_keys=True).encode())
        out.flush()
        os.fsync(out.fileno())
        out.seek(0)
        # Of what was written, read back: the sum that an operator notes is that of the file on the disk.
        hashed = hashlib.file_digest(out, "sha256").hexdigest()
    return draft.stat().st_size, len(members), hashed


def get_signed_bytes(manifest: dict[str, Any]) -> bytes:
    """What is signed of a manifest."""
    return json.dumps(manifest, sort_keys=True).encode()


def _add_file(tar: tarfile.TarFile, name: str, path: Path) -> dict[str, Any]:
    """Hashes what is written while it is written."""
    with path.open("rb") as source:
        # Of the open file: the name may be another file by the time it is read.
        size = os.fstat(source.fileno()).st_size
        reader = HashingReader(source)
        tar.addfile(_make_tar_entry(name, size), reader)
    return {"bytes": size, "sha256": reader.hexdigest()}


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    tar.addfile(_make_tar_entry(name, len(content)), BytesIO(content))


def _make_tar_entry(name: str, size: int) -> tarfile.TarInfo:
    """Names, sizes and nothing else: no owner, no time, private."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


class HashingReader:
    """A file that is hashed as it is read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        block = self._source.read(size)
        self._hash.update(block)
        return block

    def hexdigest(self) -> str:
        """The SHA-256 of what was read so far."""
        return self._hash.hexdigest()
