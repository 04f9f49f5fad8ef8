"""Sentences that the ledger wrote down in English, in the reader's language: why an order did not leave, what ended an action.

They lie there as text, in rows that are never changed and in the log, so that their codes are found by what they say.
"""

from warroom.law.kinds.named import translate_words
from warroom.sentences.recall import parse_sentence
from warroom.sentences.sentence import Sentence, render_sentence


def render_kept_sentence(sentence: str, language: str) -> str:
    """A kept sentence in a language; one that the catalogue does not have is a general one in Thai."""
    return render_sentence(recall_sentence(sentence) or sentence, language)


def recall_sentence(sentence: str) -> Sentence | None:
    """A kept sentence with its code; None for what is none of ours, as what an officer wrote is."""
    if isinstance(sentence, Sentence):
        return sentence
    parsed = parse_sentence(sentence)
    return (
        Sentence(parsed[0], **{name: translate_words(text) for name, text in parsed[1].items()})
        if parsed
        else None
    )
