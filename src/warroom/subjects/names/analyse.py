"""A name taken apart once, so that it can be compared with many."""

import logging
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib import resources

from warroom.subjects.names import syllables
from warroom.subjects.names.cleaning import CleanedName, clean_name
from warroom.subjects.names.forms import (
    find_common_word,
    find_loan_word,
    is_company,
    split_own_and_shared,
    strip_legal_form,
)
from warroom.subjects.names.latin import derive_consonants, derive_sounds, strip_marks
from warroom.subjects.names.name import COMPANY, PERSON, AnalysedName, NameWord, WordRank
from warroom.subjects.names.readings import burmese, chinese, hangul, khmer, lao, letters, thai
from warroom.subjects.names.scripts import (
    ABJAD,
    BURMESE,
    HAN,
    HANGUL,
    KHMER,
    LAO,
    LATIN,
    OTHER,
    THAI,
    script_of,
)
from warroom.subjects.names.thai.reading import ThaiReading
from warroom.subjects.names.titles import is_title_in_front_alone, may_be_title, strip_titles
from warroom.unread import describe_fault

log = logging.getLogger(__name__)
_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙໐໑໒໓໔໕໖໗໘໙០១២៣៤៥៦៧៨៩၀၁၂၃၄၅၆၇၈၉", "0123456789" * 4)
# A last consonant typed twice is a slip of the finger; not รร, which is a vowel, nor กก and นน, which are syllables (ชานน).
_SLIPPED = re.compile("([ข-ธบ-ยล-ฮ])\\1+$")
# JC Juncker: capitals that make no syllable; where all is in capitals too, since no name is without a vowel.
_INITIALS = re.compile("[BCDFGHJKLMNPQRSTVWXZ]{2,3}(?<!NG)(?<!MD)(?<!HJ)(?<!BT)")
# Capital: a middle initial, as John B. Smith has it.
_SON_OF = re.compile(r"(?<=\w) b\.? (?=\w)")
# M K V: the letters of one short name.
_LETTERS_APART = re.compile(r"\b[a-z](?: [a-z])+\b")
_TWICE = re.compile("([ัาำิีึืุูะ็์่้๊๋])\\1+")
_MARKS_ABOVE, _VOWELS_ABOVE, _CONSONANTS = map(re.compile, ("[็่้๊๋์]", "[ิีึืุู]", "[ก-ฮ]"))
_FEWEST_FOR_SLIPS = 3
_SERVANT = frozenset({"abdul", "abdel", "abd"})
_PARTS = re.compile(
    r"[^\W_]++(?:[\u0300-\u036f\u0e31-\u0e4e\u0eb1-\u0ecd\u102b-\u103e\u1160-\u11ff\u17b6-\u17d3\u0900-\u0dff]++[^\W_]*+)*+"
)


# Readers of ten scripts run here over whatever people typed: one fault must not stop a million names.
def guess_name_kind(text: str) -> str:
    """Whether a text names a company, by its legal form, or else a person."""
    try:
        return _guess_name_kind(clean_name(text).text)
    except Exception as problem:
        log.warning("a name of %d letters could not be read: %s", len(text), describe_fault(problem))
        return PERSON


def _guess_name_kind(cleaned: str) -> str:
    if not is_company(cleaned):
        return PERSON
    # His Excellency in Khmer begins as a sole trader does: what is a title is no form.
    person = strip_titles(cleaned)
    return PERSON if person.titles and not is_company(person.text) else COMPANY


@lru_cache(1 << 16)
def analyse_name(text: str, kind: str) -> AnalysedName:
    """Take a name apart. A text without a letter has no words and is nobody's name; neither has one that the program fails at, which is
    marked as unread: one odd name among a million stops none of the others.
    """
    try:
        return _analyse_clean(text, kind)
    except Exception as problem:
        # Its letters stay out of the log, as those of every name do.
        log.warning("a name of %d letters could not be read: %s", len(text), describe_fault(problem))
        return AnalysedName(text, kind, (), False, "", (), (), unread=True)


