"""Calls, messages, SIM cards and names on the internet."""

from warroom.records.table import Column, Table, choice, moment, text

calls = Table(
    "calls",
    (
        moment("time", "When the call began.", required=True),
        text("from", "The calling number.", "E.164", required=True),
        text("to", "The called number.", "E.164", required=True),
        Column("duration_s", "number", "seconds", "How long it lasted.", low=0),
        text("cell", "The cell the caller was in."),
        text("imei", "The device the caller used.", "IMEI"),
    ),
    "Calls, as an operator records them.",
    "time",
)

messages = Table(
    "messages",
    (
        moment("time", "When it was sent.", required=True),
        text("from", "The sending number or account."),
        text("to", "The receiving number or account."),
        choice(
            "medium",
            "The way it went.",
            "sms",
            "mms",
            "line",
            "whatsapp",
            "telegram",
            "messenger",
            "wechat",
            "email",
            "other",
            required=True,
        ),
        text("text", "The words, only from reports, tips and lures; never bulk content.", long=True),
        text("hash", "A fingerprint of the words, to find the same message again."),
    ),
    "Messages that someone reported or a lure received.",
    "time",
)

sims = Table(
    "sims",
    (
        text("msisdn", "The number.", "E.164", required=True),
        text("imsi", "The card's subscriber number.", "IMSI"),
        text("holder_id", "Who registered it: the record_id of a holder."),
        moment("registered_at", "When it was registered."),
        text("batch", "The batch it was sold in."),
        text("dealer", "The dealer that sold it."),
    ),
    "SIM cards and who registered them.",
)

domains = Table(
    "domains",
    (
        text("name", "The domain name.", required=True),
        moment("first_seen", "When it was first seen."),
        text("registrar", "Where it was registered."),
        text("host", "Where it is hosted."),
        text("certificate", "The fingerprint of its certificate."),
        moment("removed_at", "When it was taken down."),
    ),
    "Domain names that deceive, or are suspected to.",
)

TABLES = (calls, messages, sims, domains)
