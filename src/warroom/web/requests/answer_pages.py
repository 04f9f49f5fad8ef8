"""The page by which a partner without a system answers one request: a signed link opens it, no sign-in is needed."""

from typing import Annotated, cast

from fastapi import Path
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.errors import NotAllowed, NotPossible
from warroom.requests import answer_links
from warroom.requests.answer_links import LinkedRequest
from warroom.requests.views import Reply
from warroom.web.doors.access_table import PUBLIC
from warroom.web.doors.router import Router
from warroom.web.kit import language
from warroom.web.kit.forms import read_text_field
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import build_origin
from warroom.web.kit.tables import Tables

router = Router(include_in_schema=False)
Token = Annotated[str, Path(max_length=80)]


@router.get("/answer/{token}", may=PUBLIC)
def show_linked_request(request: Request, token: Token, done: str = "") -> Response:
    """The request and the form; after the last answer thanks alone, since the link is dead."""
    if done == "last":
        return _render(request, token, None, 200)
    try:
        linked = answer_links.load_linked_request(open_home_of(request).ledger, token, build_origin(request))
    except NotAllowed as refusal:
        return _render_refusal(request, token, refusal)
    return _render(request, token, linked, 200, is_saved=done == "yes")


@router.post("/answer/{token}", may=PUBLIC)
def answer_request(request: Request, token: Token, form: Form) -> Response:
    """Take the answer in."""
    ledger, origin = open_home_of(request).ledger, build_origin(request)
    reply, text = cast(Reply, read_text_field(form, "reply")), read_text_field(form, "text")
    try:
        answer_links.answer_by_link(ledger, token, reply, text, origin)
    except NotAllowed as refusal:
        return _render_refusal(request, token, refusal)
    except NotPossible as problem:
        linked = answer_links.load_linked_request(ledger, token, origin)
        sentence = problem.render_in(language.choose_language(request))
        return _render(request, token, linked, problem.http_status, message=sentence, text=text)
    # Redirected: reloading the answer to a POST would answer a second time.
    done = "last" if reply in answer_links.LAST_REPLIES else "yes"
    return RedirectResponse(f"/answer/{token}?done={done}", 303)


def _render_refusal(request: Request, token: str, refusal: NotAllowed) -> Response:
    sentence = refusal.render_in(language.choose_language(request))
    return _render(request, token, None, refusal.http_status, message=sentence)


def _render(
    request: Request,
    token: str,
    linked: LinkedRequest | None,
    status: int,
    *,
    message: str = "",
    text: str = "",
    is_saved: bool = False,
) -> Response:
    if linked and not request.cookies.get(language.COOKIE):
        # In the partner's language, until somebody there chooses the other.
        request.cookies[language.COOKIE] = linked.language
    return render_page(
        request,
        "answer_link.html",
        status,
        one=linked,
        token=token,
        message=message,
        text=text,
        is_saved=is_saved,
        longest=answer_links.LONGEST_WORDS,
        told=Tables(say_for(request), "requests"),
    )
