"""An officer's verdict on a signal: noted, set aside with a reason, or a lead or a screening begun."""

from datetime import datetime
from typing import TYPE_CHECKING

from warroom.access import role_groups
from warroom.errors import NotPossible
from warroom.ledger.canonical_json import to_json_value
from warroom.ledger.decision import Decision, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.signals.signal import Signal
from warroom.triage.queries import require_signal
from warroom.triage.schema import SignalWordRow
from warroom.triage.views import WORDS, SignalWord

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

LONGEST = 1_000  # characters of a reason


def record_signal_word(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    record_id: str,
    word: SignalWord,
    reason: str,
    key: str,
    *,
    now: datetime | None = None,
) -> int:
    """Record an officer's verdict on a signal with what they saw of it; returns its id. A repeated `key` adds
    nothing.

    Raises NotAllowed, NotFound, and NotPossible for setting aside without a reason.
    """
    # Before the transaction: it reads the lake.
    signal = require_signal(lake, record_id)
    reason = " ".join(reason.split())[:LONGEST]
    # Money is followed with `follow.follow_money`, which keeps what was found.
    if word not in WORDS or word == "follow":
        raise NotPossible("triage.step-unfit")
    # A signal set aside without a reason is one that nobody can look into when its account turns out a mule.
    if word == "set-aside" and not reason:
        raise NotPossible("triage.reason-missing")
    with open_decision(ledger, officer, *role_groups.SIGNAL_HANDLERS, now=now) as this:
        if (known := this.find_earlier_result(key, "signal", record_id, word, reason)) is not None:
            return int(known[0])
        row = add_signal_word(this, signal, word, reason)
        this.save_result(row.id)
        verb = "signal.set-aside" if word == "set-aside" else "signal.noted"
        detail = {"word": word, "reason": reason, "subject": row.subject, "model": signal.model_version}
        this.log_entry(verb, f"signal:{record_id}", detail)
        return row.id


def add_signal_word(this: Decision, signal: Signal, word: SignalWord, reason: str) -> SignalWordRow:
    """Record a verdict within a decision, with the signal as seen: a later run may find something else on the
    subject.
    """
    row = SignalWordRow(
        signal=signal.record_id,
        subject=str(signal.subject),
        word=word,
        reason=reason,
        seen=to_json_value(signal),
        officer_id=this.person.id,
        at=this.now,
    )
    this.session.add(row)
    this.session.flush()
    return row
