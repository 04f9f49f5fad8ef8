"""The audit log, for auditors: its rows, the proof of one, and whether all of them are what was written."""

import threading
from typing import Annotated, Any, Literal

from fastapi import Path, Query

from warroom.cases import log_proof
from warroom.errors import NotPossible
from warroom.room.worklist import order_list
from warroom.web.kit.api import Answer, Book, Caller, Moment, area

router = area("log")
_one_at_a_time = threading.Lock()
Sequence = Annotated[int, Path(ge=1, le=2**53)]


class Row(Answer):
    """A row; `hash` is its RFC 6962 leaf hash in hexadecimal."""

    sequence: int
    at: Moment
    officer: str
    verb: str
    subject: str
    detail: dict[str, Any]
    hash: str


class Rows(Answer):
    """The newest rows first, and how many there are."""

    rows: list[Row]
    total: int


class Proof(Answer):
    """A row, the hashes from its leaf up to the root over `size` rows, and the checkpoint that signs the root."""

    row: Row
    leaf: str
    size: int
    hashes: list[str]
    root: str
    checkpoint: str


class Fault(Answer):
    """What is not as it was written."""

    sequence: int
    kind: Literal["changed", "missing", "added", "reordered", "subtree", "checkpoint", "stamp", "witness"]
    text: str


class Report(Answer):
    """What a check of the whole log found; `checkpoint` is the newest signed note, or empty."""

    ok: bool
    rows: int
    checkpoint: str
    faults: list[Fault]


@router.get("/audit/rows", response_model=Rows)
def rows(
    caller: Caller,
    book: Book,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=2**53)] = 0,
    case: Annotated[str, Query(max_length=40, pattern=r"^[A-Za-z0-9-]*$")] = "",
) -> Any:
    """The newest rows first, of one case or of all; the look is logged."""
    found, total = order_list.log_page(book, caller, limit=limit, offset=offset, case=case)
    return {"rows": found, "total": total}


@router.get("/audit/rows/{sequence}/proof", response_model=Proof)
def proof(caller: Caller, book: Book, sequence: Sequence) -> Any:
    """The inclusion proof of a row (RFC 9162, 2.1.3.2) under the newest checkpoint; the look is logged."""
    return log_proof.prove(book, sequence, officer=caller)


@router.post("/audit/verify", response_model=Report)
def verify(caller: Caller, book: Book) -> Any:
    """Check every row, checkpoint, stamp and witness's copy; takes some seconds for each 100,000 rows."""
    if not _one_at_a_time.acquire(blocking=False):
        raise NotPossible("The log is being verified already; wait for that answer.")
    try:
        return order_list.verify_log(book, caller)
    finally:
        _one_at_a_time.release()
