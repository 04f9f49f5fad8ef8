"""The log, for auditors: who read and did what, a line a reading session; and whether every row is what was written."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from warroom.ledger.audit.reading import LogFilter
from warroom.ledger.officers import Officer
from warroom.ledger.views import AuditReport
from warroom.room.worklist import log_sessions, order_list
from warroom.room.worklist.log_sessions import LogThing, OfficerDay
from warroom.web.doors.router import Router
from warroom.web.kit.formats import Say
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.log.strips import draw_strip

router = Router(include_in_schema=False)
LONGEST = 60
"""Characters of a filter; no user name, case or verb is longer."""


@router.get("/audit", may=("auditor",))
def show_log(
    request: Request,
    auditor: SignedIn,
    before: int | None = None,
    officer: str = "",
    case: str = "",
    kind: str = "",
    day: str = "",
) -> Response:
    """A page of the log, narrowed by officer, case, kind and day."""
    wanted = LogFilter(officer.strip()[:LONGEST], case.strip()[:LONGEST].upper(), kind[:LONGEST])
    return _render_log(request, auditor, wanted, _parse_day(day), before, None)


@router.post("/audit/verify", may=("auditor",))
def verify_log(request: Request, auditor: SignedIn, form: Form) -> Response:
    """Check the whole log."""
    report = order_list.verify_log(open_home_of(request).ledger, auditor)
    return _render_log(request, auditor, LogFilter(), None, None, report)


def _parse_day(text: str) -> date | None:
    """The day of an address, None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _render_log(
    request: Request,
    auditor: Officer,
    wanted: LogFilter,
    day: date | None,
    before: int | None,
    report: AuditReport | None,
) -> Response:
    ledger, say = open_home_of(request).ledger, say_for(request)
    newest = log_sessions.find_last_moment(ledger) or say.now
    begins = datetime.combine(day or newest.astimezone(say.zone).date(), time(), say.zone)
    asked = {
        "officer": wanted.officer,
        "case": wanted.case,
        "kind": wanted.kind,
        "day": day.isoformat() if day else "",
    }
    if day:
        wanted = replace(wanted, since=begins, until=begins + timedelta(days=1))
    page = log_sessions.load_log_page(ledger, auditor, wanted, begins, before=before)
    return render_page(
        request,
        "audit.html",
        page=page,
        asked=asked,
        address=lambda **changed: make_log_address({**asked, **changed}),
        thing_words=lambda thing: format_thing(thing, say),
        day=begins,
        strips=[(strip, draw_strip(strip)) for strip in page.strips],
        told_of=lambda strip: _describe_strip(strip, say),
        report=report,
    )


def make_log_address(asked: dict[str, str | int]) -> str:
    """The address of the log with these filters."""
    given = {name: value for name, value in asked.items() if value}
    return f"/audit?{urlencode(given)}" if given else "/audit"


def format_thing(thing: LogThing, say: Say) -> str:
    """What a row is about, in words: the kind of thing and the name that people know it by."""
    from warroom.sentences.catalogue import find_word

    kind = find_word("log.thing", thing.kind, say.language) or thing.kind
    return f"{kind} {thing.name}"


def _describe_strip(strip: OfficerDay, say: Say) -> str:
    """The strip in words, for who cannot see it."""
    _ = say.catalog.gettext
    return _("read {looks}, did {deeds}").format(
        looks=say.count(sum(strip.looks)), deeds=say.count(sum(strip.deeds))
    )
