"""Campaigns: what rises, one alert written in several languages, and what officers decide of it."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access import role_groups
from warroom.access.role_groups import CAMPAIGN_APPROVERS, CAMPAIGN_ENDERS, CAMPAIGN_READERS, CAMPAIGN_WRITERS
from warroom.errors import NotAllowed, NotPossible
from warroom.ledger.officers import Officer
from warroom.public.campaigns import decisions, queries, renewals
from warroom.public.campaigns.decisions import Draft
from warroom.public.campaigns.views import SOURCES, CampaignView, Source
from warroom.public.campaigns.wording import LANGUAGES as CODES
from warroom.web.campaigns.words import LANGUAGES, CampaignWords, drawn, shares
from warroom.web.doors.router import Router
from warroom.web.kit import language
from warroom.web.kit.forms import local, moment, text, typed
from warroom.web.kit.lists import ROWS, address, start_of
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id

router = Router(include_in_schema=False)
REFUSALS = (NotPossible, NotAllowed)
PARTS = ("title", "do", "looks", "genuine", "short")


@router.get("/campaigns", may=CAMPAIGN_READERS)
def listed(
    request: Request, officer: SignedIn, show: str = "open", offset: int = 0, source: str = "cases"
) -> Response:
    room, offset = open_home_of(request), start_of(offset)
    chosen = show if show in queries.SHOWS else "open"
    counted = _source(source)
    found = queries.listed(room.ledger, officer, chosen, limit=ROWS, offset=offset)
    rises = queries.rising(room.ledger, room.lake, officer, counted)
    return page(
        request,
        "campaigns.html",
        found=found,
        rises=[(one, drawn(one)) for one in rises.rows],
        looked_at=rises.looked_at,
        source=counted,
        sources=SOURCES,
        chosen=chosen,
        told=CampaignWords(say_for(request)),
        may_write=officer.may(*role_groups.CAMPAIGN_WRITERS),
        total=found.total,
        offset=offset,
        size=ROWS,
        address=address("/campaigns", {"show": chosen, "source": counted}, ("open", "cases")),
    )


def _source(said: str) -> Source:
    return next((one for one in SOURCES if one == said), "cases")


@router.get("/campaigns/new", may=CAMPAIGN_WRITERS)
def new(request: Request, officer: SignedIn, threat: str = "", source: str = "cases") -> Response:
    given = {"threat": threat[:40], "source": _source(source), "audience": "everyone", "channels": "page"}
    return _form(request, "/campaigns", given, "", 200)


@router.post("/campaigns", may=CAMPAIGN_WRITERS)
def written(request: Request, officer: SignedIn, form: Form) -> Response:
    return _write(request, officer, form, 0)


@router.get("/campaigns/{campaign_id}/edit", may=CAMPAIGN_WRITERS)
def edit(request: Request, campaign_id: Id, officer: SignedIn) -> Response:
    view = queries.one(open_home_of(request).ledger, officer, campaign_id)
    return _form(request, f"/campaigns/{campaign_id}/edit", _given(request, view), "", 200)


@router.post("/campaigns/{campaign_id}/edit", may=CAMPAIGN_WRITERS)
def rewritten(request: Request, campaign_id: Id, officer: SignedIn, form: Form) -> Response:
    return _write(request, officer, form, campaign_id)


def _write(request: Request, officer: Officer, form: FormData, campaign: int) -> Response:
    ledger, key = open_home_of(request).ledger, text(form, "key")
    try:
        number = decisions.write(ledger, officer, _draft(request, form), key, campaign)
    except REFUSALS as problem:
        to = f"/campaigns/{campaign}/edit" if campaign else "/campaigns"
        sentence = problem.told(language.chosen(request))
        return _form(request, to, typed(form), sentence, problem.http_status)
    return RedirectResponse(f"/campaigns/{number}?{urlencode({'said': 'written'})}", 303)


def _draft(request: Request, form: FormData) -> Draft:
    """What stands in the form; what cannot be read there is refused by the service or with its own sentence."""
    hour, days, share = text(form, "release_at"), text(form, "hold_days"), text(form, "held_share")
    return Draft(
        threat=text(form, "threat"),
        source=_source(text(form, "source")),
        audience=text(form, "audience"),
        channels=[str(one) for one in form.getlist("channels")][:10],
        wording={code: {part: text(form, f"{part}-{code}") for part in PARTS} for code in CODES},
        release_at=moment(request, hour) if hour else None,
        held_share=int(share) / 100
        if share.isascii() and share.isdigit() and len(share) < 4
        else -bool(share),
        hold_days=int(days) if days.isascii() and days.isdigit() and len(days) < 3 else 7 if not days else 0,
        measure=text(form, "measure") or "reports",
    )


def _given(request: Request, view: CampaignView) -> Mapping[str, str]:
    """A campaign as its form holds it."""
    line = view.line
    found = {
        "threat": line.threat,
        "source": view.source,
        "audience": line.audience,
        "channels": "\n".join(view.channels),
        "release_at": local(say_for(request), line.release_at) if line.release_at else "",
        "held_share": f"{100 * line.held_share:.0f}",
        "hold_days": str(view.hold_days),
        "measure": view.measure,
    }
    for code, said in view.wording.items():
        found |= {f"{part}-{code}": _lines(getattr(said, part)) for part in PARTS}
    return found


def _lines(said: Any) -> str:
    return said if isinstance(said, str) else "\n".join(said)


def _form(request: Request, to: str, given: Mapping[str, str], problem: str, status: int) -> Response:
    return page(
        request,
        "campaign_new.html",
        status,
        to=to,
        given=given,
        channels=given.get("channels", "").split("\n"),
        languages=LANGUAGES,
        told=CampaignWords(say_for(request)),
        problem=problem,
    )


@router.get("/campaigns/{campaign_id}", may=CAMPAIGN_READERS)
def one(request: Request, campaign_id: Id, officer: SignedIn) -> Response:
    return _one(request, officer, campaign_id, "", 200)


def _one(request: Request, officer: Officer, campaign_id: int, problem: str, status: int) -> Response:
    view = queries.one(open_home_of(request).ledger, officer, campaign_id)
    since = say_for(request).now - decisions.ASKED_FOR
    return page(
        request,
        "campaign.html",
        status,
        one=view,
        drawing=drawn(view.seen) if view.seen else None,
        shares=shares(view),
        languages=LANGUAGES,
        told=CampaignWords(say_for(request)),
        may_write=officer.may(*role_groups.CAMPAIGN_WRITERS),
        may_approve=officer.may(*role_groups.CAMPAIGN_APPROVERS) and view.line.written_by != officer.name,
        # What was asked for days ago is asked for anew.
        asked=next((one for one in view.renewals if one.until is None and one.asked_at >= since), None),
        may_renew=officer.may(*role_groups.CAMPAIGN_APPROVERS),
        may_end=officer.may(*role_groups.CAMPAIGN_ENDERS),
        problem=problem,
    )


@router.get("/campaigns/{campaign_id}/messages/{number}", may=CAMPAIGN_READERS)
def message(request: Request, campaign_id: Id, number: Id, officer: SignedIn) -> Response:
    """A CAP message as it went out."""
    body = queries.message(open_home_of(request).ledger, officer, campaign_id, number)
    headers = {"content-disposition": f'attachment; filename="alert-{campaign_id}-{number}.xml"'}
    return Response(body, media_type="application/cap+xml", headers=headers)


@router.post("/campaigns/{campaign_id}/ask", may=CAMPAIGN_WRITERS)
def asked(request: Request, campaign_id: Id, officer: SignedIn, form: Form) -> Response:
    room, key = open_home_of(request), text(form, "key")
    return _done(
        request,
        officer,
        campaign_id,
        "asked",
        lambda: decisions.ask(room.ledger, room.lake, officer, campaign_id, key),
    )


@router.post("/campaigns/{campaign_id}/approve", may=CAMPAIGN_APPROVERS)
def approved(request: Request, campaign_id: Id, officer: SignedIn, form: Form) -> Response:
    room, key, digest = open_home_of(request), text(form, "key"), text(form, "digest")
    return _done(
        request,
        officer,
        campaign_id,
        "approved",
        lambda: decisions.approve(room.ledger, room.lake, officer, campaign_id, digest, key),
    )


@router.post("/campaigns/{campaign_id}/decline", may=CAMPAIGN_APPROVERS)
def declined(request: Request, campaign_id: Id, officer: SignedIn, form: Form) -> Response:
    ledger, key, reason = open_home_of(request).ledger, text(form, "key"), text(form, "reason")
    return _done(
        request,
        officer,
        campaign_id,
        "declined",
        lambda: decisions.decline(ledger, officer, campaign_id, reason, key),
    )


@router.post("/campaigns/{campaign_id}/renew", may=CAMPAIGN_WRITERS)
def renewed(request: Request, campaign_id: Id, officer: SignedIn, form: Form) -> Response:
    room, key = open_home_of(request), text(form, "key")
    return _done(
        request,
        officer,
        campaign_id,
        lambda view: "renewed" if view.renewals[-1].until else "renewal-asked",
        lambda: renewals.renew(room.ledger, room.lake, officer, campaign_id, key),
    )


@router.post("/campaigns/{campaign_id}/renew/approve", may=CAMPAIGN_APPROVERS)
def renewal_approved(request: Request, campaign_id: Id, officer: SignedIn, form: Form) -> Response:
    ledger, key = open_home_of(request).ledger, text(form, "key")
    return _done(
        request,
        officer,
        campaign_id,
        "renewal-approved",
        lambda: renewals.approve(ledger, officer, campaign_id, key),
    )


@router.post("/campaigns/{campaign_id}/open", may=CAMPAIGN_ENDERS)
def opened(request: Request, campaign_id: Id, officer: SignedIn, form: Form) -> Response:
    ledger, key, reason = open_home_of(request).ledger, text(form, "key"), text(form, "reason")
    return _done(
        request,
        officer,
        campaign_id,
        "opened",
        lambda: decisions.open_to_all(ledger, officer, campaign_id, reason, key),
    )


@router.post("/campaigns/{campaign_id}/end", may=CAMPAIGN_ENDERS)
def ended(request: Request, campaign_id: Id, officer: SignedIn, form: Form) -> Response:
    ledger, key, reason = open_home_of(request).ledger, text(form, "key"), text(form, "reason")
    return _done(
        request,
        officer,
        campaign_id,
        "ended",
        lambda: decisions.end(ledger, officer, campaign_id, reason, key),
    )


def _done(
    request: Request,
    officer: Officer,
    campaign_id: int,
    said: str | Callable[[CampaignView], str],
    decide: Callable[[], CampaignView],
) -> Response:
    """Back to the campaign; where a decision was refused, with why."""
    try:
        view = decide()
    except REFUSALS as problem:
        return _one(
            request, officer, campaign_id, problem.told(language.chosen(request)), problem.http_status
        )
    return RedirectResponse(
        f"/campaigns/{campaign_id}?{urlencode({'said': said if isinstance(said, str) else said(view)})}", 303
    )
