"""Signals in the lake: written once, never edited, read as of any moment."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from warroom import clock
from warroom.lake.lake import Lake
from warroom.lake.terms import IngestSummary
from warroom.reasons.reason import Reason
from warroom.records.mapping import Terms
from warroom.signals.kinds import FIRST, find_kind
from warroom.signals.signal import Signal
from warroom.subjects.subject import parse

TERMS = Terms(
    partner="This room",
    legal_basis="Analysis of records delivered under their own legal bases",
    purpose="To show officers what to look at first",
    retention_days=365,
)


def write(lake: Lake, signals: Sequence[Signal]) -> IngestSummary:
    """Add signals of one kind, at least one, to the lake in one commit; those that are there already stay as they are."""
    kind = find_kind(signals[0].kind)
    return lake.write("signals", [_row(one) for one in signals], source=kind.source, terms=TERMS)


def last_written(lake: Lake, kind: str = FIRST.name) -> datetime | None:
    """When signals of a kind were last added, None where none ever were."""
    source = find_kind(kind).source
    came = (each for each in lake.deliveries() if each.table == "signals" and each.source == source)
    return max((each.received_at for each in came), default=None)


def last_run(lake: Lake, kind: str = FIRST.name, as_of: datetime | None = None) -> list[Signal]:
    """The signals of the newest run that was written by `as_of` (default: now), the likeliest first."""
    return _signals(rows_of_last_run(lake, kind, as_of))


def rows_of_last_run(lake: Lake, kind: str, as_of: datetime | None) -> pa.Table:
    """The same as rows, in no order.

    A run for a time to come counts only where there is no other: else it would hide every later run until then.
    """
    rows = lake.rows("signals", as_of)
    rows = rows.filter(rows.kind == kind)
    now = clock.now()
    reached = rows.as_of <= (min(as_of, now) if as_of else now)
    newest = rows.as_of.max(where=reached).fill_null(rows.as_of.max())
    found = rows.filter(rows.as_of == newest).to_pyarrow()
    if not found.num_rows:
        return found
    # Two models may have run for one moment; the one written last is what the room sees.
    written = found.filter(pc.equal(found["received_at"], pc.max(found["received_at"])))
    version = written["model_version"][0]
    return found.filter(pc.equal(found["model_version"], version))


def one(lake: Lake, record_id: str) -> Signal | None:
    """A signal by its record number; None where there is none."""
    found = lake.find("signals", {"record_id": record_id}, limit=1)
    return next(iter(_signals(found)), None)


def _signals(rows: pa.Table) -> list[Signal]:
    return sorted(map(_signal, rows.to_pylist()), key=lambda one: one.rank)


def _row(one: Signal) -> dict[str, Any]:
    return {
        "record_id": one.record_id,
        "as_of": one.as_of,
        "model_version": one.model_version,
        "kind": one.kind,
        "subject": str(one.subject),
        "probability": one.probability,
        "reasons": _dumped(one.reasons),
        "evidence": list(one.evidence),
        "innocent": _dumped(one.innocent),
        "rank": one.rank,
    }


def _signal(row: dict[str, Any]) -> Signal:
    return Signal(
        kind=row["kind"],
        subject=parse(row["subject"]),
        probability=row["probability"],
        rank=row["rank"] or 1,
        reasons=_loaded(row["reasons"]),
        innocent=_loaded(row["innocent"]),
        as_of=row["as_of"],
        model_version=row["model_version"],
    )


def _dumped(reasons: Sequence[Reason]) -> str:
    plain = [{"code": r.code, "params": dict(r.params), "evidence": list(r.evidence)} for r in reasons]
    # Keys in one order: a run that is written again must be the same content, or the lake would take it for a
    # correction.
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def _loaded(text: str | None) -> tuple[Reason, ...]:
    return tuple(
        Reason(each["code"], each["params"], tuple(each["evidence"])) for each in json.loads(text or "[]")
    )
