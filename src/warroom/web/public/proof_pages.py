"""The proof that something was sent: a file to keep, and the page that checks one."""

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.public.outside.codes import digest_of, read_code
from warroom.public.outside.proof import LONGEST, check, file_of
from warroom.web.public.forms import Posted, first_bytes, posted
from warroom.web.public.pages import page
from warroom.web.public.receipt_pages import TRIES
from warroom.web.public.sending import text_of
from warroom.web.public.walls import network_of


def kept(request: Request, came: Posted) -> Response:
    """The file, for who has the code."""
    code = read_code(text_of(came.fields, "code", 60))
    card, network = request.app.state.card, network_of(request, request.app.state.card.numbers)
    if TRIES.spent(network):
        return page(request, "receipt_enter.html", 429, wrong="receipt.wait")
    found = request.app.state.door.receipt(digest_of(code, card.codes))
    proof = found[1].get("proof") if found else None
    if not code or not proof:
        TRIES.allows(network)
        return page(request, "receipt_enter.html", 404, wrong="receipt.unknown")
    headers = {"content-disposition": 'attachment; filename="receipt.json"', "cache-control": "no-store"}
    return Response(file_of(proof), media_type="application/json", headers=headers)


def asked(request: Request) -> Response:
    """Where a file is brought to be checked."""
    return page(request, "proof.html", answer="", proved=None)


def checked(request: Request, came: Posted) -> Response:
    """What a file proves; nothing of it is kept."""
    file = came.fields.get("file")
    content = first_bytes(file, LONGEST) if isinstance(file, UploadFile) else b""
    published = request.app.state.door.published("log")
    key = bytes.fromhex(published[0]["key"]) if published else b""
    proved = check(content, key) if key else None
    if proved is None:
        return page(request, "proof.html", 400, answer="proof.nothing", proved=None)
    return page(request, "proof.html", answer="proof.good", proved=proved)


ROUTES = (
    Route("/receipt/file", posted(kept), methods=["POST"]),
    Route("/receipt/proof", asked),
    Route("/receipt/proof", posted(checked, files=1, clean=False), methods=["POST"]),
)
