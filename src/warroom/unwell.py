"""The register of faults of a home: since when, in a sentence that says what to do, until the fault is over.

The code that notices a fault writes a note, and clears it when the fault is over. Notes are small files in
`run/unwell`, one for each fault: they work while the database is down, and the server, `warroom doctor` and
every other command of the home see the same. What the folder itself shows (a full disk, refused answers) is
checked on reading.
"""

import hashlib
import json
import logging
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from warroom import clock, files
from warroom.home import Home
from warroom.sentences.sentence import Sentence

LEAST_FREE_BYTES = 512 * 1024 * 1024
"""Bytes; below this the ledger and the lake soon cannot write. Chosen, not measured."""
REASON = ".why.txt"
"""The suffix of the file next to a refused answer that says why."""
PROBLEM = ".problem"
"""The suffix of the file next to a refused file of the drop folder that says why."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One fault: a sentence of the area `health` that says what to do, its subject (`about`; empty where
    there is only one), since when by the real clock, and `why`, technical details in English for the person who
    repairs it.
    """

    sentence: Sentence
    about: str
    since: datetime
    why: str = ""

    @property
    def code(self) -> str:
        return self.sentence.code


def note_trouble(home: Home, sentence: Sentence, *, about: str = "", why: str = "") -> None:
    """Note a fault; noting it again changes the sentence and keeps the time at which it began.

    Never raises: where the note cannot be written (the disk is full), the log has it, and the work that met the
    trouble goes on.
    """
    path = _note_path(home, sentence.code, about)
    try:
        before = _find_note(path)
        # The real clock: a fault of the machine has nothing to do with an exercise's time.
        since = before.since if before else clock.get_real_now()
        path.parent.mkdir(mode=0o700, exist_ok=True)
        tree = {
            "code": sentence.code,
            "params": sentence.facts,
            "about": about,
            "since": since.isoformat(),
            "why": why,
        }
        files.write_atomically(path, json.dumps(tree).encode())
    except OSError as problem:
        log.warning("%s is unwell and cannot be noted: %s", sentence.code, problem.strerror)
    else:
        if before is None:
            log.warning("unwell: %s %s", sentence.code, why)


def clear_trouble(home: Home, code: str, about: str = "") -> None:
    """Clear the note of a fault; without a note nothing happens."""
    try:
        _note_path(home, code, about).unlink(missing_ok=True)
    except OSError as problem:
        log.warning("%s is well and its note stays: %s", code, problem.strerror)


def clear_troubles(home: Home, code: str) -> None:
    """Clear all notes of a code, whatever they are about."""
    for path in _notes_folder(home).glob(f"{code}.*.json"):
        try:
            path.unlink(missing_ok=True)
        except OSError as problem:
            log.warning("%s is well and its note stays: %s", code, problem.strerror)


def list_noted(home: Home) -> tuple[Trouble, ...]:
    """Every note, oldest first; unreadable ones, and codes that this version does not know, are left out."""
    found = [_find_note(path) for path in _notes_folder(home).glob("*.json")]
    return tuple(sorted((one for one in found if one), key=lambda one: (one.since, one.code, one.about)))


def list_troubles(home: Home) -> tuple[Trouble, ...]:
    """All faults: noted ones, and those that the folder shows."""
    disk = _find_full_disk(home)
    return (*list_noted(home), *((disk,) if disk else ()), *list_refused(home))


def list_refused(home: Home) -> tuple[Trouble, ...]:
    """Partners' answers and files that were refused and not moved away since."""
    found = (
        _find_refused("health.answers-refused", (home.inbox / "refused").glob(f"*{REASON}")),
        _find_refused("health.files-refused", home.drop.glob(f"*/refused/*{PROBLEM}")),
    )
    return tuple(one for one in found if one)


def _find_refused(code: str, reasons: Iterable[Path]) -> Trouble | None:
    times = []
    for path in reasons:
        try:
            times.append(path.stat().st_mtime)
        except OSError:  # put away at this moment
            continue
    if not times:
        return None
    return Trouble(Sentence(code, count=len(times)), "", datetime.fromtimestamp(min(times), UTC))


def count_free_bytes(home: Home) -> int:
    """Free bytes on the disk of the data folder."""
    return shutil.disk_usage(home.root).free


def _find_full_disk(home: Home) -> Trouble | None:
    # Measured on reading: a note could not be written to a full disk.
    free = count_free_bytes(home)
    if free > LEAST_FREE_BYTES:
        return None
    return Trouble(Sentence("health.disk-full", megabytes=free >> 20), "", clock.get_real_now())


def _notes_folder(home: Home) -> Path:
    return home.run / "unwell"


def _note_path(home: Home, code: str, about: str) -> Path:
    # A digest: what a note is about may be a partner's text, which is no name of a file.
    digest = hashlib.sha256(about.encode("utf-8", "backslashreplace")).hexdigest()[:16]
    return _notes_folder(home) / f"{code}.{digest}.json"


def _find_note(path: Path) -> Trouble | None:
    try:
        tree = json.loads(path.read_bytes())
        sentence = Sentence(tree["code"], **tree["params"])
        return Trouble(sentence, tree["about"], datetime.fromisoformat(tree["since"]), tree["why"])
    # A half-written or foreign file must not hide the other faults.
    except (OSError, ValueError, KeyError, TypeError):
        return None
