"""Taking a file in under an officer's name."""

from collections.abc import Mapping as AnyMapping
from typing import Any

import pyarrow as pa

from warroom.access.bringers import note_bringer
from warroom.access.role_groups import FILE_BRINGERS
from warroom.deliveries.corrections import set_aside
from warroom.deliveries.uploads import Uploaded, put_away
from warroom.errors import NotPossible
from warroom.lake.lake import Lake
from warroom.lake.terms import IngestJob, IngestSummary
from warroom.ledger.decision import decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.records import mapping_file
from warroom.records.guess.preview import stood_in
from warroom.records.mapping import Mapping, Terms
from warroom.records.reader import table_of


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

    Rows that would change what was delivered before are set aside for a second officer.

    Raises NotPossible where a question is open, where source, basis or purpose is not said, and for a file that was taken in
    before by the same click; RecordsError and LakeError as the lake does.
    """
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
        if this.before(key, "file.accepted", found.sha256, source) is not None:
            raise NotPossible("deliveries.taken-in-already")
        this.log("file.accepted", subject, detail)
        this.keep(found.sha256)
    changing: list[pa.Table] = []
    job = IngestJob(
        found.table, found.path, mapping, source, terms, name=found.name, withhold=changing.append
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
    put_away(ledger.home, found, summary)
    return summary


def own_columns(rows: pa.Table, table: str) -> pa.Table:
    """Rows by their number and what they say themselves: how they came is said when they come in."""
    return rows.select(["record_id", *(column.name for column in table_of(table).columns)])


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
