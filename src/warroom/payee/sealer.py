"""The thread that seals the journal of checks every second, runs the desk's turn, and erases expired files."""

import logging
import threading
from collections.abc import Callable

from warroom import clock, timekeeping
from warroom.errors import LedgerError
from warroom.home import Home
from warroom.ledger.ledger import Ledger
from warroom.payee.journal import PayeeJournal
from warroom.payee.sealing import erase_old, seal_journal

# Seconds: an unsealed line could be changed on the disk unnoticed, so the span is short. Chosen, not
# measured.
EVERY = 1.0
ERASES = 3600
"""Seals between two searches for files to erase: about an hour."""

log = logging.getLogger(__name__)


class Sealer:
    """A thread that seals the journal each second, and once more when it is stopped."""

    def __init__(self, home: Home, ledger: Ledger, journal: PayeeJournal, also: Callable[[], None]) -> None:
        self._home, self._ledger, self._journal, self._also = home, ledger, journal, also
        self._sealing = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run_loop, name="payee-sealer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop, and seal the remaining lines; the journal must take no more lines."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)
        self._seal_once(0)

    def seal(self) -> None:
        """Seal all lines on the disk. Raises LedgerError, and then none is sealed."""
        # One at a time: the mark of the last sealed line must only move forward.
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
            # Not under a doubted clock: one that is set ahead would erase files before their time.
            if turn % ERASES == 0 and timekeeping.is_clock_trusted(self._home, clock.get_now()):
                erase_old(self._home, self._ledger)
        except (LedgerError, OSError) as problem:
            log.warning("checks are sealed later: %s", type(problem).__name__)
        try:
            self._also()
        except Exception as problem:  # a fault in flags must not stop the sealing
            log.warning("flags are looked at later: %s", type(problem).__name__)
