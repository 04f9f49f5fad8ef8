"""The reports of the lake as cases take them in."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from warroom.cases.transfers import to_satang, to_utc
from warroom.ledger.canonical_json import hash_text, to_canonical_json

if TYPE_CHECKING:
    from warroom.lake.lake import Lake


@dataclass(frozen=True, slots=True)
class VictimReport:
    """A visible row of the lake's `reports`; `loss` in satang."""

    source: str
    record_id: str
    reported_at: datetime
    scam_type: str
    loss: int
    channel: str
    transfer_ids: tuple[str, ...]
    received_at: datetime

    @property
    def key(self) -> tuple[str, str]:
        """What a report is known by: record numbers are unique in their source alone."""
        return self.source, self.record_id

    @property
    def digest(self) -> str:
        """A hash of what a case takes from the report: it changes where the report was corrected in that."""
        return hash_text(to_canonical_json([self.transfer_ids, self.loss, self.scam_type, self.reported_at]))


def read_reports(lake: "Lake", now: datetime) -> list[VictimReport]:
    """Every report visible at `now`, the first reported first."""
    table = lake.query_rows("reports", as_of=now)
    columns = ("source", "record_id", "time", "received_at", "scam_type", "loss", "channel", "transfer_ids")
    reports = [
        VictimReport(
            source=row["source"],
            record_id=row["record_id"],
            reported_at=to_utc(row["time"] or row["received_at"]),
            scam_type=row["scam_type"] or "",
            loss=to_satang(row["loss"]),
            channel=row["channel"] or "",
            received_at=to_utc(row["received_at"]),
            transfer_ids=tuple(dict.fromkeys(name for name in row["transfer_ids"] or () if name)),
        )
        for row in table.select(*columns).to_pyarrow().to_pylist()
    ]
    # Case numbers are given in this order, so two machines that read the same lake number the cases alike.
    return sorted(reports, key=lambda report: (report.reported_at, *report.key))


def named_since(lake: "Lake", now: datetime) -> dict[str, datetime]:
    """Since when the reports visible at `now` name each of their transfers."""
    since: dict[str, datetime] = {}
    for report in read_reports(lake, now):
        for name in report.transfer_ids:
            since[name] = min(report.received_at, since.get(name, report.received_at))
    return since
