"""`warroom subjects`: what an identifier is, and which records are of one person, company or thing."""

from dataclasses import asdict
from pathlib import Path
from typing import Literal

from cyclopts import App

from warroom.cli.answer import answer, note, say
from warroom.cli.noted import has_ledger, noted
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
    found = reading.identify(text, expected)  # type: ignore[arg-type]
    if json:
        answer(asdict(found))
        return
    holds = {True: "its check holds", False: "its check does not hold", None: "no check"}[found.holds]
    say(f"{found.kind}  {found.text}  ({holds}{f'; of {found.of}' if found.of else ''})")


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
    from warroom.subjects.resolution.arriving import arrive

    said = dict(one.partition("=")[::2] for one in column)
    home = open_home()
    noted(home, "subjects.resolved", f"subjects:{kind}", {"files": [file.name for file in files]})
    named = _named_by_measures(home)
    found = [arrive(home.subjects / kind, kind, file, said, named) for file in files]
    if json:
        answer(
            {
                "kind": kind,
                "files": [{"file": file.name, **asdict(one)} for file, one in zip(files, found, strict=True)],
            }
        )
        return
    for file, one in zip(files, found, strict=True):
        say(
            f"{file.name}: {one.records:,} new records, {one.joined:,} of them of subjects that stood; {one.known:,} known before."
        )
        say(f"    {one.subjects:,} subjects now, {one.questions:,} questions for officers.")
        if one.unasked:
            note(
                f"{one.unasked:,} more pairs share as much and bear other names; the surest of them are asked about."
            )
        if one.unread:
            note(f"{one.unread:,} names could not be read and were not compared; the log says why.")
        if one.not_compared:
            note(f"not compared, since the first file had no such column: {', '.join(one.not_compared)}")


def _named_by_measures(home: Home) -> frozenset[str]:
    """The ids that actions name; none in a home that never had a ledger."""
    if not has_ledger(home):
        return frozenset()
    from warroom.actions.queries import ids_named
    from warroom.ledger.ledger import Ledger

    with Ledger.open(home) as ledger:
        return ids_named(ledger)
