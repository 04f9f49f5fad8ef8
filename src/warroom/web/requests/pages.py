"""Requests to partners: the list, one request, a new one; and how fast partners answer."""

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
from warroom.requests import kinds as request_kinds
from warroom.requests import queries, response_times
from warroom.requests import steps as request_steps
from warroom.requests.decisions import course, drafts, replies
from warroom.requests.kinds import Declared
from warroom.requests.response_times import Scope
from warroom.requests.views import OPEN, PartnerTimes, RequestView
from warroom.sentences.catalogue import list_words
from warroom.web.doors.router import Router
from warroom.web.kit.formats import Clock, Say
from warroom.web.kit.forms import NOTHING_TYPED, Step, Typed, attempt, given, known, local, text
from warroom.web.kit.lists import ROWS, address, listing, start_of
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.kit.tables import Tables
from warroom.web.kit.unwell_lines import unwell_lines
from warroom.web.requests import steps as forms

router = Router(include_in_schema=False)
WARNING = timedelta(hours=12)
DIGITS = frozenset("0123456789abcdef")
SORTS = ("partner", "told", "acknowledged", "answered", "late", "open")
OF_PARTNERS = ("health.answers-refused", "health.partners-silent")
"""What of all that is unwell a partner does or leaves undone."""


@router.get("/requests", may=CASE_WORKERS)
def listed(
    request: Request,
    officer: SignedIn,
    show: Literal["", "mine", "late", "open"] = "",
    case: str = "",
    partner: str = "",
    offset: int = 0,
) -> Response:
    ledger, offset = open_home_of(request).ledger, start_of(offset)
    case, partner = (one.replace("\x00", "").strip()[:40] for one in (case, partner))
    asked = {"show": show, "case": case.upper(), "partner": partner}
    wanted = queries.Wanted(
        case=asked["case"],
        partner=asked["partner"],
        late=show == "late",
        open=show == "open",
        mine=show == "mine",
    )
    rows, total = queries.list_requests(ledger, officer, wanted, limit=ROWS, offset=offset)
    return page(
        request,
        "requests.html",
        lines=[(row, answer_clock(row, say_for(request))) for row in rows],
        asked=asked,
        **listing("/requests", total, offset, asked),
        partners=_partners(request),
        may_draft=officer.may(*role_groups.REQUEST_DRAFTERS),
        **_words(request),
    )


@router.get("/requests/new", may=REQUEST_DRAFTERS)
def new(
    request: Request, officer: SignedIn, kind: str = "information", case: str = "", subject: str = ""
) -> Response:
    """A form for a new request, begun where somebody came from a case, or from a search for a subject."""
    declared = request_kinds.declared_kind(kind)
    begun = Typed("new", "", {"case": case[:40], "subject": subject.strip()[:200]})
    return _new(request, officer, declared, begun)


@router.post("/requests/begin", may=REQUEST_DRAFTERS)
def begun(request: Request, officer: SignedIn, form: Form) -> Response:
    """The form of a new request about what somebody searched for: posted, so that it stands in no address."""
    said = {"case": text(form, "case")[:40], "subject": text(form, "subject").strip()[:200]}
    declared = request_kinds.declared_kind(text(form, "kind") or "information")
    return _new(request, officer, declared, Typed("new", "", said))


@router.post("/requests/new", may=REQUEST_DRAFTERS)
def drafted(request: Request, officer: SignedIn, form: Form) -> Response:
    declared = request_kinds.declared_kind(text(form, "kind"))
    ledger, key = open_home_of(request).ledger, text(form, "key")

    def act() -> str:
        said = given(request, forms.draft_form(declared.id == "stop-payment"), form)
        items = tuple(line.strip() for line in said["items"].split("\n") if line.strip())
        asking = drafts.Asking(
            partner=said["partner"],
            kind=declared.id,
            purpose=said["purpose"],
            subject=said["subject"],
            items=items,
            keep_until=said["keep_until"],
            case=said["case"].upper(),
            amount=said.get("amount") or 0,
            wanted_by=said["wanted_by"],
        )
        return _to(drafts.draft_request(ledger, officer, asking, key).id, "drafted")

    return attempt(
        request, "new", form, act, lambda typed, status: _new(request, officer, declared, typed, status)
    )


def _new(request: Request, officer: Officer, declared: Declared, typed: Typed, status: int = 200) -> Response:
    say = say_for(request)
    rules = {rule.id: rule for rule in law.rules(open_home_of(request).ledger)}
    return page(
        request,
        "request_new.html",
        status,
        declared=declared,
        kinds=request_kinds.declared().values(),
        rules=[rules[name] for name in declared.action.rules if name in rules],
        step=forms.draft_form(declared.id == "stop-payment"),
        typed=typed,
        options={"partners": _partners(request, declared.action.partners)},
        start={"kind": declared.id, "keep_until": local(say, say.now + timedelta(days=90))[:16]},
        may_draft=officer.may(*declared.action.proposes),
        **_words(request),
    )


