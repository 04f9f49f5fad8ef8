"""The five things that the public process may ask of the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool

from warroom.errors import LedgerError

PATIENCE = 5.0
"""Seconds until somebody is told that we cannot answer: they should call instead."""
CONNECTIONS = 6


class NetworkFullError(LedgerError):
    """A network has used up its share of the day, though it be at another process or before a restart."""


@dataclass(frozen=True, slots=True)
class ReportedSummary:
    """A number that several people reported within so many days; `scam_type` where enough of them named it."""

    days: int
    scam_type: str


class PublicDoor:
    """A pool of connections of the public role. Every method raises LedgerError where the database does not answer."""

    def __init__(self, database: str) -> None:
        self._pool = ConnectionPool(
            database,
            min_size=1,
            max_size=CONNECTIONS,
            timeout=PATIENCE,
            open=False,
            kwargs={"autocommit": True},
        )

    def open(self) -> None:
        self._pool.open()

    def close(self) -> None:
        self._pool.close()

    def submit(
        self,
        kind: str,
        urgency: int,
        code: bytes | None,
        once: bytes,
        sender: bytes,
        sealed: bytes,
        seal: bytes,
    ) -> bool:
        """Send; False where the same was sent before (`once`). Raises NetworkFullError too. `code`: the digest of its receipt's code."""
        asked = (kind, urgency, code, once, sender, sealed, seal)
        return bool(self._query("SELECT outside_submit(%s, %s, %s, %s, %s, %s, %s)", asked)[0][0])

    def find_receipt(self, code: bytes) -> tuple[bytes, dict[str, Any]] | None:
        """The seal and what the bearer of a code is shown; None where there is no such code."""
        found = self._query("SELECT * FROM outside_receipt(%s)", (code,))
        return (bytes(found[0][0]), found[0][1]) if found else None

    def find_reported(self, digests: Sequence[bytes]) -> dict[bytes, ReportedSummary]:
        """Those that several people reported, by their digest."""
        found = self._query("SELECT * FROM outside_reported_of(%s)", (list(digests),))
        return {bytes(digest): ReportedSummary(days, kind) for digest, days, kind in found}

    def find_published(self, name: str) -> tuple[dict[str, Any], datetime] | None:
        """What is published under a name, and since when."""
        found = self._query("SELECT * FROM outside_page(%s)", (name,))
        return (found[0][0], found[0][1]) if found else None

    def day_key(self) -> bytes:
        """Today's key of digests of networks."""
        return bytes(self._query("SELECT outside_day_key()", ())[0][0])

    def _query(self, query: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        try:
            with self._pool.connection() as connection:
                return connection.execute(query.encode(), values).fetchall()
        except psycopg.errors.ConfigurationLimitExceeded as problem:
            raise NetworkFullError("public.network-full") from problem
        except psycopg.Error as problem:
            raise LedgerError("public.cannot-answer") from problem
