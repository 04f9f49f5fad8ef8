"""The notice after a form: looked up by a code in the address, never taken from it as text, and only on the form's page."""

from starlette.requests import Request

from warroom.sentences.catalogue import find_word
from warroom.web.kit import language

PLACES = (
    "/cases/",
    "/matches",
    "/actions/",
    "/operations/",
    "/requests/",
    "/assets/",
    "/proceedings/",
    "/refunds/",
    "/evidence/",
    "/signals/",
    "/public-reports/",
    "/campaigns/",
    "/people/",
    "/officers",
    "/account",
    "/flags",
    "/incoming",
    "/partner-register",
    "/matching",
    "/law",
    "/sign-in",
)
"""Prefixes of addresses with notices: those of `/cases/` are in the catalogue's table `said.cases`."""


def render_flash(request: Request) -> str:
    """The sentence of the code in a page's address, in the reader's language; empty for none."""
    # A code and not text: otherwise a link could make the page show any sentence (content spoofing).
    code, path = request.query_params.get("said", ""), request.url.path
    place = next((start.strip("/") for start in PLACES if path.startswith(start)), None)
    return (find_word(f"said.{place}", code, language.choose_language(request)) if place else None) or ""
