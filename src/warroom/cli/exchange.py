"""`warroom export`, `warroom import` and `warroom collection`: cases in partners' standards, and what partners give."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from warroom import files
from warroom.cases.views import PurposeCode
from warroom.cli.answer import print_json, print_line, print_note
from warroom.cli.clocked import its_time
from warroom.cli.options import Code, Json, PasswordStdin
from warroom.cli.signed import read_with_purpose, signed_in
from warroom.errors import HomeError
from warroom.exchange.standards.record import TlpLevel
from warroom.home import open_home
from warroom.ledger.ledger import Ledger
from warroom.partners.views import Purpose

if TYPE_CHECKING:
    from warroom.exchange.export_case import CaseExport

collection = App(
    name="collection",
    help="Collections that partners' programs read (TAXII). Example: warroom collection add mules --reader B01",
    help_format="plaintext",
)


def export_file(
    standard: str,
    case: str,
    *,
    officer: str,
    out: Path | None = None,
    into: str = "",
    mark: TlpLevel = "amber",
    partner: str = "",
    agreed_for: Purpose = "fraud",
    schema: Path | None = None,
    set_code: Annotated[list[str] | None, Parameter(name="--set", negative=())] = None,
    reason: str = "",
    purpose: PurposeCode = "investigation",
    code: Code = "",
    password_stdin: PasswordStdin = False,
    json: Json = False,
) -> None:
    """Write a case in a partner's standard, or put it into a collection; this is logged. What the standard cannot hold is counted.

    Example: warroom export stix C-12 --out C-12.stix.json --officer anna

    Parameters
    ----------
    standard
        stix, misp, case, ftm, goaml, amlo, graphml, nodes-csv or ties-csv.
    case
        The case.
    officer
        Your user name; the password is asked for.
    out
        The file to write; it must not exist.
    into
        A collection that partners read; with stix alone.
    mark
        The level of the Traffic Light Protocol: clear, green, amber, amber+strict or red. What is marked closer stays here.
    partner
        The code of the partner it is for: its agreement and role limit what leaves. Of a collection its readers do.
    agreed_for
        For which purpose the agreement is: fraud, trafficking, victims or assets.
    schema
        The XSD of the unit that gets a goAML report.
    set_code
        A code of that unit, as entity=12; may be given more than once.
    reason
        Why you open this case, where you have not said so within 30 days.
    purpose
        What that is for.
    """
    from warroom.exchange.collections.decisions import publish_objects
    from warroom.exchange.collections.queries import list_readers
    from warroom.exchange.export_case import export_case
    from warroom.exchange.standards.stix import iter_objects
    from warroom.lake.lake import Lake

    _check_target(standard, out, into)
    unit_schema = _read_file(schema) if schema else b""
    with signed_in(officer, password_stdin, code) as (ledger, person):
        lake = Lake.open(ledger.home)
        codes = set_code or ()
        recipients = list_readers(ledger, into) if into else (partner,) if partner else ()
        made = read_with_purpose(
            ledger, person, case, purpose, reason,
            lambda: export_case(
                ledger, lake, person, case, standard,
                mark=mark, partners=recipients, purpose=agreed_for, schema=unit_schema, codes=codes,
            ),
        )  # fmt: skip
        if out is not None:
            files.write_atomically(out, made.content)
        else:
            publish_objects(ledger, person, into, list(iter_objects(made.record)), mark, case)
    if json:
        print_json(
            {
                "bytes": len(made.content),
                "not_held": made.not_held,
                "masked": made.record.masked,
                "withheld": made.withheld,
            }
        )
        return
    print_line(f"{case} as {standard}, {len(made.content):,} bytes, TLP:{mark.upper()}, in {out or into}.")
    _print_omissions(made, standard)


def _check_target(standard: str, out: Path | None, into: str) -> None:
    if (out is None) == (not into) or (into and standard != "stix"):
        raise HomeError("Name a file with --out, or with stix a collection with --into.")
    if out is not None and out.exists():
        raise HomeError("files.exists-already", path=out)


def _print_omissions(made: "CaseExport", standard: str) -> None:
    for kind, count in made.not_held.items():
        print_note(f"{count} of {kind} have no place in {standard} and stayed here.")
    if made.withheld:
        print_note(
            f"{made.withheld} things were withheld: their marks, the agreement or a revocation keep them here."
        )
    if made.record.masked:
        print_note(
            f"{made.record.masked} things were left out: your roles do not need their numbers, or no kind fits them."
        )


def import_file(
    standard: str,
    file: Path,
    *,
    officer: str,
    partner: str,
    basis: str,
    into: str,
    code: Code = "",
    password_stdin: PasswordStdin = False,
    json: Json = False,
) -> None:
    """Take a partner's file into a collection, all of it or nothing; this is logged. What nobody here understands is kept as it came.

    Example: warroom import stix partner.json --partner ABROAD --basis "agreement of 3 May" --into received --officer anna

    Parameters
    ----------
    standard
        stix, misp, case or ftm.
    file
        The file.
    officer
        Your user name; the password is asked for.
    partner
        The code of the partner who gave it.
    basis
        On which legal basis it was given.
    into
        The collection that it is kept in.
    """
    from warroom.exchange.import_file import import_file as take_in

    content = _read_file(file)
    with signed_in(officer, password_stdin, code) as (ledger, person):
        report = take_in(ledger, person, standard, content, collection=into, partner=partner, basis=basis)
    if json:
        print_json(asdict(report))
        return
    things = ", ".join(f"{count} {kind}" for kind, count in report.things.items()) or "no things"
    print_line(
        f"{things}; {report.payments} payments, {report.holds} holds, {report.ties} ties; TLP:{report.mark.upper()}."
    )
    print_line(f"{report.new} objects are new in {into}.")
    for kind, count in report.others.items():
        print_note(f"{count} of {kind} are understood by nobody here and were kept as they came.")
    for note in report.notes:
        print_note(note)


@collection.command(name="add")
def add_named_collection(
    name: str,
    *,
    title: str = "",
    reader: Annotated[list[str] | None, Parameter(negative=())] = None,
    writer: Annotated[list[str] | None, Parameter(negative=())] = None,
    mark: TlpLevel = "amber",
    agreed_for: Purpose = "fraud",
    json: Json = False,
) -> None:
    """Make a collection, or change who may read and write it.

    Example: warroom collection add mules --title "Mule accounts" --reader B01

    Parameters
    ----------
    name
        Letters, digits and hyphens.
    title
        What partners see.
    reader
        The code of a partner who may read it; may be given more than once.
    writer
        The code of a partner who may hand objects to it; the same.
    mark
        The narrowest level of an object that it may hold.
    agreed_for
        The purpose of the agreement that each reader needs: fraud, trafficking, victims or assets.
    """
    from warroom.exchange.collections.decisions import add_collection

    home = open_home(create=None)
    with its_time(home), Ledger.open(home) as ledger:
        made = add_collection(
            ledger, None, name, title or name,
            readers=reader or (), writers=writer or (), mark=mark, purpose=agreed_for,
        )  # fmt: skip
    if json:
        print_json(asdict(made))
        return
    print_line(f"The collection {made.name} is at /taxii2/room/collections/{made.id}/.")


@collection.command(name="pull")
def pull_from_partner(
    url: str,
    *,
    officer: str,
    partner: str,
    basis: str,
    into: str,
    named: str = "",
    user: str = "",
    secret_file: Path | None = None,
    added_after: str = "",
    code: Code = "",
    password_stdin: PasswordStdin = False,
    json: Json = False,
) -> None:
    """Take in what a partner's TAXII 2.1 server added since the last pull. Stopped in the middle, it goes on where it stopped.

    Example: warroom collection pull https://partner.example/taxii2/ --partner ABROAD --basis "agreement of 3 May" --into received --officer anna

    Parameters
    ----------
    url
        The discovery, an API root or a collection.
    officer
        Your user name; the password is asked for.
    partner
        The code of the partner whose server it is.
    basis
        On which legal basis it is given.
    into
        The collection that it is kept in.
    named
        Which collection of the server, by its identifier, alias or title, where it has several.
    user
        The user name there; without one the secret is a bearer token.
    secret_file
        A file with the password or token.
    added_after
        Begin after this moment (RFC 3339) and not where the last pull stopped.
    """
    from warroom.exchange.collections.pulling import PullSource, pull_collection
    from warroom.exchange.standards.record import parse_utc

    try:
        since = parse_utc(added_after) if added_after else None
    except ValueError:
        raise HomeError("--added-after needs a time such as 2026-12-01T00:00:00Z.") from None
    secret = _read_file(secret_file).decode(errors="replace").strip() if secret_file else ""
    with signed_in(officer, password_stdin, code) as (ledger, person):
        source = PullSource(url, user, secret, named)
        report = pull_collection(
            ledger, person, source, into=into, partner=partner, basis=basis, added_after=since
        )
    if json:
        print_json(asdict(report))
        return
    print_line(
        f"{report.title}: {report.objects} objects in {report.pages} pages, {report.new} new in {into}."
    )
    for sentence in report.refused[:20]:
        print_note(f"Refused: {sentence}")
    if len(report.refused) > 20:
        print_note(f"{len(report.refused) - 20} more were refused.")


@collection.default
@collection.command(name="list")
def show_list(*, json: Json = False) -> None:
    """List the collections, and who may read and write them.

    Example: warroom collection list
    """
    from warroom.exchange.collections.queries import list_collections

    with Ledger.open(open_home(create=None)) as ledger:
        views = list_collections(ledger)
    if json:
        print_json({"collections": [asdict(view) for view in views]})
        return
    for view in views:
        readers, writers = ", ".join(view.readers) or "nobody", ", ".join(view.writers) or "nobody"
        print_line(f"{view.name:<20} TLP:{view.mark.upper():<13} read by {readers}; written by {writers}")
    if not views:
        print_note("There is no collection yet; make the first with 'warroom collection add'.")


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise HomeError(f"{path} is no file that can be read; name a file.") from None