def _analyse_clean(text: str, kind: str) -> AnalysedName:
    cleaned = clean_name(text)
    if kind == COMPANY:
        return _analyse_company(text, cleaned)
    person = strip_titles(cleaned.text)
    aside = [("title", title) for title in person.titles] + [
        ("nickname", nickname) for nickname in person.nicknames
    ]
    words, syllabic = _analyse_words(_surname_first(person.text), person=True)
    return AnalysedName(
        text, PERSON, words, syllabic, "", person.nicknames, (*_list_cleanings(cleaned), *aside)
    )


def _analyse_company(text: str, cleaned: CleanedName) -> AnalysedName:
    found = strip_legal_form(cleaned.text)
    written = _LETTERS_APART.sub(lambda apart: apart[0].replace(" ", ""), thai.join_letter_names(found.text))
    words, syllabic = _analyse_words(written, person=False)
    aside = [("form", one) for one in found.removed_forms]
    return AnalysedName(text, COMPANY, words, syllabic, found.form, (), (*_list_cleanings(cleaned), *aside))


def _list_cleanings(cleaned: CleanedName) -> Iterator[tuple[str, str]]:
    if cleaned.unseen:
        yield "unseen", ""
    if cleaned.look_alikes:
        yield "look_alikes", cleaned.text
    if cleaned.zawgyi:
        yield "zawgyi", cleaned.text
    if cleaned.too_long:
        yield "too_long", ""


def _surname_first(text: str) -> str:
    """A comma after a family name says no more than a space, and a small b. between two names is bin."""
    return _SON_OF.sub(" bin ", text.replace(",", " ").replace("،", " "))


def _analyse_words(text: str, person: bool) -> tuple[tuple[NameWord, ...], bool]:
    parts = [part for part in _split_parts(text.translate(_DIGITS)) if any(map(str.isalnum, part))]
    scripts = {script_of(part[0]) for part in parts}
    # Syllables first: Chinese and Vietnamese names in Latin letters would otherwise be compared by sound, too
    # loosely.
    if scripts == {LATIN} and person and (syllable_words := syllables.split_syllabic_name(parts)):
        return syllable_words, True
    words = tuple(word for part in parts for word in _read_part(part, person))
    if person and all(word.rank in (WordRank.MAYBE, WordRank.NUMBER) for word in words):
        # Ko Ko is a name; digits alone are nobody's.
        words = tuple(replace(word, rank=WordRank.NAME) for word in words if word.rank == WordRank.MAYBE)
    words = tuple(
        replace(word, rank=rank) if (rank := _find_rank_by_place(words, place)) != word.rank else word
        for place, word in enumerate(words)
    )
    # Syllables stand for words where every one of them is a letter of Han or Hangul, or a syllable of Burmese.
    return words, bool(words) and scripts <= {HAN, HANGUL, BURMESE} and (person or scripts == {HAN})


def _find_rank_by_place(words: Sequence[NameWord], place: int) -> WordRank:
    """A word's rank where it stands: a title that stands behind a name is a part of it (Than Maung), and servant of, which many names
    begin with, says little (Abdul Rahman).
    """
    word = words[place]
    if word.own in _SERVANT and place < len(words) - 1:
        return WordRank.COMMON
    behind = any(other.rank == WordRank.NAME for other in words[:place])
    return (
        WordRank.NAME
        if word.rank == WordRank.MAYBE and behind and is_title_in_front_alone(word.own)
        else word.rank
    )


def _split_parts(text: str) -> list[str]:
    text = (
        text.replace("'", "")
        .replace("’", "")
        .replace("ʻ", "")
        .replace("`", "")
        .replace("ʿ", "")
        .replace("ʾ", "")
    )
    script_runs = []
    for part in _PARTS.findall(text):
        # One word of two scripts is two words: ทวีสินSrettha.
        start = 0
        for at in range(1, len(part)):
            before, now = script_of(part[at - 1]), script_of(part[at])
            if before != now and now != OTHER and before != OTHER and not unicodedata.combining(part[at]):
                script_runs.append(part[start:at])
                start = at
        script_runs.append(part[start:])
    return script_runs


