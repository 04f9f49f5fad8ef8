"""A partner's file in a standard, taken into a collection: its objects, and the file itself where another standard than STIX brought it."""

import base64
import hashlib
from dataclasses import dataclass

from warroom.errors import ExchangeError
from warroom.exchange.collections.decisions import import_bundle
from warroom.exchange.standards import stix, stix_reader
from warroom.exchange.standards.record import ImportedRecord, count_kinds
from warroom.exchange.standards.record_standards import BY_NAME, RecordStandard
from warroom.exchange.standards.stix_reader import StixBundle
from warroom.exchange.standards.stix_types import TLP_IDS, make_observable_id
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer

NAMES = tuple(name for name, standard in BY_NAME.items() if standard.parse)
MOST_KEPT = 32 << 20
"""Bytes of a file that is kept whole. Chosen, not measured."""


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What came: things by kind, objects that nobody here understands by type, how many objects are new, and what there is to say."""

    things: dict[str, int]
    payments: int
    holds: int
    ties: int
    others: dict[str, int]
    new: int
    mark: str
    notes: tuple[str, ...]


def import_file(
    ledger: Ledger,
    officer: Officer,
    standard: str,
    content: bytes,
    *,
    collection: str,
    partner: str,
    basis: str,
) -> ImportSummary:
    """Take a partner's file in, all of it or nothing; logged with its basis.

    Raises ExchangeError for a file that cannot be read or believed, NotAllowed, NotFound, NotPossible.
    """
    chosen = BY_NAME.get(standard)
    if chosen is None or chosen.parse is None:
        raise ExchangeError(
            f"There is no standard '{standard[:40]}' to import from; there are {', '.join(NAMES)}."
        )
    imported, bundle = _read_file(chosen, content)
    new = import_bundle(ledger, officer, collection, bundle, partner, basis)
    record = imported.record
    return ImportSummary(
        count_kinds(thing.kind for thing in record.things),
        len(record.payments),
        len(record.holds),
        len(record.ties),
        imported.others,
        new,
        bundle.mark,
        imported.notes,
    )


def _read_file(standard: RecordStandard, content: bytes) -> tuple[ImportedRecord, StixBundle]:
    if standard.name == "stix":
        bundle = stix_reader.parse_bundle(content)
        return stix_reader.read_objects(bundle), bundle
    if len(content) > MOST_KEPT:
        raise ExchangeError(
            f"The file has {len(content) >> 20} MiB, more than {MOST_KEPT >> 20}; ask for it in parts."
        )
    assert standard.parse is not None
    imported = standard.parse(content)
    # The file itself too: nothing that the reader passes over is lost.
    hashed = hashlib.sha256(content).hexdigest()
    original = {
        "type": "artifact",
        "spec_version": "2.1",
        "id": make_observable_id("artifact", {"SHA-256": hashed}),
        "mime_type": "application/octet-stream",
        "payload_bin": base64.b64encode(content).decode(),
        "hashes": {"SHA-256": hashed},
        "object_marking_refs": [TLP_IDS[imported.record.mark]],
    }
    objects = (*stix.iter_objects(imported.record), original)
    return imported, StixBundle(objects, imported.record.mark, imported.notes)
