"""Names of months as files and people write them, Thai and English, short and long."""

import re

MONTHS = (
    "ม.ค. มกราคม jan january", "ก.พ. กุมภาพันธ์ feb february", "มี.ค. มีนาคม mar march",
    "เม.ย. เมษายน apr april", "พ.ค. พฤษภาคม may", "มิ.ย. มิถุนายน jun june",
    "ก.ค. กรกฎาคม jul july", "ส.ค. สิงหาคม aug august", "ก.ย. กันยายน sep september",
    "ต.ค. ตุลาคม oct october", "พ.ย. พฤศจิกายน nov november", "ธ.ค. ธันวาคม dec december",
)  # fmt: skip
MONTH_OF = {
    word.replace(".", ""): str(number) for number, line in enumerate(MONTHS, 1) for word in line.split()
}
"""The number of a month (1 to 12, as text) by its name without dots."""
# The longest first, since RE2 takes the first that fits; banks write the dots of a short form or leave them.
_WORDS = sorted(MONTH_OF, key=len, reverse=True)
MONTH_WORD = "((?i:" + "|".join(r"\.?".join(map(re.escape, word)) for word in _WORDS) + r")\.?)"
"""An expression for any of them, as a group."""


def month_of(word: str) -> int:
    """The number of a month by a name that `MONTH_WORD` matches."""
    return int(MONTH_OF[word.replace(".", "").casefold()])
