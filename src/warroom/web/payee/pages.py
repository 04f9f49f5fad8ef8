"""Flags on payees: those that wait for an officer, one of them with all that is known of it, and what flags bring about."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access import role_groups
from warroom.access.role_groups import FLAG_APPEALS, FLAG_DECIDERS, FLAG_ENDERS, FLAG_READERS
from warroom.errors import NotAllowed, NotPossible
from warroom.ledger.officers import Officer
from warroom.payee import decisions, queries
from warroom.payee.views import FLAG_STATES, FlagView
from warroom.reasons.reason import render
from warroom.web.doors.router import Router
from warroom.web.kit import language
from warroom.web.kit.forms import read_text_field
from warroom.web.kit.lists import ROWS, clamp_offset, make_list_address
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.payee.words import FlagWords

router = Router(include_in_schema=False)
REFUSALS = (NotPossible, NotAllowed)


@router.get("/flags", may=FLAG_READERS)
def show_flags(request: Request, officer: SignedIn, state: str = "proposed", offset: int = 0) -> Response:
    return _render_list(request, officer, state, clamp_offset(offset), {}, "", 200)


def _render_list(
    request: Request,
    officer: Officer,
    state: str,
    offset: int,
    given: dict[str, Any],
    problem: str,
    status: int,
) -> Response:
    chosen = state if state in FLAG_STATES else "proposed"
    flag_list = queries.list_flags(open_home_of(request).ledger, officer, chosen, limit=ROWS, offset=offset)
    return render_page(
        request,
        "flags.html",
        status,
        found=flag_list,
        chosen=chosen,
        told=FlagWords(say_for(request)),
        may_decide=chosen == "proposed" and officer.has_role(*role_groups.FLAG_DECIDERS),
        given=given,
        problem=problem,
        total=flag_list.total,
        offset=offset,
        size=ROWS,
        address=make_list_address("/flags", {"state": chosen}, ("proposed",)),
    )


@router.post("/flags/decide", may=FLAG_DECIDERS)
def decide_flags(request: Request, officer: SignedIn, form: Form) -> Response:
    """Flag or decline what is ticked with one reason; or one row alone, whose own reasons are the reason where none is written."""
    ids, word, reason = (
        _parse_chosen_ids(form),
        read_text_field(form, "word"),
        read_text_field(form, "reason"),
    )
    ledger, key = open_home_of(request).ledger, read_text_field(form, "key")
    try:
        if len(ids) == 1 and not reason.strip():
            reason = _format_reasons(request, queries.load_flag(ledger, officer, ids[0]))
        if word == "decline":
            decisions.decline_many(ledger, officer, ids, reason, key)
        else:
            decisions.flag_many(
                ledger, officer, ids, reason, key, scam_type=read_text_field(form, "scam_type")
            )
    except REFUSALS as problem:
        given = {"ids": ids, "reason": reason, "scam_type": read_text_field(form, "scam_type")}
        sentence = problem.render_in(language.choose_language(request))
        if read_text_field(form, "back"):
            return _render_flag(request, officer, ids[0] if ids else 0, sentence, problem.http_status)
        return _render_list(request, officer, "proposed", 0, given, sentence, problem.http_status)
    back = f"/flags/{ids[0]}" if read_text_field(form, "back") else "/flags"
    return RedirectResponse(
        f"{back}?{urlencode({'said': 'declined' if word == 'decline' else 'flagged'})}", 303
    )


def _parse_chosen_ids(form: FormData) -> list[int]:
    """What a row's own button names, else what is ticked."""
    named = [form.get("only")] if form.get("only") else form.getlist("id")
    return [int(str(one)) for one in named if str(one).isdecimal() and len(str(one)) < 16]


def _format_reasons(request: Request, flag: FlagView) -> str:
    return "; ".join(render(reason, say_for(request).language) for reason in flag.reasons)


@router.get("/flags/effect", may=FLAG_READERS)
def show_effect(request: Request, officer: SignedIn) -> Response:
    return _render_effect(request, officer, {}, "", 200)


