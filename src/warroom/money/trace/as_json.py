"""A trail as the JSON of `warroom trace --json`: money as decimal strings with two places, times in ISO 8601 UTC."""

import math
from collections.abc import Sequence
from typing import Any

from warroom.money.trail import BankAccount, HoldProposal, TracedAccount, TracedEnd, TracedTransfer, Trail
from warroom.reasons.reason import Reason


def format_baht(satang: int) -> str:
    """Satang as baht with two places: 123450 is '1234.50'."""
    sign = "-" if satang < 0 else ""
    return f"{sign}{abs(satang) // 100}.{abs(satang) % 100:02d}"


def trail_as_json(trail: Trail) -> dict[str, Any]:
    """The whole trail; keys as in docs/reference/contract."""
    return {
        "transfer_ids": list(trail.transfer_ids),
        "method": trail.method,
        "currency": trail.currency,
        "as_of": trail.as_of.isoformat(),
        "started_at": trail.started_at.isoformat(),
        **{
            name: format_baht(getattr(trail, name))
            for name in ("loss", "still_there", "exited", "spent", "beyond_horizon")
        },
        "victims": [_account_as_json(victim) for victim in trail.victims],
        "missing": list(trail.missing),
        "notes": _reasons_as_json(trail.notes),
        "records_end": trail.records_end.isoformat() if trail.records_end else None,
        "accounts": [_on_trail_as_json(account) | {"currency": trail.currency} for account in trail.accounts],
        "holds": [_hold_as_json(hold) | {"currency": trail.currency} for hold in trail.holds],
        "not_held": [_hold_as_json(hold) | {"currency": trail.currency} for hold in trail.not_held],
        "ends": [_end_as_json(end) for end in trail.ends],
        "steps": [_step_as_json(step) for step in trail.steps],
    }


def _account_as_json(account: BankAccount) -> dict[str, str]:
    return {"bank": account.bank, "account": account.number}


def _reasons_as_json(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    return [reason.as_json() for reason in reasons]


def _minutes_as_json(value: float) -> float | None:
    return round(value, 1) if math.isfinite(value) else None


def _on_trail_as_json(on: TracedAccount) -> dict[str, Any]:
    return {
        **_account_as_json(on.account),
        **{
            name: format_baht(getattr(on, name))
            for name in ("tainted_in", "received", "passed_on", "still_there", "balance")
        },
        "first_arrival": on.first_arrival.isoformat(),
        "minutes_since": _minutes_as_json(on.minutes_since),
        "hops": on.hops,
        "confidence": round(on.confidence, 4),
        "minutes_to_exit": _minutes_as_json(on.minutes_to_exit),
        "victim": on.victim,
        "reasons": _reasons_as_json(on.reasons),
        "innocent_evidence": _reasons_as_json(on.innocent_evidence),
    }


def _hold_as_json(hold: HoldProposal) -> dict[str, Any]:
    return {
        **_account_as_json(hold.account),
        "amount": format_baht(hold.amount),
        "rank": hold.rank,
        "minutes_to_exit": _minutes_as_json(hold.minutes_to_exit),
        "reasons": _reasons_as_json(hold.reasons),
        "innocent_evidence": _reasons_as_json(hold.innocent_evidence),
    }


def _end_as_json(end: TracedEnd) -> dict[str, Any]:
    return {
        **_account_as_json(end.account),
        "kind": end.kind,
        "channel": end.channel,
        "amount": format_baht(end.amount),
        "first_arrival": end.first_arrival.isoformat(),
        "innocent_evidence": _reasons_as_json(end.innocent_evidence),
    }


def _step_as_json(step: TracedTransfer) -> dict[str, Any]:
    return {
        "record_id": step.record_id,
        "source": step.source,
        "time": step.time.isoformat(),
        "payer": _account_as_json(step.payer),
        "payee": _account_as_json(step.payee),
        "amount": format_baht(step.amount),
        "traced": format_baht(step.traced),
        "hops": step.hops,
        "channel": step.channel,
        "end": step.end,
    }
