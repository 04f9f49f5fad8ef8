"""What a turn does in the ledger by the clock, at a chosen moment and counted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from warroom.cases.following import Tracer
from warroom.lake.lake import Lake
from warroom.ledger.deadlines import Strikes
from warroom.ledger.ledger import Ledger
from warroom.runtime.jobs import JOBS, WORK
from warroom.runtime.open_home import OpenHome
from warroom.runtime.turns import Turn, run_jobs
from warroom.timekeeping import ClockWatch

OF_HOLDS: Mapping[str, str] = {
    "lapse": "expired",
    "lapse_warning": "warned",
    "silence": "silent",
    "appeal_due": "appeals",
    "appeal_limit": "appeals",
}
"""The kind of a hold's clock -> where `DueReport` counts it."""

FIELDS = {"opened": "reports", "refreshed": "trails", "erased": "erasure", "joined": "joining"}
"""Where `DueReport` counts what a job answers."""


@dataclass(frozen=True, slots=True)
class DueReport:
    """How much each job did; `unhandled` are deadlines that are due and for which no striker is named."""

    opened: int = 0
    refreshed: int = 0
    expired: int = 0
    warned: int = 0
    silent: int = 0
    appeals: int = 0
    erased: int = 0
    joined: int = 0
    late: int = 0
    unhandled: int = 0


def run_due(
    ledger: Ledger,
    lake: Lake,
    now: datetime,
    *,
    tracer: Tracer | None = None,
    watch: ClockWatch | None = None,
) -> DueReport:
    """Do everything that is due at `now`, once; again changes nothing."""
    room = OpenHome(ledger.home, ledger, opened_lake=lake)
    done = run_jobs([job for job in JOBS if job.step == WORK], Turn(room, now, tracer=tracer, watch=watch))
    strikes = done.get("deadlines") or Strikes(Counter())
    assert isinstance(strikes, Strikes)
    counted = {field: done.get(job) or 0 for field, job in FIELDS.items()}
    return DueReport(**counted, unhandled=strikes.unhandled, **_counted(strikes))  # type: ignore[arg-type]


def _counted(strikes: Strikes) -> dict[str, int]:
    """Clocks of holds by what they bring about; everything else that struck is late."""
    counts = Counter(late=0)
    for (about, kind), count in strikes.counts.items():
        # Somebody who is woken is late with nothing, and a flag that ends is not either.
        if about not in ("wake", "flag"):
            counts[OF_HOLDS[kind] if about == "hold" else "late"] += count
    return dict(counts)
