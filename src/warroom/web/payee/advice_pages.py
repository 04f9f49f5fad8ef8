"""The advice on payments: thresholds that one officer proposes and another puts into effect, and what they bring about."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access import role_groups
from warroom.access.role_groups import FLAG_DECIDERS, FLAG_ENDERS, FLAG_READERS
from warroom.errors import NotAllowed, NotPossible
from warroom.ledger.officers import Officer
from warroom.payee import advice_decisions as decisions
from warroom.payee.advice import QUESTION
from warroom.reasons.reason import render
from warroom.web.doors.router import Router
from warroom.web.kit import language
from warroom.web.kit.forms import read_text_field
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.payee.pages import parse_share
from warroom.web.payee.words import FlagWords

router = Router(include_in_schema=False)
REFUSALS = (NotPossible, NotAllowed)
FIELDS = ("wait", "ask", "held", "reason")


@router.get("/flags/advice", may=FLAG_READERS)
def show_advice(request: Request, officer: SignedIn) -> Response:
    return _render_advice(request, officer, {}, "", 200)


@router.post("/flags/advice", may=FLAG_DECIDERS)
def propose_advice(request: Request, officer: SignedIn, form: Form) -> Response:
    """Propose thresholds."""
    given = {name: read_text_field(form, name) for name in FIELDS}
    wait_from, ask_from, held_out = (parse_share(given[name]) for name in FIELDS[:3])

    def make_proposal(key: str) -> None:
        ledger = open_home_of(request).ledger
        decisions.propose_advice_rule(ledger, officer, wait_from, ask_from, held_out, given["reason"], key)

    return _answer_decision(
        request, officer, make_proposal, read_text_field(form, "key"), "advice-proposed", given
    )


@router.post("/flags/advice/{rule_id}/confirm", may=FLAG_DECIDERS)
def confirm_advice(request: Request, rule_id: Id, officer: SignedIn, form: Form) -> Response:
    """Put proposed thresholds into effect."""

    def give_confirmation(key: str) -> None:
        decisions.confirm_advice_rule(open_home_of(request).ledger, officer, rule_id, key)

    return _answer_decision(
        request, officer, give_confirmation, read_text_field(form, "key"), "advice-confirmed", {}
    )


@router.post("/flags/advice/{rule_id}/end", may=FLAG_ENDERS)
def end_advice(request: Request, rule_id: Id, officer: SignedIn, form: Form) -> Response:
    """End thresholds or drop their proposal."""

    def end(key: str) -> None:
        decisions.end_advice_rule(open_home_of(request).ledger, officer, rule_id, key)

    return _answer_decision(request, officer, end, read_text_field(form, "key"), "advice-ended", {})


def _answer_decision(
    request: Request,
    officer: Officer,
    decide: Callable[[str], None],
    key: str,
    notice_code: str,
    given: dict[str, str],
) -> Response:
    try:
        decide(key)
    except REFUSALS as problem:
        sentence = problem.render_in(language.choose_language(request))
        return _render_advice(request, officer, given, sentence, problem.http_status)
    return RedirectResponse(f"/flags/advice?said={notice_code}", 303)


def _render_advice(
    request: Request, officer: Officer, given: dict[str, str], problem: str, status: int
) -> Response:
    return render_page(
        request,
        "flags_advice.html",
        status,
        found=decisions.measure_advice(open_home_of(request).ledger, officer),
        told=FlagWords(say_for(request)),
        question=render(QUESTION, say_for(request).language),
        may_set=officer.has_role(*role_groups.FLAG_DECIDERS),
        may_end=officer.has_role(*role_groups.FLAG_ENDERS),
        me=officer.name,
        given=given,
        problem=problem,
    )
