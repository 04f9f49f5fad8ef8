"""Errors as pages: one sentence in the reader's language, and a way on."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warroom.access import provider
from warroom.access.sign_in import EnrolFirst
from warroom.errors import Behind, QuotaSpent, WarroomError
from warroom.sentences.catalogue import find_word, list_words
from warroom.sentences.sentence import Sentence
from warroom.web.kit import language
from warroom.web.kit.navigation import start
from warroom.web.kit.pages import page, page_above
from warroom.web.kit.sessions import SignInNeeded

log = structlog.get_logger("warroom.web")


def add_handlers(app: FastAPI) -> None:
    """Answer every error with a page, or with one JSON object where /api was asked."""
    app.add_exception_handler(SignInNeeded, _sign_in)
    app.add_exception_handler(EnrolFirst, _enrol)
    app.add_exception_handler(WarroomError, told)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _unfit)


def problem(request: Request, status: int, error: Exception | None = None) -> Response:
    """The error page of a status, with the sentence of one of our errors; for any other the status has its own."""
    chosen = language.chosen(request)
    ours = error if isinstance(error, WarroomError) else None
    said = ours.told(chosen) if ours else _say_status("problem", status, chosen)
    if request.url.path.startswith("/api/"):
        code, params = (ours.code, ours.params) if ours else (f"http-{status}", {})
        return JSONResponse({"error": said, "code": code, "params": params}, status)
    values = {
        "title": _say_status("problem-title", status, chosen),
        "sentence": said,
        "code": status,
        "way": _way(request),
    }
    citizen = request.url.path.startswith("/appeal/")
    return page(request, "citizen/problem.html" if citizen else "problem.html", status, **values)


def _say_status(table: str, status: int, language: str) -> str:
    return find_word(f"pages.{table}", str(status), language) or list_words(f"pages.{table}")["500"][language]


def _way(request: Request) -> dict[str, str]:
    """Where to go on: back to the case that a form named, else to where the reader's work begins."""
    _ = language.catalog(language.chosen(request)).gettext
    case = getattr(request.state, "case", "")
    if case:
        return {"href": f"/cases/{case}", "name": _("Back to the case")}
    if request.url.path.startswith("/appeal/"):
        return {"href": "/appeal", "name": _("Type the code of the notice")}
    first = start(getattr(request.state, "officer", None))
    return {"href": first.path, "name": _("To the board") if first.path == "/" else _(first.name)}


def _sign_in(request: Request, error: Exception) -> Response:
    """A page asked for without a sign-in leads to it and back; a form says that nothing was done."""
    # A part of a page has no room for the sign-in; with this header the browser goes there as a whole.
    if request.headers.get("hx-request"):
        return Response(status_code=401, headers={"hx-redirect": "/sign-in"})
    if request.url.path.startswith("/api/"):
        return problem(request, 401, error)
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method == "GET":
        target = "/sign-in" if path == "/" else f"/sign-in?{_query(path)}"
        return RedirectResponse(target, 303)
    return page(
        request,
        "sign_in.html",
        401,
        message=error.told(language.chosen(request)) if isinstance(error, WarroomError) else "",
        next=_after(request),
        username="",
        provider=provider.configured(),
    )


def _enrol(request: Request, error: Exception) -> Response:
    """Whoever has yet to set up a second factor is led to where that is done."""
    if request.method == "GET" and not request.url.path.startswith("/api/"):
        return RedirectResponse("/account", 303)
    return told(request, error)


def _after(request: Request) -> str:
    """Where a sign-in leads that interrupted a form: back to it. Holds must be ticked anew: their ticks are not kept."""
    before = _came_from(request)
    decides = request.url.path.startswith("/cases/") and before.startswith("/cases/")
    return f"{before.partition('?')[0]}?said=again" if decides else before


