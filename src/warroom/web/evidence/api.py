"""Evidence: what comes in, who has had it, its files, and the court bundle.

A file is sent as the whole body of a request, as it is (`application/octet-stream`) and with its length; its name and
the rest stand in the query. It goes from the network to the disk a block at a time, and comes back only as an
attachment of unknown kind, so that no browser ever opens it.
"""

from collections.abc import Iterator
from typing import Annotated, Any, BinaryIO, Literal

from anyio import to_thread
from fastapi import Query
from pydantic import Field
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response, StreamingResponse

from warroom.access.role_groups import EVIDENCE_ADDERS, EVIDENCE_BUNDLERS, EVIDENCE_KEEPERS, EVIDENCE_READERS
from warroom.errors import NotPossible, WarroomError
from warroom.evidence import queries, store
from warroom.evidence.bundle.make import make_bundle
from warroom.evidence.decisions import custody, intake
from warroom.evidence.views import CustodyPerson, CustodyView, EvidenceList, EvidencePage, EvidenceView
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.web.kit.answers import make_view_answer
from warroom.web.kit.api import Body, Book, Caller, Key, Line, Text, make_area_router
from warroom.web.kit.shapes import LARGEST_ID, Id, Limit, Number, Offset

router = make_area_router("evidence")
OCTETS = "application/octet-stream"
# A file of evidence may be hostile HTML: opened in a browser, it must not run or load anything on this
# origin.
SHUT = {"content-security-policy": "default-src 'none'; sandbox", "x-content-type-options": "nosniff"}
BINARY = {"schema": {"type": "string", "format": "binary"}}
Words = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Username = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[^\x00-\x1f]*$")]
FilterText = Annotated[str, Query(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Whole = Annotated[int | None, Field(ge=1, le=LARGEST_ID)]


class UnfitUpload(WarroomError):
    """A body that is not a file with its length."""


PersonOut = make_view_answer(CustodyPerson, "EvidenceOfficerOut")
StepOut = make_view_answer(
    CustodyView,
    "StepOut",
    leave_out=("copy",),
    text=("kind",),
    also={"copy_number": Annotated[int | None, Field(validation_alias="copy")]},
    of=(PersonOut,),
)
ItemOut = make_view_answer(EvidenceView, "ItemOut", text=("source",), of=(PersonOut,))
PageOut = make_view_answer(EvidencePage, "PageOut", of=(ItemOut, StepOut))
ItemsOut = make_view_answer(EvidenceList, "ItemsOut", of=(ItemOut,))


class Thing(Body):
    """A thing taken into custody: a phone, a SIM box. `part_of` is the id of what it was taken from."""

    name: Line
    reason: Line
    description: Text = ""
    origin: Words = ""
    location: Words = ""
    seal: Words = ""
    part_of: Whole = None
    protected: bool = False


class Frozen(Body):
    """The case's frozen trail, or the message of an order as it left; then `order_id` names it."""

    what: Literal["snapshot", "order"]
    reason: Line
    order_id: Words = ""


class Step(Body):
    """A step by who holds the item: `sealed` (seal), `moved` (location), `offered` (receiver's user name), `returned`
    (owner), `destroyed` (court, court_order); or `declined` by either side of a hand-over.
    """

    kind: Literal["sealed", "moved", "offered", "declined", "returned", "destroyed"]
    reason: Line
    location: Words = ""
    seal: Words = ""
    receiver: Words = ""
    owner: Words = ""
    court: Words = ""
    court_order: Words = ""


class Acceptance(Body):
    """The receiver's word: what was received, where it is kept now, under which seal."""

    reason: Line
    location: Words = ""
    seal: Words = ""


class Copy(Body):
    """A working copy and who holds it; `sha256` for an image taken of a thing."""

    holder: Username
    reason: Line
    sha256: Hash | None = None


class Why(Body):
    """What a bundle is for; it is logged."""

    reason: Line


@router.post(
    "/cases/{number}/evidence",
    may=EVIDENCE_ADDERS,
    status_code=201,
    response_model=PageOut,
    openapi_extra={"requestBody": {"required": True, "content": {OCTETS: BINARY}}},
)
async def add_file(
    request: Request,
    number: Number,
    officer: Caller,
    ledger: Book,
    key: Key,
    name: Annotated[str, Query(min_length=1, max_length=1_000)],
    reason: Annotated[str, Query(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")],
    description: FilterText = "",
    origin: FilterText = "",
    location: FilterText = "",
    seal: FilterText = "",
    part_of: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    protected: bool = False,
) -> EvidencePage:
    """Take in a file, which is the body as it is; it is hashed as it comes, before anybody looks into it."""
    declared = _require_declared_length(request)
    given = intake.Particulars(name, reason, description, origin, location, seal, part_of, protected)
    # Checked before the first byte is read: a caller who may not add to this case must not fill the disk.
    await to_thread.run_sync(intake.check_intake, ledger, officer, number, given)
    with await to_thread.run_sync(_open_draft, ledger, declared) as draft:
        await _receive_body(request, draft)
        return await to_thread.run_sync(_finish_draft, ledger, officer, number, draft, given, key)


def _require_declared_length(request: Request) -> int:
    kind = request.headers.get("content-type", OCTETS).partition(";")[0].strip().lower()
    if kind != OCTETS:
        raise UnfitUpload("evidence.body-not-a-file", type=OCTETS)
    length = request.headers.get("content-length", "")
    # Without Content-Length a truncated body could not be told from a complete one.
    if not length.isdigit():
        raise UnfitUpload("evidence.length-missing")
    return int(length)


def _open_draft(ledger: Ledger, declared: int) -> store.EvidenceDraft:
    return store.EvidenceDraft(ledger.home, declared)


async def _receive_body(request: Request, draft: store.EvidenceDraft) -> None:
    """Copy the body to the disk; at most about one block is in memory."""
    waiting = bytearray()
    try:
        async for part in request.stream():
            waiting += part
            if len(waiting) >= store.BLOCK:
                await to_thread.run_sync(draft.write, bytes(waiting))
                waiting.clear()
    except ClientDisconnect:
        raise NotPossible("evidence.upload-ended-early") from None
    if waiting:
        await to_thread.run_sync(draft.write, bytes(waiting))


def _finish_draft(
    ledger: Ledger,
    officer: Officer,
    number: str,
    draft: store.EvidenceDraft,
    given: intake.Particulars,
    key: str,
) -> EvidencePage:
    draft.finish()
    return intake.save_item(ledger, officer, number, draft, given, key)


@router.post("/cases/{number}/evidence/things", may=EVIDENCE_ADDERS, status_code=201, response_model=PageOut)
def add_thing(number: Number, body: Thing, officer: Caller, ledger: Book, key: Key) -> EvidencePage:
    """Write down a thing that was taken into custody."""
    return intake.add_thing(ledger, officer, number, intake.Particulars(**body.model_dump()), key)


@router.post("/cases/{number}/evidence/frozen", may=EVIDENCE_ADDERS, status_code=201, response_model=PageOut)
def add_frozen(number: Number, body: Frozen, officer: Caller, ledger: Book, key: Key) -> EvidencePage:
    """Take in what the room itself kept: the frozen trail, or an order's message, byte for byte."""
    if body.what == "snapshot":
        return intake.add_snapshot(ledger, officer, number, body.reason, key)
    return intake.add_order(ledger, officer, number, body.order_id, body.reason, key)


@router.get("/cases/{number}/evidence", may=EVIDENCE_READERS, response_model=ItemsOut)
def items(number: Number, officer: Caller, ledger: Book, limit: Limit = 50, offset: Offset = 0) -> Any:
    """A case's evidence; the look is logged."""
    return queries.list_evidence(ledger, officer, number, limit=limit, offset=offset)


@router.get("/evidence/{item}", may=EVIDENCE_READERS, response_model=PageOut)
def one(item: Id, officer: Caller, ledger: Book) -> EvidencePage:
    """One item with its custody; the look is logged."""
    return queries.read_evidence(ledger, officer, item)


@router.get(
    "/evidence/{item}/file",
    may=EVIDENCE_READERS,
    response_class=FileResponse,
    responses={200: {"content": {OCTETS: BINARY}}},
)
def file(item: Id, officer: Caller, ledger: Book) -> Response:
    """The file as it was received, checked against its hash just now; always an attachment. Logged."""
    found = queries.download_evidence(ledger, officer, item)
    # The SHA-256 as ETag, so that a client can verify the saved file without another request.
    digest = {"etag": f'"{found.sha256}"'}
    return FileResponse(found.path, media_type=OCTETS, filename=found.name, headers=SHUT | digest)


@router.post("/evidence/{item}/custody", may=EVIDENCE_KEEPERS, status_code=201, response_model=PageOut)
def add_step(item: Id, body: Step, officer: Caller, ledger: Book, key: Key) -> EvidencePage:
    """The next step of an item's custody."""
    match body.kind:
        case "sealed":
            return custody.seal_item(ledger, officer, item, body.seal, body.reason, key)
        case "moved":
            return custody.move_item(ledger, officer, item, body.location, body.reason, key, seal=body.seal)
        case "offered":
            place, seal = body.location, body.seal
            return custody.offer_handover(
                ledger, officer, item, body.receiver, body.reason, key, location=place, seal=seal
            )
        case "declined":
            return custody.decline_handover(ledger, officer, item, body.reason, key)
        case "returned":
            return custody.give_back(ledger, officer, item, body.owner, body.reason, key)
        case "destroyed":
            court = (body.court, body.court_order)
            return custody.destroy_item(ledger, officer, item, *court, body.reason, key)


@router.post("/evidence/{item}/accept", may=EVIDENCE_KEEPERS, response_model=PageOut)
def accept(item: Id, body: Acceptance, officer: Caller, ledger: Book, key: Key) -> EvidencePage:
    """Accept a hand-over that was offered to oneself."""
    place, seal = body.location, body.seal
    return custody.accept_handover(ledger, officer, item, body.reason, key, location=place, seal=seal)


@router.post("/evidence/{item}/copies", may=EVIDENCE_KEEPERS, status_code=201, response_model=PageOut)
def open_copy(item: Id, body: Copy, officer: Caller, ledger: Book, key: Key) -> EvidencePage:
    """Open an item for a numbered working copy."""
    return custody.open_copy(ledger, officer, item, body.holder, body.reason, key, sha256=body.sha256)


@router.post(
    "/cases/{number}/bundle",
    may=EVIDENCE_BUNDLERS,
    response_class=StreamingResponse,
    responses={200: {"content": {"application/zip": BINARY}}},
)
def bundle(number: Number, body: Why, officer: Caller, ledger: Book) -> Response:
    """The case's court bundle as a ZIP file, checked; the making is logged. The header `X-Key-Fingerprint` carries
    what the expert must be told by another channel.
    """
    with ledger.home.open_stage("bundle") as place:
        report = make_bundle(ledger, officer, number, place / "bundle.zip", body.reason)
        opened = report.file.open("rb")  # read to its end after the folder is gone
    headers = SHUT | {
        "content-disposition": f'attachment; filename="{report.case}.zip"',
        "content-length": str(report.bytes),
        "x-key-fingerprint": report.fingerprint,
    }
    return StreamingResponse(_stream_and_close(opened), media_type="application/zip", headers=headers)


def _stream_and_close(opened: BinaryIO) -> Iterator[bytes]:
    with opened:
        yield from store.iter_blocks(opened)
