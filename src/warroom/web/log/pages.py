"""The log, for auditors: its last rows, and whether every row is what was written."""

from starlette.requests import Request
from starlette.responses import Response

from warroom.ledger.officers import Officer
from warroom.ledger.views import AuditReport
from warroom.room.worklist import order_list
from warroom.web.doors.router import Router
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn

router = Router(include_in_schema=False)
# Log entries per page; chosen, not measured.
ROWS = 100


@router.get("/audit", may=("auditor",))
def show_log(request: Request, auditor: SignedIn, before: int | None = None) -> Response:
    return _render_log(request, auditor, before, None)


@router.post("/audit/verify", may=("auditor",))
def verify_log(request: Request, auditor: SignedIn, form: Form) -> Response:
    return _render_log(request, auditor, None, order_list.verify_log(open_home_of(request).ledger, auditor))


def _render_log(
    request: Request, auditor: Officer, before: int | None, report: AuditReport | None
) -> Response:
    rows = order_list.read_log(open_home_of(request).ledger, auditor, limit=ROWS, before=before)
    return render_page(
        request,
        "audit.html",
        rows=rows,
        report=report,
        older=rows[-1].sequence if len(rows) == ROWS else None,
    )
