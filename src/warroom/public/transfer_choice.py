"""An officer ticks which payments a public report meant: the report in the lake is corrected, and its case follows them."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from warroom.access import role_groups
from warroom.cases import purposes
from warroom.cases.schema import CaseReportRow
from warroom.errors import NotFound, NotPossible
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.public.taking_in import SOURCE, correct_report
from warroom.public.transfer_candidates import load_candidates

if TYPE_CHECKING:
    from warroom.lake.lake import Lake


def choose_transfers(
    ledger: Ledger,
    lake: "Lake",
    officer: Officer,
    number: str,
    record_id: str,
    chosen: Collection[str],
    key: str,
    *,
    now: datetime | None = None,
) -> None:
    """Take these candidates as what the report meant; the case follows them with its next turn. A repeated `key` changes nothing.

    Raises NotAllowed, NotFound, and NotPossible for none, and for a payment that is no candidate or serves another case.
    """
    reports = load_candidates(ledger, lake, officer, number, now=now)
    report = next((report for report in reports if report.record_id == record_id), None)
    if report is None:
        raise NotFound("public.no-such-report")
    free = {line.name: line for line in report.candidates if not line.case}
    with open_decision(ledger, officer, *role_groups.HOLD_APPROVERS, now=now) as this:
        case = purposes.work_case(this, number)
        if this.find_earlier_result(key, "transfers-chosen", number, record_id, sorted(chosen)) is not None:
            return
        if not chosen or not set(chosen) <= set(free):
            raise NotPossible("public.no-transfer-chosen")
        row = this.session.get_one(CaseReportRow, (SOURCE, record_id))
        names = [*row.transfer_ids, *(name for name in free if name in chosen)]
        # The lake first: after a crash the same row is written again.
        correct_report(lake, record_id, this.now, transfers=names)
        this.save_result(number)
        detail = {"report": f"{SOURCE}:{record_id}", "transfers": names}
        this.log_entry("case.transfers-chosen", f"case:{case.number}", detail, case.number)
