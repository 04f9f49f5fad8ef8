"""A program that approves hold after hold until it is killed."""

from multiprocessing.connection import Connection
from pathlib import Path

from warroom.home import open_home
from warroom.operations import Ledger, approve_holds, board, case_page, list_officers


def approve_all(root: Path, ready: Connection) -> None:
    """Approve every undecided case of a home; says when it begins."""
    with Ledger.open(open_home(root)) as ledger:
        officer = list_officers(ledger)[0]
        rows = board(ledger, officer, filter="undecided", limit=1000).rows
        ready.send("ready")
        for row in rows:
            page = case_page(ledger, officer, row.number)
            wanted = [item.id for item in page.proposals if item.state == "open"]
            approve_holds(ledger, officer, row.number, wanted, page.snapshot, f"key-{row.number}")
