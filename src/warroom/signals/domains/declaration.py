"""The kind of signal `domains`: host names that imitate somebody else's."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from warroom.signals.kind import SignalKind, SignalScope

if TYPE_CHECKING:
    from warroom.lake.lake import Lake
    from warroom.signals.signal import Signal


def _find_domain_signals(look: SignalScope) -> "list[Signal]":
    from warroom.signals.bounds import check_budget, check_moment
    from warroom.signals.domains.run import run
    from warroom.signals.messages.run import find_newest_time

    moment = check_moment(look.lake, look.as_of) if look.as_of else find_newest_time(look.lake)
    return run(look.lake, moment, check_budget(look.budget))


def _show_may_block(lake: "Lake", signal: "Signal") -> Mapping[str, object]:
    """Whether the name may be blocked as a whole."""
    from warroom.signals.domains.finding import examine_domain

    return {"may_block": bool(examine_domain(signal.subject.id).may_block)}


def _read_line(line: str) -> dict[str, Any] | None:
    from warroom.signals.addresses.look_alike import LIMIT
    from warroom.signals.domains.finding import examine_domain

    finding = examine_domain(line.split()[0])
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
    run=_find_domain_signals,
    show=_show_may_block,
    read_line=_read_line,
)
