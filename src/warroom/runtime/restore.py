"""`warroom restore`: verify every part of a backup, then make a home of it where there is none."""

import hashlib
import json
import os
import shutil
import tarfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import psycopg
from cryptography.exceptions import InvalidSignature
from sqlalchemy import make_url

from warroom import settings
from warroom.errors import HomeError, HomeVersion, LedgerError, WarroomError
from warroom.evidence.check import check_evidence
from warroom.home import FOLDERS, FORMAT, Home
from warroom.keys import SIGNING, parse_signing_key
from warroom.ledger import upgrade
from warroom.ledger.audit import writing
from warroom.ledger.backup import DUMP, LAYOUT, MANIFEST, get_signed_bytes, run_postgres_tool
from warroom.ledger.ledger import DATABASE, ROLE, Ledger, get_logins
from warroom.ledger.postgres import PostgresServer
from warroom.ledger.verify import verify_audit

PARTS = (*FOLDERS, "streams", "mappings", "subjects")
FILES = (MANIFEST, DUMP, "home.json", "banks.toml")
"""Files at the top of a backup; no other is written into a home."""
# Bytes copied at a time.
BLOCK = 1 << 20
CARD = "home.json"
KEY = f"keys/{SIGNING}"


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """The result: the home, the number of parts, the backup's moment, the faults found afterwards, and
    whether the list of parts was `signed` (older versions did not sign it).
    """

    home: Path
    parts: int
    made_at: str
    audit_rows: int
    faults: tuple[str, ...]
    signed: bool

    @property
    def ok(self) -> bool:
        return not self.faults


def restore_home(source: Path, root: Path) -> RestoreReport:
    """Make the home `root` from a backup; whole or not at all.

    Every part's hash is checked before anything is written. Raises HomeError where the home is not empty or
    the backup is damaged, HomeVersion where another version of the program made it, LedgerError where the
    ledger cannot be filled.
    """
    source, root = source.expanduser().absolute(), root.expanduser().absolute()
    # All of it before a byte is written: a backup that is damaged at its end must not leave half a home.
    manifest = verify_backup(source)
    if root.exists() and any(root.iterdir()):
        raise HomeError(f"{root} is not empty; restore into an empty folder (set WARROOM_HOME).")
    made = not root.exists()
    try:
        home = _unpack_files(source, root, manifest)
        _fill_ledger(home)
        # Only now it is a home: an interrupted restore is never opened as one.
        (root / f"{CARD}.restored").rename(root / CARD)
    except (OSError, WarroomError) as problem:
        _remove_home(root, made)
        if isinstance(problem, OSError):
            raise HomeError(
                f"The home could not be written to {root} ({problem.strerror}); make room."
            ) from problem
        raise
    signed = "signature" in manifest
    return RestoreReport(root, len(manifest["members"]), manifest["made_at"], *_verify_home(home), signed)


def verify_backup(source: Path) -> dict[str, Any]:
    """Read a backup from end to end and compare every part with its manifest; returns the manifest."""
    members: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] | None = None
    key = b""
    try:
        with tarfile.open(source, "r:") as tar:
            for entry in tar:
                # A link is no file of a backup, and its content would be another part's or another file's.
                content = tar.extractfile(entry) if entry.isreg() else None
                if content is None or not _is_safe_name(entry.name):
                    raise HomeError(
                        f"{source} holds a part '{entry.name}' that no backup has; do not use it."
                    )
                if entry.name == KEY:
                    key = content.read(1 << 16)
                    content.seek(0)
                if entry.name == MANIFEST:
                    manifest = json.loads(content.read())
                else:
                    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
                    members[entry.name] = {"bytes": entry.size, "sha256": digest}
    except (OSError, tarfile.TarError, ValueError) as problem:
        raise HomeError(
            f"{source} cannot be read as a backup ({problem}); use another copy of it."
        ) from problem
    if manifest is None:
        raise HomeError(f"{source} is not a whole backup: its end is missing; use another copy of it.")
    _require_compatible(source, manifest)
    # Missing, added and changed parts alike.
    if bad := sorted(
        name for name in members | manifest["members"] if members.get(name) != manifest["members"].get(name)
    ):
        raise HomeError(f"{source} is damaged: '{bad[0]}' is not what was backed up; use another copy of it.")
    _check_signature(source, manifest, key)
    return manifest


