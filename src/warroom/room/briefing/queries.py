"""Building a briefing: who may have one, and all its parts read from the ledger in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from warroom import clock
from warroom.access import role_groups
from warroom.bilingual.texts import Texts
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.requests.response_times import list_partner_times
from warroom.requests.views import PartnerTimes
from warroom.room.briefing import actions, clocks, effect, holds, paper, surroundings
from warroom.room.briefing.course import known_cases, list_money_courses
from warroom.room.briefing.figures import BriefingScope
from warroom.room.briefing.hours import sum_by_hour
from warroom.room.briefing.period import Period
from warroom.room.briefing.story import build_story
from warroom.room.briefing.views import Briefing, BriefingFigure


def read_briefing(
    ledger: Ledger,
    officer: Officer,
    period: Period,
    *,
    lines: Sequence[Texts] = (),
    now: datetime | None = None,
) -> Briefing:
    """The briefing of a period for one officer; the read is logged. `lines`: a sentence each from features
    above this one.
    Raises NotAllowed.
    """
    return _build_briefing(ledger, officer, period, "briefing.read", lines, now or clock.get_now())


def export_briefing(
    ledger: Ledger,
    officer: Officer,
    period: Period,
    *,
    lines: Sequence[Texts] = (),
    now: datetime | None = None,
) -> tuple[Briefing, bytes]:
    """The same with its PDF; that it left the room is logged. Raises NotAllowed, PaperError."""
    briefing_view = _build_briefing(
        ledger, officer, period, "briefing.exported", lines, now or clock.get_now()
    )
    return briefing_view, paper.render_briefing(briefing_view)


def _build_briefing(
    ledger: Ledger, officer: Officer, period: Period, verb: str, lines: Sequence[Texts], now: datetime
) -> Briefing:
    # Before the transaction below: each of these opens its own.
    partners = _list_partner_times(ledger, officer, period)
    banks = _list_bank_times(ledger, officer, period)
    # One transaction for every figure: a briefing whose numbers are of different moments does not add up.
    with logged_read(ledger, officer, *role_groups.CASE_WORKERS, now=now) as this:
        asked = BriefingScope(this.session, this.person, officer, period)
        # Once for the story, the hours and the cases: it reads every trail of the period.
        money = list_money_courses(asked)
        figures, bands = tuple(_list_figures(asked, now)), effect.compute_effects(asked)
        # The story repeats these figures, so it takes them and does not query again.
        wrong = [figure for figure in figures if figure.section == "harm"]
        briefing_view = Briefing(
            since=period.since,
            until=period.until,
            made_at=now,
            officer=this.person.name,
            exercise=ledger.home.exercise,
            figures=figures,
            actions=actions.count_actions_by_pillar(asked),
            found=actions.count_operation_findings(asked),
            effects=bands,
            partners=partners,
            story=build_story(asked, money, bands, wrong, banks, now),
            hours=sum_by_hour(asked, money),
            cases=known_cases(money),
            lines=tuple(lines),
        )
        this.log_entry(verb, "briefing", {"since": period.since, "until": period.until})
        return briefing_view


def _list_figures(asked: BriefingScope, now: datetime) -> list[BriefingFigure]:
    return [
        *holds.list_case_figures(asked),
        *holds.list_hold_figures(asked),
        *actions.list_operation_figures(asked),
        *surroundings.list_request_figures(asked),
        *surroundings.list_asset_figures(asked),
        *holds.list_result_figures(asked),
        *holds.list_harm_figures(asked),
        *actions.list_collateral_figures(asked),
        *clocks.list_clock_figures(asked, now),
    ]


def _list_partner_times(ledger: Ledger, officer: Officer, period: Period) -> tuple[PartnerTimes, ...]:
    return tuple(list_partner_times(ledger, officer, since=period.since, now=period.until))


def _list_bank_times(
    ledger: Ledger, officer: Officer, period: Period
) -> tuple[list[PartnerTimes], list[PartnerTimes]]:
    """How fast banks answered holds in the period, and in the year before it."""
    lately = list_partner_times(ledger, officer, scope="hold", since=period.since, now=period.until)
    return lately, list_partner_times(ledger, officer, scope="hold", now=period.since)
