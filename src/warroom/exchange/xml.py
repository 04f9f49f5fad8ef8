"""Reading XML from others: no entities, no network, no document type, no giants."""

from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from warroom.errors import ExchangeError

MAX_BYTES = 1 << 20  # an answer is a few kilobytes


def parse(content: bytes) -> Any:
    """The root element; raises ExchangeError where the content is no plain XML message."""
    if len(content) > MAX_BYTES:
        raise ExchangeError("The message is larger than 1 MiB; send one answer a message.")
    # Before the parser sees it: entities that expand a thousandfold are its oldest trap.
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ExchangeError("The message declares a document type or entities; send plain ISO 20022 XML.")
    # A new one each time: lxml's parsers keep state, and two threads must not share one.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as problem:
        raise ExchangeError(f"The message is not XML ({problem.msg}); send it again whole.") from None


def first(element: Any, path: str) -> Any | None:
    """The first element at a path of local names such as `Assgnmt/Assgnr/Agt`, in any namespace."""
    steps = "/".join(f"*[local-name()='{name}']" for name in path.split("/"))
    found = element.xpath(f".//{steps}")
    return found[0] if found else None


def text(element: Any, path: str) -> str | None:
    """The text at a path, stripped; None where there is none."""
    found = first(element, path)
    words = (found.text or "").strip() if found is not None else ""
    return words or None


def decimal(words: str | None) -> Decimal | None:
    """An amount; raises ExchangeError where the text is no amount of baht."""
    if words is None:
        return None
    try:
        amount = Decimal(words.strip())
    except InvalidOperation:
        raise ExchangeError(f"'{words}' is no amount; write baht as 48500.00.") from None
    if not amount.is_finite() or amount < 0 or amount != amount.quantize(Decimal("0.01")):
        raise ExchangeError(f"'{words}' is no amount; write baht as 48500.00.")
    return amount
