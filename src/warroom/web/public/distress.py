"""Whether what somebody sends speaks of people who are held or hurt: it goes out before everything else, and helps first."""

import threading
from collections.abc import Mapping
from typing import Any

from warroom.public.outside.urgency import DISTRESS, URGENCIES
from warroom.signals.adverts.flags import look

_FIRST = threading.Lock()


def read_lexicons() -> None:
    """Once a process and by one thread: it takes seconds, and nothing the second time."""
    with _FIRST:
        look("")


def urgency_of(kind: str, said: Mapping[str, Any]) -> int:
    """How urgent a report is; `DISTRESS` where its words are of somebody in distress, whatever its kind."""
    text = "\n".join(value for value in said.values() if isinstance(value, str) and value)
    return DISTRESS if is_distress(text) else URGENCIES[kind]


def is_distress(text: str) -> bool:
    """Whether words of distress stand in a text."""
    read_lexicons()
    return any(flag.name == "distress" for flag in look(text).flags)
