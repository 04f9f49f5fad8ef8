"""Reads a form with one file as a stream: checks run before the file's first byte, and memory is one block.

The fields come before the file, since browsers send them in page order; the form's token is checked before
the file is opened, and an unfinished file leaves nothing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from anyio import to_thread
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect, Request

from warroom.errors import NotPossible
from warroom.evidence import store
from warroom.web.kit.security import UnfitFormError, check_origin, check_token

# The body's limit is that of a file here, but fields are kept in memory: they need their own limits.
MOST_FIELDS = 20
# Bytes of all fields and part headers together. Chosen, not measured.
LONGEST_FIELDS = 64 * 1024


class UploadSink(Protocol):
    """Where a file goes as it comes."""

    def write(self, block: bytes | memoryview) -> None:
        """Add bytes."""
        ...

    def finish(self) -> None:
        """Everything has come."""
        ...


One = TypeVar("One", bound=UploadSink)
Begin = Callable[[FormData, str], Awaitable[One]]


@dataclass
class _Part:
    """A part as it comes: its headers, and for a field its bytes."""

    name: str = ""
    file: str | None = None
    body: bytearray = field(default_factory=bytearray)


class Upload(Generic[One]):
    """Reads one posted form. `begin(fields, file name)` opens the draft once the fields are there."""

    def __init__(self, request: Request, begin: Begin[One]) -> None:
        self._request, self._begin = request, begin
        self._fields: list[tuple[str, str | UploadFile]] = []
        self._part, self._header, self._value = _Part(), bytearray(), bytearray()
        self._seen, self._waiting, self._ended = 0, bytearray(), False
        self._named: str | None = None
        self.draft: One | None = None

    def require_finished(self) -> tuple[One, FormData, str]:
        """The draft, the fields and the file's name, once all was read."""
        if self.draft is None or self._named is None:
            raise UnfitFormError("pages.upload-unfit")
        return self.draft, FormData(self._fields), self._named

    async def receive_form(self) -> None:
        """Read it all; the file lies finished in a draft, which the caller places or drops. Raises NotAllowed for a
        strange form, NotPossible where it ends early, and what `begin` and the draft raise.
        """
        check_origin(self._request)
        parser = MultipartParser(self._require_boundary(), self._build_callbacks())
        try:
            async for block in self._request.stream():
                parser.write(block)
                await self._move_to_draft()
        except ClientDisconnect:
            raise NotPossible("evidence.upload-ended-early") from None
        except ValueError:  # what the parser calls a form that cannot be read
            raise UnfitFormError("pages.upload-unfit") from None
        if not self._ended:
            raise NotPossible("evidence.upload-ended-early")
        if self.draft is None:
            raise UnfitFormError("pages.upload-unfit")
        await self._move_to_draft(last=True)
        # In a thread: flushing a large file to the disk takes a while, and the loop must serve others.
        await to_thread.run_sync(self.draft.finish)

    def _require_boundary(self) -> bytes:
        kind, options = parse_options_header(self._request.headers.get("content-type", ""))
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise UnfitFormError("pages.upload-unfit")
        return options[b"boundary"]

    def _build_callbacks(self) -> Any:
        return {
            "on_part_begin": self._on_part,
            "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._on_header,
            "on_headers_finished": self._on_headers,
            "on_part_data": self._on_data,
            "on_part_end": self._on_part_end,
            "on_end": self._on_end,
        }

    def _on_part(self) -> None:
        if self._named is not None or len(self._fields) >= MOST_FIELDS:
            raise UnfitFormError("pages.upload-unfit")  # the file must be the last part, and the only one
        self._part = _Part()

    def _on_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            _, options = parse_options_header(bytes(self._value))
            self._part.name = options.get(b"name", b"").decode("utf-8", "replace")
            if b"filename" in options:
                # Browsers escape a quote in a file name as %22 (HTML Standard, multipart/form-data).
                self._part.file = options[b"filename"].decode("utf-8", "replace").replace("%22", '"')
        self._count_field_bytes(len(self._header) + len(self._value))
        self._header, self._value = bytearray(), bytearray()

    def _on_headers(self) -> None:
        if self._part.file is not None:
            check_token(self._request, FormData(self._fields))
            self._named = self._part.file

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if self._named is None:
            self._count_field_bytes(end - start)
            self._part.body += data[start:end]
        else:
            # The parser's callbacks are synchronous: the disk is written between two blocks, by
            # `_move_to_draft`.
            self._waiting += data[start:end]

    def _on_part_end(self) -> None:
        if self._named is None:
            said = self._part.body.decode("utf-8", "replace")
            if "\x00" in said:
                raise UnfitFormError("pages.upload-unfit")
            self._fields.append((self._part.name, said))

    def _on_end(self) -> None:
        self._ended = True

    def _count_field_bytes(self, size: int) -> None:
        self._seen += size
        if self._seen > LONGEST_FIELDS:
            raise UnfitFormError("pages.upload-unfit")

    async def _move_to_draft(self, last: bool = False) -> None:
        """What has come of the file goes to the disk, a block at a time."""
        if self._named is None:
            return
        if self.draft is None:
            self.draft = await self._begin(FormData(self._fields), self._named)
        if self._waiting and (last or len(self._waiting) >= store.BLOCK):
            await to_thread.run_sync(self.draft.write, bytes(self._waiting))
            self._waiting.clear()
