"""Numbering: what was committed gets its number, leaf, hash and place in the chain, one row after the other.

A writer only adds to `audit_waiting`, in the transaction of its change, and holds no lock, so many can commit
at once. Numbering holds the log's lock, takes the visible rows and moves them into `audit` by a function of
the database that alone may do so. A crash in between loses nothing: the rows still wait. The move itself need
not be on disk when it is done (`synchronous_commit` off), because it can be done again; a checkpoint is
signed only over what is.
"""

import logging
import threading
import time
from datetime import datetime
from typing import Any, cast

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from warroom.ledger import merkle
from warroom.ledger.audit import subtrees
from warroom.ledger.audit.leaf import START, assemble_leaf, compute_next_chain

LOCK = 20_567  # key of PostgreSQL's advisory lock; its holder numbers
# Rows numbered in one transaction, chosen: bounds how long the log's lock is held.
BATCH = 1_000
PAUSE = 0.01  # seconds; under load many rows are numbered at once
ROUNDS = 3  # then somebody else's commit goes on with it
log = logging.getLogger(__name__)

_Waiting = tuple[int, datetime, str, str, str, str | None, str, int | None, bytes | None]
_SOME = "SELECT 1 FROM audit_waiting ORDER BY entry LIMIT 1"
_TRY = "SELECT pg_try_advisory_xact_lock(%s::bigint), set_config('synchronous_commit', 'off', true)"
_WAIT = "SELECT pg_advisory_xact_lock(%s::bigint), set_config('synchronous_commit', 'off', true)"
_TAKE = """
SELECT entry, at, officer, verb, subject, case_number, detail, last.sequence, last.chain
FROM audit_waiting LEFT JOIN (SELECT sequence, chain FROM audit ORDER BY sequence DESC LIMIT 1) last ON true
ORDER BY entry LIMIT %s"""
_MOVE = "SELECT audit_number(%s::bigint, %s::bigint[], %s::bytea[], %s::bytea[], %s::bytea[])"


class Numbering:
    """Numbers the waiting rows of one ledger; any number of processes may try."""

    def __init__(self, engine: Engine, key: bytes) -> None:
        self._engine = engine
        self._key = key
        self._turn = threading.Lock()
        self._asked = False
        self._done = 0.0

    def number_after_commit(self) -> None:
        """Number the waiting rows, unless that was done a moment ago: then a reader or the next commit
        numbers them. While another thread numbers, that thread looks once more when it is done.

        Never raises for errors of the database: the decision is already committed, and its row waits.
        """
        self._asked = True
        for _ in range(ROUNDS):
            # A commit within the pause leaves it to the next: under load one transaction numbers many rows.
            recently = time.monotonic() - self._done < PAUSE
            if recently or not self._asked or not self._turn.acquire(blocking=False):
                return
            try:
                # Before the work: a commit that comes during it sets it again, and
                # is then seen in the next round.
                self._asked = False
                self._number_waiting(_TRY)
            except (DBAPIError, PoolTimeout, psycopg.Error) as problem:
                log.warning("rows of the log wait for their numbers: %s", type(problem).__name__)
                return
            finally:
                self._done = time.monotonic()
                self._turn.release()

    def number_committed(self) -> None:
        """Number everything that is committed by now; afterwards a reader sees it."""
        with self._engine.connect() as connection:
            if connection.exec_driver_sql(_SOME).first() is None:
                return
        # Waits for the database's lock: a reader must not go on before what was committed is seen.
        with self._turn:
            self._asked = False
            self._number_waiting(_WAIT)

    def _number_waiting(self, lock: str) -> None:
        while self._number_batch(lock) == BATCH:
            pass

    def _number_batch(self, lock: str) -> int:
        """How many rows were numbered, in one transaction."""
        with self._engine.begin() as connection:
            driver = cast("psycopg.Connection[tuple[Any, ...]]", connection.connection.driver_connection)
            with driver.cursor(binary=True) as cursor:
                taken = cursor.execute(lock, (LOCK,)).fetchone()
                if not taken or taken[0] is False:
                    return 0
                # After the lock, not before: rows and the last number have to be of one and the same moment.
                rows = cast("list[_Waiting]", cursor.execute(_TAKE, (BATCH,)).fetchall())
                if rows:
                    self._move_rows(cursor, rows)
                return len(rows)

    def _move_rows(self, cursor: "psycopg.Cursor[tuple[Any, ...]]", rows: list[_Waiting]) -> None:
        before, chain = rows[0][7] or 0, rows[0][8] or START
        leaves, hashes, chains = [], [], []
        for sequence, (_, at, officer, verb, subject, case, detail, _, _) in enumerate(rows, before + 1):
            leaf = assemble_leaf(sequence, at, officer, verb, subject, detail, case)
            hashed = merkle.leaf_hash(leaf)
            # Keyed with a secret outside the database: who may write every table still
            # cannot make a chain that fits.
            chain = compute_next_chain(self._key, chain, hashed)
            leaves.append(leaf)
            hashes.append(hashed)
            chains.append(chain)
        cursor.execute(_MOVE, (before, [row[0] for row in rows], leaves, hashes, chains))
        subtrees.save_completed_subtrees(cursor, before, before + len(rows))
