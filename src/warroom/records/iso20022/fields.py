"""The cells of entries, picked by a stylesheet: libxslt runs it over thousands of them at once while other threads work."""

from collections.abc import Sequence
from functools import lru_cache
from xml.sax.saxutils import quoteattr

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from lxml import etree

from warroom.records.iso20022.message import MessageSpec

CELL, ROW, END = "\ue000", "\ue001", "\ue002"
"""Private-use letters that part cells, the payments of an entry, and entries; an entry that holds one is set aside."""


@lru_cache(maxsize=16)
def _build_stylesheet(message: MessageSpec, namespace: str) -> etree.XSLT:
    part = f"<xsl:text>{CELL}</xsl:text>"
    cells = part.join(f"<xsl:value-of select={quoteattr(path)}/>" for path in message.paths.values())
    if message.payment_path:
        cells = f"<xsl:for-each select={quoteattr(message.payment_path)}>{cells}<xsl:text>{ROW}</xsl:text></xsl:for-each>"
    # One stylesheet for all entries: libxslt runs it outside Python's lock, a loop over elements would not.
    return etree.XSLT(
        etree.fromstring(
            f"""<xsl:stylesheet version="1.0" xmlns:m="{namespace}"
              xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
            <xsl:output method="text" encoding="UTF-8"/>
            <xsl:template match="/">
              <xsl:for-each select="m:Entries/m:{message.entry}">{cells}<xsl:text>{END}</xsl:text></xsl:for-each>
            </xsl:template></xsl:stylesheet>"""
        )
    )


def extract_cells(root: etree._Element, message: MessageSpec, namespace: str) -> list[str]:
    """The cells of every entry, each entry one text; empty where a parting letter spoils the count."""
    text = bytes(_build_stylesheet(message, namespace)(root)).decode()
    entries = text.split(END)[:-1]
    rows = text.count(ROW) if message.payment_path else len(entries)
    # An entry that contains a separator would shift every cell behind it: then nothing is taken, and entries
    # are
    # tried one by one.
    if text.count(CELL) != rows * (len(message.paths) - 1):
        return []
    # A payment's end parts it from the next one of its entry; after the last there is none.
    return [entry.removesuffix(ROW) for entry in entries] if message.payment_path else entries


def split_cells(entries: Sequence[str], message: MessageSpec) -> dict[str, pa.Array]:
    """The cells of entries that were taken apart, payment by payment, by the names of their paths."""
    width = len(message.paths)
    texts = CELL.join(entries).replace(ROW, CELL).split(CELL) if entries else []
    return {name: pa.array(texts[at::width], pa.string()) for at, name in enumerate(message.paths)}


def list_payment_entries(entries: Sequence[str], message: MessageSpec) -> npt.NDArray[np.int64]:
    """Which entry each payment is of, by its position."""
    places = np.arange(len(entries), dtype=np.int64)
    return np.repeat(places, [entry.count(ROW) + 1 for entry in entries]) if message.payment_path else places
