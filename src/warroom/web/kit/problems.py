"""Errors as pages: one sentence in the reader's language, and a way on."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warroom.access import provider, sign_in
from warroom.access.sign_in import EnrolFirst
from warroom.errors import IntakeBusy, NotAllowed, QuotaSpent, WarroomError
from warroom.sentences.catalogue import find_word, list_words
from warroom.sentences.sentence import Sentence
from warroom.web.kit import language
from warroom.web.kit.navigation import find_start
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page_above, render_page
from warroom.web.kit.sessions import SignInNeeded, read_token

log = structlog.get_logger("warroom.web")


def add_handlers(app: FastAPI) -> None:
    """Answer every error with a page, or with one JSON object where /api was asked."""
    app.add_exception_handler(SignInNeeded, _handle_sign_in_needed)
    app.add_exception_handler(EnrolFirst, _handle_enrolment_needed)
    app.add_exception_handler(WarroomError, handle_error)
    app.add_exception_handler(HTTPException, _handle_http_error)
    app.add_exception_handler(RequestValidationError, _handle_unfit_request)


def make_error_response(request: Request, status: int, error: Exception | None = None) -> Response:
    """The error page of a status, with the sentence of one of our errors; for any other the status has its own."""
    chosen = language.choose_language(request)
    ours = error if isinstance(error, WarroomError) else None
    sentence = ours.render_in(chosen) if ours else _say_status("problem", status, chosen)
    if request.url.path.startswith("/taxii2/"):
        return _make_taxii_error(status, sentence)
    if request.url.path.startswith("/api/"):
        code, params = (ours.code, ours.params) if ours else (f"http-{status}", {})
        return JSONResponse({"error": sentence, "code": code, "params": params}, status)
    values = {
        "title": _say_status("problem-title", status, chosen),
        "sentence": sentence,
        "code": status,
        "way": _find_way_on(request),
    }
    citizen = request.url.path.startswith("/appeal/")
    return render_page(request, "citizen/problem.html" if citizen else "problem.html", status, **values)


def _make_taxii_error(status: int, sentence: str) -> Response:
    """An error as TAXII 2.1 (3.6.1) has it. A 401 names the scheme that the standard requires."""
    body = {"title": sentence, "http_status": str(status)}
    headers = {"www-authenticate": 'Basic realm="warroom"'} if status == 401 else None
    return JSONResponse(body, status, headers, media_type="application/taxii+json;version=2.1")


def _say_status(table: str, status: int, language: str) -> str:
    return find_word(f"pages.{table}", str(status), language) or list_words(f"pages.{table}")["500"][language]


def _find_way_on(request: Request) -> dict[str, str]:
    """Where to go on: back to the case that a form named, else to where the reader's work begins."""
    _ = language.load_catalog(language.choose_language(request)).gettext
    case = getattr(request.state, "case", "")
    if case:
        return {"href": f"/cases/{case}", "name": _("Back to the case")}
    if request.url.path.startswith("/appeal/"):
        return {"href": "/appeal", "name": _("Type the code of the notice")}
    first = find_start(getattr(request.state, "officer", None))
    return {"href": first.path, "name": _("To the board") if first.path == "/" else _(first.name)}


def _handle_sign_in_needed(request: Request, error: Exception) -> Response:
    """A page asked for without a sign-in leads to it and back; a form says that nothing was done."""
    # For a part of a page (htmx) the header makes the browser load the sign-in as a whole page.
    if request.headers.get("hx-request"):
        return Response(status_code=401, headers={"hx-redirect": "/sign-in"})
    if request.url.path.startswith("/api/"):
        return make_error_response(request, 401, error)
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method == "GET":
        target = "/sign-in" if path == "/" else f"/sign-in?{_format_next_query(path)}"
        return RedirectResponse(target, 303)
    return render_page(
        request,
        "sign_in.html",
        401,
        message=error.render_in(language.choose_language(request)) if isinstance(error, WarroomError) else "",
        next=_find_target_after_sign_in(request),
        username="",
        provider=provider.is_configured(),
    )


def _handle_enrolment_needed(request: Request, error: Exception) -> Response:
    """Redirect an officer without a second factor to the page where it is set up."""
    if request.method == "GET" and not request.url.path.startswith("/api/"):
        return RedirectResponse("/account", 303)
    return handle_error(request, error)


def _find_target_after_sign_in(request: Request) -> str:
    """The page to return to after a sign-in that interrupted a form. Ticked holds are not kept; the officer must tick them again."""
    before = _came_from(request)
    decides = request.url.path.startswith("/cases/") and before.startswith("/cases/")
    return f"{before.partition('?')[0]}?said=again" if decides else before


