"""What threats and audiences are called, and the few words that stand in every alert."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from warroom.bilingual.texts import Texts


@cache
def words(section: str) -> Mapping[str, Texts]:
    """A section of `words.toml`."""
    text = resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
    return {code: Texts(said["th"], said["en"]) for code, said in tomllib.loads(text)[section].items()}


def in_language(texts: Texts, language: str) -> str:
    """Thai in Thai, English in any other language."""
    return texts.th if language == "th" else texts.en
