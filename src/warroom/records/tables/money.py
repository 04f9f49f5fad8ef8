"""Accounts, what lies in them and what moves between them."""

from warroom.records.table import Column, Table, choice, moment, text

CHANNELS = ("transfer", "qr", "card", "cash", "crypto", "abroad", "goods", "batch", "other")

CURRENCY = Column(
    "currency",
    "text",
    "ISO 4217",
    "The currency of the amount; THB where a file has no such column.",
    required=True,
    default="THB",
)

accounts = Table(
    "accounts",
    (
        text("bank", "The bank that keeps the account: its code or BIC.", required=True),
        text("account", "The account's number at that bank.", required=True),
        text("holder_id", "Who holds it: the record_id of a holder."),
        moment("opened_at", "When it was opened.", old=True),
        text("type", "What kind of account the bank calls it."),
        text("tier", "The bank's customer tier or risk class."),
        text("limits", "Its limits, in the bank's own words."),
    ),
    "Accounts at banks and wallets. An account is (bank, account).",
)

balances = Table(
    "balances",
    (
        text("bank", "The bank that keeps the account.", required=True),
        text("account", "The account's number at that bank.", required=True),
        moment("time", "When the balance was so.", required=True),
        Column(
            "amount", "money", "currency of the account", "What was booked; below zero when overdrawn.", True
        ),
        Column("available", "money", "currency of the account", "What could be withdrawn then."),
    ),
    "What lay in an account at a moment.",
    "time",
)

transfers = Table(
    "transfers",
    (
        moment("time", "When the paying bank accepted it.", required=True),
        text("payer_bank", "The bank of the payer.", required=True),
        text("payer", "The payer's account.", required=True),
        text("payee_bank", "The bank of the payee.", required=True),
        text("payee", "The payee's account.", required=True),
        Column(
            "amount", "money", "currency", "What moved; always more than zero.", required=True, positive=True
        ),
        CURRENCY,
        choice(
            "channel",
            "The way it went; 'transfer' where a file has no such column.",
            *CHANNELS,
            required=True,
            default="transfer",
        ),
        text("end_to_end_id", "The payer's reference, the same in both banks' copies."),
        text(
            "uetr", "The unique end-to-end transaction reference, the same in both banks' copies.", "UUID v4"
        ),
        text("purpose", "The purpose code or text."),
        text("device_id", "The device that ordered it."),
    ),
    "Money that moved between two accounts; from an account to itself, it carries no taint.",
    "time",
)

TABLES = (accounts, balances, transfers)
