"""The five database functions that the public process may call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool

from warroom.errors import LedgerError

PATIENCE = 5.0
"""Seconds until a person is told to call instead, because the database does not answer. Chosen, not measured."""
# Three of them at most for lookups (`lookup.TURNS`), so that reports always find one. Chosen, not measured.
CONNECTIONS = 6


class NetworkFullError(LedgerError):
    """A network has used up its daily share, counted in the database over all processes and restarts."""


@dataclass(frozen=True, slots=True)
class ReportedSummary:
    """An identifier that several people reported within `days`; `scam_type` where enough of them named the same, else empty."""

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
            # Each call is one statement: no transaction stays open while a page is rendered.
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
        """Submit; False for a repetition (the same `once`). `code`: the digest of the receipt's code. Also raises NetworkFullError."""
        asked = (kind, urgency, code, once, sender, sealed, seal)
        return bool(self._query("SELECT outside_submit(%s, %s, %s, %s, %s, %s, %s)", asked)[0][0])

    def find_receipt(self, code: bytes) -> tuple[bytes, dict[str, Any]] | None:
        """The seal and the published content of a receipt, by the digest of its code; None for none."""
        found = self._query("SELECT * FROM outside_receipt(%s)", (code,))
        return (bytes(found[0][0]), found[0][1]) if found else None

    def find_reported(self, digests: Sequence[bytes]) -> dict[bytes, ReportedSummary]:
        """The summaries of those identifiers that several people reported, by digest."""
        found = self._query("SELECT * FROM outside_reported_of(%s)", (list(digests),))
        return {bytes(digest): ReportedSummary(days, kind) for digest, days, kind in found}

    def find_published(self, name: str) -> tuple[dict[str, Any], datetime] | None:
        """A published page and its time; None for none."""
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
