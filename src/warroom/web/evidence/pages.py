"""Evidence: what a case has, taking more in, one item with its custody, and the bundle for the court."""

from contextlib import ExitStack
from typing import Annotated, Any

from anyio import to_thread
from fastapi import Path
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom import keys
from warroom.access import role_groups
from warroom.access.officers import list_officers
from warroom.access.role_groups import EVIDENCE_ADDERS, EVIDENCE_BUNDLERS, EVIDENCE_KEEPERS, EVIDENCE_READERS
from warroom.evidence import queries, steps, store
from warroom.evidence.bundle import expert
from warroom.evidence.decisions import custody, intake
from warroom.evidence.handlers import WALL
from warroom.evidence.views import EvidencePage
from warroom.ledger.officers import Officer
from warroom.sentences.sentence import Sentence
from warroom.web.doors.router import Router
from warroom.web.evidence import api, words
from warroom.web.evidence import steps as forms
from warroom.web.kit.forms import (
    NOTHING_TYPED,
    REFUSALS,
    FormStep,
    TypedForm,
    UnfitField,
    describe_refusal,
    parse_step_form,
    read_text_field,
    require_step,
    run_form_action,
)
from warroom.web.kit.lists import ROWS, build_listing, clamp_offset
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.kit.tables import Tables
from warroom.web.kit.upload import Upload

router = Router(include_in_schema=False)
NOTHING = dict.fromkeys(("location", "seal", "receiver", "owner", "court", "court_order"), "")
Word = Annotated[str, Path(pattern="^[a-z]{1,16}$")]


@router.get("/cases/{number}/evidence", may=EVIDENCE_READERS)
def show_evidence_list(request: Request, number: Name, officer: SignedIn, offset: int = 0) -> Response:
    return _render_evidence_list(request, officer, number, NOTHING_TYPED, 200, offset)


def _render_evidence_list(
    request: Request, officer: Officer, number: str, typed: TypedForm, status: int, offset: int = 0
) -> Response:
    room, start = open_home_of(request), clamp_offset(offset)
    item_list = queries.list_evidence(room.ledger, officer, number, limit=ROWS, offset=start)
    return render_page(
        request,
        "evidence.html",
        status,
        number=number,
        rows=item_list.rows,
        **build_listing(f"/cases/{number}/evidence", item_list.total, start),
        upload=forms.UPLOAD,
        adding=forms.ADDING.values(),
        may_add=officer.has_role(*role_groups.EVIDENCE_ADDERS),
        may_bundle=officer.has_role(*role_groups.EVIDENCE_BUNDLERS),
        walled=officer.has_role(WALL),
        bundle=forms.BUNDLE,
        largest=store.get_size_limit() // store.MIB,
        fingerprint=expert.fingerprint(bytes.fromhex(keys.format_public_key(room.home))),
        typed=typed,
        **_build_words(request),
    )


@router.post("/cases/{number}/evidence/file", may=EVIDENCE_ADDERS)
async def upload_evidence(request: Request, number: Name, officer: SignedIn) -> Response:
    """Stream a file from the network to the disk; origin, token and permission are checked before its first byte."""
    ledger, fields = open_home_of(request).ledger, FormData()
    # Around everything, so that an unsaved draft is deleted however this ends.
    with ExitStack() as stack:

        async def begin(sent_form: FormData, name: str) -> store.EvidenceDraft:
            nonlocal fields
            fields = sent_form
            if not name:
                raise UnfitField(Sentence("evidence.no-file-chosen"), "file")
            # Checked before the first byte is stored: only officers who may add to this case can use the
            # disk.
            await to_thread.run_sync(
                intake.check_intake, ledger, officer, number, _parse_particulars(sent_form, name)
            )
            return await to_thread.run_sync(stack.enter_context, store.EvidenceDraft(ledger.home))

        upload = Upload(request, begin)
        try:
            await upload.receive_form()
            item = await to_thread.run_sync(_keep_upload, upload, ledger, officer, number)
        except REFUSALS as refusal:
            typed = describe_refusal(request, "file", fields, refusal)
            return await to_thread.run_sync(
                _render_evidence_list, request, officer, number, typed, refusal.http_status
            )
    return RedirectResponse(_make_item_address(item), 303)


def _keep_upload(
    upload: Upload[store.EvidenceDraft], ledger: Any, officer: Officer, number: str
) -> EvidencePage:
    draft, said, name = upload.require_finished()
    return intake.save_item(
        ledger, officer, number, draft, _parse_particulars(said, name), read_text_field(said, "key")
    )


