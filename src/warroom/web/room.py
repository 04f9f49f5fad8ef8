"""What every request of one server shares: the home, its ledger, and the lake once somebody needs it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection

from warroom import keys
from warroom.home import Home
from warroom.operations import Ledger
from warroom.operations.partners import KeyRing

if TYPE_CHECKING:
    from warroom.lake import Lake
    from warroom.money import Index
    from warroom.web.exercise import Exercise


@dataclass
class Room:
    """One open home being served. The lake and its index open at first use: the first page does not wait for
    them.
    """

    home: Home
    ledger: Ledger
    also: "Callable[[Room], object] | None" = None
    exercise: "Exercise | None" = None
    _opening: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def secret(self) -> bytes:
        """The key of form tokens."""
        return keys.secret(self.home, "web")

    @cached_property
    def keyring(self) -> KeyRing:
        """The keys of partners' programs; whoever serves opens and closes it."""
        return KeyRing(self.ledger)

    @cached_property
    def _lake(self) -> "Lake":
        from warroom.lake import Lake

        return Lake.open(self.home)

    @property
    def lake(self) -> "Lake":
        with self._opening:
            return self._lake

    def index(self) -> "Index":
        """The index of the lake as it is now."""
        from warroom.money import open_index

        return open_index(self.home, self.lake)


def room_of(request: HTTPConnection) -> Room:
    """The room that serves this request."""
    room: Room = request.app.state.room
    return room
