"""Signals of names on the internet that look like others', as all other rooms see them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from warroom.signals.kind import Look, SignalKind

if TYPE_CHECKING:
    from warroom.lake.lake import Lake
    from warroom.signals.signal import Signal


def _run(look: Look) -> "list[Signal]":
    from warroom.signals.bounds import check_budget, check_moment
    from warroom.signals.domains.run import run
    from warroom.signals.messages.run import newest

    moment = check_moment(look.lake, look.as_of) if look.as_of else newest(look.lake)
    return run(look.lake, moment, check_budget(look.budget))


def _show(lake: "Lake", signal: "Signal") -> Mapping[str, object]:
    """Whether the name may be blocked as a whole."""
    from warroom.signals.domains.finding import look_at

    return {"may_block": bool(look_at(signal.subject.id).may_block)}


def _read_line(line: str) -> dict[str, Any] | None:
    from warroom.signals.addresses.look_alike import LIMIT
    from warroom.signals.domains.finding import look_at

    finding = look_at(line.split()[0])
    if finding.score < LIMIT:
        return None
    return {
        "text": finding.name,
        "probability": round(finding.score, 6),
        "type": finding.looks_like.how if finding.looks_like else None,
        "like": finding.looks_like.like if finding.looks_like else None,
        "may_block": finding.may_block,
        "reasons": [reason.as_json() for reason in finding.reasons],
    }


DOMAINS = SignalKind(
    name="domains",
    subject="domain",
    source="SIGNALS-DOMAINS",
    run=_run,
    show=_show,
    read_line=_read_line,
)
