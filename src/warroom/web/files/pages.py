"""Files: upload one, see how it would be read with everything that is asked, and take it in."""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from threading import Lock
from typing import Annotated, Any

from anyio import to_thread
from fastapi import Path
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access.role_groups import FILE_BRINGERS
from warroom.deliveries import corrections, decisions, queries, uploads
from warroom.deliveries.uploads import Uploaded
from warroom.errors import HomeBusy, LakeError, NotPossible, RecordsError, TooLarge
from warroom.lake import alike
from warroom.lake.terms import IngestSummary
from warroom.ledger.officers import Officer
from warroom.records.guess.guess import Guess, guess
from warroom.records.guess.preview import Preview, plain_file, preview
from warroom.records.mapping import Terms
from warroom.records.tables import TABLES
from warroom.sentences.sentence import Sentence
from warroom.web.doors.router import Router
from warroom.web.files.answers import Fields, tree_of
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import NOTHING_TYPED, REFUSALS, Typed, Unfit, refused, said, text
from warroom.web.kit.kept import told_again
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.kit.upload import Upload
from warroom.web.kit.words import Words

router = Router(include_in_schema=False)
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
TERMS = ("source", "legal_basis", "purpose")


@router.get("/files", may=FILE_BRINGERS)
def begin(request: Request, officer: SignedIn) -> Response:
    return _begin(request, officer, NOTHING_TYPED, 200)


def _begin(request: Request, officer: Officer, typed: Typed, status: int) -> Response:
    say = say_for(request)
    tables = [(name, said(TABLES[name].label, say)) for name in BROUGHT]
    waiting = queries.list_waiting_corrections(open_home_of(request).ledger, officer)
    labels = {one.table: said(TABLES[one.table].label, say) for one in waiting}
    largest = uploads.MOST // uploads.MIB
    return page(
        request,
        "files.html",
        status,
        tables=tables,
        typed=typed,
        largest=largest,
        waiting=waiting,
        labels=labels,
    )


@router.post("/files", may=FILE_BRINGERS)
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
            return await to_thread.run_sync(_begin, request, officer, typed, refusal.http_status)
    return RedirectResponse(f"/files/{token}", 303)


@router.get("/files/corrections/{correction_id}", may=FILE_BRINGERS)
def correction(request: Request, correction_id: Id, officer: SignedIn) -> Response:
    """Rows that wait for a second officer, and what each would change."""
    return _correction(request, officer, correction_id, "", 200)


def _correction(
    request: Request, officer: Officer, correction_id: int, problem: str, status: int
) -> Response:
    room, say = open_home_of(request), say_for(request)
    one, rows = queries.read_correction(room.ledger, room.lake, officer, correction_id)
    names = {column.name: said(column.label, say) for column in TABLES[one.table].columns}
    shown = [
        (
            row.record_id,
            [
                (names[name], _cell(name, before, say), _cell(name, after, say))
                for name, (before, after) in row.changes.items()
            ],
        )
        for row in rows
    ]
    label = said(TABLES[one.table].label, say)
    return page(request, "file_correction.html", status, one=one, table=label, rows=shown, problem=problem)


@router.post("/files/corrections/{correction_id}", may=FILE_BRINGERS)
def decide_correction(request: Request, correction_id: Id, officer: SignedIn, form: Form) -> Response:
    """Take the rows in under both names, or leave what was delivered as it is."""
    room = open_home_of(request)
    try:
        if text(form, "does") == "approve":
            corrections.approve_correction(room.ledger, room.lake, officer, correction_id)
        else:
            corrections.decline_correction(room.ledger, officer, correction_id, text(form, "reason"))
    except NotPossible as refusal:
        told = refusal.told(say_for(request).language)
        return _correction(request, officer, correction_id, told, refusal.http_status)
    return RedirectResponse(f"/files/corrections/{correction_id}", 303)


@router.get("/files/{token}", may=FILE_BRINGERS)
def look(request: Request, token: Token, officer: SignedIn) -> Response:
    """A file that waits for its officer; once it was taken in, what became of it, for all who may bring files."""
    home = open_home_of(request).home
    if summary := uploads.taken(home, token):
        return _taken(request, summary)
    return _shown(request, officer, uploads.uploaded(home, officer, token), None, NOTHING_TYPED, 200)


def _taken(request: Request, summary: IngestSummary) -> Response:
    say, lake = say_for(request), open_home_of(request).lake
    waiting = _waiting(lake.quarantined(), summary.delivery_id, say) if summary.quarantined else []
    notes = [told_again(note, say.language) for note in summary.notes]
    label = said(TABLES[summary.table].label, say)
    return page(request, "file_taken.html", table=label, summary=summary, notes=notes, waiting=waiting)


