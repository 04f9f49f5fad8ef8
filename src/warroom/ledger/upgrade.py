"""Makes the ledger's database and brings its tables to this program's revision.

A fresh ledger gets every table as the features' schemas describe them. A ledger of an earlier version gets
the steps from there to here. Either happens in one transaction, so that a killed process leaves the ledger as
it was.
"""

from collections.abc import Iterator, Mapping
from importlib import resources

import psycopg
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import DBAPIError

from warroom.errors import HomeVersion
from warroom.ledger.tables import iter_founding_sql

MIGRATIONS = resources.files(__package__).joinpath("migrations")
REVISIONS = tuple(
    sorted(file.name.removesuffix(".sql") for file in MIGRATIONS.iterdir() if file.name.endswith(".sql"))
)
"""A file is named by the revision that it leads to from the one before it. Nothing leads to the first: it is the oldest that opens."""
REVISION = REVISIONS[-1]
OWNER = "warroom_owner"
PUBLIC_ROLE = "warroom_public"
"""The login of the process that people outside reach; it may call what `rights/outside` says and read no table."""
LOCK = 20_566  # any fixed number: who holds it upgrades
UNDEFINED_TABLE, NO_RIGHT = "42P01", "42501"
Connection = psycopg.Connection[tuple[object, ...]]


def make_database(url: str, logins: Mapping[str, str], database: str) -> None:
    """On our own server: an owner that nobody can sign in as, logins that own nothing with their passwords, and the database."""
    names = {"database": database, "owner": OWNER}
    named = {key: sql.Identifier(name) for key, name in names.items()}
    with psycopg.connect(url, autocommit=True) as connection:
        # Two programs may open a new home at the same moment; the lock ends with the connection.
        connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        roles = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
        # Owned by a role without login: the application can then neither alter a table
        # nor drop a trigger of the log.
        if OWNER not in roles:
            connection.execute(sql.SQL("CREATE ROLE {owner} NOLOGIN").format(**named))
        for role, password in logins.items():
            if role not in roles:
                words = sql.SQL("CREATE ROLE {role} LOGIN PASSWORD {password}")
                connection.execute(words.format(role=sql.Identifier(role), password=sql.Literal(password)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {database} OWNER {owner}").format(**named))
        # The other databases too: there the public login could hold the lock above, and no ledger would open.
        for shut in (database, "postgres", "template1"):
            shutting = sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC")
            connection.execute(shutting.format(sql.Identifier(shut)))
        for role in logins:
            words = sql.SQL("GRANT CONNECT ON DATABASE {database} TO {role}")
            connection.execute(words.format(**named, role=sql.Identifier(role)))
        if PUBLIC_ROLE in logins:
            _limit_public_login(connection, logins[PUBLIC_ROLE])


def _limit_public_login(connection: Connection, password: str) -> None:
    """Limit the public login.

    At every start: an attacker who got it may have changed its password and settings.
    """
    role, secret = sql.Identifier(PUBLIC_ROLE), sql.Literal(password)
    for words in (
        "ALTER ROLE {role} RESET ALL",
        # Two processes of six each; the officers' connections stay theirs.
        "ALTER ROLE {role} CONNECTION LIMIT 12 PASSWORD {secret}",
        "ALTER ROLE {role} SET statement_timeout = '15s'",
        "ALTER ROLE {role} SET temp_file_limit = '64MB'",
    ):
        connection.execute(sql.SQL(words).format(role=role, secret=secret))


def upgrade_if_needed(engine: Engine, owner: URL, role: str) -> None:
    """Bring the tables to `REVISION` where they are not; raises HomeVersion as `upgrade_tables` does."""
    # The usual case costs one query and no lock.
    if _read_revision_seen(engine) != REVISION:
        upgrade_tables(owner, role)


def upgrade_tables(owner: URL, role: str) -> None:
    """Bring the tables to `REVISION` and give the application's login its rights on them.

    Raises HomeVersion where they are newer than this program, or older than what it can upgrade.
    """
    address = owner.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        # Taken before the revision is read: a process that waited here finds the step already done.
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        if may_act_as_owner(connection):
            _restrict_public_login(connection, role)
            connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(OWNER)))
        for words in _iter_upgrade_sql(read_revision(connection)):
            connection.execute(words)
        connection.execute("DELETE FROM alembic_version")
        connection.execute("INSERT INTO alembic_version VALUES (%s)", (REVISION,))
        _grant_rights(connection, role, owner.username)


