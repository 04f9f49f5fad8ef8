"""Every table of the ledger: a room describes its own in `schema.py`, and in `guards.sql` what SQL alone can say of them.

The ledger imports no room. It has their names, and loads their tables where a ledger is founded.
"""

from collections.abc import Iterator
from importlib import import_module, resources
from typing import Any

from sqlalchemy import MetaData, create_mock_engine

from warroom.ledger.base import Base

ROOMS = (
    "ledger",
    "access",
    "law",
    "orders",
    "cases",
    "deliveries",
    "incoming",
    "evidence",
    "actions",
    "requests",
    "assets",
    "assets.refunds",
    "survivors",
    "payee",
    "triage",
    "matches",
    "partners",
    "room.worklist",
    "room.chart",
    "room.networks",
    "public",
    "public.campaigns",
    "exchange.collections",
)
"""From the ground up: a guard calls functions of its own room's file or of one before it."""


def load_tables() -> MetaData:
    """The tables of every room, imported."""
    for room in ROOMS:
        import_module(f"warroom.{room}.schema")
    return Base.metadata


def iter_founding_sql() -> Iterator[bytes]:
    """The SQL that makes a fresh ledger: every table with its keys, checks and indexes, then each room's guards."""
    yield _format_tables_sql().encode()
    for room in ROOMS:
        guards = resources.files(f"warroom.{room}").joinpath("guards.sql")
        if guards.is_file():
            yield guards.read_bytes()


def _format_tables_sql() -> str:
    """One script: sent statement by statement it would wait for the server some three hundred times."""
    statements: list[str] = []

    def write(statement: Any, *_: object) -> None:
        statements.append(str(statement.compile(dialect=engine.dialect)))

    # Named parameters, since with the driver's own style every % in a check would be written twice.
    engine = create_mock_engine("postgresql+psycopg://", write, paramstyle="named")
    load_tables().create_all(engine, checkfirst=False)
    return ";\n".join(statements)
