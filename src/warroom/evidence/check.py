"""`warroom evidence check`: every stored file against its hash, every item's custody against its chain."""

import os
from collections.abc import Iterator

from sqlalchemy import select

from warroom.evidence import custody_steps, kept, repository, store
from warroom.evidence.schema import CustodyEvent, EvidenceItem
from warroom.evidence.views import EvidenceFault, EvidenceReport
from warroom.ledger.ledger import Ledger


def check_evidence(ledger: Ledger) -> EvidenceReport:
    """Check every file and every step, and remove files of destroyed items that an interruption left behind.

    A fault names an item whose file changed or is missing, or whose custody chain is broken, or a file that belongs
    to no item.
    """
    faults: list[EvidenceFault] = []
    with ledger.open_session() as session:
        items = list(session.scalars(select(EvidenceItem).order_by(EvidenceItem.id)))
        events = repository.load_events(session, [item.id for item in items])
        people = repository.load_custody_officers(
            session, {number for row in events.values() for number in repository.list_named_officers(row)}
        )
    # By content and not by item: two items may have the same file, which is read once.
    wanted: dict[str, list[EvidenceItem]] = {}
    gone: set[str] = set()
    for item in items:
        faults += _check_custody(item, events[item.id], people)
        if item.sha256 is None:
            continue
        if custody_steps.replay_steps(events[item.id]).state == "destroyed":
            gone.add(item.sha256)
        else:
            wanted.setdefault(item.sha256, []).append(item)
    # A destruction is committed before its file is removed; an interrupted one is finished here.
    for sha256 in sorted(gone - set(wanted)):
        kept.remove_unneeded_file(ledger, sha256)
    read = 0
    for sha256, owners in sorted(wanted.items()):
        size, file_faults = _check_file(ledger, sha256, owners)
        read += size
        faults += file_faults
    faults += _iter_strays(ledger, set(wanted))
    return EvidenceReport(not faults, len(items), len(wanted), read, tuple(faults))


def _check_custody(
    item: EvidenceItem, events: list[CustodyEvent], people: custody_steps.OfficersById
) -> list[EvidenceFault]:
    broken = custody_steps.find_broken_step(item, events, people)
    if broken is None:
        return []
    words = f"The custody of E-{item.id} is not what was written, from step {broken} on."
    return [EvidenceFault(f"E-{item.id}", "custody", words)]


def _check_file(ledger: Ledger, sha256: str, owners: list[EvidenceItem]) -> tuple[int, list[EvidenceFault]]:
    path = store.get_file_path(ledger.home, sha256)
    try:
        size, same = path.stat().st_size, store.hash_file(path) == sha256
    except FileNotFoundError:
        if not _is_needed(ledger, sha256):  # destroyed while we read
            return 0, []
        return 0, [_build_fault(item, "missing", "is missing") for item in owners]
    except OSError as problem:
        return 0, [_build_fault(item, "missing", f"cannot be read ({problem.strerror})") for item in owners]
    if same:
        return size, []
    return size, [_build_fault(item, "changed", "is not what was received") for item in owners]


def _build_fault(item: EvidenceItem, kind: str, words: str) -> EvidenceFault:
    return EvidenceFault(f"E-{item.id}", kind, f"The file of E-{item.id} {words}; restore it from a backup.")  # type: ignore[arg-type]


def _iter_strays(ledger: Ledger, known: set[str]) -> Iterator[EvidenceFault]:
    """Files that belong to no item: left by a power cut between file and rows, or put there by somebody."""
    top = store.get_files_folder(ledger.home)
    for place, _, files in os.walk(top):
        for name in sorted(files):
            path = os.path.relpath(os.path.join(place, name), top)
            # The whole path and not the name alone: a good file in the wrong folder is never found.
            if name.startswith(store.DRAFT) or (name in known and path == f"{name[:2]}/{name}"):
                continue
            if _is_needed(ledger, name):  # came in while we read
                continue
            yield EvidenceFault(
                "",
                "stray",
                f"'{path}' belongs to no item; find out who put it there, or take it away where an upload was cut off.",
            )


def _is_needed(ledger: Ledger, sha256: str) -> bool:
    with ledger.open_session() as session:
        repository.lock_content(session, sha256)
        return kept.is_needed(session, sha256)
