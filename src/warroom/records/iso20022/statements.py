"""camt.052, camt.053 and camt.054: an account's entries as transfers, its balances, and what was taken back as returns."""

import pyarrow as pa
import pyarrow.compute as pc

from warroom.bilingual.texts import Texts
from warroom.records.iso20022.fates import GIVES as RETURNS
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
from warroom.records.iso20022.payments import GIVES as TRANSFERS
from warroom.records.statement import CASH

BALANCES = ("bank", "account", "time", "amount")
"""The columns of balances that a statement gives."""

# Characters of a date without a time.
DAY = len("2026-11-20")
BY_CASH = ("CDPT", "CWDL", "BCDP", "BCWD", "FCDP", "FCWD", "XBCW")
BY_CARD = ("POSD", "XBCP")
"""Sub-families of bank transaction codes: cash paid in and out, at a desk or by card, and purchases by card."""

BOOKED = ("OPBD", "CLBD", "ITBD", "PRCD")
"""Balances of what is booked: opening, closing, in between, of the closing before."""
AT_OPENING = ("OPBD",)

_OWN = {
    **make_account_paths("own", "*/m:Acct"),
    **make_bank_paths("own", "*/m:Acct/m:Svcr"),
    "created_at": "*/m:CreDtTm",
}
_GROUPS = ("Rpt", "Stmt", "Ntfctn")
_NAMES = ("camt.052", "camt.053", "camt.054")

_ENTRY = "ancestor-or-self::m:Ntry"
_DETAILS = "m:NtryDtls/m:TxDtls|m:TxDtls"
_PAYMENT = {
    "several": f"count({_ENTRY}/m:NtryDtls/m:TxDtls|{_ENTRY}/m:TxDtls) > 1",
    "place": "position()",
    "uetr": "m:Refs/m:UETR",
    "tx_id": "m:Refs/m:TxId",
    "end_to_end_id": "m:Refs/m:EndToEndId",
    "tx_ref": "m:Refs/m:AcctSvcrRef",
    "entry_ref": f"{_ENTRY}/m:AcctSvcrRef",
    "entry_amount": f"{_ENTRY}/m:Amt",
    "entry_currency": f"{_ENTRY}/m:Amt/@Ccy",
    "amount": "self::m:TxDtls/m:Amt",
    "currency": "self::m:TxDtls/m:Amt/@Ccy",
    "moved": "m:AmtDtls/m:TxAmt/m:Amt",
    "moved_currency": "m:AmtDtls/m:TxAmt/m:Amt/@Ccy",
    "side": "self::m:TxDtls/m:CdtDbtInd",
    "entry_side": f"{_ENTRY}/m:CdtDbtInd",
    # A payment that came back is often booked as an entry of its own with the reason of the return.
    "back": f"{_ENTRY}/m:RvslInd = 'true' or {_ENTRY}/m:RvslInd = '1' or boolean(m:RtrInf)",
    "status": f"normalize-space({_ENTRY}/m:Sts)",
    "accepted": "m:RltdDts/m:AccptncDtTm",
    "done": "m:RltdDts/m:TxDtTm",
    "booked": f"{_ENTRY}/m:BookgDt/*",
    "valued": f"{_ENTRY}/m:ValDt/*",
    "family": "m:BkTxCd/m:Domn/m:Fmly/m:SubFmlyCd",
    "entry_family": f"{_ENTRY}/m:BkTxCd/m:Domn/m:Fmly/m:SubFmlyCd",
    "purpose": "m:Purp/*",
    "reason": "m:RtrInf/*[self::m:Rsn or self::m:RtrRsn]/*",
    "text": "m:RtrInf/*[self::m:AddtlInf or self::m:AddtlRtrRsnInf]",
    **make_bank_paths("payer", "m:RltdAgts/m:DbtrAgt"),
    **make_account_paths("payer", "m:RltdPties/m:DbtrAcct"),
    **make_bank_paths("payee", "m:RltdAgts/m:CdtrAgt"),
    **make_account_paths("payee", "m:RltdPties/m:CdtrAcct"),
}


