"""What signals could not read, where people look: in the register of what is not well, until a look reads all."""

from warroom import unwell
from warroom.home import Home
from warroom.sentences.sentence import Sentence
from warroom.unread import UnreadTexts


def keep_unread(home: Home, code: str, unread: UnreadTexts) -> None:
    """Note the texts that a look could not read, or that it read all, under the code of the kind: `health.<kind>-unread`."""
    unwell.clear_trouble(home, code)
    if unread.count:
        unwell.note_trouble(home, Sentence(code, count=unread.count), why=str(unread))
