"""The search, subjects and time lines: what one's own cases know, and of all else a hit or none."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import BeforeValidator
from starlette.requests import Request

from warroom.access.role_groups import CASE_READERS
from warroom.room.lookup.views import (
    Fact,
    Found,
    Line,
    MoneyMove,
    MoneyView,
    NoteHit,
    NumberHit,
    Said,
    SubjectHit,
    SubjectPage,
    TextHit,
    Timeline,
)
from warroom.subjects.kinds import PAGES, page_of
from warroom.subjects.subject import Subject as SubjectView
from warroom.web.kit.answers import answer_of
from warroom.web.kit.api import Book, Caller, area
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.shapes import Number, Offset

router = area("lookup")
Kind = Annotated[str, Path(json_schema_extra={"enum": list(PAGES)}, max_length=40)]
Subject = Annotated[
    str, Path(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f]+$", examples=["B02:1234567890"])
]
CaseOf = Annotated[str, Query(max_length=40, pattern=r"^[A-Za-z0-9._-]*$")]
Kinds = Annotated[list[Annotated[str, Query(max_length=40)]], Query(max_length=40)]


# By the word of the page's address: it is public and stays, whatever the field itself calls the kind.
SubjectOut = answer_of(SubjectView, also={"kind": Annotated[str, BeforeValidator(page_of)]})
SaidOut = answer_of(Said, leave_out=("moment", "satang"), of=(SubjectOut,))
FactOut = answer_of(Fact, of=(SaidOut,))
TextOut = answer_of(TextHit, "TextOut", of=(FactOut,))
SubjectHitOut = answer_of(SubjectHit, leave_out=("cases",), of=(SubjectOut,))
NumberOut = answer_of(NumberHit, "NumberOut")
NoteOut = answer_of(NoteHit, "NoteOut", leave_out=("address", "mine"))
# How many hits there are elsewhere and why nothing was looked for are words for people; a program has its own limits.
Hits = answer_of(
    Found,
    "Hits",
    leave_out=("outside", "weary", "problem", "short", "newest"),
    also={"cases": list[str]},
    of=(SubjectHitOut, NumberOut, TextOut, NoteOut),
)
MoveOut = answer_of(MoneyMove, "MoveOut", leave_out=("peer_bank", "account"), of=(SubjectOut,))
MoneyOut = answer_of(MoneyView, leave_out=("drawn", "peers"), of=(MoveOut,))
LineOut = answer_of(Line, leave_out=("address",))
TimelineOut = answer_of(Timeline, of=(LineOut,))
SubjectPageOut = answer_of(
    SubjectPage,
    leave_out=("shown", "by", "holders", "outside"),
    also={"open": bool},
    of=(SubjectOut, FactOut, MoneyOut, LineOut),
)


@router.get("/search", may=CASE_READERS, response_model=Hits)
def hits(
    request: Request, caller: Caller, book: Book, q: Annotated[str, Query(min_length=1, max_length=300)]
) -> object:
    """Everything that knows a number, a name or words, as far as one's own cases reach; of the rest a hit or none."""
    from warroom.room.lookup import search

    room = open_home_of(request)
    found = search.find(book, room.lake, caller, q, signals=room.signals)
    shown = {name: getattr(found, name) for name in Hits.model_fields if name != "cases"}
    return {"cases": [row.number for row in found.cases], **shown}


@router.get("/subjects/{kind}/{name:path}/timeline", may=CASE_READERS, response_model=TimelineOut)
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


@router.get("/subjects/{kind}/{name:path}", may=CASE_READERS, response_model=SubjectPageOut)
def subject(
    request: Request, caller: Caller, book: Book, kind: Kind, name: Subject, case: CaseOf = ""
) -> object:
    """What is known of a subject and why one may see it; outside one's own cases whether there is a hit."""
    from warroom.room.lookup import subject as lookup_subject

    room = open_home_of(request)
    return lookup_subject.subject_page(book, room.lake, room.index, caller, kind, name, case=case)


@router.get("/cases/{number}/timeline", may=CASE_READERS, response_model=TimelineOut)
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
