"""The ledger: where decisions are kept, and the one way to a database session."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from psycopg import errors as pg
from sqlalchemy import create_engine, event, make_url
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from warroom import settings
from warroom.errors import LedgerError, NotPossible, WarroomError
from warroom.home import Home
from warroom.keys import load_secret
from warroom.ledger import upgrade
from warroom.ledger.audit.numbering import Numbering
from warroom.ledger.postgres import PostgresServer
from warroom.sentences.recall import parse_sentence

ROLE = "warroom"
DATABASE = "warroom"
# A longer wait for a lock ends with an error: the officer sees it and can try again.
OPTIONS = "-c timezone=UTC -c lock_timeout=15s"
CODES = {
    pg.DiskFull: "ledger.disk-full",
    pg.LockNotAvailable: "ledger.locked",
    pg.DeadlockDetected: "ledger.decisions-crossed",
    pg.InsufficientPrivilege: "ledger.role-forbidden",
}


class Ledger:
    """An open ledger of one home. Close it, or use it as a context manager, so that its server can stop."""

    def __init__(self, home: Home, engine: Engine, server: PostgresServer | None) -> None:
        self.home = home
        self.engine = engine
        self.server = server
        self._chain_key = load_secret(home, "audit-chain")
        self.numbering = Numbering(engine, self._chain_key)
        self._looks: dict[tuple[str, str], datetime] = {}

    @classmethod
    def open(cls, home: Home) -> "Ledger":
        """Open the ledger, starting its server and upgrading its tables where needed.

        Raises LedgerError where the database cannot be reached, HomeVersion where a newer program wrote it.
        """
        url = settings.get_text("WARROOM_DATABASE_URL")
        if url:
            owner = settings.get_text("WARROOM_DATABASE_OWNER_URL") or url
            return cls._connect_engine(home, _parse_address(url), _parse_address(owner), None)
        server = PostgresServer(home).open()
        try:
            upgrade.make_database(server.make_url("postgres", "postgres"), get_logins(server), DATABASE)
            owner_url = _parse_address(server.make_url("postgres", DATABASE))
            return cls._connect_engine(
                home, _parse_address(server.make_url(ROLE, DATABASE)), owner_url, server
            )
        except BaseException:
            server.close()
            raise

    @classmethod
    def _connect_engine(cls, home: Home, url: URL, owner: URL, server: PostgresServer | None) -> "Ledger":
        engine = make_engine(url)
        try:
            with translate_db_errors():
                upgrade.upgrade_if_needed(engine, owner, url.username or ROLE)
        except BaseException:
            engine.dispose()
            raise
        return cls(home, engine, server)

    @contextmanager
    def open_session(self) -> Iterator[Session]:
        """One transaction: committed at the end of the block, undone by any error.

        A broken limit becomes NotPossible with its sentence, an unreachable or full database LedgerError.
        """
        with (
            translate_db_errors(),
            # Kept: views are made of the rows after the commit, and each would be read again.
            Session(self.engine, expire_on_commit=False, info=self._make_session_info()) as session,
            session.begin(),
        ):
            yield session
        # Outside the transaction: a row is numbered after its commit, so numbering never prolongs its locks.
        if session.info.get("appended"):
            self.numbering.number_after_commit()

    def number_committed_rows(self) -> None:
        """Number every row of the log that is committed by now, so that who reads next sees it."""
        with translate_db_errors():
            self.numbering.number_committed()

    def restart_if_dead(self) -> bool:
        """Start the database again where it is this home's own and died; True where it had."""
        return self.server is not None and self.server.restart_if_dead()

    def _make_session_info(self) -> dict[str, Any]:
        return {"home": self.home, "chain_key": self._chain_key, "looks": self._looks}

    def close(self) -> None:
        """Let go of every connection, and of the server. A connection that a thread still uses is closed as it comes back."""
        pool = self.engine.pool
        self.engine.dispose()
        # `dispose` forgets those in use: they would come back to a pool that nobody empties, and stay open.
        event.listen(pool, "checkin", lambda _, record: record.close())
        if self.server is not None:
            self.server.close()
            self.server = None

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def get_logins(server: PostgresServer) -> dict[str, str]:
    """The logins of our own server, with their passwords: the room's, and that of the public pages."""
    return {role: server.load_password(role) for role in (ROLE, upgrade.PUBLIC_ROLE)}


def make_engine(url: URL) -> Engine:
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


def _parse_address(url: str) -> URL:
    try:
        return make_url(url).set(drivername="postgresql+psycopg")
    except (ValueError, ArgumentError):
        # The text itself may hold a password: it is not repeated.
        raise LedgerError(
            "WARROOM_DATABASE_URL is no database address; write it as postgresql://user:password@host/database."
        ) from None


@contextmanager
def translate_db_errors() -> Iterator[None]:
    """Turn the database's errors into sentences; other errors pass."""
    try:
        yield
    except WarroomError:
        raise
    except PoolTimeout:
        raise LedgerError("ledger.busy") from None
    except (DBAPIError, pg.Error) as problem:  # the log asks the driver itself
        known = _find_error(problem)
        if known is None:
            raise
        raise known from problem


def _find_error(problem: DBAPIError | pg.Error) -> LedgerError | None:
    cause = problem.orig if isinstance(problem, DBAPIError) else problem
    lost = isinstance(problem, DBAPIError) and problem.connection_invalidated
    if isinstance(cause, pg.Error):
        # Raised by our own guards in the database, with a sentence meant for people.
        if (cause.sqlstate or "").startswith("WR"):
            return _make_refusal(cause.diag.message_primary or "The ledger refuses this.")
        for kind, code in CODES.items():
            if isinstance(cause, kind):
                return LedgerError(code)
    if lost or isinstance(cause, pg.OperationalError):
        error_lines = str(cause).strip().splitlines() or ["no reason given"]
        return LedgerError("ledger.unreachable", why=error_lines[-1].strip())
    return None


def _make_refusal(sentence: str) -> NotPossible:
    found = parse_sentence(sentence)
    return NotPossible(found[0], **found[1]) if found else NotPossible(sentence)
