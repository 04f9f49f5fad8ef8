"""Words of signals, and what the form of a proposal begins with when one is made from a signal."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from warroom.reasons.reason import Reason, render
from warroom.runtime.open_home import OpenHome
from warroom.sentences.catalogue import list_words
from warroom.signals.kind import SignalKind
from warroom.signals.signal import SCREENING, Signal
from warroom.subjects.subject import ACCOUNT
from warroom.triage import outcomes
from warroom.triage.outcomes import Outcomes
from warroom.triage.passing import PassedThrough, list_passed_through
from warroom.triage.views import SignalView
from warroom.web.kit.formats import Say
from warroom.web.triage.strip import SignalStrip, draw_strip

CHIPS = 2
"""Reasons, and signs of innocence, that a row of the list shows; its page has them all."""


@dataclass(frozen=True, slots=True)
class SignalRow:
    """A row of the list: the two strongest reasons and signs of innocence in a few words, how many more there are, what passed
    through the account, and how often such signals were right.
    """

    view: SignalView
    reasons: tuple[str, ...]
    innocent: tuple[str, ...]
    more: int
    passed: PassedThrough | None = None
    strip: SignalStrip | None = None
    outcomes: Outcomes | None = None

    @property
    def signal(self) -> Signal:
        return self.view.signal


def build_signal_row(
    view: SignalView, passed: PassedThrough | None, outcomes: Outcomes | None, say: Say
) -> SignalRow:
    """What a row of the list shows; the sign for a screening stands apart."""
    reasons = [reason for reason in view.signal.reasons if reason.code != SCREENING]
    # Looked for and not found: said, and not as if it spoke for the holder.
    innocent = [reason for reason in view.signal.innocent if reason.code != "nothing_found"]
    return SignalRow(
        view,
        tuple(format_chip(reason, "triage.chip-against", say) for reason in reasons[:CHIPS]),
        tuple(format_chip(reason, "triage.chip-for", say) for reason in innocent[:CHIPS]),
        len(reasons[CHIPS:]) + len(innocent[CHIPS:]),
        passed,
        draw_strip(passed, say) if passed else None,
        outcomes,
    )


def build_signal_rows(
    room: OpenHome, kind: SignalKind, views: Sequence[SignalView], say: Say
) -> list[SignalRow]:
    """The rows of a kind's list; those about accounts with what passed through them and how such signals ended."""
    if kind.subject != ACCOUNT:
        return [build_signal_row(view, None, None, say) for view in views]
    signals = [view.signal for view in views]
    ended = outcomes.list_similar_outcomes(room.ledger, [signal.probability for signal in signals])
    # On a cluster each account is a question of its own, which takes seconds: the signal's page asks it for one.
    passed: Sequence[PassedThrough | None] = [None] * len(views)
    if signals and not room.lake.engine.cluster:
        latest = max(signal.as_of for signal in signals)
        passed = list_passed_through(room.open_index_to(latest), signals)
    return [build_signal_row(*row, say) for row in zip(views, passed, ended, strict=True)]


def format_chip(reason: Reason, table: str, say: Say) -> str:
    """A reason in two to five words; the whole sentence where it has none or was made by another version."""
    words = list_words(table).get(reason.code)
    figures = {
        name: say.count(value) if isinstance(value, int | float) else value
        for name, value in reason.params.items()
    }
    try:
        return words[say.language].format(**figures) if words else render(reason, say.language)
    except KeyError:
        return render(reason, say.language)


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
