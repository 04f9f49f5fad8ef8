"""Tables of accounts, balances, transfers and returns."""

from warroom.bilingual.texts import Texts
from warroom.marking import Mark
from warroom.records.table import (
    StatedTie,
    Table,
    make_choice_column,
    make_column,
    make_text_column,
    make_time_column,
)

CHANNELS = ("transfer", "qr", "card", "cash", "crypto", "abroad", "goods", "batch", "other")

CURRENCY = make_column(
    "currency",
    "currency",
    "สกุลเงิน",
    "currency",
    "The currency of the amount; THB where a file has no such column.",
    "ISO 4217",
    required=True,
    default="THB",
)

accounts = Table(
    "accounts",
    Texts("ทะเบียนบัญชี", "account register"),
    (
        make_column("bank", "bank", "ธนาคาร", "bank", "The bank that keeps the account: its code or BIC.", required=True),
        make_column(
            "account", "account", "เลขที่บัญชี", "account number", "The account's number at that bank.",
            required=True, subject="account", beside="bank", typed="number", identifies=True,
        ),
        make_text_column(
            "holder_id", "ผู้ถือบัญชีหรือเลขหมาย", "holder", "Who holds it: the record_id of a holder.",
            subject="person", typed="number", identifies=True,
        ),
        make_time_column("opened_at", "เปิดเมื่อ", "opened", "When it was opened.", old=True, identifies=True),
        make_text_column("type", "ประเภท", "type", "What kind of account the bank calls it."),
        make_text_column("tier", "ระดับ", "class", "The bank's customer tier or risk class."),
        make_text_column("limits", "วงเงิน", "limits", "Its limits, in the bank's own words."),
    ),
    "Accounts at banks and wallets. An account is (bank, account).",
    ties=(StatedTie("holder_id", "holds", "account", since="opened_at"),),
)  # fmt: skip

balances = Table(
    "balances",
    Texts("ยอดคงเหลือ", "balance"),
    (
        make_column("bank", "bank", "ธนาคาร", "bank", "The bank that keeps the account.", required=True),
        make_column(
            "account", "account", "เลขที่บัญชี", "account number", "The account's number at that bank.",
            required=True, subject="account", beside="bank", identifies=True,
        ),
        make_time_column("time", "เวลา", "time", "When the balance was so.", required=True, identifies=True),
        make_column(
            "money", "amount", "ยอด", "amount", "What was booked; below zero when overdrawn.",
            "currency of the account", required=True,
        ),
        make_column("money", "available", "ถอนได้", "available", "What could be withdrawn then.", "currency of the account"),
    ),
    "What lay in an account at a moment.",
    "time",
)  # fmt: skip

transfers = Table(
    "transfers",
    Texts("รายการโอนเงิน", "money transfer"),
    (
        make_time_column("time", "เวลา", "time", "When the paying bank accepted it.", required=True, identifies=True),
        make_column("bank", "payer_bank", "ธนาคารผู้โอน", "payer's bank", "The bank of the payer.", required=True),
        make_column(
            "account", "payer", "บัญชีผู้โอน", "payer", "The payer's account.",
            required=True, subject="account", beside="payer_bank", identifies=True,
        ),
        make_column("bank", "payee_bank", "ธนาคารผู้รับ", "payee's bank", "The bank of the payee.", required=True),
        make_column(
            "account", "payee", "บัญชีผู้รับ", "payee", "The payee's account.",
            required=True, subject="account", beside="payee_bank", identifies=True,
        ),
        make_column(
            "money", "amount", "จำนวนเงิน", "amount", "What moved; always more than zero.", "currency",
            required=True, positive=True, identifies=True,
        ),
        CURRENCY,
        make_choice_column(
            "channel", "ช่องทาง", "channel", "The way it went; 'transfer' where a file has no such column.", *CHANNELS,
            required=True, default="transfer",
        ),
        make_text_column("end_to_end_id", "อ้างอิงของผู้โอน", "reference", "The payer's reference, the same in both banks' copies."),
        make_text_column(
            "uetr", "อ้างอิงธุรกรรม", "transaction reference",
            "The unique end-to-end transaction reference, the same in both banks' copies.", "UUID v4",
        ),
        make_text_column("purpose", "วัตถุประสงค์", "purpose", "The purpose code or text."),
        make_text_column("device_id", "อุปกรณ์", "device", "The device that ordered it.", subject="device"),
    ),
    "Money that moved between two accounts; from an account to itself, it carries no taint.",
    "time",
)  # fmt: skip

