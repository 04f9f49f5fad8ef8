"""Why a time to decide is later than it was, as rows of cases and of their amounts say it."""

from datetime import datetime, timedelta

from warroom.cases.decide_by import WhyLater
from warroom.sentences.catalogue import find_word
from warroom.web.kit.formats import Say

NEAR = timedelta(hours=12)


def format_hour(moment: datetime, say: Say) -> str:
    """A time less than 12 hours away without its day, also past midnight; any other with its day."""
    return f"{say.to_local(moment):%H:%M}" if abs(moment - say.now) < NEAR else say.time(moment)


def format_later(why: WhyLater, was: datetime | None, seen: datetime | None, say: Say) -> str:
    """What it was, and the records or the decision since; empty where it never became later."""
    pattern = find_word("queue.later", why, say.language)
    if not pattern or was is None or seen is None:
        return ""
    return pattern.format(was=format_hour(was, say), seen=format_hour(seen, say))
