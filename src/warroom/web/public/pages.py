"""Renders a public page: a template in the reader's language, with the common head and foot."""

from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from warroom.web.kit.manifest import load_manifest
from warroom.web.kit.thai import join_compounds
from warroom.web.public.days import format_day, format_moment
from warroom.web.public.languages import COOKIE, PUBLIC_LANGUAGES, READ, choose_language, load_sentences

TEMPLATES = Path(__file__).parent.parent / "templates" / "public"
FONTS = {
    "th": ("outside-thai-400.woff2", "outside-latin-400.woff2"),
    "my": ("outside-myanmar-400.woff2", "outside-latin-400.woff2"),
    "km": ("outside-khmer-400.woff2", "outside-latin-400.woff2"),
    "lo": ("outside-lao-400.woff2", "outside-latin-400.woff2"),
}
"""Fonts preloaded by pages of a language; other languages preload Latin alone."""


def render_page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Render a template. `values` are added to the common ones, such as `t` (sentences), `language` and `here` (the path)."""
    language = choose_language(request)
    common = {
        "t": load_sentences(language),
        "language": language,
        "languages": PUBLIC_LANGUAGES,
        "unread": language not in READ,
        # One leading slash: a link to "//name" would leave for another site (open redirect).
        "day": partial(format_day, language),
        "hour": partial(format_moment, language),
        "here": quote("/" + request.scope["path"].lstrip("/")) if request.method == "GET" else "/",
        "exercise": request.app.state.card.exercise,
        "beside": request.app.state.beside,
        "foot": request.app.state.foot,
        "static": lambda name: f"/static/{load_manifest()[name]}",
        "fonts": FONTS.get(language, ("outside-latin-400.woff2",)),
    }
    # Thai has no spaces between words: without joiners browsers break lines inside compounds.
    made = _load_templates().get_template(template).render(common | values)
    response = HTMLResponse(join_compounds(made) if language == "th" else made, status)
    if request.query_params.get("l") == language:
        # Only a language that was chosen on a page is remembered: a guess from the browser's headers needs
        # no cookie.
        secure = request.url.scheme == "https"
        response.set_cookie(
            COOKIE, language, path="/", samesite="lax", secure=secure, httponly=True, max_age=31_536_000
        )
    return response


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
