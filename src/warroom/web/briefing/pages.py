"""The briefing of a period: what was done, its results, and the harm it caused."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from warroom.access.role_groups import CASE_WORKERS
from warroom.bilingual.texts import BUDDHIST, Texts
from warroom.errors import NotPossible
from warroom.ledger.officers import Officer
from warroom.public.campaigns import glance
from warroom.room.briefing import period
from warroom.room.briefing import queries as service
from warroom.room.briefing.paper import format_amount, format_rows_left_out
from warroom.room.briefing.period import Period
from warroom.room.briefing.story import format_story
from warroom.room.briefing.views import SECTIONS, BriefingRow, KnownCase
from warroom.web.briefing.drawn import draw_briefing
from warroom.web.doors.router import Router
from warroom.web.kit.formats import Say
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.tables import Tables

router = Router(include_in_schema=False)
PLACES = {
    "case": "/cases/{}",
    "action": "/actions/{}",
    "operation": "/operations/{}",
    "request": "/requests/{}",
    "asset": "/assets/{}",
    "proceeding": "/proceedings/{}",
}
SPANS = (1, 7, 30, 90)
"""Days before now, for the buttons of periods."""
# The unit of `SPANS`.
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
"""A period that ended longer ago is not marked as one of the buttons' periods."""


class BriefingWords(Tables):
    """A briefing's words in the reader's language."""

    area = "briefing"

    def render_bold(self, said: Texts) -> Markup:
        """A sentence with text between asterisks in bold."""
        parts = self.text(said).split("*")
        bold = (Markup("<b>{}</b>") if place % 2 else Markup("{}") for place in range(len(parts)))
        return Markup("").join(form.format(part) for form, part in zip(bold, parts, strict=True))

    def explain_known_case(self, one: KnownCase) -> str:
        """Why a case is to be known."""
        hours, minutes = f"{one.seconds / 3600:,.1f}", f"{one.seconds // 60:,}"
        given = {"amount": self.say.count(one.amount / 100), "partner": one.partner}
        return self("whys", one.why).format(**given, hours=hours, minutes=minutes)

    def describe_left_out(self, one: Any) -> str:
        """That only the first rows are shown; empty where all are."""
        said = format_rows_left_out(one)
        return self.text(Texts(*said)) if said else ""


@router.get("/briefing", may=CASE_WORKERS)
def show_briefing(request: Request, officer: SignedIn, until: str = "") -> Response:
    since, say = request.query_params.get("from", ""), say_for(request)
    try:
        asked, problem = period.parse_period(since, until, say.now), ""
    except NotPossible as refusal:
        # The default period is shown below the error: a page without figures would not help.
        asked, problem = period.parse_period("", "", say.now), refusal.render_in(say.language)
    briefing = service.read_briefing(
        open_home_of(request).ledger, officer, asked, lines=_list_campaign_lines(request, officer, asked)
    )
    wording = BriefingWords(say)
    values: dict[str, Any] = {
        "found": briefing,
        "said": [wording.render_bold(sentence) for sentence in format_story(briefing.story)],
        "drawing": draw_briefing(briefing.hours, say),
        "sections": SECTIONS,
        "told": wording,
        "amount": format_amount,
        "place": make_row_address,
        "problem": problem,
        "typed": (since, until)
        if problem
        else (format_form_moment(say, asked.since), format_form_moment(say, asked.until, end=True)),
        "spans": [(days, _make_address(_make_period_back(say.now, days))) for days in SPANS],
        "span_days": (briefing.until - briefing.since) / DAY if say.now - briefing.until < HOUR else 0,
        "paper": f"/briefing.pdf?{_format_query(asked)}",
    }
    return render_page(request, "briefing.html", 400 if problem else 200, **values)


@router.get("/briefing.pdf", may=CASE_WORKERS)
def download_briefing(request: Request, officer: SignedIn, until: str = "") -> Response:
    asked = period.parse_period(request.query_params.get("from", ""), until, say_for(request).now)
    room = open_home_of(request)
    _, made = service.export_briefing(
        room.ledger, officer, asked, lines=_list_campaign_lines(request, officer, asked)
    )
    name = f"briefing-{asked.since:%Y%m%d}-{asked.until:%Y%m%d}.pdf"
    return Response(
        made, media_type="application/pdf", headers={"content-disposition": f'attachment; filename="{name}"'}
    )


def _list_campaign_lines(request: Request, officer: Officer, asked: Period) -> tuple[Texts, ...]:
    """What campaigns have to say of the period."""
    room, now = open_home_of(request), say_for(request).now
    return glance.build_briefing_lines(room.ledger, officer, room.rising_count, asked.since, asked.until, now)


def make_row_address(row: BriefingRow) -> str:
    """The page of a row; empty where it has none."""
    return PLACES[row.opens].format(row.id) if row.opens else ""


def format_form_moment(say: Say, moment: datetime, *, end: bool = False) -> str:
    """A moment as the form takes it, in the reader's calendar. A day is named alone where the period ends with it."""
    here = say.to_local(moment)
    whole = (here.hour, here.minute, here.second) == (0, 0, 0)
    day = here - DAY if whole and end else here
    said = f"{day.day}/{day.month}/{day.year + (BUDDHIST if say.buddhist else 0)}"
    return said if whole else f"{said} {here:%H:%M}"


def _make_period_back(now: datetime, days: int) -> Period:
    return Period(now - days * DAY, now)


def _make_address(asked: Period) -> str:
    return f"/briefing?{_format_query(asked)}"


def _format_query(asked: Period) -> str:
    return urlencode(
        {
            "from": asked.since.isoformat(timespec="seconds"),
            "until": asked.until.isoformat(timespec="seconds"),
        }
    )
