"""A trail as the JSON of `warroom trace --json`: money as decimal strings with two places, times in ISO 8601 UTC."""

import math
from collections.abc import Sequence
from typing import Any

from warroom.money.trail import Account, End, HoldProposal, OnTrail, Step, Trail
from warroom.reasons.reason import Reason


def money(satang: int) -> str:
    """Satang as baht with two places: 123450 is '1234.50'."""
    sign = "-" if satang < 0 else ""
    return f"{sign}{abs(satang) // 100}.{abs(satang) % 100:02d}"


def trail_json(trail: Trail) -> dict[str, Any]:
    """The whole trail; keys as in docs/reference/contract."""
    return {
        "transfer_ids": list(trail.transfer_ids),
        "method": trail.method,
        "currency": trail.currency,
        "as_of": trail.as_of.isoformat(),
        "started_at": trail.started_at.isoformat(),
        **{
            name: money(getattr(trail, name))
            for name in ("loss", "still_there", "exited", "spent", "beyond_horizon")
        },
        "victims": [_account(victim) for victim in trail.victims],
        "missing": list(trail.missing),
        "notes": _reasons(trail.notes),
        "records_end": trail.records_end.isoformat() if trail.records_end else None,
        "accounts": [_on_trail(account) | {"currency": trail.currency} for account in trail.accounts],
        "holds": [_hold(hold) | {"currency": trail.currency} for hold in trail.holds],
        "not_held": [_hold(hold) | {"currency": trail.currency} for hold in trail.not_held],
        "ends": [_end(end) for end in trail.ends],
        "steps": [_step(step) for step in trail.steps],
    }


def _account(account: Account) -> dict[str, str]:
    return {"bank": account.bank, "account": account.number}


def _reasons(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    return [reason.as_json() for reason in reasons]


def _minutes(value: float) -> float | None:
    return round(value, 1) if math.isfinite(value) else None


def _on_trail(on: OnTrail) -> dict[str, Any]:
    return {
        **_account(on.account),
        **{name: money(getattr(on, name)) for name in ("tainted_in", "passed_on", "still_there", "balance")},
        "first_arrival": on.first_arrival.isoformat(),
        "minutes_since": _minutes(on.minutes_since),
        "hops": on.hops,
        "confidence": round(on.confidence, 4),
        "minutes_to_exit": _minutes(on.minutes_to_exit),
        "victim": on.victim,
        "reasons": _reasons(on.reasons),
        "innocent_evidence": _reasons(on.innocent_evidence),
    }


def _hold(hold: HoldProposal) -> dict[str, Any]:
    return {
        **_account(hold.account),
        "amount": money(hold.amount),
        "rank": hold.rank,
        "minutes_to_exit": _minutes(hold.minutes_to_exit),
        "reasons": _reasons(hold.reasons),
        "innocent_evidence": _reasons(hold.innocent_evidence),
    }


def _end(end: End) -> dict[str, Any]:
    return {
        **_account(end.account),
        "kind": end.kind,
        "channel": end.channel,
        "amount": money(end.amount),
        "first_arrival": end.first_arrival.isoformat(),
        "innocent_evidence": _reasons(end.innocent_evidence),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "record_id": step.record_id,
        "source": step.source,
        "time": step.time.isoformat(),
        "payer": _account(step.payer),
        "payee": _account(step.payee),
        "amount": money(step.amount),
        "traced": money(step.traced),
        "hops": step.hops,
        "channel": step.channel,
        "end": step.end,
    }
