"""The receipt of a report: its state, the officers' question, messages both ways, and the proof of submission.

The code is sent in form bodies alone. Wrong, expired and unknown codes get the same answer after the same time, so that guessing
learns nothing.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom import clock
from warroom.public.outside.codes import digest_of, read_code
from warroom.web.public.forms import FILES, File, PostedForm, make_form_endpoint
from warroom.web.public.limits import NetworkRateLimit, digest_network
from warroom.web.public.pages import render_page
from warroom.web.public.sending import read_submission_key, read_text_field, submit_sealed

COMPLAINT_SIGNS = 80
"""Characters of a police complaint's number."""
CODE_RATE_LIMIT = NetworkRateLimit(most=5, seconds=60)
"""Wrong codes per network and minute. Chosen, not measured."""


def show_code_form(request: Request) -> Response:
    """The form for the code."""
    return render_page(request, "receipt_enter.html", wrong="")


def show_receipt(request: Request, came: PostedForm) -> Response:
    """The state of the report."""
    return _render_receipt(request, read_code(read_text_field(came.fields, "code", 60)))


def _render_receipt(request: Request, code: str, note: str = "") -> Response:
    # A malformed code is looked up too: otherwise its quicker answer would tell it from a wrong one.
    receipt = request.app.state.door.find_receipt(digest_of(code, request.app.state.card.codes))
    if receipt is None or not code:
        return refuse_wrong_code(request)
    seal, body = receipt
    return render_page(
        request,
        "receipt.html",
        repeat=("/receipt", [("code", code)]),
        code=code,
        once=secrets.token_hex(32),
        seal=seal.hex(),
        receipt=_fill_receipt_defaults(body),
        note=note,
        facts=find_reporting_facts(request),
    )


def find_reporting_facts(request: Request) -> dict[str, Any]:
    """What the room tells everybody who sends something (`publishing`): hours to complain, days of a hold then, minutes until
    read, hours of an appeal's answer; and the room's time, `now`.
    """
    found = request.app.state.door.find_published("reporting")
    names = ("complain_hours", "extended_days", "read_minutes", "appeal_hours", "appeal_limit_hours")
    facts = dict.fromkeys(names) | {"clock_ahead_minutes": 0} | (found[0] if found else {})
    return facts | {"now": clock.get_real_now() + timedelta(minutes=facts["clock_ahead_minutes"] or 0)}


def refuse_wrong_code(request: Request) -> Response:
    """Count a wrong code and answer it: the same for wrong, expired and unknown ones."""
    # Only wrong codes are limited: a whole network shares an address, and one member who guesses must not
    # lock out the others.
    if not CODE_RATE_LIMIT.record_attempt(digest_network(request, request.app.state.card.numbers)):
        return render_page(
            request, "receipt_enter.html", 429, repeat=None, here="/receipt", wrong="receipt.wait"
        )
    return render_page(
        request, "receipt_enter.html", 404, repeat=None, here="/receipt", wrong="receipt.unknown"
    )


def _fill_receipt_defaults(body: dict[str, Any]) -> dict[str, Any]:
    """The published receipt, with defaults ("received") for what the war room has not published yet."""
    return {
        "head": "received",
        "params": {},
        "steps": [],
        "messages": [],
        "asks": False,
        "held": None,
        "next": None,
        "proof": None,
        "of": "",
        "complaint": None,
    } | body


def submit_answer(request: Request, came: PostedForm) -> Response:
    """Submit an answer of the code's holder, with or without pictures."""
    code, said = read_code(read_text_field(came.fields, "code", 60)), read_text_field(came.fields, "text")
    if came.refusal:
        return _render_receipt(request, code, "receipt.file_unfit")
    return _send_answer(request, code, said, read_submission_key(came.fields), came.files)


def _send_answer(request: Request, code: str, said: str, once: str, files: tuple[File, ...]) -> Response:
    known = code and request.app.state.door.find_receipt(digest_of(code, request.app.state.card.codes))
    if known and (said or files):
        submit_sealed(request, "message", {"text": said}, once, files, code)
        return _render_receipt(request, code, "receipt.answer_sent")
    return _render_receipt(request, code, "" if not known else "receipt.answer_empty")


def submit_complaint(request: Request, submission: PostedForm) -> Response:
    """Submit the number of the police complaint, which the officers' form takes over."""
    code = read_code(read_text_field(submission.fields, "code", 60))
    number = " ".join(read_text_field(submission.fields, "complaint", COMPLAINT_SIGNS).split())
    known = code and request.app.state.door.find_receipt(digest_of(code, request.app.state.card.codes))
    if known and number:
        # The key is derived from the content: a second press or a reload submits the number once only.
        once = hashlib.sha256(f"{code}:complaint:{number}".encode()).hexdigest()
        submit_sealed(request, "message", {"complaint": number}, once, (), code)
    return _render_receipt(request, code, "" if not known else "police.sent" if number else "police.empty")


ROUTES = (
    Route("/receipt", show_code_form),
    Route("/receipt", make_form_endpoint(show_receipt), methods=["POST"]),
    Route("/receipt/complaint", make_form_endpoint(submit_complaint), methods=["POST"]),
    Route("/receipt/answer", make_form_endpoint(submit_answer, files=FILES), methods=["POST"]),
)
