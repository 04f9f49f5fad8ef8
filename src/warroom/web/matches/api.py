"""Matches: pairs of records that may be of one subject, and officers' words on them."""

from typing import Annotated, Literal

from fastapi import Query
from starlette.requests import Request

from warroom.access.role_groups import MATCH_DECIDERS, MATCH_READERS
from warroom.errors import NotFound
from warroom.matches import decisions, queries
from warroom.matches.views import (
    MatchCell,
    MatchKind,
    MatchList,
    MatchSide,
    MatchView,
    NamedRecord,
    Show,
    Word,
)
from warroom.subjects.resolution.saved import SavedRegister
from warroom.web.kit.answers import make_list_type, make_view_answer
from warroom.web.kit.api import Body, Book, Caller, Key, make_area_router
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.shapes import Limit, Number, Offset

router = make_area_router("matches")


class MatchWordIn(Body):
    """Whether the two records are of one subject or of two; `taken-back` undoes the word that stands."""

    word: Word | Literal["taken-back"]


MatchCellOut = make_view_answer(MatchCell)
MatchSideOut = make_view_answer(MatchSide)
MatchOut = make_view_answer(MatchView, of=(MatchCellOut, MatchSideOut))
NamedRecordOut = make_view_answer(NamedRecord, of=(MatchSideOut,))
SearchedName = Annotated[str, Query(min_length=1, max_length=300)]
Matches = make_view_answer(MatchList, name="Matches", of=(MatchOut,))


@router.get("/matches", may=MATCH_READERS, response_model=Matches)
def listed(
    request: Request,
    caller: Caller,
    book: Book,
    kind: MatchKind = "person",
    show: Annotated[
        Show, Query(description="open: questions; joined: by the machine; said: by officers.")
    ] = "open",
    limit: Limit = 50,
    offset: Offset = 0,
) -> object:
    """Pairs of records of a kind; nothing of them changes a measure."""
    return queries.list_matches(book, _load_register(request, kind), caller, show, limit=limit, offset=offset)


@router.get("/matches/{kind}/named", may=MATCH_READERS, response_model=make_list_type(NamedRecordOut))
def named(
    request: Request, caller: Caller, book: Book, kind: MatchKind, name: SearchedName, limit: Limit = 20
) -> object:
    """Records whose name is the same as this one, in whatever script: a Thai name finds its Latin spelling."""
    return queries.find_records_by_name(book, _load_register(request, kind), caller, name, most=limit)


@router.get("/matches/{kind}/{pair}", may=MATCH_READERS, response_model=MatchOut)
def one(request: Request, caller: Caller, book: Book, kind: MatchKind, pair: Number) -> object:
    """One pair, side by side, with what stands on it."""
    return queries.load_match(book, _load_register(request, kind), caller, pair)


@router.post("/matches/{kind}/{pair}", may=MATCH_DECIDERS, response_model=MatchOut)
def decided(
    request: Request,
    caller: Caller,
    book: Book,
    kind: MatchKind,
    pair: Number,
    key: Key,
    given: MatchWordIn,
) -> object:
    """Say that the records are of one subject, or of two, or take that back: every number is then as it was."""
    kept = _load_register(request, kind)
    if given.word == "taken-back":
        return decisions.take_back(book, kept, caller, pair, key)
    return decisions.record_match_word(book, kept, caller, pair, given.word, key)


def _load_register(request: Request, kind: str) -> SavedRegister:
    kept = open_home_of(request).find_register(kind)
    if kept is None:
        raise NotFound("resolution.none", kind=kind)
    return kept
