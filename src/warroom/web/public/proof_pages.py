"""The proof of submission: a signed file to download, and the page that verifies one."""

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.public.outside.codes import digest_of, read_code
from warroom.public.outside.proof import LONGEST, file_of, verify_receipt
from warroom.web.public.forms import PostedForm, make_form_endpoint, read_first_bytes
from warroom.web.public.limits import digest_network
from warroom.web.public.pages import render_page
from warroom.web.public.receipt_pages import CODE_RATE_LIMIT
from warroom.web.public.sending import read_text_field


def download_proof(request: Request, submission: PostedForm) -> Response:
    """The proof file, for the holder of the code."""
    code = read_code(read_text_field(submission.fields, "code", 60))
    card, network = request.app.state.card, digest_network(request, request.app.state.card.numbers)
    if CODE_RATE_LIMIT.is_exhausted(network):
        return render_page(request, "receipt_enter.html", 429, wrong="receipt.wait")
    receipt = request.app.state.door.find_receipt(digest_of(code, card.codes))
    proof = receipt[1].get("proof") if receipt else None
    if not code or not proof:
        CODE_RATE_LIMIT.record_attempt(network)
        return render_page(request, "receipt_enter.html", 404, wrong="receipt.unknown")
    headers = {"content-disposition": 'attachment; filename="receipt.json"', "cache-control": "no-store"}
    return Response(file_of(proof), media_type="application/json", headers=headers)


def show_proof_form(request: Request) -> Response:
    """The form for a proof file."""
    return render_page(request, "proof.html", answer="", proved=None)


def check_proof_file(request: Request, submission: PostedForm) -> Response:
    """Verify a proof file and show what it proves; the file is not stored."""
    file = submission.fields.get("file")
    content = read_first_bytes(file, LONGEST) if isinstance(file, UploadFile) else b""
    published = request.app.state.door.find_published("log")
    # The key as published, never the one in the file: anybody can sign a file with a key of their own.
    key = bytes.fromhex(published[0]["key"]) if published else b""
    proved = verify_receipt(content, key) if key else None
    if proved is None:
        return render_page(request, "proof.html", 400, answer="proof.nothing", proved=None)
    return render_page(request, "proof.html", answer="proof.good", proved=proved)


ROUTES = (
    Route("/receipt/file", make_form_endpoint(download_proof), methods=["POST"]),
    Route("/receipt/proof", show_proof_form),
    Route("/receipt/proof", make_form_endpoint(check_proof_file, files=1, clean=False), methods=["POST"]),
)