def _read_part(part: str, person: bool) -> Iterator[NameWord]:
    script = script_of(part[0])
    if part[0].isdigit() or script == OTHER:
        yield from _read_number(part)
    elif script == LATIN and person and _INITIALS.fullmatch(part):
        # Initials written together are several words, each of which may match a name.
        yield from (_read_latin(letter, person) for letter in part)
    elif script == LATIN:
        yield _read_latin(part, person)
    elif script == THAI and not person:
        yield from (_read_thai(piece, person) for piece in split_own_and_shared(part))
    elif script == THAI:
        yield _read_thai(part, person)
    elif script == HAN:
        yield from _read_han(part)
    elif script == HANGUL:
        yield from _read_hangul(part)
    elif script == BURMESE:
        yield from _read_burmese(part)
    elif script in (KHMER, LAO):
        yield _read_lao_or_khmer(part, script)
    else:
        yield _read_other_script(part, script)


def _read_number(part: str) -> Iterator[NameWord]:
    if part.isascii() and part.isdigit():
        yield NameWord(part.lstrip("0") or "0", OTHER, "", (), part, WordRank.NUMBER)
    elif part.isascii():
        yield NameWord(part.lower(), LATIN, "", (derive_sounds(part.lower()),), part.lower())


@lru_cache(1 << 17)
def _read_latin(part: str, person: bool) -> NameWord:
    small = strip_marks(part)
    number = _load_aliases()[1].get(small, "") if not person else ""
    if number:
        return NameWord(number, OTHER, "", (), small, WordRank.NUMBER)
    # A person may be called Group or Star; only companies have words in common.
    common = "" if person else find_common_word(small)
    # An initial sounds as it does before a vowel: alone D would be heard as T, and D. Marsh be another than Douglas Marsh.
    sound = derive_sounds(f"{small}a")[:1] if person and len(small) == 1 else derive_sounds(small)
    return NameWord(
        small,
        LATIN,
        common or syllables.sort_marks(part),
        (sound, derive_consonants(sound)) if sound else (),
        small,
        _latin_rank(part, small, common, person),
        links=_load_aliases()[0].get(small, frozenset()) | {small},
        marked=strip_marks(part) != part.lower(),
    )


def _latin_rank(part: str, small: str, common: str, person: bool) -> WordRank:
    if common:
        return WordRank.MAYBE if common == "the" else WordRank.COMMON
    if person and len(small) == 1:
        return WordRank.INITIAL
    return WordRank.MAYBE if person and may_be_title(part) else WordRank.NAME


@lru_cache(1 << 17)
def _read_thai(part: str, person: bool) -> NameWord:
    own = (
        _SLIPPED.sub(r"\1", _TWICE.sub(r"\1", unicodedata.normalize("NFC", part)))
        .replace("ํา", "ำ")
        .replace("เเ", "แ")
    )
    reading, spelled = thai.read_thai_spellings(own)
    if person:
        rank = WordRank.INITIAL if len(own) == 1 else WordRank.NAME
        return _make_thai_word(own, reading, spelled, rank, _list_slips(own))
    common, letters = find_common_word(own), thai.parse_letter_names(own)
    english = letters or find_loan_word(own)
    links = _list_slips(own) | ({english} if english else frozenset())
    if len(letters) > 1:
        # Names that are a few letters differ by any letter, where their sounds may not.
        return NameWord(own, THAI, letters, (), letters, WordRank.NAME, links)
    word = _make_thai_word(own, reading, spelled, WordRank.COMMON if common else WordRank.NAME, links)
    return replace(word, exact=common) if common else word


def _make_thai_word(
    own: str, reading: ThaiReading, spelled: tuple[str, ...], rank: WordRank, links: frozenset[str]
) -> NameWord:
    sounds = tuple(filter(None, dict.fromkeys(map(derive_sounds, (reading.roman, *spelled)))))
    return NameWord(own, THAI, reading.sound, sounds, reading.roman, rank, links)


