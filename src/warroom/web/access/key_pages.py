"""Keys of banks' programs, for administrators: which there are, and how much each is used."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from warroom.access.api_keys import keys
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page
from warroom.web.kit.sessions import SignedIn

router = APIRouter(include_in_schema=False)


@router.get("/partner-keys")
def everything(request: Request, admin: SignedIn) -> Response:
    return page(request, "partner_keys.html", keys=keys.keys(open_home_of(request).ledger, admin))
