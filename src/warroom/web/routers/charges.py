"""Suspicion and charge of a person found: asked for by a prosecutor, confirmed by a second officer, dropped."""

from collections.abc import Callable

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from warroom.errors import NotPossible
from warroom.operations.people import charges
from warroom.operations.views import Officer
from warroom.web.api.shapes import Id
from warroom.web.fields import attempt, text
from warroom.web.room import room_of
from warroom.web.routers.people import person
from warroom.web.routers.sign import Form, Name
from warroom.web.sessions import SignedIn

router = APIRouter(include_in_schema=False)


@router.post("/people/{number}/suspected")
def suspected(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    def act() -> None:
        charges.suspect(room_of(request).ledger, officer, number)

    return _do(request, officer, number, form, "suspected", "suspected", act)


@router.post("/people/{number}/charges")
def asked(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    def act() -> None:
        named, said, key = text(form, "act"), text(form, "statement"), text(form, "key")
        charges.request_charge(room_of(request).ledger, officer, number, named, said, key)

    return _do(request, officer, number, form, "charge", "charge", act)


@router.post("/people/{number}/charges/{charge_id}")
def decided(request: Request, number: Name, charge_id: Id, officer: SignedIn, form: Form) -> Response:
    """Confirm a charge as the second officer, or drop it."""
    does, ledger = text(form, "does"), room_of(request).ledger

    def act() -> None:
        if does == "confirm":
            charges.confirm_charge(ledger, officer, number, charge_id, text(form, "key"))
        elif does == "drop":
            charges.drop_charge(ledger, officer, number, charge_id)
        else:
            raise NotPossible("There is no such step; open the page again.")

    return _do(request, officer, number, form, f"charge-{charge_id}", does, act)


def _do(
    request: Request,
    officer: Officer,
    number: str,
    form: FormData,
    at: str,
    said: str,
    service: Callable[[], None],
) -> Response:
    """What a form asks done, or the person's page again with why not beside the form."""

    def act() -> str:
        service()
        return f"/people/{number}?said={said}"

    return attempt(
        request, at, form, act, lambda typed, status: person(request, officer, number, typed, status)
    )
