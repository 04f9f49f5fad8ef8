"""Files that hold no records in a form that is read here, each named for what it is and with what to do instead."""

import re

from warroom.bilingual.texts import Texts
from warroom.errors import RecordsError
from warroom.records.iso20022.names import describe_message
from warroom.records.job import ReadJob

_PICTURE = "records.is-picture"
_PACKED = "records.is-packed"
MARKS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "records.is-pdf"),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"II*\0", _PICTURE),
    (b"MM\0*", _PICTURE),
    (b"7z\xbc\xaf\x27\x1c", _PACKED),
    (b"Rar!", _PACKED),
    (b"BZh", _PACKED),
    (b"\xfd7zXZ", _PACKED),
    (b"{\\rtf", "records.is-rtf"),
    (b"SQLite format 3", "records.is-database"),
    (b"\x7fELF", "records.is-program"),
)
MESSAGES = {
    "101": (Texts("คำสั่งโอนของลูกค้า", "a customer's request to pay"), "pacs.008"),
    "102": (Texts("การโอนของลูกค้าหลายรายการ", "several customers' payments"), "pacs.008"),
    "103": (Texts("การโอนของลูกค้า", "a customer's payment"), "pacs.008"),
    "202": (Texts("การโอนระหว่างธนาคาร", "a transfer between banks"), "pacs.009"),
    "900": (Texts("แจ้งหักบัญชี", "a notice of a debit"), "camt.054"),
    "910": (Texts("แจ้งเข้าบัญชี", "a notice of a credit"), "camt.054"),
    "940": (Texts("รายการเดินบัญชี", "a statement"), "camt.053"),
    "941": (Texts("รายงานยอดคงเหลือ", "a report of balances"), "camt.052"),
    "942": (Texts("รายงานบัญชีระหว่างวัน", "an account's report of the day"), "camt.052"),
    "950": (Texts("รายการเดินบัญชีแบบย่อ", "a short statement"), "camt.053"),
}
"""SWIFT's older messages by their numbers: what each is, and the message of ISO 20022 that says the same."""
_BLOCKS = re.compile(r"\{1:[A-Z][0-9]{2}[A-Z0-9]{12}")
_NUMBERED = re.compile(r"\{2:[IO]([0-9]{3})")
_TAG = re.compile(r"^:([0-9]{2}[A-Z]?):", re.MULTILINE)
SIGNS = (
    ({"34F"}, "942"),
    ({"13D", "25"}, "942"),
    ({"60F", "86"}, "940"),
    ({"60M", "86"}, "940"),
    ({"61", "86"}, "940"),
    ({"60F", "61"}, "950"),
    ({"60M", "61"}, "950"),
    ({"60F"}, "941"),
    ({"28D", "50"}, "101"),
    ({"32A", "50", "59"}, "103"),
    ({"32B", "50", "59"}, "102"),
    ({"32A", "58"}, "202"),
)
"""The fields by which a message without its headers is known, the surest first; a field's letter need not be the one here."""
_OLD_XML = re.compile(rb"progid=.Excel\.Sheet|urn:schemas-microsoft-com:office:spreadsheet")


def check_known_format(job: ReadJob, head: bytes) -> None:
    """Raise RecordsError for content that is no file of records, from its first bytes."""
    for mark, refusal in MARKS:
        if head.startswith(mark):
            raise RecordsError(refusal, name=job.name)
    # Without zeros and byte order marks, UTF-16 text is recognised like any other.
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe").lstrip()
    _check_not_swift(job, text.decode("latin-1").lstrip("\x01\x03$ \r\n"))
    if text.startswith(b"<") and _OLD_XML.search(text):
        raise RecordsError("records.excel-2003", name=job.name)


def _check_not_swift(job: ReadJob, text: str) -> None:
    """Raise RecordsError for one of SWIFT's older messages, with or without its headers, naming what to ask for instead."""
    if not _BLOCKS.match(text) and not re.match(r"\{4:|:[0-9]{2}[A-Z]?:", text):
        return
    number = _find_message_number(text)
    if number is None:
        raise RecordsError("records.is-swift", name=job.name)
    what, instead = MESSAGES[number]
    raise RecordsError(
        "records.is-swift-named",
        name=job.name,
        message=f"MT{number}",
        what=what,
        instead=describe_message(instead),
    )


def _find_message_number(text: str) -> str | None:
    numbered = _NUMBERED.search(text)
    if numbered:
        return numbered[1] if numbered[1] in MESSAGES else None
    tags = {tag for found in _TAG.findall(text) for tag in (found, found[:2])}
    return next((number for wanted, number in SIGNS if wanted <= tags), None)
