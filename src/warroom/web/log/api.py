"""The audit log, for auditors: its rows, the proof of one, and whether all of them are what was written."""

import threading
from typing import Annotated, Any

from fastapi import Path, Query

from warroom.errors import NotPossible
from warroom.ledger.views import AuditFault, AuditReport, AuditRow, RowProof
from warroom.room.worklist import log_proof, order_list
from warroom.web.kit.answers import make_page_answer, make_view_answer
from warroom.web.kit.api import Book, Caller, make_area_router

router = make_area_router("log")
_one_at_a_time = threading.Lock()
Sequence = Annotated[int, Path(ge=1, le=2**53)]


Row = make_view_answer(AuditRow, "Row", leave_out=("case",))
Rows = make_page_answer(Row, "Rows", "The newest rows first, and how many there are.")
Proof = make_view_answer(RowProof, "Proof", of=(Row,))
Fault = make_view_answer(AuditFault, "Fault")
AuditReportOut = make_view_answer(AuditReport, "Report", of=(Fault,))


@router.get("/audit/rows", may=("auditor",), response_model=Rows)
def rows(
    caller: Caller,
    book: Book,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=2**53)] = 0,
    case: Annotated[str, Query(max_length=40, pattern=r"^[A-Za-z0-9-]*$")] = "",
) -> Any:
    """The newest rows first, of one case or of all; the look is logged."""
    log_rows, total = order_list.log_page(book, caller, limit=limit, offset=offset, case=case)
    return {"rows": log_rows, "total": total}


@router.get("/audit/rows/{sequence}/proof", may=("auditor",), response_model=Proof)
def proof(caller: Caller, book: Book, sequence: Sequence) -> Any:
    """The inclusion proof of a row (RFC 9162, 2.1.3.2) under the newest checkpoint; the look is logged."""
    return log_proof.prove_log_row(book, sequence, officer=caller)


@router.post("/audit/verify", may=("auditor",), response_model=AuditReportOut)
def verify(caller: Caller, book: Book) -> Any:
    """Check every row, checkpoint, stamp and witness's copy; takes some seconds for each 100,000 rows."""
    # It reads the whole log: two at once would slow down the room, and learn the same.
    if not _one_at_a_time.acquire(blocking=False):
        raise NotPossible("ledger.log-being-verified")
    try:
        return order_list.verify_log(book, caller)
    finally:
        _one_at_a_time.release()
