"""Signing in and out, and how a reader likes pages."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.errors import NotAllowed
from warroom.operations.access import signing
from warroom.web import language, sessions
from warroom.web.pages import CALENDAR_COOKIE, CALENDARS, THEME_COOKIE, THEMES, page
from warroom.web.room import room_of
from warroom.web.security import checked_form
from warroom.web.sentences import translate

router = APIRouter(include_in_schema=False)
Form = Annotated[FormData, Depends(checked_form)]
# A number, code or name in an address: plain letters, nothing that a database would stumble over.
Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
YEAR = 365 * 86400
PREFERENCES = {
    "language": (language.COOKIE, ("th", "en")),
    "theme": (THEME_COOKIE, THEMES),
    "calendar": (CALENDAR_COOKIE, CALENDARS),
}


@router.get("/sign-in")
def sign_in_page(request: Request, next: str = "/") -> Response:  # noqa: A002 - the name in the address
    return page(request, "sign_in.html", message="", next=local(next), username="")


@router.post("/sign-in")
def sign_in(request: Request, form: Form) -> Response:
    username, target = str(form.get("username", ""))[:100], local(str(form.get("next", "/")))
    try:
        entry = signing.sign_in(room_of(request).ledger, username.strip(), str(form.get("password", "")))
    except NotAllowed as refusal:
        message = translate(refusal.sentence, language.chosen(request))
        back = f"/sign-in?{urlencode({'next': target})}"
        return page(request, "sign_in.html", 403, message=message, next=target, username=username, back=back)
    response = RedirectResponse(target, 303)
    sessions.remember(request, response, entry.token, entry.expires_at)
    return response


@router.post("/sign-out")
def sign_out(request: Request, form: Form) -> Response:
    if request.state.session:
        signing.sign_out(room_of(request).ledger, request.state.session)
    response = RedirectResponse("/sign-in?said=out", 303)
    sessions.forget(request, response)
    return response


@router.post("/preferences")
def preferences(request: Request, form: Form) -> Response:
    """Language, theme and calendar: kept in the browser, for a year."""
    response = RedirectResponse(local(str(form.get("back", "/"))), 303)
    for name, (cookie, known) in PREFERENCES.items():
        if (value := form.get(name)) in known:
            secure = request.url.scheme == "https"
            response.set_cookie(
                cookie, str(value), max_age=YEAR, path="/", secure=secure, httponly=True, samesite="lax"
            )
    return response


def local(target: str) -> str:
    """A target on this server; anything that could lead elsewhere becomes the board."""
    fits = (
        target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    )
    return target if fits else "/"
