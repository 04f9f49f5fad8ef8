"""What signals could not read, where people look: in the register of what is not well, until a look reads all."""

from warroom import unwell
from warroom.home import Home
from warroom.sentences.sentence import Sentence
from warroom.unread import Unread

CODES = {
    "adverts": "health.adverts-unread",
    "messages": "health.messages-unread",
    "domains": "health.domains-unread",
}
"""What the register of what is not well says of each kind of signal."""


def keep_unread(home: Home, unread: Unread) -> None:
    """Note the texts that a look could not read, or that it read all. `unread.what` is the kind of signal."""
    code = CODES[unread.what]
    unwell.clear(home, code)
    if unread.count:
        unwell.note(home, Sentence(code, count=unread.count), why=str(unread))
