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
from warroom.public.campaigns.decisions import CampaignDraft
from warroom.public.campaigns.views import SOURCES, CampaignView, Source
from warroom.public.campaigns.wording import LANGUAGES as CODES
from warroom.web.campaigns.words import LANGUAGES, CampaignWords, count_areas, draw_rise
from warroom.web.doors.router import Router
from warroom.web.kit import language
from warroom.web.kit.forms import collect_typed_fields, parse_local_time, read_text_field
from warroom.web.kit.lists import ROWS, clamp_offset, make_list_address
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id

router = Router(include_in_schema=False)
REFUSALS = (NotPossible, NotAllowed)
PARTS = ("title", "do", "looks", "genuine", "short")


@router.get("/campaigns", may=CAMPAIGN_READERS)
def show_campaigns(
    request: Request, officer: SignedIn, show: str = "open", offset: int = 0, source: str = "cases"
) -> Response:
    room, offset = open_home_of(request), clamp_offset(offset)
    chosen = show if show in queries.SHOWS else "open"
    counted = _parse_source(source)
    campaign_list = queries.list_campaigns(room.ledger, officer, chosen, limit=ROWS, offset=offset)
    rises = queries.list_rises(room.ledger, room.lake, officer, counted)
    return render_page(
        request,
        "campaigns.html",
        found=campaign_list,
        rises=[(rise, draw_rise(rise)) for rise in rises.rows],
        looked_at=rises.looked_at,
        source=counted,
        sources=SOURCES,
        chosen=chosen,
        told=CampaignWords(say_for(request)),
        may_write=officer.has_role(*role_groups.CAMPAIGN_WRITERS),
        total=campaign_list.total,
        offset=offset,
        size=ROWS,
        address=make_list_address("/campaigns", {"show": chosen, "source": counted}, ("open", "cases")),
    )


def _parse_source(said: str) -> Source:
    return next((one for one in SOURCES if one == said), "cases")


@router.get("/campaigns/new", may=CAMPAIGN_WRITERS)
def show_new_campaign(
    request: Request, officer: SignedIn, threat: str = "", source: str = "cases"
) -> Response:
    given = {
        "threat": threat[:40],
        "source": _parse_source(source),
        "audience": "everyone",
        "channels": "page",
    }
    return _render_form(request, "/campaigns", given, "", 200)


@router.post("/campaigns", may=CAMPAIGN_WRITERS)
def create_campaign(request: Request, officer: SignedIn, form: Form) -> Response:
    return _save_campaign(request, officer, form, 0)


@router.get("/campaigns/{campaign_id}/edit", may=CAMPAIGN_WRITERS)
def show_edit_form(request: Request, campaign_id: Id, officer: SignedIn) -> Response:
    view = queries.load_campaign(open_home_of(request).ledger, officer, campaign_id)
    return _render_form(request, f"/campaigns/{campaign_id}/edit", _prefill_form(request, view), "", 200)


@router.post("/campaigns/{campaign_id}/edit", may=CAMPAIGN_WRITERS)
def update_campaign(request: Request, campaign_id: Id, officer: SignedIn, form: Form) -> Response:
    return _save_campaign(request, officer, form, campaign_id)


def _save_campaign(request: Request, officer: Officer, form: FormData, campaign: int) -> Response:
    ledger, key = open_home_of(request).ledger, read_text_field(form, "key")
    try:
        number = decisions.save_draft(ledger, officer, _parse_draft(request, form), key, campaign)
    except REFUSALS as problem:
        to = f"/campaigns/{campaign}/edit" if campaign else "/campaigns"
        sentence = problem.render_in(language.choose_language(request))
        return _render_form(request, to, collect_typed_fields(form), sentence, problem.http_status)
    return RedirectResponse(f"/campaigns/{number}?{urlencode({'said': 'written'})}", 303)


