"""Files: upload one, see how it would be read with everything that is asked, and take it in."""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from threading import Lock
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Path
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.bilingual.texts import Texts
from warroom.deliveries import decisions, uploads
from warroom.deliveries.uploads import Uploaded
from warroom.errors import HomeBusy, LakeError, NotPossible, RecordsError, TooLarge
from warroom.lake import alike
from warroom.ledger.officers import Officer
from warroom.records.guess.guess import Guess, guess
from warroom.records.guess.preview import Preview, plain_file, preview
from warroom.records.mapping import Terms
from warroom.records.tables import TABLES
from warroom.sentences.sentence import Sentence
from warroom.web.access.sign_in_pages import Form
from warroom.web.files.answers import Fields, tree_of
from warroom.web.files.words import OTHER, REASONS
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import NOTHING_TYPED, REFUSALS, Typed, Unfit, refused, said, text
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.upload import Upload
from warroom.web.kit.words import Words

router = APIRouter(include_in_schema=False)
Token = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
BROUGHT = (
    "transfers", "balances", "accounts", "holders", "returns", "reports", "calls", "messages", "sims", "companies", "vehicles", "trips",
    "ties", "listings", "adverts", "domains", "tips", "premises", "supply", "readings",
)  # fmt: skip
"""Tables that partners send, transfers first; what the house records itself comes from nowhere else."""
PROBLEMS = (*REFUSALS, RecordsError, LakeError, TooLarge)
READING = Lock()
PATIENCE = 10
"""Seconds that a page waits while another file is read."""
MOST_DAYS = 36_500


@router.get("/files")
def begin(request: Request, officer: SignedIn) -> Response:
    return _begin(request, NOTHING_TYPED, 200)


def _begin(request: Request, typed: Typed, status: int) -> Response:
    say = say_for(request)
    tables = [(name, said(TABLES[name].label, say)) for name in BROUGHT]
    return page(
        request, "files.html", status, tables=tables, typed=typed, largest=uploads.MOST // uploads.MIB
    )


@router.post("/files")
async def bring(request: Request, officer: SignedIn) -> Response:
    """A file from the network into its own folder, and on to its page."""
    home, fields = open_home_of(request).home, FormData()
    with ExitStack() as stack:

        async def open_draft(form: FormData, name: str) -> uploads.Draft:
            nonlocal fields
            fields = form
            if not name:
                raise NotPossible("evidence.no-file-chosen")
            if text(form, "table") not in BROUGHT:
                raise NotPossible("deliveries.no-such-table")
            draft = uploads.Draft(home, officer, text(form, "table"), name[-200:])
            return await to_thread.run_sync(stack.enter_context, draft)

        upload = Upload(request, open_draft)
        try:
            await upload.read()
            draft, _, _ = upload.finished()
            token = draft.keep()
        except PROBLEMS as refusal:
            typed = refused(request, "file", fields, refusal)
            return await to_thread.run_sync(_begin, request, typed, refusal.http_status)
    return RedirectResponse(f"/files/{token}", 303)


@router.get("/files/{token}")
def look(request: Request, token: Token, officer: SignedIn) -> Response:
    return _shown(
        request, uploads.uploaded(open_home_of(request).home, officer, token), None, NOTHING_TYPED, 200
    )


@router.post("/files/{token}")
def answer(request: Request, token: Token, officer: SignedIn, form: Form) -> Response:
    """What was answered, shown once more; or taken in, where the officer says so."""
    room = open_home_of(request)
    found = uploads.uploaded(room.home, officer, token)
    if "accept" not in form:
        return _shown(request, found, form, NOTHING_TYPED, 200)
    try:
        return _take_in(request, officer, found, form)
    except PROBLEMS as refusal:
        return _shown(request, found, form, refused(request, "accept", form, refusal), refusal.http_status)


def _take_in(request: Request, officer: Officer, found: Uploaded, form: FormData) -> Response:
    room = open_home_of(request)
    proposed, tree, seen = _read(found, form)
    if seen.problem:
        raise seen.problem  # what was not read to its end here is not taken in either
    if proposed.doubts and text(form, "confirmed") != "yes":
        raise NotPossible("deliveries.unconfirmed")
    terms = Terms(
        partner=text(form, "source")[:100] or None,
        legal_basis=text(form, "legal_basis")[:500] or None,
        purpose=text(form, "purpose")[:500] or None,
        retention_days=_days(text(form, "days")),
    )
    summary = decisions.take_in(
        room.ledger, room.lake, officer, found, tree, text(form, "source")[:100], terms, text(form, "key"), proposed.message
    )  # fmt: skip
    waiting = _waiting(room.lake.quarantined(), summary.delivery_id) if summary.quarantined else []
    return page(request, "file_taken.html", one=found, table=_label(request, proposed), summary=summary,
        notes=_notes(summary.notes, say_for(request)), waiting=[
        (line, *_reason(request, proposed, column, code)) for line, column, code in waiting
    ])  # fmt: skip


