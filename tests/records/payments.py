"""pacs.008 messages for the tests, written out by hand: one whole entry, and ways to break it."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"
CREATED = "2026-11-20T09:00:00+07:00"


def uetr(number: int) -> str:
    """A UUID of version 4 that depends on the number alone."""
    return str(UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % (1 << 128), version=4))


def entry(number: int, *, amount: str = "1500.00", currency: str = "THB") -> str:
    """One payment that follows the published schema."""
    return f"""  <CdtTrfTxInf>
    <PmtId>
      <InstrId>I{number}</InstrId>
      <EndToEndId>E2E-{number}</EndToEndId>
      <TxId>TX-{number}</TxId>
      <UETR>{uetr(number)}</UETR>
    </PmtId>
    <IntrBkSttlmAmt Ccy="{currency}">{amount}</IntrBkSttlmAmt>
    <IntrBkSttlmDt>2026-11-20</IntrBkSttlmDt>
    <AccptncDtTm>2026-11-20T08:{number % 60:02d}:00+07:00</AccptncDtTm>
    <ChrgBr>SLEV</ChrgBr>
    <Dbtr><Nm>Payer {number}</Nm></Dbtr>
    <DbtrAcct><Id><Othr><Id>10{number:06d}</Id></Othr></Id></DbtrAcct>
    <DbtrAgt><FinInstnId><ClrSysMmbId><MmbId>004</MmbId></ClrSysMmbId></FinInstnId></DbtrAgt>
    <CdtrAgt><FinInstnId><BICFI>BKKBTHBK</BICFI></FinInstnId></CdtrAgt>
    <Cdtr><Nm>Payee {number}</Nm></Cdtr>
    <CdtrAcct><Id><Othr><Id>20{number:06d}</Id></Othr></Id></CdtrAcct>
    <Purp><Cd>GDDS</Cd></Purp>
  </CdtTrfTxInf>
"""


def header(count: int, *, created: str = CREATED, batch: str = "") -> str:
    """The group header."""
    return f"""  <GrpHdr>
    <MsgId>MSG-1</MsgId>
    <CreDtTm>{created}</CreDtTm>{batch}
    <NbOfTxs>{count}</NbOfTxs>
    <SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf>
  </GrpHdr>
"""


def message(entries: Sequence[str], *, head: str | None = None, namespace: str = NAMESPACE) -> str:
    """A whole message."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{namespace}">\n <FIToFICstmrCdtTrf>\n'
        f"{header(len(entries)) if head is None else head}{''.join(entries)}"
        " </FIToFICstmrCdtTrf>\n</Document>\n"
    )


def write(path: Path, text: str) -> Path:
    """A message as a file."""
    path.write_text(text, encoding="utf-8")
    return path
