"""State shared by all requests of a server: the home, its ledger, and the lake once it is needed."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from warroom import clock, keys
from warroom.access.api_keys.key_ring import KeyRing
from warroom.home import Home
from warroom.ledger.ledger import Ledger
from warroom.payee.desk import PayeeDesk
from warroom.signals.kinds import FIRST

if TYPE_CHECKING:
    from warroom.lake.lake import Lake
    from warroom.money.index.source import IndexSource
    from warroom.money.trail import Trail
    from warroom.room.map.views import MapView, SuspectedPlace
    from warroom.runtime.exercise import Exercise
    from warroom.signals.adverts.clusters.lures import Lures
    from warroom.signals.signal import Signal
    from warroom.subjects.resolution.saved import SavedRegister


@dataclass
class OpenHome:
    """One open home being served. The lake and its index open at first use: the first page does not wait for
    them.
    """

    home: Home
    ledger: Ledger
    extra_job: "Callable[[OpenHome], object] | None" = None
    exercise: "Exercise | None" = None
    returns_waiting: int = 0
    """Returns that name no payment known here, or several, as the server last counted them."""
    rising_count: int = 0
    """Threats that rise beyond their usual variation, as the server last counted them."""
    small_map: "MapView | None" = None
    """The small map of the board and the wall, as the server last made it: without suspected places, which not everybody
    before a wall screen may know.
    """
    small_places: "tuple[SuspectedPlace, ...]" = ()
    """The suspected places of the small map, for officers who may open the large one."""
    opened_lake: "Lake | None" = None
    """The lake, once somebody needed it."""
    _opening: threading.Lock = field(default_factory=threading.Lock)
    _last: "dict[str, tuple[int, Sequence[Signal]]]" = field(default_factory=dict)
    _lures: "tuple[object, Lures] | None" = None
    _registers: "dict[str, tuple[str, SavedRegister]]" = field(default_factory=dict)

    @cached_property
    def form_secret(self) -> bytes:
        """The key of form tokens."""
        return keys.load_secret(self.home, "web")

    @cached_property
    def keyring(self) -> KeyRing:
        """The keys of partners' programs; opened and closed with the server."""
        return KeyRing(self.ledger)

    @cached_property
    def payee_desk(self) -> PayeeDesk:
        """Answers payee checks; opened and closed with the server."""
        return PayeeDesk(self.home, self.ledger)

    def open(self) -> None:
        """Open what partners' programs and the exercise need. Raises LedgerError where the ledger is down."""
        if self.exercise is not None:
            self.exercise.attach_ledger(self.ledger)
        self.keyring.open()
        self.payee_desk.open()

    def close(self) -> None:
        """Write the remaining journal of partners' programs, and close."""
        self.payee_desk.close()
        self.keyring.close()

    @property
    def lake(self) -> "Lake":
        # Since Python 3.12 cached_property takes no lock: two first requests would open the lake twice.
        with self._opening:
            if self.opened_lake is None:
                from warroom.lake.lake import Lake

                self.opened_lake = Lake.open(self.home)
            return self.opened_lake

    def open_index_to(self, moment: datetime) -> "IndexSource":
        """The index source for what was received by a moment, without waiting for the lake's newest files."""
        from warroom.money.index.opening import open_index_to

        # On a cluster there is no index, and each question selects what it needs.
        if self.lake.engine.cluster:
            return self.open_index()
        return open_index_to(self.home, self.lake, clock.to_micros(moment))

    def load_signals(self, kind: str = FIRST.name) -> "Sequence[Signal]":
        """The signals of a kind's last run; read again only when the lake has changed. None where the lake is empty."""
        if not any((self.home.lake / "commits").glob("*")):
            return ()
        from warroom.signals import store

        head = self.lake.head
        if self._last.get(kind, (-1, ()))[0] != head:
            # One assignment for both: no reader sees the signals of one head under another.
            self._last[kind] = head, store.load_last_run(self.lake, kind)
        return self._last[kind][1]

    def load_lures(self) -> "Lures":
        """The adverts of the lake with their scripts and organisers, as the last run left them."""
        from warroom.actions.queries import load_taken_down_pages
        from warroom.signals.adverts.advert import list_adverts
        from warroom.signals.adverts.clusters.lures import load_kept_lures

        down = load_taken_down_pages(self.ledger)
        at = self.lake.head, down
        known = self._lures
        if known is None or known[0] != at:
            known = self._lures = at, load_kept_lures(self.home, list_adverts(self.lake), down)
        return known[1]

    def find_register(self, kind: str) -> "SavedRegister | None":
        """The register of resolved records of a kind, reloaded when a file came; None where there is none."""
        from warroom.subjects.resolution import saved

        folder = self.home.subjects / kind
        if not saved.has_register(folder):
            return None
        place = saved.get_register_name(folder)
        if self._registers.get(kind, ("",))[0] != place:
            # One assignment for both, as above.
            self._registers[kind] = place, saved.load_register(folder)
        return self._registers[kind][1]

    def trace(
        self,
        lake: "Lake",
        index: None,
        ids: "Sequence[str]",
        *,
        as_of: datetime,
        known_at: Mapping[str, datetime] | None = None,
    ) -> "Trail":
        """Follow transfers. The index is opened when needed, not at every turn: with a steady inflow of
        records it is outdated a moment later, and updating it costs more the more it holds.
        """
        from warroom.money.trace.tracing import trace

        return trace(lake, self.open_index(), ids, as_of=as_of, known_at=known_at)

    def open_index(self) -> "IndexSource":
        """The index source for traces of the lake's current state."""
        from warroom.money.trace.opening import open_source

        return open_source(self.home, self.lake)
