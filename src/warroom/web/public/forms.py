"""Posted forms of the public pages: they come in on the event loop, and everything that reads what stands in them runs in a thread.

A pattern or a decoder that a stranger keeps busy would stop every other visitor there. So a page with a form is a plain
function of the request and what was posted, and `make_form_endpoint` makes the endpoint of it.
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
from warroom.web.public.walls import digest_address, digest_network, require_same_origin

# Files per form: bounds the cleaning that one form causes. Chosen, not measured.
FILES = 5
TOGETHER = 3
"""So many forms with files of one address are cleaned, or wait for it, at once: others need not wait behind all that one client sends."""
NAME = "file"
"""Of the field of a form that takes files."""
# Bytes per text field, Starlette's own default: a longer text must reach our own check, which cuts it and
# says so.
FIELD_BYTES = 1024 * 1024
File = tuple[str, bytes]
"""The media type and the bytes of an attached file, without what it told of its maker."""


@dataclass(frozen=True, slots=True)
class PostedForm:
    """What somebody posted: the fields, the attached files, and why these were not taken where they were not."""

    fields: FormData
    files: tuple[File, ...] = ()
    refusal: NotPossible | None = None


Handle = Callable[[Request, PostedForm], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def make_cleaners() -> dict[str, CapacityLimiter]:
    """The threads that clean attached files, apart from those that answer: one for pictures, which take no time, and one for papers. A
    third reads screenshots, for as long as the limit of one process for that lets it.
    """
    return {name: CapacityLimiter(1) for name in ("pictures", "papers", "screenshots")}


def make_form_endpoint(
    handle: Handle, *, files: int = 0, fields: int = 40, field_bytes: int = FIELD_BYTES, clean: bool = True
) -> Endpoint:
    """An endpoint that receives a form with so many files and fields at most and answers it in a thread. `clean`: whether the files are
    cleaned first, as all are that somebody else will open.
    """

    async def receive(request: Request) -> Response:
        require_same_origin(request)
        async with request.form(max_files=files, max_fields=fields, max_part_size=field_bytes) as form:
            came = await _receive_files(request, form) if files and clean else PostedForm(form)
            return await to_thread.run_sync(handle, request, came)

    return receive


async def _receive_files(request: Request, form: FormData) -> PostedForm:
    kind, address = await to_thread.run_sync(_admit_uploads, request, form)
    if not kind:
        return PostedForm(form)
    under_way: Counter[bytes] = request.app.state.cleaning
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
    """Count the attached files, and say which cleaner takes them (empty where there are none) and from which address they are. Raises
    LedgerError as `admit_files` does.
    """
    uploads = _list_uploads(form)
    admit_files(request, sum(upload.size or 0 for upload in uploads))
    papers = any(read_first_bytes(attached_file, 5) == b"%PDF-" for attached_file in uploads)
    kind = ("papers" if papers else "pictures") if uploads else ""
    return kind, digest_address(request, request.app.state.card.numbers)


def admit_files(request: Request, size: int) -> None:
    """Count so many bytes of files to the share of their address and network, whatever becomes of the form. Raises LedgerError where it is
    used up.
    """
    key = request.app.state.card.numbers
    room = (digest_address(request, key), digest_network(request, key), size)
    if size and not request.app.state.sent.takes(*room, kind="raw"):
        raise LedgerError("public.no-room-for-pictures")


def _clean_uploads(form: FormData) -> PostedForm:
    """The form with its files cleaned; one that is no picture and no PDF, or too large, is the reason why none was taken."""
    try:
        return PostedForm(form, tuple(_clean_upload(one) for one in _list_uploads(form)))
    except NotPossible as problem:
        return PostedForm(form, refusal=problem)


def _clean_upload(upload: UploadFile) -> File:
    content = read_first_bytes(upload, MOST + 1)
    if len(content) > MOST:
        raise NotPossible("cases.receipt-too-large", most=MOST // 1024 // 1024)
    return clean_file(content)


def _list_uploads(form: FormData) -> list[UploadFile]:
    return [one for one in form.getlist(NAME)[:FILES] if isinstance(one, UploadFile) and one.filename]


def read_first_bytes(upload: UploadFile, most: int) -> bytes:
    """The beginning of an upload, at most so many bytes. Reads a disk: only for threads."""
    upload.file.seek(0)
    return upload.file.read(most)
