"""Limits of request bodies, and protection of forms against cross-site requests."""

import hashlib
import hmac
import re
import secrets
from typing import BinaryIO
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warroom.deliveries import uploads
from warroom.errors import NotAllowed, WarroomError
from warroom.evidence import store
from warroom.papers import cleaning
from warroom.web.kit.open_home import open_home_of

VISITOR_COOKIE = "warroom_visitor"
# Bytes of a form: the longest, a plan with its lists, has well under half of it. Chosen, not measured.
MAX_BODY = 256 * 1024
# Bytes of a JSON body: a plan with 500 actions fits. Chosen, not measured.
MAX_ANSWER_BODY = 2 * 1024 * 1024
# Bytes of a push of transfers: some 20,000 rows. Chosen, not measured.
MAX_PUSH = 8 * 1024 * 1024
# Fields of a form: several for each of the rows on a page. Chosen, not measured.
MAX_FIELDS = 2_000
PUSHES = "/api/v1/transfers"
# Bytes of a matching run: a hundred thousand blinded numbers in base64, and some.
MAX_MATCHING = 8 * 1024 * 1024
MATCHING = ("/api/v1/room-matching", "/api/v1/matching")
UPLOADS = re.compile(r"/api/v1/cases/[^/]+/evidence|/cases/[^/]+/evidence/file")
FILES = "/files"
# Addresses of forms with a document, of which only the SHA-256 is stored.
HASHED = re.compile(
    r"/actions/(?:new|begin)|/(?:actions|operations)/\d+/documents|/operations/plans/\d+/more"
    r"|/assets/\d+/[a-z-]+|/requests/\d+/document|/evidence/\d+/copies"
)
APPEALS = re.compile(r"/appeal/[^/]+")
# Bytes of a document that is only hashed. Chosen, not measured.
MAX_DOCUMENT = 64 * 1024 * 1024
FILE_OF = ".file"
"""Suffix of a file field's name after the name of the field for its hash."""


class BodyTooLargeError(WarroomError):
    """More was sent than any form of this program holds."""

    http_status = 413


class UnfitFormError(WarroomError):
    """A form with signs that are no text."""


class BodyLimit:
    """Refuses a body over its limit before it fills the memory."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = _find_body_limit(scope)
        seen = 0

        async def receive_counted() -> Message:
            nonlocal seen
            # Counted as it arrives: Content-Length is only a claim, and a chunked request has none.
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise BodyTooLargeError("pages.body-too-large")
            return message

        await self.app(scope, receive_counted, send)


def _find_body_limit(scope: Scope) -> int:
    """The longest body in bytes. A file of evidence is never in memory as a whole: its limit is the store's."""
    if scope["method"] == "POST" and UPLOADS.fullmatch(scope["path"]):
        return store.get_size_limit()
    if scope["method"] == "POST" and scope["path"] == FILES:
        return uploads.MOST + MAX_BODY  # room for the form around a file just over the limit
    if scope["method"] == "POST" and APPEALS.fullmatch(scope["path"]):
        # Twice the limit of a picture, so that one over the limit gets its own error.
        return 2 * cleaning.MOST + MAX_BODY
    if scope["method"] == "POST" and HASHED.fullmatch(scope["path"]):
        return MAX_DOCUMENT + MAX_BODY
    if scope["method"] == "POST" and (scope["path"] == PUSHES or scope["path"].startswith("/taxii2/")):
        return MAX_PUSH
    if scope["method"] == "POST" and scope["path"] in MATCHING:
        return MAX_MATCHING
    return MAX_ANSWER_BODY if scope["path"].startswith("/api/") else MAX_BODY


def form_token(request: Request) -> str:
    """The CSRF token for forms of this page, bound to the session, else to the visitor.

    It differs on each page, so that the size of compressed pages reveals nothing about it (BREACH).
    """
    nonce = secrets.token_hex(8)
    return f"{nonce}.{_sign_form(request, nonce)}"


def _sign_form(request: Request, nonce: str) -> str:
    # Without a session the visitor's id: the sign-in is a form too, and another site could sign somebody in
    # as another person (login CSRF).
    bound_to = request.state.session or request.state.visitor
    words = f"form:{nonce}:{bound_to}"
    return hmac.new(open_home_of(request).form_secret, words.encode(), hashlib.sha256).hexdigest()


def new_key() -> str:
    """A fresh idempotency key: a form carries it, so that sending it twice is one action."""
    return secrets.token_hex(16)


async def checked_form(request: Request) -> FormData:
    """The posted form, once its origin and token are ours; raises NotAllowed where they are not.

    Three walls, each enough by itself: SameSite=Strict cookies, the Origin header, the token.
    """
    check_origin(request)
    # Files only in forms with a document's hash: stored files are read by `kit.upload`, without filling the
    # memory.
    files = 1 if HASHED.fullmatch(request.url.path) else 0
    async with request.form(max_files=files, max_fields=MAX_FIELDS) as sent:
        check_token(request, sent)
        form = await to_thread.run_sync(_replace_files_by_hashes, sent)
    # PostgreSQL stores no NUL in text, and the error would occur in the middle of a decision.
    if any("\x00" in str(value) for _, value in form.multi_items()):
        raise UnfitFormError("pages.text-unfit")
    return form


def _replace_files_by_hashes(form: FormData) -> FormData:
    """A form in which the hash of a document stands where the document was; an empty choice of a file says nothing."""
    fields: list[tuple[str, str | UploadFile]] = [
        (name, value) for name, value in form.multi_items() if isinstance(value, str)
    ]
    for name, value in form.multi_items():
        if isinstance(value, UploadFile) and value.filename and name.endswith(FILE_OF):
            field = name.removesuffix(FILE_OF)
            digest = _hash_file(value.file)
            fields = [(other, text) for other, text in fields if other != field] + [(field, digest)]
    return FormData(fields)


def _hash_file(file: BinaryIO) -> str:
    taken = hashlib.sha256()
    while block := file.read(1 << 20):
        taken.update(block)
    return taken.hexdigest()


def check_token(request: Request, form: FormData) -> None:
    """Raises NotAllowed where a form does not carry the token of one of our pages."""
    nonce, _, seal = str(form.get("csrf", "")).partition(".")
    # As bytes: compare_digest accepts only ASCII strings, and a form may contain anything.
    if not hmac.compare_digest(seal.encode(), _sign_form(request, nonce).encode()):
        raise NotAllowed("pages.form-not-ours")


def check_origin(request: Request) -> None:
    """Raises NotAllowed where a form was sent from another site."""
    # A form without these headers passes: not every browser sends them, and the token is required in any
    # case.
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign or site not in ("same-origin", "none"):
        raise NotAllowed("pages.form-of-another-site")
