"""A name taken apart once, so that it can be compared with many."""

import logging
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from importlib import resources

from warroom.subjects.names import syllables
from warroom.subjects.names.cleaning import Cleaned, clean
from warroom.subjects.names.forms import common_word, formless, is_company, own_and_shared
from warroom.subjects.names.latin import consonants, plain, sounds
from warroom.subjects.names.name import COMPANY, PERSON, Name, Rank, Word
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
from warroom.subjects.names.titles import bare, may_be_title
from warroom.unread import fault_of

log = logging.getLogger(__name__)
_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙໐໑໒໓໔໕໖໗໘໙០១២៣៤៥៦៧៨៩၀၁၂၃၄၅၆၇၈၉", "0123456789" * 4)
_SLIPPED = re.compile("([ก-ยล-ฮ])\\1+$")
# JC Juncker: capitals that make no syllable; where all is in capitals too, since no name is without a vowel.
_INITIALS = re.compile("[BCDFGHJKLMNPQRSTVWXZ]{2,3}(?<!NG)(?<!MD)(?<!HJ)(?<!BT)")
# Capital: a middle initial, as John B. Smith has it.
_SON_OF = re.compile(r"(?<=\w) b\.? (?=\w)")
_TWICE = re.compile("([ัาำิีึืุูะ็์่้๊๋])\\1+")
_PARTS = re.compile(
    r"[^\W_]++(?:[\u0300-\u036f\u0e31-\u0e4e\u0eb1-\u0ecd\u102b-\u103e\u1160-\u11ff\u17b6-\u17d3\u0900-\u0dff]++[^\W_]*+)*+"
)


def kind_of(text: str) -> str:
    """Whether a text names a company, by its legal form, or else a person."""
    try:
        return _kind_of(clean(text).text)
    except Exception as problem:
        log.warning("a name of %d letters could not be read: %s", len(text), fault_of(problem))
        return PERSON


def _kind_of(cleaned: str) -> str:
    if not is_company(cleaned):
        return PERSON
    # His Excellency in Khmer begins as a sole trader does: what is a title is no form.
    person = bare(cleaned)
    return PERSON if person.titles and not is_company(person.text) else COMPANY


@lru_cache(1 << 16)
def analyse(text: str, kind: str) -> Name:
    """Take a name apart. A text without a letter has no words and is nobody's name; neither has one that the program fails at, which is
    marked as unread: one odd name among a million stops none of the others.
    """
    try:
        return _taken_apart(text, kind)
    except Exception as problem:
        # Its letters stay out of the log, as those of every name do.
        log.warning("a name of %d letters could not be read: %s", len(text), fault_of(problem))
        return Name(text, kind, (), False, "", (), (), unread=True)


def _taken_apart(text: str, kind: str) -> Name:
    cleaned = clean(text)
    if kind == COMPANY:
        return _company(text, cleaned)
    person = bare(cleaned.text)
    aside = [("title", title) for title in person.titles] + [("nickname", one) for one in person.nicknames]
    words, syllabic = _words(_surname_first(person.text), person=True)
    return Name(text, PERSON, words, syllabic, "", person.nicknames, (*_done(cleaned), *aside))


def _company(text: str, cleaned: Cleaned) -> Name:
    found = formless(cleaned.text)
    words, syllabic = _words(found.text, person=False)
    aside = [("form", one) for one in found.said]
    return Name(text, COMPANY, words, syllabic, found.form, (), (*_done(cleaned), *aside))


def _done(cleaned: Cleaned) -> Iterator[tuple[str, str]]:
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


def _words(text: str, person: bool) -> tuple[tuple[Word, ...], bool]:
    parts = [part for part in _parts(text.translate(_DIGITS)) if any(map(str.isalnum, part))]
    scripts = {script_of(part[0]) for part in parts}
    if scripts == {LATIN} and person and (found := syllables.words(parts)):
        return found, True
    words = tuple(word for part in parts for word in _read(part, person))
    if person and all(word.rank in (Rank.MAYBE, Rank.NUMBER) for word in words):
        # Ko Ko is a name; digits alone are nobody's.
        words = tuple(replace(word, rank=Rank.NAME) for word in words if word.rank == Rank.MAYBE)
    # Syllables stand for words where every one of them is a letter of Han or Hangul, or a syllable of Burmese.
    return words, bool(words) and scripts <= {HAN, HANGUL, BURMESE} and (person or scripts == {HAN})


def _parts(text: str) -> list[str]:
    text = (
        text.replace("'", "")
        .replace("’", "")
        .replace("ʻ", "")
        .replace("`", "")
        .replace("ʿ", "")
        .replace("ʾ", "")
    )
    found = []
    for part in _PARTS.findall(text):
        # One word of two scripts is two words: ทวีสินSrettha.
        start = 0
        for at in range(1, len(part)):
            before, now = script_of(part[at - 1]), script_of(part[at])
            if before != now and now != OTHER and before != OTHER and not unicodedata.combining(part[at]):
                found.append(part[start:at])
                start = at
        found.append(part[start:])
    return found


