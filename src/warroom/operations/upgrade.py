"""Makes the ledger's database and brings its tables to this program's revision."""

from importlib import resources
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from warroom.errors import HomeVersion

REVISION = "0002"
OWNER = "warroom_owner"
LOCK = 20_566  # any fixed number: who holds it migrates


def make_database(url: str, role: str, password: str, database: str) -> None:
    """On our own server: an owner that nobody can sign in as, a role that owns nothing, and the database."""
    with psycopg.connect(url, autocommit=True) as connection:
        roles = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
        if OWNER not in roles:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(OWNER)))
        if role not in roles:
            words = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
            connection.execute(words.format(sql.Identifier(role), sql.Literal(password)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone():
            named = {
                "database": sql.Identifier(database),
                "owner": sql.Identifier(OWNER),
                "role": sql.Identifier(role),
            }
            connection.execute(sql.SQL("CREATE DATABASE {database} OWNER {owner}").format(**named))
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {database} FROM PUBLIC").format(**named))
            connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {database} TO {role}").format(**named))


def upgrade(engine: Engine, owner: URL, role: str) -> None:
    """Bring the tables to `REVISION`; raises HomeVersion where they are newer than this program."""
    if _revision(engine) == REVISION:
        return
    migrator = create_engine(owner, poolclass=NullPool)
    with migrator.connect() as connection, connection.begin():
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        _become_owner(connection)
        _run(connection)
        if role != owner.username:
            _grant(connection, role)
    migrator.dispose()


def _revision(engine: Engine) -> str:
    try:
        with engine.connect() as connection:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
    except DBAPIError as problem:
        if problem.orig is not None and getattr(problem.orig, "sqlstate", None) in ("42P01", "42501"):
            return ""
        raise


def _become_owner(connection: Connection) -> None:
    """Tables belong to the owner role where there is one that this login may act as."""
    known = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": OWNER}).scalar()
    if known and connection.execute(text("SELECT pg_has_role(:name, 'MEMBER')"), {"name": OWNER}).scalar():
        connection.execute(text(f"SET LOCAL ROLE {OWNER}"))


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
            f"The ledger was written by a newer version of warroom ({problem}); install that version, or restore a "
            "backup made by this one into an empty home."
        ) from None


def _grant(connection: Connection, role: str) -> None:
    words = resources.files(__package__).joinpath("rights.sql").read_text(encoding="utf-8")
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    driver.execute(sql.SQL(words).format(role=sql.Identifier(role)))  # type: ignore[arg-type]
