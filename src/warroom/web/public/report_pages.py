"""Report forms: money that has just left, and tips; and the confirmation of the receipt's code."""

import hashlib
import secrets
from datetime import timedelta

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.public.outside.codes import digest_of, groups_of, read_code
from warroom.public.outside.urgency import URGENCIES
from warroom.web.kit.manifest import STATIC, load_manifest
from warroom.web.public.distress import read_urgency
from warroom.web.public.forms import FILES, PostedForm, make_form_endpoint
from warroom.web.public.languages import choose_language
from warroom.web.public.pages import render_page
from warroom.web.public.receipt_pages import refuse_wrong_code
from warroom.web.public.sending import SealedSubmission, read_submission_key, read_text_field, submit_sealed
from warroom.web.public.sums import parse_sum

WHEN = {"15": timedelta(minutes=15), "60": timedelta(hours=1), "d": timedelta(days=1)}
ASKED = 2
"""Groups of a code, of five, that the reader types to confirm that it is written down. Chosen, not measured."""


def show_service_worker(request: Request) -> Response:
    """The service worker that opens the forms offline. Its path is below /report, which limits its scope to these pages."""
    content = (STATIC / load_manifest()["sw.js"]).read_bytes()
    return Response(content, media_type="text/javascript", headers={"cache-control": "no-cache"})


def show_report_choices(request: Request) -> Response:
    """The choice of a report form."""
    return render_page(request, "report.html")


def show_money_form(request: Request) -> Response:
    """The form for money that has just left, with the emergency telephone number above it."""
    return _render_money_form(request, {}, {})


def submit_money_report(request: Request, submission: PostedForm) -> Response:
    """Submit the report at once, so that nothing depends on the reader finishing the next page."""
    given = {name: read_text_field(submission.fields, name, 200) for name in ("when", "amount", "bank", "to")}
    wrong = _validate_money(given)
    if not wrong and submission.refusal:
        wrong = {"file": submission.refusal.render_in(choose_error_language(request))}
    if wrong:
        return _render_money_form(request, given, wrong, 400)
    answers = given | {"amount": _format_sum(given["amount"])}
    once = read_submission_key(submission.fields)
    return _render_code(
        request,
        submit_sealed(request, "money_left", URGENCIES["money_left"], answers, once, submission.files),
    )


def _render_money_form(
    request: Request, given: dict[str, str], wrong: dict[str, str], status: int = 200
) -> Response:
    banks = request.app.state.door.find_published("banks")
    listed = banks[0]["banks"] if banks else []
    return render_page(
        request, "money.html", status, given=given, wrong=wrong, banks=listed, once=secrets.token_hex(16)
    )


def _validate_money(given: dict[str, str]) -> dict[str, str]:
    """Map each wrong field to the key of its error. Only the time is required."""
    wrong = {}
    if given["when"] not in WHEN:
        wrong["when"] = "money.when_missing"
    baht = parse_sum(given["amount"])
    # An empty sum is allowed: a victim who does not know it must still be able to report.
    if given["amount"] and not baht:
        wrong["amount"] = "money.amount_wrong" if baht is None else "money.amount_zero"
    return wrong


def _format_sum(amount: str) -> str:
    """The sum in digits; empty if it is not known."""
    baht = parse_sum(amount)
    return f"{baht.normalize():f}" if baht else ""


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
    urgency, filed = read_urgency("tip", given)
    return _render_code(request, submit_sealed(request, "tip", urgency, filed, once, submission.files))


def _render_code(request: Request, sent: SealedSubmission) -> Response:
    """The page with the code, to be written down."""
    return render_page(request, "code.html", groups=groups_of(sent.code), code=sent.code, seal=sent.seal)


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
        return render_page(request, "receipt_enter.html", 400, wrong="receipt.unknown")
    asked = [place for place in form.getlist("group") if str(place) in ("1", "2", "3", "4", "5")][:ASKED]
    wanted = [int(str(place)) for place in asked] or _pick_code_groups()
    typed = [read_text_field(form, f"g{place}", 10).upper() for place in wanted]
    right = [read == groups_of(code)[place - 1] for place, read in zip(wanted, typed, strict=True)]
    if phone:
        # The key is derived from the content: a reload of the page submits the number once only.
        once = hashlib.sha256(f"{code}:{phone}".encode()).hexdigest()
        submit_sealed(request, "message", 1, {"phone": phone}, once, (), code)
    # After three attempts the reader goes on: the check is a help and must not hold up a victim.
    if asked and (all(right) or tries >= 3):
        return render_page(request, "code_kept.html", code=code, passed=all(right))
    wrong = [place for place, fits in zip(wanted, right, strict=True) if asked and not fits]
    return render_page(request, "code_back.html", code=code, wanted=wanted, wrong=wrong, tries=tries + 1)


def _has_receipt(request: Request, code: str) -> bool:
    found = request.app.state.door.find_receipt(digest_of(code, request.app.state.card.codes))
    return bool(code) and found is not None


def show_code_again(request: Request, came: PostedForm) -> Response:
    """Show the code once more."""
    code = read_code(read_text_field(came.fields, "code", 60))
    return render_page(request, "code.html", groups=groups_of(code), code=code, seal="")


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
    Route("/report/code", make_form_endpoint(confirm_code), methods=["POST"]),
    Route("/report/again", make_form_endpoint(show_code_again), methods=["POST"]),
)
