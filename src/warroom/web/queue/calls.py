"""Whom to call about a case whose time to decide has passed: the page of the case names the same bank as its row."""

from typing import Any

from warroom.cases.views import CasePage
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.room.queue.queries import read_cases
from warroom.web.kit.formats import Say
from warroom.web.queue.lines import QueueLines


def build_call_values(ledger: Ledger, officer: Officer, case: CasePage, say: Say) -> dict[str, Any]:
    """The values of `case_call.html`: the case's line of the queue where it is late, else None."""
    row = case.row
    if row.state != "open" or row.decide_by is None or row.decide_by > say.now:
        return {"late_line": None}
    lines = QueueLines(read_cases(ledger, officer, [row.number]), say, fills=False).lines
    return {"late_line": next((line for line in lines if line.row.pill.kind == "late"), None)}
