"""The proof that something was sent: a file to keep, and the page that checks one."""

from anyio import to_thread
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.public.outside.codes import digest_of, read_code
from warroom.public.outside.proof import LONGEST, check, file_of
from warroom.web.public.pages import page
from warroom.web.public.receipt_pages import TRIES
from warroom.web.public.sending import text_of
from warroom.web.public.walls import from_here, network_of


async def kept(request: Request) -> Response:
    """The file, for who has the code."""
    from_here(request)
    async with request.form() as form:
        code = read_code(text_of(form, "code", 60))
    return await to_thread.run_sync(_kept, request, code)


def _kept(request: Request, code: str) -> Response:
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


async def checked(request: Request) -> Response:
    """What a file proves; nothing of it is kept."""
    from_here(request)
    async with request.form(max_files=1, max_fields=10) as form:
        one = form.get("file")
        content = await one.read(LONGEST) if isinstance(one, UploadFile) else b""
    return await to_thread.run_sync(_checked, request, content)


def _checked(request: Request, content: bytes) -> Response:
    published = request.app.state.door.published("log")
    key = bytes.fromhex(published[0]["key"]) if published else b""
    proved = check(content, key) if key else None
    if proved is None:
        return page(request, "proof.html", 400, answer="proof.nothing", proved=None)
    return page(request, "proof.html", answer="proof.good", proved=proved)


ROUTES = (
    Route("/receipt/file", kept, methods=["POST"]),
    Route("/receipt/proof", asked),
    Route("/receipt/proof", checked, methods=["POST"]),
)
