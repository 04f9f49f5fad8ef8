"""Keys of banks' programs, for administrators: which there are, and how much each is used."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from warroom.operations import partners
from warroom.web.pages import page
from warroom.web.room import room_of
from warroom.web.sessions import SignedIn

router = APIRouter(include_in_schema=False)


@router.get("/partner-keys")
def everything(request: Request, admin: SignedIn) -> Response:
    return page(request, "partner_keys.html", keys=partners.keys(room_of(request).ledger, admin))
