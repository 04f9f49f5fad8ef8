"""The services' sentences in Thai: they speak English to the command line, and pages are in one language.

`sentences.toml`, and a file an area in `sentences/`, pair each sentence with its translation; {0}, {1} ... stand
for what was filled in.
"""

import re
import tomllib
from functools import cache
from importlib import resources

from warroom.law.kinds.declarations import Kind, Prerequisite, kinds, prerequisites, words
from warroom.reasons.reason import Language

SECTIONS = ("choices", "subjects", "partners", "endings")
"""Codes of the declarations that sentences name."""
WORDS_APART = re.compile(r", | or ")
HOLE = re.compile(r"\{(\d+)\}")
UNKNOWN_TH = "ทำรายการนี้ไม่ได้และไม่มีอะไรเปลี่ยนแปลง กลับไปตรวจสอบแล้วลองใหม่ หรือแจ้งผู้ดูแลระบบ"


def translate(sentence: str, language: Language) -> str:
    """A service's sentence in a language; one that is not in the table becomes a general one, never a
    mixture.
    """
    if language == "en":
        return sentence
    for pattern, thai in _table():
        if match := pattern.fullmatch(sentence):
            return HOLE.sub(lambda hole: _filled(match[int(hole[1]) + 1]), thai)
    return UNKNOWN_TH


def _filled(said: str) -> str:
    """What stands in a hole: words of the declarations in Thai too, whatever else as it is."""
    known = _words()
    parts = [known.get(part if part.isupper() else part.lower()) for part in WORDS_APART.split(said)]
    return ", ".join(part for part in parts if part) if all(parts) else said


@cache
def _words() -> dict[str, str]:
    """Thai words of the declarations by their codes, and by their English ones in small letters."""
    found = {code: texts.th for section in SECTIONS for code, texts in words(section).items()}
    declared: list[Kind | Prerequisite] = [*kinds().values(), *prerequisites().values()]
    for one in declared:
        found |= {one.id: one.title.th, one.title.en.lower(): one.title.th}
        found |= {field.label.en.lower(): field.label.th for field in one.inputs}
    return found


def written() -> list[dict[str, str]]:
    """Every pair of the files, as written."""
    web = resources.files("warroom.web")
    areas = [file for file in web.joinpath("sentences").iterdir() if file.name.endswith(".toml")]
    files = [web.joinpath("sentences.toml"), *sorted(areas, key=lambda file: file.name)]
    return [pair for file in files for pair in tomllib.loads(file.read_text(encoding="utf-8"))["sentence"]]


@cache
def _table() -> list[tuple[re.Pattern[str], str]]:
    pairs = [(_pattern(pair["en"]), pair["th"]) for pair in written()]
    # The more a sentence says itself, the earlier it is tried.
    return sorted(pairs, key=lambda pair: -len(HOLE.sub("", pair[0].pattern)))


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(re.escape(part) for part in HOLE.split(english)[::2]), re.DOTALL)