def _parse_draft(request: Request, form: FormData) -> CampaignDraft:
    """Parse the form; invalid values become ones that the service refuses (share -1, 0 days)."""
    hour, days, share = (
        read_text_field(form, "release_at"),
        read_text_field(form, "hold_days"),
        read_text_field(form, "held_share"),
    )
    return CampaignDraft(
        threat=read_text_field(form, "threat"),
        source=_parse_source(read_text_field(form, "source")),
        audience=read_text_field(form, "audience"),
        channels=[str(channel) for channel in form.getlist("channels")][:10],
        wording={code: {part: read_text_field(form, f"{part}-{code}") for part in PARTS} for code in CODES},
        release_at=parse_local_time(request, hour) if hour else None,
        held_share=int(share) / 100
        if share.isascii() and share.isdigit() and len(share) < 4
        else -bool(share),
        hold_days=int(days) if days.isascii() and days.isdigit() and len(days) < 3 else 7 if not days else 0,
        measure=read_text_field(form, "measure") or "reports",
    )


def _prefill_form(request: Request, view: CampaignView) -> Mapping[str, str]:
    """A campaign as its form holds it."""
    line = view.line
    form_values = {
        "threat": line.threat,
        "source": view.source,
        "audience": line.audience,
        "channels": "\n".join(view.channels),
        "release_at": say_for(request).moment(line.release_at) if line.release_at else "",
        "held_share": f"{100 * line.held_share:.0f}",
        "hold_days": str(view.hold_days),
        "measure": view.measure,
    }
    for code, wording in view.wording.items():
        form_values |= {f"{part}-{code}": _join_lines(getattr(wording, part)) for part in PARTS}
    return form_values


def _join_lines(said: Any) -> str:
    return said if isinstance(said, str) else "\n".join(said)


