"""`warroom audit`: the audit log, and proof that nobody changed it."""

import sys
from dataclasses import asdict
from pathlib import Path

from cyclopts import App

from warroom.cli import witness
from warroom.cli.answer import print_json, print_line
from warroom.cli.noted import log_access
from warroom.cli.options import Json, Switch
from warroom.home import open_home
from warroom.ledger.audit import checkpoints as audit_log
from warroom.ledger.audit import reading as log
from warroom.ledger.audit import witnesses
from warroom.ledger.ledger import Ledger
from warroom.ledger.verify import verify_audit
from warroom.room.worklist import log_proof

app = App(
    name="audit",
    help="The append-only log. Example: warroom audit verify",
    help_format="plaintext",
)
app.command(witness.app)


@app.command
def verify(*, json: Switch = False) -> None:
    """Check every row, checkpoint, stamp and witness's copy; rows that were changed, added, removed or moved are
    named. Exit code 1 for faults.

    Example: warroom audit verify --json

    Parameters
    ----------
    json
        Answer with one line of JSON: ok, rows, checkpoint, faults.
    """
    with Ledger.open(open_home(create=None)) as ledger:
        report = verify_audit(ledger)
    if json:
        print_json(asdict(report))
    else:
        for fault in report.faults:
            print_line(f"{fault.kind}: {fault.text}")
        # Faults first, the verdict last: a terminal shows the end.
        state = "nothing was changed" if report.ok else f"{len(report.faults)} faults"
        print_line(f"{report.rows:,} rows; {state}.")
    if not report.ok:
        sys.exit(1)


@app.command
def show(*, case: str | None = None, limit: int = 50, json: Json = False) -> None:
    """Show the newest rows, of one case or of all.

    Example: warroom audit show --case C-12

    Parameters
    ----------
    case
        Only the rows about this case.
    limit
        How many rows.
    """
    # Reads at the shell are logged as on pages, under the machine's account.
    log_access(home := open_home(create=None), "log.read", "log", {"case": case} if case else {})
    with Ledger.open(home) as ledger:
        rows = log.list_rows(ledger, log.LogFilter(case=case or ""), limit=limit)
    if json:
        print_json({"rows": [asdict(row) for row in rows]})
        return
    # Newest last, as a terminal is read.
    for row in reversed(rows):
        print_line(
            f"{row.sequence:>8}  {row.at:%Y-%m-%d %H:%M:%S}Z  {row.officer:<16} {row.verb:<22} {row.subject}"
        )


@app.command
def checkpoint(*, json: Json = False) -> None:
    """Sign the log as it is now and print the note to hand to witnesses.

    Example: warroom audit checkpoint
    """
    with Ledger.open(open_home(create=None)) as ledger:
        signed = audit_log.sign_checkpoint(ledger)
    if json:
        print_json({"checkpoint": signed})
        return
    print_line(signed)


@app.command
def prove(row: int, *, json: Switch = False) -> None:
    """Prove that a row stands in the log: its content, the hashes up to the root, and the signed checkpoint.

    Example: warroom audit prove 4711 --json

    Parameters
    ----------
    row
        The number of the row.
    json
        Answer with one line of JSON: row, leaf, size, hashes, root, checkpoint.
    """
    log_access(home := open_home(create=None), "log.proved", f"row:{row}")
    with Ledger.open(home) as ledger:
        proof = log_proof.prove_log_row(ledger, row)
    if json:
        print_json(asdict(proof))
        return
    print_line(f"Row {row} is one of the first {proof.size:,} rows: {proof.leaf}")
    for number, hashed in enumerate(proof.hashes, 1):
        print_line(f"{number:>3}  {hashed}")
    print_line(f"root {proof.root}\n\n{proof.checkpoint}")


@app.command(name="hand-over")
def hand_over(*, to: Path, json: Switch = False) -> None:
    """Write the newest checkpoint into a folder for a witness, with the proof that it continues the last one there.

    Example: warroom audit hand-over --to /media/stick

    Parameters
    ----------
    to
        The witness's folder.
    json
        Answer with one line of JSON: folder, rows, checkpoint.
    """
    log_access(home := open_home(create=None), "log.handed-over", "log")
    with Ledger.open(home) as ledger:
        # Signed first, so that what the witness takes along covers the newest row.
        audit_log.sign_checkpoint(ledger)
        note = witnesses.write_for_witness(ledger, to)
    if json:
        print_json({"folder": to, "rows": note.size, "checkpoint": note.text})
        return
    print_line(f"{to} holds the checkpoint over {note.size:,} rows.")
