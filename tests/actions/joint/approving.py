"""A program that approves a whole operation and says go, until it is killed."""

import time
from multiprocessing.connection import Connection
from pathlib import Path

from warroom.access.officers import list_officers
from warroom.actions.operations import queries
from warroom.actions.operations.decisions import go_ahead, preparation
from warroom.home import open_home
from warroom.ledger.ledger import Ledger


def approve_and_go(root: Path, number: int, ready: Connection) -> None:
    """Approve all actions of an operation as each of two officers, then say go as two; then wait for the end."""
    with Ledger.open(open_home(root)) as ledger:
        people = {one.username: one for one in list_officers(ledger)}
        ready.send("ready")
        for name in ("sup", "pros"):
            view = queries.load_operation(ledger, people[name], number)
            if view.counts.get("proposed"):
                preparation.approve_all(
                    ledger, people[name], number, view.table, key=f"approve-{name}-{view.table}"
                )
        for name in ("sup", "com"):
            view = queries.load_operation(ledger, people[name], number)
            said = {word.officer for word in view.words if word.counts}
            if view.state == "planned" and people[name].name not in said:
                go_ahead.give_go(ledger, people[name], number, view.board, key=f"go-{name}-{view.board}")
        ready.send("done")
        time.sleep(60)
