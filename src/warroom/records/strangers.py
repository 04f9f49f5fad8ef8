"""Files that hold no records in a form that is read here, each named for what it is and with what to do instead."""

import re

from warroom.errors import RecordsError
from warroom.records.job import Job

_PICTURE = "a picture; type it off, or ask the partner for the file that it was made from"
_PACKED = "an archive of a kind that is not read here; unpack it and ingest the files in it"
MARKS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF; ask for the CSV file or workbook that it was printed from"),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"II*\0", _PICTURE),
    (b"MM\0*", _PICTURE),
    (b"7z\xbc\xaf\x27\x1c", _PACKED),
    (b"Rar!", _PACKED),
    (b"BZh", _PACKED),
    (b"\xfd7zXZ", _PACKED),
    (b"{\\rtf", "a text document (RTF); export the table in it as CSV"),
    (b"SQLite format 3", "an SQLite database; export the table in it as CSV"),
    (b"\x7fELF", "a program"),
)
_OLD_XML = re.compile(rb"progid=.Excel\.Sheet|urn:schemas-microsoft-com:office:spreadsheet")


def refuse_strangers(job: Job, head: bytes) -> None:
    """Raise RecordsError for content that is no file of records, from its first bytes."""
    for mark, what in MARKS:
        if head.startswith(mark):
            raise RecordsError(f"{job.name} is {what}.")
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe").lstrip()
    if text.startswith(b"<") and _OLD_XML.search(text):
        raise RecordsError(
            f"{job.name} is a workbook in the XML of Excel 2003; open it in a spreadsheet program and save it as xlsx."
        )
