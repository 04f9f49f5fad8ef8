"""Renders a public page: a template in the reader's language, with the common head and foot."""

from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from warroom import settings
from warroom.web.kit.manifest import STATIC, load_manifest
from warroom.web.kit.thai import keep_words_whole
from warroom.web.public.days import format_day, format_moment
from warroom.web.public.languages import (
    COOKIE,
    PUBLIC_LANGUAGES,
    READ,
    SIGNS,
    choose_language,
    load_sentences,
)

TEMPLATES = Path(__file__).parent.parent / "templates" / "public"


def render_page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Render a template. `values` are added to the common ones, such as `t` (sentences), `language` and `here` (the path). `repeat`
    among them: path and fields of the form that shows the same page once more, in another language, where it is not the one posted.
    """
    language = choose_language(request)
    common = {
        "t": load_sentences(language).for_page(),
        "language": language,
        "languages": PUBLIC_LANGUAGES,
        "language_signs": SIGNS,
        "unread": language not in READ,
        # One leading slash: a link to "//name" would leave for another site (open redirect).
        "day": partial(format_day, language),
        "hour": partial(format_moment, language),
        "here": quote("/" + request.scope["path"].lstrip("/")) if request.method == "GET" else "/",
        "cry": getattr(request.state, "cry", ""),
        "repeat": _find_repeat(request),
        "address": _read_own_host(),
        "exercise": request.app.state.card.exercise,
        "beside": request.app.state.beside,
        "foot": request.app.state.foot,
        "static": lambda name: f"/static/{load_manifest()[name]}",
    }
    # Thai has no spaces between words: browsers break lines inside compounds and names.
    made = _load_templates().get_template(template).render(common | values)
    response = HTMLResponse(keep_words_whole(made) if language == "th" else made, status)
    if request.query_params.get("l") == language:
        # Only a language that was chosen on a page is remembered: a guess from the browser's headers needs
        # no cookie.
        secure = request.url.scheme == "https"
        response.set_cookie(
            COOKIE, language, path="/", samesite="lax", secure=secure, httponly=True, max_age=31_536_000
        )
    return response


def show_service_worker(request: Request) -> Response:
    """The worker that opens forms and lessons without a signal: of the pages below the first word of its path alone."""
    scope = "/" + request.scope["path"].split("/")[1]
    headers = {"cache-control": "no-cache", "service-worker-allowed": scope}
    return Response(
        (STATIC / load_manifest()["sw.js"]).read_bytes(), media_type="text/javascript", headers=headers
    )


def _read_own_host() -> str:
    """The address of the public pages as a browser shows it; empty where the deployment has set none."""
    return urlsplit(settings.get_text("WARROOM_PUBLIC_ADDRESS")).netloc


def _find_repeat(request: Request) -> tuple[str, list[tuple[str, str]]] | None:
    """The posted form, without its files; None for a page that an address alone opens."""
    fields = getattr(request.state, "repeat", None)
    return (quote(request.scope["path"]), fields) if fields and request.method == "POST" else None


@cache
def _load_templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
