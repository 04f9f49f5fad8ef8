"""What the scripts of pages say, in the reader's language."""

import json

from warroom.sentences.catalogue import list_words
from warroom.web.kit.formats import Say


def as_json(say: Say, table: str = "pages.form") -> str:
    """The words of a table by name, for a script: those of forms, or the names of keys (`pages.key`)."""
    words = {name: texts[say.language] for name, texts in list_words(table).items()}
    return json.dumps(words, ensure_ascii=False)
