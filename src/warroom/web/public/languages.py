"""The languages of the public pages, and their sentences: one file each in `words`, by the same keys."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any

from markupsafe import Markup, escape
from starlette.requests import Request

COOKIE = "lang"
PUBLIC_LANGUAGES: Mapping[str, str] = {
    "th": "ไทย",
    "en": "English",
    "zh": "中文",
    "my": "မြန်မာ",
    "km": "ខ្មែរ",
    "lo": "ລາວ",
    "vi": "Tiếng Việt",
}
"""Each in its own script: a reader who looks for their language cannot read Thai or English."""
SIGNS = "ท A 中 မ ខ ລ"
"""A letter of each script, which a reader knows at a glance; all of them stand in the names above, whose fonts every page has."""
FIRST = "th"
READ = ("th", "en")
"""Languages whose texts a native speaker has reviewed; pages in the others say that theirs are not reviewed."""


@dataclass(frozen=True, slots=True)
class PublicSentences:
    """The sentences of one language; a missing one falls back to English."""

    language: str
    sentences: Mapping[str, str]
    _plain: dict[str, Markup] = field(default_factory=dict, repr=False, compare=False)
    """Cache of sentences without values: a page has about thirty."""
    lacking: set[str] = field(default_factory=set, repr=False, compare=False)
    """What was said in English because this language has no words for it; each page counts its own (`for_page`)."""

    def for_page(self) -> "PublicSentences":
        """The same sentences for one page, of which none has been said yet."""
        return replace(self, lacking=set())

    def choose_text(self, texts: Mapping[str, Any]) -> Any:
        """What was written in several languages, in the reader's; else in English, which counts as lacking."""
        return texts.get(self.language) or self.mark_english(texts["en"])

    def mark_english(self, text: Any) -> Any:
        """A text that exists in Thai and English alone, unchanged; to readers of another language the page says so."""
        if self.language not in READ:
            self.lacking.add(str(text))
        return text

    def __call__(self, key: str, **values: Any) -> Markup:
        """The sentence of `key` with the escaped `values` filled in. Raises KeyError for a key that English lacks too."""
        if key not in self.sentences:
            self.lacking.add(key)
        if not values and key in self._plain:
            return self._plain[key]
        sentence = self.sentences.get(key) or load_sentences("en").sentences[key]
        said = Markup(sentence).format(**{name: escape(value) for name, value in values.items()})  # noqa: S704 - ours
        return said if values else self._plain.setdefault(key, said)


@cache
def load_sentences(language: str) -> PublicSentences:
    """The sentences of a language."""
    file = resources.files(__package__) / "words" / f"{language}.toml"
    return PublicSentences(language, _flatten_sentences(tomllib.loads(file.read_text(encoding="utf-8"))))


def choose_language(request: Request) -> str:
    """The reader's choice, else what their browser asks for, else Thai."""
    chosen = request.query_params.get("l") or request.cookies.get(COOKIE, "")
    if chosen in PUBLIC_LANGUAGES:
        return chosen
    # Quality values are ignored: browsers send the languages in order of preference anyway.
    wanted = request.headers.get("accept-language", "")[:200].lower().split(",")
    codes = (code.strip()[:2] for code in wanted)
    return next((code for code in codes if code in PUBLIC_LANGUAGES), FIRST)


def _flatten_sentences(said: Mapping[str, Any], before: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in said.items():
        if isinstance(value, dict):
            found |= _flatten_sentences(value, f"{before}{name}.")
        else:
            found[before + name] = value
    return found
