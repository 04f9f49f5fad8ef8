"""Every feature with its name, its unit and a sentence that says what the number is, in Thai and in English."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from warroom.reasons.reason import Language
from warroom.signals.payments.features import columns


@dataclass(frozen=True, slots=True)
class Feature:
    """One column: `name` as in a model's file, `unit` as in the reference, `th` and `en` without a full stop."""

    name: str
    unit: str
    th: str
    en: str

    def sentence_in(self, language: Language) -> str:
        return self.th if language == "th" else self.en


def list_feature_names() -> tuple[str, ...]:
    """The names in the order of the columns."""
    return columns.list_feature_names()


@cache
def load_features() -> tuple[Feature, ...]:
    """The whole table in the order of the columns."""
    said = tomllib.loads(files(__package__).joinpath("table.toml").read_text(encoding="utf-8"))
    found = {one.name: one for one in _iter_features(said)}
    return tuple(found[name] for name in columns.list_feature_names())


def _iter_features(sections: Mapping[str, Any]) -> Iterator[Feature]:
    for name, words in sections["feature"].items():
        yield _make_feature(name, words, {}, {})
    for end, ends in sections["end"].items():
        for ring, words in sections["ring"].items():
            yield _make_feature(f"{end}_{ring}", words, ends, {})
        for name, words in (sections["habit"] | sections["beside"]).items():
            yield _make_feature(f"{end}_{name}", words, ends, {})
        for window, windows in sections["window"].items():
            for name, words in sections["fading"].items():
                yield _make_feature(f"{end}_{name}_{window}", words, ends, windows)


def _make_feature(
    name: str, words: Mapping[str, str], ends: Mapping[str, str], windows: Mapping[str, str]
) -> Feature:
    def fill_words(language: str) -> str:
        return words[language].format(end=ends.get(language, ""), window=windows.get(language, ""))

    return Feature(name, words["unit"], fill_words("th"), fill_words("en"))
