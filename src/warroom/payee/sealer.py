"""The thread that seals the journal of checks every second, does what else is due then, and erases what its time is over for."""

import logging
import threading
from collections.abc import Callable

from warroom import clock, timekeeping
from warroom.errors import LedgerError
from warroom.home import Home
from warroom.ledger.ledger import Ledger
from warroom.payee.journal import PayeeJournal
from warroom.payee.sealing import erase_old, seal_journal

EVERY = 1.0
ERASES = 3600
"""Seals between two looks for files to erase: about an hour."""

log = logging.getLogger(__name__)


class Sealer:
    """A thread that seals the journal each second until it is stopped, and once more then."""

    def __init__(self, home: Home, ledger: Ledger, journal: PayeeJournal, also: Callable[[], None]) -> None:
        self._home, self._ledger, self._journal, self._also = home, ledger, journal, also
        self._sealing = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run_loop, name="payee-sealer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Seal what is left; the journal must take no more lines."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)
        self._seal_once(0)

    def seal(self) -> None:
        """Seal what is on the disk by now. Raises LedgerError, and then nothing was."""
        # One at a time: the mark of how far the log knows the journal only moves forward.
        with self._sealing:
            seal_journal(self._home, self._ledger, self._journal)

    def _run_loop(self) -> None:
        turn = 0
        while not self._stop.wait(EVERY):
            self._seal_once(turn)
            turn += 1

    def _seal_once(self, turn: int) -> None:
        try:
            self.seal()
            if turn % ERASES == 0 and timekeeping.is_clock_trusted(self._home, clock.get_now()):
                erase_old(self._home, self._ledger)
        except (LedgerError, OSError) as problem:
            log.warning("checks are sealed later: %s", type(problem).__name__)
        try:
            self._also()
        except Exception as problem:  # whatever is wrong with flags, checks go on being sealed
            log.warning("flags are looked at later: %s", type(problem).__name__)
