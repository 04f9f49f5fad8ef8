"""Short tables written as two lines of text, so that a letter and its spelling stand above each other."""


def map_letters(letters: str, spellings: str) -> dict[str, str]:
    """Each letter with its spelling; spellings are parted by one space, and an empty one stands between two."""
    return dict(zip(letters, spellings.split(" "), strict=True))


def parse_word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def parse_word_list(text: str) -> tuple[str, ...]:
    """The words of a text in order; an empty one stands between two spaces."""
    return tuple(text.split(" "))
