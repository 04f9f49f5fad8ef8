"""What the scripts of forms say, in the reader's language."""

import json

from warroom.sentences.catalogue import list_words
from warroom.web.kit.formats import Say


def as_json(say: Say) -> str:
    """The words by name, for a page's head."""
    words = {name: texts[say.language] for name, texts in list_words("pages.form").items()}
    return json.dumps(words, ensure_ascii=False)
