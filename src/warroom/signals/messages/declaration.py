"""The kind of signal `messages`: messages that are scams."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from warroom.signals.kind import SignalKind, SignalScope

if TYPE_CHECKING:
    from warroom.lake.lake import Lake
    from warroom.signals.signal import Signal


def _find_message_signals(look: SignalScope) -> "list[Signal]":
    from warroom.signals.bounds import check_budget, check_moment
    from warroom.signals.messages.run import find_newest_time, run

    moment = check_moment(look.lake, look.as_of) if look.as_of else find_newest_time(look.lake)
    return run(look.lake, moment, check_budget(look.budget))


def _show_pieces(lake: "Lake", signal: "Signal") -> Mapping[str, object]:
    """The text of the message as sent, in pieces, each with whether a reason marks it; empty where it was
    erased.
    """
    from warroom.signals.messages.reading import read_message, split_marked_pieces

    rows = lake.find_rows("messages", {"record_id": signal.subject.id}, limit=1).to_pylist()
    text = str(rows[0]["text"] or "") if rows else ""
    return {"pieces": split_marked_pieces(text, read_message(text)) if text else []}


def _read_line(line: str) -> dict[str, Any] | None:
    from warroom.signals.messages.reading import read_message

    reading = read_message(line)
    if reading.kind != "scam":
        return None
    return {
        "text": line,
        "language": reading.language,
        "probability": round(reading.probability or 0.0, 6),
        "type": reading.type,
        "reasons": [marked.reason.as_json() for marked in reading.reasons],
    }


MESSAGES = SignalKind(
    name="messages",
    subject="message",
    source="SIGNALS-MESSAGES",
    run=_find_message_signals,
    techniques=("T1660",),
    show=_show_pieces,
    read_line=_read_line,
)