def _came_from(request: Request) -> str:
    """The page whose form was sent: as the browser says where that is ours, else the one above the form's address."""
    before = urlsplit(request.headers.get("referer", ""))
    # The Referer may be another site, which is never a target.
    if before.netloc != request.headers.get("host") or before.path.startswith("/sign-in"):
        return "/"
    above = page_above(request, before.path)
    # Without the old notice, which would be shown again.
    kept = [pair for pair in parse_qsl(before.query) if pair[0] != "said"] if above == before.path else []
    return f"{above}?{urlencode(kept)}" if kept else above


def _format_next_query(path: str) -> str:
    return urlencode({"next": path})


def handle_error(request: Request, error: Exception) -> Response:
    """One of our errors as its sentence; anything else is a fault of the program."""
    status = error.http_status if isinstance(error, WarroomError) else 500
    # Refusals are normal, and in the audit log where they matter; this log is for failures.
    if status >= 500:
        log.warning("request failed", status=status, kind=type(error).__name__)
    answer = make_error_response(request, status, error)
    if isinstance(error, QuotaSpent | IntakeBusy):
        answer.headers["retry-after"] = str(error.seconds)
    return answer


def _handle_http_error(request: Request, error: Exception) -> Response:
    _recall_officer(request)
    outside: Starlette | None = getattr(request.app.state, "outside", None)
    if (
        outside is not None
        and isinstance(error, HTTPException)
        and error.status_code == 404
        and not request.url.path.startswith("/api/")
        and getattr(request.state, "officer", None) is None
    ):
        # A visitor without a sign-in is a citizen who mistyped: they get the public page, with the number to call.
        # Starlette calls what a handler returns as an ASGI app, which the public pages are.
        return cast("Response", outside)
    answer = make_error_response(request, error.status_code if isinstance(error, HTTPException) else 500)
    if isinstance(error, HTTPException):
        answer.headers.update(error.headers or {})
    if answer.status_code == 405:
        # Starlette's Allow has only the methods of the first route with this path, and none for static files.
        answer.headers["allow"] = request.app.state.methods.format_allow_header(request.url.path)
    return answer


def _recall_officer(request: Request) -> None:
    """Set the signed-in officer of an address that no route serves: the gate was never reached, and without an officer the
    error page would have no navigation.
    """
    token = "" if request.state.officer or request.url.path.startswith("/api/") else read_token(request)
    if token:
        with suppress(NotAllowed):
            request.state.officer = sign_in.officer_of(open_home_of(request).ledger, token)


def _handle_unfit_request(request: Request, error: Exception) -> Response:
    if request.url.path.startswith("/api/") and isinstance(error, RequestValidationError):
        return make_unread_field_response(request, error.errors()[0])
    # An invalid part of an address means no such page; in a form it is an error to correct.
    return make_error_response(request, 404 if request.method == "GET" else 400)


def make_unread_field_response(request: Request, problem: Mapping[str, Any]) -> JSONResponse:
    """The 422 answer for a missing or invalid field: its name, and in English the reason. `problem` is the first
    of pydantic's errors; its `loc` begins with body, query, path or header.
    """
    field, why = _format_field_path(problem), _explain_unread(problem)
    said = Sentence("pages.field-unread", field=field, why=why).render_in(language.choose_language(request))
    return JSONResponse({"error": said, "code": "http-422", "params": {"field": field}}, 422)


def _format_field_path(problem: Mapping[str, Any]) -> str:
    """A field by its own name, in a list with its place: `holds[0].amount`; the body itself where it is no JSON."""
    where, *names = problem["loc"]
    if problem["type"] == "json_invalid" or not names:
        return str(where)
    return "".join(f"[{name}]" if isinstance(name, int) else f".{name}" for name in names).lstrip(".")


def _explain_unread(problem: Mapping[str, Any]) -> str:
    why = str(problem["msg"]).removeprefix("Value error, ").rstrip(".")
    if problem["type"] == "json_invalid":
        place = problem["loc"][-1]
        why = f"{why}: {problem['ctx']['error']}" + (f" at sign {place}" if isinstance(place, int) else "")
    return why


class UnforeseenErrors:
    """Answers an error nobody foresaw with a page, inside the other middleware so that its headers stand.

    The log gets the kind and place of the error only: its message may carry what a person typed.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def send_watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, send_watched)
        except ClientDisconnect:
            # The client disconnected while its request was read: not an error, and no response can arrive.
            await Response(status_code=400)(scope, receive, send)
        except Exception as error:
            # A response that has begun cannot become an error page. Raising breaks the connection, so that
            # nobody takes half a response for a whole one.
            if scope["type"] != "http" or begun:
                raise
            request = Request(scope, receive)
            kind, where = type(error).__name__, _format_error_place(error)
            log.error("request broke", kind=kind, where=where, route=_find_route_path(request))
            # In a thread: rendering in the event loop would delay all other requests.
            response = await run_in_threadpool(make_error_response, request, 500)
            await response(scope, receive, send)


def _format_error_place(error: BaseException) -> str:
    import traceback

    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in reversed(frames))


def _find_route_path(request: Request) -> str:
    return getattr(request.scope.get("route"), "path", "")
