"""The law page: the dated rules, their sources, and who has confirmed them."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom import clock
from warroom.operations import law
from warroom.web.lawbook import by_pillar
from warroom.web.pages import page
from warroom.web.room import room_of
from warroom.web.routers.sign import Form, Name
from warroom.web.sessions import SignedIn

router = APIRouter(include_in_schema=False)


@router.get("/law")
def rules(request: Request, officer: SignedIn) -> Response:
    groups = by_pillar(law.rules(room_of(request).ledger), clock.now())
    return page(request, "law.html", groups=groups, may_confirm=officer.may("lawyer"))


@router.post("/law/{rule_id}/confirm")
def confirm(request: Request, rule_id: Name, officer: SignedIn, form: Form) -> Response:
    law.confirm_law(room_of(request).ledger, officer, rule_id)
    return RedirectResponse("/law?said=confirmed", 303)
