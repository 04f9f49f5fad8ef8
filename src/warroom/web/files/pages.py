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
from warroom.deliveries.uploads import UploadedFile
from warroom.errors import HomeBusy, LakeError, NotPossible, RecordsError, TooLarge
from warroom.lake import alike
from warroom.lake.terms import IngestSummary
from warroom.ledger.officers import Officer
from warroom.records.guess.guess import Guess, guess_mapping
from warroom.records.guess.preview import Preview, open_first_file, preview_file
from warroom.records.mapping import DeliveryTerms
from warroom.records.tables import TABLES
from warroom.sentences.sentence import Sentence
from warroom.web.doors.router import Router
from warroom.web.files.answers import MappingFields, parse_mapping
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import (
    NOTHING_TYPED,
    REFUSALS,
    TypedForm,
    UnfitField,
    describe_refusal,
    read_text_field,
    render_texts,
)
from warroom.web.kit.kept import render_kept_sentence
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.kit.upload import Upload
from warroom.web.kit.words import CodeWords

router = Router(include_in_schema=False)
Token = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
BROUGHT = (
    "transfers", "balances", "accounts", "holders", "returns", "reports", "calls", "messages", "sims", "companies", "vehicles", "trips",
    "ties", "listings", "adverts", "domains", "tips", "premises", "supply", "readings",
)  # fmt: skip
"""Tables that partners send, transfers first; tables that the program writes itself cannot be uploaded."""
PROBLEMS = (*REFUSALS, RecordsError, LakeError, TooLarge)
# One file at a time (see `_lock_reading`).
READING = Lock()
PATIENCE = 10
"""Seconds that a page waits while another file is read. Chosen, not measured."""
# A hundred years: a longer retention is a typing error.
MOST_DAYS = 36_500
TERMS = ("source", "legal_basis", "purpose")


@router.get("/files", may=FILE_BRINGERS)
def show_upload_form(request: Request, officer: SignedIn) -> Response:
    return _render_upload_form(request, officer, NOTHING_TYPED, 200)


