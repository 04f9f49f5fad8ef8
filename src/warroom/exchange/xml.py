"""Parses XML from partners: no entities, no network, no document type, no large documents."""

from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from warroom.errors import ExchangeError
from warroom.exchange.text import fit_text

MAX_BYTES = 1 << 20  # an answer is a few kilobytes
LARGEST = Decimal("9999999999999999.99")
"""Baht: the most that a column of the lake holds (decimal 18, 2), and in satang a 64-bit column of the ledger."""


def parse(content: bytes) -> Any:
    """The root element; raises ExchangeError where the content is no plain XML message."""
    if len(content) > MAX_BYTES:
        raise ExchangeError("The message is larger than 1 MiB; send one answer a message.")
    # Before the parser sees it: expanding entities ("billion laughs") are an old attack.
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ExchangeError("The message declares a document type or entities; send plain ISO 20022 XML.")
    # A new parser each time: lxml's parsers keep state, and two threads must not share one.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as problem:
        raise ExchangeError(f"The message is not XML ({problem.msg}); send it again whole.") from None


def find_first(element: Any, path: str) -> Any | None:
    """The first element at a path of local names such as `Assgnmt/Assgnr/Agt`, in any namespace."""
    steps = "/".join(f"*[local-name()='{name}']" for name in path.split("/"))
    found = element.xpath(f".//{steps}")
    return found[0] if found else None


def find_text(element: Any, path: str) -> str | None:
    """The text at a path, stripped; None where there is none."""
    found = find_first(element, path)
    words = (found.text or "").strip() if found is not None else ""
    return words or None


def parse_amount(words: str | None) -> Decimal | None:
    """An amount; raises ExchangeError where the text is no amount of baht."""
    if words is None:
        return None
    unfit = ExchangeError(f"'{fit_text(words, 60)}' is no amount; write baht as 48500.00.")
    try:
        amount = Decimal(words.strip())
    except InvalidOperation:
        raise unfit from None
    # Bounds first: a number beyond them cannot be quantized, and NaN cannot be compared.
    if not amount.is_finite() or not 0 <= amount <= LARGEST or amount != amount.quantize(Decimal("0.01")):
        raise unfit
    return amount
