"""What keeps strangers out: hosts, body sizes, and form tokens bound to a session."""

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
MAX_BODY = 256 * 1024
MAX_ANSWER_BODY = 2 * 1024 * 1024
MAX_PUSH = 8 * 1024 * 1024
MAX_FIELDS = 2_000
PUSHES = "/api/v1/transfers"
UPLOADS = re.compile(r"/api/v1/cases/[^/]+/evidence|/cases/[^/]+/evidence/file")
FILES = "/files"
# Forms with a field for a document, of which only its SHA-256 is kept.
HASHED = re.compile(
    r"/actions/(?:new|begin)|/(?:actions|operations)/\d+/documents|/operations/plans/\d+/more"
    r"|/assets/\d+/[a-z-]+|/requests/\d+/document|/evidence/\d+/copies"
)
APPEALS = re.compile(r"/appeal/[^/]+")
MAX_DOCUMENT = 64 * 1024 * 1024
FILE_OF = ".file"
"""What the name of a file's field has after the name of the field that keeps its hash."""


class BodyTooLargeError(WarroomError):
    """More was sent than any form of this program holds."""

    http_status = 413


class UnfitFormError(WarroomError):
    """A form with signs that are no text."""


class BodyLimit:
    """Refuses a body that is longer than it says, or than any form needs, before it fills the memory."""

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
            # Counted as it comes: the length that a request states is only its own word, and a chunked one
            # states none.
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
        return uploads.MOST + MAX_BODY  # the form around it, so that a file which is too large is told so
    if scope["method"] == "POST" and APPEALS.fullmatch(scope["path"]):
        # Twice what is taken, so that a picture which is too large is told so in a sentence.
        return 2 * cleaning.MOST + MAX_BODY
    if scope["method"] == "POST" and HASHED.fullmatch(scope["path"]):
        return MAX_DOCUMENT + MAX_BODY
    if scope["method"] == "POST" and scope["path"] == PUSHES:
        return MAX_PUSH
    return MAX_ANSWER_BODY if scope["path"].startswith("/api/") else MAX_BODY


def form_token(request: Request) -> str:
    """The token that a form of this page carries, bound to the session, else to the visitor.

    Each page has another one, so that compressed pages tell nothing about it.
    """
    nonce = secrets.token_hex(8)
    return f"{nonce}.{_sign_form(request, nonce)}"


def _sign_form(request: Request, nonce: str) -> str:
    # Without a session the visitor's number: the sign-in is a form too, and another site could sign somebody
    # in as a stranger.
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
    # Files only where a form asks for a document's hash: one that is kept is read by `upload`, none of it in memory.
    files = 1 if HASHED.fullmatch(request.url.path) else 0
    async with request.form(max_files=files, max_fields=MAX_FIELDS) as sent:
        check_token(request, sent)
        form = await to_thread.run_sync(_replace_files_by_hashes, sent)
    # PostgreSQL keeps no such sign in a text, and the fault would come up in the middle of a decision.
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
    # As bytes: of texts it takes ASCII alone, and what stands in a form is whatever somebody sent.
    if not hmac.compare_digest(seal.encode(), _sign_form(request, nonce).encode()):
        raise NotAllowed("pages.form-not-ours")


def check_origin(request: Request) -> None:
    """Raises NotAllowed where a form was sent from another site."""
    # A form without these headers passes: not every browser sends them, and the token is asked for all the
    # same.
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign or site not in ("same-origin", "none"):
        raise NotAllowed("pages.form-of-another-site")
