"""Time lines of a case or of a subject: one list by time over every table, each line with its source."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from warroom.access import masking, role_groups
from warroom.access.masking import mask
from warroom.cases import purposes
from warroom.ledger import officers
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.marking import Mark
from warroom.room.lookup import lines
from warroom.room.lookup.record_facts import hidden_numbers
from warroom.room.lookup.views import LINES_A_PAGE, Timeline, TimelineLine


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
    """What happened in a case; the read is logged. Raises NotFound, NotAllowed, or PurposeNeeded."""
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        case = purposes.read_case(this, number)
        viewer = officers.to_officer(this.person)
        # Custody shows where a seized thing is kept: for readers of evidence, not for all readers of the
        # case.
        case_lines = [
            line
            for line in lines.list_case_lines(this.session, case)
            if line.kind != "evidence" or viewer.has_role(*role_groups.EVIDENCE_READERS)
        ]
        this.log_entry("case.read", f"case:{number}", {"part": "timeline"}, number)
        shown = mask_lines(case_lines, masking.list_masked_marks(viewer))
        return arrange_timeline(shown, kinds=kinds, newest_first=newest_first, offset=offset, limit=limit)


def arrange_timeline(
    timeline_lines: Iterable[TimelineLine],
    *,
    kinds: Collection[str],
    newest_first: bool,
    offset: int,
    limit: int,
) -> Timeline:
    """Lines by time, of the asked kinds (all where none), a page of them."""
    every = list(timeline_lines)
    # Counted before the choice, so that a filter says what another choice would show.
    counts = Counter(line.kind for line in every)
    wanted = [line for line in every if not kinds or line.kind in kinds]
    wanted.sort(key=lambda line: line.at, reverse=newest_first)
    return Timeline(tuple(wanted[offset : offset + limit]), tuple(sorted(counts.items())), len(wanted))


def mask_lines(found: Iterable[TimelineLine], shut: Collection[Mark]) -> list[TimelineLine]:
    """Lines as an officer may read them: numbers in them masked where the roles do not need them."""
    return [_mask_line(line, shut) for line in found]


def _mask_line(line: TimelineLine, shut: Collection[Mark]) -> TimelineLine:
    hide = Mark.ACCOUNT in shut
    accounts = tuple((bank, mask(number, Mark.ACCOUNT) if hide else number) for bank, number in line.accounts)
    about, text = hidden_numbers(line.about, shut), hidden_numbers(line.text, shut)
    return replace(line, accounts=accounts, about=about, text=text)
