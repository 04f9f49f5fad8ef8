"""The payments that a case's public reports may mean, on the case's page: values, and the form that takes them."""

from typing import Any

from warroom.cases.views import CasePage
from warroom.errors import WarroomError
from warroom.ledger.officers import Officer
from warroom.public.queries import find_complaint
from warroom.public.taking_in import SOURCE
from warroom.public.transfer_candidates import ReportCandidates, load_candidates
from warroom.runtime.open_home import OpenHome
from warroom.web.inbox.words import ReportWords
from warroom.web.kit.formats import Say


def build_meant_values(room: OpenHome, officer: Officer, case: CasePage, say: Say) -> dict[str, Any]:
    """`meant`: what each public report of an open case names with the payments that it may mean; none where its payments are
    certain, or the records cannot be read. `complaint`: the police complaint that a reporter wrote on their receipt.
    """
    is_public = any(report.source == SOURCE for report in case.reports)
    asks = case.row.state == "open" and is_public
    meant: tuple[ReportCandidates, ...] = ()
    if asks:
        try:
            meant = load_candidates(room.ledger, room.lake, officer, case.row.number)
        except WarroomError:
            # The rest of the page does not wait for records that cannot be read.
            meant = ()
    traced = case.trail is not None
    return {
        "meant": tuple(report for report in meant if report.candidates or not traced),
        "report_words": ReportWords(say),
        "complaint": find_complaint(room.ledger, officer, case.row.number) if is_public else None,
    }
