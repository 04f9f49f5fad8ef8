"""What a message is, for programs: nothing of it is kept."""

from typing import Annotated

from pydantic import Field

from warroom.access.role_groups import SIGNAL_READERS
from warroom.reasons.reason import render
from warroom.signals.messages.reading import MarkedReason, MessageClass, Type, read_message
from warroom.signals.techniques.tags import list_reason_techniques, list_scam_techniques
from warroom.web.kit.api import Answer, Body, Caller, make_area_router

router = make_area_router("signals")
LONGEST = 100_000
"""Characters of a message that are taken; `messages.normal` reads fewer."""


class MessageIn(Body):
    """A message as it was sent."""

    text: Annotated[str, Field(max_length=LONGEST, examples=["พัสดุของคุณตกค้าง ชำระค่าธรรมเนียมที่ thpost.icu"])]


class MessageReason(Answer):
    """Why, in both languages, and the places [start, end] in the text, counted in characters, that show it."""

    code: str
    th: str
    en: str
    spans: list[tuple[int, int]]


class TechniqueOut(Answer):
    """A technique of MITRE's Fight Fraud Framework 1.1 that the message shows."""

    id: str
    name: str
    th: str
    address: str


class MessageOut(Answer):
    """What a message is. `kind` is null where there is nothing to read. Of a hundred messages like it, among those that
    people handed in, `of_100` were scams.
    """

    language: str
    kind: MessageClass | None
    type: Type | None
    probability: float | None
    of_100: int | None
    reasons: list[MessageReason]
    against: list[MessageReason]
    doubts: list[MessageReason]
    techniques: list[TechniqueOut]
    model_version: str


@router.post("/messages/read", may=SIGNAL_READERS, response_model=MessageOut, summary="Read a message")
def read(officer: Caller, body: MessageIn) -> MessageOut:
    """Whether a message is a scam, advertising, a one-time code or ordinary, how likely, and by which words."""
    message_reading = read_message(body.text)
    ways = (
        (
            *list_scam_techniques(message_reading.type),
            *list_reason_techniques(reason.reason for reason in message_reading.reasons),
        )
        if message_reading.type
        else ()
    )
    return MessageOut(
        language=message_reading.language,
        kind=message_reading.kind,
        type=message_reading.type,
        probability=message_reading.probability,
        of_100=message_reading.of_100,
        reasons=[_to_message_reason(reason) for reason in message_reading.reasons],
        against=[_to_message_reason(reason) for reason in message_reading.against],
        doubts=[_to_message_reason(MarkedReason(doubt, ())) for doubt in message_reading.doubts],
        techniques=[
            TechniqueOut(id=technique.id, name=technique.name, th=technique.th, address=technique.address)
            for technique in dict.fromkeys(ways)
        ],
        model_version=message_reading.model_version,
    )


def _to_message_reason(marked: MarkedReason) -> MessageReason:
    reason = marked.reason
    return MessageReason(
        code=reason.code, th=render(reason, "th"), en=render(reason, "en"), spans=list(marked.spans)
    )
