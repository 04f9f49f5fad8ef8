"""The ledger: where decisions are kept, and the one way to a database session."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from psycopg import errors as pg
from sqlalchemy import create_engine, make_url
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from warroom import settings
from warroom.errors import LedgerError, NotPossible, WarroomError
from warroom.home import Home
from warroom.keys import secret
from warroom.ledger import upgrade
from warroom.ledger.audit.numbering import Numbering
from warroom.ledger.postgres import Server
from warroom.sentences.recall import recall

ROLE = "warroom"
DATABASE = "warroom"
# Whoever waits longer than this for a lock is told so, rather than kept waiting.
OPTIONS = "-c timezone=UTC -c lock_timeout=15s"
CODES = {
    pg.DiskFull: "ledger.disk-full",
    pg.LockNotAvailable: "ledger.locked",
    pg.DeadlockDetected: "ledger.decisions-crossed",
    pg.InsufficientPrivilege: "ledger.role-forbidden",
}


class Ledger:
    """An open ledger of one home. Close it, or use it as a context manager, so that its server can stop."""

    def __init__(self, home: Home, engine: Engine, server: Server | None) -> None:
        self.home = home
        self.engine = engine
        self.server = server
        self._chain_key = secret(home, "audit-chain")
        self.numbering = Numbering(engine, self._chain_key)
        self._looks: dict[tuple[str, str], datetime] = {}

    @classmethod
    def open(cls, home: Home) -> "Ledger":
        """Open the ledger, starting its server and upgrading its tables where needed.

        Raises LedgerError where the database cannot be reached, HomeVersion where a newer program wrote it.
        """
        url = settings.text("WARROOM_DATABASE_URL")
        if url:
            owner = settings.text("WARROOM_DATABASE_OWNER_URL") or url
            return cls._connect(home, _address(url), _address(owner), None)
        server = Server(home).open()
        try:
            upgrade.make_database(server.url("postgres", "postgres"), logins(server), DATABASE)
            owner_url = _address(server.url("postgres", DATABASE))
            return cls._connect(home, _address(server.url(ROLE, DATABASE)), owner_url, server)
        except BaseException:
            server.close()
            raise

    @classmethod
    def _connect(cls, home: Home, url: URL, owner: URL, server: Server | None) -> "Ledger":
        engine = engine_of(url)
        try:
            with translated():
                upgrade.upgrade(engine, owner, url.username or ROLE)
        except BaseException:
            engine.dispose()
            raise
        return cls(home, engine, server)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction: committed at the end of the block, undone by any error.

        A broken limit becomes NotPossible with its sentence, an unreachable or full database LedgerError.
        """
        with (
            translated(),
            # Kept: views are made of the rows after the commit, and each would be read again.
            Session(self.engine, expire_on_commit=False, info=self._info()) as session,
            session.begin(),
        ):
            yield session
        # Outside the transaction: a row is numbered after its commit, and never keeps a deed's locks waiting.
        if session.info.get("appended"):
            self.numbering.after_commit()

    def settle(self) -> None:
        """Number every row of the log that is committed by now, so that who reads next sees it."""
        with translated():
            self.numbering.settle()

    def revive(self) -> bool:
        """Start the database again where it is this home's own and died; True where it had."""
        return self.server is not None and self.server.revive()

    def _info(self) -> dict[str, Any]:
        return {"home": self.home, "chain_key": self._chain_key, "looks": self._looks}

    def close(self) -> None:
        """Let go of every connection, and of the server."""
        self.engine.dispose()
        if self.server is not None:
            self.server.close()
            self.server = None

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def logins(server: Server) -> dict[str, str]:
    """The logins of our own server, with their passwords: the room's, and that of the public pages."""
    return {role: server.password(role) for role in (ROLE, upgrade.PUBLIC_ROLE)}


def engine_of(url: URL) -> Engine:
    """An engine with a small pool: the web's threads wait for a connection rather than open hundreds. Those that a busy
    moment opened are kept, since a new one costs more than a decision, and the one used last is used next.
    """
    return create_engine(
        url,
        pool_size=16,
        max_overflow=0,
        pool_use_lifo=True,
        pool_timeout=15,
        # The server may have been restarted since: a dead connection is replaced before a decision meets it.
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "application_name": "warroom", "options": OPTIONS},
    )


def _address(url: str) -> URL:
    try:
        return make_url(url).set(drivername="postgresql+psycopg")
    except (ValueError, ArgumentError):
        # The text itself may hold a password: it is not repeated.
        raise LedgerError(
            "WARROOM_DATABASE_URL is no database address; write it as postgresql://user:password@host/database."
        ) from None


@contextmanager
def translated() -> Iterator[None]:
    """Turn the database's errors into sentences; other errors pass."""
    try:
        yield
    except WarroomError:
        raise
    except PoolTimeout:
        raise LedgerError("ledger.busy") from None
    except (DBAPIError, pg.Error) as problem:  # the log asks the driver itself
        known = _sentence(problem)
        if known is None:
            raise
        raise known from problem


def _sentence(problem: DBAPIError | pg.Error) -> LedgerError | None:
    cause = problem.orig if isinstance(problem, DBAPIError) else problem
    lost = isinstance(problem, DBAPIError) and problem.connection_invalidated
    if isinstance(cause, pg.Error):
        # Raised by our own guards in the database, with a sentence meant for people.
        if (cause.sqlstate or "").startswith("WR"):
            return _refused(cause.diag.message_primary or "The ledger refuses this.")
        for kind, code in CODES.items():
            if isinstance(cause, kind):
                return LedgerError(code)
    if lost or isinstance(cause, pg.OperationalError):
        told = str(cause).strip().splitlines() or ["no reason given"]
        return LedgerError("ledger.unreachable", why=told[-1].strip())
    return None


def _refused(sentence: str) -> NotPossible:
    found = recall(sentence)
    return NotPossible(found[0], **found[1]) if found else NotPossible(sentence)
