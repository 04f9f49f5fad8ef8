"""Payments as ISO 20022 pacs.008.001.08: a message an hour for payments, and one for batches, in one file."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warroom_lab.world.delivery.flaws import RowFlaw
from warroom_lab.world.delivery.lines import format_iso_times, join_texts, to_line_bytes
from warroom_lab.world.delivery.sheets import TextSheet, get_column

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"
BROKEN = RowFlaw("broken entry", "", "xml")
HOW = ("transfer", "batch")
"""The channels such messages carry; the others are told in a file of another kind."""

_REFUSED = {"negative amount": ("IntrBkSttlmAmt", "schema")}


class PacsSheet(TextSheet):
    """Messages one after the other in an envelope. Rows of one message have one `received_at` and one channel."""

    suffix = ".xml"
    line_flaws = (BROKEN,)

    def may_carry_flaw(self, flaw: RowFlaw) -> bool:
        """An amount that is no amount; what the format has no place for, it cannot get wrong."""
        return flaw.column in ("amount", "")

    def to_quarantine_flaw(self, flaw: RowFlaw) -> RowFlaw:
        """The published schema refuses some faults before we do, by the element's name."""
        column_name, code = _REFUSED.get(flaw.name, (flaw.column, flaw.code))
        return RowFlaw(flaw.name, column_name, code, flaw.change)

    def append(self, rows: pa.Table, faults: dict[int, RowFlaw]) -> None:
        """Each run of equal arrival and channel becomes a message."""
        file = self.get_open_file(rows)
        for first, last in _split_messages(rows):
            some = rows.slice(first, last - first)
            file.write(_make_header(some, self.rows + first))
            lines = self.render_rows(some)
            for at in range(first, last):
                if at in faults:
                    line = lines[at - first].as_py()
                    parts = [
                        lines.slice(0, at - first),
                        pa.array([self.spoil_line(line, faults[at])]),
                        lines.slice(at - first + 1),
                    ]
                    lines = pa.concat_arrays(parts)
            file.write(to_line_bytes(lines))
            file.write(b"</FIToFICstmrCdtTrf></Document>\n")

    def make_head(self, rows: pa.Table) -> bytes:
        """The envelope's beginning."""
        return b'<?xml version="1.0" encoding="UTF-8"?>\n<Messages>\n'

    def make_foot(self) -> bytes:
        """The envelope's end."""
        return b"</Messages>\n"

    def render_rows(self, rows: pa.Table) -> pa.Array:
        """An entry a row; parties have no names."""
        purpose = get_column(rows, "purpose")
        coded = pc.if_else(pc.is_valid(purpose), join_texts("<Purp><Cd>", purpose, "</Cd></Purp>"), "")
        return join_texts(
            "<CdtTrfTxInf><PmtId><EndToEndId>", get_column(rows, "end_to_end_id"),
            "</EndToEndId><TxId>", get_column(rows, "record_id"),
            '</TxId></PmtId><IntrBkSttlmAmt Ccy="THB">', get_column(rows, "amount").cast(pa.string()),
            "</IntrBkSttlmAmt><AccptncDtTm>", format_iso_times(get_column(rows, "time"), "+07:00"),
            "</AccptncDtTm><ChrgBr>SLEV</ChrgBr><Dbtr/><DbtrAcct><Id><Othr><Id>", get_column(rows, "payer"),
            "</Id></Othr></Id></DbtrAcct><DbtrAgt>", _AGENT[0], get_column(rows, "payer_bank"), _AGENT[1],
            "</DbtrAgt><CdtrAgt>", _AGENT[0], get_column(rows, "payee_bank"), _AGENT[1],
            "</CdtrAgt><Cdtr/><CdtrAcct><Id><Othr><Id>", get_column(rows, "payee"),
            "</Id></Othr></Id></CdtrAcct>", coded, "</CdtTrfTxInf>\n",
        )  # fmt: skip

    def spoil_line(self, line: str, flaw: RowFlaw) -> str:
        """A tag that is never closed."""
        return line.replace("</AccptncDtTm>", "", 1)


_AGENT = (
    "<FinInstnId><ClrSysMmbId><MmbId>",
    "</MmbId></ClrSysMmbId></FinInstnId>",
)


def _split_messages(rows: pa.Table) -> list[tuple[int, int]]:
    received = get_column(rows, "received_at").cast(pa.int64()).to_numpy()
    batch = pc.equal(get_column(rows, "channel"), "batch").to_numpy(zero_copy_only=False)
    # A header says for a whole message when it was made and whether it is a batch:
    # a new one where either changes.
    change = np.flatnonzero((np.diff(received) != 0) | (np.diff(batch.astype(np.int8)) != 0)) + 1
    ends = [0, *change.tolist(), len(received)]
    return list(pairwise(ends)) if len(received) else []


def _make_header(rows: pa.Table, number: int) -> bytes:
    created = format_iso_times(get_column(rows, "received_at").slice(0, 1), "+07:00")[0].as_py()
    batch = rows["channel"][0].as_py() == "batch"
    return (
        f'<Document xmlns="{NAMESPACE}"><FIToFICstmrCdtTrf><GrpHdr><MsgId>M{number:010d}</MsgId>'
        f"<CreDtTm>{created}</CreDtTm>{'<BtchBookg>true</BtchBookg>' if batch else ''}<NbOfTxs>{rows.num_rows}</NbOfTxs>"
        "<SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf></GrpHdr>\n"
    ).encode()
