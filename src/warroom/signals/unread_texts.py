"""Texts that a run could not read, noted in the register of faults until a run reads all."""

from warroom import unwell
from warroom.home import Home
from warroom.sentences.sentence import Sentence
from warroom.unread import UnreadTexts


def keep_unread(home: Home, code: str, unread: UnreadTexts) -> None:
    """Note the texts that a run could not read under `health.<kind>-unread`, or clear the note where it read
    all.
    """
    # Cleared first: the count of the run before must not stay.
    unwell.clear_trouble(home, code)
    if unread.count:
        unwell.note_trouble(home, Sentence(code, count=unread.count), why=str(unread))
