"""Pages of the register of partners, one partner, their requests with clocks, and matching."""

from collections.abc import Callable
from datetime import timedelta
from typing import cast
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access.role_groups import (
    AGREEMENT_APPROVERS,
    AGREEMENT_DRAFTERS,
    ASK_ANSWERERS,
    MATCH_OPENERS,
    MATCH_RELEASERS,
    PARTNER_READERS,
    PARTNER_SENDERS,
)
from warroom.errors import ExchangeError, NotAllowed, NotFound, NotPossible
from warroom.exchange.rooms import matching
from warroom.ledger.officers import Officer
from warroom.partners import queries
from warroom.partners.decisions import asks, register, runs, sharing
from warroom.partners.decisions.register import AgreementDraft
from warroom.partners.views import (
    ASK_OPEN,
    PURPOSES,
    TLP_MARKS,
    AskState,
    AskView,
    MatchRunView,
    Purpose,
    TlpMark,
)
from warroom.web.doors.router import Router
from warroom.web.kit import language
from warroom.web.kit.formats import Clock
from warroom.web.kit.forms import read_text_field
from warroom.web.kit.lists import make_list_address
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.kit.tables import Tables

router = Router(include_in_schema=False)
REFUSALS = (NotPossible, NotAllowed, NotFound, ExchangeError)
SOON = timedelta(hours=2)
"""A partner's request with less time left is shown as due. Chosen, not measured."""
LONGEST_LIST = 200_000
"""Characters of numbers that a form takes; longer lists go by the interface."""


class PartnerWords(Tables):
    """The tables of words of partners, in the reader's language."""

    area = "partners"

    def build_ask_clock(self, ask: AskView) -> Clock | None:
        """By when a partner's request is to be answered; None once it is."""
        if ask.state not in ASK_OPEN:
            return None
        _ = self.say.catalog.gettext
        return self.say.clock(ask.due_at, ask.received_at, SOON, _("answer within {span}"), _("{span} late"))


@router.get("/partner-register", may=PARTNER_READERS)
def show_register(request: Request, officer: SignedIn) -> Response:
    """All partners with their agreements, and their requests that wait."""
    ledger = open_home_of(request).ledger
    return _render_area(
        request,
        "partner_register.html",
        partners=queries.list_partners(ledger, officer),
        asks=queries.list_asks(ledger, officer),
        may_match=officer.has_role(*PARTNER_READERS),
    )


@router.get("/partner-register/{code}", may=PARTNER_READERS)
def show_partner(request: Request, code: Name, officer: SignedIn) -> Response:
    return _render_partner(request, officer, code, "", {}, 200)


def _render_partner(
    request: Request, officer: Officer, code: str, problem: str, given: dict[str, str], status: int
) -> Response:
    ledger = open_home_of(request).ledger
    return _render_area(
        request,
        "partner_page.html",
        status,
        partner=queries.load_partner(ledger, officer, code),
        asks=queries.list_asks(ledger, officer, code),
        objects=queries.list_objects(ledger, officer, code),
        purposes=PURPOSES,
        marks=TLP_MARKS,
        given=given,
        problem=problem,
        may_draft=officer.has_role(*AGREEMENT_DRAFTERS),
        may_approve=officer.has_role(*AGREEMENT_APPROVERS),
        may_send=officer.has_role(*PARTNER_SENDERS),
        own_name=officer.name,
    )


@router.post("/partner-register/{code}/agreements", may=AGREEMENT_DRAFTERS)
def draft_agreement(request: Request, code: Name, officer: SignedIn, form: Form) -> Response:
    """Draft an agreement; another officer brings it into force."""
    ledger, key = open_home_of(request).ledger, read_text_field(form, "key")
    names = ("purpose", "basis", "fields", "highest_mark", "retention_days", "days", "per_day", "per_month")
    given = {name: read_text_field(form, name) for name in names}

    def apply_form() -> None:
        ends_in = timedelta(days=_read_number(given["days"]))
        draft = AgreementDraft(
            partner=code,
            purpose=cast(Purpose, given["purpose"]),
            basis=given["basis"],
            fields=tuple(given["fields"].replace(",", " ").split()),
            highest_mark=cast(TlpMark, given["highest_mark"]),
            retention_days=_read_number(given["retention_days"]),
            expires_at=say_for(request).now + ends_in,
            per_day=_read_number(given["per_day"]),
            per_month=_read_number(given["per_month"]),
        )
        register.draft_agreement(ledger, officer, draft, key)

    return _carry_out(request, officer, code, apply_form, "drafted", given)


def _read_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


@router.post("/partner-register/{code}/agreements/{agreement_id}/approve", may=AGREEMENT_APPROVERS)
def approve_agreement(
    request: Request, code: Name, agreement_id: Id, officer: SignedIn, form: Form
) -> Response:
    ledger = open_home_of(request).ledger
    return _carry_out(
        request,
        officer,
        code,
        lambda: register.approve_agreement(ledger, officer, agreement_id),
        "approved",
        {},
    )


