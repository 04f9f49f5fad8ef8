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
from warroom.errors import NotPossible
from warroom.evidence import queries, steps, store
from warroom.evidence.bundle import expert
from warroom.evidence.decisions import custody, intake
from warroom.evidence.handlers import WALL
from warroom.evidence.views import EvidencePage
from warroom.ledger.officers import Officer
from warroom.web.doors.router import Router
from warroom.web.evidence import api, words
from warroom.web.evidence import steps as forms
from warroom.web.kit.forms import NOTHING_TYPED, REFUSALS, Step, Typed, attempt, given, known, refused, text
from warroom.web.kit.lists import ROWS, listing, start_of
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.kit.tables import Tables
from warroom.web.kit.upload import Upload

router = Router(include_in_schema=False)
NOTHING = dict.fromkeys(("location", "seal", "receiver", "owner", "court", "court_order"), "")
Word = Annotated[str, Path(pattern="^[a-z]{1,16}$")]


@router.get("/cases/{number}/evidence", may=EVIDENCE_READERS)
def listed(request: Request, number: Name, officer: SignedIn, offset: int = 0) -> Response:
    return _listed(request, officer, number, NOTHING_TYPED, 200, offset)


def _listed(
    request: Request, officer: Officer, number: str, typed: Typed, status: int, offset: int = 0
) -> Response:
    room, start = open_home_of(request), start_of(offset)
    found = queries.items(room.ledger, officer, number, limit=ROWS, offset=start)
    return page(
        request,
        "evidence.html",
        status,
        number=number,
        rows=found.rows,
        **listing(f"/cases/{number}/evidence", found.total, start),
        upload=forms.UPLOAD,
        adding=forms.ADDING.values(),
        may_add=officer.may(*role_groups.EVIDENCE_ADDERS),
        may_bundle=officer.may(*role_groups.EVIDENCE_BUNDLERS),
        walled=officer.may(WALL),
        bundle=forms.BUNDLE,
        largest=store.limit() // store.MIB,
        fingerprint=expert.fingerprint(bytes.fromhex(keys.public_hex(room.home))),
        typed=typed,
        **_words(request),
    )


@router.post("/cases/{number}/evidence/file", may=EVIDENCE_ADDERS)
async def uploaded(request: Request, number: Name, officer: SignedIn) -> Response:
    """A file from the network to the disk; the page's own walls stand before its first byte."""
    ledger, fields = open_home_of(request).ledger, FormData()
    # Around everything, so that a draft which is not kept is gone however this ends.
    with ExitStack() as stack:

        async def begin(said: FormData, name: str) -> store.Draft:
            nonlocal fields
            fields = said
            if not name:
                raise NotPossible("evidence.no-file-chosen")
            # Asked before the first byte is kept: nobody fills the disk who may not add to this case.
            await to_thread.run_sync(intake.admit, ledger, officer, number, _particulars(said, name))
            return await to_thread.run_sync(stack.enter_context, store.Draft(ledger.home))

        upload = Upload(request, begin)
        try:
            await upload.read()
            found = await to_thread.run_sync(_keep, upload, ledger, officer, number)
        except REFUSALS as refusal:
            typed = refused(request, "file", fields, refusal)
            return await to_thread.run_sync(_listed, request, officer, number, typed, refusal.http_status)
    return RedirectResponse(_to(found), 303)


def _keep(upload: Upload[store.Draft], ledger: Any, officer: Officer, number: str) -> EvidencePage:
    draft, said, name = upload.finished()
    return intake.keep(ledger, officer, number, draft, _particulars(said, name), text(said, "key"))


def _particulars(said: FormData, name: str) -> intake.Particulars:
    def line(field: str) -> str:
        return " ".join(text(said, field).split())[:200]

    return intake.Particulars(
        name[:1_000],
        line("reason"),
        line("description"),
        line("origin"),
        line("location"),
        line("seal"),
        protected=text(said, "protected") == "yes",
    )