@router.post("/files/{token}", may=FILE_BRINGERS)
def answer(request: Request, token: Token, officer: SignedIn, form: Form) -> Response:
    """What was answered, shown once more; or taken in, where the officer says so, and on to what became of it."""
    home = open_home_of(request).home
    if uploads.taken(home, token):  # sent once more
        return RedirectResponse(f"/files/{token}", 303)
    found = uploads.uploaded(home, officer, token)
    if "accept" not in form:
        return _shown(request, officer, found, form, NOTHING_TYPED, 200)
    try:
        if _take_in(request, officer, found, form):
            return RedirectResponse(f"/files/{token}", 303)
        return _shown(request, officer, found, form, NOTHING_TYPED, 409)
    except PROBLEMS as refusal:
        return _shown(
            request, officer, found, form, refused(request, "accept", form, refusal), refusal.http_status
        )


def _take_in(request: Request, officer: Officer, found: Uploaded, form: FormData) -> bool:
    """Take a file in; False, and nothing done, where the form says too little."""
    room = open_home_of(request)
    proposed, tree, seen = _read(found, form)
    if _complaints(found, form, proposed, tree, seen):
        return False
    terms = Terms(
        partner=text(form, "source")[:100] or None,
        legal_basis=text(form, "legal_basis")[:500] or None,
        purpose=text(form, "purpose")[:500] or None,
        retention_days=_days(text(form, "days")),
    )
    decisions.take_in(
        room.ledger, room.lake, officer, found, tree, text(form, "source")[:100], terms, text(form, "key"), proposed.message
    )  # fmt: skip
    return True


def _complaints(
    found: Uploaded, form: FormData, proposed: Guess, tree: dict[str, Any], seen: Preview
) -> dict[str, Sentence]:
    """All that keeps a file from being taken in, by the field it stands beside: "open" where these are marked, "file" for what
    is no field's.
    """
    wrong = {name: Sentence("deliveries.terms-missing") for name in TERMS if not text(form, name)}
    if proposed.doubts and text(form, "confirmed") != "yes":
        wrong["confirmed"] = Sentence("deliveries.unconfirmed")
    try:
        _days(text(form, "days"))
    except Unfit as unfit:
        wrong["days"] = Sentence(unfit.code)
    try:
        decisions.answered(tree, found.table, proposed.message)
    except NotPossible as refusal:
        wrong["open"] = Sentence(refusal.code)
    except RecordsError:  # the preview says it too
        pass
    if seen.problem:
        wrong["file"] = Sentence(
            "deliveries.unread"
        )  # what was not read to its end here is not taken in either
    return wrong


def _days(typed: str) -> int | None:
    """Days until a delivery is erased, None where nothing was typed; raises Unfit: what is not understood would keep it for good."""
    if not typed:
        return None
    if not re.fullmatch("[0-9]{1,5}", typed) or not 0 < int(typed) <= MOST_DAYS:
        raise Unfit("deliveries.days-unfit", "days")
    return int(typed)


def _waiting(rows: Any, delivery: str, say: Say) -> list[tuple[int, str]]:
    found = [row for row in rows.to_pylist() if row["delivery_id"] == delivery]
    return [(row["line"], told_again(row["reason"], say.language)) for row in found[:20]]


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


def _shown(
    request: Request,
    officer: Officer,
    found: Uploaded,
    form: FormData | None,
    typed: Typed,
    status: int,
) -> Response:
    say = say_for(request)
    try:
        proposed, tree, seen = _read(found, form)
    except RecordsError as problem:
        return _begin(request, officer, refused(request, "file", FormData(), problem), problem.http_status)
    fields = Fields(proposed, tree, say)
    accepting = form is not None and "accept" in form
    wrong = _complaints(found, form, proposed, tree, seen) if form is not None and accepting else {}
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
            (seen.examples[which].line, seen.examples[which].reason.told(say.language), many)
            for which, many in list(seen.reasons.items())[:12]
        ],
        refused_lines=[each.line for each in seen.refused],
        wrong={name: each.told(say.language) for name, each in wrong.items()},
        notes=[
            note.told(say.language)
            for note in [
                *seen.notes,
                *_twice(request, found, seen, text(form, "source") if form is not None else ""),
            ]
        ],
        problem=seen.problem.told(say.language) if seen.problem else "",
        unused=proposed.unused,
        doubts=len({each.sentence for each in proposed.doubts}),
        typed=typed,
        was=dict(form) if form is not None else {},
    )


def _twice(request: Request, found: Uploaded, seen: Preview, source: str) -> Sequence[Sentence]:
    """What looks like the payments of another source, said before it is taken in."""
    if seen.paid is None:
        return ()
    lake = open_home_of(request).lake
    return alike.told(alike.alike_among(lake.log, lake.payments, seen.paid, source), found.name)


def _label(request: Request, found: Guess) -> str:
    return said(found.table.label, say_for(request))


def _cell(name: str, value: Any, say: Say) -> str:
    if value is None:
        return "–"
    if name == "channel":
        return Words(say).channel(value)
    return say.moment(value) if hasattr(value, "astimezone") else str(value)
