"""A look at what nobody would notice by itself: files of the lake that are gone, partners that do not answer, a database
that died.
"""

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select, text

from warroom import unwell
from warroom.errors import LedgerError
from warroom.law.rules import repository as law
from warroom.ledger.ledger import Ledger
from warroom.orders.outbox import ENDING
from warroom.orders.schema import Order
from warroom.sentences.sentence import Sentence

if TYPE_CHECKING:
    from warroom.lake.commit import LakeFile
    from warroom.lake.lake import Lake

NAMED = 10
"""Partners that one sentence names."""

log = logging.getLogger(__name__)


def look_at_database(ledger: Ledger) -> None:
    """Ask the database for an answer, and start it again where it is this house's own and does not run.

    Raises LedgerError where it does not answer then either.
    """
    try:
        if ledger.revive():
            log.warning("the ledger's PostgreSQL had ended and was started again")
        with ledger.session() as session:
            session.execute(text("SELECT 1"))
    except LedgerError as problem:
        unwell.note(ledger.home, Sentence("health.database-away"), why=problem.sentence)
        raise
    unwell.clear(ledger.home, "health.database-away")


def look_at_lake(lake: "Lake") -> None:
    """See that every file of the lake lies there with its length. What is in them `verify` compares: that takes long."""
    missing = [file.name for file in lake.state.files.values() if not _whole(file)]
    if missing:
        told = Sentence("health.lake-files-missing", count=len(missing), name=min(missing))
        unwell.note(lake.home, told, why=", ".join(sorted(missing)[:NAMED]))
    else:
        unwell.clear(lake.home, "health.lake-files-missing")


def _whole(file: "LakeFile") -> bool:
    try:
        return file.path.stat().st_size == file.bytes
    except OSError:
        return False


def look_at_partners(ledger: Ledger, now: datetime) -> None:
    """See who has not answered an order about a hold in the time that banks have. An order whose hold is over is not asked
    for any more.
    """
    asked = (
        select(Order.bank, func.count())
        .where(Order.about == "hold", Order.state == "sent", Order.received_at.is_(None))
        .where(Order.sent_at <= now - law.service_level("silence"))
        .where(or_(Order.kind.in_(ENDING), Order.until > now))
        .group_by(Order.bank)
        .order_by(func.count().desc(), Order.bank)
    )
    with ledger.session() as session:
        silent = session.execute(asked).all()
    if silent:
        named = ", ".join(f"{bank} ({count})" for bank, count in silent[:NAMED])
        more = f" +{len(silent) - NAMED}" if len(silent) > NAMED else ""
        unwell.note(ledger.home, Sentence("health.partners-silent", partners=named + more))
    else:
        unwell.clear(ledger.home, "health.partners-silent")
