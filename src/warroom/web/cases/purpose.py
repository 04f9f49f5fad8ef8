"""Why a case is opened: the page that asks it, and leads on to what was asked for."""

from starlette.requests import Request
from starlette.responses import Response

from warroom.cases import purposes
from warroom.cases.views import PURPOSES
from warroom.ledger.officers import Officer
from warroom.web.kit.pages import page


def ask(
    request: Request, number: str, officer: Officer, back: str = "", message: str = "", status: int = 200
) -> Response:
    """The page that asks why a case is opened; `back` is the page of this room to go on to, else the case."""
    fit = [one for one in PURPOSES if purposes.fits(officer.roles, one)]
    return page(
        request,
        "purpose.html",
        status,
        number=number,
        message=message,
        purposes=fit,
        days=purposes.LASTS.days,
        back_to=back or f"/cases/{number}",
    )
