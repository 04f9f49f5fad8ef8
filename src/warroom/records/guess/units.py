"""The unit of amounts where a heading or a title states it: satang, thousands, millions."""

import re
from collections.abc import Sequence
from itertools import pairwise

from warroom.records.guess.doubts import Doubt, make_doubt, quote_names
from warroom.records.guess.profile import CURRENCIES, Profile
from warroom.records.guess.words import load_words, normalize_text, parse_heading
from warroom.records.mapping import SCALES

MOST = 6
"""Different units that a column may say."""
UNITS = frozenset(SCALES) - {"one", "cent"}
WRITE = '[amount] unit = "satang", "thousand", "million" or "one"'
_ABOUT = re.compile(
    r"หน่วย|จำนวนเงิน|ตัวเลข|ยอดเงิน|เป็น(?=พัน|หมื่น|แสน|ล้าน|ร้อย|สตางค์)|\bunits?\b|\bamounts?\b|\bfigures?\b|\bvalues?\b|\bin\b|currency|สกุลเงิน|['’]000|\("
)
"""What a line says that speaks of the amounts of a table, and not of a bank's capital."""


def guess_unit(names: Sequence[str], lines: Sequence[str], sheet: str = "") -> tuple[str | None, list[Doubt]]:
    """The unit that is proposed for amounts, and the question: by the `names` of their columns, else by `lines` above or below, or the
    name of the `sheet`.

    A heading that says baht speaks against a line that says another unit: then nothing is proposed, and it is asked.
    """
    for name in names:
        for unit in sorted(UNITS & parse_heading(name).concepts):
            return unit, [make_doubt("amount.unit", "guess.unit", WRITE, text=name, unit=unit)]
    for line in (*lines, sheet):
        if unit_ := _find_unit_in_line(line if line is not sheet else f"({sheet})"):
            # "Amount (baht)" below a title that says thousands: one of them is wrong, and only a person can
            # say which.
            if any("baht" in parse_heading(name).concepts for name in names):
                return None, [
                    make_doubt("amount.unit", "guess.unit-against", WRITE, text=line[:80], unit=unit_)
                ]
            return unit_, [make_doubt("amount.unit", "guess.unit", WRITE, text=line[:80], unit=unit_)]
    return None, []


def guess_unit_by_column(columns: Sequence[Profile]) -> tuple[str | None, list[Doubt]]:
    """The unit that a column says in every row; where its rows differ, nothing is proposed and it is asked."""
    for profile in columns:
        words = [text for text in profile.counts_by_value if not any(map(str.isdigit, text))]
        # A column of units has a few words and no number; anything else is a note or an amount.
        if len(words) != len(profile.counts_by_value) or len(words) > MOST:
            continue
        units = {text: UNITS & parse_heading(text).concepts for text in words}
        if not any(units.values()) or any(
            not (named_units or "baht" in parse_heading(text).concepts) or parse_heading(text).unknown_share
            for text, named_units in units.items()
        ):
            continue
        if len(units) == 1:
            unit = min(min(units.values()))
            return unit, [
                make_doubt(
                    "amount.unit", "guess.unit", WRITE, text=f"{profile.name}: {min(units)}", unit=unit
                )
            ]
        return None, [
            make_doubt(
                "amount.unit",
                "guess.units-differ",
                WRITE,
                theirs=profile.name,
                words=quote_names(list(units)),
            )
        ]
    return None, []


def _find_unit_in_line(line: str) -> str | None:
    """The unit that a line of words says, and not as part of a sum such as 60,000 ล้านบาท."""
    text = normalize_text(line[:200])
    if not _ABOUT.search(text):
        return None
    concepts = load_words()["concepts"]
    matching_units = [
        (len(word), unit)
        for unit in UNITS
        for word in map(normalize_text, concepts[unit])
        if len(word) > 2 and word != "000" and _has_word(text, word)
    ]
    return max(matching_units)[1] if matching_units else None


def _has_word(text: str, word: str) -> bool:
    # Latin words need an edge; Thai has no spaces between words, so there none can be asked for.
    edges = (r"(?<![a-z])", r"(?![a-z])") if word[0].isascii() else ("", "")
    return bool(re.search(rf"(?<![0-9])(?<![0-9] ){edges[0]}{re.escape(word)}{edges[1]}", text))


def find_currency_above(lines: Sequence[str]) -> tuple[str, str]:
    """The currency stated above the column names for the whole file, with its line; ("", "") where none is.

    A code counts next to a word for currency, or in brackets.
    """
    for before, line in pairwise(["", *lines]):
        has_currency_word = (
            "currency" in parse_heading(line).concepts or "currency" in parse_heading(before).concepts
        )
        for word in re.findall(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])", line):
            if word in CURRENCIES and (has_currency_word or f"({word})" in line):
                return word, line[:60]
    return "", ""