def _read_transfers(cells: Cells, facts: MessageFacts) -> MessageColumns:
    sides = _build_sides(cells, facts)
    columns = {
        **sides,
        **_build_amounts(cells),
        "record_id": _build_record_ids(cells, sides),
        "time": _build_times(cells),
        "channel": _build_channel(cells),
        "end_to_end_id": clean_reference(cells["end_to_end_id"]),
        "uetr": cells["uetr"],
        "purpose": cells["purpose"],
    }
    return MessageColumns(
        columns, refusal_codes=_build_refusals(cells, facts), day_only_count=_count_days_only(columns["time"])
    )


def _read_returns(cells: Cells, facts: MessageFacts) -> MessageColumns:
    size, sides = len(cells["back"]), _build_sides(cells, facts)
    columns = {
        **_build_amounts(cells),
        "record_id": _build_record_ids(cells, sides),
        "time": _build_times(cells),
        "kind": repeat_text("returned", size),
        "uetr": cells["uetr"],
        "end_to_end_id": clean_reference(cells["end_to_end_id"]),
        # Only without a UETR, which names the payment at every bank.
        "transfer_id": pc.if_else(pc.equal(cells["uetr"], ""), cells["tx_id"], None),
        "reason": cells["reason"],
        "text": cells["text"],
    }
    kept = pc.equal(cells["back"], "true")
    refused = _build_refusals(cells, facts)
    # Both are reasons against a transfer only: a return is what is wanted here, and needs no own bank.
    refused = pc.if_else(pc.is_in(refused, pa.array(["back", "own_bank"])), None, refused)
    return MessageColumns(columns, passed_over=pc.if_else(kept, None, "payments"), refusal_codes=refused)


def _build_sides(cells: Cells, facts: MessageFacts) -> dict[str, pa.Array]:
    """Payer and payee: the statement's own account on one side, on the other what the payment names."""
    size = len(cells["side"])
    out = pc.equal(coalesce_texts(cells["side"], cells["entry_side"]), "DBIT")
    bank, own = (repeat_text(text, size) for text in _find_own_account(facts))
    cash = pc.equal(_build_channel(cells), "cash")
    other = pc.if_else(out, pick_account(cells, "payee"), pick_account(cells, "payer"))
    other_bank = pc.if_else(out, pick_bank(cells, "payee"), pick_bank(cells, "payer"))
    # At a desk and at a machine there is no other account: cash is of the bank's own, as on any statement.
    at_desk = pc.and_(cash, pc.equal(other, ""))
    other, other_bank = pc.if_else(at_desk, CASH, other), pc.if_else(at_desk, bank, other_bank)
    return {
        "payer_bank": pc.if_else(out, bank, other_bank),
        "payer": pc.if_else(out, own, other),
        "payee_bank": pc.if_else(out, other_bank, bank),
        "payee": pc.if_else(out, other, own),
    }


def _find_own_account(facts: MessageFacts) -> tuple[str, str]:
    about = facts.texts_by_name
    return about["own_member"] or about["own_bic"], about["own_other"] or about["own_iban"]


def _build_channel(cells: Cells) -> pa.Array:
    family = coalesce_texts(cells["family"], cells["entry_family"])
    card = pc.if_else(pc.is_in(family, pa.array(BY_CARD)), "card", "transfer")
    return pc.if_else(pc.is_in(family, pa.array(BY_CASH)), "cash", card)


def _build_amounts(cells: Cells) -> dict[str, pa.Array]:
    """What moved on the account: of an entry's only payment the entry's amount, of several each one's own."""
    several = pc.equal(cells["several"], "true")
    own, currency = (
        coalesce_texts(cells["amount"], cells["moved"]),
        coalesce_texts(cells["currency"], cells["moved_currency"]),
    )
    return {
        "amount": pc.if_else(several, own, cells["entry_amount"]),
        "currency": pc.if_else(several, currency, cells["entry_currency"]),
    }


def _build_refusals(cells: Cells, facts: MessageFacts) -> pa.Array:
    several = pc.equal(cells["several"], "true")
    currency = _build_amounts(cells)["currency"]
    mixed = pc.and_(
        several, pc.and_(pc.not_equal(currency, ""), pc.not_equal(currency, cells["entry_currency"]))
    )
    code = pc.if_else(
        mixed, "mixed", pa.scalar(None if _find_own_account(facts)[0] else "own_bank", pa.string())
    )
    code = pc.if_else(pc.equal(cells["back"], "true"), "back", code)
    # Pending first: an entry that is not booked may still change in everything else.
    return pc.if_else(pc.equal(cells["status"], "BOOK"), code, "pending")


