"""Taking a file in under an officer's name."""

from collections.abc import Mapping as AnyMapping
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from warroom.access.bringers import note_bringer
from warroom.access.role_groups import FILE_BRINGERS
from warroom.deliveries.corrections import set_aside
from warroom.deliveries.uploads import Uploaded, locked, put_away
from warroom.errors import NotPossible
from warroom.lake.lake import Lake
from warroom.lake.terms import IngestJob, IngestSummary
from warroom.ledger import idempotency
from warroom.ledger.decision import Decision, decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import Idempotency
from warroom.money.index.registers import MADE_OF
from warroom.records import mapping_file
from warroom.records.guess.preview import stood_in
from warroom.records.mapping import Mapping, Terms
from warroom.records.reader import table_of

REGISTERS = MADE_OF["facts"]
"""Tables of which one row makes a shop of an account, or a company of its holder, whatever other records say: a trail ends there and
nobody is asked to hold. New rows of them wait too.
"""


def take_in(
    ledger: Ledger,
    lake: Lake,
    officer: Officer,
    found: Uploaded,
    tree: AnyMapping[str, Any],
    source: str,
    terms: Terms,
    key: str,
    message: bool = False,
) -> IngestSummary:
    """Take a file in by the tree of a mapping; what became of its rows. A `message` of ISO 20022 states itself what others are asked.

    Rows that would change what was delivered before, and rows of `REGISTERS`, are set aside for a second officer. The key is spent once the file is in:
    after a failure or a crash the same key takes it in, and after that it answers the same again.

    Raises NotPossible where a question is open, and where source, basis or purpose is not said; RecordsError and LakeError as
    the lake does.
    """
    with locked(found):
        return _take_in(ledger, lake, officer, found, tree, source, terms, key, message)


def _take_in(
    ledger: Ledger,
    lake: Lake,
    officer: Officer,
    found: Uploaded,
    tree: AnyMapping[str, Any],
    source: str,
    terms: Terms,
    key: str,
    message: bool,
) -> IngestSummary:
    if not (source and terms.legal_basis and terms.purpose):
        raise NotPossible("deliveries.terms-missing")
    mapping = answered(tree, found.table, message)
    subject = f"file:{found.sha256[:16]}"
    detail = {
        "file": found.name,
        "sha256": found.sha256,
        "table": found.table,
        "source": source,
        "mapping": mapping.fingerprint(),
        "legal_basis": terms.legal_basis,
        "purpose": terms.purpose,
    }
    # Said before it is done: rows of the lake that no row of the log tells of must not be, whatever breaks between.
    with decision(ledger, officer, *FILE_BRINGERS) as this:
        before = this.before(key, "file.accepted", found.sha256, source)
        if before is None:
            this.log("file.accepted", subject, detail)
            this.keep()
        if before:
            return IngestSummary(**before[0])
    changing: list[pa.Table] = []
    job = IngestJob(
        found.table,
        found.path,
        mapping,
        source,
        terms,
        name=found.name,
        withhold=changing.append,
        withhold_new=found.table in REGISTERS,
    )
    (summary, *_) = lake.ingest([job])
    counts = {
        name: getattr(summary, name)
        for name in ("accepted", "duplicates", "corrections", "quarantined", "withheld")
    }
    with decision(ledger, officer, *FILE_BRINGERS) as this:
        if summary.delivery_id:
            note_bringer(this, summary.delivery_id)
        if changing:
            rows = own_columns(pa.concat_tables(changing), found.table)
            counts["correction"] = set_aside(this, found.name, found.sha256, found.table, source, terms, rows)
        this.log("file.taken-in", subject, {**counts, "delivery": summary.delivery_id})
        # The key answers from here on, in the transaction that says the file is in.
        idempotency.keep(this.session, this.person, key, [_answer(summary)])
        for delivery in _left_by_a_crash(this, lake, key, found.sha256, source):
            note_bringer(this, delivery)
    put_away(ledger.home, found, summary)
    return summary


def own_columns(rows: pa.Table, table: str) -> pa.Table:
    """Rows by their number and what they say themselves: how they came is said when they come in."""
    return rows.select(["record_id", *(column.name for column in table_of(table).columns)])


def _answer(summary: IngestSummary) -> dict[str, Any]:
    """What became of a file, as the key keeps it; the notes stay with the file."""
    return {**asdict(summary), "notes": ()}


def _left_by_a_crash(this: Decision, lake: Lake, key: str, sha256: str, source: str) -> list[str]:
    """Deliveries that this key made before a crash, whose rows are in while nobody was written down as their bringer."""
    began = this.session.get_one(Idempotency, (this.person.id, key)).at
    return [
        one.delivery_id
        for one in lake.deliveries()
        if (one.sha256, one.source) == (sha256, source) and one.received_at >= began
    ]


def answered(tree: AnyMapping[str, Any], table: str, message: bool = False) -> Mapping:
    """The mapping of a tree; raises NotPossible where something must be answered first."""
    plain = {name: section for name, section in tree.items() if section}
    full = stood_in(plain, table_of(table), message)
    # A zone alone may be missing: times that name theirs need none, and others then wait in the quarantine.
    full.get("time", {}).pop("zone", None)
    known = {**plain, "time": {key: value for key, value in plain.get("time", {}).items() if key != "zone"}}
    if {name: section for name, section in full.items() if section} != {
        name: section for name, section in known.items() if section
    }:
        raise NotPossible("deliveries.unanswered")
    return mapping_file.parse(plain, "the mapping")
