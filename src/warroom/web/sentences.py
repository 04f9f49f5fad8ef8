"""The services' sentences in Thai: they speak English to the command line, and pages are in one language.

`sentences.toml`, and a file an area in `sentences/`, pair each sentence with its translation; {0}, {1} ... stand
for what was filled in.
"""

import re
import tomllib
from functools import cache
from importlib import resources

from warroom.reasons import Language

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
            return HOLE.sub(lambda hole: match[int(hole[1]) + 1], thai)
    return UNKNOWN_TH


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
