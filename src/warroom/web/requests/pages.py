"""Pages of requests to partners: the list, one request, a new one, and the partners' response times."""

from datetime import timedelta
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlencode

from fastapi import Path
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from warroom.access import agencies, role_groups
from warroom.access.role_groups import CASE_WORKERS, REQUEST_ARCHIVISTS, REQUEST_DRAFTERS
from warroom.errors import NotPossible
from warroom.law.rules import repository as law
from warroom.ledger.officers import Officer
from warroom.requests import answer_links, queries, response_times
from warroom.requests import kinds as request_kinds
from warroom.requests import steps as request_steps
from warroom.requests.decisions import course, drafts, replies
from warroom.requests.kinds import RequestKindDeclaration
from warroom.requests.response_times import Scope
from warroom.requests.views import OPEN, PartnerTimes, RequestView
from warroom.sentences.catalogue import list_words
from warroom.web.doors.router import Router
from warroom.web.kit.formats import Clock, Say
from warroom.web.kit.forms import (
    NOTHING_TYPED,
    FormStep,
    TypedForm,
    parse_step_form,
    read_text_field,
    require_step,
    run_form_action,
)
from warroom.web.kit.lists import ROWS, build_listing, clamp_offset, make_list_address
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.kit.tables import Tables
from warroom.web.kit.unwell_lines import list_unwell_lines
from warroom.web.requests import steps as forms

router = Router(include_in_schema=False)
# A request with less time left is shown as due. Chosen, not measured.
WARNING = timedelta(hours=12)
SORTS = ("partner", "told", "acknowledged", "answered", "late", "open")
OF_PARTNERS = ("health.answers-refused",)
"""The health warnings that concern partners."""


@router.get("/requests", may=CASE_WORKERS)
def show_requests(
    request: Request,
    officer: SignedIn,
    show: Literal["", "mine", "late", "open"] = "",
    case: str = "",
    partner: str = "",
    offset: int = 0,
) -> Response:
    ledger, offset = open_home_of(request).ledger, clamp_offset(offset)
    case, partner = (field_text.replace("\x00", "").strip()[:40] for field_text in (case, partner))
    asked = {"show": show, "case": case.upper(), "partner": partner}
    wanted = queries.RequestFilter(
        case=asked["case"],
        partner=asked["partner"],
        late=show == "late",
        open=show == "open",
        mine=show == "mine",
    )
    rows, total = queries.list_requests(ledger, officer, wanted, limit=ROWS, offset=offset)
    return render_page(
        request,
        "requests.html",
        lines=[(row, build_answer_clock(row, say_for(request))) for row in rows],
        asked=asked,
        **build_listing("/requests", total, offset, asked),
        partners=_list_partner_options(request),
        may_draft=officer.has_role(*role_groups.REQUEST_DRAFTERS),
        **_build_words(request),
    )


@router.get("/requests/new", may=REQUEST_DRAFTERS)
def show_draft_form(
    request: Request, officer: SignedIn, kind: str = "information", case: str = "", subject: str = ""
) -> Response:
    """The form for a new request, prefilled when opened from a case or a search."""
    declared = request_kinds.load_request_kind(kind)
    begun = TypedForm("new", "", {"case": case[:40], "subject": subject.strip()[:200]})
    return _render_draft_form(request, officer, declared, begun)


@router.post("/requests/begin", may=REQUEST_DRAFTERS)
def begin_request(request: Request, officer: SignedIn, form: Form) -> Response:
    """The form for a new request about a subject. POST, so that the subject appears in no address, history or log."""
    said = {
        "case": read_text_field(form, "case")[:40],
        "subject": read_text_field(form, "subject").strip()[:200],
    }
    declared = request_kinds.load_request_kind(read_text_field(form, "kind") or "information")
    return _render_draft_form(request, officer, declared, TypedForm("new", "", said))


@router.post("/requests/new", may=REQUEST_DRAFTERS)
def draft_request(request: Request, officer: SignedIn, form: Form) -> Response:
    declared = request_kinds.load_request_kind(read_text_field(form, "kind"))
    ledger, key = open_home_of(request).ledger, read_text_field(form, "key")

    def carry_out() -> str:
        answers = parse_step_form(request, forms.build_draft_form(declared.id == "stop-payment"), form)
        items = tuple(line.strip() for line in answers["items"].split("\n") if line.strip())
        asking = drafts.RequestDraft(
            partner=answers["partner"],
            kind=declared.id,
            purpose=answers["purpose"],
            subject=answers["subject"],
            items=items,
            keep_until=answers["keep_until"],
            case=answers["case"].upper(),
            amount=answers.get("amount") or 0,
            wanted_by=answers["wanted_by"],
        )
        return _build_request_address(drafts.draft_request(ledger, officer, asking, key).id, "drafted")

    return run_form_action(
        request,
        "new",
        form,
        carry_out,
        lambda typed, status: _render_draft_form(request, officer, declared, typed, status),
    )


def _render_draft_form(
    request: Request, officer: Officer, declared: RequestKindDeclaration, typed: TypedForm, status: int = 200
) -> Response:
    say = say_for(request)
    rules = {rule.id: rule for rule in law.list_rules(open_home_of(request).ledger)}
    return render_page(
        request,
        "request_new.html",
        status,
        declared=declared,
        kinds=request_kinds.load_request_kinds().values(),
        rules=[rules[name] for name in declared.action.rules if name in rules],
        step=forms.build_draft_form(declared.id == "stop-payment"),
        typed=typed,
        options={"partners": _list_partner_options(request, declared.action.partners)},
        start={"kind": declared.id, "keep_until": say.moment(say.now + timedelta(days=90))},
        may_draft=officer.has_role(*declared.action.proposes),
        **_build_words(request),
    )


