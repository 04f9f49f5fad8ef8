"""Which elements of an entry are which of our columns.

A stylesheet picks them: libxslt runs it over thousands of entries at once while other threads work.
"""

from collections.abc import Sequence
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc
from lxml import etree

from warroom.records.pacs.head import Head
from warroom.records.pacs.schema import ENTRY

CELL, ROW = "\ue000", "\ue001"
"""Private-use letters that part cells and rows; an entry that holds one is set aside."""

PATHS = {
    "uetr": "m:PmtId/m:UETR",
    "tx_id": "m:PmtId/m:TxId",
    "end_to_end_id": "m:PmtId/m:EndToEndId",
    "accepted": "m:AccptncDtTm",
    "payer_member": "m:DbtrAgt/m:FinInstnId/m:ClrSysMmbId/m:MmbId",
    "payer_bic": "m:DbtrAgt/m:FinInstnId/*[self::m:BICFI or self::m:BIC]",
    "payer_iban": "m:DbtrAcct/m:Id/m:IBAN",
    "payer_other": "m:DbtrAcct/m:Id/m:Othr/m:Id",
    "payee_member": "m:CdtrAgt/m:FinInstnId/m:ClrSysMmbId/m:MmbId",
    "payee_bic": "m:CdtrAgt/m:FinInstnId/*[self::m:BICFI or self::m:BIC]",
    "payee_iban": "m:CdtrAcct/m:Id/m:IBAN",
    "payee_other": "m:CdtrAcct/m:Id/m:Othr/m:Id",
    # What moved between the banks, not InstdAmt, which a payer may instruct in another currency.
    "amount": "m:IntrBkSttlmAmt",
    "currency": "m:IntrBkSttlmAmt/@Ccy",
    "purpose": "m:Purp/*",
}
FIELDS = (
    "record_id",
    "time",
    "payer_bank",
    "payer",
    "payee_bank",
    "payee",
    "amount",
    "currency",
    "channel",
    "end_to_end_id",
    "uetr",
    "purpose",
)
"""The columns of transfers that a message gives."""

BACKFILL = (*FIELDS, "received_at")
"""In a backfill a message's payments were received when the message was created."""


@lru_cache(maxsize=8)
def _stylesheet(namespace: str) -> etree.XSLT:
    part = f"<xsl:text>{CELL}</xsl:text>"
    cells = part.join(f'<xsl:value-of select="{path}"/>' for path in PATHS.values())
    return etree.XSLT(
        etree.fromstring(
            f"""<xsl:stylesheet version="1.0" xmlns:m="{namespace}"
              xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
            <xsl:output method="text" encoding="UTF-8"/>
            <xsl:template match="/">
              <xsl:for-each select="m:Entries/m:{ENTRY}">{cells}<xsl:text>{ROW}</xsl:text></xsl:for-each>
            </xsl:template></xsl:stylesheet>"""
        )
    )


def taken_apart(root: etree._Element, namespace: str) -> list[str]:
    """The cells of every entry, each entry one text; empty where a parting letter spoils the count."""
    text = bytes(_stylesheet(namespace)(root)).decode()
    rows = text.split(ROW)[:-1]
    return rows if text.count(CELL) == len(rows) * (len(PATHS) - 1) else []


def columns(rows: Sequence[str], head: Head) -> dict[str, pa.Array]:
    """The columns of transfers, by BACKFILL, from entries taken apart."""
    width = len(PATHS)
    cells = CELL.join(rows).split(CELL) if rows else []
    part = {name: pa.array(cells[at::width], pa.string()) for at, name in enumerate(PATHS)}
    size, end_to_end = len(rows), part["end_to_end_id"]
    return {
        "record_id": _either(part["uetr"], part["tx_id"]),
        "time": _either(part["accepted"], head.created_at or ""),
        "payer_bank": _either(part["payer_member"], part["payer_bic"]),
        "payer": _either(part["payer_other"], part["payer_iban"]),
        "payee_bank": _either(part["payee_member"], part["payee_bic"]),
        "payee": _either(part["payee_other"], part["payee_iban"]),
        "amount": part["amount"],
        "currency": part["currency"],
        "channel": pa.repeat(pa.scalar("batch" if head.batch else "transfer"), size),
        # The standard demands an end-to-end id and names this text for who has none: as a reference it would
        # tie all such payments together.
        "end_to_end_id": pc.if_else(pc.equal(end_to_end, "NOTPROVIDED"), None, end_to_end),
        "uetr": part["uetr"],
        "purpose": part["purpose"],
        "received_at": pa.repeat(pa.scalar(head.created_at, pa.string()), size),
    }


def _either(first: pa.Array, second: pa.Array | str) -> pa.Array:
    # The stylesheet gives an empty text for an element that is not there.
    return pc.if_else(pc.equal(first, ""), second, first)
