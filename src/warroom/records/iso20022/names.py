"""What the messages of ISO 20022 are called, for people who were sent one."""

import re

from warroom.bilingual.texts import Texts
from warroom.errors import RecordsError

NAMESPACE = re.compile(r"urn:(?:iso:std:iso:20022:tech|swift):xsd:\$?([a-z]{4}\.\d{3})\.\d{3}\.\d{2}")

NAMES = {
    "pacs.002": Texts("ผลของการชำระเงิน", "what became of payments"),
    "pacs.003": Texts("การหักบัญชีระหว่างธนาคาร", "a direct debit between banks"),
    "pacs.004": Texts("การคืนเงิน", "payments that are returned"),
    "pacs.007": Texts("การกลับรายการหักบัญชี", "a reversal of direct debits"),
    "pacs.008": Texts("การโอนของลูกค้าระหว่างธนาคาร", "customers' payments between banks"),
    "pacs.009": Texts("การโอนระหว่างธนาคาร", "transfers between banks"),
    "pacs.010": Texts("การหักบัญชีของธนาคาร", "a direct debit of a bank"),
    "pacs.028": Texts("คำถามถึงผลของการชำระเงิน", "a question what became of payments"),
    "pacs.029": Texts("คำขอชำระดุลพหุภาคีของธนาคาร", "a bank's request for multilateral settlement"),
    "pain.001": Texts("การชำระเงินที่ลูกค้าขอ", "payments that a customer asked for"),
    "pain.002": Texts("ผลของการชำระเงินที่ลูกค้าขอ", "what became of payments that a customer asked for"),
    "pain.007": Texts("การกลับรายการหักบัญชีของลูกค้า", "a customer's reversal of direct debits"),
    "pain.008": Texts("การหักบัญชีที่ลูกค้าขอ", "a customer's direct debits"),
    "pain.013": Texts("คำขอให้จ่ายเงิน", "a request to pay"),
    "pain.014": Texts("คำตอบต่อคำขอให้จ่ายเงิน", "the answer to a request to pay"),
    "camt.003": Texts("คำถามเรื่องบัญชี", "a question about accounts"),
    "camt.004": Texts("คำตอบเรื่องบัญชี", "an answer about accounts"),
    "camt.026": Texts("คำแจ้งว่าลงรายการไม่ได้", "a claim that a payment cannot be applied"),
    "camt.027": Texts("คำแจ้งว่าไม่ได้รับเงิน", "a claim that a payment was not received"),
    "camt.028": Texts("ข้อมูลเพิ่มเติมของการชำระเงิน", "more about a payment"),
    "camt.029": Texts("คำตอบต่อการเรียกคืนหรือการสอบถาม", "the answer to a recall or an investigation"),
    "camt.052": Texts("รายงานบัญชีระหว่างวัน", "an account's report of the day"),
    "camt.053": Texts("รายการเดินบัญชี", "a statement"),
    "camt.054": Texts("แจ้งรายการหักและเข้าบัญชี", "a notice of debits and credits"),
    "camt.055": Texts("การเรียกคืนของลูกค้า", "a customer's recall of payments"),
    "camt.056": Texts("การเรียกคืนของธนาคาร", "a bank's recall of payments"),
    "camt.057": Texts("แจ้งเงินที่จะเข้า", "a notice of money to come"),
    "camt.058": Texts("การถอนแจ้งเงินที่จะเข้า", "a withdrawn notice of money to come"),
    "camt.060": Texts("คำขอรายการเดินบัญชี", "a request for a statement"),
    "camt.110": Texts("คำถามของธนาคารในการสอบถาม", "a bank's question in an investigation"),
    "camt.111": Texts("คำตอบของธนาคารในการสอบถาม", "a bank's answer in an investigation"),
    "admi.002": Texts("การปฏิเสธข้อความ", "a rejection of a message"),
    "admi.004": Texts("ประกาศของระบบ", "a notice of the system"),
    "admi.007": Texts("การตอบรับ", "an acknowledgement"),
    "admi.011": Texts("การตอบรับของระบบ", "an acknowledgement of the system"),
    "admi.998": Texts("การบริหารระบบ", "administration of the system"),
    "head.001": Texts("ส่วนหัวของข้อความ ไม่มีตัวข้อความ", "the header of a message, without the message"),
    "head.002": Texts("ส่วนหัวของไฟล์ข้อความ", "the header of a file of messages"),
}
AREAS = {
    "acmt": Texts("การจัดการบัญชี", "management of accounts"),
    "admi": Texts("การบริหาร", "administration"),
    "auth": Texts("รายงานต่อหน่วยงานกำกับ", "a report to an authority"),
    "caaa": Texts("การจ่ายด้วยบัตรที่ร้าน", "a card payment at a shop"),
    "cain": Texts("การจ่ายด้วยบัตรระหว่างธนาคาร", "a card payment between banks"),
    "camt": Texts("การจัดการเงินสด", "cash management"),
    "catm": Texts("การจัดการเครื่องรับบัตร", "management of card terminals"),
    "colr": Texts("หลักประกัน", "collateral"),
    "fxtr": Texts("การค้าเงินตราต่างประเทศ", "trade in foreign currencies"),
    "head": Texts("ส่วนหัว", "a header"),
    "pacs": Texts("การชำระเงินระหว่างธนาคาร", "payments between banks"),
    "pain": Texts("การชำระเงินระหว่างลูกค้ากับธนาคาร", "payments between a customer and a bank"),
    "reda": Texts("ข้อมูลอ้างอิง", "reference data"),
    "remt": Texts("ใบแจ้งการโอน", "remittance advice"),
    "secl": Texts("การหักบัญชีหลักทรัพย์", "clearing of securities"),
    "seev": Texts("เหตุการณ์ของหลักทรัพย์", "events of securities"),
    "semt": Texts("การจัดการหลักทรัพย์", "management of securities"),
    "sese": Texts("การส่งมอบหลักทรัพย์", "settlement of securities"),
    "setr": Texts("การซื้อขายหลักทรัพย์", "trade in securities"),
    "trea": Texts("การบริหารเงิน", "treasury"),
    "tsmt": Texts("บริการการค้า", "trade services"),
    "tsin": Texts("การเงินเพื่อการค้า", "trade finance"),
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
"""The element, or the key in JSON, that holds a message's content."""


_IN_JSON = re.compile(r'(?<!\\)"(?:TxTp"\s*:\s*"([a-z]{4}\.\d{3})|(' + "|".join(ROOTS) + r')"\s*:\s*[{\[])')
"""A message in JSON: its type as some programs write it, or the element that holds its content."""


def describe_message(message: str) -> Texts:
    """A message with what it is, as in `camt.053 (a statement)`."""
    what = NAMES.get(message) or AREAS.get(message[:4])
    if what is None:
        return Texts(f"{message} ซึ่งเป็นข้อความของ ISO 20022", f"{message}, a message of ISO 20022")
    return Texts(f"{message} ({what.th})", f"{message} ({what.en})")


def find_message_name(namespace: str | None) -> str | None:
    """The message that a namespace is of, such as pacs.008; None where it is no namespace of ISO 20022."""
    found = NAMESPACE.fullmatch(namespace or "")
    return found[1] if found else None


def check_not_json_message(text: str, name: str) -> None:
    """Raise RecordsError where JSON holds a message, whose XML form is the one that is read."""
    if found := _IN_JSON.search(text):
        raise RecordsError(
            "records.message-in-json", name=name, message=describe_message(found[1] or ROOTS[found[2]])
        )
