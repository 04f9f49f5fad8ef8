"""Chooses the language of a page (Thai or English), and loads its catalog."""

import gettext
import re
from functools import cache
from importlib import resources

from starlette.requests import HTTPConnection

from warroom import settings
from warroom.errors import SettingError
from warroom.reasons.reason import LANGUAGES, Language

COOKIE = "warroom_language"


def choose_language(request: HTTPConnection) -> Language:
    """The reader's choice, else what WARROOM_LANGUAGE says; for a program what it accepts, else English."""
    own = find_language(request.cookies.get(COOKIE))
    if request.url.path.startswith("/api/"):
        return own or _find_accepted_language(request) or "en"
    return own or find_language(settings.get_text("WARROOM_LANGUAGE")) or "th"


def _find_accepted_language(request: HTTPConnection) -> Language | None:
    """The first supported language in Accept-Language. Used for programs only: a browser's header is often just its default."""
    named = request.headers.get("accept-language", "")[:200].lower().split(",")
    return next((found for one in named if (found := find_language(re.split("[-;]", one.strip())[0]))), None)


def find_language(name: str | None) -> Language | None:
    """The language of that code, or None."""
    return next((language for language in LANGUAGES if language == name), None)


@cache
def load_catalog(language: Language) -> gettext.NullTranslations:
    """The compiled catalog of a language; raises SettingError where setup has not compiled it."""
    folder = resources.files("warroom") / "locale"
    try:
        return gettext.translation("warroom", str(folder), [language])
    except FileNotFoundError:
        raise SettingError("The catalogs of Thai and English are not compiled; run 'make setup'.") from None
