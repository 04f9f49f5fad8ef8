"""Payments as ISO 20022 pacs.008.001.08: a message an hour for payments, and one for batches, in one file."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warroom_lab.world.delivery.flaws import Flaw
from warroom_lab.world.delivery.lines import content, iso, joined
from warroom_lab.world.delivery.sheets import TextSheet, column

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"
BROKEN = Flaw("broken entry", "", "xml")
HOW = ("transfer", "batch")
"""The channels such messages carry; the others are told in a file of another kind."""

_REFUSED = {"negative amount": ("IntrBkSttlmAmt", "schema")}


class PacsSheet(TextSheet):
    """Messages one after the other in an envelope. Rows of one message have one `received_at` and one channel."""

    suffix = ".xml"
    line_flaws = (BROKEN,)

    def takes(self, flaw: Flaw) -> bool:
        """An amount that is no amount; what the format has no place for, it cannot get wrong."""
        return flaw.column in ("amount", "")

    def seen(self, flaw: Flaw) -> Flaw:
        """The published schema refuses some faults before we do, by the element's name."""
        column_name, code = _REFUSED.get(flaw.name, (flaw.column, flaw.code))
        return Flaw(flaw.name, column_name, code, flaw.change)

    def append(self, rows: pa.Table, faults: dict[int, Flaw]) -> None:
        """Each run of equal arrival and channel becomes a message."""
        file = self.opened(rows)
        for first, last in _messages(rows):
            some = rows.slice(first, last - first)
            file.write(_header(some, self.rows + first))
            lines = self.rendered(some)
            for at in range(first, last):
                if at in faults:
                    line = lines[at - first].as_py()
                    parts = [
                        lines.slice(0, at - first),
                        pa.array([self.spoil(line, faults[at])]),
                        lines.slice(at - first + 1),
                    ]
                    lines = pa.concat_arrays(parts)
            file.write(content(lines))
            file.write(b"</FIToFICstmrCdtTrf></Document>\n")

    def head(self, rows: pa.Table) -> bytes:
        """The envelope's beginning."""
        return b'<?xml version="1.0" encoding="UTF-8"?>\n<Messages>\n'

    def foot(self) -> bytes:
        """The envelope's end."""
        return b"</Messages>\n"

    def rendered(self, rows: pa.Table) -> pa.Array:
        """An entry a row; parties have no names."""
        purpose = column(rows, "purpose")
        coded = pc.if_else(pc.is_valid(purpose), joined("<Purp><Cd>", purpose, "</Cd></Purp>"), "")
        return joined(
            "<CdtTrfTxInf><PmtId><EndToEndId>", column(rows, "end_to_end_id"),
            "</EndToEndId><TxId>", column(rows, "record_id"),
            '</TxId></PmtId><IntrBkSttlmAmt Ccy="THB">', column(rows, "amount").cast(pa.string()),
            "</IntrBkSttlmAmt><AccptncDtTm>", iso(column(rows, "time"), "+07:00"),
            "</AccptncDtTm><ChrgBr>SLEV</ChrgBr><Dbtr/><DbtrAcct><Id><Othr><Id>", column(rows, "payer"),
            "</Id></Othr></Id></DbtrAcct><DbtrAgt>", _AGENT[0], column(rows, "payer_bank"), _AGENT[1],
            "</DbtrAgt><CdtrAgt>", _AGENT[0], column(rows, "payee_bank"), _AGENT[1],
            "</CdtrAgt><Cdtr/><CdtrAcct><Id><Othr><Id>", column(rows, "payee"),
            "</Id></Othr></Id></CdtrAcct>", coded, "</CdtTrfTxInf>\n",
        )  # fmt: skip

    def spoil(self, line: str, flaw: Flaw) -> str:
        """A tag that is never closed."""
        return line.replace("</AccptncDtTm>", "", 1)


_AGENT = (
    "<FinInstnId><ClrSysMmbId><MmbId>",
    "</MmbId></ClrSysMmbId></FinInstnId>",
)


def _messages(rows: pa.Table) -> list[tuple[int, int]]:
    received = column(rows, "received_at").cast(pa.int64()).to_numpy()
    batch = pc.equal(column(rows, "channel"), "batch").to_numpy(zero_copy_only=False)
    # A header says for a whole message when it was made and whether it is a batch:
    # a new one where either changes.
    change = np.flatnonzero((np.diff(received) != 0) | (np.diff(batch.astype(np.int8)) != 0)) + 1
    ends = [0, *change.tolist(), len(received)]
    return list(pairwise(ends)) if len(received) else []


def _header(rows: pa.Table, number: int) -> bytes:
    created = iso(column(rows, "received_at").slice(0, 1), "+07:00")[0].as_py()
    batch = rows["channel"][0].as_py() == "batch"
    return (
        f'<Document xmlns="{NAMESPACE}"><FIToFICstmrCdtTrf><GrpHdr><MsgId>M{number:010d}</MsgId>'
        f"<CreDtTm>{created}</CreDtTm>{'<BtchBookg>true</BtchBookg>' if batch else ''}<NbOfTxs>{rows.num_rows}</NbOfTxs>"
        "<SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf></GrpHdr>\n"
    ).encode()
