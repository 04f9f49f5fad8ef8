"""The search, subjects and time lines: what one's own cases know, and of all else a hit or none."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import BeforeValidator
from starlette.requests import Request

from warroom.access.role_groups import CASE_READERS
from warroom.room.lookup.views import (
    Fact,
    FactColumn,
    LookupResult,
    MoneyMove,
    MoneyView,
    NoteHit,
    NumberHit,
    SubjectHit,
    SubjectPage,
    TextHit,
    Timeline,
    TimelineLine,
)
from warroom.subjects.kinds import PAGES, get_page_word
from warroom.subjects.subject import Subject
from warroom.web.kit.answers import make_view_answer
from warroom.web.kit.api import Book, Caller, make_area_router
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.shapes import Number, Offset

router = make_area_router("lookup")
SubjectWord = Annotated[str, Path(json_schema_extra={"enum": list(PAGES)}, max_length=40)]
SubjectName = Annotated[
    str, Path(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f]+$", examples=["B02:1234567890"])
]
CaseOf = Annotated[str, Query(max_length=40, pattern=r"^[A-Za-z0-9._-]*$")]
Kinds = Annotated[list[Annotated[str, Query(max_length=40)]], Query(max_length=40)]


# By the word of the page's address: it is public and stays, whatever the field itself calls the kind.
SubjectOut = make_view_answer(Subject, also={"kind": Annotated[str, BeforeValidator(get_page_word)]})
SaidOut = make_view_answer(FactColumn, leave_out=("moment", "satang"), of=(SubjectOut,))
FactOut = make_view_answer(Fact, of=(SaidOut,))
TextOut = make_view_answer(TextHit, "TextOut", of=(FactOut,))
SubjectHitOut = make_view_answer(SubjectHit, leave_out=("cases",), of=(SubjectOut,))
NumberOut = make_view_answer(NumberHit, "NumberOut")
NoteOut = make_view_answer(NoteHit, "NoteOut", leave_out=("address", "mine"))
# How many hits there are elsewhere and why nothing was looked for are words for people; a program has its own limits.
Hits = make_view_answer(
    LookupResult,
    "Hits",
    leave_out=("outside", "weary", "problem", "short", "newest", "scope"),
    also={"cases": list[str]},
    of=(SubjectHitOut, NumberOut, TextOut, NoteOut),
)
MoveOut = make_view_answer(MoneyMove, "MoveOut", leave_out=("peer_bank", "account"), of=(SubjectOut,))
MoneyOut = make_view_answer(MoneyView, leave_out=("drawn", "peers"), of=(MoveOut,))
LineOut = make_view_answer(TimelineLine, leave_out=("address",))
TimelineOut = make_view_answer(Timeline, of=(LineOut,))
SubjectPageOut = make_view_answer(
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
    search_result = search.search_all(book, room.lake, caller, q, signals=room.load_signals)
    shown = {name: getattr(search_result, name) for name in Hits.model_fields if name != "cases"}
    return {"cases": [row.number for row in search_result.cases], **shown}


@router.get("/subjects/{kind}/{name:path}/timeline", may=CASE_READERS, response_model=TimelineOut)
def subject_timeline(
    request: Request,
    caller: Caller,
    book: Book,
    kind: SubjectWord,
    name: SubjectName,
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
        room.open_index,
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
    request: Request, caller: Caller, book: Book, kind: SubjectWord, name: SubjectName, case: CaseOf = ""
) -> object:
    """What is known of a subject and why one may see it; outside one's own cases whether there is a hit."""
    from warroom.room.lookup import subject as lookup_subject

    room = open_home_of(request)
    return lookup_subject.subject_page(book, room.lake, room.open_index, caller, kind, name, case=case)


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
