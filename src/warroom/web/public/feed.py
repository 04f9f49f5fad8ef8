"""Alerts as RSS 2.0: one item an alert, with its newest CAP message beside it; of one that was taken back its Cancel."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from lxml import etree

from warroom.web.public.languages import PublicSentences

MEDIA = "application/rss+xml"
ATOM = "http://www.w3.org/2005/Atom"
CAP = "application/cap+xml"


def render_rss(
    alerts: Sequence[Mapping[str, Any]], at: datetime, address: str, path: str, t: PublicSentences
) -> bytes:
    """The feed of these alerts, in one language. `address`: where the public pages stand, empty where nobody said; `path`: the feed's own."""
    root = etree.Element("rss", version="2.0", nsmap={"atom": ATOM})
    channel = _add_element(root, "channel")
    _add_element(channel, "title", f"{t('alerts.title')} · {t('name')}")
    _add_element(channel, "link", f"{address}/alerts")
    _add_element(channel, "description", str(t("alerts.none_says")))
    _add_element(channel, "language", t.language)
    _add_element(channel, "lastBuildDate", format_datetime(at))
    _add_element(channel, "ttl", "15")
    own = _add_element(channel, f"{{{ATOM}}}link")
    own.set("href", address + path)
    own.set("rel", "self")
    own.set("type", MEDIA)
    for alert in alerts:
        _fill_item(_add_element(channel, "item"), alert, address, t)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _fill_item(item: Any, alert: Mapping[str, Any], address: str, t: PublicSentences) -> None:
    wording = t.choose_text(alert["wording"])
    identifier, _, at, size = alert["messages"][-1]
    over = alert.get("cancelled", False)
    _add_element(item, "title", f"{t('alerts.over')} · {wording['title']}" if over else wording["title"])
    _add_element(item, "link", f"{address}/alerts/{alert['id']}")
    # A cancelled alert says only that it no longer applies; its instructions are left out.
    text = str(t("alerts.cancelled")) if over else "\n".join((*wording["do"], *wording["looks"]))
    _add_element(item, "description", text)
    _add_element(item, "category", str(t(f"numbers.kind_{alert['threat']}")))
    _add_element(item, "pubDate", format_datetime(datetime.fromisoformat(at)))
    # An update gets its own guid, because feed readers show an item again only if the guid is new.
    _add_element(item, "guid", identifier).set("isPermaLink", "false")
    enclosure = _add_element(item, "enclosure")
    enclosure.set("url", f"{address}/alerts/cap/{identifier}.xml")
    enclosure.set("type", CAP)
    enclosure.set("length", str(size))


def _add_element(parent: Any, name: str, text: str | Iterable[str] | None = None) -> Any:
    made = etree.SubElement(parent, name)
    made.text = None if text is None else str(text)
    return made
