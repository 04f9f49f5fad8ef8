"""Periodic checks of what nobody would notice otherwise: missing files of the lake, a dead database."""

import json
import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from warroom import keys, unwell
from warroom.errors import LakeDamaged, LedgerError
from warroom.home import Home
from warroom.ledger.bookmarks import save_bookmark
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import Bookmark
from warroom.runtime.steps import note_damage
from warroom.sentences.sentence import Sentence

if TYPE_CHECKING:
    from warroom.lake.commit import LakeFile
    from warroom.lake.lake import Lake

NAMED = 10
"""Sources named in one sentence, and files noted at once; the others are counted."""
NEVER = -1
"""The write time of a file that was damaged when last checked, so that it is checked again."""
ALIKE = "lake.alike"
# How long possible duplicates are reported. Chosen: somebody has seen the note within a week.
TOLD = timedelta(days=7)

log = logging.getLogger(__name__)


def check_database(ledger: Ledger) -> None:
    """Query the database, and restart it where it is the program's own and has died.

    Raises LedgerError where it does not answer then either.
    """
    try:
        if ledger.restart_if_dead():
            log.warning("the ledger's PostgreSQL had ended and was started again")
        with ledger.open_session() as session:
            session.execute(text("SELECT 1"))
    except LedgerError as problem:
        unwell.note_trouble(ledger.home, Sentence("health.database-away"), why=problem.sentence)
        raise
    unwell.clear_trouble(ledger.home, "health.database-away")


def check_keys(home: Home) -> None:
    """Check that the home's keys are unchanged: a running server has them in memory, and only the next start
    would fail.
    """
    wrong = [str(problem.params["name"]) for problem in keys.list_key_faults(home)]
    if wrong:
        unwell.note_trouble(home, Sentence("health.keys-lost", names=", ".join(wrong)))
    else:
        unwell.clear_trouble(home, "health.keys-lost")


def check_lake_files(lake: "Lake", known: dict[str, int]) -> None:
    """Check that every file of the lake exists with its length, and that none was written to since the last
    check; `known` keeps their write times. Comparing all contents is `verify`'s work and takes long.
    """
    _check_changed_files(lake, known)
    missing = [file.name for file in lake.state.files.values() if not _has_full_length(file)]
    if missing:
        sentence = Sentence("health.lake-files-missing", count=len(missing), name=min(missing))
        unwell.note_trouble(lake.home, sentence, why=", ".join(sorted(missing)[:NAMED]))
    else:
        unwell.clear_trouble(lake.home, "health.lake-files-missing")


def _check_changed_files(lake: "Lake", known: dict[str, int]) -> None:
    """Read the files that somebody wrote to: a commit writes a file once and never again."""
    times = {name: _get_written_time(file.path) for name, file in lake.state.files.items()}
    # One that this process has not looked at is suspect where it is younger than the newest commit.
    newest = _get_written_time(lake.home.run / "lake.head")
    suspect = [name for name, at in times.items() if at and at != known.get(name, min(at, newest))]
    known.clear()
    known.update(times)
    files = [lake.state.files.get(name) for name in sorted(suspect)]
    damaged = [file for file in files if file is not None and not _is_unchanged(file)]
    for file in damaged[:NAMED]:
        damage = LakeDamaged("lake.file-changed", name=file.name, seq=file.seq)
        note_damage(lake.home, damage, f"{file.name} was written to")
    # Looked at again until they are whole: a verification that began before the damage may have called all of it well.
    known.update({file.name: NEVER for file in damaged})


def _get_written_time(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _is_unchanged(file: "LakeFile") -> bool:
    """Whether a file has the bytes of its commit; True for one that is missing or cut, which is reported
    separately.
    """
    from warroom.lake.hashing import hash_file

    try:
        return not _has_full_length(file) or hash_file(file.path) == file.sha256
    except OSError:
        return True


def _has_full_length(file: "LakeFile") -> bool:
    try:
        return file.path.stat().st_size == file.bytes
    except OSError:
        return False


def check_alike_payments(ledger: Ledger, lake: "Lake", now: datetime) -> None:
    """Report new payments that look like another source's, for some days: nobody watched when a stream or the
    drop folder brought them.
    """
    from warroom.lake.alike import find_alike_since

    head = lake.head
    with ledger.open_session() as session:
        mark = session.get(Bookmark, ALIKE)
        seen: dict[str, Any] = json.loads(mark.value) if mark else {"head": head, "told": []}
    # Erased deliveries do not count any more, and old reports have been seen.
    gone = {erasure.delivery_id for erasure in lake.list_erasures()}
    kept = [
        kept_row
        for kept_row in seen["told"]
        if kept_row[0] not in gone and now - datetime.fromisoformat(kept_row[4]) < TOLD
    ]
    alike_deliveries = (
        find_alike_since(lake.log, lake.payment_keys, seen["head"]) if head > seen["head"] else []
    )
    kept += [
        [
            alike_delivery.delivery,
            alike_delivery.source,
            alike_delivery.other,
            alike_delivery.rows,
            now.isoformat(),
        ]
        for alike_delivery in alike_deliveries
    ]
    with ledger.open_session() as session:
        save_bookmark(session, ALIKE, json.dumps({"head": head, "told": kept}))
    if kept:
        sources = ", ".join(sorted({name for kept_row in kept for name in kept_row[1:3]})[:NAMED])
        sentence = Sentence(
            "health.counted-twice", rows=sum(kept_row[3] for kept_row in kept), sources=sources
        )
        unwell.note_trouble(lake.home, sentence)
    else:
        unwell.clear_trouble(lake.home, "health.counted-twice")
