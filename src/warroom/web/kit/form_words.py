"""What the scripts of forms say, in the reader's language."""

import json

from warroom.web.kit.formats import Say
from warroom.web.kit.words.mark import N_

WORDS = {
    "restored": N_("What you had typed here and not sent was put back."),
    "discard": N_("Discard it"),
    "elsewhere": N_("This form was changed in another tab as well."),
    "take": N_("Show that version"),
    "keep": N_("Keep this one"),
    "gone": N_("This form was sent or discarded in another tab."),
    "lost": N_(
        "There is no connection, and nothing was lost: the form stays as it is. Send it again when the connection is"
        " back; sending twice does no harm."
    ),
    "again": N_("Send it again"),
    "missing": N_("Fill this in; a few words are enough."),
    "missingAs": N_("Fill this in, for example: {example}"),
    "choose": N_("Choose one, for example: {choices}"),
    "tick": N_("Tick this if it is so; without it nothing is sent."),
    "unfit": N_("This cannot be read as it stands. Right would be, for example: {example}"),
    "another": N_("fewer signs, and none but letters and digits"),
    "long": N_("This is too long; write at most {most} letters."),
    "short": N_("Write at least {least} letters."),
}


def as_json(say: Say) -> str:
    """The words by name, for a page's head."""
    return json.dumps({name: say.catalog.gettext(text) for name, text in WORDS.items()}, ensure_ascii=False)