def _days(typed: str) -> int | None:
    """Days until a delivery is erased, None where nothing was typed; raises Unfit: what is not understood would keep it for good."""
    if not typed:
        return None
    if not re.fullmatch("[0-9]{1,5}", typed) or not 0 < int(typed) <= MOST_DAYS:
        raise Unfit("deliveries.days-unfit", "days")
    return int(typed)


def _waiting(rows: Any, delivery: str) -> list[tuple[int, str, str]]:
    found = [row for row in rows.to_pylist() if row["delivery_id"] == delivery]
    return [(row["line"], row["column"] or "", row["code"]) for row in found[:20]]


@contextmanager
def _alone() -> Iterator[None]:
    """One file is read at a time, since each may take the memory that a page has; raises HomeBusy where another's takes long."""
    if not READING.acquire(timeout=PATIENCE):
        raise HomeBusy("deliveries.busy")
    try:
        yield
    finally:
        READING.release()


def _read(found: Uploaded, form: FormData | None) -> tuple[Guess, dict[str, Any], Preview]:
    """What is proposed for a file, the mapping as it stands, and the file read by it."""
    sheet = text(form, "file.sheet") if form is not None else ""
    with _alone(), plain_file(found.path, found.name) as part:
        proposed = guess(part.path, found.table, found.name, sheet or None)
        tree = proposed.tree if form is None else tree_of(proposed, form)
        return proposed, tree, preview(part.path, proposed.table, tree, found.name, proposed.message)


def _shown(request: Request, found: Uploaded, form: FormData | None, typed: Typed, status: int) -> Response:
    say = say_for(request)
    try:
        proposed, tree, seen = _read(found, form)
    except RecordsError as problem:
        return _begin(request, refused(request, "file", FormData(), problem), problem.http_status)
    fields = Fields(proposed, tree, say)
    names = {name: said(proposed.table.by_name[name].label, say) for name in seen.columns}
    return page(
        request,
        "file.html",
        status,
        one=found,
        table=_label(request, proposed),
        fields_=fields,
        seen=seen,
        heads=[(name, names[name]) for name in seen.columns],
        rows=[
            [_cell(name, value, say) for name, value in zip(seen.columns, row, strict=True)]
            for row in seen.rows
        ],
        reasons=[
            (*_reason(request, proposed, *which), many) for which, many in list(seen.reasons.items())[:12]
        ],
        refused_lines=[
            (each.line, *_reason(request, proposed, each.column, each.code)) for each in seen.refused
        ],
        notes=_notes(
            [*seen.notes, *_twice(request, found, seen, text(form, "source") if form is not None else "")],
            say,
        ),
        problem=seen.problem.told(say.language) if seen.problem else "",
        unused=proposed.unused,
        doubts=len(proposed.doubts),
        typed=typed,
        was=dict(form) if form is not None else {},
    )


def _twice(request: Request, found: Uploaded, seen: Preview, source: str) -> Sequence[str]:
    """What looks like the payments of another source, said before it is taken in."""
    if seen.paid is None:
        return ()
    return alike.told(alike.alike_among(open_home_of(request).lake.state, seen.paid, source), found.name)


def _notes(notes: Sequence[str], say: Say) -> list[str]:
    """What the readers say of totals and footers, and what looks like another source's; other remarks are for the command line, in English."""
    return [note.told(say.language) for note in notes if isinstance(note, Sentence)]


def _label(request: Request, found: Guess) -> str:
    return said(found.table.label, say_for(request))


def _cell(name: str, value: Any, say: Say) -> str:
    if value is None:
        return "–"
    if name == "channel":
        return Words(say).channel(value)
    return say.moment(value) if hasattr(value, "astimezone") else str(value)


def _reason(request: Request, found: Guess, column: str, code: str) -> tuple[str, str]:
    """Of which column, and why, in the reader's language."""
    say = say_for(request)
    one = found.table.by_name.get(column)
    why = say.catalog.gettext(REASONS.get(code, OTHER))
    return said(one.label if one else Texts("แถว", "row"), say), why