def _restrict_public_login(connection: Connection, role: str) -> None:
    """Take from the public login what every login has; on a server of an agency's own its administrator has to."""
    if connection.execute("SHOW is_superuser").fetchone() == ("on",):
        words = resources.files(__package__).joinpath("machine.sql").read_text(encoding="utf-8")
        named = {"role": sql.Identifier(role), "owner": sql.Identifier(OWNER)}
        connection.execute(sql.SQL(words).format(**named))


def read_revision(connection: Connection) -> str | None:
    """The revision of the existing tables; None if there are none."""
    if connection.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
        return None
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found[0]) if found else ""


def may_act_as_owner(connection: Connection) -> bool:
    """Whether there is an owner role that this login may act as; tables then belong to it."""
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (OWNER,)).fetchone()
    return bool(known) and connection.execute("SELECT pg_has_role(%s, 'MEMBER')", (OWNER,)).fetchone() == (
        True,
    )


def _read_revision_seen(engine: Engine) -> str:
    try:
        with engine.connect() as connection:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
    except DBAPIError as problem:
        # A fresh database: no table, or one that is not this login's to read before the grants.
        if getattr(problem.orig, "sqlstate", None) in (UNDEFINED_TABLE, NO_RIGHT):
            return ""
        raise


def _iter_upgrade_sql(before: str | None) -> Iterator[bytes]:
    """The SQL that leads from a revision to this program's."""
    if before is None:
        yield from iter_founding_sql()
    elif before in REVISIONS:
        for step in REVISIONS[REVISIONS.index(before) + 1 :]:
            yield MIGRATIONS.joinpath(f"{step}.sql").read_bytes()
    elif before > REVISION:
        raise HomeVersion(
            f"The ledger was written by a newer version of warroom (revision {before}, this one knows {REVISION}); "
            "install that one, or restore a backup made by this one into an empty home."
        )
    else:
        raise HomeVersion(f"The ledger {format_too_old(before)}")


def format_too_old(before: str) -> str:
    """The end of a sentence about a ledger that no step leads from, with the way out."""
    return (
        f"is of revision {before or 'unknown'}, and this version of warroom upgrades {REVISIONS[0]} and later; with the "
        f"version that wrote it make a backup, restore that with a version that writes {REVISIONS[0]}, back it up "
        "again, and restore that here."
    )


def _grant_rights(connection: Connection, role: str, owner: str | None) -> None:
    """One login for both owns everything anyway, and there is nothing to grant."""
    if role and role != owner:
        folder = resources.files(__package__).joinpath("rights")
        # ledger.sql grants what is usual; the files after it take away what a table of theirs must not suffer.
        files = sorted(folder.iterdir(), key=lambda file: (file.name != "ledger.sql", file.name))
        for file in files:
            words = file.read_text(encoding="utf-8")
            connection.execute(sql.SQL(words).format(role=sql.Identifier(role)))
    _grant_public_rights(connection)


def _grant_public_rights(connection: Connection) -> None:
    """What the public login may do, where there is one: a server of an agency's own may have none."""
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (PUBLIC_ROLE,)).fetchone()
    if known:
        words = resources.files(__package__).joinpath("outside.sql").read_text(encoding="utf-8")
        connection.execute(sql.SQL(words).format(role=sql.Identifier(PUBLIC_ROLE)))
