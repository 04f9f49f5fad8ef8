"""Making a briefing: who may have one, and every part of it in one reading of the ledger."""

from collections.abc import Sequence
from datetime import datetime

from warroom import clock
from warroom.access import role_groups
from warroom.bilingual.texts import Texts
from warroom.ledger.decision import look
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.requests.response_times import partner_times
from warroom.requests.views import PartnerTimes
from warroom.room.briefing import actions, clocks, effect, holds, paper, surroundings
from warroom.room.briefing.course import courses, known_cases
from warroom.room.briefing.figures import Asked
from warroom.room.briefing.hours import hours
from warroom.room.briefing.period import Period
from warroom.room.briefing.story import story
from warroom.room.briefing.views import Briefing, Figure


def briefing(
    ledger: Ledger,
    officer: Officer,
    period: Period,
    *,
    lines: Sequence[Texts] = (),
    now: datetime | None = None,
) -> Briefing:
    """The briefing of a period for one officer; the reading is logged. `lines`: what rooms above this one have to say, in a line each.
    Raises NotAllowed.
    """
    return _made(ledger, officer, period, "briefing.read", lines, now or clock.now())


def export(
    ledger: Ledger,
    officer: Officer,
    period: Period,
    *,
    lines: Sequence[Texts] = (),
    now: datetime | None = None,
) -> tuple[Briefing, bytes]:
    """The same with its PDF; that it left the room is logged. Raises NotAllowed, PaperError."""
    found = _made(ledger, officer, period, "briefing.exported", lines, now or clock.now())
    return found, paper.write(found)


def _made(
    ledger: Ledger, officer: Officer, period: Period, verb: str, lines: Sequence[Texts], now: datetime
) -> Briefing:
    partners = _partners(ledger, officer, period)
    banks = _banks(ledger, officer, period)
    # One transaction for every figure: a briefing whose numbers are of different moments does not add up.
    with look(ledger, officer, *role_groups.CASE_WORKERS, now=now) as this:
        asked = Asked(this.session, this.person, officer, period)
        money = courses(asked)
        figures, bands = tuple(_figures(asked, now)), effect.effects(asked)
        wrong = [one for one in figures if one.section == "harm"]
        found = Briefing(
            since=period.since,
            until=period.until,
            made_at=now,
            officer=this.person.name,
            exercise=ledger.home.exercise,
            figures=figures,
            actions=actions.actions(asked),
            found=actions.found(asked),
            effects=bands,
            partners=partners,
            story=story(asked, money, bands, wrong, banks, now),
            hours=hours(asked, money),
            cases=known_cases(money),
            lines=tuple(lines),
        )
        this.log(verb, "briefing", {"since": period.since, "until": period.until})
        return found


def _figures(asked: Asked, now: datetime) -> list[Figure]:
    return [
        *holds.cases(asked),
        *holds.holds(asked),
        *actions.operations(asked),
        *surroundings.requests(asked),
        *surroundings.assets(asked),
        *holds.results(asked),
        *holds.harm(asked),
        *actions.collateral(asked),
        *clocks.clocks(asked, now),
    ]


def _partners(ledger: Ledger, officer: Officer, period: Period) -> tuple[PartnerTimes, ...]:
    return tuple(partner_times(ledger, officer, since=period.since, now=period.until))


def _banks(ledger: Ledger, officer: Officer, period: Period) -> tuple[list[PartnerTimes], list[PartnerTimes]]:
    """How fast banks answered holds in the period, and in the year before it."""
    lately = partner_times(ledger, officer, scope="hold", since=period.since, now=period.until)
    return lately, partner_times(ledger, officer, scope="hold", now=period.since)
