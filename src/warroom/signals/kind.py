"""What a kind of signal declares of itself; a kind is a folder with a `declaration.py`, and a line in `kinds.py`.

Whatever the program does differently from kind to kind it reads here: pages, commands and the day's runs ask for no kind by name. A
declaration imports nothing that reads records before it is asked to; it is read at every start.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warroom.reasons.reason import Language

if TYPE_CHECKING:
    from warroom.home import Home
    from warroom.lake.lake import Lake
    from warroom.signals.signal import Signal
    from warroom.subjects.subject import Subject
    from warroom.unread import UnreadTexts

TakenDown = Callable[[], "Mapping[Subject, datetime]"]
"""Gives the pages that officers had taken down, and when."""


def find_none_taken_down() -> "Mapping[Subject, datetime]":
    """No page was taken down, where nobody decides."""
    return {}


@dataclass(frozen=True, slots=True)
class SignalScope:
    """What a run looks at, and how many signals it may give. `as_of`: None for all that was received by now."""

    home: "Home"
    lake: "Lake"
    as_of: datetime | None
    budget: int
    taken_down: TakenDown = find_none_taken_down


def show_nothing(lake: "Lake", signal: "Signal") -> Mapping[str, object]:
    """A page that needs no more than the signal itself."""
    return {}


def warn_of_nothing(signal: "Signal") -> Mapping[Language, str]:
    """Nothing to be read before the reasons."""
    return {}


@dataclass(frozen=True, slots=True)
class SignalKind:
    """A kind of signal.

    What it is called on pages stands in the catalogue (`triage.signal-label`, `triage.signal-heading`). The page of one signal that is
    about no account is `web/templates/signals/<name>.html`; with `own_pages` all its pages lie under `/<name>`.
    """

    name: str
    subject: str
    """The kind of subject that its signals are about (`subjects/kinds.toml`)."""
    source: str
    """The lake's source of its signals: each kind has its own, so that a run of one is none of another."""
    run: Callable[[SignalScope], "list[Signal]"]
    """The signals of a moment, the likeliest first; raises SignalError for a budget or a moment that makes no sense."""
    day_step: str = ""
    """The day's run in the register of what is not well; empty where the server makes none by itself."""
    day_table: str = ""
    """The table without rows of which a day has nothing to look at."""
    techniques: tuple[str, ...] = ()
    """Techniques that every signal of it shows (`techniques/f3.toml`)."""
    follows_money: bool = False
    """Whether an officer may have the money of its subject followed."""
    own_pages: bool = False
    show: Callable[["Lake", "Signal"], Mapping[str, object]] = show_nothing
    """What the page of a signal shows beside its reasons, by the names that its template uses."""
    read_line: Callable[[str], dict[str, Any] | None] | None = None
    """What it says of one text of a file, with at least `text`, `probability` and `reasons`; None where nothing stands out."""
    read_file: Callable[[Path, datetime, int], "tuple[list[Signal], UnreadTexts]"] | None = None
    """The signals of a file's records as of a moment, as many as can be looked at, and what could not be read."""
    describe: Callable[["Signal"], dict[str, Any]] | None = None
    """A signal for programs, where it differs from what all kinds say."""
    warn: Callable[["Signal"], Mapping[Language, str]] = warn_of_nothing
    """What a reader must know before the reasons, by language."""
    nothing_found: str = "Nothing stands out."
    """What the command line says of a run without signals."""