def _read(part: str, person: bool) -> Iterator[Word]:
    script = script_of(part[0])
    if part[0].isdigit() or script == OTHER:
        yield from _number(part)
    elif script == LATIN and person and _INITIALS.fullmatch(part):
        yield from (_latin(letter, person) for letter in part)
    elif script == LATIN:
        yield _latin(part, person)
    elif script == THAI and not person:
        yield from (_thai(one, person) for one in own_and_shared(part))
    elif script == THAI:
        yield _thai(part, person)
    elif script == HAN:
        yield from _han(part)
    elif script == HANGUL:
        yield from _hangul(part)
    elif script == BURMESE:
        yield from _burmese(part)
    elif script in (KHMER, LAO):
        yield _neighbour(part, script)
    else:
        yield _by_letter(part, script)


def _number(part: str) -> Iterator[Word]:
    if part.isascii() and part.isdigit():
        yield Word(part.lstrip("0") or "0", OTHER, "", (), part, Rank.NUMBER)
    elif part.isascii():
        yield Word(part.lower(), LATIN, "", (sounds(part.lower()),), part.lower())


@lru_cache(1 << 17)
def _latin(part: str, person: bool) -> Word:
    small = plain(part)
    number = _aliases()[1].get(small, "") if not person else ""
    if number:
        return Word(number, OTHER, "", (), small, Rank.NUMBER)
    common = "" if person else common_word(small)
    # An initial sounds as it does before a vowel: alone D would be heard as T, and D. Marsh be another than Douglas Marsh.
    said = sounds(f"{small}a")[:1] if person and len(small) == 1 else sounds(small)
    return Word(
        small,
        LATIN,
        common or syllables.marks_of(part),
        (said, consonants(said)) if said else (),
        small,
        _rank(part, small, common, person),
        links=_aliases()[0].get(small, frozenset()) | {small},
        marked=plain(part) != part.lower(),
    )


def _rank(part: str, small: str, common: str, person: bool) -> Rank:
    if common:
        return Rank.MAYBE if common == "the" else Rank.COMMON
    if person and len(small) == 1:
        return Rank.INITIAL
    return Rank.MAYBE if person and may_be_title(part) else Rank.NAME


@lru_cache(1 << 17)
def _thai(part: str, person: bool) -> Word:
    own = (
        _SLIPPED.sub(r"\1", _TWICE.sub(r"\1", unicodedata.normalize("NFC", part)))
        .replace("ํา", "ำ")
        .replace("เเ", "แ")
    )
    reading, spelled = thai.readings(own)
    common = "" if person else common_word(own)
    named = "" if person else thai.initials(own)
    said = tuple(dict.fromkeys((sounds(named or reading.roman), sounds(spelled))))
    rank = Rank.COMMON if common else Rank.NAME
    return Word(own, THAI, common or reading.sound, tuple(filter(None, said)), reading.roman, rank)


def _han(part: str) -> Iterator[Word]:
    simple = chinese.simplify(part)
    family = simple[:2] if simple[:2] in chinese.families() else simple[:1]
    spelled = chinese.families().get(family, ())
    known = chinese.characters()
    for number, char in enumerate(simple):
        readings = known[char].spellings if char in known else ()
        if number == 0 and len(family) == 1:
            readings = tuple(dict.fromkeys((*spelled, *readings)))
        said = readings[:1]
        yield Word(
            char,
            HAN,
            "",
            tuple(map(sounds, said)),
            said[0] if said else "",
            links=frozenset(readings),
            family=number == 0,
        )


def _hangul(part: str) -> Iterator[Word]:
    for number, syllable in enumerate(unicodedata.normalize("NFC", part)):
        said = hangul.read(syllable)
        if said:
            yield Word(
                syllable,
                HANGUL,
                "",
                tuple(map(sounds, said)),
                said[0],
                links=frozenset(said),
                family=number == 0,
            )


def _burmese(part: str) -> Iterator[Word]:
    for written, said in burmese.read(part):
        rank = Rank.MAYBE if may_be_title(written) else Rank.NAME
        yield Word(written, BURMESE, said[0], tuple(dict.fromkeys(map(sounds, said))), said[0], rank)


def _neighbour(part: str, script: int) -> Word:
    if script == LAO:
        said: tuple[str, ...] = (lao.read(part),)
        exact = said[0]
    else:
        said, exact = khmer.read(part), ""
    return Word(part, script, exact, tuple(dict.fromkeys(filter(None, map(sounds, said)))), said[0])


def _by_letter(part: str, script: int) -> Word:
    said = letters.read(part.lower())
    heard = sounds(said)
    return Word(
        part.lower(), script, "", (consonants(heard),) if script == ABJAD else (heard,) if heard else (), said
    )


@lru_cache(1)
def _aliases() -> tuple[dict[str, frozenset[str]], dict[str, str]]:
    declared = tomllib.loads(
        resources.files(__package__).joinpath("aliases.toml").read_text(encoding="utf-8")
    )
    links: dict[str, frozenset[str]] = {}
    for line in declared["given"].split("\n"):
        for one in line.split():
            links[one] = links.get(one, frozenset()) | {f"alias {line.split()[0]}"}
    numbers = {one: line.split()[0] for line in declared["numbers"].split("\n") for one in line.split()[1:]}
    return links, numbers
