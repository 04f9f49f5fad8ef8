"""Time lines: one list by time of a case, or of a subject, over every table, each line with its source."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from warroom.access import masking, role_groups
from warroom.access.masking import mask
from warroom.cases import purposes
from warroom.ledger import officers
from warroom.ledger.decision import look
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.marking import Mark
from warroom.room.lookup import lines
from warroom.room.lookup.record_facts import hidden_numbers
from warroom.room.lookup.views import LINES_A_PAGE, Line, Timeline


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
    with look(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        case = purposes.read_case(this, number)
        viewer = officers.officer_view(this.person)
        # Custody says where a seized thing lies: for those who read evidence, not for everyone who reads the case.
        found = [
            one
            for one in lines.of_case(this.session, case)
            if one.kind != "evidence" or viewer.may(*role_groups.EVIDENCE_READERS)
        ]
        this.log("case.read", f"case:{number}", {"part": "timeline"}, number)
        shown = masked(found, masking.marks_shut(viewer))
        return arranged(shown, kinds=kinds, newest_first=newest_first, offset=offset, limit=limit)


def arranged(
    found: Iterable[Line], *, kinds: Collection[str], newest_first: bool, offset: int, limit: int
) -> Timeline:
    """Lines by time, of the asked kinds (all where none), a page of them."""
    every = list(found)
    # Counted before the choice, so that a filter says what another choice would show.
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
