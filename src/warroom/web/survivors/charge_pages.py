"""Forms for the suspicion and charge of a person found: requested by a prosecutor, confirmed by a second officer, or dropped."""

from collections.abc import Callable

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from warroom.access.role_groups import CHARGE_CONFIRMERS, CHARGERS, SUSPECTERS
from warroom.errors import NotPossible
from warroom.ledger.officers import Officer
from warroom.survivors.decisions import charges
from warroom.web.doors.router import Router
from warroom.web.kit.forms import read_text_field, run_form_action
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.survivors.pages import render_person

router = Router(include_in_schema=False)


@router.post("/people/{number}/suspected", may=SUSPECTERS)
def mark_suspected(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    def carry_out() -> None:
        charges.record_suspicion(open_home_of(request).ledger, officer, number)

    return _apply_decision(request, officer, number, form, "suspected", "suspected", carry_out)


@router.post("/people/{number}/charges", may=CHARGERS)
def ask_for_charge(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    def carry_out() -> None:
        named, said, key = (
            read_text_field(form, "act"),
            read_text_field(form, "statement"),
            read_text_field(form, "key"),
        )
        charges.request_charge(open_home_of(request).ledger, officer, number, named, said, key)

    return _apply_decision(request, officer, number, form, "charge", "charge", carry_out)


@router.post("/people/{number}/charges/{charge_id}", may=CHARGE_CONFIRMERS)
def decide_charge(request: Request, number: Name, charge_id: Id, officer: SignedIn, form: Form) -> Response:
    """Confirm a charge as the second officer, or drop it, by the button pressed."""
    does, ledger = read_text_field(form, "does"), open_home_of(request).ledger

    def carry_out() -> None:
        # The form has two buttons; any other value must not count as a decision.
        if does == "confirm":
            charges.confirm_charge(ledger, officer, number, charge_id, read_text_field(form, "key"))
        elif does == "drop":
            charges.drop_charge(ledger, officer, number, charge_id)
        else:
            raise NotPossible("assets.no-such-step")

    return _apply_decision(request, officer, number, form, f"charge-{charge_id}", does, carry_out)


def _apply_decision(
    request: Request,
    officer: Officer,
    number: str,
    form: FormData,
    at: str,
    notice_code: str,
    service: Callable[[], None],
) -> Response:
    """Apply the form's decision, or render the person's page again with the refusal at the form."""

    def carry_out() -> str:
        service()
        return f"/people/{number}?said={notice_code}"

    return run_form_action(
        request,
        at,
        form,
        carry_out,
        lambda typed, status: render_person(request, officer, number, typed, status),
    )