@router.post("/partner-register/{code}/agreements/{agreement_id}/end", may=AGREEMENT_APPROVERS)
def end_agreement(request: Request, code: Name, agreement_id: Id, officer: SignedIn, form: Form) -> Response:
    ledger, reason = open_home_of(request).ledger, read_text_field(form, "reason")
    return _carry_out(
        request,
        officer,
        code,
        lambda: register.end_agreement(ledger, officer, agreement_id, reason),
        "ended",
        {},
    )


@router.post("/partner-register/{code}/shared/{object_id}/revoke", may=PARTNER_SENDERS)
def revoke_shared(request: Request, code: Name, object_id: Id, officer: SignedIn, form: Form) -> Response:
    """Revoke an object with all that was made from it, here and at every recipient."""
    ledger, reason = open_home_of(request).ledger, read_text_field(form, "reason")

    def apply_form() -> None:
        sharing.revoke_object(ledger, officer, object_id, reason)

    return _carry_out(request, officer, code, apply_form, "revoked", {})


@router.post("/partner-register/{code}/asks/{ask_id}", may=ASK_ANSWERERS)
def answer_ask(request: Request, code: Name, ask_id: Id, officer: SignedIn, form: Form) -> Response:
    """Acknowledge, answer or refuse a partner's request."""
    ledger = open_home_of(request).ledger
    answer, text = read_text_field(form, "answer"), read_text_field(form, "text")
    return _carry_out(
        request,
        officer,
        code,
        lambda: asks.answer_ask(ledger, officer, ask_id, cast(AskState, answer), text),
        "answered",
        {"text": text},
    )


def _carry_out(
    request: Request,
    officer: Officer,
    code: str,
    apply_form: Callable[[], None],
    notice_code: str,
    given: dict[str, str],
) -> Response:
    try:
        apply_form()
    except REFUSALS as problem:
        sentence = problem.render_in(language.choose_language(request))
        return _render_partner(request, officer, code, sentence, given, problem.http_status)
    return RedirectResponse(f"/partner-register/{code}?{urlencode({'said': notice_code})}", 303)


@router.get("/matching", may=PARTNER_READERS)
def show_matching(request: Request, officer: SignedIn) -> Response:
    """Runs with their counts, quotas, and the form that asks."""
    return _render_matching(request, officer, "", {}, 200)


def _render_matching(
    request: Request, officer: Officer, problem: str, given: dict[str, str], status: int
) -> Response:
    ledger = open_home_of(request).ledger
    return _render_area(
        request,
        "matching.html",
        status,
        runs=queries.list_runs(ledger, officer),
        quotas=queries.list_quotas(ledger, officer),
        partners=[known for known in queries.list_partners(ledger, officer) if known.has_room],
        purposes=PURPOSES,
        given=given,
        problem=problem,
        may_ask=officer.has_role(*MATCH_OPENERS),
        may_release=may_release_of(officer),
    )


def may_release_of(officer: Officer) -> Callable[[MatchRunView], bool]:
    """Whether the officer may release a run's numbers: another officer opened it."""

    def may_release(run: MatchRunView) -> bool:
        return (
            run.ours
            and run.state == "counted"
            and officer.has_role(*MATCH_RELEASERS)
            and run.opened_by != officer.name
        )

    return may_release


@router.post("/matching", may=MATCH_OPENERS)
def ask_matching(request: Request, officer: SignedIn, form: Form) -> Response:
    """Ask a partner's room how many of these numbers it holds too."""
    room = open_home_of(request)
    given = {name: read_text_field(form, name) for name in ("partner", "purpose", "numbers", "reason")}
    try:
        matching.ask_matching(
            room.ledger,
            room.home,
            officer,
            given["partner"],
            cast(Purpose, given["purpose"]),
            given["numbers"][:LONGEST_LIST].split(),
            given["reason"],
        )
    except REFUSALS as problem:
        sentence = problem.render_in(language.choose_language(request))
        return _render_matching(request, officer, sentence, given, problem.http_status)
    return RedirectResponse(f"/matching?{urlencode({'said': 'counted'})}", 303)


@router.post("/matching/{run_id}/release", may=MATCH_RELEASERS)
def release_hits(request: Request, run_id: Id, officer: SignedIn, form: Form) -> Response:
    """Release which numbers matched, under the officer's name and reason."""
    room, reason = open_home_of(request), read_text_field(form, "reason")
    try:
        runs.release_hits(room.ledger, room.home, officer, run_id, reason)
    except REFUSALS as problem:
        sentence = problem.render_in(language.choose_language(request))
        return _render_matching(request, officer, sentence, {}, problem.http_status)
    return RedirectResponse(f"/matching?{urlencode({'said': 'released'})}", 303)


def _render_area(request: Request, template: str, status: int = 200, **values: object) -> Response:
    return render_page(
        request,
        template,
        status,
        told=PartnerWords(say_for(request)),
        offset=0,
        size=queries.SHOWN,
        address=make_list_address(request.url.path, {}),
        **values,
    )
