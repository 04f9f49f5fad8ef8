"""pacs.008, pacs.009 and pain.001 as transfers."""

import pyarrow as pa
import pyarrow.compute as pc

from warroom.records.iso20022.message import (
    Cells,
    MessageColumns,
    MessageFacts,
    MessageSpec,
    clean_reference,
    coalesce_texts,
    make_account_paths,
    make_bank_paths,
    pick_account,
    pick_bank,
    repeat_text,
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


def _make_side_paths(within: str = "") -> dict[str, str]:
    return {
        **make_bank_paths("payer", f"{within}m:DbtrAgt"),
        **make_account_paths("payer", f"{within}m:DbtrAcct"),
        **make_bank_paths("payee", f"{within}m:CdtrAgt"),
        **make_account_paths("payee", f"{within}m:CdtrAcct"),
    }


def _build_payments(cells: Cells, facts: MessageFacts) -> dict[str, pa.Array]:
    size = len(cells["amount"])
    return {
        "record_id": coalesce_texts(cells["uetr"], cells["tx_id"]),
        "time": coalesce_texts(cells["accepted"], facts.created_at or ""),
        "payer_bank": pick_bank(cells, "payer"),
        "payer": pick_account(cells, "payer"),
        "payee_bank": pick_bank(cells, "payee"),
        "payee": pick_account(cells, "payee"),
        "amount": cells["amount"],
        "currency": cells["currency"],
        "channel": repeat_text("batch" if facts.is_batch else "transfer", size),
        "end_to_end_id": clean_reference(cells["end_to_end_id"]),
        "uetr": cells["uetr"],
        "purpose": cells["purpose"],
    }


def _read_customer_payments(cells: Cells, facts: MessageFacts) -> MessageColumns:
    return MessageColumns(_build_payments(cells, facts))


def _read_cover_payments(cells: Cells, facts: MessageFacts) -> MessageColumns:
    # Money of the banks themselves: no customer's account on either side, so there is no transfer for a
    # trail.
    banks_own = pc.equal(cells["underlying"], "false")
    return MessageColumns(
        _build_payments(cells, facts), refusal_codes=pc.if_else(banks_own, "between_banks", None)
    )


def _read_instructed_payments(cells: Cells, facts: MessageFacts) -> MessageColumns:
    size = len(cells["amount"])
    payer = {
        name: repeat_text(text, size)
        for name, text in facts.texts_by_name.items()
        if name.startswith("payer")
    }
    day = facts.texts_by_name["asked_for"]
    timed = MessageFacts(day or facts.created_at, facts.texts_by_name["batch"] == "true", facts.texts_by_name)
    columns = _build_payments({**cells, **payer}, timed)
    return MessageColumns(columns, day_only_count=size if len(day) == len("2026-11-20") else 0)


_PAYEE = {**make_bank_paths("payee", "m:CdtrAgt"), **make_account_paths("payee", "m:CdtrAcct")}

PAYMENTS = (
    MessageSpec(
        "pacs.008",
        "transfers",
        "CdtTrfTxInf",
        {**_REFERENCES, **_make_side_paths(), **_SETTLED},
        _read_customer_payments,
        GIVES,
    ),
    MessageSpec(
        "pacs.009",
        "transfers",
        "CdtTrfTxInf",
        {
            **_REFERENCES,
            **_make_side_paths("m:UndrlygCstmrCdtTrf/"),
            **_SETTLED,
            "underlying": "boolean(m:UndrlygCstmrCdtTrf)",
        },
        _read_cover_payments,
        GIVES,
    ),
    MessageSpec(
        "pain.001",
        "transfers",
        "CdtTrfTxInf",
        {**_REFERENCES, **_PAYEE, "amount": "m:Amt/m:InstdAmt", "currency": "m:Amt/m:InstdAmt/@Ccy"},
        _read_instructed_payments,
        GIVES,
        groups=("PmtInf",),
        around_paths={
            **make_bank_paths("payer", "m:PmtInf/m:DbtrAgt"),
            **make_account_paths("payer", "m:PmtInf/m:DbtrAcct"),
            "asked_for": "normalize-space(m:PmtInf/m:ReqdExctnDt)",
            "batch": "m:PmtInf/m:BtchBookg",
        },
    ),
)