def _came_from(request: Request) -> str:
    """The page whose form was sent: as the browser says where that is ours, else the one above the form's address."""
    before = urlsplit(request.headers.get("referer", ""))
    # What the browser says may be another site, to which nobody is led from here.
    if before.netloc != request.headers.get("host") or before.path.startswith("/sign-in"):
        return "/"
    above = page_above(request, before.path)
    # What the page said before is said once.
    kept = [pair for pair in parse_qsl(before.query) if pair[0] != "said"] if above == before.path else []
    return f"{above}?{urlencode(kept)}" if kept else above


def _query(path: str) -> str:
    return urlencode({"next": path})


def told(request: Request, error: Exception) -> Response:
    """One of our errors as its sentence; anything else is a fault of the program."""
    status = error.http_status if isinstance(error, WarroomError) else 500
    # Refusals belong to every day and stand in the audit log where they matter; this log is for what failed.
    if status >= 500:
        log.warning("request failed", status=status, kind=type(error).__name__)
    answer = problem(request, status, error)
    if isinstance(error, QuotaSpent | Behind):
        answer.headers["retry-after"] = str(error.seconds)
    return answer


def _http(request: Request, error: Exception) -> Response:
    answer = problem(request, error.status_code if isinstance(error, HTTPException) else 500)
    if isinstance(error, HTTPException):
        answer.headers.update(error.headers or {})
    if answer.status_code == 405:
        # Of several routes of one path the first that does not fit names its own methods alone; built files name none.
        answer.headers["allow"] = request.app.state.methods.allow(request.url.path)
    return answer


def _unfit(request: Request, error: Exception) -> Response:
    if request.url.path.startswith("/api/") and isinstance(error, RequestValidationError):
        return unread(request, error.errors()[0])
    # A part of an address that does not fit names no page; only in a form is it something to correct.
    return problem(request, 404 if request.method == "GET" else 400)


def unread(request: Request, problem: Mapping[str, Any]) -> JSONResponse:
    """What a program is told whose field is missing or does not fit: which one, and in English why. `problem` is the first
    of pydantic's errors, its place beginning with where the field stands (body, query, path, header).
    """
    field, why = _field(problem), _why_unread(problem)
    said = Sentence("pages.field-unread", field=field, why=why).told(language.chosen(request))
    return JSONResponse({"error": said, "code": "http-422", "params": {"field": field}}, 422)


def _field(problem: Mapping[str, Any]) -> str:
    """A field by its own name, in a list with its place: `holds[0].amount`; the body itself where it is no JSON."""
    where, *names = problem["loc"]
    if problem["type"] == "json_invalid" or not names:
        return str(where)
    return "".join(f"[{name}]" if isinstance(name, int) else f".{name}" for name in names).lstrip(".")


def _why_unread(problem: Mapping[str, Any]) -> str:
    why = str(problem["msg"]).removeprefix("Value error, ").rstrip(".")
    if problem["type"] == "json_invalid":
        place = problem["loc"][-1]
        why = f"{why}: {problem['ctx']['error']}" + (f" at sign {place}" if isinstance(place, int) else "")
    return why


class Unbroken:
    """Answers an error nobody foresaw with a page, inside the other middleware so that its headers stand.

    The log gets the kind and place of the error only: its message may carry what a person typed.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except ClientDisconnect:
            # The client left while we read its request: nothing broke, and no answer arrives.
            await Response(status_code=400)(scope, receive, send)
        except Exception as error:
            # What has begun cannot become another page. Raised, it breaks the connection, and nobody takes
            # the half for the whole.
            if scope["type"] != "http" or begun:
                raise
            request = Request(scope, receive)
            kind, where = type(error).__name__, _where(error)
            log.error("request broke", kind=kind, where=where, route=_route(request))
            # Writing a page is work; in the server's one loop all other requests would wait for it.
            response = await run_in_threadpool(problem, request, 500)
            await response(scope, receive, send)


def _where(error: BaseException) -> str:
    import traceback

    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in reversed(frames))


def _route(request: Request) -> str:
    return getattr(request.scope.get("route"), "path", "")
