"""A refund without a court: the case, the sum and the dates of one victim, and the form of their claim, by the code of their letter.

The code is sent in form bodies alone, so that no address or log has it. A malformed and an unknown code get the same answer.
"""

import secrets
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.public.outside.codes import digest_of, read_notice
from warroom.web.public.forms import PostedForm, make_form_endpoint
from warroom.web.public.limits import digest_network
from warroom.web.public.pages import render_page
from warroom.web.public.receipt_pages import CODE_RATE_LIMIT
from warroom.web.public.sending import read_submission_key, read_text_field, submit_sealed
from warroom.web.public.sums import list_sum_readings

LENGTHS = {"amount": 80, "bank": 200, "account": 60, "text": 4_000}
"""Characters of each field of a claim."""


def show_code_form(request: Request) -> Response:
    """The form for the code of the letter."""
    return render_page(request, "refund_enter.html", wrong="")


def show_refund(request: Request, came: PostedForm) -> Response:
    """How the refund stands for the bearer of the code."""
    return _render_refund(request, read_notice(read_text_field(came.fields, "notice", 40)), {}, {}, "", 200)


def _find_refund(request: Request, code: str) -> dict[str, Any] | None:
    # A malformed code is looked up too: otherwise its quicker answer would tell it from a wrong one.
    found = request.app.state.door.find_receipt(digest_of(f"refund:{code}", request.app.state.card.codes))
    return found[1] if found and code else None


def _render_refund(
    request: Request, code: str, given: dict[str, str], wrong: dict[str, str], sent: str, status: int
) -> Response:
    network = digest_network(request, request.app.state.card.numbers)
    if CODE_RATE_LIMIT.is_exhausted(network):
        return _render_code_form(request, 429, "receipt.wait")
    refund = _find_refund(request, code)
    if refund is None:
        CODE_RATE_LIMIT.record_attempt(network)
        return _render_code_form(request, 404, "refund.unknown")
    return render_page(
        request,
        "refund.html",
        status,
        repeat=("/refund", [("notice", code)]),
        refund=refund,
        code=code,
        given=given,
        wrong=wrong,
        sent=sent,
        may_claim=refund["state"] == "noticed" and refund["claim"] == "invited" and not sent,
        once=secrets.token_hex(16),
    )


def _render_code_form(request: Request, status: int, wrong: str) -> Response:
    return render_page(request, "refund_enter.html", status, repeat=None, here="/refund", wrong=wrong)


def submit_claim(request: Request, submission: PostedForm) -> Response:
    """Submit a claim: the sum, and the bank and account to pay to."""
    form = submission.fields
    code = read_notice(read_text_field(form, "notice", 40))
    given = {name: read_text_field(form, name, most) for name, most in LENGTHS.items()}
    amount = _parse_amount(given["amount"])
    wrong = {} if amount else {"amount": "refund.amount_missing"}
    wrong |= {} if given["bank"] else {"bank": "refund.bank_missing"}
    wrong |= {} if given["account"] else {"account": "refund.account_missing"}
    if wrong:
        return _render_refund(request, code, given, wrong, "", 400)
    # Looked up again: the window may have ended, or a claim may have come in, since the page was shown.
    known = _find_refund(request, code)
    if known and known["state"] == "noticed" and known["claim"] == "invited":
        answers = given | {"amount": amount, "code": code}
        submit_sealed(request, "refund", answers, read_submission_key(form))
        return _render_refund(request, code, {}, {}, "claim", 200)
    return _render_refund(request, code, {}, {}, "", 200)


def _parse_amount(words: str) -> str:
    """Baht in digits, to the satang; empty where the words are no sum, could be two, or are zero."""
    readings = list_sum_readings(words)
    if len(readings) != 1 or readings[0] <= 0 or readings[0] * 100 % 1:
        return ""
    return f"{Decimal(readings[0]).normalize():f}"


ROUTES = (
    Route("/refund", show_code_form),
    Route("/refund", make_form_endpoint(show_refund), methods=["POST"]),
    Route("/refund/claim", make_form_endpoint(submit_claim), methods=["POST"]),
)
