"""Time lines: one list by time of a case, or of a subject, over every table, each line with its source."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from warroom import clock
from warroom.operations import access, audit, officers
from warroom.operations.access import marks
from warroom.operations.access.marks import mask
from warroom.operations.boards import READERS
from warroom.operations.evidence.people import SEERS
from warroom.operations.ledger import Ledger
from warroom.operations.lookup import lines
from warroom.operations.lookup.facts import hidden_numbers
from warroom.operations.marking import Mark
from warroom.operations.views import Officer
from warroom.operations.views.lookup import LINES_A_PAGE, Line, Timeline


def case_timeline(
    ledger: Ledger,
    officer: Officer,
    number: str,
    *,
    kinds: Collection[str] = (),
    newest_first: bool = True,
    offset: int = 0,
    limit: int = LINES_A_PAGE,
    now: datetime | None = None,
) -> Timeline:
    """What happened in a case; the look is logged. Raises NotFound, NotAllowed, or PurposeNeeded."""
    now = now or clock.now()
    with ledger.session() as session:
        person = officers.require(session, officer, *READERS)
        case = access.case_of(session, person, number)
        access.may_read(session, person, case, now)
        viewer = officers.officer_view(person)
        found = [one for one in lines.of_case(session, case) if one.kind != "evidence" or viewer.may(*SEERS)]
        audit.append(
            session, officer, "case.read", f"case:{number}", {"part": "timeline"}, case=number, at=now
        )
        shown = masked(found, marks.marks_shut(viewer))
        return arranged(shown, kinds=kinds, newest_first=newest_first, offset=offset, limit=limit)


def arranged(
    found: Iterable[Line], *, kinds: Collection[str], newest_first: bool, offset: int, limit: int
) -> Timeline:
    """Lines by time, of the asked kinds (all where none), a page of them."""
    every = list(found)
    counts = Counter(line.kind for line in every)
    wanted = [line for line in every if not kinds or line.kind in kinds]
    wanted.sort(key=lambda line: line.at, reverse=newest_first)
    return Timeline(tuple(wanted[offset : offset + limit]), tuple(sorted(counts.items())), len(wanted))


def masked(found: Iterable[Line], shut: Collection[Mark]) -> list[Line]:
    """Lines as an officer may read them: numbers in them masked where the roles do not need them."""
    return [_masked(line, shut) for line in found]


def _masked(line: Line, shut: Collection[Mark]) -> Line:
    hide = Mark.ACCOUNT in shut
    accounts = tuple((bank, mask(number, Mark.ACCOUNT) if hide else number) for bank, number in line.accounts)
    about, text = hidden_numbers(line.about, shut), hidden_numbers(line.text, shut)
    return replace(line, accounts=accounts, about=about, text=text)
