"""The receipt: how a report stands, the open question, two-way messages, and the proof of what was sent.

The code travels in the bodies of forms. Wrong, expired and never existed are one answer in one time.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.public.outside.codes import digest_of, read_code
from warroom.web.public.forms import FILES, File, PostedForm, make_form_endpoint
from warroom.web.public.pages import render_page
from warroom.web.public.sending import read_submission_key, read_text_field, submit_sealed
from warroom.web.public.walls import NetworkRateLimit, digest_network

TRIES = NetworkRateLimit(most=5, seconds=60)
"""Wrong codes of one network in a minute."""


def show_code_form(request: Request) -> Response:
    """Where the code is typed."""
    return render_page(request, "receipt_enter.html", wrong="")


def show_receipt(request: Request, came: PostedForm) -> Response:
    """How it stands."""
    return _render_receipt(request, read_code(read_text_field(came.fields, "code", 60)))


def _render_receipt(request: Request, code: str, note: str = "") -> Response:
    # Asked for what is no code too: what no code is answers as late as a wrong one.
    receipt = request.app.state.door.find_receipt(digest_of(code, request.app.state.card.codes))
    if receipt is None or not code:
        return refuse_wrong_code(request)
    seal, body = receipt
    return render_page(
        request, "receipt.html", code=code, seal=seal.hex(), receipt=_fill_receipt_defaults(body), note=note
    )


def refuse_wrong_code(request: Request) -> Response:
    """What every wrong code is answered, and counted by: wrong, expired and never existed alike."""
    # A right code is never kept waiting: whole networks share an address, and one of them may do nothing but guess.
    if not TRIES.record_attempt(digest_network(request, request.app.state.card.numbers)):
        return render_page(request, "receipt_enter.html", 429, wrong="receipt.wait")
    return render_page(request, "receipt_enter.html", 404, wrong="receipt.unknown")


def _fill_receipt_defaults(body: dict[str, Any]) -> dict[str, Any]:
    """What was published of a receipt; before the room has looked, that it came in."""
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
    """An answer of the bearer, with pictures or without."""
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
