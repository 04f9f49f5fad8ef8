"""The administrators' page of banks and the keys of their programs, with each key's use, and a form to add a bank."""

from typing import Annotated

from fastapi import Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access import agencies
from warroom.access.api_keys import keys
from warroom.bilingual.texts import Texts
from warroom.errors import NotPossible
from warroom.ledger.officers import Officer
from warroom.web.doors.router import Router
from warroom.web.kit import language
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page
from warroom.web.kit.security import checked_form
from warroom.web.kit.sessions import SignedIn

router = Router(include_in_schema=False)
Form = Annotated[FormData, Depends(checked_form)]


FIELDS = ("code", "name_th", "name_en")


@router.get("/partner-keys", may=("admin",))
def show_keys(request: Request, admin: SignedIn) -> Response:
    return _render_keys(request, admin, {}, "", 200)


@router.post("/partner-keys/banks", may=("admin",))
def add_bank(request: Request, admin: SignedIn, form: Form) -> Response:
    """Add a bank, so that its program can be given a key."""
    given = {name: str(form.get(name, "")).strip()[:200] for name in FIELDS}
    name = Texts(given["name_th"], given["name_en"])
    try:
        agencies.add_agency(open_home_of(request).ledger, admin, given["code"].upper(), name, "bank")
    except NotPossible as problem:
        sentence = problem.render_in(language.choose_language(request))
        return _render_keys(request, admin, given, sentence, problem.http_status)
    return RedirectResponse("/partner-keys", 303)


def _render_keys(
    request: Request, admin: Officer, given: dict[str, str], message: str, status: int
) -> Response:
    ledger = open_home_of(request).ledger
    return render_page(
        request,
        "partner_keys.html",
        status,
        keys=keys.list_keys(ledger, admin),
        banks=agencies.list_agencies(ledger, kind="bank", active=True),
        given=given,
        message=message,
    )
