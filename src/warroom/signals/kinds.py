"""The registry of kinds of signals: one line each, in the order in which they are named."""

from warroom.errors import SignalError
from warroom.signals.adverts.declaration import ADVERTS
from warroom.signals.domains.declaration import DOMAINS
from warroom.signals.kind import SignalKind
from warroom.signals.messages.declaration import MESSAGES
from warroom.signals.mules.declaration import MULES

KINDS: tuple[SignalKind, ...] = (
    MULES,
    ADVERTS,
    MESSAGES,
    DOMAINS,
)
FIRST = KINDS[0]
"""The kind that is meant where none is named."""


def find_kind(name: str) -> SignalKind:
    """A kind by its name; raises SignalError for any other."""
    for kind in KINDS:
        if kind.name == name:
            return kind
    raise SignalError(
        f"There are no signals of '{name}'; choose one of {', '.join(kind.name for kind in KINDS)}."
    )
