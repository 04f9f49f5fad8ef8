"""Trails of a signal's account: what came in lately is followed as reported payments are, without a report.

A trail's reasons and proposals state that a victim paid. Here nobody has said so: both are left out, and
innocent evidence stays.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from warroom.errors import NotPossible
from warroom.ledger.canonical_json import to_json_value
from warroom.money.index.source import IndexSource
from warroom.money.trace.account import AccountMovement, load_account_moves
from warroom.money.trail import BankAccount, Trail

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

LATELY = timedelta(days=3)
"""How far back payments in are followed: half of what arrives leaves a mule's account within the hour, nearly
all within days.
"""
MOST = 200
"""Newest payments in that are followed; a shop has thousands, and is no mule."""
READ = 2_000
"""Newest movements of the account that are read: earlier payers are known as far as they reach."""
STEPS = 500
"""Payments of a trail that are saved, the largest."""
Tracer = Callable[..., Trail]


def follow_from(
    lake: "Lake", source: IndexSource, account: BankAccount, now: datetime, tracer: Tracer
) -> dict[str, Any]:
    """What came into an account within three days before `now` and where it went on, as JSON values: amounts in satang.

    Raises NotPossible where nothing came, TraceError where it cannot be followed.
    """
    moved = load_account_moves(source, account, now, READ)
    since = now - LATELY
    arrivals = [move for move in (moved.recent if moved else ()) if move.amount > 0 and move.time >= since][
        :MOST
    ]
    if moved is None or not arrivals:
        raise NotPossible("triage.nothing-came", days=LATELY.days)
    # With their sources: one number may be two banks' payments.
    trail = tracer(lake, source, [f"{move.source}:{move.record_id}" for move in arrivals], as_of=now)
    return _describe_trail(trail, account, arrivals, moved.recent, now)


def trace_money(lake: "Lake", source: IndexSource, ids: list[str], *, as_of: datetime) -> Trail:
    """Follow these payments with `warroom.money`."""
    from warroom.money.trace.tracing import trace  # compiled kernels: loaded when first followed

    found: Trail = trace(lake, source, ids, as_of=as_of)
    return found


def _describe_trail(
    trail: Trail,
    account: BankAccount,
    arrivals: Sequence[AccountMovement],
    recent: Sequence[AccountMovement],
    now: datetime,
) -> dict[str, Any]:
    since = min(arrival.time for arrival in arrivals)
    # By amount, with names for equals, so that the same trail is always cut alike.
    largest = sorted(trail.steps, key=lambda step: (-step.traced, step.source, step.record_id))[:STEPS]
    plain_trail: dict[str, Any] = to_json_value(
        {
            "bank": account.bank,
            "account": account.number,
            "as_of": now,
            "since": since,
            "came": trail.loss,
            **{name: getattr(trail, name) for name in ("still_there", "exited", "spent", "beyond_horizon")},
            "payers": _list_payers(arrivals, recent, since),
            "accounts": [
                {
                    **_to_place(reached.account),
                    "came": reached.tainted_in,
                    "passed_on": reached.passed_on,
                    "still_there": reached.still_there,
                    "first": reached.first_arrival,
                    "latest": reached.latest_arrival or reached.first_arrival,
                    "hops": reached.hops,
                    "innocent": reached.innocent_evidence,
                }
                for reached in trail.accounts
                # Payers are listed by themselves; their accounts are not on this money's way.
                if not reached.victim or reached.tainted_in
            ],
            "ends": [
                {
                    **_to_place(trail_end.account),
                    "kind": trail_end.kind,
                    "channel": trail_end.channel,
                    "amount": trail_end.amount,
                }
                for trail_end in trail.ends
            ],
            "steps": [
                {
                    "source": trail_step.source,
                    "record_id": trail_step.record_id,
                    "time": trail_step.time,
                    "payer_bank": trail_step.payer.bank,
                    "payer": trail_step.payer.number,
                    "payee_bank": trail_step.payee.bank,
                    "payee": trail_step.payee.number,
                    "traced": trail_step.traced,
                    "hops": trail_step.hops,
                    "end": trail_step.end,
                }
                for trail_step in sorted(largest, key=lambda step: (step.time, step.record_id))
            ],
        }
    )
    return plain_trail


def _list_payers(
    arrivals: Sequence[AccountMovement], recent: Sequence[AccountMovement], since: datetime
) -> list[dict[str, Any]]:
    """Payers, the largest sum first, and whether the account had dealt with them before."""
    # A payer of before is more likely a customer than a victim.
    known = {move.peer for move in recent if move.time < since}
    of: dict[BankAccount, list[AccountMovement]] = defaultdict(list)
    for move in arrivals:
        of[move.peer].append(move)
    rows = [
        {
            **_to_place(peer),
            "amount": sum(move.amount for move in paid),
            "payments": len(paid),
            "first": min(move.time for move in paid),
            "before": peer in known,
        }
        for peer, paid in of.items()
    ]
    return sorted(rows, key=lambda row: (-row["amount"], row["bank"], row["account"]))


def _to_place(account: BankAccount) -> dict[str, str]:
    return {"bank": account.bank, "account": account.number}
