"""What the messages of ISO 20022 are called, for people who were sent one."""

import re

from warroom.errors import RecordsError

NAMESPACE = re.compile(r"urn:(?:iso:std:iso:20022:tech|swift):xsd:\$?([a-z]{4}\.\d{3})\.\d{3}\.\d{2}")

NAMES = {
    "pacs.002": "what became of payments",
    "pacs.003": "a direct debit between banks",
    "pacs.004": "payments that are returned",
    "pacs.007": "a reversal of direct debits",
    "pacs.008": "customers' payments between banks",
    "pacs.009": "transfers between banks",
    "pacs.010": "a direct debit of a bank",
    "pacs.028": "a question what became of payments",
    "pacs.029": "a bank's request for multilateral settlement",
    "pain.001": "payments that a customer asked for",
    "pain.002": "what became of payments that a customer asked for",
    "pain.007": "a customer's reversal of direct debits",
    "pain.008": "a customer's direct debits",
    "pain.013": "a request to pay",
    "pain.014": "the answer to a request to pay",
    "camt.003": "a question about accounts",
    "camt.004": "an answer about accounts",
    "camt.026": "a claim that a payment cannot be applied",
    "camt.027": "a claim that a payment was not received",
    "camt.028": "more about a payment",
    "camt.029": "the answer to a recall or an investigation",
    "camt.052": "an account's report of the day",
    "camt.053": "a statement",
    "camt.054": "a notice of debits and credits",
    "camt.055": "a customer's recall of payments",
    "camt.056": "a bank's recall of payments",
    "camt.057": "a notice of money to come",
    "camt.058": "a withdrawn notice of money to come",
    "camt.060": "a request for a statement",
    "camt.110": "a bank's question in an investigation",
    "camt.111": "a bank's answer in an investigation",
    "admi.002": "a rejection of a message",
    "admi.004": "a notice of the system",
    "admi.007": "an acknowledgement",
    "admi.011": "an acknowledgement of the system",
    "admi.998": "administration of the system",
    "head.001": "the header of a message, without the message",
    "head.002": "the header of a file of messages",
}
AREAS = {
    "acmt": "management of accounts",
    "admi": "administration",
    "auth": "a report to an authority",
    "caaa": "a card payment at a shop",
    "cain": "a card payment between banks",
    "camt": "cash management",
    "catm": "management of card terminals",
    "colr": "collateral",
    "fxtr": "trade in foreign currencies",
    "head": "a header",
    "pacs": "payments between banks",
    "pain": "payments between a customer and a bank",
    "reda": "reference data",
    "remt": "remittance advice",
    "secl": "clearing of securities",
    "seev": "events of securities",
    "semt": "management of securities",
    "sese": "settlement of securities",
    "setr": "trade in securities",
    "trea": "treasury",
    "tsmt": "trade services",
    "tsin": "trade finance",
}
ROOTS = {
    "FIToFICstmrCdtTrf": "pacs.008",
    "FIToFIPmtStsRpt": "pacs.002",
    "FIToFIPmtSts": "pacs.002",
    "PmtRtr": "pacs.004",
    "FICdtTrf": "pacs.009",
    "CstmrCdtTrfInitn": "pain.001",
    "CstmrPmtStsRpt": "pain.002",
    "CdtrPmtActvtnReq": "pain.013",
    "BkToCstmrAcctRpt": "camt.052",
    "BkToCstmrStmt": "camt.053",
    "BkToCstmrDbtCdtNtfctn": "camt.054",
    "RsltnOfInvstgtn": "camt.029",
    "FIToFIPmtCxlReq": "camt.056",
}
"""The element, or the key in JSON, that a message's content stands in."""


_IN_JSON = re.compile(r'(?<!\\)"(?:TxTp"\s*:\s*"([a-z]{4}\.\d{3})|(' + "|".join(ROOTS) + r')"\s*:\s*[{\[])')
"""A message in JSON: its type as some programs write it, or the element its content stands in."""


def called(message: str) -> str:
    """A message with what it is, as in `camt.053 (a statement)`."""
    what = NAMES.get(message) or AREAS.get(message[:4])
    return f"{message} ({what})" if what else f"{message}, a message of ISO 20022"


def message_of(namespace: str | None) -> str | None:
    """The message that a namespace is of, such as pacs.008; None where it is no namespace of ISO 20022."""
    found = NAMESPACE.fullmatch(namespace or "")
    return found[1] if found else None


def refuse_in_json(text: str, name: str) -> None:
    """Raise RecordsError where JSON holds a message, whose XML form is the one that is read."""
    if found := _IN_JSON.search(text):
        raise RecordsError(
            f"{name} is {called(found[1] or ROOTS[found[2]])} in JSON; the message is read in XML, which its sender has too: ask for that."
        )