@router.get("/requests/{request_id}", may=CASE_WORKERS)
def show_request(request: Request, request_id: Id, officer: SignedIn) -> Response:
    return _render_request(request, officer, request_id)


def _render_request(
    request: Request, officer: Officer, request_id: int, typed: TypedForm = NOTHING_TYPED, status: int = 200
) -> Response:
    partner_request = queries.load_request(open_home_of(request).ledger, officer, request_id)
    words = _build_words(request)
    steps = request_steps.list_next_steps(partner_request, officer)
    link = None
    if request_steps.LINK in steps:
        link = answer_links.load_link(open_home_of(request).ledger, officer, request_id)
    # One of both: a link is made where none opens, and revoked where one does.
    left_out = request_steps.LINK if link else request_steps.UNLINK
    return render_page(
        request,
        "request.html",
        status,
        one=partner_request,
        link=f"{str(request.base_url).rstrip('/')}/answer/{link.token}" if link else "",
        link_until=link.expires_at if link else None,
        asked=request_kinds.load_request_kind(partner_request.kind).asked,
        clock=build_answer_clock(partner_request, say_for(request)),
        steps=[forms.STEPS[step.verb] for step in steps if step is not left_out],
        typed=typed,
        options={"replies": words["told"].list_coded_words("reply")},
        **words,
    )


@router.post("/requests/{request_id}/{step}", may=REQUEST_ARCHIVISTS)
def decide_request(
    request: Request,
    request_id: Id,
    step: Annotated[str, Path(pattern="^[a-z]{1,16}$")],
    officer: SignedIn,
    form: Form,
) -> Response:
    known_step = require_step(forms.STEPS, step)

    def carry_out() -> str:
        _apply_step(request, officer, request_id, known_step, form)
        return _build_request_address(request_id, known_step.id)

    return run_form_action(
        request,
        step,
        form,
        carry_out,
        lambda typed, status: _render_request(request, officer, request_id, typed, status),
    )


def _apply_step(request: Request, officer: Officer, number: int, step: FormStep, form: FormData) -> None:
    ledger, key, answers = (
        open_home_of(request).ledger,
        read_text_field(form, "key"),
        parse_step_form(request, step, form),
    )
    match step.id:
        case "approve":
            drafts.approve_request(ledger, officer, number, key)
        case "remind":
            course.remind_partner(ledger, officer, number, key)
        case "withdraw":
            course.withdraw_request(ledger, officer, number, answers["reason"], key)
        case "lift":
            course.lift_request(ledger, officer, number, answers["reason"], key)
        case "link":
            answer_links.make_link(ledger, officer, number)
        case "unlink":
            answer_links.revoke_link(ledger, officer, number)
        case "document":
            replies.add_document(ledger, officer, number, answers["sha256"], answers["name"][:200])
        case _:
            if answers["reply"] not in list_words("requests.reply"):
                raise NotPossible("requests.reply-missing")
            replies.note_reply(ledger, officer, number, answers["reply"], answers["at"], answers["text"], key)


@router.get("/partners", may=CASE_WORKERS)
def show_partners(request: Request, officer: SignedIn, scope: str = "all", sort: str = "partner") -> Response:
    chosen: Scope = next((known_scope for known_scope in get_args(Scope) if known_scope == scope), "all")
    order = sort if sort in SORTS else "partner"
    rows = response_times.list_partner_times(open_home_of(request).ledger, officer, scope=chosen)
    return render_page(
        request,
        "partners.html",
        rows=sorted(rows, key=lambda row: _rank_partner(row, order)),
        scope=chosen,
        sort=order,
        address=make_list_address("/partners", {"scope": chosen, "sort": order}),
        unwell=list_unwell_lines(open_home_of(request).home, say_for(request), OF_PARTNERS.__contains__),
        **_build_words(request),
    )


def _rank_partner(row: PartnerTimes, order: str) -> tuple[Any, ...]:
    """Sort with the highest figure first; partners without one come last, ties are in order of code."""
    figure = {
        "told": row.told,
        "acknowledged": row.acknowledged.median,
        "answered": row.answered.median,
        "late": row.late_share,
        "open": row.open,
    }.get(order)
    return (figure is None, -(figure or 0), row.partner)


def build_answer_clock(row: RequestView, say: Say) -> Clock | None:
    """The clock of an answer that is owed; None if none is owed."""
    if row.state not in OPEN or row.due_at is None:
        return None
    _ = say.catalog.gettext
    return say.clock(
        row.due_at, row.sent_at or row.drafted_at, WARNING, _("answer expected in {span}"), _("{span} late")
    )


def _list_partner_options(request: Request, kinds: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    words = say_for(request).language
    found = agencies.list_agencies(open_home_of(request).ledger, active=True)
    fit = [one for one in found if not kinds or one.kind in kinds]
    return [(one.code, f"{getattr(one.name, words)} ({one.code})") for one in fit]


def _build_words(request: Request) -> dict[str, Any]:
    return {"told": Tables(say_for(request), "requests")}


def _build_request_address(number: int, said: str) -> str:
    return f"/requests/{number}?{urlencode({'said': said})}"
