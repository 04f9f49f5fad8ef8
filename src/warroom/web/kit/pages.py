"""Pages: templates in the reader's language, with what every page shows around its own part."""

import json
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Match

from warroom import clock, settings
from warroom.reasons.reason import LANGUAGES, Language
from warroom.web.kit import exercise_bar, form_words, language, words
from warroom.web.kit.flash import render_flash
from warroom.web.kit.formats import Say
from warroom.web.kit.manifest import load_manifest
from warroom.web.kit.navigation import (
    find_marked_address,
    find_start,
    list_entries,
    list_offered_groups,
    may_search,
)
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.security import VISITOR_COOKIE, form_token, new_key
from warroom.web.kit.thai import keep_words_whole

THEME_COOKIE = "warroom_theme"
CALENDAR_COOKIE = "warroom_calendar"
THEMES = ("auto", "light", "dark")
CALENDARS = ("buddhist", "gregorian")
FONTS = {
    "room": {"en": ["ibm-plex-sans-latin"], "th": ["ibm-plex-sans-thai-thai", "ibm-plex-sans-latin"]},
    "citizen": {
        "en": ["ibm-plex-sans-latin"],
        "th": ["ibm-plex-sans-thai-looped-thai", "ibm-plex-sans-latin"],
    },
}


class Pages:
    """The templates of both languages and the names of the built static files."""

    def __init__(self) -> None:
        self._environments = {one: _load_environment(one) for one in LANGUAGES}

    def make_static_address(self, name: str) -> str:
        return f"/static/{load_manifest()[name]}"

    def render_template(self, request: Request, template: str, values: dict[str, Any]) -> str:
        """A template as text, in the reader's language."""
        chosen = language.choose_language(request)
        say = say_for(request)
        kind = "citizen" if template.startswith("citizen/") else "room"
        common = {
            "say": say,
            "words": words.CodeWords(say),
            "language": chosen,
            "theme": _read_choice(request, THEME_COOKIE, THEMES),
            "officer": request.state.officer,
            "navigation": list_entries(request.state.officer),
            "place_groups": list_offered_groups(request.state.officer),
            "opens_search": may_search(request.state.officer),
            "start": find_start(request.state.officer).path,
            "csrf": form_token(request),
            # A function: a page with several forms needs an idempotency key for each.
            "new_key": new_key,
            "home": open_home_of(request).home,
            "exercise": exercise_bar.build_exercise_bar(
                open_home_of(request).exercise, request.state.officer, say
            ),
            "here": find_marked_address(request.url.path, request.url.query),
            "back": _find_return_address(request),
            "notice": render_flash(request),
            "static": self.make_static_address,
            "fonts": [f"{name}-400-normal.woff2" for name in FONTS[kind][chosen]],
            "clock_words": _format_clock_words(say),
            "form_words": form_words.as_json(say),
            "key_names": form_words.as_json(say, "pages.key"),
            "sent_back": False,
        }
        made = self._environments[chosen].get_template(template).render(common | values)
        return keep_words_whole(made) if chosen == "th" else made


def render_page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A response rendered from a template; a new visitor gets the cookie to which form tokens are bound."""
    pages: Pages = request.app.state.pages
    response = HTMLResponse(
        pages.render_template(request, template, values | {"sent_back": status >= 400}), status
    )
    if request.state.new_visitor:
        secure = request.url.scheme == "https"
        response.set_cookie(
            VISITOR_COOKIE, request.state.visitor, path="/", httponly=True, samesite="strict", secure=secure
        )
    return response


def say_for(request: Request) -> Say:
    """How figures and times are written for this reader, as of now."""
    chosen = language.choose_language(request)
    calendar = request.cookies.get(CALENDAR_COOKIE)
    buddhist = calendar == "buddhist" if calendar in CALENDARS else chosen == "th"
    zone = ZoneInfo(settings.get_text("WARROOM_TIMEZONE"))
    return Say(chosen, language.load_catalog(chosen), zone, buddhist, clock.get_now())


@cache
def _load_environment(chosen: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(str(resources.files("warroom.web") / "templates")),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        # A missing value raises an error, which tests find, instead of leaving a gap that an officer reads
        # over.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Templates are part of the installed program: no request needs to check whether they changed.
        auto_reload=False,
    )
    catalog = language.load_catalog(chosen)
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        catalog.gettext, catalog.ngettext, newstyle=True
    )
    return environment


def _read_choice(request: Request, cookie: str, known: tuple[str, ...]) -> str:
    value = request.cookies.get(cookie, "")
    return value if value in known else known[0]


def _find_return_address(request: Request) -> str:
    """Where a switch of language or theme returns to: this page, or the one whose form this page answers."""
    path = request.url.path
    if request.method in ("GET", "HEAD"):
        return path + (f"?{request.url.query}" if request.url.query else "")
    if case := getattr(request.state, "case", ""):
        return f"/cases/{case}"
    return page_above(request, path)


def page_above(request: Request, path: str) -> str:
    """The page that contains the form sent to `path`: that address or a parent of it, such as /audit for /audit/verify."""
    while path and not _is_page(request, path):
        path = path.rpartition("/")[0]
    return path or "/"


def _is_page(request: Request, path: str) -> bool:
    # Matched against the routes: a separate list of pages would one day be incomplete.
    asked = {**request.scope, "method": "GET", "path": path}
    return any(route.matches(asked)[0] is Match.FULL for route in request.app.routes)


def _format_clock_words(say: Say) -> str:
    _ = say.catalog.gettext
    return json.dumps(
        {
            "day": _("d"),
            "hour": _("h"),
            "minute": _("min"),
            "soon": _("under a minute"),
        },
        ensure_ascii=False,
    )
