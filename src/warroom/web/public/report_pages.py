"""Report forms: money that has just left, and tips; and the confirmation of the receipt's code."""

import hashlib
import secrets
from datetime import timedelta
from decimal import Decimal

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.public.outside import slips as slips_of
from warroom.public.outside.codes import digest_of, groups_of, read_code
from warroom.web.public.distress import read_cry
from warroom.web.public.forms import FILES, PostedForm, make_form_endpoint
from warroom.web.public.languages import choose_language
from warroom.web.public.pages import render_page, show_service_worker
from warroom.web.public.receipt_pages import find_reporting_facts, refuse_wrong_code
from warroom.web.public.sending import read_submission_key, read_text_field, render_code_page, submit_sealed
from warroom.web.public.sums import is_too_large, list_sum_readings, parse_sum

WHEN = {"15": timedelta(minutes=15), "60": timedelta(hours=1), "d": timedelta(days=1)}
ASKED = 2
"""Groups of a code, of five, that the reader types to confirm that it is written down. Chosen, not measured."""


def show_report_choices(request: Request) -> Response:
    """The choice of a report form."""
    return render_page(request, "report.html")


def show_money_form(request: Request) -> Response:
    """The form for money that has just left, with the emergency telephone number above it."""
    return _render_money_form(request, {}, {})


def submit_money_report(request: Request, submission: PostedForm) -> Response:
    """Submit the report at once, so that nothing depends on the reader finishing the next page."""
    lengths = {"when": 20, "amount": 200, "bank": 200, "to": 1_000}
    given = {name: read_text_field(submission.fields, name, most) for name, most in lengths.items()}
    wrong = {}
    # With a slip the report is complete: sent back, the form would lose it.
    if given["when"] not in WHEN and not submission.files:
        wrong["when"] = "money.when_missing"
    if submission.refusal:
        wrong["file"] = submission.refusal.render_in(choose_error_language(request))
    if wrong:
        return _render_money_form(request, given, wrong, 400)
    readings = list_sum_readings(given["amount"])
    answers = given | _describe_sum(given["amount"], readings)
    if slips := slips_of.read_slips(submission.files):
        answers["slips"] = " ".join(slip.reference for slip in slips)
    once = read_submission_key(submission.fields)
    sent = submit_sealed(request, "money_left", answers, once, submission.files)
    return _render_money_code(request, sent.code, sent.seal, given["amount"])


def _render_money_form(
    request: Request, given: dict[str, str], wrong: dict[str, str], status: int = 200
) -> Response:
    banks = request.app.state.door.find_published("banks")
    listed = banks[0]["banks"] if banks else []
    return render_page(
        request, "money.html", status, given=given, wrong=wrong, banks=listed, once=secrets.token_hex(16)
    )


def _describe_sum(words: str, readings: tuple[Decimal, ...]) -> dict[str, str]:
    """The sum in digits where it has one reading, both where it has two; and the words, unless they are these digits."""
    known = [f"{reading.normalize():f}" for reading in readings if reading]
    amount = known[0] if len(known) == 1 else ""
    either = {"amount_either": " ".join(known)} if len(known) > 1 else {}
    is_same = words.replace(",", "").replace(" ", "") == amount
    return {"amount": amount} | either | ({} if is_same else {"amount_words": words})


def _choose_sum_note(words: str, readings: tuple[Decimal, ...]) -> str:
    """Which sentence about the sum the next page says; none where it was read. No sum ever stops a report."""
    if not words or (len(readings) == 1 and readings[0]):
        return ""
    if len(readings) == 2:
        return "sum.either"
    if readings:
        return "sum.zero"
    return "sum.large" if is_too_large(words) else "sum.unread"


def choose_sum(request: Request, submission: PostedForm) -> Response:
    """Take the reporter's answer which of two sums was meant; it goes to the report as a message."""
    code = read_code(read_text_field(submission.fields, "code", 60))
    baht = parse_sum(read_text_field(submission.fields, "amount", 40))
    if not baht or not _has_receipt(request, code):
        return refuse_wrong_code(request)
    amount = f"{baht.normalize():f}"
    # The key is derived from the content: a reload of the page submits the answer once only.
    once = hashlib.sha256(f"{code}:sum:{amount}".encode()).hexdigest()
    submit_sealed(request, "message", {"amount": amount}, once, (), code)
    return _render_money_code(request, code, "", f"{baht:,}", "sum.noted")


def show_tip_form(request: Request) -> Response:
    """The form for any other information."""
    return render_page(request, "tip.html", given={}, wrong={}, once=secrets.token_hex(16))


