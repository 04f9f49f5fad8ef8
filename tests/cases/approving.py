"""A program that approves hold after hold until it is killed."""

import time
from multiprocessing.connection import Connection
from pathlib import Path

from warroom.access.officers import list_officers
from warroom.cases.decisions.holds import approve_holds
from warroom.cases.queries.case_list import read_board
from warroom.cases.queries.case_page import case_page
from warroom.home import open_home
from warroom.ledger.ledger import Ledger

A_FEW = 5


def approve_all(root: Path, ready: Connection) -> None:
    """Approve a few undecided cases of a home, then wait for the end; says when it begins."""
    with Ledger.open(open_home(root)) as ledger:
        officer = list_officers(ledger)[0]
        rows = read_board(ledger, officer, filter="undecided", limit=A_FEW).rows
        ready.send("ready")
        for row in rows:
            page = case_page(ledger, officer, row.number)
            wanted = [item.id for item in page.proposals if item.state == "open"]
            approve_holds(ledger, officer, row.number, wanted, page.snapshot, f"key-{row.number}")
        time.sleep(60)
