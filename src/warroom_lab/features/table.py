"""Every feature with its name, its unit and a sentence that says what the number is, in Thai and in English."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from warroom.reasons.reason import Language
from warroom_lab.features import columns


@dataclass(frozen=True, slots=True)
class Feature:
    """One column: `name` as in a model's file, `unit` as in the reference, `th` and `en` without a full stop."""

    name: str
    unit: str
    th: str
    en: str

    def sentence(self, language: Language) -> str:
        return self.th if language == "th" else self.en


def feature_names() -> tuple[str, ...]:
    """The names in the order of the columns."""
    return columns.names()


@cache
def features() -> tuple[Feature, ...]:
    """The whole table in the order of the columns."""
    said = tomllib.loads(files(__package__).joinpath("table.toml").read_text(encoding="utf-8"))
    found = {one.name: one for one in _all(said)}
    return tuple(found[name] for name in columns.names())


def _all(said: Mapping[str, Any]) -> Iterator[Feature]:
    for name, words in said["feature"].items():
        yield _feature(name, words, {}, {})
    for end, ends in said["end"].items():
        for ring, words in said["ring"].items():
            yield _feature(f"{end}_{ring}", words, ends, {})
        for name, words in (said["habit"] | said["beside"]).items():
            yield _feature(f"{end}_{name}", words, ends, {})
        for window, windows in said["window"].items():
            for name, words in said["fading"].items():
                yield _feature(f"{end}_{name}_{window}", words, ends, windows)


def _feature(
    name: str, words: Mapping[str, str], ends: Mapping[str, str], windows: Mapping[str, str]
) -> Feature:
    def filled(language: str) -> str:
        return words[language].format(end=ends.get(language, ""), window=windows.get(language, ""))

    return Feature(name, words["unit"], filled("th"), filled("en"))