@router.post("/cases/{number}/evidence/{step}", may=EVIDENCE_ADDERS)
def added(request: Request, number: Name, step: Word, officer: SignedIn, form: Form) -> Response:
    found = known(forms.ADDING, step)

    def act() -> str:
        ledger, key, why = open_home_of(request).ledger, text(form, "key"), text(form, "reason")[:200]
        if found.id == "trail":
            return _to(intake.add_snapshot(ledger, officer, number, why, key))
        if found.id == "message":
            return _to(intake.add_order(ledger, officer, number, text(form, "order_id")[:200], why, key))
        name = text(form, "name")[:200]
        if not name:
            raise NotPossible("evidence.thing-unnamed")
        return _to(intake.add_thing(ledger, officer, number, _particulars(form, name), key))

    return attempt(
        request, step, form, act, lambda typed, status: _listed(request, officer, number, typed, status)
    )


@router.post("/cases/{number}/bundle", may=EVIDENCE_BUNDLERS)
def bundled(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    """The bundle as a download; the page names the fingerprint that the court is told."""
    # As typed, past the interface's own checks: the service refuses with a sentence that the page can show.
    why = api.Why.model_construct(reason=text(form, "reason")[:200])
    try:
        return api.bundle(number, why, officer, open_home_of(request).ledger)
    except REFUSALS as refusal:
        typed = refused(request, "bundle", form, refusal)
        return _listed(request, officer, number, typed, refusal.http_status)


@router.get("/evidence/{item}", may=EVIDENCE_READERS)
def one(request: Request, item: Id, officer: SignedIn) -> Response:
    return _one(request, officer, item)


def _one(
    request: Request, officer: Officer, item: int, typed: Typed = NOTHING_TYPED, status: int = 200
) -> Response:
    ledger = open_home_of(request).ledger
    found, known = queries.item(ledger, officer, item), list_officers(ledger)
    # An item of a holder whose access has ended could never be handed on; then others may.
    gone = any(one.username == found.item.holder.username and not one.active for one in known)
    return page(
        request,
        "evidence_item.html",
        status,
        one=found.item,
        custody=found.custody,
        steps=[forms.STEPS[step.verb] for step in steps.of_item(found.item, officer, gone)],
        options={"receivers": words.receivers(found.item, known)},
        typed=typed,
        **_words(request),
    )


@router.get("/evidence/{item}/file", may=EVIDENCE_READERS)
def file(request: Request, item: Id, officer: SignedIn) -> Response:
    return api.file(item, officer, open_home_of(request).ledger)


@router.post("/evidence/{item}/{step}", may=EVIDENCE_KEEPERS)
def stepped(request: Request, item: Id, step: Word, officer: SignedIn, form: Form) -> Response:
    found = known(forms.STEPS, step)

    def act() -> str:
        _do(request, officer, item, found, form)
        return f"/evidence/{item}?said={step}"

    return attempt(
        request, step, form, act, lambda typed, status: _one(request, officer, item, typed, status)
    )


def _do(request: Request, officer: Officer, item: int, step: Step, form: FormData) -> None:
    ledger, key = open_home_of(request).ledger, text(form, "key")
    said = {name: str(value)[:200] for name, value in given(request, step, form).items()}
    if step.id == "accept":
        place, seal = said["location"], said["seal"]
        custody.accept(ledger, officer, item, said["reason"], key, location=place, seal=seal)
    elif step.id == "copies":
        image = said["sha256"].lower() or None
        if image and (len(image) != 64 or not set(image) <= set("0123456789abcdef")):
            raise NotPossible("assets.document-hash-unfit")
        custody.open_copy(ledger, officer, item, said["holder"], said["reason"], key, sha256=image)
    else:
        body = api.Step.model_construct(None, **{"kind": step.id, **NOTHING, **said})
        api.add_step(item, body, officer, ledger, key)


def _to(found: EvidencePage) -> str:
    return f"/evidence/{found.item.id}?said=added"


def _words(request: Request) -> dict[str, Any]:
    say = say_for(request)
    return {"told": Tables(say, "evidence")}
