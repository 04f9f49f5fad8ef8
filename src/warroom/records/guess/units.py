"""What amounts are counted in where a heading or a title says it: satang, thousands, millions."""

import re
from collections.abc import Sequence
from itertools import pairwise

from warroom.records.guess.doubts import Doubt, doubt, quoted
from warroom.records.guess.profile import CURRENCIES, Profile
from warroom.records.guess.words import heading, plain, words
from warroom.records.mapping import SCALES

MOST = 6
"""Different units that a column may say."""
UNITS = frozenset(SCALES) - {"one", "cent"}
WRITE = '[amount] unit = "satang", "thousand", "million" or "one"'
_ABOUT = re.compile(
    r"หน่วย|จำนวนเงิน|ตัวเลข|ยอดเงิน|เป็น(?=พัน|หมื่น|แสน|ล้าน|ร้อย|สตางค์)|\bunits?\b|\bamounts?\b|\bfigures?\b|\bvalues?\b|\bin\b|currency|สกุลเงิน|['’]000|\("
)
"""What a line says that speaks of the amounts of a table, and not of a bank's capital."""


def find_unit(names: Sequence[str], lines: Sequence[str], sheet: str = "") -> tuple[str | None, list[Doubt]]:
    """The unit that is proposed for amounts, and the question: by the `names` of their columns, else by `lines` above or below, or the
    name of the `sheet`.

    A heading that says baht speaks against a line that says another unit: then nothing is proposed, and it is asked.
    """
    for name in names:
        for unit in sorted(UNITS & heading(name).concepts):
            return unit, [doubt("amount.unit", "guess.unit", WRITE, text=name, unit=unit)]
    for line in (*lines, sheet):
        if unit_ := _unit_in(line if line is not sheet else f"({sheet})"):
            if any("baht" in heading(name).concepts for name in names):
                return None, [doubt("amount.unit", "guess.unit-against", WRITE, text=line[:80], unit=unit_)]
            return unit_, [doubt("amount.unit", "guess.unit", WRITE, text=line[:80], unit=unit_)]
    return None, []


def find_unit_column(columns: Sequence[Profile]) -> tuple[str | None, list[Doubt]]:
    """The unit that a column says in every row; where its rows differ, nothing is proposed and it is asked."""
    for each in columns:
        words = [text for text in each.counts if not any(map(str.isdigit, text))]
        if len(words) != len(each.counts) or len(words) > MOST:
            continue
        units = {text: UNITS & heading(text).concepts for text in words}
        if not any(units.values()) or any(
            not (found or "baht" in heading(text).concepts) or heading(text).left
            for text, found in units.items()
        ):
            continue
        if len(units) == 1:
            unit = min(min(units.values()))
            return unit, [
                doubt("amount.unit", "guess.unit", WRITE, text=f"{each.name}: {min(units)}", unit=unit)
            ]
        return None, [
            doubt("amount.unit", "guess.units-differ", WRITE, theirs=each.name, words=quoted(list(units)))
        ]
    return None, []


def _unit_in(line: str) -> str | None:
    """The unit that a line of words says, and not as part of a sum such as 60,000 ล้านบาท."""
    text = plain(line[:200])
    if not _ABOUT.search(text):
        return None
    concepts = words()["concepts"]
    found = [
        (len(word), unit)
        for unit in UNITS
        for word in map(plain, concepts[unit])
        if len(word) > 2 and word != "000" and _says(text, word)
    ]
    return max(found)[1] if found else None


def _says(text: str, word: str) -> bool:
    edges = (r"(?<![a-z])", r"(?![a-z])") if word[0].isascii() else ("", "")
    return bool(re.search(rf"(?<![0-9])(?<![0-9] ){edges[0]}{re.escape(word)}{edges[1]}", text))


def currency_above(lines: Sequence[str]) -> tuple[str, str]:
    """The currency that a line above the names gives for the whole file, with the line: beside a word for currency, or in brackets."""
    for before, line in pairwise(["", *lines]):
        said = "currency" in heading(line).concepts or "currency" in heading(before).concepts
        for word in re.findall(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])", line):
            if word in CURRENCIES and (said or f"({word})" in line):
                return word, line[:60]
    return "", ""
