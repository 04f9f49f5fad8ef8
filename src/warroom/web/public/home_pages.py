"""The first page: what happened?"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warroom.web.public.alert_pages import find_front_page_alert
from warroom.web.public.pages import render_page


def show_home(request: Request) -> Response:
    """Four doors by situation, how to know that the page is real, and one alert where something rises."""
    return render_page(request, "home.html", alert=find_front_page_alert(request))


ROUTES = (Route("/", show_home),)
