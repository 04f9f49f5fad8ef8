"""Translates sentences stored in English: why an order was not sent, why an action ended.

They are stored as text, in rows that are never changed and in the log, so their codes are recovered by parsing them.
"""

from warroom.law.kinds.named import translate_words
from warroom.sentences.recall import parse_sentence
from warroom.sentences.sentence import Sentence, render_sentence


def render_kept_sentence(sentence: str, language: str) -> str:
    """A stored sentence in a language; one that the catalogue does not have becomes a general one in Thai."""
    return render_sentence(recall_sentence(sentence) or sentence, language)


def recall_sentence(sentence: str) -> Sentence | None:
    """A stored sentence with its code; None for other text, such as an officer's own."""
    if isinstance(sentence, Sentence):
        return sentence
    parsed = parse_sentence(sentence)
    return (
        Sentence(parsed[0], **{name: translate_words(text) for name, text in parsed[1].items()})
        if parsed
        else None
    )
