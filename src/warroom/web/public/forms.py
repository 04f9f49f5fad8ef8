"""Posted forms of the public pages: a form is received on the event loop, and everything that reads its content runs in a thread.

On the loop, a regular expression or decoder that a hostile input keeps busy would stop every other visitor. So a page with a
form is a plain function of the request and the posted form, and `make_form_endpoint` makes the endpoint of it.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from warroom.errors import LedgerError, NotPossible
from warroom.papers.cleaning import MOST, clean_file
from warroom.web.public.distress import find_cry_in_form
from warroom.web.public.limits import digest_address, digest_network, require_same_origin

# Files per form: bounds the cleaning that one form causes. Chosen, not measured.
FILES = 5
TOGETHER = 3
"""Forms with files per address that are being cleaned or wait for it: one client must not fill the queue. Chosen, not measured."""
NAME = "file"
"""The name of a form's file field."""
# Bytes per text field, Starlette's own default: a longer text must reach our own check, which cuts it and
# says so.
FIELD_BYTES = 1024 * 1024
File = tuple[str, bytes]
"""The media type and the bytes of an attached file, without its metadata."""


@dataclass(frozen=True, slots=True)
class PostedForm:
    """A posted form: its fields, its cleaned files, and the reason why they were refused, if they were."""

    fields: FormData
    files: tuple[File, ...] = ()
    refusal: NotPossible | None = None


Handle = Callable[[Request, PostedForm], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def make_cleaners() -> dict[str, CapacityLimiter]:
    """The limiters of the threads that clean files: one for pictures, which is quick, one for PDFs, and one that reads screenshots.
    They are separate from the threads that answer requests, so that slow cleaning never delays a page.
    """
    return {name: CapacityLimiter(1) for name in ("pictures", "papers", "screenshots")}


def make_form_endpoint(
    handle: Handle, *, files: int = 0, fields: int = 40, field_bytes: int = FIELD_BYTES, clean: bool = True
) -> Endpoint:
    """Make an endpoint that receives a form and answers it in a thread. `files` and `fields` are the most it may have. `clean`: whether
    the files are cleaned first, which every file needs that an officer will open.
    """

    async def receive(request: Request) -> Response:
        # Before the body is read: the check needs the headers alone.
        require_same_origin(request)
        async with request.form(max_files=files, max_fields=fields, max_part_size=field_bytes) as form:
            came = await _receive_files(request, form) if files and clean else PostedForm(form)
            return await to_thread.run_sync(_answer_form, handle, request, came)

    return receive


def _answer_form(handle: Handle, request: Request, came: PostedForm) -> Response:
    """The answer, on which help stands first where somebody in need wrote in any field (`base.html`)."""
    request.state.cry = find_cry_in_form(came.fields.multi_items())
    request.state.repeat = list_repeatable_fields(came.fields)
    return handle(request, came)


def list_repeatable_fields(form: FormData) -> list[tuple[str, str]]:
    """The fields of a form that show its answer once more, in another language; empty if files came with it, which no page holds."""
    if _list_uploads(form):
        return []
    return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


async def _receive_files(request: Request, form: FormData) -> PostedForm:
    kind, address = await to_thread.run_sync(_admit_uploads, request, form)
    if not kind:
        return PostedForm(form)
    under_way: Counter[bytes] = request.app.state.cleaning
    # Counted here and not in a thread: the loop is single-threaded, so check and increment cannot
    # interleave.
    if under_way[address] >= TOGETHER:
        raise LedgerError("public.files-under-way")
    under_way[address] += 1
    try:
        return await to_thread.run_sync(_clean_uploads, form, limiter=request.app.state.cleaners[kind])
    finally:
        under_way[address] -= 1
        if not under_way[address]:
            del under_way[address]


def _admit_uploads(request: Request, form: FormData) -> tuple[str, bytes]:
    """Count the attached files; return the name of their cleaner ("" without files) and the digest of the sender's address. Raises
    LedgerError as `admit_files` does.
    """
    uploads = _list_uploads(form)
    admit_files(request, sum(upload.size or 0 for upload in uploads))
    papers = any(read_first_bytes(attached_file, 5) == b"%PDF-" for attached_file in uploads)
    kind = ("papers" if papers else "pictures") if uploads else ""
    return kind, digest_address(request, request.app.state.card.numbers)


def admit_files(request: Request, size: int) -> None:
    """Count `size` bytes of files against the daily quota of the address and its network, also if the form is refused later. Raises
    LedgerError if the quota is used up.
    """
    key = request.app.state.card.numbers
    room = (digest_address(request, key), digest_network(request, key), size)
    if size and not request.app.state.sent.reserve_bytes(*room, kind="raw"):
        raise LedgerError("public.no-room-for-pictures")


def _clean_uploads(form: FormData) -> PostedForm:
    """Clean the form's files. If one is too large or neither picture nor PDF, all are refused and the form carries the reason."""
    try:
        return PostedForm(form, tuple(_clean_upload(one) for one in _list_uploads(form)))
    except NotPossible as problem:
        return PostedForm(form, refusal=problem)


def _clean_upload(upload: UploadFile) -> File:
    # One byte more than allowed shows that a file is too large without reading all of it.
    content = read_first_bytes(upload, MOST + 1)
    if len(content) > MOST:
        raise NotPossible("cases.receipt-too-large", most=MOST // 1024 // 1024)
    return clean_file(content)


def _list_uploads(form: FormData) -> list[UploadFile]:
    return [one for one in form.getlist(NAME)[:FILES] if isinstance(one, UploadFile) and one.filename]


def read_first_bytes(upload: UploadFile, most: int) -> bytes:
    """The first `most` bytes of an upload. Reads from disk, so call it in a thread only."""
    upload.file.seek(0)
    return upload.file.read(most)
