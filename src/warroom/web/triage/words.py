"""Words of signals, and what the form of a proposal begins with when one is made from a signal."""

from typing import Any

from warroom.reasons.reason import render
from warroom.signals.signal import SCREENING, Signal
from warroom.triage.views import SignalView
from warroom.web.kit.formats import Say


def describe_signal(view: SignalView) -> dict[str, Any]:
    """What a row shows: the view, and reasons and doubts in both languages; the sign for a screening stands apart."""
    signal = view.signal
    return {
        "view": view,
        "signal": signal,
        "reasons": [reason.as_json() for reason in signal.reasons if reason.code != SCREENING],
        "innocent": [reason.as_json() for reason in signal.innocent],
    }


def prefill_proposal(signal: Signal, kind: str, holder: str, say: Say) -> dict[str, str]:
    """The fields of a proposal of this kind as the signal fills them; an officer reads and sends it."""
    # The screening sign suggests help for a possible victim; it is no reason against the holder.
    reasons = [reason for reason in signal.reasons if reason.code != SCREENING]
    why = "; ".join(render(reason, say.language) for reason in reasons)
    if kind == "lead":
        return {
            "subjects_kind": signal.subject.kind,
            "subjects": signal.subject.id,
            "reason": why,
            "d-signal": signal.record_id,
            "d-probability": f"{100 * signal.probability:.0f}",
            "d-model_version": signal.model_version,
        }
    return {"subjects_kind": "person", "subjects": holder, "reason": why, "d-signal": signal.record_id}
