"""The audit log at a million rows: `python -m benchmarks.log [--quick]`.

Rows are appended as services do it, one in each transaction from eight connections in two programs; then the log is
filled up in batches, as a joint operation adds them; then it is verified whole, and rows are proved. The server is the
program's own with its usual settings: every commit is on disk.
"""

import multiprocessing
import random
import sys
import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

import psutil

from benchmarks.harness import (
    Figure,
    at_least,
    at_most,
    at_percentile,
    open_scratch_home,
    start_run,
    time_ms,
    time_seconds,
)
from warroom import clock
from warroom.home import Home, open_home
from warroom.ledger.audit import checkpoints, reading, writing
from warroom.ledger.audit import proofs as audit_proofs
from warroom.ledger.audit.leaf import AuditEntry
from warroom.ledger.ledger import Ledger
from warroom.ledger.verify import verify_audit
from warroom.room.worklist import log_proof

PROGRAMS, CONNECTIONS = 2, 4
BATCH = 200  # the actions of a large joint operation
SECONDS = 15.0
BAR_APPEND, BAR_VERIFY, BAR_PROOF = 2_000, 60.0, 10.0
DETAIL = {
    "amount": 30_000_00,
    "bank": "B02",
    "account": "2002",
    "approvers": ["anna", "boon"],
    "reasons": ["mule"],
}


def write_singly(root: str, seconds: float, done: "multiprocessing.Queue[int]") -> None:
    """One program: connections that each commit one row after the other."""
    with Ledger.open(open_home(Path(root))) as ledger:
        counts = [0] * CONNECTIONS
        until = time.monotonic() + seconds

        def work(place: int) -> None:
            while time.monotonic() < until:
                with ledger.open_session() as session:
                    writing.write_audit_row(session, "anna", "hold.approved", "hold:1", DETAIL, case="C-1")
                counts[place] += 1

        threads = [threading.Thread(target=work, args=(place,)) for place in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    done.put(sum(counts))


def singles(home: Home, seconds: float) -> float:
    """Rows a second, each in its own transaction, until all are numbered."""
    context = multiprocessing.get_context("spawn")
    done: multiprocessing.Queue[int] = context.Queue()
    programs = [
        context.Process(target=write_singly, args=(str(home.root), seconds, done)) for _ in range(PROGRAMS)
    ]
    for program in programs:
        program.start()
    written = sum(done.get(timeout=seconds + 60) for _ in programs)
    for program in programs:
        program.join()
    return written / seconds


def fill(ledger: Ledger, rows: int) -> float:
    """Rows a second in batches, numbered, until the log has so many."""
    began, before = time.perf_counter(), reading.count_rows(ledger)
    now = clock.get_now()
    for first in range(before, rows, BATCH):
        entries = [
            AuditEntry(
                "anna",
                "hold.approved",
                f"hold:{number}",
                DETAIL,
                f"C-{number % 10_000}",
                now + timedelta(number),
            )
            for number in range(first, min(first + BATCH, rows))
        ]
        with ledger.open_session() as session:
            writing.write_audit_rows(session, entries)
    reading.count_rows(ledger)
    return (rows - before) / (time.perf_counter() - began)


def proofs(ledger: Ledger, rows: int, rounds: int) -> list[float]:
    """Milliseconds for the hashes of one proof, from the ledger, tried."""
    chance = random.Random(7)
    taken = []
    for _ in range(rounds):
        sequence = chance.randrange(1, rows + 1)
        with ledger.open_session() as session:
            taken.append(time_ms(partial(audit_proofs.build_inclusion_proof, session, sequence, rows)))
    return taken


def figures(home: Home, rows: int, seconds: float) -> list[Figure]:
    with Ledger.open(home) as ledger:
        one = singles(home, seconds)
        many = fill(ledger, rows)
        signed = time_seconds(lambda: checkpoints.sign_checkpoint(ledger))
        again = fill(ledger, rows + 1_000) and time_seconds(lambda: checkpoints.sign_checkpoint(ledger))
        checked = time_seconds(lambda: _verify(ledger, rows + 1_000))
        taken = proofs(ledger, rows + 1_000, 300)
        whole = [time_ms(lambda: log_proof.prove_log_row(ledger, rows // 3)) for _ in range(50)]
    beside = "bar is for a million rows" if rows < 1_000_000 else ""
    share = rows / 1_000_000
    memory = psutil.Process().memory_info().rss / 2**20
    return [
        at_least("append, a transaction a row, 8 connections", one, "rows/s", BAR_APPEND),
        at_least(f"append, {BATCH} rows a transaction", many, "rows/s", BAR_APPEND),
        at_most(f"verify all of {rows:,} rows", checked, "s", BAR_VERIFY * share, beside),
        at_percentile("inclusion proof", taken, 0.95, BAR_PROOF),
        at_percentile("inclusion proof", taken, 0.5, BAR_PROOF),
        at_percentile("row, proof and checkpoint as given out", whole, 0.95, 2 * BAR_PROOF),
        at_most("first checkpoint over all rows", signed, "s", 60.0),
        at_most("checkpoint after 1,000 more", again, "s", 1.0),
        at_most("memory after verifying", memory, "MiB", 600.0),
    ]


def _verify(ledger: Ledger, rows: int) -> None:
    report = verify_audit(ledger)
    if not report.ok or report.rows != rows:
        raise SystemExit(f"the log of {report.rows} rows does not verify: {report.faults[:3]}")


def main(arguments: Sequence[str] | None = None) -> int:
    run = start_run(__doc__, arguments, quick="100,000 rows")
    rows, seconds = (100_000, 5.0) if run.is_quick else (1_000_000, SECONDS)
    with open_scratch_home("exercise") as home:
        return run.finish("The audit log", figures(home, rows, seconds))


if __name__ == "__main__":
    sys.exit(main())
