"""Held money: why, until when, and how to appeal, for the holder of the code in the bank's notice.

The code is sent in form bodies alone, so that no address or log has it. A malformed and an unknown code get the same answer.
"""

import secrets
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.public.outside.codes import digest_of, read_notice
from warroom.web.public.forms import File, PostedForm, make_form_endpoint
from warroom.web.public.limits import digest_network
from warroom.web.public.pages import render_page
from warroom.web.public.receipt_pages import CODE_RATE_LIMIT, find_reporting_facts
from warroom.web.public.report_pages import choose_error_language
from warroom.web.public.sending import read_submission_key, read_text_field, submit_sealed

ACTIVE = ("approved", "sent", "in_effect", "partly")
HELD = ("in_effect", "partly")


def show_code_form(request: Request) -> Response:
    """The form for the code of the notice."""
    return render_page(request, "held_enter.html", wrong="")


def show_hold(request: Request, came: PostedForm) -> Response:
    """The state of the hold."""
    return _render_hold(request, read_notice(read_text_field(came.fields, "notice", 40)), {}, {}, "", 200)


def _find_hold(request: Request, code: str) -> dict[str, Any] | None:
    found = request.app.state.door.find_receipt(digest_of(f"hold:{code}", request.app.state.card.codes))
    return found[1] if found and code else None


def _render_hold(
    request: Request, code: str, given: dict[str, str], wrong: dict[str, str], sent: str, status: int
) -> Response:
    network = digest_network(request, request.app.state.card.numbers)
    if CODE_RATE_LIMIT.is_exhausted(network):
        return render_page(request, "held_enter.html", 429, repeat=None, here="/appeal", wrong="receipt.wait")
    hold = _find_hold(request, code)
    if hold is None:
        CODE_RATE_LIMIT.record_attempt(network)
        return render_page(request, "held_enter.html", 404, repeat=None, here="/appeal", wrong="held.unknown")
    facts = find_reporting_facts(request)
    due, limit = (
        facts["now"] + timedelta(hours=facts[name]) if facts[name] else None
        for name in ("appeal_hours", "appeal_limit_hours")
    )
    return render_page(
        request,
        "held_incoming.html" if hold.get("kind") == "incoming" else "held.html",
        status,
        repeat=("/appeal", [("notice", code)]),
        due=due,
        limit=limit,
        at=facts["now"],
        hold=_fill_hold_defaults(hold),
        code=code,
        held=hold["state"] in HELD,
        active=hold["state"] in ACTIVE,
        given=given,
        wrong=wrong,
        sent=sent,
        once=secrets.token_hex(16),
    )


def _fill_hold_defaults(body: dict[str, Any]) -> dict[str, Any]:
    """The published hold, with defaults for what an earlier version of the room did not publish."""
    names = ("filed", "answered", "ended", "lifted", "telephone")
    return dict.fromkeys(names, "") | {"more": 0} | body


def submit_appeal(request: Request, submission: PostedForm) -> Response:
    """Submit an appeal: where the money comes from, with an optional picture as proof."""
    form = submission.fields
    code = read_notice(read_text_field(form, "notice", 40))
    given = {"text": read_text_field(form, "text"), "phone": read_text_field(form, "phone", 40)}
    given |= {"need": "yes"} if form.get("need") == "yes" else {}
    wrong = {} if given["text"] else {"text": "held.empty"}
    if submission.refusal:
        wrong["file"] = submission.refusal.render_in(choose_error_language(request))
    if wrong:
        return _render_hold(request, code, given, wrong, "", 400)
    return _send_appeal(request, code, given, read_submission_key(form), submission.files)


def _send_appeal(
    request: Request, code: str, given: dict[str, str], once: str, files: tuple[File, ...]
) -> Response:
    # Looked up again: the hold may have ended, or an appeal may have come in, since the page was shown.
    known = _find_hold(request, code)
    if known and known["state"] in ACTIVE and known["appeal"] != "open":
        submit_sealed(request, "appeal", given | {"code": code}, once, files)
        return _render_hold(request, code, {}, {}, "appeal", 200)
    return _render_hold(request, code, {}, {}, "", 200)


def submit_evidence(request: Request, submission: PostedForm) -> Response:
    """Submit more words or another picture for an open appeal."""
    form = submission.fields
    code = read_notice(read_text_field(form, "notice", 40))
    text = read_text_field(form, "text")
    wrong = {} if text or submission.files else {"text": "held_more.empty"}
    if submission.refusal:
        wrong = {"file": submission.refusal.render_in(choose_error_language(request))}
    if wrong:
        return _render_hold(request, code, {"text": text}, wrong, "", 400)
    known = _find_hold(request, code)
    if known is None or known["state"] not in ACTIVE or known["appeal"] != "open":
        return _render_hold(request, code, {}, {}, "", 200)
    answers = {"code": code, "text": text, "more": "yes"}
    submit_sealed(request, "appeal", answers, read_submission_key(form), submission.files)
    return _render_hold(request, code, {}, {}, "more", 200)


ROUTES = (
    Route("/appeal", show_code_form),
    Route("/appeal", make_form_endpoint(show_hold), methods=["POST"]),
    Route("/appeal/ask", make_form_endpoint(submit_appeal, files=1), methods=["POST"]),
    Route("/appeal/more", make_form_endpoint(submit_evidence, files=1), methods=["POST"]),
)
