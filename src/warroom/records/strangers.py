"""Files that hold no records in a form that is read here, each named for what it is and with what to do instead."""

import re

from warroom.errors import RecordsError
from warroom.records.job import Job

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
_OLD_XML = re.compile(rb"progid=.Excel\.Sheet|urn:schemas-microsoft-com:office:spreadsheet")


def refuse_strangers(job: Job, head: bytes) -> None:
    """Raise RecordsError for content that is no file of records, from its first bytes."""
    for mark, refusal in MARKS:
        if head.startswith(mark):
            raise RecordsError(refusal, name=job.name)
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe").lstrip()
    if text.startswith(b"<") and _OLD_XML.search(text):
        raise RecordsError("records.excel-2003", name=job.name)
