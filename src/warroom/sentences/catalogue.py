"""The catalogue: a file an area beside this module, in it a code with its sentence in English and in Thai.

The sentence `[no-hold-chosen]` of `cases.toml` has the code `cases.no-hold-chosen`; `{bank}` stands for a parameter. A
hole that the Thai leaves out is not said in Thai. `guard` is how a guard of the database says it, where the house has found
better words since the guard was written.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
UNKNOWN_TH = "ทำรายการนี้ไม่ได้และไม่มีอะไรเปลี่ยนแปลง กลับไปตรวจสอบแล้วลองใหม่ หรือแจ้งผู้ดูแลระบบ"
"""What Thai readers are told where a sentence is not in the catalogue: a general one, never a mixture."""


def texts(code: str) -> Mapping[str, str]:
    """The sentence of a code by language, its holes unfilled; raises KeyError for a code that there is not."""
    area, _, name = code.partition(".")
    return _area(area)[name]


def is_code(word: str) -> bool:
    """Whether a word names an area of the catalogue and something in it, and so can be nothing but a code."""
    area, dot, name = word.partition(".")
    return bool(dot and name) and area.isidentifier() and (HERE / f"{area}.toml").is_file()


def codes() -> tuple[str, ...]:
    """Every code, by area and as written."""
    return tuple(f"{area}.{name}" for area in _areas() for name in _area(area))


def _areas() -> list[str]:
    return sorted(file.stem for file in HERE.glob("*.toml"))


@cache
def _area(name: str) -> dict[str, dict[str, str]]:
    # One file when it is needed, and what reads it: every command imports its errors, few meet one.
    import tomllib

    file = HERE / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
