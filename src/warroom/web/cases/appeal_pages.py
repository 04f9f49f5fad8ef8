"""The door for whoever's money is held: the code on the notice opens it, no account is needed."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.errors import NotFound, NotPossible
from warroom.public import appeals
from warroom.web.access.sign_in_pages import Form, Name
from warroom.web.kit import language
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page

router = APIRouter(include_in_schema=False)
LONGEST_CODE, LONGEST_NAME, LONGEST_TEXT = 40, 200, 4000


@router.get("/appeal")
def door(request: Request, code: str = "") -> Response:
    """Where somebody types the code of their notice."""
    code = code.replace("\x00", "").strip()[:LONGEST_CODE]
    return _page(request, code, {}, "", 200) if code else _door(request, "", "", 200)


@router.get("/appeal/{code}")
def hold(request: Request, code: Name) -> Response:
    return _page(request, code, {}, "", 200)


@router.post("/appeal/{code}")
def file(request: Request, code: Name, form: Form) -> Response:
    given = {
        "who": str(form.get("who", "")).strip()[:LONGEST_NAME],
        "text": str(form.get("text", "")).strip(),
    }
    _ = language.catalog(language.chosen(request)).gettext
    if not given["who"] or not given["text"]:
        return _page(request, code, given, _("Write your name and what is wrong, then send it again."), 400)
    try:
        appeals.appeal(open_home_of(request).ledger, code, given["who"], given["text"][:LONGEST_TEXT])
    except NotPossible as problem:
        return _page(request, code, given, problem.told(language.chosen(request)), 409)
    # To the hold's own page, which shows the open appeal: loaded again, it files no second one.
    return RedirectResponse(f"/appeal/{code}", 303)


def _page(request: Request, code: str, given: dict[str, str], message: str, status: int) -> Response:
    """The hold of a code; where there is none, the field to type it again."""
    try:
        held = appeals.public_hold(open_home_of(request).ledger, code)
    except NotFound as problem:
        return _door(request, code, problem.told(language.chosen(request)), 404)
    return page(request, "citizen/appeal.html", status, hold=held, given=given, message=message)


def _door(request: Request, code: str, message: str, status: int) -> Response:
    return page(request, "citizen/code.html", status, code=code, message=message)
