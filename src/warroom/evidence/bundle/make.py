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
from warroom.evidence.bundle.gather import BundleContents, format_document, gather_case
from warroom.evidence.bundle.write import BundleWriter
from warroom.evidence.views import BundleReport
from warroom.files import make_draft_path
from warroom.keys import format_public_key, load_signing_key, load_verify_key
from warroom.ledger import signed_notes
from warroom.ledger.audit import checkpoints
from warroom.ledger.canonical_json import to_json_value
from warroom.ledger.decision import LoggedRead, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer

# Attempts: a case that changes twice while its bundle is written is in active work, and the officer tries
# later.
TRIES = 2


def make_bundle(
    ledger: Ledger, officer: Officer, case: str, target: Path, reason: str, *, now: datetime | None = None
) -> BundleReport:
    """Write the bundle of a case to `target` (0600), a ZIP file, whole or not at all; the making is logged.

    Raises NotAllowed, NotFound, HomeError where the file exists, the disk is full or a stored file no longer has its
    hash, LedgerError where the written bundle fails its own check. Where that is because the case changed in
    between (the log is read after the case), it is written once more.
    """
    now, target = now or clock.get_now(), target.expanduser().absolute()
    if not reason.strip():
        raise NotPossible("evidence.bundle-reason-missing")
    if target.exists():
        raise HomeError("files.exists-already", path=target)
    _say_why(ledger, officer, case, reason, now)
    gathered, note = _load_state(ledger, officer, case, now)
    draft = make_draft_path(target)
    try:
        for _ in range(TRIES):
            log_count, sha256 = _write_draft(ledger, draft, gathered, note, now)
            if not (fault := _find_fault(draft)):
                break
            # The same documents with a fault are a defect of the program or the ledger; other documents
            # mean a changed case.
            seen, (gathered, note) = gathered, _load_state(ledger, officer, case, now)
            if gathered.documents == seen.documents:
                raise LedgerError("evidence.bundle-faulty", fault=fault)
            draft.unlink()
        else:
            raise LedgerError("evidence.case-changed")
        # By rename: a half-written bundle is never found under its name.
        draft.replace(target)
    except OSError as problem:
        raise HomeError("evidence.bundle-unwritten", folder=target.parent, why=problem.strerror) from problem
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    key = bytes.fromhex(format_public_key(ledger.home))
    items = len(gathered.documents["evidence.json"]["items"])
    return BundleReport(
        target,
        target.stat().st_size,
        sha256,
        case,
        items,
        log_count.rows,
        log_count.withheld,
        expert.fingerprint(key),
        now,
    )


def _say_why(ledger: Ledger, officer: Officer, case: str, reason: str, now: datetime) -> None:
    # Logged before it is made, and in a transaction of its own: the bundle contains the log row of its own
    # making.
    with open_decision(ledger, officer, now=now) as this:
        case_row = handlers.load_evidence_case(this, case, *role_groups.EVIDENCE_BUNDLERS, reading=False)
        # The reason of the bundle serves as the stated purpose of opening the case.
        if not purposes.has_purpose_in_force(this.session, this.person, case_row, now):
            purposes.record_purpose(this.session, this.person, case_row, "prosecution", reason, now)
        this.log_entry("evidence.bundled", f"case:{case}", {"reason": reason}, case=case)


def _load_state(
    ledger: Ledger, officer: Officer, case: str, now: datetime
) -> tuple[BundleContents, signed_notes.SignedNote]:
    """The case from one snapshot, and a checkpoint that covers every log row about it."""
    with ledger.open_session() as session:
        # Set before the first query, which is why `logged_read` is not used: all queries must see one state
        # of the case, or items and their steps would not match.
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        row = handlers.load_evidence_case(
            LoggedRead(session, officer, now), case, *role_groups.EVIDENCE_BUNDLERS
        )
        gathered = gather_case(session, ledger.home, row)
    # Signed after the case was read: every log row about what was read is then under the checkpoint.
    note = signed_notes.find_signed_note(
        load_verify_key(ledger.home), checkpoints.sign_checkpoint(ledger, now)
    )
    if note is None:
        raise LedgerError("evidence.log-unsigned")
    return gathered, note


def _write_draft(
    ledger: Ledger, draft: Path, gathered: BundleContents, note: signed_notes.SignedNote, now: datetime
) -> tuple[log.LogRowCount, str]:
    """Write the bundle to `draft` and flush it to the disk; returns its counts of log rows and its SHA-256."""
    handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w+b") as out:
        log_count = _write_parts(ledger, out, gathered, note, now)
        out.flush()
        # On the disk before the rename: after a power cut the name must not belong to half a bundle.
        os.fsync(out.fileno())
        out.seek(0)
        return log_count, hashlib.file_digest(out, "sha256").hexdigest()


def _write_parts(
    ledger: Ledger, out: BinaryIO, gathered: BundleContents, note: signed_notes.SignedNote, now: datetime
) -> log.LogRowCount:
    """Every part in a fixed order: the same state at the same moment gives the same bytes."""
    count, key = log.LogRowCount(), format_public_key(ledger.home)
    with BundleWriter(out) as writer:
        _add_parts(ledger, writer, gathered, note, count)
        facts = _build_facts(ledger, gathered, count, now)
        writer.add_text("key.txt", f"{key}\n{expert.fingerprint(bytes.fromhex(key))}\n")
        writer.add_part("verify.py", [resources.files(__package__).joinpath("expert.py").read_bytes()])
        writer.add_part("index.pdf", [index.render(facts, gathered, writer.files, count)])
        writer.sign_manifest(load_signing_key(ledger.home), facts)
    return count


def _add_parts(
    ledger: Ledger,
    writer: BundleWriter,
    gathered: BundleContents,
    note: signed_notes.SignedNote,
    count: log.LogRowCount,
) -> None:
    for name, path in sorted(gathered.files.items()):
        writer.add_file(name, path, gathered.hashes.get(name))
    for name, text in sorted(gathered.texts.items()):
        writer.add_text(name, text)
    for name, document in sorted(gathered.documents.items()):
        writer.add_text(name, format_document(document))
    with ledger.open_session() as session:
        rows = log.iter_log_lines(session, gathered.case, note.size, gathered.protected, count)
        writer.add_part("audit.jsonl", (line.encode() for line in rows))
    writer.add_text("checkpoint.txt", note.text)


def _build_facts(
    ledger: Ledger, gathered: BundleContents, count: log.LogRowCount, now: datetime
) -> dict[str, Any]:
    held = [
        withheld.SURVIVORS,
        *([withheld.describe_withheld_rows(count.withheld)] if count.withheld else []),
    ]
    return {
        "format": expert.FORMAT,
        "case": gathered.case,
        "made_at": to_json_value(now),
        "exercise": ledger.home.exercise,
        "key": format_public_key(ledger.home),
        "withheld": to_json_value(held),
    }


def _find_fault(draft: Path) -> str:
    """The first fault found by the check that the bundle carries for the court; empty for none."""
    faults = expert.Check(expert.open_bundle(str(draft)))()
    return expert.sentences(faults[0])[1] if faults else ""
