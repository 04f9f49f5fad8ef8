"""`warroom backup` and `warroom restore`: the whole home in one file, and back."""

import sys
from dataclasses import asdict
from pathlib import Path

from warroom import settings
from warroom.cli.answer import print_json, print_line, print_note
from warroom.cli.options import Json
from warroom.home import open_home
from warroom.ledger.backup import write_backup as make_backup
from warroom.ledger.ledger import Ledger
from warroom.runtime.restore import restore_home as make_home


def backup(file: Path, *, json: Json = False) -> None:
    """Copy ledger, lake, evidence and keys as of one moment into FILE. The keys are in it: guard it like
    them.

    Example: warroom backup /safe/warroom-2026-11-24.tar

    Parameters
    ----------
    file
        The file to write; it must not exist.
    """
    home = open_home(create=None)
    # The ledger too: its rows, the lake's commit and the evidence are copied as of one moment.
    with Ledger.open(home) as ledger:
        report = make_backup(home, ledger, file)
    if json:
        print_json(asdict(report) | {"file": str(report.file), "made_at": report.made_at.isoformat()})
        return
    print_line(f"{report.parts:,} parts, {report.bytes:,} bytes in {report.file}")
    print_line(f"sha256 {report.sha256}")
    print_note("The file holds the home's keys: keep it where nobody else can read it.")


def restore(file: Path, *, json: Json = False) -> None:
    """Make the data folder (WARROOM_HOME, empty or absent) from a backup, after checking every part of it.

    Example: WARROOM_HOME=/srv/warroom warroom restore /safe/warroom-2026-11-24.tar

    Parameters
    ----------
    file
        A file that 'warroom backup' wrote.
    """
    # Not opened as a home: it must be empty, and becomes one only when everything was restored.
    report = make_home(file, settings.get_folder("WARROOM_HOME"))
    if json:
        print_json(asdict(report) | {"home": str(report.home), "ok": report.ok})
    else:
        print_line(f"{report.parts:,} parts restored to {report.home}, as of {report.made_at}.")
        for fault in report.faults:
            print_line(f"FAULT {fault}")
        if not report.signed:
            print_note(
                "An earlier version made this backup and did not sign its list of parts: compare the file's sha256 with the "
                "one that was noted when it was made."
            )
        if report.ok:
            print_line(
                f"The audit log ({report.audit_rows:,} rows), the evidence and the lake are as they were written."
            )
    if not report.ok:
        sys.exit(1)