def _parse_particulars(form: FormData, name: str) -> intake.Particulars:
    def read_line(field: str) -> str:
        return " ".join(read_text_field(form, field).split())[:200]

    return intake.Particulars(
        name[:1_000],
        read_line("reason"),
        read_line("description"),
        read_line("origin"),
        read_line("location"),
        read_line("seal"),
        protected=read_text_field(form, "protected") == "yes",
    )


@router.post("/cases/{number}/evidence/{step}", may=EVIDENCE_ADDERS)
def add_evidence(request: Request, number: Name, step: Word, officer: SignedIn, form: Form) -> Response:
    known_step = require_step(forms.ADDING, step)

    def carry_out() -> str:
        ledger, key, why = (
            open_home_of(request).ledger,
            read_text_field(form, "key"),
            read_text_field(form, "reason")[:200],
        )
        if known_step.id == "trail":
            return _make_item_address(intake.add_snapshot(ledger, officer, number, why, key))
        if known_step.id == "message":
            return _make_item_address(
                intake.add_order(ledger, officer, number, read_text_field(form, "order_id")[:200], why, key)
            )
        name = read_text_field(form, "name")[:200]
        if not name:
            raise UnfitField(Sentence("evidence.thing-unnamed"), "name")
        return _make_item_address(
            intake.add_thing(ledger, officer, number, _parse_particulars(form, name), key)
        )

    return run_form_action(
        request,
        step,
        form,
        carry_out,
        lambda typed, status: _render_evidence_list(request, officer, number, typed, status),
    )


@router.post("/cases/{number}/bundle", may=EVIDENCE_BUNDLERS)
def download_bundle(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    """The bundle as a download; the page names the fingerprint that the court is told."""
    # Without pydantic's validation: the service refuses with a sentence that the page can show.
    why = api.Why.model_construct(reason=read_text_field(form, "reason")[:200])
    try:
        return api.bundle(number, why, officer, open_home_of(request).ledger)
    except REFUSALS as refusal:
        typed = describe_refusal(request, "bundle", form, refusal)
        return _render_evidence_list(request, officer, number, typed, refusal.http_status)


@router.get("/evidence/{item}", may=EVIDENCE_READERS)
def show_evidence_item(request: Request, item: Id, officer: SignedIn) -> Response:
    return _render_evidence_item(request, officer, item)


def _render_evidence_item(
    request: Request, officer: Officer, item: int, typed: TypedForm = NOTHING_TYPED, status: int = 200
) -> Response:
    ledger = open_home_of(request).ledger
    item_page, known = queries.read_evidence(ledger, officer, item), list_officers(ledger)
    # If the holder's access has ended, a custodian may take steps in their place.
    gone = any(
        known_officer.username == item_page.item.holder.username and not known_officer.active
        for known_officer in known
    )
    return render_page(
        request,
        "evidence_item.html",
        status,
        one=item_page.item,
        custody=item_page.custody,
        steps=[forms.STEPS[step.verb] for step in steps.list_item_steps(item_page.item, officer, gone)],
        options={"receivers": words.list_receivers(item_page.item, known)},
        typed=typed,
        **_build_words(request),
    )


@router.get("/evidence/{item}/file", may=EVIDENCE_READERS)
def download_file(request: Request, item: Id, officer: SignedIn) -> Response:
    return api.file(item, officer, open_home_of(request).ledger)


@router.post("/evidence/{item}/{step}", may=EVIDENCE_KEEPERS)
def take_evidence_step(request: Request, item: Id, step: Word, officer: SignedIn, form: Form) -> Response:
    known_step = require_step(forms.STEPS, step)

    def carry_out() -> str:
        _apply_step(request, officer, item, known_step, form)
        return f"/evidence/{item}?said={step}"

    return run_form_action(
        request,
        step,
        form,
        carry_out,
        lambda typed, status: _render_evidence_item(request, officer, item, typed, status),
    )


def _apply_step(request: Request, officer: Officer, item: int, step: FormStep, form: FormData) -> None:
    ledger, key = open_home_of(request).ledger, read_text_field(form, "key")
    answers = {name: str(value)[:200] for name, value in parse_step_form(request, step, form).items()}
    if step.id == "accept":
        place, seal = answers["location"], answers["seal"]
        custody.accept_handover(ledger, officer, item, answers["reason"], key, location=place, seal=seal)
    elif step.id == "copies":
        image = answers["sha256"] or None
        custody.open_copy(ledger, officer, item, answers["holder"], answers["reason"], key, sha256=image)
    else:
        body = api.Step.model_construct(None, **{"kind": step.id, **NOTHING, **answers})
        api.add_step(item, body, officer, ledger, key)


def _make_item_address(found: EvidencePage) -> str:
    return f"/evidence/{found.item.id}?said=added"


def _build_words(request: Request) -> dict[str, Any]:
    say = say_for(request)
    return {"told": Tables(say, "evidence")}
