"""The first screen by role: which questions it answers, and the values of their parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from starlette.requests import Request

from warroom.access import role_groups
from warroom.actions.decisions.batch import MOST
from warroom.ledger.officers import Officer
from warroom.room.worklist import first_screens
from warroom.room.worklist.views import DatedTasks
from warroom.signals.kinds import FIRST
from warroom.triage import queries as triage_queries
from warroom.web.doors.access_table import build_access_table
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import say_for
from warroom.web.triage.words import build_signal_rows
from warroom.web.worklist.words import WorklistLine, WorkWords

Part = Literal["signals", "links", "court", "custody", "openings"]
SIGNALS = 3
"""Signals on a first screen; their own page has all."""


@dataclass(frozen=True, slots=True)
class FirstScreen:
    """What an officer's first screen is about. `leads`: they give cases to others and work none. `has_queue`: they decide on
    money, and the queue is their work; for everybody else it is one line, and what waits for themselves comes first.
    `has_places`: the small map is shown too, for the fraud desk and for who plans what is done at places.
    """

    leads: bool
    has_queue: bool
    screens: bool
    has_places: bool
    parts: tuple[Part, ...]

    @property
    def fills_for_me(self) -> bool:
        """Whether the one filled button of the page belongs to what waits for the officer."""
        return self.leads or not self.has_queue


@dataclass(frozen=True, slots=True)
class ActionGroup:
    """Actions of one kind that wait for the same officer's approval, and where all of them are seen and decided. `details`:
    whom they harm, each wording once; `places`: where each of them is, without the end that all of them share.
    """

    title: str
    lines: tuple[WorklistLine, ...]
    href: str
    details: tuple[str, ...]
    places: tuple[str, ...]
    shared_place: str


def choose_first_screen(officer: Officer) -> FirstScreen:
    """The first screen of an officer's roles; who works the queue has the fraud desk's."""
    has_queue = officer.has_role(*role_groups.HOLD_RELEASERS)
    may_read_log = officer.has_role(*build_access_table()["GET /audit"])
    asked: tuple[tuple[Part, bool], ...] = (
        ("openings", may_read_log),
        ("court", officer.has_role(*role_groups.FORFEITERS)),
        ("custody", officer.has_role(*role_groups.ASSET_CUSTODIANS)),
        ("signals", officer.has_role(*role_groups.SIGNAL_HANDLERS)),
        ("links", officer.has_role(*role_groups.LINK_FOLLOWERS)),
    )
    return FirstScreen(
        leads=officer.has_role(*role_groups.CASE_GIVERS) and not officer.has_role("officer"),
        has_queue=has_queue,
        screens=officer.has_role("screener") and not has_queue,
        has_places=has_queue or officer.has_role(*role_groups.OPERATION_PLANNERS),
        parts=() if has_queue else tuple(part for part, is_asked in asked if is_asked),
    )


def build_part_values(
    request: Request, officer: Officer, screen: FirstScreen, work_words: WorkWords
) -> dict[str, Any]:
    """The values of each part that is shown, by its name."""
    room, say = open_home_of(request), say_for(request)
    values: dict[str, Any] = {}
    for part in screen.parts:
        if part == "signals":
            last = room.load_signals()
            values[part] = triage_queries.list_signals(room.ledger, officer, last, limit=SIGNALS)
            values["signal_lines"] = build_signal_rows(room, FIRST, values[part].rows, say)
        elif part == "links":
            values[part] = first_screens.list_linked_cases(room.ledger, officer, now=say.now)
        elif part == "openings":
            values[part] = first_screens.read_openings(room.ledger, officer, now=say.now)
        else:
            read = first_screens.read_court_dates if part == "court" else first_screens.read_custody
            values[part] = read(room.ledger, officer, now=say.now)
            values[f"{part}_lines"] = _build_dated_lines(values[part], work_words)
    return values


def _build_dated_lines(dated: DatedTasks, work_words: WorkWords) -> list[WorklistLine]:
    about = {(row.task.what, row.task.id): row.about for row in dated.rows}
    return work_words.build_lines((row.task for row in dated.rows), about=about)


def fold_alike(lines: list[WorklistLine]) -> list[WorklistLine]:
    """Of rows that ask the same and harm the same the first, which is due first; the section counts those that are left out."""
    first_by_words: dict[tuple[str, ...], WorklistLine] = {}
    for line in lines:
        # What can be ticked is approved together, row by row.
        words = (line.key,) if line.is_tickable else (line.title, line.ask, line.detail)
        first_by_words.setdefault(words, line)
    return list(first_by_words.values())


def group_approvals(lines: list[WorklistLine]) -> dict[str, ActionGroup]:
    """Actions of one kind that lack nothing, two or more, by each row's key: decided on one page, each by its own rules."""
    lines_by_title: dict[str, list[WorklistLine]] = {}
    for line in lines:
        if line.is_tickable and line.lacks_nothing:
            lines_by_title.setdefault(line.title, []).append(line)
    groups = [
        ActionGroup(
            title,
            tuple(alike),
            "/actions/together?" + urlencode([("id", line.task.id) for line in alike]),
            tuple(dict.fromkeys(line.detail for line in alike)),
            *split_shared_end([line.place for line in alike]),
        )
        for title, alike in lines_by_title.items()
        if 1 < len(alike) <= MOST
    ]
    return {line.key: group for group in groups for line in group.lines}


def split_shared_end(places: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Places without the last parts that all of them have, and those parts: `A, 05:30` and `B, 05:30` are A and B, 05:30."""
    parts, shared = [place.split(", ") for place in places], list[str]()
    while all(len(part) > 1 for part in parts) and len({part[-1] for part in parts}) == 1:
        shared.insert(0, parts[0][-1])
        parts = [part[:-1] for part in parts]
    return tuple(", ".join(part) for part in parts), ", ".join(shared)
