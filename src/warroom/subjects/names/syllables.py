"""Names in Latin letters whose every syllable is a word: Chinese, Vietnamese and Korean ones, where one letter makes another name.

What is found here is a property of the spelling; it makes comparing strict, links the tongues' spellings and is given out nowhere.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import product

from warroom.subjects.names.latin import derive_sounds, strip_marks
from warroom.subjects.names.name import NameWord
from warroom.subjects.names.readings import chinese, hangul
from warroom.subjects.names.scripts import LATIN
from warroom.subjects.names.tables import parse_word_set as words_of

# Initial consonant, one to three vowels, final consonant: every Vietnamese syllable without its marks.
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
# Syllables: a name has at least a family and a given name; Vietnamese names have at most five.
_FEWEST, _MOST = 2, 5
# Syllables of a Korean given name at most.
_GIVEN = 2


def split_syllabic_name(parts: Sequence[str]) -> tuple[NameWord, ...]:
    """The syllables of a name that is made of them, or nothing."""
    small = [strip_marks(part) for part in parts]
    if not 2 <= len(small) <= _MOST or any(len(one) < 2 for one in small):
        return ()
    if any(map(_VIETNAMESE_MARKS.search, parts)) or small[0] in _VIETNAMESE_FAMILIES or small[-1] == "nguyen":
        return _split_vietnamese(parts, small)
    return _split_chinese(small) or _split_korean(small)


def _split_vietnamese(parts: Sequence[str], small: list[str]) -> tuple[NameWord, ...]:
    if not all(map(_VIETNAMESE.fullmatch, small)):
        return ()
    marked = any(syllable != part.lower() for part, syllable in zip(parts, small, strict=True))
    return tuple(
        NameWord(
            _marked_spelling(part, syllable),
            LATIN,
            sort_marks(part),
            (derive_sounds(syllable),),
            syllable,
            links=frozenset({syllable}),
            marked=marked,
            typed=part.lower(),
        )
        for part, syllable in zip(parts, small, strict=True)
    )


def sort_marks(part: str) -> str:
    """A word's letters and marks in one order, wherever a tone was put: hoà and hòa."""
    # The letter eth is typed for the d of Vietnam, which looks the same where it is large.
    return "".join(sorted(unicodedata.normalize("NFD", part.lower().replace("ð", "đ"))))


def _marked_spelling(part: str, small: str) -> str:
    return small if small == part.lower() else sort_marks(part)


def _split_chinese(small: list[str]) -> tuple[NameWord, ...]:
    known = chinese.load_links()
    for family, given in ((small[0], small[1:]), (small[-1], small[:-1])):
        if family not in chinese.load_family_spellings():
            continue
        # Southern spellings stand apart, a syllable a word; Mandarin ones are joined too.
        # Four letters are the fewest of two syllables in one: Aye is none of Chinese.
        parted = [
            [syllable]
            if syllable in known.mandarin_by_spelling
            else chinese.split_syllables(syllable, known.mandarin)
            if len(syllable) > 3
            else []
            for syllable in given
        ]
        count = sum(map(len, parted))
        # Given names of one to three syllables: longer ones are no Chinese names.
        if all(parted) and 1 <= count <= 3:
            given_words = [_make_syllable(syllable, family=False) for part in parted for syllable in part]
            head = _make_syllable(family, family=True)
            return (head, *given_words) if family == small[0] else (*given_words, head)
    # zh, x and a q without its u are spellings of Mandarin alone, so a family name is not needed as evidence.
    if any(re.match("zh|x|q(?!u[^a-z]|u[^aenei])", syllable) for syllable in small):
        parted = [chinese.split_syllables(syllable, known.mandarin) for syllable in small]
        if all(parted):
            return tuple(_make_syllable(syllable, family=False) for part in parted for syllable in part)
    return ()


def _make_syllable(syllable: str, family: bool) -> NameWord:
    known = chinese.load_links()
    of = (
        chinese.load_family_spellings().get(syllable, frozenset())
        if family
        else known.mandarin_by_spelling.get(syllable, frozenset())
    )
    if not family and syllable in known.mandarin:
        of = of | {syllable}
    links = frozenset({syllable, *(f"mandarin {spelling}" for spelling in of)})
    return NameWord(
        syllable,
        LATIN,
        "",
        (derive_sounds(syllable),),
        syllable,
        links=links,
        pinyin=syllable in known.mandarin,
        family=family,
    )


def _split_korean(small: list[str]) -> tuple[NameWord, ...]:
    if small[0] not in _KOREAN_FAMILIES and small[-1] not in _KOREAN_FAMILIES:
        return ()
    parted = [
        [syllable] if syllable in _KOREAN_FAMILIES else chinese.split_syllables(syllable, _korean_syllables())
        for syllable in small
    ]
    syllables = [syllable for part in parted for syllable in part]
    if not all(parted) or not _FEWEST <= len(syllables) <= 4:
        return ()
    # A given name of three syllables in one word is no Korean one: Kim Sophea is Khmer.
    if any(len(part) > _GIVEN for part in parted):
        return ()
    return tuple(
        NameWord(syllable, LATIN, "", (derive_sounds(syllable),), syllable, links=_korean_links(syllable))
        for syllable in syllables
    )


def _korean_links(one: str) -> frozenset[str]:
    return frozenset({one, *(f"hangul {key}" for key, said in hangul.FAMILY.items() if one in said.split())})


@lru_cache(1)
def _korean_syllables() -> frozenset[str]:
    parts = product(hangul.ONSETS, hangul.VOWELS, set(hangul.FINALS))
    official = {"".join(part) for part in parts if part[1]}
    return frozenset(official | {one for said in hangul.FAMILY.values() for one in said.split()})
