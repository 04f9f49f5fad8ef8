"""`warroom evidence bundle`: the court bundle of a case, written whole, checked, and only then put in place."""

import hashlib
import os
from contextlib import suppress
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any, BinaryIO

from warroom import clock
from warroom.access import role_groups
from warroom.cases import purposes
from warroom.errors import HomeError, LedgerError, NotPossible
from warroom.evidence import handlers
from warroom.evidence.bundle import expert, index, log, withheld
from warroom.evidence.bundle.gather import Gathered, as_text, gather
from warroom.evidence.bundle.write import Writer
from warroom.evidence.views import BundleReport
from warroom.files import draft_of
from warroom.keys import public_hex, signing_key, verify_key
from warroom.ledger import signed_notes
from warroom.ledger.audit import checkpoints
from warroom.ledger.canonical_json import plain
from warroom.ledger.decision import Look, decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer

# A case that changes twice while its bundle is written is being worked on: whoever wants it waits until it rests.
TRIES = 2


def bundle(
    ledger: Ledger, officer: Officer, case: str, target: Path, reason: str, *, now: datetime | None = None
) -> BundleReport:
    """Write the bundle of a case to `target` (0600), a ZIP file, whole or not at all; the making is logged.

    Raises NotAllowed, NotFound, HomeError where the file exists, the disk is full or a stored file is not what was
    received, LedgerError where what was written does not pass its own check. Where that is because the case changed in
    between (the log is read after it), it is made once more.
    """
    now, target = now or clock.now(), target.expanduser().absolute()
    if not reason.strip():
        raise NotPossible("evidence.bundle-reason-missing")
    if target.exists():
        raise HomeError("files.exists-already", path=target)
    _say_why(ledger, officer, case, reason, now)
    found, note = _state(ledger, officer, case, now)
    draft = draft_of(target)
    try:
        for _ in range(TRIES):
            told, sha256 = _draft(ledger, draft, found, note, now)
            if not (fault := _fault(draft)):
                break
            seen, (found, note) = found, _state(ledger, officer, case, now)
            if found.documents == seen.documents:
                raise LedgerError("evidence.bundle-faulty", fault=fault)
            draft.unlink()
        else:
            raise LedgerError("evidence.case-changed")
        draft.replace(target)
    except OSError as problem:
        raise HomeError("evidence.bundle-unwritten", folder=target.parent, why=problem.strerror) from problem
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    key = bytes.fromhex(public_hex(ledger.home))
    items = len(found.documents["evidence.json"]["items"])
    return BundleReport(
        target,
        target.stat().st_size,
        sha256,
        case,
        items,
        told.rows,
        told.withheld,
        expert.fingerprint(key),
        now,
    )


def _say_why(ledger: Ledger, officer: Officer, case: str, reason: str, now: datetime) -> None:
    # Logged before it is made, and in a transaction of its own: a bundle carries the row of its own making.
    with decision(ledger, officer, now=now) as this:
        found = handlers.case_for(this, case, *role_groups.EVIDENCE_BUNDLERS, reading=False)
        # What the bundle is for says why the case is opened.
        if not purposes.in_force(this.session, this.person, found, now):
            purposes.note(this.session, this.person, found, "prosecution", reason, now)
        this.log("evidence.bundled", f"case:{case}", {"reason": reason}, case=case)


def _state(ledger: Ledger, officer: Officer, case: str, now: datetime) -> tuple[Gathered, signed_notes.Note]:
    """The case in one moment, and a checkpoint that covers every step of it."""
    with ledger.session() as session:
        # Set before anything is read, which is why this look does not open its session itself: many queries that
        # belong together see one state of the case, or items and their steps would not fit.
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        row = handlers.case_for(Look(session, officer, now), case, *role_groups.EVIDENCE_BUNDLERS)
        found = gather(session, ledger.home, row)
    # After the case was read: every row that it tells of is then under the checkpoint.
    note = signed_notes.read(verify_key(ledger.home), checkpoints.checkpoint(ledger, now))
    if note is None:
        raise LedgerError("evidence.log-unsigned")
    return found, note


def _draft(
    ledger: Ledger, draft: Path, found: Gathered, note: signed_notes.Note, now: datetime
) -> tuple[log.Count, str]:
    """Write the bundle there and through to the disk; returns how many rows it has and its SHA-256."""
    handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w+b") as out:
        told = _write(ledger, out, found, note, now)
        out.flush()
        os.fsync(out.fileno())
        out.seek(0)
        return told, hashlib.file_digest(out, "sha256").hexdigest()


def _write(
    ledger: Ledger, out: BinaryIO, found: Gathered, note: signed_notes.Note, now: datetime
) -> log.Count:
    """Every part in a fixed order: the same state at the same moment gives the same bytes."""
    count, key = log.Count(), public_hex(ledger.home)
    with Writer(out) as writer:
        _add_parts(ledger, writer, found, note, count)
        facts = _facts(ledger, found, count, now)
        writer.add_text("key.txt", f"{key}\n{expert.fingerprint(bytes.fromhex(key))}\n")
        writer.add("verify.py", [resources.files(__package__).joinpath("expert.py").read_bytes()])
        writer.add("index.pdf", [index.render(facts, found, writer.files, count)])
        writer.finish(signing_key(ledger.home), facts)
    return count


def _add_parts(
    ledger: Ledger, writer: Writer, found: Gathered, note: signed_notes.Note, count: log.Count
) -> None:
    for name, path in sorted(found.files.items()):
        writer.add_file(name, path, found.hashes.get(name))
    for name, text in sorted(found.texts.items()):
        writer.add_text(name, text)
    for name, document in sorted(found.documents.items()):
        writer.add_text(name, as_text(document))
    with ledger.session() as session:
        rows = log.lines(session, found.case, note.size, found.protected, count)
        writer.add("audit.jsonl", (line.encode() for line in rows))
    writer.add_text("checkpoint.txt", note.text)


def _facts(ledger: Ledger, found: Gathered, count: log.Count, now: datetime) -> dict[str, Any]:
    held = [withheld.SURVIVORS, *([withheld.rows(count.withheld)] if count.withheld else [])]
    return {
        "format": expert.FORMAT,
        "case": found.case,
        "made_at": plain(now),
        "exercise": ledger.home.exercise,
        "key": public_hex(ledger.home),
        "withheld": plain(held),
    }


def _fault(draft: Path) -> str:
    """What the check that the court will make finds first, empty where it holds."""
    faults = expert.Check(expert.open_bundle(str(draft)))()
    return expert.sentences(faults[0])[1] if faults else ""
