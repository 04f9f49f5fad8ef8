"""Whether every stored byte is what was written: the log's chain and signatures, and each file against it."""

from collections.abc import Container, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from warroom.errors import LakeDamaged
from warroom.home import Home
from warroom.lake.commit import LakeFile, LakeState, Tree
from warroom.lake.hashing import hash_file
from warroom.lake.log import CommitLog
from warroom.lake.stage import list_intended_files


@dataclass(frozen=True, slots=True)
class LakeFault:
    """Something in the lake that is not as it was written; `path` is relative to the lake's folder."""

    path: str
    kind: Literal["changed", "missing", "extra", "forged", "chain", "rolled-back", "unasked"]
    sentence: str


def verify(home: Home, log: CommitLog, threads: int, among: Container[str] | None = None) -> list[LakeFault]:
    """Every fault there is; an empty list says that all is as it was signed. With `among` the bytes of those files alone are
    read; the log, and what no commit names, are looked at in any case.
    """
    state, faults = _replay_log(home, log)
    with ThreadPoolExecutor(threads) as pool:
        wanted = [file for file in state.files.values() if among is None or file.name in among]
        new_faults = [fault for fault in pool.map(_check_file, wanted) if fault]
    new_faults += _find_extra_files(home, state)
    if new_faults:
        # A house that serves writes on meanwhile: what was joined is gone, what came is new, and neither is a fault.
        later, _ = _replay_log(home, log)
        new_faults = [fault for fault in new_faults if (fault.path in later.files) != (fault.kind == "extra")]
    return [*faults, *new_faults, *_check_checkpoints(home, log)]


def _replay_log(home: Home, log: CommitLog) -> tuple[LakeState, list[LakeFault]]:
    """Follow the log from its beginning as far as it holds."""
    state, faults = LakeState(), []
    # Before the commits are listed: one that is made while they are read is behind the end of that list, and not cut off.
    made = log.read_remembered_head()
    numbers = log.list_commit_numbers()
    # From the first commit and never from a checkpoint: those are signed by the same
    # key and could hide a forged log.
    for seq in range(1, max(numbers, default=0) + 1):
        path = log.path_of(seq)
        name = str(path.relative_to(home.lake))
        if not path.exists():
            faults.append(
                LakeFault(name, "missing", f"{name} is missing from the log; restore it from a backup.")
            )
            break
        try:
            tree, sha256 = log.load_signed_file(path)
        except LakeDamaged:
            faults.append(
                LakeFault(name, "forged", f"{name} is not what this home signed; restore it from a backup.")
            )
            break
        if tree["seq"] != seq or tree["prev"] != state.sha256:
            faults.append(
                LakeFault(name, "chain", f"{name} does not follow the commit before it; restore a backup.")
            )
            break
        state = state.apply_commit(tree, sha256, home.lake)
    return state, [*faults, *_check_rollback(log, state, {} if faults else made)]


def _check_rollback(log: CommitLog, state: LakeState, made: Tree) -> Iterator[LakeFault]:
    """The log is shorter than this home remembers, or another log."""
    if made and not log.has_commit(state, made):
        yield LakeFault(
            f"commits/{log.path_of(made['seq']).name}",
            "rolled-back",
            f"Commit {made['seq']} was made and the log ends at {state.seq}; restore a newer backup.",
        )


def _check_file(file: LakeFile) -> LakeFault | None:
    if not file.path.exists():
        return LakeFault(file.name, "missing", f"{file.name} is missing; restore it from a backup.")
    # The size first: a cut file needs no hashing of gigabytes.
    if file.path.stat().st_size == file.bytes and hash_file(file.path) == file.sha256:
        return None
    return LakeFault(
        file.name,
        "changed",
        f"{file.name} was changed since it was written in commit {file.seq}; restore it from a backup.",
    )


def _find_extra_files(home: Home, state: LakeState) -> Iterator[LakeFault]:
    """Files that no commit names, other than what a killed run left for the next one to sweep."""
    # A call may be at work right now; its files are named by an intent before they are moved.
    excused = list_intended_files(home.lake)
    for path in sorted(p for p in (home.lake / "data").rglob("*") if not p.is_dir()):
        name = str(path.relative_to(home.lake))
        if name not in state.files and name not in excused:
            yield LakeFault(name, "extra", f"{name} is named by no commit; move it out of the lake.")


def _check_checkpoints(home: Home, log: CommitLog) -> Iterator[LakeFault]:
    for path in sorted(log.checkpoints.glob("*.json")):
        try:
            log.load_signed_file(path)
        except LakeDamaged:
            name = str(Path("checkpoints") / path.name)
            yield LakeFault(
                name, "forged", f"{name} is not what this home signed; delete it, the log does without."
            )
