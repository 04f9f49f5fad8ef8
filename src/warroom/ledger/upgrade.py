"""Makes the ledger's database and brings its tables to this program's revision."""

from importlib import resources
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from warroom.errors import HomeVersion

REVISION = "0021"
OWNER = "warroom_owner"
LOCK = 20_566  # any fixed number: who holds it migrates
UNDEFINED_TABLE, NO_RIGHT = "42P01", "42501"


def make_database(url: str, role: str, password: str, database: str) -> None:
    """On our own server: an owner that nobody can sign in as, a role that owns nothing, and the database."""
    names = {"database": database, "owner": OWNER, "role": role}
    named = {key: sql.Identifier(name) for key, name in names.items()}
    with psycopg.connect(url, autocommit=True) as connection:
        # Two programs may open a new home at the same moment; the lock ends with the connection.
        connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        roles = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
        # Owned by a role without login: the application can then neither alter a table nor drop a trigger of
        # the log.
        if OWNER not in roles:
            connection.execute(sql.SQL("CREATE ROLE {owner} NOLOGIN").format(**named))
        if role not in roles:
            words = sql.SQL("CREATE ROLE {role} LOGIN PASSWORD {password}")
            connection.execute(words.format(**named, password=sql.Literal(password)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {database} OWNER {owner}").format(**named))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {database} FROM PUBLIC").format(**named))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {database} TO {role}").format(**named))


def upgrade(engine: Engine, owner: URL, role: str) -> None:
    """Bring the tables to `REVISION`; raises HomeVersion where they are newer than this program."""
    # The usual case costs one query and no lock.
    if _revision(engine) == REVISION:
        return
    migrator = create_engine(owner, poolclass=NullPool)
    with migrator.connect() as connection, connection.begin():
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        driver = connection.connection.driver_connection
        if not isinstance(driver, psycopg.Connection):
            raise TypeError("The ledger needs the driver psycopg.")
        if may_own(driver):
            driver.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(OWNER)))
        _run(connection)
        _grant(driver, role, owner.username)
    migrator.dispose()


def _revision(engine: Engine) -> str:
    try:
        with engine.connect() as connection:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
    except DBAPIError as problem:
        # A database nobody has migrated yet: no table, or one that is not this login's to read before the
        # grants.
        if getattr(problem.orig, "sqlstate", None) in (UNDEFINED_TABLE, NO_RIGHT):
            return ""
        raise


def may_own(connection: "psycopg.Connection[tuple[object, ...]]") -> bool:
    """Whether there is an owner role that this login may act as; tables then belong to it."""
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (OWNER,)).fetchone()
    return bool(known) and connection.execute("SELECT pg_has_role(%s, 'MEMBER')", (OWNER,)).fetchone() == (
        True,
    )


def _run(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, REVISION)
    except CommandError as problem:
        raise HomeVersion(
            f"The ledger was written by a newer version of warroom ({problem}); install that one, or restore "
            "a backup made by this one into an empty home."
        ) from None


def grant(owner: str, url: str) -> None:
    """Give the application's login its rights on tables that were just restored."""
    role = make_url(url).username
    with psycopg.connect(owner) as connection:
        if may_own(connection):
            connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(OWNER)))
        _grant(connection, role or "", make_url(owner).username)


def _grant(connection: "psycopg.Connection[tuple[object, ...]]", role: str, owner: str | None) -> None:
    """One login for both owns everything anyway, and there is nothing to grant."""
    if role and role != owner:
        folder = resources.files(__package__).joinpath("rights")
        # ledger.sql grants what is usual; the files after it take away what a table of theirs must not suffer.
        files = sorted(folder.iterdir(), key=lambda file: (file.name != "ledger.sql", file.name))
        for file in files:
            words = file.read_text(encoding="utf-8")
            connection.execute(sql.SQL(words).format(role=sql.Identifier(role)))
