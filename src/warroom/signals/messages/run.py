"""A run over the messages that people handed in: likely scams, each with the words that show it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import pyarrow as pa

from warroom import clock
from warroom.lake.lake import Lake
from warroom.reasons.reason import Reason
from warroom.signals.bounds import find_last_received
from warroom.signals.messages.reading import MarkedReason, MessageReading, read_message
from warroom.signals.signal import Signal
from warroom.signals.unread_texts import keep_unread
from warroom.subjects.subject import Subject
from warroom.unread import UnreadTexts

# Both, since messages also raise signals of the names they link to.
READ = ("messages", "domains")


class ReadMessage(NamedTuple):
    """A message of the lake and what it is."""

    record_id: str
    receiver: str
    text: str
    reading: MessageReading


def find_newest_time(lake: Lake) -> datetime:
    """When the newest messages or names came, at most now: until others come, a run as of then gives the same
    signals.
    """
    return min(find_last_received(lake, READ), clock.get_now())


def load_message_rows(lake: Lake, as_of: datetime) -> pa.Table:
    """Messages received by a moment: record id, time, receiver and text."""
    return lake.query_rows("messages", as_of).select("record_id", "time", "to", "text").to_pyarrow()


def read_all(lake: Lake, as_of: datetime, unread: UnreadTexts) -> Iterator[ReadMessage]:
    """Every message with text received by a moment, in order of sending; unreadable ones are counted in
    `unread`.
    """
    known: dict[str, MessageReading | None] = {}
    for row in sorted(
        load_message_rows(lake, as_of).to_pylist(), key=lambda row: (row["time"], row["record_id"])
    ):
        if text := row["text"]:
            # A gang sends one text to thousands: it is read once.
            if text not in known:
                known[text] = unread.try_reading(row["record_id"], read_message, text)
            if reading := known[text]:
                yield ReadMessage(row["record_id"], row["to"] or "", text, reading)


def run(lake: Lake, as_of: datetime, budget: int) -> list[Signal]:
    """The messages that are scams as of a moment, the likeliest first, as many as can be looked at."""
    unread = UnreadTexts("messages")
    scams = [one for one in read_all(lake, as_of, unread) if one.reading.kind == "scam"]
    keep_unread(lake.home, "health.messages-unread", unread)
    scams.sort(key=lambda one: (-(one.reading.probability or 0.0), one.record_id))
    return [_to_signal(one, rank, as_of) for rank, one in enumerate(scams[:budget], 1)]


def _to_signal(message: ReadMessage, rank: int, as_of: datetime) -> Signal:
    reading = message.reading
    return Signal(
        kind="messages",
        subject=Subject("message", message.record_id),
        probability=reading.probability or 0.0,
        rank=rank,
        reasons=_attach_evidence(reading.reasons, message.record_id),
        innocent=(*_attach_evidence(reading.against, message.record_id), *reading.doubts),
        as_of=as_of,
        model_version=reading.model_version,
    )


def _attach_evidence(marked: Sequence[MarkedReason], record_id: str) -> tuple[Reason, ...]:
    return tuple(replace(each.reason, evidence=(record_id,)) for each in marked)
