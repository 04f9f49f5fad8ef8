"""Recognises calls for help in what is sent; such reports come first, and the sender is shown help first."""

import threading
from collections.abc import Mapping
from typing import Any

from warroom.public.outside.urgency import DISTRESS, URGENCIES
from warroom.signals.adverts.red_flags import find_red_flags
from warroom.unread import UnreadTexts

UNREAD = 1
"""The least urgency of a report whose text could not be analysed."""
_FIRST = threading.Lock()


def read_lexicons() -> None:
    """Once a process and by one thread: it takes seconds, and nothing the second time."""
    with _FIRST:
        find_red_flags("")


def read_urgency(kind: str, answers: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """How urgent a report is, and what is filed of it: `DISTRESS` where its words are of somebody in distress, whatever its kind.

    A report whose words the program fails at is never lost by it: it is filed, marked for officers as one that no machine has read.
    """
    text = "\n".join(value for value in answers.values() if isinstance(value, str) and value)
    unread = UnreadTexts("reports")
    is_urgent = unread.try_reading(kind, is_distress, text)
    if unread.count:
        return max(URGENCIES[kind], UNREAD), {**answers, "unread": str(unread)}
    return DISTRESS if is_urgent else URGENCIES[kind], dict(answers)


def is_distress(text: str) -> bool:
    """Whether words of distress stand in a text."""
    read_lexicons()
    return any(flag.name == "distress" for flag in find_red_flags(text).flags)
