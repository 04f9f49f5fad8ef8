"""Signing in and out over the interface, and one's own sign-ins and password."""

from typing import Annotated

from fastapi import Response
from pydantic import Field
from starlette.requests import Request

from warroom.access import sessions
from warroom.access import sign_in as access_sign_in
from warroom.access.views import SignIn, SittingView
from warroom.web.doors.access_table import ENROLLING, PUBLIC, SIGNED_IN
from warroom.web.kit.answers import make_page_answer, make_view_answer
from warroom.web.kit.api import Body, Book, Caller, Line, make_area_router
from warroom.web.kit.sessions import build_origin, read_token
from warroom.web.kit.shapes import Id, OfficerOut

router = make_area_router("sign-in")
Secret = Annotated[str, Field(min_length=1, max_length=300)]


class SignInIn(Body):
    """A name and its password; and the code of the second factor where the officer has one."""

    username: Line
    password: Secret
    code: Annotated[str, Field(max_length=40)] = ""


SignInOut = make_view_answer(SignIn, of=(OfficerOut,))
SittingOut = make_view_answer(SittingView)
Sittings = make_page_answer(SittingOut, "Sittings", "One's own sign-ins, the newest first.")


class PasswordIn(Body):
    """The password until now, and the new one: 12 to 256 signs."""

    old: Secret
    new: Secret


@router.post("/sign-in", may=PUBLIC, response_model=SignInOut, status_code=201)
def sign_in(request: Request, book: Book, given: SignInIn) -> object:
    """Sign in; five wrong tries lock the name for a while."""
    return access_sign_in.sign_in(
        book, given.username, given.password, code=given.code, origin=build_origin(request)
    )


@router.delete("/sign-in", may=ENROLLING, status_code=204, response_class=Response)
def sign_out(request: Request, caller: Caller, book: Book) -> None:
    """End this sign-in."""
    access_sign_in.sign_out(book, read_token(request))


@router.get("/me", may=ENROLLING, response_model=OfficerOut)
def me(caller: Caller) -> object:
    """Who is signed in, and what they may do."""
    return caller


@router.get("/sign-ins", may=SIGNED_IN, response_model=Sittings)
def mine(request: Request, caller: Caller, book: Book) -> object:
    """One's own sign-ins."""
    found = sessions.list_own_sign_ins(book, caller, read_token(request))
    return {"rows": found, "total": len(found)}


@router.delete("/sign-ins/{sitting_id}", may=SIGNED_IN, status_code=204, response_class=Response)
def end(caller: Caller, book: Book, sitting_id: Id) -> None:
    """End one of one's own sign-ins."""
    sessions.end_own_sign_in(book, caller, sitting_id)


@router.delete("/sign-ins", may=SIGNED_IN, status_code=204, response_class=Response)
def end_all(caller: Caller, book: Book) -> None:
    """Sign out everywhere, here too."""
    sessions.end_all(book, caller)


@router.post("/me/password", may=SIGNED_IN, status_code=204, response_class=Response)
def password(request: Request, caller: Caller, book: Book, given: PasswordIn) -> None:
    """Change one's own password; every other sign-in ends."""
    sessions.change_password(
        book, caller, given.old, given.new, token=read_token(request), origin=build_origin(request)
    )
