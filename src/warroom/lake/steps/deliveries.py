"""The deliveries of the steps' rows, and their terms."""

from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa

from warroom import clock
from warroom.errors import RecordsError
from warroom.lake.arrival import RowOrigin, make_file_mark
from warroom.lake.commit import Delivery, LakeState
from warroom.lake.steps.tally import IntakeTally
from warroom.lake.terms import NOT_STATED
from warroom.records.mapping import DeliveryTerms, FileMapping
from warroom.records.table import Table
from warroom.records.tables import TABLES

# Version of the tables' columns, kept with each delivery.
SCHEMA_VERSION = "1"


class IntakeDeliveries:
    """The deliveries that one call begins or goes on with; `seq` is the commit that the call will make."""

    def __init__(self, state: LakeState, seq: int) -> None:
        self._seq, self._started = seq, 0
        self._begun: list[Delivery] = []
        self._gone_on: list[Delivery] = []
        # An erased delivery is no longer known: its file, sent again, is a new delivery with its own terms.
        erased = {erasure.delivery_id for erasure in state.erasures}
        self._seen = {
            (d.table, d.source, d.sha256, d.member): d
            for d in state.deliveries.values()
            if d.delivery_id not in erased
        }

        self._known_bytes = {
            (table, sha256, member): d for (table, _, sha256, member), d in self._seen.items()
        }

    @property
    def all(self) -> list[Delivery]:
        """What the commit says of deliveries."""
        return [*self._begun, *self._gone_on]

    def make_origin(
        self,
        table: Table,
        source: str,
        sha256: str,
        file: str,
        mapping: FileMapping,
        terms: DeliveryTerms,
        member: str = "",
    ) -> RowOrigin:
        """Where rows come from now: under the delivery that the same bytes came with before, or one of their own."""
        before = self._seen.get((table.name, source, sha256, member))
        return RowOrigin(
            table=table,
            source=source,
            delivery_id=before.delivery_id if before else self.make_next_id(),
            sha256=sha256,
            received_at=clock.get_now(),
            backfill=terms.backfill,
            seen=before is not None,
            file=file,
            mapping=mapping,
            mark=make_file_mark(sha256, member),
            member=member,
        )

    def require_new_bytes(self, origin: RowOrigin, *, again: bool) -> None:
        """Raise RecordsError where these very bytes came from another source: their rows would all count twice."""
        before = self._known_bytes.get((origin.table.name, origin.sha256, origin.member))
        if again or origin.seen or before is None:
            return
        raise RecordsError(
            "files.very-file",
            file=origin.file,
            other=before.source,
            day=f"{before.received_at:%Y-%m-%d}",
            delivery=before.delivery_id,
            source=origin.source,
        )

    def make_next_id(self) -> str:
        """Numbers sort by commit, then by the order of the call's files."""
        self._started += 1
        return f"D{self._seq:08}-{self._started:05}"

    def add_begun(self, delivery: Delivery) -> None:
        """Note a delivery that this call begins."""
        self._begun.append(delivery)
        self._seen[delivery.table, delivery.source, delivery.sha256, delivery.member] = delivery
        self._known_bytes[delivery.table, delivery.sha256, delivery.member] = delivery

    def add_continued(self, delivery: Delivery) -> None:
        """Note the new state of a continued delivery; its row in the table was written when it began."""
        self._gone_on.append(delivery)

    def make_table_rows(self) -> pa.Table:
        """The rows of the deliveries table for those that this call begins."""
        return _make_delivery_rows(self._begun)


def make_delivery(
    origin: RowOrigin, terms: DeliveryTerms, tally: IntakeTally, size: int, ends: datetime
) -> Delivery:
    """The delivery that rows came with, on its terms; `size` in bytes, `ends` when its rows are to be erased."""
    return Delivery(
        delivery_id=origin.delivery_id,
        table=origin.table.name,
        source=origin.source,
        file=origin.file,
        sha256=origin.sha256,
        bytes=size,
        received_at=origin.received_at,
        retention_until=ends,
        partner=terms.partner or origin.source,
        legal_basis=terms.legal_basis or NOT_STATED,
        purpose=terms.purpose or NOT_STATED,
        backfill=origin.backfill,
        mapping_fingerprint=origin.mapping.compute_fingerprint(),
        accepted=tally.accepted,
        duplicates=tally.duplicates,
        corrections=tally.corrections,
        quarantined=tally.quarantined,
        member=origin.member,
        unnumbered=tally.unnumbered,
    )


def _make_delivery_rows(deliveries: Iterable[Delivery]) -> pa.Table:
    """The rows of the deliveries table: its record_id is the delivery's number."""
    rows = [
        {
            **delivery.to_tree(),
            "record_id": delivery.delivery_id,
            "line": 1,
            "schema_version": SCHEMA_VERSION,
            "received_at": delivery.received_at,
            "retention_until": delivery.retention_until,
        }
        for delivery in deliveries
    ]
    schema = TABLES["deliveries"].schema
    return pa.Table.from_pylist([{name: row[name] for name in schema.names} for row in rows], schema)
