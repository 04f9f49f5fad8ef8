"""The page's words in both languages."""

import tomllib
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "th")


@cache
def load_words() -> dict[str, Any]:
    """All words, by section of words.toml."""
    return tomllib.loads(files("warroom_lab.evaluation.page").joinpath("words.toml").read_text("utf-8"))


def render_both_languages(en: str, th: str) -> str:
    """HTML of a text in both languages; the page shows one of them."""
    return f'<span class="en" lang="en">{escape(en)}</span><span class="th" lang="th">{escape(th)}</span>'


def render_text(section: str, key: str, **values: str) -> str:
    """HTML of one of the page's texts in both languages."""
    texts = load_words()[section][key]
    return render_both_languages(*(texts[language].format(**values) for language in LANGUAGES))


def render_reason(reason: str) -> str:
    """HTML of the reason for which there is no figure."""
    return render_both_languages(reason, load_words()["why"].get(reason, reason))


def render_unit(name: str) -> str:
    """HTML of a unit."""
    return render_both_languages(name, load_words()["units"][name])
