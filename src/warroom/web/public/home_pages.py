"""The first page: what happened?"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.web.public.pages import page


def home(request: Request) -> Response:
    """Four doors by situation, and how to know that the page is real."""
    return page(request, "home.html")


ROUTES = (Route("/", home),)
