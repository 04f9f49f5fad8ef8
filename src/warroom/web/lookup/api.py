"""The search, subjects and time lines: what one's own cases know, and of all else a hit or none."""

from typing import Annotated

from fastapi import Path, Query
from starlette.requests import Request

from warroom.cases.views import PurposeCode
from warroom.marking import MarkOf, Open
from warroom.room.lookup.views import MARKS_OF_KINDS, SUBJECT_KINDS
from warroom.web.kit.api import Answer, Baht, Book, Caller, Moment, area
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.shapes import Number, Offset

router = area("lookup")
Kind = Annotated[str, Path(json_schema_extra={"enum": list(SUBJECT_KINDS)}, max_length=40)]
Subject = Annotated[
    str, Path(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f]+$", examples=["B02:1234567890"])
]
CaseOf = Annotated[str, Query(max_length=40, pattern=r"^[A-Za-z0-9._-]*$")]
Kinds = Annotated[list[Annotated[str, Query(max_length=40)]], Query(max_length=40)]


class SubjectOut(Answer):
    """Whom or what records speak of: an account's id is bank, colon, number."""

    kind: str
    id: Annotated[str, MarkOf("kind", MARKS_OF_KINDS)]


class WhyOut(Answer):
    """A case of the caller's that knows it, and the purpose under which it was opened."""

    case: str
    purpose: PurposeCode
    until: Moment


class OriginOut(Answer):
    """Where a record comes from."""

    table: str
    source: str
    record_id: str
    delivery: str
    file: str
    legal_basis: str
    received_at: Moment


class SaidOut(Answer):
    """One column of a record; masked where the caller's roles do not need it."""

    column: str
    text: str
    masked: bool
    subject: SubjectOut | None


class FactOut(Answer):
    """What one record says, and where it comes from."""

    time: Moment
    said: list[SaidOut]
    origin: OriginOut


class TextOut(Answer):
    """A record of one's own case whose words match, around the place."""

    column: str
    before: str
    at: str
    after: str
    fact: FactOut
    case: str


class SubjectHitOut(Answer):
    """A subject of one's own case with this number, and in which columns it stands."""

    subject: SubjectOut
    shown: str
    columns: list[str]
    case: str


class NumberOut(Answer):
    """Something of the room by its own number."""

    kind: str
    number: str
    address: str


class NoteOut(Answer):
    """Words that officers wrote in one's own case."""

    kind: str
    before: str
    at: str
    after: str
    case: str
    time: Moment


class Hits(Answer):
    """What knows the words. `cases` are numbers alone; `elsewhere` names the kinds of record with a hit outside one's own
    cases, and nothing more; `behind` counts records that are not searched yet.
    """

    cases: list[str]
    subjects: list[SubjectHitOut]
    numbers: list[NumberOut]
    texts: list[TextOut]
    notes: list[NoteOut]
    elsewhere: list[str]
    behind: int
    more: bool


class MoveOut(Answer):
    """A transfer as the account sees it: above zero came, below went."""

    time: Moment
    amount: Baht
    peer: SubjectOut | None
    origin: OriginOut


class MoneyOut(Answer):
    """What moved on an account."""

    came: Baht
    came_count: int
    went: Baht
    went_count: int
    first: Moment
    last: Moment
    recent: list[MoveOut]


class ReadingsOut(Answer):
    """The meter readings of a supply in one unit."""

    unit: str
    count: int
    first: Moment
    last: Moment
    low: float
    high: float
    newest: float
    sources: list[str]


class LineOut(Answer):
    """One line of a time line. `accounts` are pairs of bank and number."""

    at: Moment
    kind: str
    code: str
    source: str
    record: str
    accounts: Annotated[list[tuple[str, str]], Open("the look-up masks the numbers alone")]
    about: str
    text: str
    amount: Baht | None
    case: str


class TimelineOut(Answer):
    """A page of lines, how many there are of each kind, and of the asked ones in all."""

    lines: list[LineOut]
    kinds: list[tuple[str, int]]
    total: int


class SubjectPageOut(Answer):
    """What is known. Without a case of one's own `why` is empty and `known` says hit or no hit."""

    subject: SubjectOut
    known: bool
    open: bool
    why: list[WhyOut]
    facts: list[FactOut]
    more: bool
    money: MoneyOut | None
    readings: list[ReadingsOut]
    ledger: list[LineOut]
    elsewhere: bool


@router.get("/search", response_model=Hits)
def hits(
    request: Request, caller: Caller, book: Book, q: Annotated[str, Query(min_length=1, max_length=300)]
) -> object:
    """Everything that knows a number, a name or words, as far as one's own cases reach; of the rest a hit or none."""
    from warroom.room.lookup import search

    room = open_home_of(request)
    found = search.find(book, room.lake, caller, q, signals=room.signals)
    shown = {name: getattr(found, name) for name in Hits.model_fields if name != "cases"}
    return {"cases": [row.number for row in found.cases], **shown}


@router.get("/subjects/{kind}/{name:path}/timeline", response_model=TimelineOut)
def subject_timeline(
    request: Request,
    caller: Caller,
    book: Book,
    kind: Kind,
    name: Subject,
    case: CaseOf = "",
    only: Kinds = [],  # noqa: B006 - FastAPI copies it
    oldest_first: bool = False,
    offset: Offset = 0,
) -> object:
    """What happened with a subject, by time; no lines where none of the caller's cases knows it."""
    from warroom.room.lookup import subject as lookup_subject

    room = open_home_of(request)
    _, timeline = lookup_subject.subject_timeline(
        book,
        room.lake,
        room.index,
        caller,
        kind,
        name,
        case=case,
        kinds=only,
        newest_first=not oldest_first,
        offset=offset,
    )
    return timeline


@router.get("/subjects/{kind}/{name:path}", response_model=SubjectPageOut)
def subject(
    request: Request, caller: Caller, book: Book, kind: Kind, name: Subject, case: CaseOf = ""
) -> object:
    """What is known of a subject and why one may see it; outside one's own cases whether there is a hit."""
    from warroom.room.lookup import subject as lookup_subject

    room = open_home_of(request)
    return lookup_subject.subject_page(book, room.lake, room.index, caller, kind, name, case=case)


@router.get("/cases/{number}/timeline", response_model=TimelineOut)
def case_timeline(
    caller: Caller,
    book: Book,
    number: Number,
    only: Kinds = [],  # noqa: B006 - FastAPI copies it
    oldest_first: bool = False,
    offset: Offset = 0,
) -> object:
    """What happened in a case, by time, each line with its source."""
    from warroom.room.lookup import timeline as lookup_timeline

    return lookup_timeline.case_timeline(
        book, caller, number, kinds=only, newest_first=not oldest_first, offset=offset
    )
