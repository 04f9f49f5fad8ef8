"""What we keep of those who come here, and for how long."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.web.public.pages import render_page


def show_retention(request: Request) -> Response:
    """What is kept, by what was sent."""
    return render_page(request, "kept.html")


ROUTES = (Route("/kept", show_retention),)
