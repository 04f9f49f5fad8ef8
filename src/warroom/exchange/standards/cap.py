"""Alerts as CAP 1.2 (OASIS, Common Alerting Protocol, 1 July 2010): one `info` block a language, one `area` block a place.

Whoever carries alerts on reads them: operators to the telephones of an area, banks' apps, broadcasters. Elements stand in the order of
the schema, which takes no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from lxml import etree

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA = "application/cap+xml"


@dataclass(frozen=True, slots=True)
class CapInfo:
    """What is said in one language. `area`: the names of the places, each with its code, in that language."""

    language: str
    event: str
    headline: str
    description: str
    instruction: str
    sender: str
    web: str
    area: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CapReference:
    """A message that this one follows, as the standard names it."""

    identifier: str
    sent: datetime


@dataclass(frozen=True, slots=True)
class CapAlert:
    """One message. Times carry their zone. `code`: what a code of a place is (`ISO3166-2`); `channels`: who is asked to carry it on."""

    identifier: str
    sender: str
    sent: datetime
    exercise: bool
    kind: Literal["Alert", "Update", "Cancel"]
    references: tuple[CapReference, ...]
    threat: str
    audience: str
    channels: tuple[str, ...]
    effective: datetime
    expires: datetime
    code: str
    infos: tuple[CapInfo, ...]


def render(alert: CapAlert) -> str:
    """The message as XML."""
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})  # type: ignore[dict-item]
    _add(root, "identifier", alert.identifier)
    _add(root, "sender", alert.sender)
    _add(root, "sent", moment(alert.sent))
    _add(root, "status", "Exercise" if alert.exercise else "Actual")
    _add(root, "msgType", alert.kind)
    _add(root, "scope", "Public")
    _add(root, "code", f"threat:{alert.threat}")
    if alert.exercise:
        # The standard asks for a word on what is rehearsed.
        _add(root, "note", "Exercise: all names and figures are invented.")
    if alert.references:
        said = (f"{alert.sender},{one.identifier},{moment(one.sent)}" for one in alert.references)
        _add(root, "references", " ".join(said))
    for info in alert.infos:
        _info(_add(root, "info"), alert, info)
    return str(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True), "utf-8")


def moment(at: datetime) -> str:
    """A time as the schema takes it: whole seconds and an offset, never Z."""
    if at.utcoffset() is None:
        raise ValueError("a time of an alert carries its zone")
    said = at.isoformat(timespec="seconds")
    return said.removesuffix("+00:00") + "-00:00" if said.endswith("+00:00") else said


def _info(info: Any, alert: CapAlert, said: CapInfo) -> None:
    over = alert.kind == "Cancel"
    _add(info, "language", said.language)
    _add(info, "category", "Security")
    _add(info, "event", said.event)
    _add(info, "responseType", "AllClear" if over else "Avoid")
    _add(info, "urgency", "Past" if over else "Expected")
    _add(info, "severity", "Minor" if over else "Moderate")
    _add(info, "certainty", "Observed")
    _add(info, "audience", alert.audience)
    _add(info, "effective", moment(alert.effective))
    _add(info, "expires", moment(alert.expires))
    _add(info, "senderName", said.sender)
    _add(info, "headline", said.headline)
    _add(info, "description", said.description)
    if said.instruction:
        _add(info, "instruction", said.instruction)
    if said.web:
        _add(info, "web", said.web)
    for channel in alert.channels:
        _named(_add(info, "parameter"), "channel", channel)
    for name, code in said.area:
        area = _add(info, "area")
        _add(area, "areaDesc", name)
        _named(_add(area, "geocode"), alert.code, code)


def _named(parent: Any, name: str, value: str) -> None:
    _add(parent, "valueName", name)
    _add(parent, "value", value)


def _add(parent: Any, name: str, text: str | None = None) -> Any:
    made = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    made.text = None if text is None else plain(text)
    return made


def plain(text: str) -> str:
    """A text without the signs that XML cannot carry."""
    return "".join(
        one
        for one in text
        if one in "\n\t"
        or (ord(one) >= 32 and not 0xD800 <= ord(one) <= 0xDFFF and one not in "\ufffe\uffff")
    )


def texts(parts: Sequence[str]) -> str:
    """Several sentences as one text, a line each."""
    return "\n".join(one for one in parts if one)
