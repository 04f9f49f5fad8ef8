"""Somebody with every right in the database."""

from collections.abc import Callable

import psycopg
import pytest

from warroom.ledger.postgres import PostgresServer


@pytest.fixture
def by_superuser(ledger_server: PostgresServer, database: str) -> Callable[[str], None]:
    """Somebody with every right in the database, past all triggers."""

    def run(text: str) -> None:
        with psycopg.connect(ledger_server.make_url("postgres", database)) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(text)  # type: ignore[call-overload]

    return run
