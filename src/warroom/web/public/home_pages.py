"""The first page: what happened?"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.web.public.alert_pages import first
from warroom.web.public.pages import page


def home(request: Request) -> Response:
    """Four doors by situation, how to know that the page is real, and one alert where something rises."""
    return page(request, "home.html", alert=first(request))


ROUTES = (Route("/", home),)
