"""Officers, for administrators: who there is, and adding or ending one."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.errors import NotPossible
from warroom.operations import officers
from warroom.operations.views import ROLES
from warroom.web import language
from warroom.web.pages import page
from warroom.web.room import room_of
from warroom.web.routers.sign import Form, Name
from warroom.web.sentences import translate
from warroom.web.sessions import SignedIn

router = APIRouter(include_in_schema=False)
FIELDS = ("username", "name", "agency")


@router.get("/officers")
def everyone(request: Request, admin: SignedIn) -> Response:
    return _page(request, {}, "", 200)


@router.post("/officers")
def add(request: Request, admin: SignedIn, form: Form) -> Response:
    given = {name: str(form.get(name, "")).strip()[:200] for name in FIELDS}
    roles = [str(role) for role in form.getlist("role")]
    password = str(form.get("password", ""))
    try:
        officers.add_officer(
            room_of(request).ledger,
            given["username"],
            given["name"],
            password,
            roles,
            given["agency"],
            by=admin,
        )
    except NotPossible as problem:
        why = translate(problem.sentence, language.chosen(request))
        return _page(request, given | {"roles": roles}, why, problem.http_status)
    return RedirectResponse("/officers?said=added", 303)


@router.post("/officers/{username}/end")
def end(request: Request, username: Name, admin: SignedIn, form: Form) -> Response:
    officers.deactivate(room_of(request).ledger, username, by=admin)
    return RedirectResponse("/officers?said=ended", 303)


def _page(request: Request, given: dict[str, object], message: str, status: int) -> Response:
    everybody = officers.list_officers(room_of(request).ledger)
    return page(
        request, "officers.html", status, officers=everybody, roles=ROLES, given=given, message=message
    )