def submit_tip(request: Request, submission: PostedForm) -> Response:
    """Submit an anonymous tip."""
    given = {name: read_text_field(submission.fields, name) for name in ("text", "place", "about")}
    wrong = {} if given["text"] else {"text": "tip.text_missing"}
    if submission.refusal:
        wrong["file"] = submission.refusal.render_in(choose_error_language(request))
    once = read_submission_key(submission.fields)
    if wrong:
        return render_page(request, "tip.html", 400, given=given, wrong=wrong, once=once)
    sent = submit_sealed(request, "tip", given, once, submission.files)
    return render_code_page(request, sent.code, sent.seal)


def _render_money_code(request: Request, code: str, seal: str, words: str, sum_note: str = "") -> Response:
    """The page with the code of a loss: also what to do now, and a sentence about the sum, which was written as `words`."""
    readings = list_sum_readings(words)
    return render_code_page(
        request,
        code,
        seal,
        {"money": "yes", "amount": words},
        sum_note=sum_note or _choose_sum_note(words, readings),
        amount=words,
        choices=[(f"{reading.normalize():f}", f"{reading:,}") for reading in readings],
        facts=find_reporting_facts(request),
    )


def confirm_code(request: Request, submission: PostedForm) -> Response:
    """Ask for two groups of the code on a page that does not show it, to make sure that it is written down."""
    form = submission.fields
    code, tries = read_code(read_text_field(form, "code", 60)), _parse_number_field(form, "tries")
    phone = read_text_field(form, "phone", 40)
    # A telephone number is stored under a code that exists only; the lookup counts wrong codes like the
    # receipt page does.
    if phone and not _has_receipt(request, code):
        return refuse_wrong_code(request)
    if not code:
        return render_page(
            request, "receipt_enter.html", 400, repeat=None, here="/receipt", wrong="receipt.unknown"
        )
    asked = [place for place in form.getlist("group") if str(place) in ("1", "2", "3", "4", "5")][:ASKED]
    wanted = [int(str(place)) for place in asked] or _pick_code_groups()
    typed = [read_text_field(form, f"g{place}", 10).upper() for place in wanted]
    right = [read == groups_of(code)[place - 1] for place, read in zip(wanted, typed, strict=True)]
    if phone:
        # The key is derived from the content: a reload of the page submits the number once only.
        once = hashlib.sha256(f"{code}:{phone}".encode()).hexdigest()
        submit_sealed(request, "message", {"phone": phone}, once, (), code)
    # After three attempts the reader goes on: the check is a help and must not hold up a victim.
    if asked and (all(right) or tries >= 3):
        return render_page(request, "code_kept.html", code=code, passed=all(right))
    wrong = [place for place, fits in zip(wanted, right, strict=True) if asked and not fits]
    return render_page(request, "code_back.html", code=code, wanted=wanted, wrong=wrong, tries=tries + 1)


def _has_receipt(request: Request, code: str) -> bool:
    found = request.app.state.door.find_receipt(digest_of(code, request.app.state.card.codes))
    return bool(code) and found is not None


def show_code_again(request: Request, submission: PostedForm) -> Response:
    """Show the code once more."""
    code = read_code(read_text_field(submission.fields, "code", 60))
    receipt = request.app.state.door.find_receipt(digest_of(code, request.app.state.card.codes))
    if not code or receipt is None:
        return refuse_wrong_code(request)
    request.state.cry = read_cry(read_text_field(submission.fields, "need", 20))
    if read_text_field(submission.fields, "money", 5):
        return _render_money_code(
            request, code, receipt[0].hex(), read_text_field(submission.fields, "amount", 200)
        )
    return render_code_page(request, code, receipt[0].hex())


def _pick_code_groups() -> list[int]:
    return sorted(secrets.SystemRandom().sample(range(1, 6), ASKED))


def _parse_number_field(form: FormData, name: str) -> int:
    said = read_text_field(form, name, 3)
    return int(said) if said.isascii() and said.isdigit() else 0


def choose_error_language(request: Request) -> str:
    """The language of error messages, which exist in Thai and English only."""
    return "th" if choose_language(request) == "th" else "en"


ROUTES = (
    Route("/report", show_report_choices),
    Route("/report/sw.js", show_service_worker),
    Route("/report/money", show_money_form),
    Route("/report/money", make_form_endpoint(submit_money_report, files=FILES), methods=["POST"]),
    Route("/report/tip", show_tip_form),
    Route("/report/tip", make_form_endpoint(submit_tip, files=FILES), methods=["POST"]),
    Route("/report/sum", make_form_endpoint(choose_sum), methods=["POST"]),
    Route("/report/code", make_form_endpoint(confirm_code), methods=["POST"]),
    Route("/report/again", make_form_endpoint(show_code_again), methods=["POST"]),
)
