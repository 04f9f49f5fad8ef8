"""Signals in the lake: written once, never edited, read as of any moment."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from warroom import clock
from warroom.lake.lake import Lake
from warroom.lake.terms import IngestSummary
from warroom.reasons.reason import Reason
from warroom.records.mapping import DeliveryTerms
from warroom.signals.kinds import FIRST, find_kind
from warroom.signals.signal import Signal
from warroom.subjects.subject import parse_subject

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Signals are a delivery like any other, with terms of their own, so that they are erased in time too.
TERMS = DeliveryTerms(
    partner="This room",
    legal_basis="Analysis of records delivered under their own legal bases",
    purpose="To show officers what to look at first",
    retention_days=365,
)


class SignalSource(Protocol):
    """Where signals are read: the lake, or a country that plays."""

    def query_rows(self, table: str, as_of: datetime | None = None) -> "ir.Table": ...


def write_signals(lake: Lake, signals: Sequence[Signal]) -> IngestSummary:
    """Add signals of one kind, at least one, to the lake in one commit; existing ones stay unchanged."""
    kind = find_kind(signals[0].kind)
    return lake.write_rows("signals", [_to_row(one) for one in signals], source=kind.source, terms=TERMS)


def find_last_written(lake: Lake, kind: str = FIRST.name) -> datetime | None:
    """When signals of a kind were last added, None where none ever were."""
    source = find_kind(kind).source
    # By deliveries, which are in memory: no file is read.
    came = (each for each in lake.list_deliveries() if each.table == "signals" and each.source == source)
    return max((each.received_at for each in came), default=None)


def load_last_run(lake: SignalSource, kind: str = FIRST.name, as_of: datetime | None = None) -> list[Signal]:
    """The signals of the newest run that was written by `as_of` (default: now), the likeliest first."""
    return _to_signals(load_last_run_rows(lake, kind, as_of))


def load_last_run_rows(lake: SignalSource, kind: str, as_of: datetime | None) -> pa.Table:
    """The signals of `load_last_run` as rows, unordered.

    A run as of a future moment counts only where there is no other: else it would hide every later run until
    then.
    """
    rows = lake.query_rows("signals", as_of)
    rows = rows.filter(rows.kind == kind)
    now = clock.get_now()
    reached = rows.as_of <= (min(as_of, now) if as_of else now)
    newest = rows.as_of.max(where=reached).fill_null(rows.as_of.max())
    run_rows = rows.filter(rows.as_of == newest).to_pyarrow()
    if not run_rows.num_rows:
        return run_rows
    # Two models may have run for one moment; the one written last is what the room sees.
    written = run_rows.filter(pc.equal(run_rows["received_at"], pc.max(run_rows["received_at"])))
    version = written["model_version"][0]
    return run_rows.filter(pc.equal(run_rows["model_version"], version))


def find_signal(lake: Lake, record_id: str) -> Signal | None:
    """A signal by its record number; None where there is none."""
    found = lake.find_rows("signals", {"record_id": record_id}, limit=1)
    return next(iter(_to_signals(found)), None)


def _to_signals(rows: pa.Table) -> list[Signal]:
    return sorted(map(_to_signal, rows.to_pylist()), key=lambda one: one.rank)


def _to_row(signal: Signal) -> dict[str, Any]:
    return {
        "record_id": signal.record_id,
        "as_of": signal.as_of,
        "model_version": signal.model_version,
        "kind": signal.kind,
        "subject": str(signal.subject),
        "probability": signal.probability,
        "reasons": _dump_reasons(signal.reasons),
        "evidence": list(signal.evidence),
        "innocent": _dump_reasons(signal.innocent),
        "rank": signal.rank,
    }


def _to_signal(row: dict[str, Any]) -> Signal:
    return Signal(
        kind=row["kind"],
        subject=parse_subject(row["subject"]),
        probability=row["probability"],
        rank=row["rank"] or 1,
        reasons=_parse_reasons(row["reasons"]),
        innocent=_parse_reasons(row["innocent"]),
        as_of=row["as_of"],
        model_version=row["model_version"],
    )


def _dump_reasons(reasons: Sequence[Reason]) -> str:
    plain = [{"code": r.code, "params": dict(r.params), "evidence": list(r.evidence)} for r in reasons]
    # Keys in one order: a run that is written again must be the same content, or the lake would take it for a
    # correction.
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def _parse_reasons(text: str | None) -> tuple[Reason, ...]:
    return tuple(
        Reason(each["code"], each["params"], tuple(each["evidence"])) for each in json.loads(text or "[]")
    )
