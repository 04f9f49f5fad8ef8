"""The catalogue: a file an area beside this module, in it the sentences and words of its codes in English and in Thai.

The sentence `[no-hold-chosen]` of `cases.toml` has the code `cases.no-hold-chosen`; `{bank}` stands for a parameter. A
hole that the Thai leaves out is not said in Thai. `guard` is how a guard of the database says it, or how rows kept from before
say it, where the house has found better words since.

`{count:row|rows}` is a word for one and a word for several (`warroom.sentences.counted`).

A section with a line a code is a table of words, as `[scam]` of the same file: what a page calls a code of the ledger or the
lake. `cases.scam` is its name. The pages' own prose is no code; gettext has it (`locale/`).
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from warroom.sentences.counted import as_counted

HERE = Path(__file__).parent
UNKNOWN_TH = "ทำรายการนี้ไม่ได้และไม่มีอะไรเปลี่ยนแปลง กลับไปตรวจสอบแล้วลองใหม่ หรือแจ้งผู้ดูแลระบบ"
"""The general sentence that Thai readers get where a sentence is not in the catalogue: never a mixture of
languages.
"""


def load_texts(code: str) -> Mapping[str, str]:
    """The sentence of a code by language, its holes unfilled; raises KeyError for a code that there is not."""
    area, _, name = code.partition(".")
    return _load_sentences(area)[name]


def list_words(table: str) -> Mapping[str, Mapping[str, str]]:
    """Every code of a table with its words by language, in order; raises KeyError for a table that there is not."""
    area, _, name = table.partition(".")
    return _load_tables(area)[name]


def find_word(table: str, code: str, language: str) -> str | None:
    """What a table calls a code, holes unfilled; None for a code that it does not know."""
    words = list_words(table).get(code)
    return words[language] if words else None


# Decided by the file's existence, without loading it: errors are made often and shown seldom.
def is_code(word: str) -> bool:
    """Whether a word names an area of the catalogue and something in it, and so can be nothing but a code."""
    area, dot, name = word.partition(".")
    return bool(dot and name) and area.isidentifier() and (HERE / f"{area}.toml").is_file()


def list_codes() -> tuple[str, ...]:
    """The code of every sentence, by area and as written."""
    return tuple(f"{area}.{name}" for area in _list_areas() for name in _load_sentences(area))


def list_tables() -> tuple[str, ...]:
    """The name of every table of words, by area and as written."""
    return tuple(f"{area}.{name}" for area in _list_areas() for name in _load_tables(area))


def _list_areas() -> list[str]:
    return sorted(file.stem for file in HERE.glob("*.toml"))


@cache
def _load_sentences(area: str) -> dict[str, dict[str, str]]:
    return {name: body for name, body in _load_area(area).items() if isinstance(body.get("en"), str)}


@cache
def _load_tables(area: str) -> dict[str, dict[str, dict[str, str]]]:
    return {name: body for name, body in _load_area(area).items() if name not in _load_sentences(area)}


@cache
def _load_area(area: str) -> dict[str, dict[str, Any]]:
    # One file when it is needed, and what reads it: every command imports its errors, few meet one.
    import tomllib

    file = HERE / f"{area}.toml"
    return _to_counted_texts(tomllib.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}


def _to_counted_texts(body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: as_counted(text) if isinstance(text, str) else _to_counted_texts(text)
        for name, text in body.items()
    }
