"""Who may see a case: sealed to some agencies, or open to all again."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access.agencies import list_agencies
from warroom.access.role_groups import CASE_SEALERS
from warroom.cases import sealing
from warroom.cases.decisions import cases
from warroom.errors import NotPossible
from warroom.ledger.officers import Officer
from warroom.web.doors.router import Router
from warroom.web.kit.forms import read_text_field
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn

router = Router(include_in_schema=False)
# Agencies ticked in one form; bounds the work of one request. Chosen, not measured.
MOST = 100


@router.get("/cases/{number}/seal", may=CASE_SEALERS)
def show_seal_form(request: Request, number: Name, officer: SignedIn) -> Response:
    return _render_seal_form(request, number, officer, None)


@router.post("/cases/{number}/seal", may=CASE_SEALERS)
def seal_case(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    """Seal the case to the ticked agencies and the officer's own, or open it to all again."""
    ticked = [str(code)[:16] for code in form.getlist("agency")][:MOST]
    opens, reason = read_text_field(form, "does") == "open", read_text_field(form, "reason")
    # Always with the officer's own agency: otherwise they would lock themselves out.
    wanted = [] if opens else [officer.agency, *ticked]
    try:
        cases.seal_case(open_home_of(request).ledger, officer, number, wanted, reason)
    except NotPossible as problem:
        sentence = problem.render_in(say_for(request).language)
        return _render_seal_form(request, number, officer, ticked, reason, sentence, problem.http_status)
    return RedirectResponse(f"/cases/{number}?said={'unsealed' if opens else 'sealed'}", 303)


def _render_seal_form(
    request: Request,
    number: str,
    officer: Officer,
    ticked: Sequence[str] | None,
    reason: str = "",
    problem: str = "",
    status: int = 200,
) -> Response:
    """Render the form, ticked as submitted, else as the case is sealed now."""
    ledger = open_home_of(request).ledger
    now = sealing.sealed_to(ledger, officer, number)
    return render_page(
        request,
        "case_seal.html",
        status,
        number=number,
        sealed=bool(now),
        own=officer.agency,
        chosen=now if ticked is None else ticked,
        agencies=list_agencies(ledger, active=True),
        reason=reason,
        problem=problem,
    )