@router.get("/requests/{request_id}", may=CASE_WORKERS)
def one(request: Request, request_id: Id, officer: SignedIn) -> Response:
    return _one(request, officer, request_id)


def _one(
    request: Request, officer: Officer, request_id: int, typed: Typed = NOTHING_TYPED, status: int = 200
) -> Response:
    found = queries.read_request(open_home_of(request).ledger, officer, request_id)
    words = _words(request)
    return page(
        request,
        "request.html",
        status,
        one=found,
        asked=request_kinds.declared_kind(found.kind).asked,
        clock=answer_clock(found, say_for(request)),
        steps=[forms.STEPS[step.verb] for step in request_steps.of_request(found, officer)],
        typed=typed,
        options={"replies": words["told"].all("reply")},
        **words,
    )


@router.post("/requests/{request_id}/{step}", may=REQUEST_ARCHIVISTS)
def decided(
    request: Request,
    request_id: Id,
    step: Annotated[str, Path(pattern="^[a-z]{1,16}$")],
    officer: SignedIn,
    form: Form,
) -> Response:
    found = known(forms.STEPS, step)

    def act() -> str:
        _do(request, officer, request_id, found, form)
        return _to(request_id, found.id)

    return attempt(
        request, step, form, act, lambda typed, status: _one(request, officer, request_id, typed, status)
    )


def _do(request: Request, officer: Officer, number: int, step: Step, form: FormData) -> None:
    ledger, key, said = open_home_of(request).ledger, text(form, "key"), given(request, step, form)
    match step.id:
        case "approve":
            drafts.approve_request(ledger, officer, number, key)
        case "remind":
            course.remind(ledger, officer, number, key)
        case "withdraw":
            course.withdraw_request(ledger, officer, number, said["reason"], key)
        case "lift":
            course.lift_request(ledger, officer, number, said["reason"], key)
        case "document":
            digest = said["sha256"].lower()
            # Looked at here: the field takes what is pasted, and the ledger's own check would be no sentence.
            if len(digest) != 64 or not DIGITS.issuperset(digest):
                raise NotPossible("requests.document-hash-unfit")
            replies.add_document(ledger, officer, number, digest, said["name"][:200])
        case _:
            if said["reply"] not in list_words("requests.reply"):
                raise NotPossible("requests.reply-missing")
            replies.note_reply(ledger, officer, number, said["reply"], said["at"], said["text"], key)


@router.get("/partners", may=CASE_WORKERS)
def partners(request: Request, officer: SignedIn, scope: str = "all", sort: str = "partner") -> Response:
    chosen: Scope = next((one for one in get_args(Scope) if one == scope), "all")
    order = sort if sort in SORTS else "partner"
    rows = response_times.partner_times(open_home_of(request).ledger, officer, scope=chosen)
    return page(
        request,
        "partners.html",
        rows=sorted(rows, key=lambda row: _rank(row, order)),
        scope=chosen,
        sort=order,
        address=address("/partners", {"scope": chosen, "sort": order}),
        unwell=unwell_lines(open_home_of(request).home, say_for(request), OF_PARTNERS.__contains__),
        **_words(request),
    )


def _rank(row: PartnerTimes, order: str) -> tuple[Any, ...]:
    """The slowest, latest and most first; who has no figure stands last, equals by code."""
    figure = {
        "told": row.told,
        "acknowledged": row.acknowledged.median,
        "answered": row.answered.median,
        "late": row.late_share,
        "open": row.open,
    }.get(order)
    return (figure is None, -(figure or 0), row.partner)


def answer_clock(row: RequestView, say: Say) -> Clock | None:
    """The clock of an answer that is owed; None where nothing is."""
    if row.state not in OPEN or row.due_at is None:
        return None
    _ = say.catalog.gettext
    return say.clock(
        row.due_at, row.sent_at or row.drafted_at, WARNING, _("answer expected in {span}"), _("{span} late")
    )


def _partners(request: Request, kinds: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    words = say_for(request).language
    found = agencies.agencies(open_home_of(request).ledger, active=True)
    fit = [one for one in found if not kinds or one.kind in kinds]
    return [(one.code, f"{getattr(one.name, words)} ({one.code})") for one in fit]


def _words(request: Request) -> dict[str, Any]:
    return {"told": Tables(say_for(request), "requests")}


def _to(number: int, said: str) -> str:
    return f"/requests/{number}?{urlencode({'said': said})}"
