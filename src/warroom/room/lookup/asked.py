"""Parsing what was typed into the search: a number, some digits of one, a case, or words; and whether it is
enough.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from warroom.cases.queries.search import CASE, LONGEST
from warroom.lake.texts.fold import fold_text
from warroom.lake.texts.query import FEWEST, TextQuery, make_forms
from warroom.room.lookup.digit_runs import ENDS
from warroom.sentences.sentence import Sentence

WHOLE = 7
"""Digits from which on a number may be a whole account or telephone number."""
TELLING = 4
"""Characters; shorter words occur in nearly every text, so that a hit outside one's own cases would say
nothing.
"""
_BETWEEN = re.compile(r"[\s\-./()+]+")
# Unicode categories: letters and digits of any script.
_SAID = ("L", "N")


@dataclass(frozen=True)
class LookupQuestion:
    """One query: `text` is what was typed, stripped and cut to `LONGEST` characters; `typed` how many there
    were.
    """

    text: str
    typed: int

    @classmethod
    def parse(cls, typed_text: str) -> "LookupQuestion":
        """Parse what was typed. NUL is dropped, and Thai letters separated by spaces are joined: copied from
        a vertical sign.
        """
        text = typed_text.replace("\x00", "").strip()
        parts = text[:LONGEST].split()
        if len(parts) > 2 and all(len(part) <= 2 and _is_thai(part) for part in parts):
            text = "".join(parts) if len(text) <= LONGEST else text
        return cls(text[:LONGEST], len(text) or len(typed_text.strip()))

    @cached_property
    def problem(self) -> Sentence | None:
        """Why the query cannot be searched for; None where it can."""
        if self.typed > LONGEST:
            return Sentence("lookup.too-long", most=LONGEST, typed=self.typed)
        if self.typed and not any(unicodedata.category(sign)[0] in _SAID for sign in self.text):
            return Sentence("lookup.says-nothing")
        return None

    @cached_property
    def plain(self) -> str:
        """Letters and digits as they are compared, without what people write between the digits of a number."""
        return _BETWEEN.sub("", fold_text(self.text))

    @cached_property
    def digits(self) -> str:
        """The digits of what is a number and nothing else, else nothing."""
        return self.plain if self.plain.isascii() and self.plain.isdigit() else ""

    @cached_property
    def run(self) -> str:
        """The digits that a number must have in a row, where there are enough: zeros that banks write in front do not count."""
        rest = self.digits.lstrip("0") or self.digits
        end = rest if len(rest) >= ENDS else self.digits
        return end if len(end) >= ENDS else ""

    @cached_property
    def case_number(self) -> str:
        """The number of the case that was asked for by name (`C-999`), else nothing."""
        found = CASE.fullmatch(self.plain.upper())
        return f"C-{found[1]}" if found and not self.digits else ""

    @cached_property
    def missing_signs(self) -> int:
        """How many more signs it takes to look for something."""
        if self.digits:
            return max(0, ENDS - len(self.digits))
        return 0 if self.query.is_long_enough or self.case_number else max(1, FEWEST - len(self.plain))

    @cached_property
    def query(self) -> TextQuery:
        """The words of it."""
        return TextQuery.parse_query(self.digits or self.text)

    @cached_property
    def number_forms(self) -> frozenset[str]:
        """Forms under which a record may name it: as typed, and with or without the three zeros some banks
        put in front.
        """
        said = {self.text}
        if len(self.digits) >= WHOLE:
            said |= {f"000{self.digits}", self.digits.removeprefix("000")}
        return frozenset(form for one in said for form in make_forms(one))

    @cached_property
    def may_tell_outside(self) -> bool:
        """Whether hits outside one's own cases are counted: for whole numbers and words, never for some digits
        of a number.
        """
        return len(self.digits) >= WHOLE if self.digits else len(self.plain) >= TELLING


def _is_thai(part: str) -> bool:
    # The Thai block of Unicode.
    return all("\u0e01" <= sign <= "\u0e5b" for sign in part)
