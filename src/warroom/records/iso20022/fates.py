"""pacs.002, pacs.004, camt.029 and camt.056 as returns: what became of payments."""

import pyarrow as pa
import pyarrow.compute as pc

from warroom.bilingual.texts import Texts
from warroom.records.iso20022.message import (
    Cells,
    MessageColumns,
    MessageFacts,
    MessageSpec,
    clean_reference,
    coalesce_texts,
    repeat_text,
)

GIVES = (
    "record_id",
    "time",
    "kind",
    "uetr",
    "end_to_end_id",
    "transfer_id",
    "amount",
    "currency",
    "reason",
    "text",
)
"""The columns of returns that a message gives."""

NEVER_PAID = ("RJCT", "CANC")
"""Statuses of payments that did not happen: rejected, or cancelled before they were executed."""

_OURS = r"^WR\d{6}[0-9A-F]{20}$"
"""The number of an order of this house, as a bank gives it back."""

_ORIGINAL = {
    "uetr": "m:OrgnlUETR",
    "tx_id": "m:OrgnlTxId",
    "end_to_end_id": "m:OrgnlEndToEndId",
    "amount": "m:OrgnlIntrBkSttlmAmt|m:OrgnlTxRef/m:IntrBkSttlmAmt|m:OrgnlTxRef/m:Amt/m:InstdAmt",
    "currency": "m:OrgnlIntrBkSttlmAmt/@Ccy|m:OrgnlTxRef/m:IntrBkSttlmAmt/@Ccy|m:OrgnlTxRef/m:Amt/m:InstdAmt/@Ccy",
}
_HEADER = {"message": "m:GrpHdr/m:MsgId|m:Assgnmt/m:Id"}


def _make_reason_paths(element: str) -> dict[str, str]:
    """The reason of an element such as StsRsnInf, under the names of all versions."""
    code = f"m:{element}/*[self::m:Rsn or self::m:StsRsn or self::m:RtrRsn or self::m:CxlRsn]/*"
    words = "self::m:AddtlInf or self::m:AddtlStsRsnInf or self::m:AddtlRtrRsnInf or self::m:AddtlCxlRsnInf"
    return {"reason": code, "text": f"m:{element}/*[{words}]"}


def _build_returns(kind: pa.Array, cells: Cells, facts: MessageFacts) -> dict[str, pa.Array]:
    amount, uetr = cells["amount"], cells["uetr"]
    named = coalesce_texts(cells["id"], uetr, cells["tx_id"], cells["end_to_end_id"])
    message = repeat_text(f"{facts.texts_by_name['message']}/", len(named))
    return {
        # Two messages may each report a part of one payment; by its reference alone one would correct the other.
        "record_id": pc.if_else(pc.equal(named, ""), None, pc.binary_join_element_wise(message, named, "")),
        # Most of these messages state no time for a payment, so the message's own counts.
        "time": repeat_text(facts.created_at, len(named)),
        "kind": kind,
        "uetr": uetr,
        "end_to_end_id": clean_reference(cells["end_to_end_id"]),
        # A number of the sender's own system may occur at another bank too; it is used only without a UETR.
        "transfer_id": pc.if_else(pc.equal(uetr, ""), cells["tx_id"], None),
        "amount": amount,
        "currency": coalesce_texts(cells["currency"], "THB"),
        "reason": cells["reason"],
        "text": cells["text"],
    }


def _read_statuses(cells: Cells, facts: MessageFacts) -> MessageColumns:
    status = coalesce_texts(cells["status"], facts.texts_by_name["group_status"])
    kept = pc.is_in(status, pa.array(NEVER_PAID))
    kind = repeat_text("rejected", len(status))
    return MessageColumns(
        _build_returns(kind, cells, facts),
        passed_over=pc.if_else(kept, None, coalesce_texts(status, "no status")),
    )


def _read_paid_back(cells: Cells, facts: MessageFacts) -> MessageColumns:
    kind = repeat_text("returned", len(cells["amount"]))
    columns = _build_returns(kind, cells, facts)
    return MessageColumns({**columns, "time": coalesce_texts(cells["settled"], facts.created_at or "")})


def _read_resolutions(cells: Cells, facts: MessageFacts) -> MessageColumns:
    status = cells["status"]
    kind = repeat_text("returned", len(status))
    # Answers to our holds come in the same message; they are read by the orders' side.
    ours = pc.match_substring_regex(coalesce_texts(cells["case"], facts.texts_by_name["case"]), _OURS)
    passed = pc.if_else(pc.or_(ours, pc.equal(status, "ACCR")), None, coalesce_texts(status, "no status"))
    # An answer to a hold says what is held, and that nothing has gone back yet.
    return MessageColumns(_build_returns(kind, cells, facts), passed, pc.if_else(ours, "our_order", None))


def _read_recalls(cells: Cells, facts: MessageFacts) -> MessageColumns:
    return MessageColumns(_build_returns(repeat_text("recalled", len(cells["amount"])), cells, facts))


FATES = (
    MessageSpec(
        "pacs.002",
        "returns",
        "TxInfAndSts",
        {**_ORIGINAL, "id": "m:StsId", "status": "m:TxSts", **_make_reason_paths("StsRsnInf")},
        _read_statuses,
        GIVES,
        extra_header="OrgnlGrpInfAndSts",
        # One status for the whole message covers all its payments; of several it is not stated which covers which.
        around_paths={**_HEADER, "group_status": "m:OrgnlGrpInfAndSts[last()=1]/m:GrpSts"},
        passed_over_note=Texts(
            "สิ่งที่แจ้งว่ารับแล้วหรือกำลังดำเนินการไม่เปลี่ยนแปลงอะไร",
            "What is told as accepted or on its way changes nothing.",
        ),
    ),
    MessageSpec(
        "pacs.004",
        "returns",
        "TxInf",
        {
            **_ORIGINAL,
            "amount": "m:RtrdIntrBkSttlmAmt",
            "currency": "m:RtrdIntrBkSttlmAmt/@Ccy",
            "id": "m:RtrId",
            "settled": "m:SttlmTmIndctn/*",
            **_make_reason_paths("RtrRsnInf"),
        },
        _read_paid_back,
        GIVES,
        around_paths=_HEADER,
    ),
    MessageSpec(
        "camt.029",
        "returns",
        "TxInfAndSts",
        {
            **_ORIGINAL,
            "amount": "m:RsltnRltdInf/m:IntrBkSttlmAmt",
            "currency": "m:RsltnRltdInf/m:IntrBkSttlmAmt/@Ccy",
            "id": "m:CxlStsId",
            "status": "m:TxCxlSts",
            "case": "m:RslvdCase/m:Id",
            **_make_reason_paths("CxlStsRsnInf"),
        },
        _read_resolutions,
        GIVES,
        header="Assgnmt",
        extra_header="RslvdCase",
        around_paths={**_HEADER, "case": "m:RslvdCase/m:Id"},
        passed_over_note=Texts(
            "เมื่อคำขอคืนถูกปฏิเสธหรือยังไม่ตัดสิน เงินยังอยู่ที่เดิม",
            "Where a recall was refused or is not decided, the money stays where it is.",
        ),
    ),
    MessageSpec(
        "camt.056",
        "returns",
        "TxInf",
        {**_ORIGINAL, "id": "m:CxlId", **_make_reason_paths("CxlRsnInf")},
        _read_recalls,
        GIVES,
        header="Assgnmt",
        around_paths=_HEADER,
    ),
)
