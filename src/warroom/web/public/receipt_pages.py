"""The receipt of a report: its state, the officers' question, messages both ways, and the proof of submission.

The code is sent in form bodies alone. Wrong, expired and unknown codes get the same answer after the same time, so that guessing
learns nothing.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.public.outside.codes import digest_of, read_code
from warroom.web.public.forms import FILES, File, PostedForm, make_form_endpoint
from warroom.web.public.limits import NetworkRateLimit, digest_network
from warroom.web.public.pages import render_page
from warroom.web.public.sending import read_submission_key, read_text_field, submit_sealed

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
        request, "receipt.html", code=code, seal=seal.hex(), receipt=_fill_receipt_defaults(body), note=note
    )


def refuse_wrong_code(request: Request) -> Response:
    """Count a wrong code and answer it: the same for wrong, expired and unknown ones."""
    # Only wrong codes are limited: a whole network shares an address, and one member who guesses must not
    # lock out the others.
    if not CODE_RATE_LIMIT.record_attempt(digest_network(request, request.app.state.card.numbers)):
        return render_page(request, "receipt_enter.html", 429, wrong="receipt.wait")
    return render_page(request, "receipt_enter.html", 404, wrong="receipt.unknown")


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
        submit_sealed(request, "message", 1, {"text": said}, once, files, code)
        return _render_receipt(request, code, "receipt.answer_sent")
    return _render_receipt(request, code, "" if not known else "receipt.answer_empty")


ROUTES = (
    Route("/receipt", show_code_form),
    Route("/receipt", make_form_endpoint(show_receipt), methods=["POST"]),
    Route("/receipt/answer", make_form_endpoint(submit_answer, files=FILES), methods=["POST"]),
)