def _render_upload_form(request: Request, officer: Officer, typed: TypedForm, status: int) -> Response:
    say = say_for(request)
    tables = [(name, render_texts(TABLES[name].label, say)) for name in BROUGHT]
    waiting = queries.list_waiting_corrections(open_home_of(request).ledger, officer)
    labels = {
        waiting_correction.table: render_texts(TABLES[waiting_correction.table].label, say)
        for waiting_correction in waiting
    }
    largest = uploads.MOST // uploads.MIB
    return render_page(
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
async def upload_file(request: Request, officer: SignedIn) -> Response:
    """A file from the network into its own folder, and on to its page."""
    home, fields = open_home_of(request).home, FormData()
    with ExitStack() as stack:

        async def open_draft(form: FormData, name: str) -> uploads.UploadDraft:
            nonlocal fields
            fields = form
            if not name:
                raise UnfitField(Sentence("evidence.no-file-chosen"), "file")
            if read_text_field(form, "table") not in BROUGHT:
                raise NotPossible("deliveries.no-such-table")
            draft = uploads.UploadDraft(home, officer, read_text_field(form, "table"), name[-200:])
            return await to_thread.run_sync(stack.enter_context, draft)

        upload = Upload(request, open_draft)
        try:
            await upload.receive_form()
            draft, _, _ = upload.require_finished()
            token = draft.save()
        except PROBLEMS as refusal:
            typed = describe_refusal(request, "file", fields, refusal)
            return await to_thread.run_sync(_render_upload_form, request, officer, typed, refusal.http_status)
    return RedirectResponse(f"/files/{token}", 303)


@router.get("/files/corrections/{correction_id}", may=FILE_BRINGERS)
def show_correction(request: Request, correction_id: Id, officer: SignedIn) -> Response:
    """Rows that wait for a second officer, and what each would change."""
    return _render_correction(request, officer, correction_id, "", 200)


def _render_correction(
    request: Request, officer: Officer, correction_id: int, problem: str, status: int
) -> Response:
    room, say = open_home_of(request), say_for(request)
    correction_view, rows = queries.load_correction(room.ledger, room.lake, officer, correction_id)
    names = {column.name: render_texts(column.label, say) for column in TABLES[correction_view.table].columns}
    shown = [
        (
            row.record_id,
            [
                (names[name], _format_cell(name, before, say), _format_cell(name, after, say))
                for name, (before, after) in row.changes.items()
            ],
        )
        for row in rows
    ]
    label = render_texts(TABLES[correction_view.table].label, say)
    return render_page(
        request, "file_correction.html", status, one=correction_view, table=label, rows=shown, problem=problem
    )


@router.post("/files/corrections/{correction_id}", may=FILE_BRINGERS)
def decide_correction(request: Request, correction_id: Id, officer: SignedIn, form: Form) -> Response:
    """Take the rows in under both names, or leave what was delivered as it is."""
    room = open_home_of(request)
    try:
        if read_text_field(form, "does") == "approve":
            corrections.approve_correction(room.ledger, room.lake, officer, correction_id)
        else:
            corrections.decline_correction(
                room.ledger, officer, correction_id, read_text_field(form, "reason")
            )
    except NotPossible as refusal:
        sentence = refusal.render_in(say_for(request).language)
        return _render_correction(request, officer, correction_id, sentence, refusal.http_status)
    return RedirectResponse(f"/files/corrections/{correction_id}", 303)


@router.get("/files/{token}", may=FILE_BRINGERS)
def show_file(request: Request, token: Token, officer: SignedIn) -> Response:
    """A file that waits for its officer; once it was taken in, what became of it, for all who may bring files."""
    home = open_home_of(request).home
    if summary := uploads.find_ingest_summary(home, token):
        return _render_taken_in(request, summary)
    return _render_file(
        request, officer, uploads.load_uploaded_file(home, officer, token), None, NOTHING_TYPED, 200
    )


def _render_taken_in(request: Request, summary: IngestSummary) -> Response:
    say, lake = say_for(request), open_home_of(request).lake
    waiting = (
        _list_quarantined_rows(lake.list_quarantined_rows(), summary.delivery_id, say)
        if summary.quarantined
        else []
    )
    notes = [render_kept_sentence(note, say.language) for note in summary.notes]
    label = render_texts(TABLES[summary.table].label, say)
    return render_page(request, "file_taken.html", table=label, summary=summary, notes=notes, waiting=waiting)


@router.post("/files/{token}", may=FILE_BRINGERS)
def answer_file(request: Request, token: Token, officer: SignedIn, form: Form) -> Response:
    """What was answered, shown once more; or taken in, where the officer says so, and on to what became of it."""
    home = open_home_of(request).home
    if uploads.find_ingest_summary(home, token):  # sent once more
        return RedirectResponse(f"/files/{token}", 303)
    upload = uploads.load_uploaded_file(home, officer, token)
    if "accept" not in form:
        return _render_file(request, officer, upload, form, NOTHING_TYPED, 200)
    try:
        if _ingest_file(request, officer, upload, form):
            return RedirectResponse(f"/files/{token}", 303)
        return _render_file(request, officer, upload, form, NOTHING_TYPED, 409)
    except PROBLEMS as refusal:
        return _render_file(
            request,
            officer,
            upload,
            form,
            describe_refusal(request, "accept", form, refusal),
            refusal.http_status,
        )


def _ingest_file(request: Request, officer: Officer, upload: UploadedFile, form: FormData) -> bool:
    """Take a file in; False, and nothing done, where the form says too little."""
    room = open_home_of(request)
    proposed, tree, seen = _read_upload(upload, form)
    if _list_complaints(upload, form, proposed, tree, seen):
        return False
    terms = DeliveryTerms(
        partner=read_text_field(form, "source")[:100] or None,
        legal_basis=read_text_field(form, "legal_basis")[:500] or None,
        purpose=read_text_field(form, "purpose")[:500] or None,
        retention_days=_parse_days(read_text_field(form, "days")),
    )
    decisions.ingest_uploaded_file(
        room.ledger, room.lake, officer, upload, tree, read_text_field(form, "source")[:100], terms, read_text_field(form, "key"), proposed.is_message
    )  # fmt: skip
    return True


def _list_complaints(
    upload: UploadedFile, form: FormData, proposed: Guess, tree: dict[str, Any], seen: Preview
) -> dict[str, Sentence]:
    """The errors that keep a file from being ingested, by field name; "open" for unanswered fields, "file" for errors of no
    field.
    """
    wrong = {name: Sentence("deliveries.terms-missing") for name in TERMS if not read_text_field(form, name)}
    if proposed.doubts and read_text_field(form, "confirmed") != "yes":
        wrong["confirmed"] = Sentence("deliveries.unconfirmed")
    try:
        _parse_days(read_text_field(form, "days"))
    except UnfitField as unfit:
        wrong["days"] = Sentence(unfit.code)
    try:
        decisions.require_answered_mapping(tree, upload.table, proposed.is_message)
    except NotPossible as refusal:
        wrong["open"] = Sentence(refusal.code)
    except RecordsError:  # the preview says it too
        pass
    if seen.problem:
        wrong["file"] = Sentence(
            "deliveries.unread"
        )  # what was not read to its end here is not taken in either
    return wrong


def _parse_days(typed: str) -> int | None:
    """Days until a delivery is erased, None for an empty field; raises UnfitField: a misread number would keep it for good."""
    if not typed:
        return None
    if not re.fullmatch("[0-9]{1,5}", typed) or not 0 < int(typed) <= MOST_DAYS:
        raise UnfitField("deliveries.days-unfit", "days")
    return int(typed)


def _list_quarantined_rows(rows: Any, delivery: str, say: Say) -> list[tuple[int, str]]:
    found = [row for row in rows.to_pylist() if row["delivery_id"] == delivery]
    return [(row["line"], render_kept_sentence(row["reason"], say.language)) for row in found[:20]]


@contextmanager
def _lock_reading() -> Iterator[None]:
    """Read one file at a time, since each may take much memory; raises HomeBusy after waiting `PATIENCE` seconds."""
    if not READING.acquire(timeout=PATIENCE):
        raise HomeBusy("deliveries.busy")
    try:
        yield
    finally:
        READING.release()


def _read_upload(found: UploadedFile, form: FormData | None) -> tuple[Guess, dict[str, Any], Preview]:
    """What is proposed for a file, the mapping as it stands, and the file read by it."""
    sheet = read_text_field(form, "file.sheet") if form is not None else ""
    with _lock_reading(), open_first_file(found.path, found.name) as part:
        proposed = guess_mapping(part.path, found.table, found.name, sheet or None)
        tree = proposed.tree if form is None else parse_mapping(proposed, form)
        return proposed, tree, preview_file(part.path, proposed.table, tree, found.name, proposed.is_message)


def _render_file(
    request: Request,
    officer: Officer,
    upload: UploadedFile,
    form: FormData | None,
    typed: TypedForm,
    status: int,
) -> Response:
    say = say_for(request)
    try:
        proposed, tree, seen = _read_upload(upload, form)
    except RecordsError as problem:
        return _render_upload_form(
            request, officer, describe_refusal(request, "file", FormData(), problem), problem.http_status
        )
    fields = MappingFields(proposed, tree, say)
    accepting = form is not None and "accept" in form
    wrong = _list_complaints(upload, form, proposed, tree, seen) if form is not None and accepting else {}
    names = {name: render_texts(proposed.table.by_name[name].label, say) for name in seen.columns}
    return render_page(
        request,
        "file.html",
        status,
        one=upload,
        table=_format_table_label(request, proposed),
        fields_=fields,
        seen=seen,
        heads=[(name, names[name]) for name in seen.columns],
        rows=[
            [_format_cell(name, value, say) for name, value in zip(seen.columns, row, strict=True)]
            for row in seen.rows
        ],
        reasons=[
            (seen.examples[which].line, seen.examples[which].reason.render_in(say.language), many)
            for which, many in list(seen.reasons.items())[:12]
        ],
        refused_lines=[refused_row.line for refused_row in seen.rejects],
        wrong={name: sentence.render_in(say.language) for name, sentence in wrong.items()},
        notes=[
            note.render_in(say.language)
            for note in [
                *seen.notes,
                *_find_duplicates(
                    request, upload, seen, read_text_field(form, "source") if form is not None else ""
                ),
            ]
        ],
        problem=seen.problem.render_in(say.language) if seen.problem else "",
        unused=proposed.columns_unused,
        doubts=len({doubt.sentence for doubt in proposed.doubts}),
        typed=typed,
        was=dict(form) if form is not None else {},
    )


def _find_duplicates(request: Request, found: UploadedFile, seen: Preview, source: str) -> Sequence[Sentence]:
    """Warnings about payments that may be duplicates of another source, shown before the file is ingested."""
    if seen.transfers is None:
        return ()
    lake = open_home_of(request).lake
    return alike.list_alike_sentences(
        alike.find_alike_in_rows(lake.log, lake.payment_keys, seen.transfers, source), found.name
    )


def _format_table_label(request: Request, found: Guess) -> str:
    return render_texts(found.table.label, say_for(request))


def _format_cell(name: str, value: Any, say: Say) -> str:
    if value is None:
        return "–"
    if name == "channel":
        return CodeWords(say).channel(value)
    return say.moment(value) if hasattr(value, "astimezone") else str(value)
