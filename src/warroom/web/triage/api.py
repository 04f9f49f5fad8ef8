"""What a message is, for programs: nothing of it is kept."""

from typing import Annotated

from pydantic import Field

from warroom.access.role_groups import SIGNAL_READERS
from warroom.reasons.reason import render
from warroom.signals.messages.reading import Kind, Marked, Type, read_message
from warroom.signals.techniques.tags import of_reasons, of_scam
from warroom.web.kit.api import Answer, Body, Caller, area

router = area("signals")
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
    kind: Kind | None
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
    found = read_message(body.text)
    ways = (*of_scam(found.type), *of_reasons(each.reason for each in found.reasons)) if found.type else ()
    return MessageOut(
        language=found.language,
        kind=found.kind,
        type=found.type,
        probability=found.probability,
        of_100=found.of_100,
        reasons=[_shown(each) for each in found.reasons],
        against=[_shown(each) for each in found.against],
        doubts=[_shown(Marked(each, ())) for each in found.doubts],
        techniques=[
            TechniqueOut(id=one.id, name=one.name, th=one.th, address=one.address)
            for one in dict.fromkeys(ways)
        ],
        model_version=found.model_version,
    )


def _shown(marked: Marked) -> MessageReason:
    reason = marked.reason
    return MessageReason(
        code=reason.code, th=render(reason, "th"), en=render(reason, "en"), spans=list(marked.spans)
    )
