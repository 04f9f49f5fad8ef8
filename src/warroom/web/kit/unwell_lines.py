"""What is unwell in the room, as pages say it."""

from collections.abc import Callable

from warroom import unwell
from warroom.home import Home
from warroom.web.kit.formats import Say


def list_unwell_lines(home: Home, say: Say, shown: Callable[[str], bool]) -> list[tuple[str, str]]:
    """Sentence and since when, in the reader's language, of what is unwell and of a code that is `shown`."""
    return [
        (one.sentence.render_in(say.language), say.moment(one.since))
        for one in unwell.list_troubles(home)
        if shown(one.code)
    ]
