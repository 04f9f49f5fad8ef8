"""Whether every stored byte is what was written: the log's chain and signatures, and each file against it."""

from collections.abc import Container, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from warroom.errors import LakeDamaged
from warroom.home import Home
from warroom.lake.commit import LakeFile, State, Tree
from warroom.lake.hashing import file_sha256
from warroom.lake.log import Log
from warroom.lake.stage import intended


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the lake that is not as it was written; `path` is relative to the lake's folder."""

    path: str
    kind: Literal["changed", "missing", "extra", "forged", "chain", "rolled-back", "unasked"]
    sentence: str


def verify(home: Home, log: Log, threads: int, among: Container[str] | None = None) -> list[Fault]:
    """Every fault there is; an empty list says that all is as it was signed. With `among` the bytes of those files alone are
    read; the log, and what no commit names, are looked at in any case.
    """
    state, faults = _replay(home, log)
    with ThreadPoolExecutor(threads) as pool:
        wanted = [file for file in state.files.values() if among is None or file.name in among]
        found = [fault for fault in pool.map(_check, wanted) if fault]
    found += _extra(home, state)
    if found:
        # A house that serves writes on meanwhile: what was joined is gone, what came is new, and neither is a fault.
        later, _ = _replay(home, log)
        found = [fault for fault in found if (fault.path in later.files) != (fault.kind == "extra")]
    return [*faults, *found, *_checkpoints(home, log)]


def _replay(home: Home, log: Log) -> tuple[State, list[Fault]]:
    """Follow the log from its beginning as far as it holds."""
    state, faults = State(), []
    # Before the commits are listed: one that is made while they are read is behind the end of that list, and not cut off.
    made = log.witness()
    numbers = log.numbers()
    # From the first commit and never from a checkpoint: those are signed by the same
    # key and could hide a forged log.
    for seq in range(1, max(numbers, default=0) + 1):
        path = log.path(seq)
        name = str(path.relative_to(home.lake))
        if not path.exists():
            faults.append(
                Fault(name, "missing", f"{name} is missing from the log; restore it from a backup.")
            )
            break
        try:
            tree, sha256 = log.read(path)
        except LakeDamaged:
            faults.append(
                Fault(name, "forged", f"{name} is not what this home signed; restore it from a backup.")
            )
            break
        if tree["seq"] != seq or tree["prev"] != state.sha256:
            faults.append(
                Fault(name, "chain", f"{name} does not follow the commit before it; restore a backup.")
            )
            break
        state = state.after(tree, sha256, home.lake)
    return state, [*faults, *_rolled_back(log, state, {} if faults else made)]


def _rolled_back(log: Log, state: State, made: Tree) -> Iterator[Fault]:
    """The log is shorter than this home remembers, or another log."""
    if made and not log.holds(state, made):
        yield Fault(
            f"commits/{log.path(made['seq']).name}",
            "rolled-back",
            f"Commit {made['seq']} was made and the log ends at {state.seq}; restore a newer backup.",
        )


def _check(file: LakeFile) -> Fault | None:
    if not file.path.exists():
        return Fault(file.name, "missing", f"{file.name} is missing; restore it from a backup.")
    if file.path.stat().st_size == file.bytes and file_sha256(file.path) == file.sha256:
        return None
    return Fault(
        file.name,
        "changed",
        f"{file.name} was changed since it was written in commit {file.seq}; restore it from a backup.",
    )


def _extra(home: Home, state: State) -> Iterator[Fault]:
    """Files that no commit names, other than what a killed run left for the next one to sweep."""
    # A call may be at work right now; its files are named by an intent before they are moved.
    excused = intended(home.lake)
    for path in sorted(p for p in (home.lake / "data").rglob("*") if not p.is_dir()):
        name = str(path.relative_to(home.lake))
        if name not in state.files and name not in excused:
            yield Fault(name, "extra", f"{name} is named by no commit; move it out of the lake.")


def _checkpoints(home: Home, log: Log) -> Iterator[Fault]:
    for path in sorted(log.checkpoints.glob("*.json")):
        try:
            log.read(path)
        except LakeDamaged:
            name = str(Path("checkpoints") / path.name)
            yield Fault(
                name, "forged", f"{name} is not what this home signed; delete it, the log does without."
            )
