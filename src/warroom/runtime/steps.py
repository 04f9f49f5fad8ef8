"""The steps that a server takes again and again: one that fails keeps no other from running, the log says why, and one that
failed three times in a row stands in the register until it succeeds.
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

OFTEN = 3
DAMAGED = "health.lake-damaged"
"""A note for each part of the lake, by its name; all go once the whole lake was verified."""
STOPPED = {
    "work": "health.step-work-stopped",
    "texts": "health.step-search-stopped",
    "orders": "health.step-orders-stopped",
    "answers": "health.step-answers-stopped",
    "push": "health.records-stopped",
    "drop": "health.records-stopped",
}
"""What an officer is told of a step that stands still; of any other its name."""
DIGITS = re.compile(r"\d{9,}")
"""As accounts and telephones have them; the names of the lake's files have fewer."""

YIELDS = 10
"""How far the turns step back behind officers' requests where processors are short (nice; on Linux a thread has its own):
setting the letters of fifty actions a second otherwise made the slowest hundredth of requests half as slow again.
"""

log = structlog.get_logger("warroom.background")


def lower_priority() -> None:
    """Have this thread yield to officers' requests."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), YIELDS)


class StepRunner:
    """How the steps of one thread fare."""

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
        # The first time too: a note may stand from the server before this one.
        if name not in self._known_well:
            unwell.clear_trouble(self._home, _make_stopped_sentence(name).code, name)
            self._known_well.add(name)
        self._failed[name] = 0
        return True

    def _report_failure(self, name: str, problem: Exception) -> None:
        """Say that a step failed. To say it asks files and the lake, which may fail in their turn; the thread that takes the
        steps has to outlive that too, or nothing would be done by itself ever after.
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
        # A refusal is of every day (the lake is busy); what nobody foresaw is not.
        write = log.warning if isinstance(problem, WarroomError) else log.error
        write("background step failed", step=name, times=self._failed[name], why=why)
        if isinstance(problem, LakeDamaged):
            note_damage(self._home, problem, why)
        # While the database is away every step fails, and that is told once and by its own name.
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
    """Note that the lake is not what was written, unless that is over: whoever began before it was mended, or met a file that
    was joined meanwhile, tells of nothing that is.
    """
    name = str(problem.params.get("name", "lake/commits"))
    if not is_still_damaged(home, problem):
        return
    unwell.note_trouble(home, Sentence(DAMAGED, name=name), about=name, why=why)
    # After the note too: between that look and the note the lake may have been mended, verified and called well.
    if not is_still_damaged(home, problem):
        unwell.clear_trouble(home, DAMAGED, name)


def describe_error(problem: BaseException) -> str:
    """The kind of an error, what it says where that is about no person, and where in the program it was met."""
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
    return DIGITS.sub("…", message.strip().split("\n")[0])[:400]


def _make_stopped_sentence(name: str) -> Sentence:
    code = STOPPED.get(name)
    return Sentence(code) if code else Sentence("health.step-stopped", step=name)
