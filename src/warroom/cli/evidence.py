"""`warroom evidence`: take evidence in, show its custody, check the store, make and verify court bundles."""

import secrets
import sys
from dataclasses import asdict
from pathlib import Path

from cyclopts import App

from warroom.cases.views import PurposeCode
from warroom.cli.answer import print_json, print_line
from warroom.cli.options import Code, Json, PasswordStdin, Switch
from warroom.cli.signed import read_with_purpose, signed_in
from warroom.errors import HomeError
from warroom.home import open_home
from warroom.ledger.ledger import Ledger

app = App(
    name="evidence",
    help="Evidence, its custody and court bundles. Example: warroom evidence add C-12 photo.jpg --officer anna "
    "--reason 'handed in at the desk'",
    help_format="plaintext",
)


@app.command
def add(
    case: str,
    files: list[Path],
    *,
    officer: str,
    reason: str,
    origin: str = "",
    location: str = "",
    seal: str = "",
    description: str = "",
    code: Code = "",
    password_stdin: PasswordStdin = False,
    json: Json = False,
) -> None:
    """Take files in as evidence of a case; each is hashed while it is copied, before anybody looks into it.

    Example: warroom evidence add C-12 phone.img --officer anna --reason "image of the phone E-4" --seal S-77

    Parameters
    ----------
    case
        The case they belong to.
    files
        One file or more.
    officer
        Your user name; the password is asked for.
    reason
        Why they are taken in.
    origin
        From whom and where they were taken.
    location
        Where the originals are kept.
    seal
        The number of the seal on the medium.
    description
        What they show.
    """
    from warroom.evidence.decisions.intake import Particulars, add_file
    from warroom.evidence.store import iter_file_blocks

    shown = []
    with signed_in(officer, password_stdin, code) as (ledger, person):
        for path in files:
            given = Particulars(path.name, reason, description, origin, location, seal)
            # Announced, so that a file that is too large, or does not fit the disk, is refused before it
            # is copied.
            size = _read_size(path)
            # An idempotency key of its own for each file: the same file twice is two items.
            key = secrets.token_hex(16)
            page = add_file(
                ledger, person, case, iter_file_blocks(path), given, key, source="file", declared=size
            )
            shown.append(page.item)
            # Said as each one is in: where a later file fails, these stay taken in.
            if not json:
                print_line(
                    f"{page.item.number}  {page.item.sha256}  {page.item.size:,} bytes  {page.item.name}"
                )
    if json:
        print_json({"items": [asdict(item) for item in shown]})


@app.command(name="list")
def show_list(
    case: str,
    *,
    officer: str,
    reason: str = "",
    purpose: PurposeCode = "investigation",
    code: Code = "",
    password_stdin: PasswordStdin = False,
    json: Json = False,
) -> None:
    """List a case's evidence and who has it; the look is logged. Anyone who is not at the fraud desk says why, once a month.

    Example: warroom evidence list C-12 --officer anna --reason "exhibits for the indictment"

    Parameters
    ----------
    case
        The case.
    officer
        Your user name; the password is asked for.
    reason
        Why you open this case, where you have not said so within 30 days.
    purpose
        What that is for.
    """
    from warroom.evidence.queries import list_evidence

    with signed_in(officer, password_stdin, code) as (ledger, person):
        evidence_list = read_with_purpose(
            ledger, person, case, purpose, reason, lambda: list_evidence(ledger, person, case, limit=10_000)
        )
    if json:
        print_json({"rows": [asdict(item) for item in evidence_list.rows], "total": evidence_list.total})
        return
    for item in evidence_list.rows:
        print_line(
            f"{item.number:<8} {item.state:<10} {item.holder.username:<16} "
            f"{item.sha256 or 'thing':<16.16} {item.name}"
        )


@app.command
def check(*, json: Switch = False) -> None:
    """Read every stored file and every step of custody; what changed, is missing or is strange is named. Exit code 1
    for faults.

    Example: warroom evidence check

    Parameters
    ----------
    json
        Answer with one line of JSON: ok, items, files, bytes, faults.
    """
    from warroom.evidence.check import check_evidence as check_all

    with Ledger.open(open_home(create=None)) as ledger:
        report = check_all(ledger)
    if json:
        print_json(asdict(report))
    else:
        for fault in report.faults:
            print_line(f"{fault.kind}: {fault.text}")
        state = "all as received" if report.ok else f"{len(report.faults)} faults"
        print_line(f"{report.items:,} items, {report.files:,} files, {report.bytes:,} bytes; {state}.")
    if not report.ok:
        sys.exit(1)


@app.command
def bundle(
    case: str,
    *,
    out: Path,
    officer: str,
    reason: str = "for the court",
    code: Code = "",
    password_stdin: PasswordStdin = False,
    json: Json = False,
) -> None:
    """Write a case's court bundle: index, files, custody, log with proofs, and a program that checks it all offline.

    Example: warroom evidence bundle C-12 --out C-12.zip --officer anna

    Parameters
    ----------
    case
        The case.
    out
        The ZIP file to write; it must not exist.
    officer
        Your user name; the password is asked for.
    reason
        What it is for; this is logged.
    """
    from warroom.evidence.bundle.make import make_bundle as make

    with signed_in(officer, password_stdin, code) as (ledger, person):
        report = make(ledger, person, case, out, reason)
    if json:
        print_json(asdict(report) | {"file": str(report.file), "made_at": report.made_at.isoformat()})
        return
    print_line(
        f"{report.items} items and {report.audit_rows} log rows in {report.file}, {report.bytes:,} bytes"
    )
    print_line(f"sha256 {report.sha256}")
    print_line(f"fingerprint {report.fingerprint}")
    # A forged bundle would carry a forged fingerprint.
    print_line("Tell the expert the fingerprint by another channel than the bundle.")


@app.command
def verify(bundle: Path, *, fingerprint: str = "", json: Switch = False) -> None:
    """Check a court bundle as an outside expert would, without this house's ledger. Exit code 1 for faults.

    Example: warroom evidence verify C-12.zip --fingerprint "1A2B 3C4D ..."

    Parameters
    ----------
    bundle
        The ZIP file, or the folder it was unpacked to.
    fingerprint
        The key's fingerprint that you were told by another channel.
    json
        Answer with one line of JSON: ok, fingerprint, counts, faults.
    """
    from warroom.evidence.bundle import expert
    from warroom.evidence.bundle.verify import verify_bundle

    # By the same program that each bundle carries for outside experts.
    done = verify_bundle(bundle, fingerprint)
    if json:
        faults = [
            {"kind": fault[0], "what": fault[1], "text": expert.sentences(fault)[1]} for fault in done.faults
        ]
        shown = expert.fingerprint(done.key) if done.key else ""
        print_json({"ok": not done.faults, "fingerprint": shown, "counts": done.counts, "faults": faults})
    else:
        expert.say(done)
    if done.faults:
        sys.exit(1)


def _read_size(path: Path) -> int:
    try:
        if path.is_file():
            return path.stat().st_size
    except OSError:
        pass
    raise HomeError(f"{path} is no file that can be read; name a file.")
