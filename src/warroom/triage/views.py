"""Signals as an officer sees them: whom it is about, why, why not, and what officers said of it so far."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from warroom.signals.signal import Signal

SignalWord = Literal["looked", "set-aside", "lead", "screening"]
WORDS: tuple[SignalWord, ...] = get_args(SignalWord)
"""`looked`: read and left open; `set-aside`: nothing follows, with the reason; `lead`, `screening`: a proposal of that
kind was begun from it.
"""


@dataclass(frozen=True, slots=True)
class Said:
    """An officer's word on a signal of this subject; `earlier` where it was another run's signal."""

    word: SignalWord
    reason: str
    officer: str
    at: datetime
    earlier: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """When signals were last looked for, and how many stood out then."""

    at: datetime
    found: int


@dataclass(frozen=True, slots=True)
class SignalView:
    """A signal and every word on its subject, the newest first."""

    signal: Signal
    said: tuple[Said, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether nobody has said anything of it yet that ends the matter."""
        return all(one.word == "looked" for one in self.said)


@dataclass(frozen=True, slots=True)
class SignalList:
    """The signals of the last run that fit a filter, and how many of that run wait and how many there are."""

    rows: tuple[SignalView, ...]
    total: int
    waiting: int
    all: int
    as_of: datetime | None = None
    model_version: str = ""
