"""Made-up transfers for the benchmarks: 12 banks, 60 days, accounts of very different custom, in no order."""

import gzip
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

BANKS = tuple(f"BANK{number:02}" for number in range(1, 13))
DAYS = 60
FIRST = 1_790_000_000_000_000
"""The first moment, in microseconds since 1970: a day of September 2026."""
CHUNK = 1 << 19


def tables(rows: int, seed: int = 7) -> Iterator[pa.Table]:
    """Transfers with the columns of the table, some 500,000 at a time; the times are in no order."""
    for number, start in enumerate(range(0, rows, CHUNK)):
        yield _table(start, min(CHUNK, rows - start), np.random.default_rng((seed, number)))


def _table(start: int, rows: int, random: np.random.Generator) -> pa.Table:
    number = np.arange(start, start + rows)
    amount = np.maximum(np.exp(random.normal(13, 1.5, rows)).astype(np.int64), 100)
    return pa.table(
        {
            "record_id": _numbered("T", number, 10),
            "time": pa.array(FIRST + random.integers(0, DAYS * 86_400_000_000, rows)).cast(
                pa.timestamp("us", "UTC")
            ),
            "payer_bank": _chosen(BANKS, random, rows),
            "payer": _accounts(random, rows),
            "payee_bank": _chosen(BANKS, random, rows),
            "payee": _accounts(random, rows),
            "amount": pa.array(amount)
            .cast(pa.decimal128(19, 0))
            .cast(pa.decimal128(21, 2))
            .cast(pa.decimal128(18, 2)),
            "currency": pa.array(["THB"]).take(pa.array(np.zeros(rows, np.int64))),
            "channel": _chosen(
                ("transfer", "transfer", "transfer", "qr", "qr", "card", "cash"), random, rows
            ),
            "end_to_end_id": _numbered("E2E", number * 7919 + 13, 14),
        }
    )


def _accounts(random: np.random.Generator, rows: int) -> pa.Array:
    """2,000,000 accounts, of which few do much; none of zeros alone, which stand for no account."""
    which = 1 + (random.random(rows) ** 3 * 2_000_000).astype(np.int64)
    return _numbered("", which * 4_201 % 10_000_000_019, 10)


def _chosen(values: tuple[str, ...], random: np.random.Generator, rows: int) -> pa.Array:
    return pa.array(values).take(pa.array(random.integers(0, len(values), rows)))


def _numbered(prefix: str, number: np.ndarray, width: int) -> pa.Array:
    digits = pc.utf8_lpad(pa.array(number).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(prefix, digits, "")


def write_parquet(path: Path, rows: int) -> None:
    writer = None
    for table in tables(rows):
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer:
        writer.close()


def write_csv(path: Path, rows: int) -> None:
    writer = None
    for table in tables(rows):
        text = table.set_column(1, "time", pc.strftime(table["time"], "%Y-%m-%dT%H:%M:%SZ"))
        writer = writer or pa.csv.CSVWriter(path, text.schema)
        writer.write_table(text)
    if writer:
        writer.close()


_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08">'
    "<FIToFICstmrCdtTrf><GrpHdr><MsgId>BENCH</MsgId><CreDtTm>2026-11-24T00:00:00+07:00</CreDtTm>"
    "<NbOfTxs>{rows}</NbOfTxs><SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf></GrpHdr>\n"
)
_ENTRY = (
    "<CdtTrfTxInf><PmtId><InstrId>{0}</InstrId><EndToEndId>{1}</EndToEndId><TxId>{0}</TxId></PmtId>"
    '<IntrBkSttlmAmt Ccy="THB">{2}</IntrBkSttlmAmt><AccptncDtTm>{3}</AccptncDtTm><ChrgBr>SLEV</ChrgBr>'
    "<Dbtr><Nm>P</Nm></Dbtr><DbtrAcct><Id><Othr><Id>{4}</Id></Othr></Id></DbtrAcct>"
    "<DbtrAgt><FinInstnId><ClrSysMmbId><MmbId>{5}</MmbId></ClrSysMmbId></FinInstnId></DbtrAgt>"
    "<CdtrAgt><FinInstnId><ClrSysMmbId><MmbId>{6}</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt>"
    "<Cdtr><Nm>Q</Nm></Cdtr><CdtrAcct><Id><Othr><Id>{7}</Id></Othr></Id></CdtrAcct></CdtTrfTxInf>\n"
)
_ORDER = ("record_id", "end_to_end_id", "amount", "time", "payer", "payer_bank", "payee_bank", "payee")


def write_pacs008(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write(_HEAD.format(rows=rows))
        for table in tables(rows):
            text = table.set_column(1, "time", pc.strftime(table["time"], "%Y-%m-%dT%H:%M:%SZ"))
            columns = [text[name].cast(pa.string()).to_pylist() for name in _ORDER]
            out.writelines(_ENTRY.format(*row) for row in zip(*columns, strict=True))
        out.write("</FIToFICstmrCdtTrf></Document>\n")


def write_gz(path: Path, rows: int) -> None:
    with gzip.open(path, "wb", compresslevel=6) as out:
        _packed(path, rows, out)


def write_zst(path: Path, rows: int) -> None:
    with pa.CompressedOutputStream(path, "zstd") as out:
        _packed(path, rows, out)


def _packed(path: Path, rows: int, out: Any) -> None:
    plain = path.with_suffix(".plain")
    write_csv(plain, rows)
    with plain.open("rb") as source:
        shutil.copyfileobj(source, out, 1 << 20)
    plain.unlink()


def write_workbook(path: Path, rows: int) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    for table in tables(rows):
        plain = table.set_column(1, "time", table["time"].cast(pa.timestamp("us")))
        amounts = plain["amount"].cast(pa.float64())
        plain = plain.set_column(plain.schema.get_field_index("amount"), "amount", amounts)
        if plain["record_id"][0].as_py() == "T0000000000":
            sheet.append(plain.column_names)
        for row in zip(*(column.to_pylist() for column in plain.columns), strict=True):
            sheet.append(row)
    book.save(path)


WRITERS: dict[str, Callable[[Path, int], None]] = {
    "parquet": write_parquet,
    "csv": write_csv,
    "gz": write_gz,
    "zst": write_zst,
    "xlsx": write_workbook,
    "pacs.008": write_pacs008,
}
