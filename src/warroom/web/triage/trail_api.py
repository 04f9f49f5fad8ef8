"""Signals' trails for programs: follow the money of a signal, read what was kept, and what a case was seen by before."""

from typing import Annotated

from fastapi import Request
from pydantic import Field

from warroom.access.role_groups import SIGNAL_HANDLERS, SIGNAL_READERS
from warroom.triage import follow
from warroom.triage.views import SeenBefore, SignalTrail
from warroom.web.kit.answers import make_list_type, make_view_answer
from warroom.web.kit.api import Body, Book, Caller, Key, Text, make_area_router
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.shapes import Id, Number

router = make_area_router("signals")
SignalTrailOut = make_view_answer(SignalTrail, "SignalTrailOut")
SeenBeforeOut = make_view_answer(SeenBefore, "SeenBeforeOut")
SignalId = Annotated[
    str, Field(max_length=40, pattern=r"^[A-Za-z0-9-]+$", examples=["S0123456789abcdef01234567"])
]


class FollowIn(Body):
    """Why the money of a signal is followed: its holder may be innocent, and the reason stands in the log."""

    reason: Annotated[Text, Field(min_length=1)]


@router.post(
    "/signals/{record_id}/follow", may=SIGNAL_HANDLERS, response_model=SignalTrailOut, status_code=201
)
def follow_signal(
    request: Request, caller: Caller, book: Book, key: Key, record_id: SignalId, given: FollowIn
) -> SignalTrail:
    """Follow what came into a signal's account lately and where it went on. Nothing is held on it, and no bank is told."""
    room = open_home_of(request)
    return follow.follow_money(book, room.lake, room.open_index(), caller, record_id, given.reason, key)


@router.get("/signal-trails/{trail_id}", may=SIGNAL_READERS, response_model=SignalTrailOut)
def read_signal_trail(caller: Caller, book: Book, trail_id: Id) -> SignalTrail:
    """A signal's trail as it was kept; the look is logged."""
    return follow.load_trail(book, caller, trail_id)


@router.get("/cases/{number}/signals", may=SIGNAL_READERS, response_model=make_list_type(SeenBeforeOut))
def case_signals(caller: Caller, book: Book, number: Number) -> object:
    """Signals whose money was followed and meets the case's trail; the look at the case is logged."""
    return follow.list_seen_in_case(book, caller, number)
