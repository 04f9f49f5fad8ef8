"""Names in Latin letters whose every syllable is a word: Chinese, Vietnamese and Korean ones, where one letter makes another name.

What is found here is a property of the spelling; it makes comparing strict, links the tongues' spellings and is given out nowhere.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import product

from warroom.subjects.names.latin import plain, sounds
from warroom.subjects.names.name import Word
from warroom.subjects.names.readings import chinese, hangul
from warroom.subjects.names.scripts import LATIN
from warroom.subjects.names.tables import words as words_of

_VIETNAMESE = re.compile(
    "(?:ngh|ng|nh|ch|th|tr|ph|kh|gh|gi|qu|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:nh|ng|ch|[cmnpt])?"
)
_VIETNAMESE_FAMILIES = words_of(
    "nguyen tran le pham huynh hoang phan vu vo dang bui do duong ngo dinh trinh doan truong luong luu mai dao vuong quach tong ta"
)
_VIETNAMESE_MARKS = re.compile("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
_KOREAN_FAMILIES = words_of(
    "kim lee park pak choi choe jung jeong kang cho jo yoon yun jang lim im han oh seo shin kwon hwang ahn song ryu yoo hong ko moon son bae baek ri rim no roh"
)
_FEWEST, _MOST = 2, 5
_GIVEN = 2


def words(parts: Sequence[str]) -> tuple[Word, ...]:
    """The syllables of a name that is made of them, or nothing."""
    small = [plain(part) for part in parts]
    if not 2 <= len(small) <= _MOST or any(len(one) < 2 for one in small):
        return ()
    if any(map(_VIETNAMESE_MARKS.search, parts)) or small[0] in _VIETNAMESE_FAMILIES or small[-1] == "nguyen":
        return _vietnamese(parts, small)
    return _chinese(small) or _korean(small)


def _vietnamese(parts: Sequence[str], small: list[str]) -> tuple[Word, ...]:
    if not all(map(_VIETNAMESE.fullmatch, small)):
        return ()
    marked = any(one != part.lower() for part, one in zip(parts, small, strict=True))
    return tuple(
        Word(
            _own(part, one),
            LATIN,
            marks_of(part),
            (sounds(one),),
            one,
            links=frozenset({one}),
            marked=marked,
            typed=part.lower(),
        )
        for part, one in zip(parts, small, strict=True)
    )


def marks_of(part: str) -> str:
    """A word's letters and marks in one order, wherever a tone was put: hoà and hòa."""
    return "".join(sorted(unicodedata.normalize("NFD", part.lower())))


def _own(part: str, small: str) -> str:
    return small if small == part.lower() else marks_of(part)


def _chinese(small: list[str]) -> tuple[Word, ...]:
    known = chinese.links()
    for family, given in ((small[0], small[1:]), (small[-1], small[:-1])):
        if family not in chinese.family_spellings():
            continue
        # Southern spellings stand apart, a syllable a word; Mandarin ones are joined too.
        parted = [[one] if one in known.of else chinese.syllables(one, known.mandarin) for one in given]
        count = sum(map(len, parted))
        if all(parted) and 1 <= count <= 3:
            said = [_syllable(one, family=False) for part in parted for one in part]
            head = _syllable(family, family=True)
            return (head, *said) if family == small[0] else (*said, head)
    if any(re.match("zh|x|q(?!u[^a-z]|u[^aenei])", one) for one in small):
        parted = [chinese.syllables(one, known.mandarin) for one in small]
        if all(parted):
            return tuple(_syllable(one, family=False) for part in parted for one in part)
    return ()


def _syllable(one: str, family: bool) -> Word:
    known = chinese.links()
    of = chinese.family_spellings().get(one, frozenset()) if family else known.of.get(one, frozenset())
    if not family and one in known.mandarin:
        of = of | {one}
    links = frozenset({one, *(f"mandarin {said}" for said in of)})
    return Word(one, LATIN, "", (sounds(one),), one, links=links, pinyin=one in known.mandarin, family=family)


def _korean(small: list[str]) -> tuple[Word, ...]:
    if small[0] not in _KOREAN_FAMILIES and small[-1] not in _KOREAN_FAMILIES:
        return ()
    parted = [
        [one] if one in _KOREAN_FAMILIES else chinese.syllables(one, _korean_syllables()) for one in small
    ]
    found = [one for part in parted for one in part]
    if not all(parted) or not _FEWEST <= len(found) <= 4:
        return ()
    # A given name of three syllables in one word is no Korean one: Kim Sophea is Khmer.
    if any(len(part) > _GIVEN for part in parted):
        return ()
    return tuple(Word(one, LATIN, "", (sounds(one),), one, links=_korean_links(one)) for one in found)


def _korean_links(one: str) -> frozenset[str]:
    return frozenset({one, *(f"hangul {key}" for key, said in hangul.FAMILY.items() if one in said.split())})


@lru_cache(1)
def _korean_syllables() -> frozenset[str]:
    parts = product(hangul.ONSETS, hangul.VOWELS, set(hangul.FINALS))
    official = {"".join(part) for part in parts if part[1]}
    return frozenset(official | {one for said in hangul.FAMILY.values() for one in said.split()})
