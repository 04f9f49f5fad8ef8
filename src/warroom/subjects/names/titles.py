"""Titles, nicknames and aliases left out of a person's name, in the order that each language puts them."""

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from warroom.subjects.names.latin import plain
from warroom.subjects.names.scripts import BURMESE, HAN, HANGUL, KHMER, LAO, LATIN, THAI, script_of
from warroom.subjects.names.tables import words

_IN_BRACKETS = re.compile(r"[(（\[「『“\"‘'«](.{1,40}?)[)）\]」』”\"’'»](?=[\s,]|$)")
_ALIAS = re.compile(r"\s(?:@|a\.?k\.?a\.?|alias|หรือ|นามแฝง)\s", re.IGNORECASE)
_BEHIND = words("jr sr junior senior esq phd md mba bsc msc")
_ONLY = words("mr mrs ms miss dr prof khun datuk dato datin mme mlle herr sir")
_CALLED = re.compile(r"^(?:ชื่อเล่น|เล่น|nickname|nick|alias|aka)\s*[:.]?\s*", re.IGNORECASE)


class Bare(NamedTuple):
    """A person's name without titles; nicknames, and the titles found."""

    text: str
    nicknames: tuple[str, ...]
    titles: tuple[str, ...]


class _Titles(NamedTuple):
    glued: re.Pattern[str]
    spaced: dict[int, frozenset[str]]
    latin: frozenset[str]
    maybe: frozenset[str]
    behind: re.Pattern[str]


def bare(text: str) -> Bare:
    """A person's name without titles, brackets and aliases; a text of titles alone is left with none."""
    text, nicknames = _without_brackets(text)
    head, *aliases = _ALIAS.split(text)
    text, said = _without_glued(head)
    words, more = _without_words(text.split())
    if len(words) == 1 and _stands_alone(words[0]):
        words, more = [], [*more, *words]
    return Bare(" ".join(words), tuple(nicknames + aliases), (*said, *more))


def may_be_title(word: str) -> bool:
    """Whether a word may be a title or a particle, though it may be a name."""
    return word.lower().rstrip(".") in _titles().maybe or plain(word) in _titles().maybe


def _without_brackets(text: str) -> tuple[str, list[str]]:
    nicknames = [_CALLED.sub("", found) for found in _IN_BRACKETS.findall(text)]
    rest = _IN_BRACKETS.sub(" ", text)
    # A whole name in brackets is no nickname.
    return (rest, nicknames) if any(map(str.isalpha, rest)) else (re.sub(r"[()\[\]]", " ", text), [])


def _without_glued(text: str) -> tuple[str, list[str]]:
    """Titles that Thai, Lao, Khmer and Burmese write before a name without a space, and Han behind it."""
    said = []
    text = text.strip()
    while (found := _titles().glued.match(text)) and any(map(str.isalpha, text[found.end() :])):
        said.append(found[0].strip())
        text = text[found.end() :].strip()
    found = _titles().behind.search(text)
    if found and found.start() >= 1:
        said.append(found[0].strip())
        text = text[: found.start()].strip()
    return text, said


def _without_words(words: list[str]) -> tuple[list[str], list[str]]:
    """Titles in front of a name, and degrees behind it. Those that are names too (Pol, King) go where two words are left."""
    kept, said = list(words), []
    if len(kept) > 1 and len(kept[0]) == 2 and kept[0][0] in _titles().spaced[HAN] and len(kept[1]) > 1:
        said.append(kept.pop(0))  # 阿强 陈志强: a name that friends use, and the name
    while len(kept) > 1 and _is_title(kept[0]) and (len(kept) > 2 or _is_only_title(kept[0])):
        said.append(kept.pop(0))
    while len(kept) > 2 and plain(kept[-1]).strip(".,") in _BEHIND:
        said.append(kept.pop())
    return kept, said


def _stands_alone(word: str) -> bool:
    """Whether a word is a title and nothing else, so that alone it is nobody's name."""
    return bool(_titles().glued.fullmatch(word)) or plain(word).strip(".,") in _ONLY


def _is_title(word: str) -> bool:
    script = script_of(word[0])
    if script == LATIN:
        return plain(word).strip(".,") in _titles().latin
    return word in _titles().spaced.get(script, frozenset())


def _is_only_title(word: str) -> bool:
    return script_of(word[0]) != LATIN or word.endswith(".") or plain(word).strip(".,") in _ONLY


@lru_cache(1)
def _titles() -> _Titles:
    declared = tomllib.loads(resources.files(__package__).joinpath("titles.toml").read_text(encoding="utf-8"))
    thai_spaced = frozenset(declared["thai"]["spaced"].split())
    by_script = {THAI: "thai", LAO: "lao", KHMER: "khmer", BURMESE: "burmese"}
    sure = {script: frozenset(declared[word]["sure"].split()) for script, word in by_script.items()}
    glued = {word for words in sure.values() for word in words} - thai_spaced
    pattern = "|".join(re.escape(word) for word in sorted(glued, key=len, reverse=True))
    alone = "|".join(re.escape(word) for word in sorted(thai_spaced, key=len, reverse=True))
    behind = declared["han"]["behind"].split() + declared["hangul"]["behind"].split()
    return _Titles(
        re.compile(rf"(?:{pattern})\s*|(?:{alone})\s+"),
        sure | {HAN: frozenset(declared["han"]["front"].split()), HANGUL: frozenset()},
        frozenset(declared["latin"]["sure"].replace("_", "").split()),
        frozenset(declared["latin"]["maybe"].split()) | frozenset(declared["burmese"]["maybe"].split()),
        re.compile(rf"\s*(?:{'|'.join(map(re.escape, behind))})$"),
    )