returns = Table(
    "returns",
    Texts("รายการโอนที่ถูกปฏิเสธหรือคืน", "rejected or returned payment"),
    (
        make_time_column("time", "เวลา", "time", "When it was rejected, or when the money went back.", required=True, identifies=True),
        make_choice_column(
            "kind", "ชนิด", "kind",
            "rejected: the payment never happened; returned: it did, and money of it went back to the payer; recalled: the "
            "payer's bank asks for it back, and nothing has moved yet.",
            "rejected", "returned", "recalled", required=True,
        ),
        make_text_column("uetr", "อ้างอิงธุรกรรม", "transaction reference", "The uetr of the payment it is about.", "UUID v4", identifies=True),
        make_text_column(
            "end_to_end_id", "อ้างอิงของผู้โอน", "reference",
            "The payer's reference of that payment; with the amount it stands in for a uetr.", identifies=True,
        ),
        make_text_column("transfer_id", "รายการโอน", "transfer", "The record_id of that payment's transfer, where it is known.", identifies=True),
        make_column(
            "money", "amount", "จำนวนเงิน", "amount",
            "What went back; of a rejected payment its amount. Empty: all of it.", "currency", positive=True,
        ),
        CURRENCY,
        make_text_column("reason", "รหัสเหตุผล", "reason", "Why: the code of the external ISO 20022 list.", "ISO 20022"),
        make_text_column("text", "ข้อความ", "text", "Why, in the bank's own words.", words=True),
    ),
    "Payments that a bank rejected (pacs.002 RJCT), returned (pacs.004, an accepted recall's camt.029) or recalls (camt.056).",
    "time",
)  # fmt: skip

waiting_payments = Table(
    "waiting_payments",
    Texts("รายการเงินเข้าที่รออยู่", "waiting payment"),
    (
        make_time_column("time", "เวลา", "time", "When it came in and began to wait.", required=True),
        make_text_column("reference", "รหัสคำขอ", "request", "The code of the request by which it waits.", required=True, identifies=True),
        make_text_column("transfer_id", "รายการโอน", "transfer", "The transfer, by its record_id, uetr or end_to_end_id.", typed="number", identifies=True),
        make_column("bank", "payer_bank", "ธนาคารผู้โอน", "paying bank", "The bank of the payer's account."),
        make_column("account", "payer", "บัญชีผู้โอน", "payer", "The account that paid.", subject="account", beside="payer_bank", typed="number"),
        make_text_column("payer_phone", "โทรศัพท์ผู้โอน", "payer's telephone", "Where the payer can be called.", "E.164", mark=Mark.PERSONAL),
        make_column("bank", "payee_bank", "ธนาคารผู้รับ", "receiving bank", "The bank of the payee's account.", required=True),
        make_column(
            "account", "payee", "บัญชีผู้รับ", "payee", "The account that it came to.",
            required=True, subject="account", beside="payee_bank", typed="number", identifies=True,
        ),
        make_column("money", "amount", "จำนวนเงิน", "amount", "The sum that waits.", "THB", required=True, low=0, identifies=True),
        make_column("flag", "paid_before", "เคยโอนมาก่อน", "paid before", "Whether the payer had paid this account before."),
    ),
    "Payments that wait at a bank because it was asked to let what comes in wait.",
    "time",
)  # fmt: skip

TABLES = (accounts, balances, transfers, returns, waiting_payments)
