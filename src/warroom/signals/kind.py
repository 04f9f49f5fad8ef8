"""The declaration of a kind of signal; a kind is a folder with a `declaration.py`, and a line in `kinds.py`.

Everything that differs between kinds is declared here: pages, commands and daily runs ask for no kind by
name. Declarations are imported at every start, so they import what reads records only when it is called.
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
    """No page was taken down: for runs without a ledger."""
    return {}


@dataclass(frozen=True, slots=True)
class SignalScope:
    """The input of a run, and how many signals it may give. `as_of`: None for all that was received by now."""

    home: "Home"
    lake: "Lake"
    as_of: datetime | None
    budget: int
    taken_down: TakenDown = find_none_taken_down


def show_nothing(lake: "Lake", signal: "Signal") -> Mapping[str, object]:
    """The default of `SignalKind.show`: a page that needs nothing but the signal."""
    return {}


def warn_of_nothing(signal: "Signal") -> Mapping[Language, str]:
    """The default of `SignalKind.warn`: nothing to be read before the reasons."""
    return {}


@dataclass(frozen=True, slots=True)
class SignalKind:
    """A kind of signal.

    Its names on pages are in the catalogue (`triage.signal-label`, `triage.signal-heading`). The page of one
    signal that is about no account is `web/templates/signals/<name>.html`; with `own_pages` all its pages are
    under `/<name>`.
    """

    name: str
    subject: str
    """The kind of subject that its signals are about (`subjects/kinds.toml`)."""
    source: str
    """The lake's source of its signals; each kind has its own, so that runs of two kinds are not mixed up."""
    run: Callable[[SignalScope], "list[Signal]"]
    """The signals of a moment, the likeliest first; raises SignalError for a budget or a moment that makes no sense."""
    day_step: str = ""
    """The name of the daily run in the register of faults; empty where the server makes none by itself."""
    day_table: str = ""
    """The table that must have rows for a daily run to make sense."""
    techniques: tuple[str, ...] = ()
    """Techniques that every signal of it shows (`techniques/f3.toml`)."""
    follows_money: bool = False
    """Whether an officer may have the money of its subject followed."""
    own_pages: bool = False
    show: Callable[["Lake", "Signal"], Mapping[str, object]] = show_nothing
    """Further values for the page of a signal, by the names that its template uses."""
    read_line: Callable[[str], dict[str, Any] | None] | None = None
    """Reads one line of a file: at least `text`, `probability` and `reasons`; None where nothing was found."""
    read_file: Callable[[Path, datetime, int], "tuple[list[Signal], UnreadTexts]"] | None = None
    """The signals of a file's records as of a moment, at most a budget, and what could not be read."""
    describe: Callable[["Signal"], dict[str, Any]] | None = None
    """A signal as JSON values, where it differs from the common form."""
    warn: Callable[["Signal"], Mapping[Language, str]] = warn_of_nothing
    """What a reader must know before the reasons, by language."""
    nothing_found: str = "Nothing stands out."
    """What the command line prints for a run without signals."""
