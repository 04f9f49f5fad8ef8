"""The page that asks for the purpose of opening a case."""

from starlette.requests import Request
from starlette.responses import Response

from warroom.cases import purposes
from warroom.cases.purposes import PurposeNeeded
from warroom.cases.views import PURPOSES
from warroom.ledger.officers import Officer
from warroom.web.kit import problems
from warroom.web.kit.forms import NOTHING_TYPED, TypedForm
from warroom.web.kit.pages import render_page


def render_purpose_page(
    request: Request,
    number: str,
    officer: Officer,
    back: str = "",
    typed: TypedForm = NOTHING_TYPED,
    status: int = 200,
) -> Response:
    """Render the question for the purpose. `back`: the local page to continue with; the case if empty. `typed`: a refused answer."""
    fit = [purpose for purpose in PURPOSES if purposes.may_state_purpose(officer.roles, purpose)]
    return render_page(
        request,
        "purpose.html",
        status,
        number=number,
        typed=typed,
        purposes=fit,
        days=purposes.LASTS.days,
        back_to=back or f"/cases/{number}",
    )


def render_purpose_needed(request: Request, error: Exception) -> Response:
    """Render the question for the purpose; it continues with the requested page, or after a POST with the form's page."""
    if not isinstance(error, PurposeNeeded) or request.url.path.startswith("/api/"):
        return problems.handle_error(request, error)
    if request.method == "GET" and not request.headers.get("hx-request"):
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return render_purpose_page(request, error.case, request.state.officer, path, status=error.http_status)
    request.state.case = error.case
    return problems.make_error_response(request, error.http_status, error)
