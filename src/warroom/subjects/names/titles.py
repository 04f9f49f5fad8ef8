"""Titles, nicknames and aliases left out of a person's name, in the order that each language puts them."""

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from warroom.subjects.names.latin import strip_marks
from warroom.subjects.names.scripts import BURMESE, HAN, HANGUL, KHMER, LAO, LATIN, THAI, script_of
from warroom.subjects.names.tables import parse_word_set

# At most 40 letters in brackets: longer ones are a remark and no nickname.
_IN_BRACKETS = re.compile(r"[(（\[「『“\"‘'«](.{1,40}?)[)）\]」』”\"’'»](?=[\s,]|$)")
_ALIAS = re.compile(r"\s(?:@|a\.?k\.?a\.?|alias|หรือ|นามแฝง)\s", re.IGNORECASE)
_BEHIND = parse_word_set("jr sr junior senior esq phd md mba bsc msc")
# Titles that are not names: alone they identify no person.
_ONLY = parse_word_set("mr mrs ms miss dr prof khun datuk dato datin mme mlle herr sir")
_STOP_INSIDE = re.compile(r"(?<=[a-z])\.(?=[A-Z])")
# Hon is a family name of Hong Kong; the title is written with its full stop.
_NEEDS_STOP = parse_word_set("hon")
_CALLED = re.compile(r"^(?:ชื่อเล่น|เล่น|nickname|nick|alias|aka)\s*[:.]?\s*", re.IGNORECASE)


class StrippedPersonName(NamedTuple):
    """A person's name without titles; nicknames, and the titles found."""

    text: str
    nicknames: tuple[str, ...]
    titles: tuple[str, ...]


class _Titles(NamedTuple):
    glued: re.Pattern[str]
    spaced: dict[int, frozenset[str]]
    latin: frozenset[str]
    maybe: frozenset[str]
    front_alone: frozenset[str]
    behind: re.Pattern[str]


def strip_titles(text: str) -> StrippedPersonName:
    """A person's name without titles, brackets and aliases; a text of titles alone is left with none."""
    text, nicknames = _without_brackets(text)
    # Pol.Col.Somchai: ranks that a full stop alone parts.
    head, *aliases = _ALIAS.split(_STOP_INSIDE.sub(". ", text))
    text, titles = _without_glued(head)
    words, more = _without_words(text.split())
    if len(words) == 1 and _is_bare_title(words[0]):
        words, more = [], [*more, *words]
    return StrippedPersonName(" ".join(words), tuple(nicknames + aliases), (*titles, *more))


def may_be_title(word: str) -> bool:
    """Whether a word may be a title or a particle, though it may be a name."""
    return word.lower().rstrip(".") in _load_titles().maybe or strip_marks(word) in _load_titles().maybe


def is_title_in_front_alone(word: str) -> bool:
    """Whether a word is a title only where a name begins with it: Naw Pa, but Than Naw Pa."""
    return word in _load_titles().front_alone


def _without_brackets(text: str) -> tuple[str, list[str]]:
    nicknames = [_CALLED.sub("", found) for found in _IN_BRACKETS.findall(text)]
    rest = _IN_BRACKETS.sub(" ", text)
    # A whole name in brackets is no nickname.
    return (rest, nicknames) if any(map(str.isalpha, rest)) else (re.sub(r"[()\[\]]", " ", text), [])


def _without_glued(text: str) -> tuple[str, list[str]]:
    """Titles that Thai, Lao, Khmer and Burmese write before a name without a space, and Han behind it."""
    titles = []
    text = text.strip()
    while (title_match := _load_titles().glued.match(text)) and any(
        map(str.isalpha, text[title_match.end() :])
    ):
        titles.append(title_match[0].strip())
        text = text[title_match.end() :].strip()
    title_match = _load_titles().behind.search(text)
    if title_match and title_match.start() >= 1:
        titles.append(title_match[0].strip())
        text = text[: title_match.start()].strip()
    return text, titles


def _without_words(words: list[str]) -> tuple[list[str], list[str]]:
    """Titles in front of a name, and degrees behind it. Those that are names too (Pol, King) go where two words are left."""
    kept, titles = list(words), []
    if len(kept) > 1 and len(kept[0]) == 2 and kept[0][0] in _load_titles().spaced[HAN] and len(kept[1]) > 1:
        titles.append(kept.pop(0))  # 阿强 陈志强: a name that friends use, and the name
    # One word is always left: a name that is all titles is still what somebody was called.
    while len(kept) > 1 and _is_title(kept[0]) and (len(kept) > 2 or _is_only_title(kept[0])):
        titles.append(kept.pop(0))
    while len(kept) > 2 and strip_marks(kept[-1]).strip(".,") in _BEHIND:
        titles.append(kept.pop())
    return kept, titles


def _is_bare_title(word: str) -> bool:
    """Whether a word is a title and nothing else, so that alone it is nobody's name."""
    return bool(_load_titles().glued.fullmatch(word)) or strip_marks(word).strip(".,") in _ONLY


def _is_title(word: str) -> bool:
    script = script_of(word[0])
    if script == LATIN and strip_marks(word) in _NEEDS_STOP:
        return False
    if script == LATIN:
        return strip_marks(word).strip(".,") in _load_titles().latin
    return word in _load_titles().spaced.get(script, frozenset())


def _is_only_title(word: str) -> bool:
    return script_of(word[0]) != LATIN or word.endswith(".") or strip_marks(word).strip(".,") in _ONLY


@lru_cache(1)
def _load_titles() -> _Titles:
    declared = tomllib.loads(resources.files(__package__).joinpath("titles.toml").read_text(encoding="utf-8"))
    thai_spaced = frozenset(declared["thai"]["spaced"].split())
    by_script = {THAI: "thai", LAO: "lao", KHMER: "khmer", BURMESE: "burmese"}
    sure = {script: frozenset(declared[word]["sure"].split()) for script, word in by_script.items()}
    # Some Thai titles, such as พระ, are also how names begin: these count only before a space.
    glued = {word for words in sure.values() for word in words} - thai_spaced
    pattern = "|".join(re.escape(word) for word in sorted(glued, key=len, reverse=True))
    alone = "|".join(re.escape(word) for word in sorted(thai_spaced, key=len, reverse=True))
    behind = declared["han"]["behind"].split() + declared["hangul"]["behind"].split()
    return _Titles(
        re.compile(rf"(?:{pattern})\s*|(?:{alone})\s+"),
        sure | {HAN: frozenset(declared["han"]["front"].split()), HANGUL: frozenset()},
        frozenset(declared["latin"]["sure"].replace("_", "").split()),
        frozenset(declared["latin"]["maybe"].split()) | frozenset(declared["burmese"]["maybe"].split()),
        frozenset(declared["burmese"]["front"].split()) | frozenset(declared["burmese"]["maybe"].split()),
        re.compile(rf"\s*(?:{'|'.join(map(re.escape, behind))})$"),
    )
