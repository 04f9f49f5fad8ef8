"""From a signal's account to where its money went: what came in lately is followed as reported payments are, by nobody's report.

A trail's reasons and proposals say that a victim paid. Here none has said so: both are left out, and what speaks for holders stays.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from warroom.errors import NotPossible
from warroom.ledger.canonical_json import plain
from warroom.money.index.source import Source
from warroom.money.trace.account import Move, moves
from warroom.money.trail import Account, Trail

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

LATELY = timedelta(days=3)
"""What came before has left a mule's account long since: half of what arrives within the hour, nearly all within days."""
MOST = 200
"""Payments into the account that are followed, the newest; a shop has thousands, and is no mule."""
READ = 2_000
"""The newest movements of the account that are looked at: who paid it before is seen as far as they reach."""
STEPS = 500
"""Payments of a trail that are kept, the largest."""
Tracer = Callable[..., Trail]


def follow_from(
    lake: "Lake", source: Source, account: Account, now: datetime, tracer: Tracer
) -> dict[str, Any]:
    """What came into an account within three days before `now` and where it went on, as JSON values: amounts in satang.

    Raises NotPossible where nothing came, TraceError where it cannot be followed.
    """
    moved = moves(source, account, now, READ)
    since = now - LATELY
    arrivals = [one for one in (moved.recent if moved else ()) if one.amount > 0 and one.time >= since][:MOST]
    if moved is None or not arrivals:
        raise NotPossible("triage.nothing-came", days=LATELY.days)
    trail = tracer(lake, source, [f"{one.source}:{one.record_id}" for one in arrivals], as_of=now)
    return _told(trail, account, arrivals, moved.recent, now)


def trace_money(lake: "Lake", source: Source, ids: list[str], *, as_of: datetime) -> Trail:
    """Follow these payments with `warroom.money`."""
    from warroom.money.trace.tracing import trace  # compiled kernels: loaded when first followed

    found: Trail = trace(lake, source, ids, as_of=as_of)
    return found


def _told(
    trail: Trail, account: Account, arrivals: Sequence[Move], recent: Sequence[Move], now: datetime
) -> dict[str, Any]:
    since = min(one.time for one in arrivals)
    largest = sorted(trail.steps, key=lambda step: (-step.traced, step.source, step.record_id))[:STEPS]
    found: dict[str, Any] = plain(
        {
            "bank": account.bank,
            "account": account.number,
            "as_of": now,
            "since": since,
            "came": trail.loss,
            **{name: getattr(trail, name) for name in ("still_there", "exited", "spent", "beyond_horizon")},
            "payers": _payers(arrivals, recent, since),
            "accounts": [
                {
                    **_place(one.account),
                    "came": one.tainted_in,
                    "passed_on": one.passed_on,
                    "still_there": one.still_there,
                    "first": one.first_arrival,
                    "latest": one.latest_arrival or one.first_arrival,
                    "hops": one.hops,
                    "innocent": one.innocent_evidence,
                }
                for one in trail.accounts
                # Who paid is told among the payers; their own account is on no way of this money.
                if not one.victim or one.tainted_in
            ],
            "ends": [
                {**_place(one.account), "kind": one.kind, "channel": one.channel, "amount": one.amount}
                for one in trail.ends
            ],
            "steps": [
                {
                    "source": one.source,
                    "record_id": one.record_id,
                    "time": one.time,
                    "payer_bank": one.payer.bank,
                    "payer": one.payer.number,
                    "payee_bank": one.payee.bank,
                    "payee": one.payee.number,
                    "traced": one.traced,
                    "hops": one.hops,
                    "end": one.end,
                }
                for one in sorted(largest, key=lambda step: (step.time, step.record_id))
            ],
        }
    )
    return found


def _payers(arrivals: Sequence[Move], recent: Sequence[Move], since: datetime) -> list[dict[str, Any]]:
    """Who paid in, the most first; and whether they paid this account before, or were paid by it."""
    known = {one.peer for one in recent if one.time < since}
    of: dict[Account, list[Move]] = defaultdict(list)
    for one in arrivals:
        of[one.peer].append(one)
    rows = [
        {
            **_place(peer),
            "amount": sum(one.amount for one in paid),
            "payments": len(paid),
            "first": min(one.time for one in paid),
            "before": peer in known,
        }
        for peer, paid in of.items()
    ]
    return sorted(rows, key=lambda row: (-row["amount"], row["bank"], row["account"]))


def _place(account: Account) -> dict[str, str]:
    return {"bank": account.bank, "account": account.number}
