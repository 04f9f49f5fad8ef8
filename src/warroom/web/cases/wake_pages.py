"""Wake me on a date: an officer's own reminders of a case."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access.role_groups import CASE_READERS
from warroom.cases.decisions import wakes
from warroom.ledger.officers import Officer
from warroom.web.doors.router import Router
from warroom.web.kit.forms import (
    NOTHING_TYPED,
    FormField,
    FormStep,
    TypedForm,
    parse_step_form,
    run_form_action,
)
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.kit.words.mark import N_

router = Router(include_in_schema=False)
STEP = FormStep(
    "wake",
    N_("Wake me on a date"),
    N_("Wake me"),
    (
        FormField("at", N_("When, such as 2 Apr 2026 09:00"), "moment"),
        FormField("note", N_("What you want to do then, such as: call B14"), most=wakes.LONGEST_NOTE),
    ),
    N_("From that moment it is on your list. Others do not see it; the log records that you set it."),
)


@router.get("/cases/{number}/wake", may=CASE_READERS)
def show_wake_form(request: Request, number: Name, officer: SignedIn) -> Response:
    return _render_wake_form(request, number, officer)


@router.post("/cases/{number}/wake", may=CASE_READERS)
def set_wake(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    def carry_out() -> str:
        said = parse_step_form(request, STEP, form)
        wakes.set_wake(open_home_of(request).ledger, officer, number, said["at"], said["note"])
        return f"/cases/{number}/wake?said=woken"

    return run_form_action(
        request,
        STEP.id,
        form,
        carry_out,
        lambda typed, status: _render_wake_form(request, number, officer, typed, status),
    )


@router.post("/wakes/{wake_id}/done", may=CASE_READERS)
def end_wake(request: Request, wake_id: Id, officer: SignedIn, form: Form) -> Response:
    number = wakes.end_wake(open_home_of(request).ledger, officer, min(max(wake_id, 0), 2**53))
    return RedirectResponse(f"/cases/{number}/wake?said=wake-done", 303)


def _render_wake_form(
    request: Request, number: str, officer: Officer, typed: TypedForm = NOTHING_TYPED, status: int = 200
) -> Response:
    own = wakes.own_wakes(open_home_of(request).ledger, officer, number)
    return render_page(request, "case_wake.html", status, number=number, own=own, step=STEP, typed=typed)
