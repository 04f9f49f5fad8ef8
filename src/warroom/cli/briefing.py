"""`warroom briefing`: what was done in a period, what came of it and whom it harmed, as lines or as a PDF."""

import hashlib
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from warroom import clock, files
from warroom.bilingual.texts import local
from warroom.cli.answer import answer, say
from warroom.cli.options import Code, Json, PasswordStdin
from warroom.cli.signed import signed_in
from warroom.errors import HomeError
from warroom.ledger.canonical_json import plain
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

    asked = making.period(since, until, clock.now())
    with signed_in(officer, password_stdin, code) as (ledger, person):
        lines = glance.of_period(ledger, person, 0, asked.since, asked.until, clock.now())
        if out is None:
            found, paper = briefing_making.briefing(ledger, person, asked, lines=lines), b""
        else:
            # Before the briefing is made: an export that nobody can have would still stand in the log.
            _free(out)
            found, paper = briefing_making.export(ledger, person, asked, lines=lines)
    if out is not None:
        _put(out, paper)
    if json:
        answer(plain(found) | _file(out, paper))
        return
    _tell(found)
    if out is not None:
        say(f"{out}, {len(paper):,} bytes, sha256 {hashlib.sha256(paper).hexdigest()}")


def _free(out: Path) -> None:
    if out.exists():
        raise HomeError("files.exists-already", path=out)


def _put(out: Path, paper: bytes) -> None:
    try:
        files.write(out, paper)
    except OSError as problem:
        raise HomeError(f"The briefing could not be written to {out} ({problem.strerror}).") from problem


def _file(out: Path | None, paper: bytes) -> dict[str, Any]:
    if out is None:
        return {}
    return {"file": str(out), "bytes": len(paper), "sha256": hashlib.sha256(paper).hexdigest()}


def _tell(found: Briefing) -> None:
    from warroom.room.briefing.figures import word_of
    from warroom.room.briefing.paper import amount

    say(f"{word_of('page', 'title').en} {local(found.since, 'en')} to {local(found.until, 'en')}")
    say(word_of("page", "sealed").en)
    section = ""
    for one in found.figures:
        if one.section != section:
            section = one.section
            say(f"\n{word_of('sections', section).en}")
        count = "-" if one.count is None else f"{one.count:,}"
        unit = word_of("units", one.unit).en if one.unit else ""
        say(f"  {one.title.en:<52} {count:>8} {amount(one.amount, one.unit):>22} {unit}".rstrip())
    say(f"\n{word_of('sections', 'effects').en}")
    for each in found.effects:
        unit = each.unit or "number"
        band = "" if each.low is None else f"{amount(each.low, unit)} to {amount(each.high, unit)}"
        say(
            f"  {each.title.en:<42} {amount(each.value, unit):>18}  {band}  {word_of('verdicts', each.verdict).en}"
        )
