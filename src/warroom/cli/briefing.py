"""`warroom briefing`: what was done in a period, its results and its harm, as lines or as a PDF."""

import hashlib
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from warroom import clock, files
from warroom.bilingual.texts import format_local_time
from warroom.cli.answer import print_json, print_line
from warroom.cli.options import Code, Json, PasswordStdin
from warroom.cli.signed import signed_in
from warroom.errors import HomeError
from warroom.ledger.canonical_json import to_json_value
from warroom.room.briefing.views import Briefing


def briefing(
    *,
    officer: str,
    since: Annotated[str, Parameter(name="--from")] = "",
    until: str = "",
    out: Path | None = None,
    code: Code = "",
    password_stdin: PasswordStdin = False,
    json: Json = False,
) -> None:
    """Tell what a period brought, as far as you may know it, or write it as a PDF in Thai and English; this is logged.

    Example: warroom briefing --from 2026-11-01 --until 2026-11-07 --out week.pdf --officer anna

    Parameters
    ----------
    officer
        Your user name; the password is asked for.
    since
        The first day or moment, in Gregorian or Buddhist years; seven days before the end unless said.
    until
        The last day, included, or the moment it ends; now unless said.
    out
        The PDF file to write; it must not exist.
    """
    from warroom.public.campaigns import glance
    from warroom.room.briefing import period as making
    from warroom.room.briefing import queries as briefing_making

    # Before the password: a mistyped date is refused at once.
    asked = making.parse_period(since, until, clock.get_now())
    with signed_in(officer, password_stdin, code) as (ledger, person):
        lines = glance.build_briefing_lines(ledger, person, 0, asked.since, asked.until, clock.get_now())
        if out is None:
            period_briefing, paper = briefing_making.read_briefing(ledger, person, asked, lines=lines), b""
        else:
            # Before the briefing is made: an export that fails to be written would be logged all the same.
            _require_free(out)
            period_briefing, paper = briefing_making.export_briefing(ledger, person, asked, lines=lines)
    if out is not None:
        _write_paper(out, paper)
    if json:
        print_json(to_json_value(period_briefing) | _describe_file(out, paper))
        return
    _print_briefing(period_briefing)
    if out is not None:
        print_line(f"{out}, {len(paper):,} bytes, sha256 {hashlib.sha256(paper).hexdigest()}")


def _require_free(out: Path) -> None:
    if out.exists():
        raise HomeError("files.exists-already", path=out)


def _write_paper(out: Path, paper: bytes) -> None:
    try:
        # Whole or not at all: half a PDF could be printed and filed.
        files.write_atomically(out, paper)
    except OSError as problem:
        raise HomeError(f"The briefing could not be written to {out} ({problem.strerror}).") from problem


def _describe_file(out: Path | None, paper: bytes) -> dict[str, Any]:
    if out is None:
        return {}
    return {"file": str(out), "bytes": len(paper), "sha256": hashlib.sha256(paper).hexdigest()}


def _print_briefing(period_briefing: Briefing) -> None:
    from warroom.room.briefing.figures import word_of
    from warroom.room.briefing.paper import format_amount

    print_line(
        f"{word_of('page', 'title').en} {format_local_time(period_briefing.since, 'en')} to {format_local_time(period_briefing.until, 'en')}"
    )
    print_line(word_of("page", "sealed").en)
    section = ""
    for figure in period_briefing.figures:
        if figure.section != section:
            section = figure.section
            print_line(f"\n{word_of('sections', section).en}")
        count = "-" if figure.count is None else f"{figure.count:,}"
        unit = word_of("units", figure.unit).en if figure.unit else ""
        print_line(
            f"  {figure.title.en:<52} {count:>8} {format_amount(figure.amount, figure.unit):>22} {unit}".rstrip()
        )
    print_line(f"\n{word_of('sections', 'effects').en}")
    for effect in period_briefing.effects:
        unit = effect.unit or "number"
        band = (
            ""
            if effect.low is None
            else f"{format_amount(effect.low, unit)} to {format_amount(effect.high, unit)}"
        )
        print_line(
            f"  {effect.title.en:<42} {format_amount(effect.value, unit):>18}  {band}  {word_of('verdicts', effect.verdict).en}"
        )
