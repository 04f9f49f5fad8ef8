"""The log, for auditors: its last rows, and whether every row is what was written."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from warroom.operations import register
from warroom.operations.views import AuditReport, Officer
from warroom.web.pages import page
from warroom.web.room import room_of
from warroom.web.routers.sign import Form
from warroom.web.sessions import SignedIn

router = APIRouter(include_in_schema=False)
ROWS = 100


@router.get("/audit")
def last_rows(request: Request, auditor: SignedIn, before: int | None = None) -> Response:
    return _page(request, auditor, before, None)


@router.post("/audit/verify")
def verify(request: Request, auditor: SignedIn, form: Form) -> Response:
    return _page(request, auditor, None, register.verify_log(room_of(request).ledger, auditor))


def _page(request: Request, auditor: Officer, before: int | None, report: AuditReport | None) -> Response:
    rows = register.read_log(room_of(request).ledger, auditor, limit=ROWS, before=before)
    return page(
        request,
        "audit.html",
        rows=rows,
        report=report,
        older=rows[-1].sequence if len(rows) == ROWS else None,
    )
