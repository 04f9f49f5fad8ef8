"""Alerts as RSS 2.0: one item an alert, with its newest CAP message beside it; of one that was taken back its Cancel."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from lxml import etree

from warroom.web.public.languages import Words

MEDIA = "application/rss+xml"
ATOM = "http://www.w3.org/2005/Atom"
CAP = "application/cap+xml"


def rss(alerts: Sequence[Mapping[str, Any]], at: datetime, address: str, path: str, t: Words) -> bytes:
    """The feed of these alerts, in one language. `address`: where the public pages stand, empty where nobody said; `path`: the feed's own."""
    root = etree.Element("rss", version="2.0", nsmap={"atom": ATOM})
    channel = _add(root, "channel")
    _add(channel, "title", f"{t('alerts.title')} · {t('name')}")
    _add(channel, "link", f"{address}/alerts")
    _add(channel, "description", str(t("alerts.none_says")))
    _add(channel, "language", t.language)
    _add(channel, "lastBuildDate", format_datetime(at))
    _add(channel, "ttl", "15")
    own = _add(channel, f"{{{ATOM}}}link")
    own.set("href", address + path)
    own.set("rel", "self")
    own.set("type", MEDIA)
    for one in alerts:
        _item(_add(channel, "item"), one, address, t)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _item(item: Any, one: Mapping[str, Any], address: str, t: Words) -> None:
    said = wording_of(one, t.language)
    identifier, _, at, size = one["messages"][-1]
    over = one.get("cancelled", False)
    _add(item, "title", f"{t('alerts.over')} · {said['title']}" if over else said["title"])
    _add(item, "link", f"{address}/alerts/{one['id']}")
    # Who was warned is told that it no longer holds, and nothing of what to do.
    text = str(t("alerts.cancelled")) if over else "\n".join((*said["do"], *said["looks"]))
    _add(item, "description", text)
    _add(item, "category", str(t(f"numbers.kind_{one['threat']}")))
    _add(item, "pubDate", format_datetime(datetime.fromisoformat(at)))
    # An update is an item of its own: readers show again what has another name.
    _add(item, "guid", identifier).set("isPermaLink", "false")
    enclosure = _add(item, "enclosure")
    enclosure.set("url", f"{address}/alerts/cap/{identifier}.xml")
    enclosure.set("type", CAP)
    enclosure.set("length", str(size))


def wording_of(one: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    """What an alert says in a language, in English where nobody wrote it in that one."""
    said: Mapping[str, Any] = one["wording"].get(language) or one["wording"]["en"]
    return said


def _add(parent: Any, name: str, text: str | Iterable[str] | None = None) -> Any:
    made = etree.SubElement(parent, name)
    made.text = None if text is None else str(text)
    return made