def _render_effect(
    request: Request, officer: Officer, given: dict[str, str], problem: str, status: int
) -> Response:
    ledger = open_home_of(request).ledger
    return render_page(
        request,
        "flags_effect.html",
        status,
        found=queries.measure_effect(ledger, officer),
        running=queries.find_running_trial(ledger),
        told=FlagWords(say_for(request)),
        may_set=officer.has_role(*role_groups.FLAG_DECIDERS),
        given=given,
        problem=problem,
    )


@router.post("/flags/effect", may=FLAG_DECIDERS)
def set_holdout(request: Request, officer: SignedIn, form: Form) -> Response:
    """From here on another share of pairs is held out."""
    given = {name: read_text_field(form, name) for name in ("share", "reason")}
    ledger = open_home_of(request).ledger
    try:
        decisions.set_trial(
            ledger, officer, parse_share(given["share"]), given["reason"], read_text_field(form, "key")
        )
    except REFUSALS as problem:
        sentence = problem.render_in(language.choose_language(request))
        return _render_effect(request, officer, given, sentence, problem.http_status)
    return RedirectResponse("/flags/effect?said=trial", 303)


def parse_share(typed: str) -> float:
    """A number in a hundred as a share; what is none lies outside every bound."""
    try:
        return float(typed) / 100
    except ValueError:
        return -1.0


@router.get("/flags/{flag_id}", may=FLAG_READERS)
def show_flag(request: Request, flag_id: Id, officer: SignedIn) -> Response:
    return _render_flag(request, officer, flag_id, "", 200)


def _render_flag(request: Request, officer: Officer, flag_id: int, problem: str, status: int) -> Response:
    flag = queries.load_flag(open_home_of(request).ledger, officer, flag_id)
    flag_words = FlagWords(say_for(request))
    return render_page(
        request,
        "flag.html",
        status,
        flag=flag,
        told=flag_words,
        clock=flag_words.build_clock(flag),
        may_decide=officer.has_role(*role_groups.FLAG_DECIDERS),
        may_end=officer.has_role(*role_groups.FLAG_ENDERS),
        may_answer=officer.has_role(*role_groups.FLAG_APPEALS) and flag.decided_by != officer.name,
        problem=problem,
    )


@router.post("/flags/{flag_id}/end", may=FLAG_ENDERS)
def end_flag(request: Request, flag_id: Id, officer: SignedIn, form: Form) -> Response:
    """End a flag before its time."""
    return _apply_decision(request, officer, flag_id, form, decisions.end_flag, "flag-ended")


@router.post("/flags/{flag_id}/renew", may=FLAG_DECIDERS)
def renew_flag(request: Request, flag_id: Id, officer: SignedIn, form: Form) -> Response:
    """Renew a flag for another fourteen days."""
    return _apply_decision(request, officer, flag_id, form, decisions.renew_flag, "renewed")


def _apply_decision(
    request: Request,
    officer: Officer,
    flag_id: int,
    form: FormData,
    decide: Callable[..., FlagView],
    notice_code: str,
) -> Response:
    try:
        flag = decide(
            open_home_of(request).ledger,
            officer,
            flag_id,
            read_text_field(form, "reason"),
            read_text_field(form, "key"),
        )
    except REFUSALS as problem:
        return _render_flag(
            request,
            officer,
            flag_id,
            problem.render_in(language.choose_language(request)),
            problem.http_status,
        )
    return RedirectResponse(f"/flags/{flag.id}?said={notice_code}", 303)


@router.post("/flag-appeals/{appeal_id}/answer", may=FLAG_APPEALS)
def answer_flag_appeal(request: Request, appeal_id: Id, officer: SignedIn, form: Form) -> Response:
    """An appeal's answer, with its reason."""
    ledger, uphold = open_home_of(request).ledger, read_text_field(form, "uphold") == "yes"
    try:
        flag = decisions.answer_flag_appeal(
            ledger, officer, appeal_id, uphold, read_text_field(form, "reason")
        )
    except REFUSALS as problem:
        flag_id = int(read_text_field(form, "flag") or 0) if read_text_field(form, "flag").isdecimal() else 0
        return _render_flag(
            request,
            officer,
            flag_id,
            problem.render_in(language.choose_language(request)),
            problem.http_status,
        )
    return RedirectResponse(f"/flags/{flag.id}?said=answered", 303)
