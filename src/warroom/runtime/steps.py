"""Running a server's steps: one that fails does not block the others and is logged; one that failed three
times in a row is in the register of faults until it succeeds.
"""

import os
import re
import threading
import traceback
from collections import Counter
from collections.abc import Callable

import structlog

from warroom import unwell
from warroom.errors import LakeDamaged, LakeError, LedgerError, WarroomError
from warroom.home import Home
from warroom.sentences.sentence import Sentence

# Failures in a row: a busy lake fails once or twice and is no fault.
OFTEN = 3
DAMAGED = "health.lake-damaged"
"""The code of notes about damaged parts of the lake; all are cleared once the whole lake verifies."""
STOPPED = {
    "work": "health.step-work-stopped",
    "texts": "health.step-search-stopped",
    "orders": "health.step-orders-stopped",
    "answers": "health.step-answers-stopped",
    "push": "health.records-stopped",
    "drop": "health.records-stopped",
}
"""By step: the sentence for officers when it has stopped; other steps are shown by name."""
DIGITS = re.compile(r"\d{9,}")
"""Digits in a row that may be an account or telephone number and are masked; the lake's file names have
fewer.
"""

YIELDS = 10
"""The nice value of background threads (on Linux a thread has its own), so that officers' requests come
first: measured without it, typesetting the letters of fifty actions a second made the slowest 1 % of requests
half as slow again.
"""

log = structlog.get_logger("warroom.background")


def lower_priority() -> None:
    """Have this thread yield to officers' requests."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), YIELDS)


class StepRunner:
    """Runs the steps of one thread and counts their failures."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._failed: Counter[str] = Counter()
        self._known_well: set[str] = set()

    def run_step(self, name: str, step: Callable[[], object]) -> bool:
        """Take a step; False where it failed, whatever it raised."""
        try:
            step()
        except Exception as problem:
            self._report_failure(name, problem)
            return False
        # The first time too: the previous server may have left a note.
        if name not in self._known_well:
            unwell.clear_trouble(self._home, _make_stopped_sentence(name).code, name)
            self._known_well.add(name)
        self._failed[name] = 0
        return True

    def _report_failure(self, name: str, problem: Exception) -> None:
        """Report that a step failed. Reporting reads files and the lake, which may fail too; the thread must
        survive that, or no job would run any more.
        """
        try:
            self._record_failure(name, problem)
        except Exception as beside:
            log.error(
                "background step failed, and telling it too",
                step=name,
                why=describe_error(problem),
                then=describe_error(beside),
            )
            unwell.note_trouble(
                self._home, _make_stopped_sentence(name), about=name, why=describe_error(problem)
            )

    def _record_failure(self, name: str, problem: Exception) -> None:
        self._failed[name] += 1
        self._known_well.discard(name)
        # Here and not at the start: a process that only opens needs nothing of the lake.
        from warroom.lake.original import find_lake_damage

        problem = find_lake_damage(problem) or problem
        why = describe_error(problem)
        # A refusal is normal (the lake is busy); any other exception is a bug or a broken machine.
        write = log.warning if isinstance(problem, WarroomError) else log.error
        write("background step failed", step=name, times=self._failed[name], why=why)
        if isinstance(problem, LakeDamaged):
            note_damage(self._home, problem, why)
        # While the database is down every step fails; that is reported once, under its own code.
        elif self._failed[name] >= OFTEN and type(problem) is not LedgerError:
            unwell.note_trouble(self._home, _make_stopped_sentence(name), about=name, why=why)


def is_still_damaged(home: Home, problem: LakeDamaged) -> bool:
    """Whether the lake is, at this moment, not what was written where an error says so: a named file, or else the log."""
    from warroom.lake.hashing import hash_file
    from warroom.lake.log import CommitLog

    log = CommitLog(home)
    try:
        state, made = log.load_state(), log.read_remembered_head()
        if "name" not in problem.params:
            return bool(made) and not log.has_commit(state, made)
        file = state.files.get(str(problem.params["name"]))
        return file is not None and hash_file(file.path) != file.sha256
    # A file that cannot be read, or a log: whatever it is, it is not what was written.
    except (LakeError, OSError):
        return True


def note_damage(home: Home, problem: LakeDamaged, why: str) -> None:
    """Note damage of the lake, unless it is over: a step that began before the repair, or met a file that was
    joined meanwhile, reports damage that no longer exists.
    """
    name = str(problem.params.get("name", "lake/commits"))
    if not is_still_damaged(home, problem):
        return
    unwell.note_trouble(home, Sentence(DAMAGED, name=name), about=name, why=why)
    # After the note too: between that look and the note the lake may have been mended, verified and called well.
    if not is_still_damaged(home, problem):
        unwell.clear_trouble(home, DAMAGED, name)


def describe_error(problem: BaseException) -> str:
    """The class of an error, its message where that cannot be about a person, and the places in the program."""
    # Of our own files alone: a library's say little of what it was asked.
    frames = [one for one in traceback.extract_tb(problem.__traceback__) if "/warroom/" in one.filename][-3:]
    where = " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in reversed(frames))
    said = _find_safe_message(problem)
    return f"{type(problem).__name__}{f': {said}' if said else ''} ({where})"


def _find_safe_message(problem: BaseException) -> str:
    if isinstance(problem, WarroomError):
        message: str = problem.sentence
    # Of files and of the system, DuckDB's too. Any other may hold a row's values: names, accounts.
    elif isinstance(problem, OSError | MemoryError) or type(problem).__name__ == "IOException":
        message = str(problem)
    else:
        diagnosis = getattr(
            getattr(problem, "orig", problem), "diag", None
        )  # of the database: without its details
        message = getattr(diagnosis, "message_primary", None) or ""
    # The first line: what follows may quote values of a row.
    return DIGITS.sub("…", message.strip().split("\n")[0])[:400]


def _make_stopped_sentence(name: str) -> Sentence:
    code = STOPPED.get(name)
    return Sentence(code) if code else Sentence("health.step-stopped", step=name)
