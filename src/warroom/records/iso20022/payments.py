"""pacs.008, pacs.009 and pain.001 as transfers."""

import pyarrow as pa
import pyarrow.compute as pc

from warroom.records.iso20022.message import (
    Cells,
    Facts,
    Message,
    Taken,
    account_of,
    account_paths,
    bank_of,
    bank_paths,
    either,
    reference,
    repeated,
)

GIVES = (
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

_REFERENCES = {
    "uetr": "m:PmtId/m:UETR",
    "tx_id": "m:PmtId/m:TxId",
    "end_to_end_id": "m:PmtId/m:EndToEndId",
    "accepted": "m:AccptncDtTm|m:AddtlDtTm/m:AccptncDtTm",
    "purpose": "m:Purp/*",
}
_SETTLED = {
    # What moved between the banks, not InstdAmt, which a payer may instruct in another currency.
    "amount": "m:IntrBkSttlmAmt",
    "currency": "m:IntrBkSttlmAmt/@Ccy",
}


def _sides(within: str = "") -> dict[str, str]:
    return {
        **bank_paths("payer", f"{within}m:DbtrAgt"),
        **account_paths("payer", f"{within}m:DbtrAcct"),
        **bank_paths("payee", f"{within}m:CdtrAgt"),
        **account_paths("payee", f"{within}m:CdtrAcct"),
    }


def _payments(cells: Cells, facts: Facts) -> dict[str, pa.Array]:
    size = len(cells["amount"])
    return {
        "record_id": either(cells["uetr"], cells["tx_id"]),
        "time": either(cells["accepted"], facts.created_at or ""),
        "payer_bank": bank_of(cells, "payer"),
        "payer": account_of(cells, "payer"),
        "payee_bank": bank_of(cells, "payee"),
        "payee": account_of(cells, "payee"),
        "amount": cells["amount"],
        "currency": cells["currency"],
        "channel": repeated("batch" if facts.batch else "transfer", size),
        "end_to_end_id": reference(cells["end_to_end_id"]),
        "uetr": cells["uetr"],
        "purpose": cells["purpose"],
    }


def _customers(cells: Cells, facts: Facts) -> Taken:
    return Taken(_payments(cells, facts))


def _covers(cells: Cells, facts: Facts) -> Taken:
    banks_own = pc.equal(cells["underlying"], "false")
    return Taken(_payments(cells, facts), refused=pc.if_else(banks_own, "between_banks", None))


def _instructed(cells: Cells, facts: Facts) -> Taken:
    size = len(cells["amount"])
    payer = {name: repeated(text, size) for name, text in facts.about.items() if name.startswith("payer")}
    day = facts.about["asked_for"]
    timed = Facts(day or facts.created_at, facts.about["batch"] == "true", facts.about)
    columns = _payments({**cells, **payer}, timed)
    return Taken(columns, days=size if len(day) == len("2026-11-20") else 0)


_PAYEE = {**bank_paths("payee", "m:CdtrAgt"), **account_paths("payee", "m:CdtrAcct")}

PAYMENTS = (
    Message(
        "pacs.008", "transfers", "CdtTrfTxInf", {**_REFERENCES, **_sides(), **_SETTLED}, _customers, GIVES
    ),
    Message(
        "pacs.009",
        "transfers",
        "CdtTrfTxInf",
        {
            **_REFERENCES,
            **_sides("m:UndrlygCstmrCdtTrf/"),
            **_SETTLED,
            "underlying": "boolean(m:UndrlygCstmrCdtTrf)",
        },
        _covers,
        GIVES,
    ),
    Message(
        "pain.001",
        "transfers",
        "CdtTrfTxInf",
        {**_REFERENCES, **_PAYEE, "amount": "m:Amt/m:InstdAmt", "currency": "m:Amt/m:InstdAmt/@Ccy"},
        _instructed,
        GIVES,
        groups=("PmtInf",),
        around={
            **bank_paths("payer", "m:PmtInf/m:DbtrAgt"),
            **account_paths("payer", "m:PmtInf/m:DbtrAcct"),
            "asked_for": "normalize-space(m:PmtInf/m:ReqdExctnDt)",
            "batch": "m:PmtInf/m:BtchBookg",
        },
    ),
)
