"""Making a briefing: who may have one, and every part of it in one reading of the ledger."""

from datetime import datetime

from warroom import clock
from warroom.operations import audit, officers
from warroom.operations.briefing import acts, beside, effect, holds, paper, ticking
from warroom.operations.briefing.asking import Asked
from warroom.operations.briefing.period import Period
from warroom.operations.ledger import Ledger
from warroom.operations.requests import partner_times
from warroom.operations.requests.base import READERS
from warroom.operations.views import Officer
from warroom.operations.views.briefing import Briefing, Figure
from warroom.operations.views.requests import PartnerTimes


def briefing(ledger: Ledger, officer: Officer, period: Period, *, now: datetime | None = None) -> Briefing:
    """The briefing of a period for one officer; the reading is logged. Raises NotAllowed."""
    return _made(ledger, officer, period, "briefing.read", now or clock.now())


def export(
    ledger: Ledger, officer: Officer, period: Period, *, now: datetime | None = None
) -> tuple[Briefing, bytes]:
    """The same with its PDF; that it left the room is logged. Raises NotAllowed, PaperError."""
    found = _made(ledger, officer, period, "briefing.exported", now or clock.now())
    return found, paper.write(found)


def _made(ledger: Ledger, officer: Officer, period: Period, verb: str, now: datetime) -> Briefing:
    partners = _partners(ledger, officer, period)
    with ledger.session() as session:
        person = officers.require(session, officer, *READERS)
        asked = Asked(session, person, officer, period)
        found = Briefing(
            since=period.since,
            until=period.until,
            made_at=now,
            officer=person.name,
            exercise=ledger.home.exercise,
            figures=tuple(_figures(asked, now)),
            actions=acts.actions(asked),
            found=acts.found(asked),
            effects=effect.effects(asked),
            partners=partners,
        )
        detail = {"since": period.since, "until": period.until}
        audit.append(session, officer, verb, "briefing", detail, at=now)
        return found


def _figures(asked: Asked, now: datetime) -> list[Figure]:
    return [
        *holds.cases(asked),
        *holds.holds(asked),
        *acts.operations(asked),
        *beside.requests(asked),
        *beside.assets(asked),
        *holds.results(asked),
        *holds.harm(asked),
        *acts.collateral(asked),
        *ticking.clocks(asked, now),
    ]


def _partners(ledger: Ledger, officer: Officer, period: Period) -> tuple[PartnerTimes, ...]:
    return tuple(partner_times(ledger, officer, since=period.since, now=period.until))