def _render_form(request: Request, to: str, given: Mapping[str, str], problem: str, status: int) -> Response:
    return render_page(
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
def show_campaign(request: Request, campaign_id: Id, officer: SignedIn) -> Response:
    return _render_campaign(request, officer, campaign_id, "", 200)


def _render_campaign(
    request: Request, officer: Officer, campaign_id: int, problem: str, status: int
) -> Response:
    view = queries.load_campaign(open_home_of(request).ledger, officer, campaign_id)
    since = say_for(request).now - decisions.ASKED_FOR
    return render_page(
        request,
        "campaign.html",
        status,
        one=view,
        drawing=draw_rise(view.seen) if view.seen else None,
        shares=count_areas(view),
        languages=LANGUAGES,
        told=CampaignWords(say_for(request)),
        may_write=officer.has_role(*role_groups.CAMPAIGN_WRITERS),
        may_approve=officer.has_role(*role_groups.CAMPAIGN_APPROVERS)
        and view.line.written_by != officer.name,
        # An expired request is not offered for approval: it must be made again.
        asked=next(
            (renewal for renewal in view.renewals if renewal.until is None and renewal.asked_at >= since),
            None,
        ),
        may_renew=officer.has_role(*role_groups.CAMPAIGN_APPROVERS),
        may_end=officer.has_role(*role_groups.CAMPAIGN_ENDERS),
        problem=problem,
    )


@router.get("/campaigns/{campaign_id}/messages/{number}", may=CAMPAIGN_READERS)
def download_message(request: Request, campaign_id: Id, number: Id, officer: SignedIn) -> Response:
    """A CAP message as it went out."""
    body = queries.load_message(open_home_of(request).ledger, officer, campaign_id, number)
    headers = {"content-disposition": f'attachment; filename="alert-{campaign_id}-{number}.xml"'}
    return Response(body, media_type="application/cap+xml", headers=headers)


@router.post("/campaigns/{campaign_id}/ask", may=CAMPAIGN_WRITERS)
def request_approval(request: Request, campaign_id: Id, officer: SignedIn, form: Form) -> Response:
    room, key = open_home_of(request), read_text_field(form, "key")
    return _apply_decision(
        request,
        officer,
        campaign_id,
        "asked",
        lambda: decisions.request_approval(room.ledger, room.lake, officer, campaign_id, key),
    )


@router.post("/campaigns/{campaign_id}/approve", may=CAMPAIGN_APPROVERS)
def approve_campaign(request: Request, campaign_id: Id, officer: SignedIn, form: Form) -> Response:
    room, key, digest = open_home_of(request), read_text_field(form, "key"), read_text_field(form, "digest")
    return _apply_decision(
        request,
        officer,
        campaign_id,
        "approved",
        lambda: decisions.approve_campaign(room.ledger, room.lake, officer, campaign_id, digest, key),
    )


@router.post("/campaigns/{campaign_id}/decline", may=CAMPAIGN_APPROVERS)
def decline_campaign(request: Request, campaign_id: Id, officer: SignedIn, form: Form) -> Response:
    ledger, key, reason = (
        open_home_of(request).ledger,
        read_text_field(form, "key"),
        read_text_field(form, "reason"),
    )
    return _apply_decision(
        request,
        officer,
        campaign_id,
        "declined",
        lambda: decisions.decline_campaign(ledger, officer, campaign_id, reason, key),
    )


@router.post("/campaigns/{campaign_id}/renew", may=CAMPAIGN_WRITERS)
def renew_campaign(request: Request, campaign_id: Id, officer: SignedIn, form: Form) -> Response:
    room, key = open_home_of(request), read_text_field(form, "key")
    return _apply_decision(
        request,
        officer,
        campaign_id,
        lambda view: "renewed" if view.renewals[-1].until else "renewal-asked",
        lambda: renewals.renew_campaign(room.ledger, room.lake, officer, campaign_id, key),
    )


@router.post("/campaigns/{campaign_id}/renew/approve", may=CAMPAIGN_APPROVERS)
def approve_renewal(request: Request, campaign_id: Id, officer: SignedIn, form: Form) -> Response:
    ledger, key = open_home_of(request).ledger, read_text_field(form, "key")
    return _apply_decision(
        request,
        officer,
        campaign_id,
        "renewal-approved",
        lambda: renewals.approve_renewal(ledger, officer, campaign_id, key),
    )


@router.post("/campaigns/{campaign_id}/open", may=CAMPAIGN_ENDERS)
def open_campaign_to_all(request: Request, campaign_id: Id, officer: SignedIn, form: Form) -> Response:
    ledger, key, reason = (
        open_home_of(request).ledger,
        read_text_field(form, "key"),
        read_text_field(form, "reason"),
    )
    return _apply_decision(
        request,
        officer,
        campaign_id,
        "opened",
        lambda: decisions.open_to_all(ledger, officer, campaign_id, reason, key),
    )


@router.post("/campaigns/{campaign_id}/end", may=CAMPAIGN_ENDERS)
def end_campaign(request: Request, campaign_id: Id, officer: SignedIn, form: Form) -> Response:
    ledger, key, reason = (
        open_home_of(request).ledger,
        read_text_field(form, "key"),
        read_text_field(form, "reason"),
    )
    return _apply_decision(
        request,
        officer,
        campaign_id,
        "ended",
        lambda: decisions.end_campaign(ledger, officer, campaign_id, reason, key),
    )


def _apply_decision(
    request: Request,
    officer: Officer,
    campaign_id: int,
    notice_code: str | Callable[[CampaignView], str],
    decide: Callable[[], CampaignView],
) -> Response:
    """Back to the campaign; where a decision was refused, with why."""
    try:
        view = decide()
    except REFUSALS as problem:
        return _render_campaign(
            request,
            officer,
            campaign_id,
            problem.render_in(language.choose_language(request)),
            problem.http_status,
        )
    return RedirectResponse(
        f"/campaigns/{campaign_id}?{urlencode({'said': notice_code if isinstance(notice_code, str) else notice_code(view)})}",
        303,
    )