def _list_slips(own: str) -> frozenset[str]:
    """Links of a Thai word with what a clerk or a machine that reads paper makes of it: marks left out, and marks moved by a letter."""
    bare = _MARKS_ABOVE.sub("", own)
    consonants = len(_CONSONANTS.findall(bare))
    # Words of few consonants differ by their marks alone: ปาน and ป่าน.
    if consonants < _FEWEST_FOR_SLIPS:
        return frozenset()
    links = {f"marks {bare}"}
    if consonants > _FEWEST_FOR_SLIPS:
        moved = "".join(sorted(_VOWELS_ABOVE.findall(bare)))
        links.add(f"moved {_VOWELS_ABOVE.sub('', bare).replace('ั', '')} {moved}")
    return frozenset(links)


def _read_han(part: str) -> Iterator[NameWord]:
    simple = chinese.simplify(part)
    # Family names of two characters (Ouyang) are listed; else the first character is the family name.
    family = simple[:2] if simple[:2] in chinese.load_family_names() else simple[:1]
    spelled = chinese.load_family_names().get(family, ())
    known = chinese.load_characters()
    for number, char in enumerate(simple):
        readings = known[char].spellings if char in known else ()
        # As a family name a character may have a reading of its own (仇 is Qiu), which goes first.
        if number == 0 and len(family) == 1:
            readings = tuple(dict.fromkeys((*spelled, *readings)))
        chosen_readings = readings[:1]
        yield NameWord(
            char,
            HAN,
            "",
            tuple(map(derive_sounds, chosen_readings)),
            chosen_readings[0] if chosen_readings else "",
            links=frozenset(readings),
            family=number == 0,
        )


def _read_hangul(part: str) -> Iterator[NameWord]:
    for number, syllable in enumerate(unicodedata.normalize("NFC", part)):
        spellings = hangul.read_hangul(syllable)
        if spellings:
            yield NameWord(
                syllable,
                HANGUL,
                "",
                tuple(map(derive_sounds, spellings)),
                spellings[0],
                links=frozenset(spellings),
                family=number == 0,
            )


def _read_burmese(part: str) -> Iterator[NameWord]:
    for written, said in burmese.read_burmese(part):
        rank = WordRank.MAYBE if may_be_title(written) else WordRank.NAME
        yield NameWord(
            written, BURMESE, said[0], tuple(dict.fromkeys(map(derive_sounds, said))), said[0], rank
        )


def _read_lao_or_khmer(part: str, script: int) -> NameWord:
    if script == LAO:
        readings: tuple[str, ...] = (lao.read_lao(part),)
        exact = readings[0]
    else:
        readings, exact = khmer.read_khmer(part), ""
    return NameWord(
        part, script, exact, tuple(dict.fromkeys(filter(None, map(derive_sounds, readings)))), readings[0]
    )


def _read_other_script(part: str, script: int) -> NameWord:
    reading = letters.read_letters(part.lower())
    heard = derive_sounds(reading)
    return NameWord(
        part.lower(),
        script,
        "",
        # Arabic and Hebrew leave most vowels out: only consonants can be compared with other scripts.
        (derive_consonants(heard),) if script == ABJAD else (heard,) if heard else (),
        reading,
    )


@lru_cache(1)
def _load_aliases() -> tuple[dict[str, frozenset[str]], dict[str, str]]:
    declared = tomllib.loads(
        resources.files(__package__).joinpath("aliases.toml").read_text(encoding="utf-8")
    )
    links: dict[str, frozenset[str]] = {}
    for line in declared["given"].split("\n"):
        for alias in line.split():
            links[alias] = links.get(alias, frozenset()) | {f"alias {line.split()[0]}"}
    numbers = {
        alias: line.split()[0] for line in declared["numbers"].split("\n") for alias in line.split()[1:]
    }
    return links, numbers
