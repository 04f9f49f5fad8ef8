"""What we keep of those who come here, and for how long."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.web.public.pages import page


def kept(request: Request) -> Response:
    """What is kept, by what was sent."""
    return page(request, "kept.html")


ROUTES = (Route("/kept", kept),)