def _check_signature(source: Path, manifest: dict[str, Any], key: bytes) -> None:
    """Verify the manifest's signature, so that no part can be added; a backup from before signatures is
    reported as unsigned.
    """
    signature = manifest.get("signature")
    if signature is None:
        return
    signed = {name: value for name, value in manifest.items() if name != "signature"}
    try:
        parse_signing_key(key).public_key().verify(bytes.fromhex(signature), get_signed_bytes(signed))
    except (InvalidSignature, ValueError, TypeError, HomeError):
        raise HomeError("home.backup-forged", source=source) from None


def _require_compatible(source: Path, manifest: dict[str, Any]) -> None:
    if manifest.get("layout") != LAYOUT or manifest.get("format") != FORMAT:
        raise HomeVersion(
            f"{source} was made by another version of warroom (layout {manifest.get('layout')}, home format "
            f"{manifest.get('format')}; this one reads {LAYOUT} and {FORMAT}); restore it with that version."
        )
    if str(manifest["revision"]) > upgrade.REVISION:
        raise HomeVersion(
            f"{source} holds a ledger of revision {manifest['revision']}, newer than this program's "
            f"{upgrade.REVISION}; install the version that made it."
        )
    if manifest["revision"] not in upgrade.REVISIONS:
        raise HomeVersion(f"The ledger in {source} {upgrade.format_too_old(str(manifest['revision']))}")


def _is_safe_name(name: str) -> bool:
    path = PurePosixPath(name)
    # A tar may contain any path; one outside the home would overwrite other files of the user.
    if path.is_absolute() or ".." in path.parts or name != str(path):
        return False
    return path.parts[0] in PARTS or name in FILES


def _unpack_files(source: Path, root: Path, manifest: dict[str, Any]) -> Home:
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    root.chmod(0o700)
    for name in FOLDERS:
        (root / name).mkdir(mode=0o700)
    with tarfile.open(source, "r:") as tar:
        for entry in tar:
            content = tar.extractfile(entry)
            if entry.name == MANIFEST or content is None:
                continue
            # The card under another name until all is there: a folder without home.json is opened as no home.
            goal = root / (f"{CARD}.restored" if entry.name == CARD else entry.name)
            goal.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(goal, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as out:
                shutil.copyfileobj(content, out, BLOCK)
                out.flush()
                os.fsync(out.fileno())
    return Home(root, manifest["kind"])


def _fill_ledger(home: Home) -> None:
    """Restore the dump into the program's own database, or into the empty one that the settings name."""
    dump = home.root / DUMP
    url = settings.get_text("WARROOM_DATABASE_URL")
    if url:
        owner = settings.get_text("WARROOM_DATABASE_OWNER_URL") or url
        _restore_dump(owner, dump, url)
    else:
        server = PostgresServer(home).open()
        try:
            admin = server.make_url("postgres", "postgres")
            upgrade.make_database(admin, get_logins(server), DATABASE)
            _restore_dump(server.make_url("postgres", DATABASE), dump, server.make_url(ROLE, DATABASE))
        finally:
            server.close()
    dump.unlink()


def _restore_dump(owner: str, dump: Path, url: str) -> None:
    # All or nothing, and privileges are granted again: a dump's owners are those of another server.
    words = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    with psycopg.connect(owner) as connection:
        if upgrade.read_revision(connection) is not None:
            raise LedgerError(
                "The database named by WARROOM_DATABASE_URL holds a ledger already; name an empty one."
            )
        if upgrade.may_act_as_owner(connection):
            words.append(f"--role={upgrade.OWNER}")
    run_postgres_tool("pg_restore", owner, [*words, str(dump)])
    upgrade.upgrade_tables(make_url(owner), make_url(url).username or "")


def _verify_home(home: Home) -> tuple[int, tuple[str, ...]]:
    """Open the restored home once and check its log, its evidence and its lake.

    A file of evidence that no item knows is no fault here: a backup may hold one that came in while it was made.
    """
    from warroom.lake.lake import Lake

    with Ledger.open(home) as ledger:
        report = verify_audit(ledger)
        with ledger.open_session() as session:
            writing.write_audit_row(
                session, None, "home.restored", "home", {"rows": report.rows, "whole": report.ok}
            )
        kept = check_evidence(ledger)
    faults = [fault.text for fault in report.faults]
    faults += [fault.text for fault in kept.faults if fault.kind != "stray"]
    faults += [str(fault) for fault in Lake.open(home).verify()]
    return report.rows, tuple(faults)


def _remove_home(root: Path, made: bool) -> None:
    """Leave nothing that looks like a home."""
    for path in list(root.iterdir()) if root.exists() else []:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    if made:
        shutil.rmtree(root, ignore_errors=True)
