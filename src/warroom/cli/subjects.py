"""`warroom subjects`: parse identifiers, and resolve which records are of one person, company or thing."""

from dataclasses import asdict
from pathlib import Path
from typing import Literal

from cyclopts import App

from warroom.cli.answer import print_json, print_line, print_note
from warroom.cli.noted import has_ledger, log_access
from warroom.cli.options import Json
from warroom.errors import RecordsError
from warroom.home import Home, open_home

app = App(
    name="subjects",
    help="Which records are of one person, company or thing. Example: warroom subjects resolve people.csv",
    help_format="plaintext",
)


@app.command
def identify(text: str, /, *, expected: str = "", json: Json = False) -> None:
    """Read an identifier: its kind, its one spelling, and whether its check digit holds.

    Example: warroom subjects identify "081-234-5678"

    Parameters
    ----------
    text
        A number of a card, a passport, a telephone, a plate, an account or a wallet, or a domain.
    expected
        What it is meant to be, where that is known: person-id, passport, phone, plate, account, promptpay, wallet, domain, lao-id or
        cambodia-id.
    """
    from typing import get_args

    from warroom.subjects.identifiers import reading

    if expected not in get_args(reading.Expected):
        raise RecordsError(
            f"There is no kind '{expected}'; choose {', '.join(filter(None, get_args(reading.Expected)))}."
        )
    identifier = reading.parse_identifier(text, expected)  # type: ignore[arg-type]
    if json:
        # The keys are what programs read: a name of the code is none of their concern.
        print_json(
            {
                "kind": identifier.kind,
                "text": identifier.text,
                "holds": identifier.is_check_valid,
                "of": identifier.belongs_to,
            }
        )
        return
    holds = {True: "its check holds", False: "its check does not hold", None: "no check"}[
        identifier.is_check_valid
    ]
    print_line(
        f"{identifier.kind}  {identifier.text}  ({holds}{f'; of {identifier.belongs_to}' if identifier.belongs_to else ''})"
    )


@app.command
def resolve(
    *files: Path,
    kind: Literal["person", "company", "phone", "account", "page", "domain"] = "person",
    column: tuple[str, ...] = (),
    json: Json = False,
) -> None:
    """Join records that are of one subject. The first file begins, each later one joins what stands: no number of a subject changes.

    A file is CSV in UTF-8 or Parquet with the column record_id, source where it has more than one, and the columns to compare by: name,
    id, passport, phone, account, born, address or any other. What is not sure is a question for an officer, on the page of matches; so is
    every record that a measure names. Nothing here brings a measure about.

    Example: warroom subjects resolve people.csv --kind person --column born=date

    Parameters
    ----------
    files
        Files of records.
    kind
        What the records are of.
    column
        What a column holds, as COLUMN=KIND: name, company, date, text, id, phone, account, plate, wallet, domain, passport or promptpay.
    """
    from warroom.subjects.resolution.arriving import resolve_file

    column_kinds = dict(pair.partition("=")[::2] for pair in column)
    home = open_home()
    # File names and not their content: the log has many readers.
    log_access(home, "subjects.resolved", f"subjects:{kind}", {"files": [file.name for file in files]})
    named = _load_ids_named_by_actions(home)
    arrivals = [resolve_file(home.subjects / kind, kind, file, column_kinds, named) for file in files]
    if json:
        print_json(
            {
                "kind": kind,
                "files": [
                    {"file": file.name, **asdict(arrival)}
                    for file, arrival in zip(files, arrivals, strict=True)
                ],
            }
        )
        return
    for file, arrival in zip(files, arrivals, strict=True):
        print_line(
            f"{file.name}: {arrival.records:,} new records, {arrival.joined:,} of them of subjects that stood; {arrival.known:,} known before."
        )
        print_line(f"    {arrival.subjects:,} subjects now, {arrival.questions:,} questions for officers.")
        if arrival.unasked:
            print_note(
                f"{arrival.unasked:,} more pairs share as much and bear other names; the surest of them are asked about."
            )
        if arrival.unread:
            print_note(f"{arrival.unread:,} names could not be read and were not compared; the log says why.")
        if arrival.not_compared:
            print_note(
                f"not compared, since the first file had no such column: {', '.join(arrival.not_compared)}"
            )


def _load_ids_named_by_actions(home: Home) -> frozenset[str]:
    """The ids that actions name, whose records need an officer's word; none in a home without a ledger."""
    if not has_ledger(home):
        return frozenset()
    from warroom.actions.queries import load_named_ids
    from warroom.ledger.ledger import Ledger

    with Ledger.open(home) as ledger:
        return load_named_ids(ledger)
