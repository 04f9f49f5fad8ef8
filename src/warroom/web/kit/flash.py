"""What a page says after a form: a code in the address, never text from it, and only on the form's own page."""

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
    "/evidence/",
    "/signals/",
    "/public-reports/",
    "/campaigns/",
    "/people/",
    "/officers",
    "/account",
    "/flags",
    "/law",
    "/sign-in",
)
"""Addresses of the pages that say something: the sentences of `/cases/` are the catalogue's table `said.cases`."""


def render_flash(request: Request) -> str:
    """The sentence of the code in a page's address, in the reader's language; empty for none."""
    # Whoever makes a link could put any sentence into the room's mouth, if the address held one.
    code, path = request.query_params.get("said", ""), request.url.path
    place = next((start.strip("/") for start in PLACES if path.startswith(start)), None)
    return (find_word(f"said.{place}", code, language.choose_language(request)) if place else None) or ""
