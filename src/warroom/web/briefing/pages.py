"""The briefing: what was done in a period, what came of it, and whom it harmed?"""

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
from warroom.room.briefing.paper import amount, more
from warroom.room.briefing.period import Period
from warroom.room.briefing.story import sentences
from warroom.room.briefing.views import SECTIONS, BriefingRow, KnownCase
from warroom.web.briefing.drawn import drawing
from warroom.web.doors.router import Router
from warroom.web.kit.formats import Say
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
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
"""Days up to now that one press shows."""
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
"""A period that ended longer ago is no longer the last days."""


class Wording(Tables):
    """A briefing's words in the reader's language."""

    area = "briefing"

    def marked(self, said: Texts) -> Markup:
        """A sentence in which what stands between asterisks is set bold."""
        parts = self.text(said).split("*")
        bold = (Markup("<b>{}</b>") if place % 2 else Markup("{}") for place in range(len(parts)))
        return Markup("").join(form.format(part) for form, part in zip(bold, parts, strict=True))

    def why(self, one: KnownCase) -> str:
        """Why a case is to be known."""
        hours, minutes = f"{one.seconds / 3600:,.1f}", f"{one.seconds // 60:,}"
        given = {"amount": self.say.count(one.amount / 100), "partner": one.partner}
        return self("whys", one.why).format(**given, hours=hours, minutes=minutes)

    def more(self, one: Any) -> str:
        """That only the first rows are shown; empty where all are."""
        said = more(one)
        return self.text(Texts(*said)) if said else ""


@router.get("/briefing", may=CASE_WORKERS)
def shown(request: Request, officer: SignedIn, until: str = "") -> Response:
    since, say = request.query_params.get("from", ""), say_for(request)
    try:
        asked, problem = period.period(since, until, say.now), ""
    except NotPossible as refusal:
        # The usual period stands below the sentence, as a page without any figures helps nobody.
        asked, problem = period.period("", "", say.now), refusal.told(say.language)
    found = service.briefing(
        open_home_of(request).ledger, officer, asked, lines=_lines(request, officer, asked)
    )
    told = Wording(say)
    values: dict[str, Any] = {
        "found": found,
        "said": [told.marked(one) for one in sentences(found.story)],
        "drawing": drawing(found.hours, say),
        "sections": SECTIONS,
        "told": told,
        "amount": amount,
        "place": place,
        "problem": problem,
        "typed": (since, until) if problem else (typed(say, asked.since), typed(say, asked.until, end=True)),
        "spans": [(days, _address(_back(say.now, days))) for days in SPANS],
        "span_days": (found.until - found.since) / DAY if say.now - found.until < HOUR else 0,
        "paper": f"/briefing.pdf?{_query(asked)}",
    }
    return page(request, "briefing.html", 400 if problem else 200, **values)


@router.get("/briefing.pdf", may=CASE_WORKERS)
def paper(request: Request, officer: SignedIn, until: str = "") -> Response:
    asked = period.period(request.query_params.get("from", ""), until, say_for(request).now)
    room = open_home_of(request)
    _, made = service.export(room.ledger, officer, asked, lines=_lines(request, officer, asked))
    name = f"briefing-{asked.since:%Y%m%d}-{asked.until:%Y%m%d}.pdf"
    return Response(
        made, media_type="application/pdf", headers={"content-disposition": f'attachment; filename="{name}"'}
    )


def _lines(request: Request, officer: Officer, asked: Period) -> tuple[Texts, ...]:
    """What campaigns have to say of the period."""
    room, now = open_home_of(request), say_for(request).now
    return glance.of_period(room.ledger, officer, room.rising, asked.since, asked.until, now)


def place(row: BriefingRow) -> str:
    """The page of a row; empty where it has none."""
    return PLACES[row.opens].format(row.id) if row.opens else ""


def typed(say: Say, moment: datetime, *, end: bool = False) -> str:
    """A moment as the form takes it, in the reader's calendar. A day is named alone where the period ends with it."""
    here = say.local(moment)
    whole = (here.hour, here.minute, here.second) == (0, 0, 0)
    day = here - DAY if whole and end else here
    said = f"{day.day}/{day.month}/{day.year + (BUDDHIST if say.buddhist else 0)}"
    return said if whole else f"{said} {here:%H:%M}"


def _back(now: datetime, days: int) -> Period:
    return Period(now - days * DAY, now)


def _address(asked: Period) -> str:
    return f"/briefing?{_query(asked)}"


def _query(asked: Period) -> str:
    return urlencode(
        {
            "from": asked.since.isoformat(timespec="seconds"),
            "until": asked.until.isoformat(timespec="seconds"),
        }
    )
