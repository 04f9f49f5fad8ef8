"""Alerts as CAP 1.2 (OASIS, Common Alerting Protocol, 1 July 2010): one `info` block a language, one `area` block a place.

Distributors of alerts read them: operators for the telephones of an area, banks' apps, broadcasters. Elements are in the order of
the schema, which allows no other.
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
    """The content in one language. `area`: the names of the places in that language, each with its code."""

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
    """An earlier message that this one refers to (`references` of the standard)."""

    identifier: str
    sent: datetime


@dataclass(frozen=True, slots=True)
class CapAlert:
    """One message. Times have a zone. `code`: the system of the place codes (`ISO3166-2`); `channels`: the requested distributors."""

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
    _add_element(root, "identifier", alert.identifier)
    _add_element(root, "sender", alert.sender)
    _add_element(root, "sent", format_time(alert.sent))
    _add_element(root, "status", "Exercise" if alert.exercise else "Actual")
    _add_element(root, "msgType", alert.kind)
    _add_element(root, "scope", "Public")
    _add_element(root, "code", f"threat:{alert.threat}")
    if alert.exercise:
        # CAP 1.2: for the status Exercise a note should name the exercise.
        _add_element(root, "note", "Exercise: all names and figures are invented.")
    if alert.references:
        references = (
            f"{alert.sender},{reference.identifier},{format_time(reference.sent)}"
            for reference in alert.references
        )
        _add_element(root, "references", " ".join(references))
    for info in alert.infos:
        _add_info(_add_element(root, "info"), alert, info)
    return str(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True), "utf-8")


def format_time(at: datetime) -> str:
    """A time as the schema requires: whole seconds and an offset, never Z (CAP 1.2, 3.3.2)."""
    if at.utcoffset() is None:
        raise ValueError("a time of an alert carries its zone")
    said = at.isoformat(timespec="seconds")
    return said.removesuffix("+00:00") + "-00:00" if said.endswith("+00:00") else said


def _add_info(info: Any, alert: CapAlert, cap_info: CapInfo) -> None:
    over = alert.kind == "Cancel"
    _add_element(info, "language", cap_info.language)
    _add_element(info, "category", "Security")
    _add_element(info, "event", cap_info.event)
    _add_element(info, "responseType", "AllClear" if over else "Avoid")
    _add_element(info, "urgency", "Past" if over else "Expected")
    _add_element(info, "severity", "Minor" if over else "Moderate")
    _add_element(info, "certainty", "Observed")
    _add_element(info, "audience", alert.audience)
    _add_element(info, "effective", format_time(alert.effective))
    _add_element(info, "expires", format_time(alert.expires))
    _add_element(info, "senderName", cap_info.sender)
    _add_element(info, "headline", cap_info.headline)
    _add_element(info, "description", cap_info.description)
    if cap_info.instruction:
        _add_element(info, "instruction", cap_info.instruction)
    if cap_info.web:
        _add_element(info, "web", cap_info.web)
    for channel in alert.channels:
        _add_named_value(_add_element(info, "parameter"), "channel", channel)
    for name, code in cap_info.area:
        area = _add_element(info, "area")
        _add_element(area, "areaDesc", name)
        _add_named_value(_add_element(area, "geocode"), alert.code, code)


def _add_named_value(parent: Any, name: str, value: str) -> None:
    _add_element(parent, "valueName", name)
    _add_element(parent, "value", value)


def _add_element(parent: Any, name: str, text: str | None = None) -> Any:
    made = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    made.text = None if text is None else strip_unfit_signs(text)
    return made


def strip_unfit_signs(text: str) -> str:
    """A text without the characters that XML 1.0 does not allow (section 2.2)."""
    return "".join(
        one
        for one in text
        if one in "\n\t"
        or (ord(one) >= 32 and not 0xD800 <= ord(one) <= 0xDFFF and one not in "\ufffe\uffff")
    )


def join_texts(parts: Sequence[str]) -> str:
    """Several sentences as one text, a line each."""
    return "\n".join(one for one in parts if one)
