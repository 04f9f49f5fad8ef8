"""The sentences of the public pages in seven languages: what one says, all say, and nobody meets a hole."""

import re
import string

import pytest

from warroom.web.public.languages import PUBLIC_LANGUAGES, READ, PublicSentences, load_sentences

TRANSLATED = [language for language in PUBLIC_LANGUAGES if language != "en"]
ENGLISH = load_sentences("en").sentences
ROUND = {"name", "skip", "call", "exercise", "unread", "foot", "problem", "leave", "help"}
REPORTED = {
    "home",
    "report",
    "real",
    "money",
    "file",
    "tip",
    "code",
    "back",
    "kept",
    "enter",
    "receipt",
    "second",
}
HELD = {"held", "official"}
NEEDED = ROUND | REPORTED | HELD
"""What stands around every page, the whole way of a report, held money and what is real: in every language."""


def holes(sentence: str) -> set[str]:
    """The places of a sentence where values stand."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translated_sentence_has_the_same_values_as_the_english_one(language: str) -> None:
    said = load_sentences(language).sentences
    assert not set(said) - set(ENGLISH), "no English sentence stands under these keys"
    assert {key: holes(text) for key, text in said.items()} == {key: holes(ENGLISH[key]) for key in said}


@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_a_sentence_is_plain_text(language: str) -> None:
    said = load_sentences(language).sentences
    assert [key for key, text in said.items() if re.search(r"<|>|&\w+;", text) or not text.strip()] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_somebody_in_need_meets_first_is_said_in_their_language(language: str) -> None:
    said = load_sentences(language).sentences
    missing = sorted(set(ENGLISH) - set(said))
    share = f"{language}: {len(said)} of {len(ENGLISH)} sentences are translated; in English: {missing}"
    parts = {key.split(".")[0] for key in missing}
    assert not parts & NEEDED, share
    assert language not in READ or not missing, share


def test_a_sentence_that_a_language_lacks_is_said_in_english() -> None:
    lacking = PublicSentences(
        "km", {key: text for key, text in load_sentences("km").sentences.items() if key != "call"}
    )
    assert lacking("call") == ENGLISH["call"]
