"""Ingesting an uploaded file under an officer's name."""

from collections.abc import Mapping as AnyMapping
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from warroom.access.bringers import note_bringer
from warroom.access.role_groups import FILE_BRINGERS
from warroom.deliveries.corrections import save_waiting_correction
from warroom.deliveries.uploads import UploadedFile, archive_uploaded_file, lock_uploaded_file
from warroom.errors import NotPossible
from warroom.lake.lake import Lake
from warroom.lake.terms import IngestJob, IngestSummary
from warroom.ledger import idempotency
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import Idempotency
from warroom.money.index.registers import MADE_OF
from warroom.records import mapping_file
from warroom.records.guess.preview import fill_open_answers
from warroom.records.mapping import DeliveryTerms, FileMapping
from warroom.records.reader import get_table

REGISTERS = MADE_OF["facts"]
"""Tables in which one row makes an account a shop's, or its holder a company, against all other records: a
trail ends there and no hold is proposed. So new rows of them wait for a second officer too.
"""


def ingest_uploaded_file(
    ledger: Ledger,
    lake: Lake,
    officer: Officer,
    upload: UploadedFile,
    tree: AnyMapping[str, Any],
    source: str,
    terms: DeliveryTerms,
    key: str,
    message: bool = False,
) -> IngestSummary:
    """Ingest a file with a mapping (as TOML tree); returns counts of its rows. An ISO 20022 `message` states
    what other files must be asked.

    Rows that would change what was delivered before, and rows of `REGISTERS`, are set aside for a second officer. The key is spent once the file is in:
    after a failure or a crash the same key takes it in, and after that it answers the same again.

    Raises NotPossible where a question is open, and where source, basis or purpose is not said; RecordsError and LakeError as
    the lake does.
    """
    with lock_uploaded_file(upload):
        return _ingest_locked_file(ledger, lake, officer, upload, tree, source, terms, key, message)


def _ingest_locked_file(
    ledger: Ledger,
    lake: Lake,
    officer: Officer,
    upload: UploadedFile,
    tree: AnyMapping[str, Any],
    source: str,
    terms: DeliveryTerms,
    key: str,
    message: bool,
) -> IngestSummary:
    # Every delivery states them: pages show them with each record.
    if not (source and terms.legal_basis and terms.purpose):
        raise NotPossible("deliveries.terms-missing")
    mapping = require_answered_mapping(tree, upload.table, message)
    subject = f"file:{upload.sha256[:16]}"
    detail = {
        "file": upload.name,
        "sha256": upload.sha256,
        "table": upload.table,
        "source": source,
        "mapping": mapping.compute_fingerprint(),
        "legal_basis": terms.legal_basis,
        "purpose": terms.purpose,
    }
    # Logged before it is done: no crash may leave rows in the lake that the log does not mention.
    with open_decision(ledger, officer, *FILE_BRINGERS) as this:
        before = this.find_earlier_result(key, "file.accepted", upload.sha256, source)
        if before is None:
            this.log_entry("file.accepted", subject, detail)
            this.save_result()
        if before:
            return IngestSummary(**before[0])
    changing: list[pa.Table] = []
    job = IngestJob(
        upload.table,
        upload.path,
        mapping,
        source,
        terms,
        name=upload.name,
        withhold=changing.append,
        withhold_new=upload.table in REGISTERS,
    )
    # Outside a transaction: ingest may take minutes and has the lake's own lock.
    (summary, *_) = lake.ingest([job])
    counts = {
        name: getattr(summary, name)
        for name in ("accepted", "duplicates", "corrections", "quarantined", "withheld")
    }
    with open_decision(ledger, officer, *FILE_BRINGERS) as this:
        if summary.delivery_id:
            note_bringer(this, summary.delivery_id)
        if changing:
            rows = select_own_columns(pa.concat_tables(changing), upload.table)
            counts["correction"] = save_waiting_correction(
                this, upload.name, upload.sha256, upload.table, source, terms, rows
            )
        this.log_entry("file.taken-in", subject, {**counts, "delivery": summary.delivery_id})
        # The key answers from here on, in the transaction that says the file is in.
        idempotency.save_result(this.session, this.person, key, [_make_stored_answer(summary)])
        # Whatever a crashed try brought is this officer's too, who may then not approve holds on it.
        for delivery in _list_crashed_deliveries(this, lake, key, upload.sha256, source):
            note_bringer(this, delivery)
    # Last: a crash before it leaves the file, and the key answers as before.
    archive_uploaded_file(ledger.home, upload, summary)
    return summary


def select_own_columns(rows: pa.Table, table: str) -> pa.Table:
    """Rows with record id and the table's own columns, without delivery columns, which are added at ingest."""
    return rows.select(["record_id", *(column.name for column in get_table(table).columns)])


def _make_stored_answer(summary: IngestSummary) -> dict[str, Any]:
    """The summary as stored with the idempotency key; the notes stay with the file."""
    return {**asdict(summary), "notes": ()}


def _list_crashed_deliveries(this: Decision, lake: Lake, key: str, sha256: str, source: str) -> list[str]:
    """Deliveries that this key made before a crash: their rows are ingested, but no bringer was recorded."""
    began = this.session.get_one(Idempotency, (this.person.id, key)).at
    return [
        one.delivery_id
        for one in lake.list_deliveries()
        if (one.sha256, one.source) == (sha256, source) and one.received_at >= began
    ]


def require_answered_mapping(tree: AnyMapping[str, Any], table: str, message: bool = False) -> FileMapping:
    """The mapping of a tree; raises NotPossible where something must be answered first."""
    plain = {name: section for name, section in tree.items() if section}
    full = fill_open_answers(plain, get_table(table), message)
    # A zone alone may be missing: times that name theirs need none, and others then wait in the quarantine.
    full.get("time", {}).pop("zone", None)
    known = {**plain, "time": {key: value for key, value in plain.get("time", {}).items() if key != "zone"}}
    if {name: section for name, section in full.items() if section} != {
        name: section for name, section in known.items() if section
    }:
        raise NotPossible("deliveries.unanswered")
    return mapping_file.parse_mapping(plain, "the mapping")