def _build_times(cells: Cells) -> pa.Array:
    return coalesce_texts(cells["accepted"], cells["done"], cells["booked"], cells["valued"])


def _count_days_only(times: pa.Array) -> int:
    return int(pc.sum(pc.equal(pc.utf8_length(times), DAY)).as_py() or 0)


def _build_record_ids(cells: Cells, sides: dict[str, pa.Array]) -> pa.Array:
    """The payment's reference with its two accounts, since a transfer within one bank is on both accounts'
    statements.

    A payment without a reference gets its position in the entry, so that payments of one entry never correct
    each other.
    """
    entry = pc.binary_join_element_wise(cells["entry_ref"], cells["place"], "/")
    entry = pc.if_else(pc.equal(cells["several"], "true"), entry, cells["entry_ref"])
    named = coalesce_texts(cells["uetr"], cells["tx_ref"], cells["tx_id"], entry)
    numbered_sides = pc.binary_join_element_wise(named, sides["payer"], sides["payee"], ":")
    return pc.if_else(pc.equal(named, ""), None, numbered_sides)


_BALANCE = {
    "kind": "m:Tp/m:CdOrPrtry/m:Cd|m:Tp/m:Cd",
    "amount": "m:Amt",
    "side": "m:CdtDbtInd",
    "time": "m:Dt/*",
}


def _read_balances(cells: Cells, facts: MessageFacts) -> MessageColumns:
    bank, own = (repeat_text(text, len(cells["kind"])) for text in _find_own_account(facts))
    minus = pc.if_else(pc.equal(cells["side"], "DBIT"), "-", "")
    columns = {
        "bank": bank,
        "account": own,
        "time": _build_balance_times(cells["kind"], cells["time"]),
        "amount": pc.binary_join_element_wise(minus, cells["amount"], ""),
    }
    kept = pc.is_in(cells["kind"], pa.array(BOOKED))
    return MessageColumns(
        columns, passed_over=pc.if_else(kept, None, coalesce_texts(cells["kind"], "no kind"))
    )


def _build_balance_times(kind: pa.Array, time: pa.Array) -> pa.Array:
    """When a balance was so: a day's closing at its last moment, its opening at the last moment of the day before.

    A balance includes every movement of its own moment, and movements that name only a day are at its midnight.
    """
    whole = pc.equal(pc.utf8_length(time), DAY)
    day = pc.strptime(pc.if_else(whole, time, None), "%Y-%m-%d", "s", error_is_null=True)
    # The last moment of the day before, so that movements at midnight come after the opening balance.
    before = pc.subtract(day, pa.scalar(86_400, pa.duration("s")))
    day = pc.if_else(pc.is_in(kind, pa.array(AT_OPENING)), before, day)
    last = pc.binary_join_element_wise(pc.strftime(day, "%Y-%m-%d"), "T23:59:59.999999", "")
    return pc.if_else(pc.is_valid(last), last, time)


STATEMENTS = (
    *(
        MessageSpec(
            name, "transfers", "Ntry", _PAYMENT, _read_transfers, TRANSFERS,
            groups=_GROUPS, around_paths=_OWN, payment_path=f"{_DETAILS}|self::*[not({_DETAILS})]", missing_flaw="other_side",
        )
        for name in _NAMES
    ),
    *(
        MessageSpec(
            name, "balances", "Bal", _BALANCE, _read_balances, BALANCES,
            groups=_GROUPS, around_paths=_OWN, ignored_element="Ntry",
            passed_over_note=Texts("ยอดที่คาดไว้หรือวงเงินที่เบิกได้ไม่ใช่ยอดที่ลงบัญชี", "What is expected or may be drawn is no booked balance."),
        )
        for name in _NAMES
    ),
    *(
        MessageSpec(
            name, "returns", "Ntry", _PAYMENT, _read_returns, RETURNS,
            groups=_GROUPS, around_paths=_OWN, payment_path=f"{_DETAILS}|self::*[not({_DETAILS})]",
            passed_over_note=Texts("รายการที่ไม่ใช่การคืนเป็นการโอน: 'warroom ingest transfers'", "Entries that take nothing back are transfers: 'warroom ingest transfers'."),
        )
        for name in _NAMES
    ),
)  # fmt: skip
